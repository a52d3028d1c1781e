"""The web channel's routes over a real core, on a loopback port."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest
from httpx import Client, Response

from bot.channels.web.access import Door, WebRules
from handoff.limits import Rule
from handoff.service import Core
from tests.support.core import make_core
from tests.support.web import ALWAYS, DIST, make_app, serving

SITE = "https://shop.example"


PLENTY = Door(
    rules=WebRules(
        **{name: Rule(name=name, burst=10**6, per_minute=10**6) for name in (each.name for each in fields(WebRules))}
    )
)


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    """One database for a module: conversations do not see each other."""
    made = make_core(f"sqlite:///{tmp_path_factory.mktemp('web') / 'relevo.db'}", hours=ALWAYS, sites=[SITE])
    yield made
    made.database.dispose()


@pytest.fixture(scope="module")
def make_client(core: Core) -> Iterator[Callable[..., Client]]:
    """Serves the channel with these checks at its door; gives a client of it."""
    with ExitStack() as opened:

        def make(door: Door = PLENTY, dist: Path = DIST) -> Client:
            url = opened.enter_context(serving(make_app(core, door=door, dist=dist)))
            return opened.enter_context(Client(base_url=url))

        yield make


@pytest.fixture(scope="module")
def client(make_client: Callable[..., Client]) -> Client:
    return make_client()


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A conversation and its customer's calls."""

    client: Client
    id: str
    token: str
    started: dict[str, Any]

    def call(self, method: str, path: str = "", **more: Any) -> Response:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.client.request(method, f"/api/v1/conversations/{self.id}{path}", headers=headers, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Response:
        return self.call("POST", path, json=body, **more)

    def send(self, text: str, client_id: str = "c1") -> Response:
        return self.post("/messages", {"client_id": client_id, "text": text})

    def read(self) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET").json()
        return found


def start(client: Client, **body: Any) -> Visit:
    response = client.post("/api/v1/conversations", json={"language": "en", **body})
    assert response.status_code == 201, response.text
    started = response.json()
    return Visit(client=client, id=started["conversation_id"], token=started["token"], started=started)


@pytest.fixture
def visit(client: Client) -> Visit:
    return start(client)


@pytest.fixture
def code_of() -> Callable[[Response], tuple[int, str]]:
    return lambda response: (response.status_code, response.json()["error"]["code"])
