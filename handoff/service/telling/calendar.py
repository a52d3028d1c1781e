"""A promise as an event for the customer's calendar."""

from datetime import timedelta

from handoff.errors import TextMissing
from handoff.ics import CalendarEvent, write
from handoff.models import Conversation, HandoffRow, PromiseRow
from handoff.service.base.core import Work
from handoff.service.base.links import links

BEFORE = timedelta(minutes=30)  # we promise "by": the event is the half hour that ends then
_STANDS = frozenset({"open", "kept"})


def promise_ics(work: Work, conversation: Conversation, row: HandoffRow, promise: PromiseRow) -> str:
    """The calendar file of a promise. It has no word of the customer's: calendars are shared."""
    found = links(work.core, row, promise)
    link = found.page if found else ""
    case = case_name(work, conversation, row)
    event = CalendarEvent(
        uid=f"{promise.id}@relevo",
        sequence=row.version,
        stamp=work.now,
        start=promise.due_at - BEFORE,
        end=promise.due_at,
        summary=f"{work.core.business.name} · {case}",
        description=link,
        url=link,
        cancelled=promise.status not in _STANDS,
    )
    return write(event)


def case_name(work: Work, conversation: Conversation, row: HandoffRow) -> str:
    """The approved words for "your case", without a time; the bare reference where the release lacks them."""
    try:
        values = {"reference": row.reference}
        return work.core.texts.render("promise_email_subject", conversation.language, "sms", values).text
    except TextMissing:
        return row.reference
