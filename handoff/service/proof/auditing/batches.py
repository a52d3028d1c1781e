"""The ledger read stream by stream, in batches of bounded size, with what the tables say of each conversation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from handoff.models import (
    Agent,
    Attempt,
    Conversation,
    HandoffRow,
    LedgerRow,
    LedgerStream,
    Message,
    PromiseRow,
    StreamItem,
)
from handoff.service.proof.auditing.looking import Looking

BATCH = 250  # streams
FETCH = 2000  # rows
PREFIX = "conversation:"
_LINE = (
    LedgerRow.stream,
    LedgerRow.seq,
    LedgerRow.at,
    LedgerRow.kind,
    LedgerRow.actor,
    LedgerRow.data,
    LedgerRow.message_id,
    LedgerRow.commitment,
    LedgerRow.previous,
    LedgerRow.hash,
)
Line = Row[Any]  # a ledger row's columns, without the cost of an object


@dataclass(frozen=True, kw_only=True)
class CaseNow:
    """A case as its row has it."""

    id: str
    reference: str
    state: str
    version: int
    agent: str | None
    opened_at: datetime
    waiting_since: datetime
    due_at: datetime | None
    attempts: int


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What the tables say of one conversation."""

    erased: bool
    cases: Mapping[str, CaseNow]  # by reference
    messages: Mapping[str, tuple[str, str]]  # id → text, salt
    shown: Mapping[str, Any] | None  # the last state in the customer's stream


def batches(look: Looking) -> Iterator[Sequence[LedgerStream]]:
    """The heads of all streams, in order."""
    last = ""
    while True:
        statement = select(LedgerStream).where(LedgerStream.stream > last).order_by(LedgerStream.stream).limit(BATCH)
        if look.only_open:
            names = select(PREFIX + HandoffRow.conversation_id).where(HandoffRow.deadline_at.is_not(None))
            statement = statement.where(LedgerStream.stream.in_(names))
        heads = look.session.execute(statement).scalars().all()
        if not heads:
            return
        yield heads
        last = heads[-1].stream
        look.session.expunge_all()


def lines(look: Looking, heads: Sequence[LedgerStream]) -> Iterator[Line]:
    """Every row of these streams, in order."""
    statement = (
        select(*_LINE)
        .where(LedgerRow.stream.in_([head.stream for head in heads]))
        .order_by(LedgerRow.stream, LedgerRow.seq)
    )
    yield from look.session.execute(statement.execution_options(yield_per=FETCH))


def truths(look: Looking, heads: Sequence[LedgerStream]) -> dict[str, Truth]:
    """What the tables say of the batch's conversations, by stream."""
    ids = [head.stream.removeprefix(PREFIX) for head in heads if head.stream.startswith(PREFIX)]
    cases, shown = _cases(look, ids), _shown(look, ids)
    messages: dict[str, dict[str, tuple[str, str]]] = {}
    said = select(Message.conversation_id, Message.id, Message.text, Message.salt)
    for conversation_id, message_id, text, salt in _rows(look, said.where(Message.conversation_id.in_(ids))):
        messages.setdefault(conversation_id, {})[message_id] = (text, salt)
    talks = select(Conversation.id, Conversation.erased_at).where(Conversation.id.in_(ids))
    return {
        PREFIX + conversation_id: Truth(
            erased=erased_at is not None,
            cases=cases.get(conversation_id, {}),
            messages=messages.get(conversation_id, {}),
            shown=shown.get(conversation_id),
        )
        for conversation_id, erased_at in _rows(look, talks)
    }


def _rows(look: Looking, statement: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return look.session.execute(statement).all()


def _cases(look: Looking, ids: Sequence[str]) -> dict[str, dict[str, CaseNow]]:
    of_these = HandoffRow.conversation_id.in_(ids)
    tries = (
        select(Attempt.handoff_id, func.count())
        .join(HandoffRow, HandoffRow.id == Attempt.handoff_id)
        .where(of_these)
        .group_by(Attempt.handoff_id)
    )
    attempts: dict[str, int] = {handoff_id: number for handoff_id, number in _rows(look, tries)}  # noqa: C416 - typed
    statement = (
        select(
            HandoffRow.conversation_id,
            HandoffRow.id,
            HandoffRow.reference,
            HandoffRow.state,
            HandoffRow.version,
            HandoffRow.agent_id,
            HandoffRow.opened_at,
            HandoffRow.waiting_since,
            PromiseRow.due_at,
        )
        .outerjoin(PromiseRow, (PromiseRow.handoff_id == HandoffRow.id) & (PromiseRow.status == "open"))
        .where(of_these)
    )
    found: dict[str, dict[str, CaseNow]] = {}
    for row in _rows(look, statement):
        found.setdefault(row.conversation_id, {})[row.reference] = CaseNow(
            id=row.id,
            reference=row.reference,
            state=row.state,
            version=row.version,
            agent=row.agent_id,
            opened_at=row.opened_at,
            waiting_since=row.waiting_since,
            due_at=row.due_at,
            attempts=attempts.get(row.id, 0),
        )
    return found


def _shown(look: Looking, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    newest = (
        select(StreamItem.conversation_id, func.max(StreamItem.seq).label("seq"))
        .where(StreamItem.conversation_id.in_(ids), StreamItem.kind == "state")
        .group_by(StreamItem.conversation_id)
        .subquery()
    )
    statement = select(StreamItem.conversation_id, StreamItem.data).join(
        newest, (StreamItem.conversation_id == newest.c.conversation_id) & (StreamItem.seq == newest.c.seq)
    )
    return {conversation_id: data or {} for conversation_id, data in _rows(look, statement)}


def agents_of(look: Looking) -> frozenset[str]:
    """Every agent there ever was."""
    return frozenset(look.session.execute(select(Agent.id)).scalars())
