"""The packet at takeover: who, what, why and what was tried; extracted from what was said, never invented."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Address, Agent, Attempt, Conversation, Delivery, HandoffRow, Message, PromiseRow
from handoff.service.base.core import Core
from handoff.service.base.records import message_view
from handoff.service.base.rows import find_row, open_promise_of
from handoff.service.base.views import (
    AgentView,
    AttemptView,
    CaseView,
    ContactView,
    EarlierCase,
    FactView,
    MessageView,
    NoteView,
    PromiseView,
    SignalView,
    TriedView,
)
from handoff.service.cases.notes import NOTE
from handoff.service.cases.reading import items_of, pending_of
from handoff.states import Urgency

NEWEST = 2000
_SHOWN_DELIVERY = {"pending": "queued"}


def read_case(core: Core, actor: AgentView, reference: str, now: datetime) -> CaseView:
    """One case whole. Raises NotFound."""
    del actor, now
    with core.database.read() as session:
        row = find_row(session, reference)
        conversation = session.get_one(Conversation, row.conversation_id)
        messages = _messages(session, conversation.id)
        return CaseView(
            item=items_of(session, [row])[0],
            conversation_id=conversation.id,
            transcript=_transcript(session, messages),
            customer_id=row.customer_id,
            time_zone=conversation.time_zone,
            want=_want(messages, row),
            why=tuple(_signal(signal) for signal in row.signals),
            tried=_tried(messages),
            facts=_facts(conversation),
            contact=_contact(session, conversation, row),
            earlier=_earlier(session, row),
            promise=_promise(session, core, row, messages),
            pending=pending_of(row),
            notes=_notes(messages, row),
        )


def _messages(session: Session, conversation_id: str) -> Sequence[Message]:
    statement = (
        select(Message).where(Message.conversation_id == conversation_id).order_by(Message.seq.desc()).limit(NEWEST)
    )
    return list(session.execute(statement).scalars())[::-1]


def _transcript(session: Session, messages: Sequence[Message]) -> tuple[MessageView, ...]:
    ids = [message.id for message in messages if message.author != "customer"]
    statement = select(Delivery.message_id, Delivery.status).where(Delivery.message_id.in_(ids))
    status = {message_id: _SHOWN_DELIVERY.get(value, value) for message_id, value in session.execute(statement)}
    return tuple(message_view(message, status.get(message.id)) for message in messages)


def _notes(messages: Sequence[Message], row: HandoffRow) -> tuple[NoteView, ...]:
    left = [message for message in messages if message.kind == NOTE and message.handoff_id == row.id]
    return tuple(NoteView(at=message.at, text=message.text, agent=message.agent_name) for message in left)


def _signal(signal: dict[str, object]) -> SignalView:
    at = signal.get("at")
    return SignalView(
        kind=str(signal["kind"]),
        strength=float(str(signal["strength"])),
        language=str(signal["language"]),
        evidence=str(signal["evidence"]),
        at=datetime.fromisoformat(at) if isinstance(at, str) else None,
    )


def _want(messages: Sequence[Message], row: HandoffRow) -> str:
    """The customer's own sentence: the form if they left one, else their last question that went unanswered,
    else the last thing they said before the case was opened."""
    said = [message for message in messages if message.author == "customer"]
    forms = [message for message in said if message.kind == "form" and message.at >= row.opened_at]
    if forms:
        return forms[-1].text
    before = [message for message in said if message.at <= row.opened_at and message.kind == "text"]
    refused = _refused(messages, row)
    if refused:
        return refused
    asking = {str(signal.get("evidence", "")).strip().lower() for signal in row.signals}
    needs = [message for message in before if message.text.strip().lower() not in asking]
    chosen = needs or before
    return chosen[-1].text if chosen else ""


def _refused(messages: Sequence[Message], row: HandoffRow) -> str:
    """The newest question that the bot refused before the case was opened, with nothing answered since."""
    question = refused = ""
    for message in messages:
        if message.at > row.opened_at:
            break
        if message.author == "customer":
            question = message.text
        elif message.author == "bot" and message.decision == "refuse":
            refused = question
        elif message.author == "bot" and message.entry:
            refused = ""
    return refused


def _tried(messages: Sequence[Message]) -> tuple[TriedView, ...]:
    tried, question = [], ""
    for message in messages:
        view = message_view(message)
        if message.author == "customer":
            question = message.text
        elif message.author == "bot" and message.entry:
            tried.append(TriedView(question=question, answer=message.text, at=message.at, entry=view.entry))
    return tuple(tried)


def _facts(conversation: Conversation) -> tuple[FactView, ...]:
    """What the dialogue collected and the engine's state names as slots."""
    slots = (conversation.dialogue or {}).get("facts", {})
    if not isinstance(slots, dict):
        return ()
    return tuple(FactView(name=str(name), value=str(value)) for name, value in sorted(slots.items()) if value)


def _contact(session: Session, conversation: Conversation, row: HandoffRow) -> tuple[ContactView, ...]:
    contact = row.contact or {}
    shown = [
        ContactView(kind=kind, value=str(contact[kind]), proven=bool(contact.get("proven")) and kind == "phone")
        for kind in ("name", "phone", "email")
        if contact.get(kind)
    ]
    address = session.get_one(Address, conversation.address_id)
    if address.channel == "sms" and not any(each.value == address.value for each in shown):
        shown.append(ContactView(kind="phone", value=address.value, proven=address.proven))
    return tuple(shown)


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
