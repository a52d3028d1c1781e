"""A phone that the carrier itself lets nothing of ours through to: it has opted out, with whatever word it was."""

from typing import Any

from sqlalchemy import Select, select

from handoff.models import Address, Conversation, Delivery, Message
from handoff.service.base import ledger
from handoff.service.base.core import Work
from handoff.service.base.rows import open_handoff_of
from handoff.service.telling.alerts import alert
from handoff.service.telling.saying import supersede
from handoff.service.telling.text_routes import end_route
from handoff.store import locked


def note_blocked(work: Work, row: Delivery, *, blocked: bool) -> None:
    """From now on nothing is sent there until the customer writes START; agents and the case know why."""
    address = _address(work, row) if blocked else None
    if address is None or address.opted_out_at is not None:
        return
    address.opted_out_at = work.now
    work.session.flush()
    conversation = work.session.get_one(Conversation, row.conversation_id)
    supersede(work, conversation.id)
    if row.channel != conversation.channel:
        end_route(work, conversation, "opted_out")
    stream = ledger.conversation_stream(conversation.id)
    ledger.append(work, stream, "consent.blocked", actor="carrier", data={"channel": row.channel})
    handoff = open_handoff_of(work.session, conversation.id)
    if handoff is not None:
        alert(work, "customer_opted_out", "agent", handoff)


def hold_address(work: Work, row: Delivery) -> None:
    """Locks the phone's address, before its conversation: who writes from there locks them in this order."""
    work.session.execute(locked(_at(row))).first()


def confirms_opt_out(work: Work, row: Delivery) -> bool:
    """Our confirmation of an opt-out, which a carrier that has confirmed it by itself does not let through."""
    return work.session.get_one(Message, row.message_id).notice == "sms_stopped"


def _address(work: Work, row: Delivery) -> Address | None:
    found: Address | None = work.session.execute(_at(row)).scalar_one_or_none()
    return found


def _at(row: Delivery) -> Select[Any]:
    at = Address.channel == row.channel, Address.account == row.account, Address.value == row.address
    return select(Address).where(*at).execution_options(populate_existing=True)
