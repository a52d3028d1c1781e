"""`relevo serve` as a process that can be killed, with a scripted engine and the SMS double in the test's own."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import httpx
from fastapi import FastAPI

from bot.app import build_core
from bot.channels.sms.double import app as double_app
from bot.channels.sms.double.courier import Line
from bot.channels.sms.double.texts import StoredText
from bot.processes import dies_with_parent
from bot.settings import ROOT, Env, load_env
from handoff.service import Core
from handoff.wake import InProcessWake
from tests.faults.nursery import Child, nursery
from tests.support.engine import ScriptedEngine, outcome, scripted_engine
from tests.support.ports import free_port
from tests.support.product import DAYS, business
from tests.support.sms import NUMBER, SID, TOKEN, serving

SECRET = "a-secret-of-the-fault-runs-32-characters"
ANSWER = "shop-hours"  # an approved entry of the project's own knowledge
ALWAYS: dict[str, Any] = {
    "hours": {day: ["00:00-24:00"] for day in DAYS},
    "undo_seconds": 0,
    "desk": {"capacity": 100},
}


def answers(asked: dict[str, Any]) -> dict[str, Any]:
    """The engine's choice: always the same approved entry."""
    return outcome(asked, say=[{"kind": "entry", "id": ANSWER, "values": {}, "choices": []}])


@dataclass
class EngineThread:
    """A scripted engine with a loop of its own."""

    engine: ScriptedEngine = field(default_factory=ScriptedEngine)

    @contextmanager
    def running(self) -> Iterator[str]:
        ready, over = threading.Event(), asyncio.Event()
        loop = asyncio.new_event_loop()

        async def serve() -> None:
            async with scripted_engine() as engine:
                engine.script = answers
                self.engine = engine
                ready.set()
                await over.wait()

        thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
        thread.start()
        assert ready.wait(20)
        try:
            yield self.engine.url
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join(20)
            loop.close()


@dataclass(kw_only=True)
class Shop:
    """The process and its surroundings. `module` starts it; a launcher with failpoints is another module."""

    var: Path
    url: str  # the database
    settings: dict[str, Any] = field(default_factory=lambda: dict(ALWAYS))
    environment: dict[str, str] = field(default_factory=dict)
    module: tuple[str, ...] = ("bot.cli", "serve")
    wrapped_in: tuple[str, ...] = ()  # a program that runs it, such as strace
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | Child | None = None
    engine: EngineThread = field(default_factory=EngineThread)
    engine_url: str = ""
    carrier: FastAPI | None = None
    carrier_url: str = ""
    logs: bool = True  # False where its files may not grow
    starts: int = 0
    clients: list[httpx.Client] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)  # set before its clients are closed

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def surroundings(self) -> Iterator[None]:
        """The engine and the carrier, which outlive the process."""
        self.var.mkdir(parents=True, exist_ok=True)
        text = business(self.settings["hours"], **{k: v for k, v in self.settings.items() if k != "hours"})
        (self.var / "relevo.toml").write_text(text, encoding="utf-8")
        line = Line(account_sid=SID, auth_token=TOKEN, numbers=(NUMBER,), webhook="http://127.0.0.1:9/", pace=0.05)
        self.carrier = double_app(line)
        with ExitStack() as stack:
            self.engine_url = stack.enter_context(self.engine.running())
            self.carrier_url = stack.enter_context(serving(self.carrier))
            stack.callback(self._hang_up)
            stack.callback(self.stop)
            yield

    def _hang_up(self) -> None:
        self.closing.set()
        for each in self.clients:
            each.close()

    def variables(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("RELEVO_")}
        own = {
            "RELEVO_VAR": str(self.var),
            "RELEVO_CONFIG": str(self.var / "relevo.toml"),
            "RELEVO_DATABASE_URL": self.url,
            "RELEVO_PORT": str(self.port),
            "RELEVO_PUBLIC_URL": self.base,
            "RELEVO_SECRET_KEY": SECRET,
            "RELEVO_ENGINE_URL": self.engine_url,
            "RELEVO_TWILIO_ACCOUNT_SID": SID,
            "RELEVO_TWILIO_AUTH_TOKEN": TOKEN,
            "RELEVO_TWILIO_FROM": NUMBER,
            "RELEVO_TWILIO_API_BASE": self.carrier_url,
        }
        return inherited | own | self.environment

    def start(self, *, seconds: float = 60) -> None:
        """Returns when it answers; raises RuntimeError with its log when it does not."""
        self.launch()
        deadline = time.monotonic() + seconds
        while not self.is_up():
            if self.died() or time.monotonic() > deadline:
                raise RuntimeError(f"serve did not start:\n{self.log()}")
            time.sleep(0.05)

    def launch(self) -> None:
        """Starts the process and does not wait for it."""
        self.starts += 1
        log = self.var / "serve.log" if self.logs else Path(os.devnull)
        if not self.wrapped_in:
            module, *arguments = self.module
            self.process = nursery().starts(module, tuple(arguments), self.variables(), log)
            return
        with log.open("ab") as words:
            self.process = subprocess.Popen(
                [*self.wrapped_in, sys.executable, "-m", *self.module],
                cwd=ROOT,
                env=self.variables(),
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,
                preexec_fn=dies_with_parent(),  # noqa: PLW1509 - only a system call
            )

    def is_up(self) -> bool:
        """Whether it answers; asked without httpx, whose every call loads all authorities for TLS."""
        try:
            with urlopen(f"{self.base}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def died(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def kill(self) -> None:
        """`kill -9`: nothing is flushed, finished or said."""
        assert self.process
        self._signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, *, seconds: float = 30) -> None:
        if self.process is None:
            return
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, sig: signal.Signals) -> None:
        """To the process and what runs it: strace that ends alone would leave it behind."""
        assert self.process
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, sig)

    def log(self, lines: int = 60) -> str:
        """The end of what the process has logged."""
        path = self.var / "serve.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""

    def env(self) -> Env:
        return load_env(var=self.var, config=self.var / "relevo.toml", database_url=self.url, RELEVO_SECRET_KEY=SECRET)

    @contextmanager
    def core(self) -> Iterator[Core]:
        """The same database as the process sees it, for looking at and for adding agents."""
        core = build_core(self.env(), InProcessWake())
        try:
            yield core
        finally:
            core.database.dispose()

    def taken_texts(self) -> list[StoredText]:
        """Every text that the carrier took from us, oldest first."""
        assert self.carrier
        texts: list[StoredText] = self.carrier.state.desk.book.newest_first()
        return [text for text in reversed(texts) if text.direction == "outbound-api"]

    def carrier_faults(self, **chosen: Any) -> None:
        httpx.put(f"{self.carrier_url}/simulator/api/faults", json=chosen, timeout=10).raise_for_status()


def wait_until(look: Callable[[], Any], *, seconds: float, what: str) -> Any:
    """What `look` finds once it is true; fails after `seconds` with what is missing."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(0.05)
    return found
