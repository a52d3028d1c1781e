"""What the desk reads: the queue and the callbacks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation, Customer, HandoffRow, Message, PromiseRow
from handoff.service.base.core import Core, newest_change
from handoff.service.base.records import label_of
from handoff.service.base.rows import SHOWN
from handoff.service.base.tokens import make_cursor
from handoff.service.base.views import AgentRef, AgentView, CallbackItem, Pending, QueueItem, QueueView
from handoff.service.cases.reach import masked_contact, may_see
from handoff.states import HELD_STATES, DeadlineKind, State, Urgency

URGENCY_RANK = {Urgency.SAFETY.value: 0, Urgency.HIGH.value: 1, Urgency.NORMAL.value: 2}


def read_queue(core: Core, actor: AgentView, now: datetime) -> QueueView:
    """Every open case: waiting (urgency, the front, then deadline), mine, others', and the promised callbacks."""
    with core.database.read() as session:
        cursor = newest_change(session)
        rows = session.execute(select(HandoffRow).where(HandoffRow.deadline_at.is_not(None))).scalars().all()
        items = items_of(session, rows)
        ordered = sorted(items, key=_order)
        mine = [item for item in ordered if _holder_id(item) == actor.id]
        others = [item for item in ordered if _holder_id(item) not in (None, actor.id)]
        waiting = [item for item in ordered if _holder_id(item) is None and item.state != State.PROMISED.value]
        return QueueView(
            waiting=tuple(waiting),
            mine=tuple(mine),
            others=tuple(others),
            callbacks=_callbacks(session, actor, now),
            cursor=make_cursor(cursor),
        )


def read_callbacks(core: Core, actor: AgentView, now: datetime) -> tuple[CallbackItem, ...]:
    """Every open promise, overdue first, then by due time. Contact is masked but for whoever calls, and supervisors."""
    with core.database.read() as session:
        return _callbacks(session, actor, now)


def _holder_id(item: QueueItem) -> str | None:
    return item.agent.id if item.agent else None


def _order(item: QueueItem) -> tuple[Any, ...]:
    deadline = item.deadline_at or item.waiting_since
    return (URGENCY_RANK.get(item.urgency, 2), not item.front, deadline, item.reference)


def items_of(session: Session, rows: Sequence[HandoffRow]) -> list[QueueItem]:
    """The rows as the desk shows them, with one query for each kind of neighbour."""
    ids = [row.id for row in rows]
    agents = _by_id(session, Agent, {row.agent_id for row in rows if row.agent_id})
    customers = _by_id(session, Customer, {row.customer_id for row in rows})
    talks = _by_id(session, Conversation, {row.conversation_id for row in rows})
    said = Message.author.in_(("customer", "agent", "bot")) & SHOWN
    lasts = _last_messages(session, [row.conversation_id for row in rows], said)
    statement = select(PromiseRow).where(PromiseRow.handoff_id.in_(ids), PromiseRow.status == "open")
    promises = {promise.handoff_id: promise for promise in session.execute(statement).scalars()}
    return [
        _item(
            row,
            agents.get(row.agent_id or ""),
            promises.get(row.id),
            label_of(row, customers[row.customer_id], talks[row.conversation_id]),
            talks[row.conversation_id].spoken,
            lasts.get(row.conversation_id),
        )
        for row in rows
    ]


def _by_id(session: Session, entity: Any, ids: set[str]) -> dict[str, Any]:
    if not ids:
        return {}
    return {found.id: found for found in session.execute(select(entity).where(entity.id.in_(ids))).scalars()}


def _last_messages(
    session: Session, conversation_ids: Sequence[str], *which: ColumnElement[bool]
) -> dict[str, Message]:
    """The newest of `which` messages, by conversation."""
    newest = (
        select(Message.conversation_id, func.max(Message.seq).label("seq"))
        .where(Message.conversation_id.in_(conversation_ids), *which)
        .group_by(Message.conversation_id)
        .subquery()
    )
    statement = select(Message).join(
        newest, (Message.conversation_id == newest.c.conversation_id) & (Message.seq == newest.c.seq)
    )
    return {message.conversation_id: message for message in session.execute(statement).scalars()}


