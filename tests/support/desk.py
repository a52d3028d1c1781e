"""A desk on a loopback port: the real core, routes and sweeper over a fresh database, with plain texts."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from fastapi import APIRouter, FastAPI

from bot.routes import add_errors
from handoff import service
from handoff.clock import utc_now
from handoff.desk.api import router
from handoff.desk.static import static_router
from handoff.detection.signals import Signal
from handoff.errors import RelevoError
from handoff.service import Need
from handoff.service.base.core import work
from handoff.service.base.rows import lock_conversation
from handoff.service.base.views import AgentView, PresenceView
from handoff.service.cases.opening import open_handoff
from handoff.service.people import accounts
from handoff.states import Urgency
from handoff.sweeper import Sweeper
from tests.support.ports import free_port, wait_listening

DIST = Path(__file__).resolve().parents[2] / "handoff" / "desk" / "ui" / "dist"
ALWAYS = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def make_app(
    core: service.Core,
    *,
    public_url: str | None = None,
    dist: Path = DIST,
    more: Iterable[APIRouter] = (),
    parts: object = None,
    media: object = None,
) -> FastAPI:
    """`more`: routes of the edge, such as the knowledge's; `parts`: what they find as the app's own.

    `media`: the ways to what carriers keep, by channel.
    """
    app = FastAPI()
    app.state.media = {} if media is None else media
    app.state.parts = parts
    app.state.box, app.state.public_url = service.CoreBox(core), public_url
    add_errors(app)
    for routes in (router(), *more):
        app.include_router(routes)
    app.include_router(static_router(dist))
    return app


@dataclass(kw_only=True)
class Desk:
    """A running desk, and a customer's hand to open cases with."""

    core: service.Core
    url: str
    stopping: threading.Event = field(default_factory=threading.Event)
    closing: ExitStack = field(default_factory=ExitStack)

    def on_close(self, close: Callable[[], None]) -> None:
        """To be called when the desk stops, such as a browser's own closing."""
        self.closing.callback(close)

    def listening(self) -> int:
        """How many pages follow the desk's stream."""
        return len(self.core.wake._subscriptions.get(service.DESK, ()))  # type: ignore[attr-defined]

    def present(self) -> tuple[PresenceView, ...]:
        """Every agent, with their status."""
        return accounts.list_presence(self.core, now=utc_now())

    def agent(self, name: str, *, role: str = "agent", capacity: int | None = None) -> AgentView:
        return accounts.add_agent(
            self.core,
            email=f"{name.lower().split()[0]}@example.com",
            name=name,
            role=role,
            languages=("es", "en"),
            capacity=capacity,
            now=utc_now(),
        )

    def link(self, name: str) -> str:
        """A fresh one-time sign-in link of this agent."""
        token = accounts.invite(self.core, email=f"{name.lower().split()[0]}@example.com", now=utc_now())
        return f"{self.url}/desk/#invite={token}"

    def case(
        self,
        *said: str,
        reason: str = "request",
        evidence: str = "",
        urgency: Urgency = Urgency.NORMAL,
        language: str = "es",
        channel: str = "web",
    ) -> "Customer":
        """A customer who says these things and is then handed off."""
        customer = Customer.arrives(self.core, language=language, channel=channel)
        for text in said:
            customer.says(text)
        signal = Signal(kind=reason, strength=0.9, language=language, evidence=evidence or (said[-1] if said else ""))
        with work(self.core, utc_now()) as unit:
            conversation = lock_conversation(unit, customer.conversation_id)
            row = open_handoff(unit, conversation, Need(reason=reason, urgency=urgency, signals=(signal,)))
            customer.reference = row.reference
        return customer


@dataclass(kw_only=True)
class Customer:
    core: service.Core
    conversation_id: str
    channel: str
    address: str
    reference: str = ""
    said: int = 0

    @classmethod
    def arrives(cls, core: service.Core, *, language: str = "es", channel: str = "web") -> "Customer":
        address = f"+3460000{time.monotonic_ns() % 10000:04d}" if channel == "sms" else f"v{time.monotonic_ns()}"
        started = service.start_conversation(
            core, channel=channel, account="shop", address=address, language=language, now=utc_now()
        )
        return cls(core=core, conversation_id=started.conversation_id, channel=channel, address=address)

    def says(self, text: str) -> None:
        self.said += 1
        inbound = service.Inbound(
            channel=self.channel,
            account="shop",
            address=self.address,
            text=text,
            at=utc_now(),
            conversation_id=self.conversation_id,
            client_id=f"c{self.said}",
        )
        service.record_inbound(self.core, inbound, utc_now())

    def leaves_message(self, message: str, **contact: str) -> None:
        form = service.CallbackForm(message=message, **contact)
        service.submit_form(self.core, self.conversation_id, form, now=utc_now())

    def heard(self) -> list[str]:
        """What the customer has been told, in order."""
        view = service.read_conversation(self.core, self.conversation_id, now=utc_now())
        return [message.text for message in view.messages if message.author != "customer"]


@contextmanager
def running(
    core: service.Core,
    port: int | None = None,
    *,
    public_url: str | None = None,
    more: Iterable[APIRouter] = (),
    parts: object = None,
    media: object = None,
) -> Iterator[Desk]:
    """The desk served on loopback until the block ends."""
    port = port or free_port()
    app = make_app(core, public_url=public_url, more=more, parts=parts, media=media)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    others = set(threading.enumerate())
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    assert wait_listening(port, seconds=10)
    desk = Desk(core=core, url=f"http://127.0.0.1:{port}")
    sweeping = threading.Thread(target=_sweep, args=(desk,), daemon=True)
    sweeping.start()
    try:
        yield desk
    finally:
        desk.closing.close()
        desk.stopping.set()
        sweeping.join(5)
        server.should_exit = True
        serving.join(10)
        for thread in set(threading.enumerate()) - others:
            if thread.name.startswith("AnyIO worker"):
                thread.join(5)  # a read under way when the loop ended would take a connection after the disposal
        core.database.dispose()


def _sweep(desk: Desk) -> None:
    sweeper = Sweeper(service.CoreBox(desk.core), utc_now)
    while not desk.stopping.wait(0.3):
        with suppress(RelevoError):  # as the sweeper's own loop: the next tick tries again
            sweeper.tick(utc_now())


def eventually(check: Callable[[], bool], *, seconds: float = 10) -> None:
    """Fails unless `check` becomes true in time."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
