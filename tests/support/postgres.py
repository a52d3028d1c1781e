"""A throw-away PostgreSQL cluster on a free loopback port, without durability: it lives for one test session."""

import re
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psycopg

from bot.processes import dies_with_parent
from tests.support.memory import in_memory
from tests.support.ports import free_port
from tests.support.processes import stop, unprivileged

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "timezone": "UTC",
}


def find_binaries() -> Path | None:
    """The folder with `initdb` and `postgres`, of the newest version installed."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    found = [*packaged, *([Path(on_path).resolve()] if on_path else [])]
    return next((initdb.parent for initdb in found if (initdb.parent / "postgres").exists()), None)


def _version(path: Path) -> int:
    return int(re.sub(r"\D", "", path.parent.parent.name) or 0)


DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}  # for tests that kill the server


@dataclass(kw_only=True)
class PostgresCluster:
    """A running server; its only account `relevo` is trusted on loopback."""

    binaries: Path
    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    changes: Mapping[str, str] = field(default_factory=dict)
    wrapped_in: tuple[str, ...] = ()  # a program that runs the server and becomes it, such as `strace -D`

    @classmethod
    @contextmanager
    def started(
        cls, binaries: Path, changes: Mapping[str, str] | None = None, *, wrapped_in: tuple[str, ...] = ()
    ) -> Iterator[Self]:
        """A cluster in a new folder, with `changes` to its settings; both are gone afterwards."""
        folder = Path(tempfile.mkdtemp(prefix="relevo-postgres-", dir=in_memory()))
        try:
            if account := unprivileged():
                shutil.chown(folder, account)
            cls._initialise(binaries, folder)
            port = free_port()
            settings = changes or {}
            running = cls._run(binaries, folder, port, settings, wrapped_in)
            cluster = cls(
                binaries=binaries, folder=folder, port=port, process=running, changes=settings, wrapped_in=wrapped_in
            )
            try:
                cluster.wait_ready()
                yield cluster
            finally:
                stop(cluster.process, signal.SIGINT)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @staticmethod
    def _initialise(binaries: Path, folder: Path) -> None:
        options = ["-U", "relevo", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        subprocess.run(
            [binaries / "initdb", "-D", folder / "data", *options],
            user=unprivileged(),
            cwd=folder,
            check=True,
            capture_output=True,
        )

    @staticmethod
    def _run(
        binaries: Path, folder: Path, port: int, changes: Mapping[str, str], wrapped_in: tuple[str, ...]
    ) -> subprocess.Popen[bytes]:
        settings = [item for name, value in {**SETTINGS, **changes}.items() for item in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            return subprocess.Popen(
                [*wrapped_in, binaries / "postgres", "-D", folder / "data", "-p", str(port), *settings],
                user=unprivileged(),
                cwd=folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGQUIT),  # noqa: PLW1509 - only a system call
            )

    def kill(self) -> None:
        """`kill -9`: the server is gone at once; its backends follow when they notice."""
        stop(self.process, signal.SIGKILL)

    def restart(self, seconds: float = 60) -> None:
        """Starts it again on its port; while old backends still hold its memory, once more."""
        deadline = time.monotonic() + seconds
        while True:
            self.process = self._run(self.binaries, self.folder, self.port, self.changes, self.wrapped_in)
            try:
                return self.wait_ready()
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def wait_ready(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")) from None
                time.sleep(0.05)
            else:
                return

    def execute(self, statement: str) -> None:
        """One statement, as the owner of everything, outside a transaction."""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _dsn(self, database: str) -> str:
        return f"postgresql://relevo@127.0.0.1:{self.port}/{database}"

    def url_of(self, database: str) -> str:
        """For SQLAlchemy."""
        return self._dsn(database).replace("postgresql:", "postgresql+psycopg:", 1)

    @contextmanager
    def fresh_database(self, template: str = "template0") -> Iterator[str]:
        """A new database as a SQLAlchemy URL; dropped afterwards, open connections or not."""
        name = f"relevo_{uuid.uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url_of(name)
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
