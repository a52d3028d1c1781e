"""A customer's message while a handoff is open: people see it, and the customer knows that it counts."""

from handoff.models import Conversation, HandoffRow, Message
from handoff.service.base.core import Work
from handoff.service.base.records import to_record
from handoff.service.cases.moving import Act, move
from handoff.service.telling.text_routes import way_of
from handoff.states import EventKind, State, bot_may_speak


def customer_wrote(work: Work, conversation: Conversation, row: HandoffRow, message: Message) -> bool:
    """Adds the message to the case; returns whether the bot may answer it too (design invariant 3)."""
    if row.state == State.COLLECTING.value and message.channel == "sms" and message.text.strip():
        take_message_by_text(work, conversation, row)
        return False
    move(work, conversation, row, Act(kind=EventKind.CUSTOMER_WRITES, actor="customer"))
    return bot_may_answer(row)


def bot_may_answer(row: HandoffRow) -> bool:
    """While a promise stands, or while everybody is away until the next opening (design invariant 3)."""
    return bot_may_speak(to_record(row, None))


def take_message_by_text(work: Work, conversation: Conversation, row: HandoffRow) -> None:
    """On a phone the text itself is the form, and the number that wrote it is the contact."""
    phone = way_of(work, conversation).address
    row.contact = {**(row.contact or {}), "phone": phone, "proven": phone}
    work.session.flush()
    move(work, conversation, row, Act(kind=EventKind.FORM, actor="customer", contact=True))
