"""One conversation's ledger told from the start, held against the rules of a case's life and against the tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handoff.service.base import ledger
from handoff.service.base.rows import ENDED
from handoff.service.proof.auditing.batches import PREFIX, CaseNow, Line, Truth
from handoff.service.proof.auditing.telling import Case, check_shown, check_telling, needed
from handoff.service.proof.auditing.violation import Violation

_NOBODYS = frozenset({"bot", "queue"})


@dataclass(kw_only=True)
class Owed:
    """What must still be said for the newest transition of a case, in its own transaction."""

    notices: frozenset[str]
    at: datetime
    edge: str


class Story:
    """Fed row by row, in order."""

    def __init__(self, stream: str, truth: Truth) -> None:
        self.stream = stream
        self._truth = truth
        self._speaker = "bot"
        self._cases: dict[str, Case] = {}
        self._owed: dict[str, Owed] = {}
        self._erased = False
        self._recorded: set[str] = set()

    def read(self, row: Line) -> Iterator[Violation]:
        if row.message_id is not None:
            yield from self._text(row)
        if row.kind == "message":
            yield from self._message(row)
        elif row.kind.startswith("handoff."):
            yield from self._transition(row)
        elif row.kind == "untellable":
            self._has(row, row.data["handoff"], row.data["notice"])
        elif row.kind == "turn":
            yield from self._turn(row)
        elif row.kind == "erased":
            self._erased = True

    def end(self) -> Iterator[Violation]:
        """What can be said once the last row was read: the tables must say the same."""
        for reference in list(self._owed):
            yield from self._settled(reference)
        for reference, now in self._truth.cases.items():
            yield from self._compared(now, self._cases.get(reference))
        yield from check_shown(self.stream.removeprefix(PREFIX), self._truth)
        yield from self._erasure()
        for message_id in self._truth.messages.keys() - self._recorded:
            yield Violation(invariant="message_recorded", subject=message_id, found="the ledger does not know it")

    def _text(self, row: Line) -> Iterator[Violation]:
        self._recorded.add(row.message_id)
        found = self._truth.messages.get(row.message_id)
        if self._truth.erased:
            return
        if found is None:
            yield Violation(invariant="ledger_text", subject=row.message_id, found="the message is gone")
            return
        text, salt = found
        if not salt or ledger.commit_to(salt, text) != row.commitment:
            yield Violation(invariant="ledger_text", subject=row.message_id, found="not the text of the ledger")

    def _message(self, row: Line) -> Iterator[Violation]:
        author, place = row.data["author"], f"{self.stream}#{row.seq}"
        if author == "bot" and self._speaker != "bot":
            yield Violation(invariant="bot_is_silent", subject=place, found=f"spoke while {self._speaker} had it")
        if author == "agent" and self._speaker != row.actor:
            yield Violation(invariant="only_the_holder_speaks", subject=place, found=f"{row.actor}, {self._speaker}")
        if "notice" in row.data:
            yield from check_telling(row, place, self._cases)
            self._has(row, row.data.get("handoff"), row.data["notice"]["id"])

    def _has(self, row: Line, about: Mapping[str, Any] | None, notice: str) -> None:
        """The customer was told what was owed; or people were, in the same transaction, that it cannot be said."""
        reference: str = (about or {}).get("reference", "")
        owed = self._owed.get(reference)
        if owed is not None and owed.at == row.at and notice in owed.notices:
            del self._owed[reference]

    def _turn(self, row: Line) -> Iterator[Violation]:
        if row.data.get("fuel") == 0 and row.data.get("person") is None:
            place = f"{self.stream}#{row.seq}"
            yield Violation(invariant="fuel", subject=place, found="the tank is empty and no person was offered")

    def _transition(self, row: Line) -> Iterator[Violation]:
        data = row.data
        reference: str = data["reference"]
        before = self._cases.get(reference)
        yield from self._settled(reference)
        after = Case.of(row, before)
        yield from _continued(reference, before, after, data)
        if after.state in ENDED:
            yield from self._ended(row, before)
        self._cases[reference] = after
        self._speaker = "bot" if after.state in ENDED else after.speaker
        notices = needed(row, before, after)
        if notices:
            self._owed[reference] = Owed(notices=notices, at=row.at, edge=data["edge"])

    def _settled(self, reference: str) -> Iterator[Violation]:
        owed = self._owed.pop(reference, None)
        if owed is not None:
            found = f"edge {owed.edge} at {owed.at.isoformat()} said none of {', '.join(sorted(owed.notices))}"
            yield Violation(invariant="transition_told", subject=reference, found=found)

    def _ended(self, row: Line, before: Case | None) -> Iterator[Violation]:
        reference, edge = row.data["reference"], row.data["edge"]
        now = self._truth.cases.get(reference)
        holder = f"agent:{before.agent}" if before and before.agent else None
        tried = now is None or now.attempts > 0
        allowed = {
            "l": row.actor == holder,
            "m": row.actor == holder,
            "n": row.actor == "customer",
            "j": row.actor == holder and tried,
        }
        if not allowed.get(edge, False):
            yield Violation(invariant="ends_by_people", subject=reference, found=f"edge {edge} by {row.actor}")

    def _compared(self, now: CaseNow, told: Case | None) -> Iterator[Violation]:
        said = told and (told.state, told.version, told.agent, told.due)
        if told is None or said != (now.state, now.version, *_of(now, told)):
            found = f"ledger {said}, row {(now.state, now.version, now.agent, ledger.json_instant(now.due_at))}"
            yield Violation(invariant="ledger_equals_state", subject=now.reference, found=found)
        if told is not None and now.waiting_since > told.opened:
            yield Violation(invariant="waiting_since", subject=now.reference, found="the wait began after the need")

    def _erasure(self) -> Iterator[Violation]:
        left = sum(1 for text, salt in self._truth.messages.values() if text or salt)
        subject = self.stream.removeprefix(PREFIX)
        if self._truth.erased and left:
            yield Violation(invariant="erased", subject=subject, found=f"{left} messages still have text or salt")
        if self._truth.erased != self._erased:
            found = "the ledger says nothing of it" if self._truth.erased else "the ledger alone says so"
            yield Violation(invariant="erased", subject=subject, found=found)


def _of(now: CaseNow, told: Case) -> tuple[str | None, str | None]:
    """Holder and due time; a holder who is missing, and a promise open past the end, have checks of their own."""
    agent = now.agent if now.agent is not None else told.agent
    return agent, told.due if now.state in ENDED else ledger.json_instant(now.due_at)


def _continued(reference: str, before: Case | None, after: Case, data: dict[str, Any]) -> Iterator[Violation]:
    """The row goes on from the one before: from its state, and one version up exactly when something changed."""
    came_from = before.state if before else None
    began_anew = before is None or before.state in ENDED
    if data["from"] != came_from and not (began_anew and data["from"] is None):
        yield Violation(invariant="transition_recorded", subject=reference, found=f"{came_from} became {data['from']}")
    expected = 1 if before is None else before.version + (before.told != after.told)
    if after.version != expected:
        found = f"{after.version} where {expected} was due"
        yield Violation(invariant="version_rises", subject=reference, found=found)
