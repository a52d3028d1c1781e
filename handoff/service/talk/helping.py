"""Whether an approved answer helped: the customer's own word about one message of the bot."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from handoff.errors import NotFound
from handoff.models import Conversation, Message
from handoff.service.base import ledger
from handoff.service.base.core import Core, Work, work
from handoff.service.base.rows import lock_conversation
from handoff.service.telling.saying import tell_page


@dataclass(frozen=True, kw_only=True)
class Helped:
    """What was said of an answer, as the customer's pages are told: `message` is its id."""

    message: str
    helped: bool


def tell_helped(core: Core, conversation_id: str, message_id: str, helped: bool, now: datetime) -> Helped:
    """Keeps what the customer said of an approved answer; saying it again changes nothing, the other word does.

    Raises NotFound unless the message is an answer of the bot in this conversation.
    """
    with work(core, now) as unit:
        conversation = lock_conversation(unit, conversation_id)
        answer = _answer(unit, conversation, message_id)
        if answer.helped != helped:
            answer.helped = helped
            _record(unit, conversation, answer, helped)
    return Helped(message=message_id, helped=helped)


def _answer(unit: Work, conversation: Conversation, message_id: str) -> Message:
    statement = select(Message).where(Message.id == message_id, Message.conversation_id == conversation.id)
    found: Message | None = unit.session.execute(statement).scalar_one_or_none()
    if found is None or found.author != "bot" or not found.entry or conversation.erased_at is not None:
        raise NotFound
    return found


def _record(unit: Work, conversation: Conversation, answer: Message, helped: bool) -> None:
    said = {"message": answer.id, "helped": helped}
    stream = ledger.conversation_stream(conversation.id)
    entry = answer.entry or {}
    data = {**said, "entry": {"id": entry.get("id"), "version": entry.get("version")}}
    ledger.append(unit, stream, "helped", actor="customer", data=data)
    tell_page(unit, conversation, "helped", said)
