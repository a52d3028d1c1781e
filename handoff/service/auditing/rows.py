"""Re-checking every invariant on a live database, from the rows themselves and from the ledger."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Alert, Conversation, Delivery, HandoffRow, LedgerRow, LedgerStream, Message, PromiseRow
from handoff.service import ledger
from handoff.service.records import ENDED
from handoff.store import Database

OVERDUE = timedelta(seconds=60)
STUCK = timedelta(minutes=5)
ENDING = frozenset({"l", "m", "n", "j"})
_UNFINISHED = ("pending", "sending")


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One broken invariant: its slug, what it is about, and what was found."""

    invariant: str
    subject: str
    found: str


def counts_of(database: Database) -> dict[str, int]:
    """How much there is of everything that is checked."""
    with database.read() as session:
        tables = {
            "conversations": Conversation,
            "messages": Message,
            "handoffs": HandoffRow,
            "promises": PromiseRow,
            "deliveries": Delivery,
            "ledger_rows": LedgerRow,
        }
        found = {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}
        is_open = select(func.count()).select_from(HandoffRow).where(HandoffRow.state.not_in(ENDED))
        return {**found, "open_handoffs": session.scalar(is_open) or 0}


def violations_of(database: Database, secret: bytes, now: datetime) -> Iterator[Violation]:
    """Every violation, check by check."""
    checks: tuple[Callable[[Session, datetime], Iterator[Violation]], ...] = (
        _one_open,
        _deadlines,
        _overdue,
        _ends,
        _unanswered,
        _deliveries,
        _dead_told,
    )
    with database.read() as session:
        for check in checks:
            yield from check(session, now)
        yield from _chains(session, secret)
        yield from _stories(session)


def _one_open(session: Session, _now: datetime) -> Iterator[Violation]:
    pairs = (
        ("one_open_handoff", HandoffRow.conversation_id, HandoffRow.state.not_in(ENDED)),
        ("one_open_promise", PromiseRow.handoff_id, PromiseRow.status == "open"),
    )
    for slug, column, is_open in pairs:
        statement = select(column, func.count()).where(is_open).group_by(column).having(func.count() > 1)
        for subject, number in session.execute(statement):
            yield Violation(invariant=slug, subject=subject, found=f"{number} open at once")


def _deadlines(session: Session, _now: datetime) -> Iterator[Violation]:
    for row in session.execute(select(HandoffRow)).scalars():
        ended = row.state in ENDED
        if ended != (row.deadline_at is None):
            yield Violation(
                invariant="open_has_deadline", subject=row.reference, found=f"{row.state} {row.deadline_at}"
            )
        if row.state in ("active", "calling", "offered") and row.agent_id is None:
            yield Violation(invariant="one_holder", subject=row.reference, found=f"{row.state} without an agent")
        if row.waiting_since > row.opened_at:
            yield Violation(invariant="waiting_since", subject=row.reference, found="the wait began after the opening")


def _overdue(session: Session, now: datetime) -> Iterator[Violation]:
    statement = select(HandoffRow).where(HandoffRow.deadline_at < now - OVERDUE)
    for row in session.execute(statement).scalars():
        late = now - row.deadline_at if row.deadline_at else OVERDUE
        yield Violation(invariant="deadline_served", subject=row.reference, found=f"{row.deadline_kind} {late} ago")
    statement_promises = (
        select(HandoffRow.reference, PromiseRow.due_at)
        .join(PromiseRow, PromiseRow.handoff_id == HandoffRow.id)
        .where(PromiseRow.status == "open", PromiseRow.due_at < now - OVERDUE)
    )
    for reference, due_at in session.execute(statement_promises):
        yield Violation(invariant="promise_kept_or_renewed", subject=reference, found=f"due at {due_at.isoformat()}")


def _ends(session: Session, _now: datetime) -> Iterator[Violation]:
    """An ended case has no open promise."""
    statement = (
        select(HandoffRow.reference)
        .join(PromiseRow, PromiseRow.handoff_id == HandoffRow.id)
        .where(PromiseRow.status == "open", HandoffRow.state.in_(ENDED))
    )
    for reference in session.execute(statement).scalars():
        yield Violation(invariant="promise_closed_with_case", subject=reference, found="still open after the end")


def _unanswered(session: Session, _now: datetime) -> Iterator[Violation]:
    """A customer's message is answered, or a turn is due for it, or people have it."""
    has_case = select(HandoffRow.id).where(
        HandoffRow.conversation_id == Conversation.id, HandoffRow.state.not_in(ENDED)
    )
    statement = (
        select(Message.conversation_id, func.count())
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.author == "customer",
            Message.kind == "text",
            Message.seq > Conversation.watermark,
            Conversation.turn_since.is_(None),
            Conversation.erased_at.is_(None),
            ~has_case.exists(),
        )
        .group_by(Message.conversation_id)
    )
    for conversation_id, number in session.execute(statement):
        found = f"{number} messages without a turn or a person"
        yield Violation(invariant="no_message_lost", subject=conversation_id, found=found)


