"""A desk on a loopback port: the real core, routes and sweeper over a fresh database; only the texts are plain."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response

from handoff import service
from handoff.clock import utc_now
from handoff.desk.api import router
from handoff.desk.static import static_router
from handoff.detection.signals import Signal
from handoff.errors import InvalidInput, RelevoError
from handoff.policy import parse_business
from handoff.service import accounts
from handoff.service.core import work
from handoff.service.moving import lock_conversation
from handoff.service.opening import Need, open_handoff
from handoff.service.views import AgentView
from handoff.states import Urgency
from handoff.sweeper import Sweeper
from handoff.wake import InProcessWake
from tests.support.ports import free_port, wait_listening

DIST = Path(__file__).resolve().parents[2] / "handoff" / "desk" / "ui" / "dist"
ALWAYS = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
NEVER: dict[str, list[str]] = {}


class PlainTexts:
    """Says the notice's id and its values: what was told can be read off."""

    def render(self, notice: str, language: str, channel: str, values: Mapping[str, str]) -> service.Text:
        told = ", ".join(f"{name} {value}" for name, value in sorted(values.items()))
        text = f"{notice.replace('_', ' ')} {told}".strip()
        return service.Text(text=text, id=notice, version=1, release=1)

    def suggested(self, language: str) -> tuple[str, ...]:
        return ()


def make_core(url: str, *, hours: Mapping[str, Sequence[str]] = ALWAYS, **settings: object) -> service.Core:
    """A core over a fresh, migrated database of a business that is always open."""
    database = service.Database(url)
    service.migrate(database)
    data = {"name": "Tienda Aurora", "languages": ["es", "en"], "time_zone": "Europe/Madrid", "country": "ES"}
    business = parse_business({**data, "hours": dict(hours), **settings})
    return service.Core(
        database=database, texts=PlainTexts(), business=business, wake=InProcessWake(), secret=b"s" * 32
    )


def make_app(core: service.Core, dist: Path = DIST) -> FastAPI:
    app = FastAPI()
    app.state.box = service.CoreBox(core)
    app.include_router(router())
    app.include_router(static_router(dist))

    @app.exception_handler(RelevoError)
    def refused(request: Request, error: RelevoError) -> Response:
        return JSONResponse(error.body(), status_code=error.status)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        fields = {".".join(str(part) for part in each["loc"][1:]): each["msg"] for each in error.errors()}
        return JSONResponse(InvalidInput(fields=fields).body(), status_code=422)

    return app


@dataclass(kw_only=True)
class Desk:
    """A running desk, and a customer's hand to open cases with."""

    core: service.Core
    url: str
    stopping: threading.Event = field(default_factory=threading.Event)

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
def running(core: service.Core, port: int | None = None) -> Iterator[Desk]:
    """The desk served on loopback until the block ends."""
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(make_app(core), host="127.0.0.1", port=port, log_level="error"))
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    assert wait_listening(port, seconds=10)
    desk = Desk(core=core, url=f"http://127.0.0.1:{port}")
    sweeping = threading.Thread(target=_sweep, args=(desk,), daemon=True)
    sweeping.start()
    try:
        yield desk
    finally:
        desk.stopping.set()
        sweeping.join(5)
        server.should_exit = True
        server.force_exit = True
        serving.join(10)
        core.database.dispose()


def _sweep(desk: Desk) -> None:
    sweeper = Sweeper(service.CoreBox(desk.core), utc_now)
    while not desk.stopping.wait(0.3):
        sweeper.tick(utc_now())


def eventually(check: Callable[[], bool], *, seconds: float = 10) -> None:
    """Fails unless `check` becomes true in time."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(timedelta(milliseconds=50).total_seconds())
