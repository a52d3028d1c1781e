"""Opting out of a channel and back in: one confirmation, a ledger row, and then silence."""

from handoff.models import Address, Conversation
from handoff.service.base import ledger
from handoff.service.base.core import Work
from handoff.service.base.rows import open_handoff_of
from handoff.service.talk.phones import stop_chat_at
from handoff.service.telling.alerts import alert
from handoff.service.telling.notices import tell
from handoff.service.telling.saying import supersede
from handoff.store import one


def apply_control(work: Work, conversation: Conversation, control: str, *, carrier_confirms: bool = False) -> None:
    """Carries out `stop`, `start` or `help` for the conversation's address."""
    address = one(work.session, Address, conversation.address_id, lock=True)
    if address is None:
        return
    stream = ledger.conversation_stream(conversation.id)
    ledger.append(work, stream, f"consent.{control}", actor="customer", data={"channel": conversation.channel})
    if control == "stop":
        _stop(work, conversation, address, confirm=not carrier_confirms)
    elif control == "start":
        address.opted_out_at = None
        work.session.flush()
        if not carrier_confirms:
            tell(work, conversation, "sms_started")
    elif not carrier_confirms:
        tell(work, conversation, "sms_help")


def _stop(work: Work, conversation: Conversation, address: Address, *, confirm: bool) -> None:
    if address.opted_out_at is not None:
        return
    supersede(work, conversation.id)
    stop_chat_at(work, address.value)
    address.opted_out_at = work.now
    work.session.flush()
    if confirm:
        tell(work, conversation, "sms_stopped")
    handoff = open_handoff_of(work.session, conversation.id)
    if handoff is not None:
        alert(work, "customer_opted_out", "agent", handoff)