def _deliveries(session: Session, now: datetime) -> Iterator[Violation]:
    stuck = select(Delivery).where(
        Delivery.status == "sending", Delivery.lease_until.is_not(None), Delivery.lease_until < now - STUCK
    )
    for row in session.execute(stuck).scalars():
        yield Violation(invariant="delivery_ends", subject=row.id, found="sending under a lease that ended long ago")
    later = Delivery.__table__.alias("later")
    ahead = (
        select(Delivery.id)
        .join(later, later.c.conversation_id == Delivery.conversation_id)
        .where(
            Delivery.channel != "web",
            Delivery.status.in_(_UNFINISHED),
            later.c.channel == Delivery.channel,
            later.c.position > Delivery.position,
            later.c.status.in_(("sent", "delivered")),
        )
        .distinct()
    )
    for delivery_id in session.execute(ahead).scalars():
        yield Violation(invariant="delivery_order", subject=delivery_id, found="a later one was sent first")


def _dead_told(session: Session, _now: datetime) -> Iterator[Violation]:
    told = set(session.execute(select(Alert.handoff_id).where(Alert.kind == "delivery_dead")).scalars())
    statement = select(Delivery).where(Delivery.status == "dead")
    for row in session.execute(statement).scalars():
        if row.handoff_id not in told:
            yield Violation(invariant="dead_delivery_told", subject=row.id, found="no agent was told")


def _chains(session: Session, secret: bytes) -> Iterator[Violation]:
    """Every stream: places without gap, each row's hash, each link, the sealed head, and what the texts commit to."""
    for head in session.execute(select(LedgerStream).order_by(LedgerStream.stream)).scalars():
        previous, expected = ledger.GENESIS, 1
        rows = select(LedgerRow).where(LedgerRow.stream == head.stream).order_by(LedgerRow.seq)
        for row in session.execute(rows).scalars():
            place = f"{head.stream}#{row.seq}"
            if row.seq != expected:
                yield Violation(invariant="ledger_chain", subject=place, found=f"row {expected} is missing")
            if row.previous != previous or ledger.row_hash(row) != row.hash:
                yield Violation(invariant="ledger_chain", subject=place, found="the row was changed or moved")
            previous, expected = row.hash, row.seq + 1
        sealed = ledger.seal_of(secret, head.stream, head.next_seq, head.head)
        if (head.head, head.next_seq, head.seal) != (previous, expected, sealed):
            yield Violation(
                invariant="ledger_chain", subject=head.stream, found="the tail was cut, or the head changed"
            )
    yield from _commitments(session)


def _commitments(session: Session) -> Iterator[Violation]:
    statement = select(LedgerRow, Message).join(Message, Message.id == LedgerRow.message_id)
    for row, message in session.execute(statement):
        if message.salt and ledger.commit_to(message.salt, message.text) != row.commitment:
            yield Violation(invariant="ledger_text", subject=message.id, found="the text is not the one in the ledger")


def _stories(session: Session) -> Iterator[Violation]:
    """Each conversation's ledger told from the start: who might speak, how versions rose, how cases ended."""
    rows = select(LedgerRow).where(LedgerRow.stream.like("conversation:%")).order_by(LedgerRow.stream, LedgerRow.seq)
    story = _Story("")
    last: dict[str, dict[str, Any]] = {}
    for row in session.execute(rows).scalars():
        if row.stream != story.stream:
            story = _Story(row.stream)
        yield from story.read(row)
        if row.kind.startswith("handoff."):
            last[row.data["reference"]] = row.data
    for case in session.execute(select(HandoffRow)).scalars():
        told = last.get(case.reference)
        if told is None or (told["to"], told["version"]) != (case.state, case.version):
            found = f"ledger {told and (told['to'], told['version'])}, row {(case.state, case.version)}"
            yield Violation(invariant="ledger_equals_state", subject=case.reference, found=found)


class _Story:
    """One conversation's ledger as it is read."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self._speaker = "bot"
        self._versions: dict[str, int] = {}
        self._told: dict[str, str] = {}

    def read(self, row: LedgerRow) -> Iterator[Violation]:
        if row.kind == "message":
            yield from self._message(row)
        elif row.kind.startswith("handoff."):
            yield from self._handoff(row)

    def _message(self, row: LedgerRow) -> Iterator[Violation]:
        author = row.data["author"]
        place = f"{self.stream}#{row.seq}"
        if author == "bot" and self._speaker != "bot":
            yield Violation(invariant="bot_is_silent", subject=place, found=f"spoke while {self._speaker} had it")
        if author == "agent" and self._speaker != row.actor:
            yield Violation(invariant="only_the_holder_speaks", subject=place, found=f"{row.actor}, {self._speaker}")

    def _handoff(self, row: LedgerRow) -> Iterator[Violation]:
        data, reference = row.data, row.data["reference"]
        if data["version"] < self._versions.get(reference, 0):
            yield Violation(invariant="version_rises", subject=reference, found=f"fell to {data['version']}")
        before = self._told.get(reference)
        if before is not None and data["from"] != before:
            yield Violation(invariant="transition_recorded", subject=reference, found=f"{before} became {data['from']}")
        if data["to"] in ENDED and data["edge"] not in ENDING:
            yield Violation(invariant="ends_by_people", subject=reference, found=f"edge {data['edge']}")
        self._versions[reference] = data["version"]
        self._told[reference] = data["to"]
        self._speaker = "bot" if data["to"] in ENDED else data["speaker"]
