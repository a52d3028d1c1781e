"""One model, one engine and one action server for the session."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dialogue.engines import PYTHON, RELEASE, ROOT, Process, Talk, start_actions, start_engine


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not PYTHON.exists():
        pytest.fail(f"the engine's Python is missing at {PYTHON}; run `make setup`")
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="session")
def trained(room: Path) -> dict[str, Any]:
    """What the trainer printed: model, sha256, release, digest, seconds."""
    command = [str(PYTHON), "-m", "bot.dialogue.train", "--release", str(RELEASE), "--out", str(room / "model")]
    with (room / "train.log").open("wb") as log:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, check=False)
    assert done.returncode == 0, (room / "train.log").read_text()[-3000:]
    line: dict[str, Any] = json.loads(done.stdout)
    return line


@pytest.fixture(scope="session")
def model(trained: dict[str, Any]) -> Path:
    return Path(trained["model"])


@pytest.fixture(scope="session")
def actions(room: Path) -> Iterator[Process]:
    process = start_actions(room, room / "orders.db")
    yield process
    process.kill()


@pytest.fixture(scope="session")
def engine(model: Path, room: Path, actions: Process) -> Iterator[Process]:
    process = start_engine(model, room, actions.port)
    yield process
    process.kill()


@pytest.fixture
def talk(engine: Process) -> Talk:
    return Talk(engine.port)


@pytest.fixture
def charla(engine: Process) -> Talk:
    return Talk(engine.port, "es")
