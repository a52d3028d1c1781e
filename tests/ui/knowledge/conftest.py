"""A desk whose knowledge has a release in service and an engine that explains itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk import Desk
from tests.support.engine import ScriptedEngine, engine_in_a_thread, explained
from tests.ui.conftest import Open
from tests.ui.knowledge.room import Room, knowledge_desk, room_in


@pytest.fixture
def engine() -> Iterator[ScriptedEngine]:
    with engine_in_a_thread() as engine:
        engine.explain = explained
        yield engine


@pytest.fixture
def desk(tmp_path: Path, engine: ScriptedEngine) -> Iterator[Desk]:
    with knowledge_desk(tmp_path, engine) as desk:
        yield desk


@pytest.fixture
def room(desk: Desk, sit: Open) -> Room:
    return room_in(desk, sit)
