"""A product in which nothing is wrong, for the doctor to look at, with real servers beside it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anyio import run
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from sqlalchemy import update

from bot.app import build_notifiers
from bot.doctor import Patient, examine
from bot.knowledge import release as releases
from bot.knowledge import review
from bot.knowledge.content import Item
from bot.settings import Env, load_env
from handoff.models import Agent
from handoff.service import CoreBox
from handoff.service.watch.findings import Finding
from tests.support.core import World
from tests.support.knowledge import library_in, write_folder
from tests.support.mail import MailServer

EMAIL = "duty@aurora.example"
NOTIFY = {"on_call": {"emails": [EMAIL]}, "supervisor": {"emails": ["boss@aurora.example"]}}


@dataclass
class Sides:
    """The engine's and the actions' doors, as the doctor knocks at them."""

    base: str = ""
    engine: int = 200
    source: int = 200

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/webhooks/relevo/health")
        def health() -> Response:
            return JSONResponse({"release": 1, "digest": "d", "model": "a" * 64}, self.engine)

        @app.get("/sources")
        def sources() -> Response:
            return JSONResponse({}, self.source)

        return app


@dataclass
class Clinic:
    """A product in which nothing is wrong, until a test breaks it."""

    world: World
    sides: Sides
    mail: MailServer
    folder: Path
    items: list[Item]
    settings: dict[str, Any] = field(default_factory=lambda: {"notify": NOTIFY})
    variables: dict[str, Any] = field(default_factory=dict)

    def settle(self, **changes: Any) -> None:
        self.settings |= changes
        self.world.settle(**self.settings)

    def env(self) -> Env:
        core = self.world.core
        given = {
            "var": self.folder / "var",
            "database_url": core.database.url,
            "engine_url": self.sides.base,
            "actions_url": self.sides.base,
            "smtp_url": f"smtp://127.0.0.1:{self.mail.port}",
            **self.variables,
        }
        return load_env(**{name: value for name, value in given.items() if value is not None})

    def patient(self) -> Patient:
        core, env = self.world.core, self.env()
        release = releases.current(core.database, self.world.now)
        return Patient(core=core, env=env, release=release, notifiers=build_notifiers(env, CoreBox(core)))

    def findings(self) -> dict[str, Finding]:
        patient = self.patient()
        return {found.code: found for found in run(examine, patient, self.world.now)}

    def publish(self, *items: Item) -> None:
        """These in place of those with the same ids."""
        changed = {item.id: item for item in items}
        self.items = [changed.pop(item.id, item) for item in self.items] + list(changed.values())
        folder = write_folder(self.folder / f"knowledge-{len(list(self.folder.iterdir()))}", *self.items)
        review.import_folder(library_in(self.world.core), folder, self.world.now, by="Pilar")
        releases.build_release(library_in(self.world.core), self.world.now, by="Pilar")

    def change(self, **values: Any) -> None:
        with self.world.core.database.write() as session:
            session.execute(update(Agent).values(**values))
