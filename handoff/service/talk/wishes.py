"""What a customer asks of their open case in a click or a few words: the bot, a callback, to withdraw it."""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from functools import cache

from sqlalchemy import or_, select

from handoff.detection.replies import Replies
from handoff.detection.wishes import Wishes
from handoff.errors import TextMissing
from handoff.models import Conversation, Delivery, HandoffRow, Message
from handoff.service.base.core import Work
from handoff.service.base.rows import SHOWN, open_promise_of
from handoff.service.cases.moving import Act, move
from handoff.service.cases.opening import ENGINE_DOWN
from handoff.service.talk.bot_again import IN_QUEUE, try_bot
from handoff.service.talk.picking import picked
from handoff.service.telling.notices import tell_or_alert
from handoff.states import EventKind, State

LONGEST_LABEL = 80
LABELS = ("try_bot", "keep_waiting", "leave_message")
QUESTION = "confirm_withdraw"


class Wish(Enum):
    TRY_BOT = auto()
    KEEP_WAITING = auto()
    CALLBACK = auto()
    WITHDRAW = auto()
    CONFIRM = auto()
    KEEP = auto()  # the case stays


def wish_of(work: Work, conversation: Conversation, row: HandoffRow | None, text: str) -> Wish | None:
    """What this text asks of the open case; None when it is a message. While an agent has the chat it always is."""
    if len(text) > LONGEST_LABEL:
        return None
    text = picked(work, conversation, text)
    if row is None:
        return Wish.TRY_BOT if _clicked_twice(work, conversation, text) else None
    answer = _answer(work, conversation, row, text)
    if answer is not None or row.state == State.ACTIVE.value:
        return answer
    return _clicked(work, conversation, row, text) or _said(conversation, row, text)


def _clicked(work: Work, conversation: Conversation, row: HandoffRow, text: str) -> Wish | None:
    name = next((name for name in LABELS if text.strip() in _labels(work, conversation, name)), None)
    offered = row.bot_offered_at is not None and row.state in IN_QUEUE
    if name == "leave_message":
        return Wish.CALLBACK
    return {"try_bot": Wish.TRY_BOT, "keep_waiting": Wish.KEEP_WAITING}.get(name or "") if offered else None


def _clicked_twice(work: Work, conversation: Conversation, text: str) -> bool:
    """The same click again, when the first has withdrawn the case already: it is no question."""
    if text.strip() not in _labels(work, conversation, "try_bot"):
        return False
    offered = select(HandoffRow.id).where(
        HandoffRow.conversation_id == conversation.id, HandoffRow.bot_offered_at.is_not(None)
    )
    return work.session.execute(offered.limit(1)).first() is not None


def _labels(work: Work, conversation: Conversation, name: str) -> set[str]:
    """The choice as it reads in each language: the customer may have changed it after the notice."""
    found = set()
    for language in work.core.business.languages:
        try:
            found.add(work.core.texts.render(name, language, conversation.spoken, {}).text)
        except TextMissing:
            continue
    return found


def _said(conversation: Conversation, row: HandoffRow, text: str) -> Wish | None:
    said = _wishes().read(text)
    if said == "withdraw":
        return Wish.WITHDRAW
    if conversation.spoken != "sms":
        return None
    if said == "bot" and row.bot_offered_at is not None and row.state in IN_QUEUE:
        return Wish.TRY_BOT
    # where a message is being taken, these words are the message
    return Wish.CALLBACK if said == "callback" and row.state != State.COLLECTING.value else None


def _answer(work: Work, conversation: Conversation, row: HandoffRow, text: str) -> Wish | None:
    """Yes or no to the question that was asked last, when nobody has said anything since.

    A yes ends the case, so it must be a clear one: thanks, or a yes to being offered a person, is none.
    """
    if _question(work, conversation, row) is None:
        return None
    if text.strip() in _labels(work, conversation, "yes"):
        return Wish.CONFIRM
    answer, reply = _wishes().answer(text), _replies().read(text)
    if answer == "deny" or reply == "no":
        return Wish.KEEP
    return Wish.CONFIRM if answer == "confirm" and reply in {"yes", None} else None


def _question(work: Work, conversation: Conversation, row: HandoffRow) -> Message | None:
    statement = (
        select(Message)
        .where(
            Message.conversation_id == conversation.id,
            SHOWN,
            or_(Message.author.in_(("customer", "agent", "bot")), Message.notice == QUESTION),
        )
        .order_by(Message.seq.desc())
        .limit(1)
    )
    last = work.session.execute(statement).scalar_one_or_none()
    return last if last is not None and last.notice == QUESTION and last.handoff_id == row.id else None


def carry_out(work: Work, conversation: Conversation, row: HandoffRow | None, wish: Wish, message: Message) -> None:
    """Does what was asked, or says how things stand; nothing when it is done already."""
    if row is None:
        return
    if wish is Wish.CONFIRM:
        confirm(work, conversation, row, message)
    else:
        _DO[wish](work, conversation, row)


def ask_withdraw(work: Work, conversation: Conversation, row: HandoffRow) -> None:
    """Withdrawing needs a yes."""
    say_how(work, conversation, row, QUESTION)


def confirm(work: Work, conversation: Conversation, row: HandoffRow, message: Message) -> None:
    """The yes ends the case; one that is older than what the customer was told last is asked again."""
    statement = (
        select(Delivery.handoff_version)
        .join(Message, Message.id == Delivery.message_id)
        .where(Message.conversation_id == conversation.id, Message.notice == QUESTION, Message.seq < message.seq)
        .order_by(Message.seq.desc())
        .limit(1)
    )
    asked_at = work.session.execute(statement).scalar_one_or_none()
    if asked_at is None or asked_at < row.told_version:
        ask_withdraw(work, conversation, row)
        return
    move(work, conversation, row, Act(kind=EventKind.WITHDRAW, actor="customer", expected=row.version))


def take_callback(work: Work, conversation: Conversation, row: HandoffRow) -> None:
    """Edge p from the queue; elsewhere the customer hears how things stand."""
    if row.state in IN_QUEUE:
        if row.reason == ENGINE_DOWN:
            row.reason = "asked_for_callback"
        move(work, conversation, row, Act(kind=EventKind.ASK_CALLBACK, actor="customer"))
    elif row.state == State.COLLECTING.value:
        say_how(work, conversation, row, "ask_message_asked")
    else:
        say_how(work, conversation, row, "case_told")


def keep_waiting(work: Work, conversation: Conversation, row: HandoffRow) -> None:
    say_how(work, conversation, row, "case_told")


def say_how(work: Work, conversation: Conversation, row: HandoffRow, notice: str) -> None:
    """Tells the customer how things stand; a release without the notice must not turn their message away."""
    tell_or_alert(work, conversation, notice, row, open_promise_of(work.session, row.id))


_DO: Mapping[Wish, Callable[[Work, Conversation, HandoffRow], None]] = {
    Wish.TRY_BOT: try_bot,
    Wish.KEEP_WAITING: keep_waiting,
    Wish.KEEP: keep_waiting,
    Wish.CALLBACK: take_callback,
    Wish.WITHDRAW: ask_withdraw,
}


@cache
def _replies() -> Replies:
    return Replies()


@cache
def _wishes() -> Wishes:
    return Wishes()
