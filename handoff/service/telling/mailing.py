"""A promise by e-mail: what the customer is told of it goes there too, with the link and an entry for the calendar.

The address is only typed, and may be a stranger's: nobody's mailbox is flooded by a visitor who repeats a form.
"""

from datetime import timedelta

import structlog
from sqlalchemy import func, select

from handoff.errors import TextMissing
from handoff.models import Conversation, HandoffRow, Notification, PromiseRow
from handoff.service.base.core import Work
from handoff.service.telling.calendar import promise_ics
from handoff.service.telling.notices import common_values
from handoff.service.telling.notifying import CUSTOMER, queue_email
from handoff.states import EffectKind, EventKind, State, Transition

log = structlog.get_logger()
OF_PROMISES = frozenset({"promised", "callback_by_agent", "promise_moved", "promise_missed", "attempt_failed"})
_ALWAYS = frozenset({EventKind.FORM, EventKind.ATTEMPT_FAILED})  # a form may bring the address; a failed call is news
MOST_AN_HOUR = 10  # to one address, and from one conversation to whatever addresses
_HOUR = timedelta(hours=1)
_CHANGED = frozenset({EffectKind.OPEN_PROMISE, EffectKind.MOVE_PROMISE})


def mail_promise(
    work: Work,
    conversation: Conversation,
    row: HandoffRow,
    promise: PromiseRow | None,
    transition: Transition,
    kind: EventKind,
) -> None:
    """At most one mail a transition: a promise made, moved, missed or renewed, or its withdrawal confirmed."""
    notice = mailed_notice(transition, kind)
    if promise is not None and notice is not None:
        mail(work, conversation, row, promise, notice)


def mailed_notice(transition: Transition, kind: EventKind) -> str | None:
    """Which of what the customer is told by this transition goes by e-mail."""
    told = [each.value for each in transition.effects if each.kind is EffectKind.TELL_CUSTOMER]
    kinds = {each.kind for each in transition.effects}
    if EffectKind.CLOSE_PROMISE in kinds:
        return "withdrawn" if transition.after.state is State.WITHDRAWN else None
    if kinds & _CHANGED or kind in _ALWAYS:
        return next((each for each in told if each in OF_PROMISES), None)
    return None


def mail(work: Work, conversation: Conversation, row: HandoffRow, promise: PromiseRow | None, notice: str) -> bool:
    """Queues this notice for the address that the customer typed; False without one, or words, or after too many."""
    target = (row.contact or {}).get("email")
    if not target or _too_many(work, row, str(target)):
        return False
    values = common_values(work, conversation, row, promise)
    language, texts = conversation.language, work.core.texts
    is_open = promise is not None and promise.status == "open"
    try:
        text = texts.render(notice, language, "sms", values).text  # plain, and with the link in it
    except TextMissing as error:
        log.warning("mail.untold", reference=row.reference, notice=notice, code=error.code)
        return False
    try:
        about = values if is_open else {"reference": row.reference}
        subject = texts.render("promise_email_subject", language, "sms", about).text
    except TextMissing:
        subject = f"{work.core.business.name} · {row.reference}"
    queue_email(
        work,
        target=str(target),
        kind=notice,
        subject=subject,
        text=text,
        language=language,
        row=row,
        ics=promise_ics(work, conversation, row, promise) if promise is not None else None,
    )
    return True


def _too_many(work: Work, row: HandoffRow, target: str) -> bool:
    recent = (Notification.audience == CUSTOMER) & (Notification.created_at > work.now - _HOUR)
    to_them = select(func.count()).where(recent, Notification.channel == "email", Notification.target == target)
    cases = select(HandoffRow.id).where(HandoffRow.conversation_id == row.conversation_id)
    from_here = select(func.count()).where(recent, Notification.handoff_id.in_(cases))
    most = max(work.session.execute(statement).scalar_one() for statement in (to_them, from_here))
    if most >= MOST_AN_HOUR:
        log.warning("mail.too_many", reference=row.reference)
    return most >= MOST_AN_HOUR
