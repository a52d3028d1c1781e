"""A throw-away Redis server on a free loopback port."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import redis

from bot.processes import dies_with_parent
from tests.support.ports import free_port, wait_listening
from tests.support.processes import stop


def find_server() -> Path | None:
    """The `redis-server` (or `valkey-server`) of this machine."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return Path(found) if found else None


@dataclass(kw_only=True)
class RedisServer:
    """A running server that keeps nothing on disk."""

    binary: Path
    port: int
    folder: str
    process: subprocess.Popen[bytes]

    @classmethod
    @contextmanager
    def started(cls, binary: Path) -> Iterator[Self]:
        port = free_port()
        with tempfile.TemporaryDirectory(prefix="relevo-redis-") as folder:
            server = cls(binary=binary, port=port, folder=folder, process=_run(binary, port, folder))
            try:
                server.wait_ready()
                yield server
            finally:
                server.kill()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def wait_ready(self) -> None:
        if not wait_listening(self.port, seconds=10):
            raise RuntimeError("redis-server did not start")

    def flush(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def kill(self) -> None:
        """Gone at once, as in an outage."""
        stop(self.process, signal.SIGKILL)

    def pause(self) -> None:
        """It holds its connections and answers nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Goes on after a pause, with what has come meanwhile."""
        self.process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Back on the same port, empty."""
        self.kill()
        self.process = _run(self.binary, self.port, self.folder)
        self.wait_ready()


def _run(binary: Path, port: int, folder: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - only a system call
    )
