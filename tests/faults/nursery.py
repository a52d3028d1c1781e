"""A process that has imported the product, from which others are forked: each lives and is killed on its own.

To import takes longer than most of those processes live; a run of hundreds of deaths would mostly wait for it. What is
shared is what an import leaves: each child begins with its own environment, its own log and the product's own `main`.
"""

import ctypes
import functools
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.processes import dies_with_parent
from bot.settings import ROOT

IMPORTED = ("bot.app", "bot.cli", "redis.asyncio", "sqlalchemy.dialects.postgresql.psycopg", "twilio.rest", "uvicorn")
PART_OF_UVICORN = ("auto", "lifespan.on", "loops.asyncio", "protocols.http.h11_impl", "protocols.websockets.auto")


@dataclass(kw_only=True)
class Child:
    """A forked process, with what is used of `subprocess.Popen`."""

    nursery: "Nursery"
    pid: int
    returncode: int | None = None
    _handle: int = field(init=False)

    def __post_init__(self) -> None:
        self._handle = os.pidfd_open(self.pid)

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, negative for a signal; raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            waiting = select.poll()
            waiting.register(self._handle, select.POLLIN)
            if not waiting.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            self.returncode = self.nursery.buries(self.pid)
            os.close(self._handle)
        return self.returncode

    def send_signal(self, sig: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)


class Nursery:
    """The process from which the others come; it dies with the tests, and they with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            preexec_fn=dies_with_parent(),  # noqa: PLW1509 - only a system call
        )

    def starts(self, module: str, arguments: tuple[str, ...], environment: Mapping[str, str], log: Path) -> Child:
        """A child that calls the module's `main` with these arguments, and appends what it says to the log."""
        order = {"module": module, "arguments": arguments, "environment": dict(environment), "log": str(log)}
        return Child(nursery=self, pid=self._asks(start=order))

    def buries(self, pid: int) -> int:
        """The exit code of a child that has ended."""
        return self._asks(bury=pid)

    def _asks(self, **what: Any) -> int:
        with self._lock:
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.write(json.dumps(what).encode() + b"\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())


@functools.cache
def nursery() -> Nursery:
    """The one of this process."""
    return Nursery()


def main() -> None:
    """Obeys a line of JSON at a time: `start`, answered by a process id, or `bury`, answered by an exit code."""
    for name in (*IMPORTED, *(f"uvicorn.{part}" for part in PART_OF_UVICORN)):
        with suppress(ModuleNotFoundError):
            importlib.import_module(name)
    assert threading.active_count() == 1, "a fork would not take the other threads with it"
    for line in sys.stdin:
        order = json.loads(line)
        if "bury" in order:
            _, status = os.waitpid(order["bury"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            _live(**order["start"])
            return
        with suppress(PermissionError, ProcessLookupError):
            os.setpgid(pid, pid)  # by both: it has its group before anybody can want to kill it
        print(pid, flush=True)


def _live(module: str, arguments: list[str], environment: dict[str, str], log: str) -> None:
    """The child's life: what `python -m module` would do, after its imports."""
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))
    _pours_into(log)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = [module, *arguments]
    importlib.import_module(module).main()


def _pours_into(log: str) -> None:
    """Nothing to read, and every word goes to the log."""
    nothing, words = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(nothing, 0)
    os.dup2(words, 1)
    os.dup2(words, 2)


if __name__ == "__main__":
    main()
