"""The web channel on a loopback port: the real core, routes, widget and sweeper over a fresh database."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response

from bot.channels.web.access import Door
from bot.channels.web.routes import router
from bot.channels.web.static import static_router
from bot.promises.routes import router as promise_router
from bot.routes import add_errors
from handoff import service
from handoff.clock import utc_now
from handoff.service import CoreBox, EntryRef, Reply, Said
from handoff.service.base.views import AgentView, QueueItem
from handoff.service.people import accounts
from handoff.sweeper import Sweeper
from tests.support.core import make_core
from tests.support.identity import identities
from tests.support.ports import free_port, wait_listening

DIST = Path(__file__).resolve().parents[2] / "bot" / "widget" / "dist"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = {day: ["00:00-24:00"] for day in DAYS}


def make_app(core: service.Core, *, door: Door | None = None, dist: Path = DIST) -> FastAPI:
    app = FastAPI()
    app.state.box = CoreBox(core)
    add_errors(app)
    app.include_router(router(door=door))
    app.include_router(promise_router())
    app.include_router(static_router(dist))
    return app


def standalone() -> FastAPI:
    """For `uvicorn --factory` in a process of its own, over the database TEST_DATABASE_URL."""
    return make_app(make_core(os.environ["TEST_DATABASE_URL"], hours=ALWAYS))


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The app on a free port until the block ends; gives its address."""
    port = free_port()
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert wait_listening(port, seconds=10)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@dataclass(kw_only=True)
class Site:
    """A running channel that can be stopped and started again on its port, with a bot's and an agent's hand."""

    core: service.Core
    port: int
    server: uvicorn.Server | None = None
    serving: threading.Thread | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    agent: AgentView | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        app = make_app(self.core)
        app.state.identities = identities()
        _add_host_pages(app, self.url)
        config = uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="error")
        self.server = uvicorn.Server(config)
        self.serving = threading.Thread(target=self.server.run, daemon=True)
        self.serving.start()
        assert wait_listening(self.port, seconds=10)

    def stop(self) -> None:
        """Gone at once: open streams are cut, not ended."""
        assert self.server
        assert self.serving
        self.server.force_exit = self.server.should_exit = True
        self.serving.join(15)
        assert not self.serving.is_alive()

    def answer(self, text: str, *, source: str = "Guide, section 2", seconds: float = 10) -> None:
        """The bot answers the next turn with an approved entry of this text."""
        entry = EntryRef(id="an-entry", version=1, title="A title", source=source)
        self._finish(Reply(said=[Said(text=text, entry=entry, release=1)]), seconds)

    def offer_person(self, seconds: float = 10) -> None:
        self._finish(Reply(said=[Said(notice="offer_person")]), seconds)

    def _finish(self, reply: Reply, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            for turn in service.take_turns(self.core, owner="test", limit=1, now=utc_now()):
                assert service.finish_turn(self.core, turn, reply, now=utc_now())
                return
            assert time.monotonic() < deadline, "the customer's message did not arrive"
            time.sleep(0.05)

    def claim(self, name: str = "Ana Ruiz") -> str:
        """An agent takes the case that waits longest; returns its reference."""
        self.agent = accounts.add_agent(
            self.core, email="ana@example.com", name=name, role="agent", languages=("es", "en"), now=utc_now()
        )
        accounts.beat(self.core, self.agent, "online", now=utc_now())
        case = self.queue()[0]
        service.claim(self.core, self.agent, case.reference, case.version, now=utc_now())
        return case.reference

    def says(self, reference: str, text: str) -> None:
        """The agent reads everything and replies."""
        assert self.agent
        service.mark_seen(self.core, self.agent, reference, now=utc_now())
        version = service.read_case(self.core, self.agent, reference, now=utc_now()).item.version
        service.reply(self.core, self.agent, reference, version, f"a{time.monotonic_ns()}", text, now=utc_now())

    def resolve(self, reference: str) -> None:
        """The agent has read everything and ends the case."""
        assert self.agent
        service.mark_seen(self.core, self.agent, reference, now=utc_now())
        version = service.read_case(self.core, self.agent, reference, now=utc_now()).item.version
        service.resolve(self.core, self.agent, reference, version, "solved", "", now=utc_now())

    def queue(self) -> list[QueueItem]:
        assert self.agent
        view = service.read_queue(self.core, self.agent, now=utc_now())
        return [*view.waiting, *view.others, *view.mine]

    def sweep(self) -> None:
        sweeper = Sweeper(CoreBox(self.core), utc_now)
        while not self.stopping.wait(0.3):
            sweeper.tick(utc_now())


@contextmanager
def running(url: str, port: int | None = None, **changes: object) -> Iterator[Site]:
    """The channel served over a fresh database at `url` until the block ends."""
    port = port or free_port()
    core = make_core(url, **{"hours": ALWAYS, "sites": [f"http://localhost:{port}"], "undo_seconds": 0, **changes})
    site = Site(core=replace(core, public_url=f"http://127.0.0.1:{port}"), port=port)
    site.start()
    sweeping = threading.Thread(target=site.sweep, daemon=True)
    sweeping.start()
    try:
        yield site
    finally:
        site.stopping.set()
        sweeping.join(5)
        site.stop()
        core.database.dispose()


EARLY = "(window.Relevo = window.Relevo || []).push(['prefill', 'my order'], ['language', 'es'], ['open'])"


def _add_host_pages(app: FastAPI, widget: str) -> None:
    """A page of another origin (`localhost` is not `127.0.0.1`) with a policy as strict as a site can have.

    `tag`: the script's attributes. `early`: a script of the site's own calls us before we are there.
    """

    @app.get("/host")
    def host(tag: str = "data-language='en'", early: bool = False, direction: str = "ltr") -> HTMLResponse:
        scripts = f"{widget} 'self'" if early else widget
        policy = f"default-src 'none'; script-src {scripts}; frame-src {widget}; require-trusted-types-for 'script'"
        page = (
            f"<!doctype html><html lang='en' dir='{direction}'><title>Host</title>"
            + ("<script src='/early.js'></script>" if early else "")
            + f"<script async src='{widget}/widget.js' data-relevo {tag}></script>"
            "<p>A host page. <a href='/host?early=0'>Another</a> <button>Theirs</button></p>"
            "<div id='help'></div></html>"
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})

    @app.get("/early.js")
    def early_script() -> Response:
        return Response(EARLY, media_type="text/javascript")


def eventually(check: Callable[[], bool], *, seconds: float = 10) -> None:
    """Fails unless `check` becomes true in time."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
