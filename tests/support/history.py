"""A small history, written through the service, that can be counted by hand."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handoff import service
from handoff.service import CallbackForm, EntryRef, Inbound, Reply, Said
from handoff.service.base.views import AgentView
from handoff.service.proof.reports import Asked
from tests.support.core import World

MADRID = ZoneInfo("Europe/Madrid")
ENTRY = EntryRef(id="shop-hours", version=1, title="Opening hours", source="Guide")
FORM = CallbackForm(message="call me", phone="+34600111222")


def local(day: str, clock: str, *, fold: int = 0) -> datetime:
    """That clock of Madrid on that day, as an instant."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=MADRID, fold=fold).astimezone(UTC)


def asked(since: str, until: str | None = None, **how: Any) -> Asked:
    return Asked(since=date.fromisoformat(since), until=date.fromisoformat(until or since), **how)


@dataclass
class History:
    """Steps that customers, the bot and one agent take at instants that the test names."""

    world: World
    agent: AgentView
    said: int = field(default=0)

    @classmethod
    def begun(cls, world: World) -> "History":
        return cls(world=world, agent=world.agent(capacity=100))

    def visitor(self, language: str = "en", address: str | None = None) -> str:
        """The same address is the same customer."""
        started = service.start_conversation(
            self.world.core,
            channel="web",
            account="web",
            address=address or secrets.token_hex(6),
            language=language,
            now=self.world.now,
        )
        return started.conversation_id

    def texts(self, phone: str, text: str) -> str:
        """A text message; the conversation of that phone."""
        self.said += 1
        inbound = Inbound(
            channel="sms",
            account="+34900000000",
            address=phone,
            text=text,
            at=self.world.now,
            carrier_id=f"S{self.said}",
        )
        return service.record_inbound(self.world.core, inbound, now=self.world.now).conversation_id

    def says(self, conversation: str, text: str = "a question") -> None:
        self.said += 1
        self.world.write(conversation, text, client_id=f"c{self.said}")

    def bot(self, decision: str = "answer", *, entry: EntryRef | None = ENTRY) -> None:
        """The bot answers whoever waits for it: an approved entry, or something without one."""
        core, now = self.world.core, self.world.now
        said = Said(text="we open at nine", entry=entry if decision == "answer" else None, release=1)
        for turn in service.take_turns(core, owner="bot", limit=50, now=now):
            reply = Reply(said=[said], decision=decision, facts={"decision": decision})
            assert service.finish_turn(core, turn, reply, now=now)

    def asks_bot(self, conversation: str, decision: str = "answer") -> None:
        self.says(conversation)
        self.bot(decision)

    def rates(self, conversation: str, stars: int) -> None:
        service.rate(self.world.core, conversation, stars, now=self.world.now)

    def needs(self, conversation: str) -> str:
        return self.world.open_case(conversation)

    def takes(self, reference: str) -> None:
        self.world.claim(self.agent, reference)

    def ends(self, reference: str) -> None:
        """Resolved now, the time to undo left out."""
        version = self.world.case(self.agent, reference).version
        service.mark_seen(self.world.core, self.agent, reference, now=self.world.now)
        service.resolve(self.world.core, self.agent, reference, version, "solved", now=self.world.now)

    def promises(self, conversation: str) -> datetime:
        """The customer leaves the form; when we must have called."""
        brief = service.submit_form(self.world.core, conversation, FORM, now=self.world.now)
        assert brief.due_at is not None
        return brief.due_at

    def calls(self, conversation: str, outcome: str = "reached") -> None:
        handoff = service.read_conversation(self.world.core, conversation, now=self.world.now).handoff
        assert handoff is not None
        case = self.world.case(self.agent, handoff.reference)
        service.start_call(self.world.core, self.agent, handoff.reference, case.version, now=self.world.now)
        case = self.world.case(self.agent, handoff.reference)
        service.record_attempt(
            self.world.core, self.agent, handoff.reference, case.version, outcome, now=self.world.now
        )
        if outcome == "reached":
            self.ends(handoff.reference)
