"""`relevo up`: starts the processes of this machine, restarts those that die, and stops them all together."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from bot.processes import dies_with_parent
from bot.settings import ROOT

log = structlog.get_logger()
FIRST_PAUSE = 0.5  # seconds before a restart; doubled while the process keeps dying
LONGEST_PAUSE = 15.0
STEADY = 30.0  # seconds alive after which earlier deaths are forgiven
GRACE = 15.0  # seconds between SIGTERM and SIGKILL
MOST_LOG = 10 << 20  # bytes after which a log is begun anew at the next start


class StartFailed(Exception):
    """A process could not be started; the message says which and why."""


@dataclass(kw_only=True)
class Child:
    """One process, kept running: `relevo <name>` unless it has a command of its own."""

    name: str
    environment: dict[str, str]
    folder: Path  # of the state: log/<name>.log and run/<name>.pid are kept in it
    is_ready: Callable[[], Awaitable[bool]]
    command: list[str] = field(default_factory=list)
    alone: bool = False  # it gets `environment` and nothing of ours
    process: asyncio.subprocess.Process | None = None
    deaths: int = 0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def log_file(self) -> Path:
        return self.folder / "log" / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        return self.folder / "run" / f"{self.name}.pid"

    async def keep_running(self) -> None:
        """Starts it, and starts it again whenever it ends, until `stop` is called."""
        while not self.stopping.is_set():
            began = time.monotonic()
            self.process = await self._start()
            self.pid_file.write_text(str(self.process.pid))
            code = await self.process.wait()
            if self.stopping.is_set():
                return
            self.deaths = 1 if time.monotonic() - began > STEADY else self.deaths + 1
            pause = min(FIRST_PAUSE * 2 ** (self.deaths - 1), LONGEST_PAUSE)
            log.warning("process.died", process=self.name, code=code, restart_in=pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), pause)

    async def _start(self) -> asyncio.subprocess.Process:
        for file in (self.log_file, self.pid_file):
            file.parent.mkdir(parents=True, exist_ok=True)
        started_anew = self.log_file.exists() and self.log_file.stat().st_size > MOST_LOG
        with self.log_file.open("wb" if started_anew else "ab") as output:
            return await asyncio.create_subprocess_exec(
                *(self.command or [sys.executable, "-m", "bot.cli", self.name]),
                cwd=ROOT,
                env=self.environment if self.alone else os.environ | self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C at the terminal reaches the supervisor alone
                preexec_fn=dies_with_parent(),
            )

    async def wait_ready(self, seconds: float) -> None:
        """Raises StartFailed when it is not ready in time, or keeps dying."""
        deadline = time.monotonic() + seconds
        while not await self.is_ready():
            if self.deaths >= 3 or time.monotonic() > deadline:
                raise StartFailed(f"`{self.name}` did not start; its log ends with:\n{self._tail()}\n({self.log_file})")
            await asyncio.sleep(0.1)

    def _tail(self, lines: int = 12) -> str:
        text = self.log_file.read_text(errors="replace") if self.log_file.exists() else ""
        return "\n".join(f"  {line}" for line in text.splitlines()[-lines:])

    async def stop(self) -> None:
        """SIGTERM to it and all that it started, and SIGKILL to what is left after the grace."""
        self.stopping.set()
        process = self.process
        if process is None:
            return
        _signal_group(process.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), GRACE)
        _signal_group(process.pid, signal.SIGKILL)
        await process.wait()
        self.pid_file.unlink(missing_ok=True)


def _signal_group(group: int, sig: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, sig)


@dataclass(kw_only=True)
class Supervisor:
    """The processes, from start to stop."""

    children: list[Child]
    stop_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, started: Callable[[], Awaitable[None]], *, seconds: float = 120) -> None:
        """Until a signal asks to stop; `started` is awaited once everything is ready. Raises StartFailed."""
        self._catch_signals()
        keepers = [asyncio.create_task(child.keep_running(), name=child.name) for child in self.children]
        life = asyncio.create_task(self._start(started, seconds))
        stop = asyncio.create_task(self.stop_asked.wait())
        try:
            await asyncio.wait({life, stop, *keepers}, return_when=asyncio.FIRST_COMPLETED)
            if life.done():
                life.result()
                await asyncio.wait({stop, *keepers}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            life.cancel()
            await asyncio.gather(*(child.stop() for child in self.children))
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(life, *keepers, return_exceptions=True)

    def _catch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(sig, self.stop_asked.set)

    async def _start(self, started: Callable[[], Awaitable[None]], seconds: float) -> None:
        await asyncio.gather(*(child.wait_ready(seconds) for child in self.children))
        await started()
