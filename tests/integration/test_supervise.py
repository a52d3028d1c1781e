"""What the supervisor starts is started again when it dies, and is gone when the supervisor is."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.processes import dies_with_parent
from bot.supervise import Child, StartFailed, Supervisor
from tests.support.processes import stop


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.supervised", tmp_path],
        stdout=subprocess.PIPE,
        preexec_fn=dies_with_parent(),  # noqa: PLW1509 - only a system call
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b"started\n"
        yield process
        stop(process)


def pids(folder: Path, name: str) -> list[int]:
    return [int(pid) for pid in (folder / f"{name}.pids").read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_a_killed_process_is_started_again_and_the_other_is_left_alone(
    supervisor: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    one, two = pids(tmp_path, "one")[0], pids(tmp_path, "two")[0]
    os.kill(one, signal.SIGKILL)
    assert eventually(lambda: pids(tmp_path, "one")[0] != one)
    assert pids(tmp_path, "two")[0] == two
    assert is_alive(two)


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_leaves_no_process_and_no_grandchild(
    supervisor: subprocess.Popen[bytes], tmp_path: Path, sig: signal.Signals
) -> None:
    everyone = [*pids(tmp_path, "one"), *pids(tmp_path, "two")]
    supervisor.send_signal(sig)
    assert supervisor.wait(20) == 0
    assert [pid for pid in everyone if is_alive(pid)] == []


def test_the_processes_die_with_a_supervisor_that_is_killed(
    supervisor: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    children = [pids(tmp_path, "one")[0], pids(tmp_path, "two")[0]]
    helpers = [pids(tmp_path, "one")[1], pids(tmp_path, "two")[1]]
    supervisor.kill()
    assert eventually(lambda: not any(is_alive(pid) for pid in children))
    for pid in helpers:  # `sleep` is not ours to bind to its parent; the product's processes start no such thing
        os.kill(pid, signal.SIGKILL)


def test_a_process_that_keeps_dying_fails_the_start_and_its_last_words_are_shown(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    async def started() -> None:
        raise AssertionError("it cannot have started")

    command = [sys.executable, "-c", "import sys; sys.exit('no such model')"]
    child = Child(name="engine", command=command, environment={}, folder=tmp_path, is_ready=never)
    with pytest.raises(StartFailed, match="no such model"):
        asyncio.run(Supervisor(children=[child]).run(started, seconds=30))
