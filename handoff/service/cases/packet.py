"""The packet at takeover: who, what, why and what was tried; extracted from what was said, never invented."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, Attempt, Conversation, Delivery, HandoffRow, Message, PromiseRow
from handoff.service.base.core import Core
from handoff.service.base.records import message_view
from handoff.service.base.rows import find_row, open_promise_of
from handoff.service.base.views import (
    AgentView,
    AttemptView,
    CaseView,
    EarlierCase,
    MessageView,
    PromiseView,
    SignalView,
    TriedView,
)
from handoff.service.cases.attachments import attachments_of
from handoff.service.cases.knowing import signed_facts
from handoff.service.cases.notes import notes_of
from handoff.service.cases.reach import contact_of, facts_of, may_see, reach_of
from handoff.service.cases.reading import items_of, pending_of
from handoff.service.cases.wants import want_of, writes_clearly
from handoff.states import Urgency

NEWEST = 2000
_SHOWN_DELIVERY = {"pending": "queued"}


def read_case(core: Core, actor: AgentView, reference: str, now: datetime) -> CaseView:
    """One case whole. Raises NotFound."""
    del now
    with core.database.read() as session:
        row = find_row(session, reference)
        full = may_see(actor, row)
        conversation = session.get_one(Conversation, row.conversation_id)
        messages = _messages(session, conversation.id)
        return CaseView(
            item=items_of(session, [row])[0],
            conversation_id=conversation.id,
            transcript=_transcript(session, messages, conversation.channel),
            customer_id=row.customer_id,
            time_zone=conversation.time_zone,
            want=want_of(messages, row),
            why=tuple(_signal(signal) for signal in row.signals),
            tried=_tried(messages),
            facts=(*signed_facts(session, row), *facts_of(conversation.dialogue, full=full)),
            contact=contact_of(session, conversation, row, full=full),
            earlier=_earlier(session, row),
            promise=_promise(session, core, row, messages),
            pending=pending_of(row),
            notes=notes_of(session, row),
            reach=reach_of(session, core.secret, conversation, row, full=full),
            language_known=conversation.language_known or writes_clearly(messages, conversation.language),
            masked=not full,
        )


def _messages(session: Session, conversation_id: str) -> Sequence[Message]:
    statement = (
        select(Message).where(Message.conversation_id == conversation_id).order_by(Message.seq.desc()).limit(NEWEST)
    )
    return list(session.execute(statement).scalars())[::-1]


def _transcript(session: Session, messages: Sequence[Message], channel: str) -> tuple[MessageView, ...]:
    ids = [message.id for message in messages if message.author != "customer"]
    statement = select(Delivery.message_id, Delivery.status).where(Delivery.message_id.in_(ids))
    status = {message_id: _SHOWN_DELIVERY.get(value, value) for message_id, value in session.execute(statement)}
    attached = attachments_of(session, [message.id for message in messages if message.media])
    return tuple(
        replace(
            message_view(message, status.get(message.id)),
            attachments=attached.get(message.id, ()),
            by=message.channel if message.channel != channel else None,
        )
        for message in messages
    )


def _signal(signal: dict[str, object]) -> SignalView:
    at = signal.get("at")
    return SignalView(
        kind=str(signal["kind"]),
        strength=float(str(signal["strength"])),
        language=str(signal["language"]),
        evidence=str(signal["evidence"]),
        at=datetime.fromisoformat(at) if isinstance(at, str) else None,
    )


def _tried(messages: Sequence[Message]) -> tuple[TriedView, ...]:
    tried, question = [], ""
    for message in messages:
        view = message_view(message)
        if message.author == "customer":
            question = message.text
        elif message.author == "bot" and message.entry:
            tried.append(TriedView(question=question, answer=message.text, at=message.at, entry=view.entry))
    return tuple(tried)


def _earlier(session: Session, row: HandoffRow) -> tuple[EarlierCase, ...]:
    statement = (
        select(HandoffRow)
        .where(HandoffRow.customer_id == row.customer_id, HandoffRow.id != row.id)
        .order_by(HandoffRow.opened_at.desc(), HandoffRow.id.desc())
        .limit(10)
    )
    return tuple(
        EarlierCase(
            reference=each.reference,
            state=each.state,
            opened_at=each.opened_at,
            ended_at=each.ended_at,
            outcome=each.outcome,
            topic=each.topic,
        )
        for each in session.execute(statement).scalars()
    )


def _promise(session: Session, core: Core, row: HandoffRow, messages: Sequence[Message]) -> PromiseView | None:
    promise: PromiseRow | None = open_promise_of(session, row.id)
    if promise is None:
        return None
    statement = (
        select(Attempt, Agent.name)
        .join(Agent, Agent.id == Attempt.agent_id)
        .where(Attempt.handoff_id == row.id)
        .order_by(Attempt.at, Attempt.id)
    )
    attempts = tuple(
        AttemptView(at=attempt.at, outcome=attempt.outcome, agent=name)
        for attempt, name in session.execute(statement).all()
    )
    levels = core.business.levels_for(Urgency(row.urgency))
    forms = [message.text for message in messages if message.kind == "form"]
    return PromiseView(
        due_at=promise.due_at,
        remind_at=promise.remind_at,
        breaches=promise.breaches,
        message=forms[-1] if forms else "",
        attempts=attempts,
        attempts_left=max(0, levels.max_attempts - promise.attempts),
    )
