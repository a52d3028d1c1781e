"""Opting out of a channel and back in: one confirmation, a ledger row, and then silence."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from handoff.models import Address, Conversation, Delivery, Message
from handoff.service.base import ledger
from handoff.service.base.core import Work
from handoff.service.base.inbound import Inbound
from handoff.service.base.rows import open_handoff_of
from handoff.service.base.stopped import start_again
from handoff.service.talk.lateness import BROUGHT_IN, consented_since
from handoff.service.talk.phones import stop_chat_at
from handoff.service.telling.alerts import alert
from handoff.service.telling.notices import tell
from handoff.service.telling.saying import supersede
from handoff.store import id_at, one

ANSWER_WITHIN = timedelta(hours=24)
_SENT = ("pending", "sending", "sent", "delivered")
_NO_QUESTION = frozenset({"disclosure", "greeting", "sms_started", "sms_help"})  # they invite, and ask nothing


def as_meant(work: Work, inbound: Inbound) -> Inbound:
    """The text with what it means here: "CANCELAR" alone, where we asked something last, is the answer to that.

    Where the carrier has acted upon the word it is an opt-out, whatever was asked.
    """
    if not inbound.doubtful or inbound.control is None or inbound.carrier_confirms:
        return inbound
    return replace(inbound, control=None) if _was_asked(work, inbound) else inbound


def _was_asked(work: Work, inbound: Inbound) -> bool:
    """Whether the last that went to this phone within a day asks something, in whichever conversation.

    What is read in late answers only what had been asked when it was sent.
    """
    until = inbound.sent_at or work.now
    statement = (
        select(Message)
        .join(Delivery, Delivery.message_id == Message.id)
        .where(
            Delivery.id >= id_at(until - ANSWER_WITHIN),
            Delivery.created_at <= until,
            Delivery.channel == inbound.channel,
            Delivery.address == inbound.address,
            Delivery.status.in_(_SENT),
        )
        .order_by(Delivery.id.desc())
        .limit(1)
    )
    last = work.session.execute(statement).scalar_one_or_none()
    return last is not None and last.notice not in _NO_QUESTION and bool(last.choices or "?" in last.text)


def note_late(work: Work, inbound: Inbound, message: Message) -> None:
    """A text that no webhook brought: the ledger says when the carrier took it."""
    if inbound.sent_at is not None:
        stream = ledger.conversation_stream(message.conversation_id)
        facts = {"place": message.seq, "sent": inbound.sent_at.isoformat()}
        ledger.append(work, stream, BROUGHT_IN, actor="system", data=facts)


def apply_control(work: Work, conversation: Conversation, inbound: Inbound) -> None:
    """Carries out the inbound's `stop`, `start` or `help` for the conversation's address.

    A START or STOP that was sent before another one, and is read in after it, is only put on record.
    """
    control, confirm = inbound.control, not inbound.carrier_confirms
    address = one(work.session, Address, conversation.address_id, lock=True)
    if address is None or control is None:
        return
    overtaken = _is_overtaken(work, conversation, address, inbound)
    _record(work, conversation, inbound)
    if overtaken:
        _alert_if_silent(work, conversation, address)
    elif control == "stop":
        _stop(work, conversation, address, sent=inbound.sent_at or work.now, confirm=confirm)
    elif control == "start":
        address.opted_out_at = None
        start_again(work, address)
        work.session.flush()
        if confirm:
            tell(work, conversation, "sms_started")
    elif confirm and address.opted_out_at is None:  # HELP does not undo an opt-out
        tell(work, conversation, "sms_help")


def _is_overtaken(work: Work, conversation: Conversation, address: Address, inbound: Inbound) -> bool:
    if inbound.sent_at is None or inbound.control not in ("start", "stop"):
        return False
    return consented_since(work, conversation, address, inbound.control, inbound.sent_at)


def _record(work: Work, conversation: Conversation, inbound: Inbound) -> None:
    facts = {"channel": conversation.channel}
    if inbound.sent_at is not None:
        facts["sent"] = inbound.sent_at.isoformat()
    stream = ledger.conversation_stream(conversation.id)
    ledger.append(work, stream, f"consent.{inbound.control}", actor="customer", data=facts)


def _stop(work: Work, conversation: Conversation, address: Address, *, sent: datetime, confirm: bool) -> None:
    """`opted_out_at` is when the newest STOP was sent: a START from before it undoes nothing."""
    if address.opted_out_at is not None:
        address.opted_out_at = max(address.opted_out_at, sent)
        return
    supersede(work, conversation.id)
    stop_chat_at(work, address.value)
    address.opted_out_at = sent
    work.session.flush()
    if confirm:
        tell(work, conversation, "sms_stopped")
    _alert_if_silent(work, conversation, address)


def _alert_if_silent(work: Work, conversation: Conversation, address: Address) -> None:
    handoff = open_handoff_of(work.session, conversation.id)
    if handoff is not None and address.opted_out_at is not None:
        alert(work, "customer_opted_out", "agent", handoff)
