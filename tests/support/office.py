"""A desk with released knowledge on a loopback port, and the people who sit at it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from bot.guard import Guard
from bot.knowledge.content import Item
from bot.knowledge.release import build_release
from bot.knowledge.review import import_folder
from bot.knowledge.routes import router
from bot.knowledge.tables import migrate
from handoff.clock import utc_now
from handoff.service import Core
from handoff.service.people import accounts
from tests.support.core import business, make_core
from tests.support.desk import make_app
from tests.support.knowledge import NOW, entry, every_notice, library_in, write_folder
from tests.support.sms import serving

ROOT = "/api/v1/desk/knowledge"
ID = "shop-hours"


@dataclass(kw_only=True)
class Seat:
    """One agent's browser."""

    http: httpx.Client
    csrf: str

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(ROOT + path, params=query)

    def send(self, path: str, body: Any = None, *, method: str = "POST", **headers: str) -> Any:
        sent = {"Origin": str(self.http.base_url).rstrip("/"), "X-Relevo-CSRF": self.csrf, **headers}
        return self.http.request(method, ROOT + path, json=body, headers=sent)

    def edit(self, base: int, *, item_id: str = ID, **changes: Any) -> Any:
        body = {"base_version": base, "content": written(item_id, **changes)}
        return self.send(f"/entries/{item_id}", body, method="PUT")

    def step(self, name: str, version: int = 1, item_id: str = ID, **more: Any) -> Any:
        return self.send(f"/entries/{item_id}/{name}", {"version": version, **more})


@dataclass(kw_only=True)
class Office:
    """A desk with released knowledge, and its people."""

    core: Core
    app: Any
    url: str
    closing: ExitStack

    def browser(self) -> httpx.Client:
        return self.closing.enter_context(httpx.Client(base_url=self.url, timeout=30))

    def sit(self, name: str, role: str = "agent") -> Seat:
        email = f"{name.lower()}@example.com"
        accounts.add_agent(self.core, email=email, name=name, role=role, languages=("es",), now=utc_now())
        http = self.browser()
        invite = accounts.invite(self.core, email=email, now=utc_now())
        answer = http.post("/api/v1/desk/session", json={"invite": invite})
        return Seat(http=http, csrf=answer.json()["csrf"])

    def settle(self, **changes: Any) -> None:
        self.app.state.box.core = replace(self.core, business=business(**changes))


@contextmanager
def open_office(url: str, folder: Path, *items: Item, **settings: Any) -> Iterator[Office]:
    """With the entry ID and every notice released, and `items` beside or in place of them."""
    core = make_core(url, **settings)
    every = {item.id: item for item in (entry(), *every_notice(), *items)}
    migrate(core.database)
    import_folder(library_in(core), write_folder(folder, *every.values()), NOW, by="Pilar")
    build_release(library_in(core), NOW, by="Pilar")
    app = make_app(core)
    app.include_router(router())
    app.add_middleware(Guard)
    with ExitStack() as closing:
        yield Office(core=core, app=app, url=closing.enter_context(serving(app)), closing=closing)
    core.database.dispose()


def written(item_id: str = ID, **changes: Any) -> dict[str, Any]:
    return entry(item_id, **changes).content()


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
