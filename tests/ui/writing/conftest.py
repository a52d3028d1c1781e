"""A desk whose engine is scripted, with approved answers to suggest."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk import Desk
from tests.support.engine import ScriptedEngine, engine_in_a_thread
from tests.ui.knowledge.room import knowledge_desk


@pytest.fixture
def engine() -> Iterator[ScriptedEngine]:
    with engine_in_a_thread() as engine:
        yield engine


@pytest.fixture
def desk(tmp_path: Path, engine: ScriptedEngine) -> Iterator[Desk]:
    """Release 1 is in service, and the engine answers everything with the opening hours."""
    with knowledge_desk(tmp_path, engine) as desk:
        yield desk
