"""A core over a real database, with plain texts and an hour that the test chooses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handoff import service
from handoff.policy import Business, parse_business
from handoff.service import Core, Database, Inbound, Text
from handoff.service.base.views import AgentView, QueueItem
from handoff.service.people import accounts
from handoff.wake import InProcessWake
from tests.support import schema, statements

MONDAY_NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 12:00 in Madrid, open
SUNDAY_NIGHT = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)  # closed until Monday 9:00 in Madrid
WEEK = {key: ["09:00-18:00"] for key in ("mon", "tue", "wed", "thu", "fri")}


@dataclass(frozen=True)
class PlainTexts:
    """The Null of the Texts port: names the notice and its values instead of approved words."""

    def render(self, notice: str, language: str, channel: str, values: Mapping[str, str]) -> Text:
        said = " ".join(f"{name}={values[name]}" for name in sorted(values) if name in {"reference", "due", "agent"})
        return Text(text=f"[{notice} {language} {channel}] {said}".strip(), id=notice, version=1, release=1)

    def suggested(self, language: str) -> tuple[str, ...]:
        return ("first question", "second question")

    def topics(self) -> tuple[str, ...]:
        return ("delivery", "returns")


def business(**changes: Any) -> Business:
    data: dict[str, Any] = {
        "name": "Aurora",
        "languages": ["es", "en"],
        "time_zone": "Europe/Madrid",
        "country": "ES",
        "hours": WEEK,
        "holidays": {"public": False},
        "undo_seconds": 10,
    }
    return parse_business({**data, **changes})


def make_core(url: str, **changes: Any) -> Core:
    database = Database(url)
    schema.put(database)
    statements.share(database.engine)
    return Core(
        database=database,
        texts=PlainTexts(),
        business=business(**changes),
        wake=InProcessWake(),
        secret=b"a secret for tests, 32 bytes long",
    )


@dataclass
class World:
    """A core and an instant, with the steps that tests take."""

    core: Core
    now: datetime = MONDAY_NOON

    def later(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now

    def at(self, now: datetime) -> "World":
        self.now = now
        return self

    def settle(self, **changes: Any) -> None:
        self.core = replace(self.core, business=business(**changes))

    def visit(self, language: str | None = "en") -> str:
        started = service.start_conversation(
            self.core, channel="web", account="web", address="v", language=language, now=self.now
        )
        return started.conversation_id

    def write(self, conversation_id: str, text: str, client_id: str | None = None) -> service.Recorded:
        inbound = Inbound(
            channel="web",
            account="web",
            address="",
            text=text,
            at=self.now,
            conversation_id=conversation_id,
            client_id=client_id or text,
        )
        return service.record_inbound(self.core, inbound, now=self.now)

    def text(self, phone: str, text: str, sid: str, **more: Any) -> service.Recorded:
        inbound = Inbound(
            channel="sms", account="+34900000000", address=phone, text=text, at=self.now, carrier_id=sid, **more
        )
        return service.record_inbound(self.core, inbound, now=self.now)

    def agent(self, name: str = "Ana", role: str = "agent", capacity: int | None = None) -> AgentView:
        return accounts.add_agent(
            self.core,
            email=f"{name.lower()}@example.com",
            name=name,
            role=role,
            languages=("es", "en"),
            capacity=capacity,
            now=self.now,
        )

    def open_case(self, conversation_id: str) -> str:
        return service.ask_person(self.core, conversation_id, now=self.now).reference

    def claim(self, agent: AgentView, reference: str) -> QueueItem:
        service.claim(self.core, agent, reference, self.case(agent, reference).version, now=self.now)
        return self.case(agent, reference)

    def case(self, agent: AgentView, reference: str) -> QueueItem:
        return service.read_case(self.core, agent, reference, now=self.now).item

    def texts(self, conversation_id: str) -> list[str]:
        view = service.read_conversation(self.core, conversation_id, now=self.now)
        return [message.text for message in view.messages]

    def state(self, conversation_id: str) -> str:
        return service.read_conversation(self.core, conversation_id, now=self.now).state

    def notices(self, conversation_id: str) -> list[str]:
        return [text[1:].split(" ")[0] for text in self.texts(conversation_id) if text.startswith("[")]

    def sweep(self, **delta: float) -> int:
        return service.expire(self.core, self.later(**delta))


def world(url: str) -> Iterator[World]:
    made = World(make_core(url))
    yield made
    made.core.database.dispose()
