"""A host of engines as a process, over the stand-in for the engine's Python, on each database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.knowledge import builds, engines
from bot.knowledge import release as releases
from bot.knowledge.builds import Build
from bot.knowledge.library import Library
from bot.knowledge.review import import_folder
from bot.processes import dies_with_parent, host_name
from bot.settings import ROOT, Env, load_env
from handoff.audit import audit_database
from handoff.clock import utc_now
from tests.support.boxed import environment_in
from tests.support.knowledge import SECRET, entry, every_notice, library_of, write_folder
from tests.support.ports import free_port

Found = TypeVar("Found")


@dataclass(kw_only=True)
class Machine:
    """A state folder with its host, which can be killed and started again."""

    env: Env
    library: Library
    folder: Path
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    written: int = 0

    @property
    def name(self) -> str:
        return host_name(self.env)

    def start(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RELEVO_")}
        own = {
            "RELEVO_VAR": str(self.env.var),
            "RELEVO_DATABASE_URL": self.env.database_url,
            "RELEVO_SECRET_KEY": SECRET.decode(),
            "RELEVO_ENGINE_URL": self.env.engine_url,
            "RELEVO_ENGINE_VENV": str(self.env.engine_venv),
        }
        with (self.folder / "host.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "bot.cli", "engine"],
                    cwd=ROOT,
                    env=kept | own,
                    stdout=log,
                    stderr=log,
                    preexec_fn=dies_with_parent(),  # noqa: PLW1509 - only a system call
                )
            )

    def end(self, sig: signal.Signals = signal.SIGTERM) -> int:
        self.processes[-1].send_signal(sig)
        return self.processes[-1].wait(20)

    def eventually(self, look: Callable[[], Found | None], seconds: float = 90) -> Found:
        deadline = time.monotonic() + seconds
        while not (found := look()):
            assert time.monotonic() < deadline, (self.folder / "host.log").read_text()[-4000:]
            time.sleep(0.05)
        return found

    def running(self) -> dict[int, str]:
        """Release → address of the engines that answer."""
        return dict(engines.ready_on(self.library.database, self.name, utc_now()))

    def serves(self, number: int) -> str:
        """Waits for the engine of this release; its address."""
        return self.eventually(lambda: self.running().get(number))

    def approve(self, item_id: str = "shop-hours", **changes: Any) -> None:
        """One more approved version of an entry."""
        self.written += 1
        folder = write_folder(self.folder / f"k{self.written}", entry(item_id, **changes))
        report = import_folder(self.library, folder, utc_now(), by="Pilar")
        assert report.approved == [item_id], report

    def ask(self) -> Build:
        return builds.ask_build(self.library, utc_now(), by="Elena")

    def ended(self, build: Build) -> Build:
        def look() -> Build | None:
            found = builds.read(self.library.database, build.id)
            return found if found.ended_at else None

        return self.eventually(look)

    def reached(self, build: Build, step: str) -> None:
        self.eventually(lambda: builds.read(self.library.database, build.id).step == step)

    def current(self) -> int:
        return releases.mark(self.library.database)[0]


def phrased(*texts: str) -> dict[str, Any]:
    """Phrasings of an entry, with these among them."""
    plain = entry().phrasings
    return {"phrasings": {"en": [*plain["en"], *texts], "es": list(plain["es"])}}


@pytest.fixture
def library(database_url: str, tmp_path: Path) -> Iterator[Library]:
    """Release 1 is current: every notice, and opening hours."""
    library = library_of(database_url)
    import_folder(library, write_folder(tmp_path / "k", *every_notice(), entry()), utc_now(), by="Pilar")
    releases.build_release(library, utc_now(), by="Pilar")
    yield library
    assert audit_database(library.database, SECRET, utc_now()).clean
    library.database.dispose()


@pytest.fixture
def machine_of(library: Library, database_url: str, tmp_path: Path) -> Iterator[Callable[[str], Machine]]:
    made: list[Machine] = []

    def make(name: str) -> Machine:
        folder = tmp_path / name
        folder.mkdir()
        env = load_env(
            var=folder / "var",
            database_url=database_url,
            engine_url=f"http://127.0.0.1:{free_port()}",
            engine_venv=environment_in(folder / "venv"),
        )
        made.append(Machine(env=env, library=library, folder=folder))
        return made[-1]

    yield make
    for machine in made:
        for process in machine.processes:
            process.kill()
            process.wait(10)


@pytest.fixture
def machine(machine_of: Callable[[str], Machine]) -> Machine:
    """A host that serves release 1."""
    machine = machine_of("one")
    machine.start()
    machine.serves(1)
    return machine