def _item(
    row: HandoffRow, agent: Agent | None, promise: PromiseRow | None, label: str, channel: str, last: Message | None
) -> QueueItem:
    held = State(row.state) in HELD_STATES
    ref = AgentRef(id=agent.id, name=agent.name) if agent is not None else None
    strongest = max(row.signals, key=lambda signal: signal.get("strength", 0), default=None)
    return QueueItem(
        reference=row.reference,
        version=row.version,
        state=row.state,
        urgency=row.urgency,
        reason=row.reason,
        evidence=str((strongest or {}).get("evidence", "")),
        language=row.language,
        channel=channel,
        waiting_since=row.waiting_since,
        customer_label=label,
        deadline_at=row.deadline_at,
        deadline_kind=DeadlineKind(row.deadline_kind).value if row.deadline_kind else None,
        agent=ref if held else None,
        offered_to=ref if row.state == State.OFFERED.value else None,
        due_at=promise.due_at if promise else None,
        unseen=row.unseen,
        last_text=last.text[:200] if last else "",
        last_author=last.author if last else "",
        rung=row.rung,
        front=row.front,
        pending=pending_of(row),
    )


def pending_of(row: HandoffRow) -> Pending | None:
    if row.pending is None or row.pending_at is None:
        return None
    return Pending(kind=row.pending["kind"], undo_until=row.pending_at)


def _callbacks(session: Session, actor: AgentView, now: datetime) -> tuple[CallbackItem, ...]:
    statement = (
        select(HandoffRow, PromiseRow, Agent)
        .join(PromiseRow, (PromiseRow.handoff_id == HandoffRow.id) & (PromiseRow.status == "open"))
        .outerjoin(Agent, Agent.id == HandoffRow.agent_id)
        .where(HandoffRow.deadline_at.is_not(None), PromiseRow.closed_at.is_(None))
        .order_by(PromiseRow.due_at, PromiseRow.made_at, HandoffRow.reference)
    )
    found = session.execute(statement).all()
    labels = {item.reference: item.customer_label for item in items_of(session, [row for row, _, _ in found])}
    messages = _forms(session, [row.conversation_id for row, _, _ in found])
    return tuple(
        CallbackItem(
            reference=row.reference,
            version=row.version,
            state=row.state,
            customer_label=labels[row.reference],
            language=row.language,
            due_at=promise.due_at,
            overdue=promise.due_at <= now or promise.breaches > 0,
            attempts=promise.attempts,
            contact=shown_contact(row, full=may_see(actor, row)),
            contact_kind=contact_line(row)[1],
            message=messages.get(row.conversation_id, ""),
            breaches=promise.breaches,
            urgency=row.urgency,
            agent=AgentRef(id=agent.id, name=agent.name) if row.agent_id else None,
        )
        for row, promise, agent in sorted(found, key=lambda each: (each[1].breaches == 0, each[1].due_at))
    )


def contact_line(row: HandoffRow) -> tuple[str | None, str | None]:
    """The way to call back and its kind, the phone first."""
    contact = row.contact or {}
    for kind in ("phone", "email"):
        if contact.get(kind):
            return str(contact[kind]), kind
    return None, None


def shown_contact(row: HandoffRow, *, full: bool) -> str | None:
    """The way to call back, masked unless it is needed."""
    contact, kind = contact_line(row)
    return contact if full or contact is None or kind is None else masked_contact(kind, contact)


def _forms(session: Session, conversation_ids: Sequence[str]) -> dict[str, str]:
    """The newest words a customer left, by conversation: the form, else their last message."""
    theirs = Message.author == "customer"
    left = _last_messages(session, conversation_ids, theirs)
    forms = _last_messages(session, conversation_ids, theirs, Message.kind == "form")
    return {conversation_id: message.text for conversation_id, message in (left | forms).items()}
