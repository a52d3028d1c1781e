"""Edge a: a need for a person becomes an obligation, once, however often it is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from handoff.detection.signals import Signal
from handoff.models import Address, Conversation, HandoffRow, Message
from handoff.service.base.core import Work
from handoff.service.base.records import columns
from handoff.service.base.rows import open_handoff_of
from handoff.service.base.signed import signed_contact
from handoff.service.base.tokens import new_reference
from handoff.service.cases.moving import Act, leave_to_people, move, settle, world
from handoff.service.telling.saying import last_message_seq
from handoff.states import Event, EventKind, State, Urgency, next_state
from handoff.store import new_id, one

LINK_WITHIN = timedelta(hours=72)
ENGINE_DOWN = "engine_down"  # the reason of a case that only the engine's failure opened


@dataclass(frozen=True, kw_only=True)
class Need:
    """Why a person is needed: the reason's slug, how urgent, and the signals with the customer's words."""

    reason: str
    urgency: Urgency = Urgency.NORMAL
    signals: Sequence[Signal] = ()
    actor: str = "customer"


def open_handoff(work: Work, conversation: Conversation, need: Need) -> HandoffRow:
    """Opens the conversation's handoff, or adds to the open one: handing off twice is harmless."""
    row = open_handoff_of(work.session, conversation.id, lock=True)
    if row is not None:
        _add_evidence(work, row, need)
        told = {"reason": need.reason}
        if need.actor == "customer" and row.reason == ENGINE_DOWN:
            row.reason = need.reason  # from here on it is the customer who wants a person
        move(work, conversation, row, Act(kind=EventKind.OPEN, actor=need.actor, urgency=need.urgency, data=told))
        if need.actor == "customer":
            move(work, conversation, row, Act(kind=EventKind.ASK_AGAIN, actor=need.actor, data=told))
        return row
    return begin(work, conversation, need)


def begin(
    work: Work,
    conversation: Conversation,
    need: Need,
    *,
    kind: EventKind = EventKind.OPEN,
    given: Mapping[str, Any] | None = None,
) -> HandoffRow:
    """A new handoff where none is open: by a need (OPEN), or by a message with a contact (FORM)."""
    earlier = linked_handoff(work, conversation)
    contact = {**(_known_contact(work, conversation) or {}), **(given or {})} or None
    last_customer = last_message_seq(work, conversation.id, "customer")
    event = Event(
        kind=kind,
        facts=world(work, need.urgency),
        urgency=need.urgency,
        contact=contact is not None,
        unseen=_unseen(work, conversation),
    )
    transition = next_state(None, event, work.now)
    row = HandoffRow(
        id=new_id(work.now),
        reference=_free_reference(work),
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        reason=need.reason,
        signals=_signals(need, work),
        language=conversation.language,
        channel=conversation.channel,
        opened_at=work.now,
        entered_at=work.now,
        waiting_since=transition.after.waiting_since,
        contact=contact,
        answered_upto=conversation.watermark,
        linked_to=earlier.id if earlier else None,
        changed_seq=0,
        **columns(transition.after),
    )
    work.session.add(row)
    work.session.flush()
    leave_to_people(conversation, last_customer)
    data = {"reason": need.reason, "urgency": need.urgency.value, "signals": [s["kind"] for s in row.signals]}
    settle(work, conversation, row, transition, Act(kind=kind, actor=need.actor, data=data))
    return row


def _unseen(work: Work, conversation: Conversation) -> int:
    """What the customer wrote and neither the bot answered nor a person saw."""
    statement = select(func.count()).where(
        Message.conversation_id == conversation.id,
        Message.author == "customer",
        Message.kind != "control",
        Message.seq > conversation.watermark,
        Message.seen_at.is_(None),
    )
    return work.session.execute(statement).scalar_one()


def linked_handoff(work: Work, conversation: Conversation) -> HandoffRow | None:
    """The earlier case that a new need belongs to: resolved within 72 h, or ended without reaching the customer."""
    statement = (
        select(HandoffRow)
        .where(HandoffRow.conversation_id == conversation.id)
        .order_by(HandoffRow.opened_at.desc(), HandoffRow.id.desc())
        .limit(1)
    )
    last = work.session.execute(statement).scalar_one_or_none()
    if last is None or last.ended_at is None:
        return None
    recent = last.state == State.RESOLVED.value and last.ended_at > work.now - LINK_WITHIN
    return last if recent or last.state == State.UNREACHABLE.value else None


def _known_contact(work: Work, conversation: Conversation) -> dict[str, Any] | None:
    """A phone that writes to us is a contact that the carrier has proven; another is what the site has signed."""
    signed = signed_contact(work.session, conversation.customer_id)
    address = one(work.session, Address, conversation.address_id)
    if address is not None and address.channel == "sms" and address.opted_out_at is None:
        return {**signed, "phone": address.value, "proven": address.value}
    return signed if signed.keys() & {"phone", "email"} else None


def _free_reference(work: Work) -> str:
    while True:
        reference = new_reference()
        taken = select(HandoffRow.id).where(HandoffRow.reference == reference)
        if work.session.execute(taken).scalar_one_or_none() is None:
            return reference


def _signals(need: Need, work: Work) -> list[Any]:
    return [{**asdict(signal), "at": work.now.isoformat()} for signal in need.signals]


def _add_evidence(work: Work, row: HandoffRow, need: Need) -> None:
    row.signals = [*row.signals, *_signals(need, work)]
    work.session.flush()
