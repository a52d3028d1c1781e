"""A text that no webhook brought, against what was said after it was sent: it was meant for what stood before that."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select

from handoff.models import Address, Conversation, Delivery, LedgerRow, Message
from handoff.models.talk import TextRoute
from handoff.service.base import ledger
from handoff.service.base.core import Work
from handoff.service.base.inbound import Inbound
from handoff.service.base.rows import SHOWN

ABOUT = timedelta(seconds=5)  # how far the carrier's clock and a webhook's way may be from ours
BROUGHT_IN = "text.brought_in"
_CONSENTS = ("consent.start", "consent.stop")
_WENT = ("pending", "sending", "sent", "delivered")


def is_overtaken(work: Work, conversation: Conversation, inbound: Inbound) -> bool:
    """Whether this phone, or somebody to it, has said something since the text was sent: it picks and confirms nothing.

    False for a text that its webhook brought.
    """
    sent = inbound.sent_at
    if sent is None:
        return False
    told = select(
        exists().where(
            Delivery.channel == inbound.channel,
            Delivery.address == inbound.address,
            Delivery.created_at > sent,
            Delivery.status.in_(_WENT),
        )
    )
    return bool(work.session.execute(told).scalar_one()) or any(_said_since(work, conversation, inbound, sent))


def _said_since(work: Work, conversation: Conversation, inbound: Inbound, sent: datetime) -> Iterator[bool]:
    statement = select(Message).where(_of_phone(conversation, inbound), Message.at > sent, SHOWN)
    for message in work.session.execute(statement).scalars().all():
        yield message.author != "customer" or _sent(work, message) > sent


def _of_phone(conversation: Conversation, inbound: Inbound) -> ColumnElement[bool]:
    """Messages of this conversation, of the phone's own, and of the web chats that went on there."""
    own = (
        select(Conversation.id)
        .join(Address, Address.id == Conversation.address_id)
        .where(Address.channel == inbound.channel, Address.account == inbound.account, Address.value == inbound.address)
    )
    chats = select(TextRoute.conversation_id).where(TextRoute.phone == inbound.address)
    at = Message.conversation_id
    return or_(at == conversation.id, at.in_(own), at.in_(chats))


def _sent(work: Work, message: Message) -> datetime:
    """When the customer sent it: one that was read in late says so in the ledger."""
    statement = select(LedgerRow.data).where(
        LedgerRow.stream == ledger.conversation_stream(message.conversation_id),
        LedgerRow.kind == BROUGHT_IN,
        LedgerRow.at == message.at,
    )
    for data in work.session.execute(statement).scalars():
        if data["place"] == message.seq:
            return datetime.fromisoformat(data["sent"])
    return message.at


def consented_since(work: Work, conversation: Conversation, address: Address, control: str, sent: datetime) -> bool:
    """Whether the phone has said START or STOP after the word that was sent then.

    Where the two are about as old a STOP holds, as silence is the lesser wrong. A carrier that has begun to let nothing
    through counts as a STOP.
    """
    if address.opted_out_at is not None and address.opted_out_at > sent:
        return True
    statement = select(LedgerRow).where(
        LedgerRow.stream == ledger.conversation_stream(conversation.id),
        LedgerRow.kind.in_(_CONSENTS),
        LedgerRow.at > sent,
    )
    rows = work.session.execute(statement).scalars().all()
    least = {"consent.start": sent + ABOUT if control == "stop" else sent, "consent.stop": sent}
    return any(_word_sent(row) > least[row.kind] for row in rows)


def _word_sent(row: LedgerRow) -> datetime:
    sent = row.data.get("sent")
    return datetime.fromisoformat(sent) if sent else row.at
