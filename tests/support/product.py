"""The whole product as a process: `relevo up` in a state folder of its own, on free ports, with the SMS double."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from bot.processes import dies_with_parent
from bot.settings import ROOT
from handoff import toml
from tests.support.ports import free_port
from tests.support.processes import stop

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STARTED = "Ctrl-C stops everything"


def business(hours: Mapping[str, list[str]], **changes: Any) -> str:
    """The project's relevo.toml with other hours, in UTC, without holidays and exceptions."""
    data = tomllib.loads((ROOT / "relevo.toml").read_text(encoding="utf-8"))
    fixed = {"hours": dict(hours), "exceptions": [], "holidays": {"public": False}, "time_zone": "UTC"}
    return toml.dump(data | fixed | changes)


def always_open() -> str:
    """A business that never closes."""
    return business({day: ["00:00-24:00"] for day in DAYS})


def closed_now(now: datetime) -> str:
    """A business that is closed now and opens on one weekday only, in two or three days."""
    day = DAYS[(now + timedelta(days=3)).weekday()]
    return business({day: ["09:00-14:00"]})


@dataclass(kw_only=True)
class Product:
    """A running product. Start it with `start`; `stop` ends everything it started."""

    var: Path
    database_url: str
    settings: str = field(default_factory=always_open)
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    engine_port: int = field(default_factory=free_port)  # else two that start at once reach for the same
    actions_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def output(self) -> str:
        """What `relevo up` has told the person at the terminal since the last start."""
        return (self.var / "up.out").read_text(errors="replace")

    def variables(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("RELEVO_")}
        own = {
            "RELEVO_VAR": str(self.var),
            "RELEVO_CONFIG": str(self.var / "relevo.toml"),
            "RELEVO_DATABASE_URL": self.database_url,
            "RELEVO_PORT": str(self.port),
            "RELEVO_PUBLIC_URL": self.url,
            "RELEVO_ENGINE_URL": f"http://127.0.0.1:{self.engine_port}",
            "RELEVO_ACTIONS_URL": f"http://127.0.0.1:{self.actions_port}",
            "RELEVO_DEMO": "1",
        }
        return inherited | own | self.environment

    def start(self, seconds: float = 240) -> None:
        """Returns once it has printed its addresses; raises RuntimeError with its words when it does not."""
        self.var.mkdir(parents=True, exist_ok=True)
        (self.var / "relevo.toml").write_text(self.settings, encoding="utf-8")
        with (self.var / "up.out").open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "up"],
                cwd=ROOT,
                env=self.variables(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=dies_with_parent(),  # noqa: PLW1509 - only a system call
            )
        deadline = time.monotonic() + seconds
        while STARTED not in self.output:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"relevo up did not start:\n{self.output}\n{self.logs()}")
            time.sleep(0.05)

    def stop(self) -> int:
        """Stops it as Ctrl-C does; returns the exit code."""
        if self.process is None:
            return 0
        stop(self.process, signal.SIGINT, seconds=25)
        return self.process.returncode

    def pid(self, name: str) -> int:
        """The process id of `serve`, `engine`, `actions` or `sms-double`."""
        return int((self.var / "run" / f"{name}.pid").read_text())

    def kill(self, name: str) -> None:
        """`kill -9`; the supervisor starts it again."""
        os.kill(self.pid(name), signal.SIGKILL)

    def sign_in_link(self, role: str) -> str:
        """The one-time link of the demo `agent` or `supervisor`, as printed at the last start."""
        found = re.search(rf"Desk, as {role}\s+(\S+)", self.output)
        assert found, self.output
        return found.group(1)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another `relevo …` command in the same environment, such as `audit`."""
        command = [sys.executable, "-m", "bot.cli", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.variables(), capture_output=True, text=True, timeout=600, check=False
        )

    def logs(self, lines: int = 40) -> str:
        """The end of each log, for the report of a failed test."""
        files = sorted((self.var / "log").glob("*.log"))
        tails = (path.read_text(errors="replace").splitlines()[-lines:] for path in files)
        return "\n".join(f"── {path.name}\n" + "\n".join(tail) for path, tail in zip(files, tails, strict=True))


class StartProduct(Protocol):
    """The fixture `relevo_up`."""

    def __call__(self, settings: str | None = None, **environment: str) -> Product: ...


def train_once(folder: Path) -> Path:
    """A state folder with a trained model, to be copied into others: training takes longer than all the rest.

    Whoever comes while another process trains, waits and gets the same.
    """
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "trained").exists():
            _train(folder)
            (folder / "trained").touch()
    return folder


def _train(folder: Path) -> None:
    template = Product(var=folder, database_url=f"sqlite:///{folder / 'template.db'}")
    folder.mkdir(parents=True, exist_ok=True)
    for arguments in (["migrate"], ["knowledge", "import", str(ROOT / "data" / "knowledge")], ["knowledge", "release"]):
        done = template.run(*arguments)
        assert done.returncode == 0, done.stderr
    trained = template.run("train")
    assert trained.returncode == 0, f"{trained.stderr}\n{template.logs()}"


def copy_models(trained: Path, var: Path) -> None:
    """Gives a new state folder the models of another."""
    for name in ("models", "releases"):
        shutil.copytree(trained / name, var / name)
