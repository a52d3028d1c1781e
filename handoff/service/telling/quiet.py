"""Quiet hours: at night nothing is texted that the clock starts. An answer, and what is urgent, goes at once."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from handoff.intervals import quiet_minutes
from handoff.models import Conversation, Delivery, HandoffRow, Message
from handoff.service.base.core import Work
from handoff.service.telling.text_routes import Way
from handoff.states import Urgency

REPLY_WITHIN = timedelta(minutes=15)  # who wrote within this is awake, and waits for an answer
BY_ITSELF: Final = frozenset(  # what the clock says; whatever an agent or the customer has caused is not here
    {
        "agent_lost",
        "agent_lost_closed",
        "ask_message_busy",
        "engine_back",
        "handoff_waiting",
        "handoff_waiting_closed",
        "handoff_waiting_estimate",
        "handoff_waiting_place",
        "new_agent_message",
        "nobody_left",
        "promise_missed",
        "promise_moved",
        "promised",
        "still_waiting",
        "unreachable",
    }
)


def not_before(
    work: Work, conversation: Conversation, message: Message, handoff: HandoffRow | None, way: Way
) -> datetime:
    """When this message may be sent. One that is said at once takes along what was kept for the morning."""
    hours = work.core.business.channels.sms.quiet if way.channel == "sms" else None
    if hours is None:
        return work.now
    until = quiet_until(hours, work.now, _zone(work, conversation))
    if until is None or not _can_wait(work, conversation, message, handoff):
        _release(work, way)
        return work.now
    return until


def quiet_until(hours: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours end that `now` falls into, there; None outside of them. On the local clock, over DST too."""
    start, end = quiet_minutes(hours)
    local = now.astimezone(zone)
    minute = local.hour * 60 + local.minute
    if not (start <= minute < end if start < end else minute >= start or minute < end):
        return None
    day = local.date() + timedelta(days=1 if start > end and minute >= start else 0)
    return datetime.combine(day, time(end // 60, end % 60), zone).astimezone(now.tzinfo)


def _can_wait(work: Work, conversation: Conversation, message: Message, handoff: HandoffRow | None) -> bool:
    if message.author != "system" or message.notice not in BY_ITSELF:
        return False
    if handoff is not None and handoff.urgency != Urgency.NORMAL.value:
        return False
    wrote = select(Message.at).where(Message.conversation_id == conversation.id, Message.author == "customer")
    last = work.session.execute(wrote.order_by(Message.seq.desc()).limit(1)).scalar_one_or_none()
    return last is None or last < work.now - REPLY_WITHIN


def _release(work: Work, way: Way) -> None:
    """What waits for the morning goes first: the customer is awake, and order to one phone is kept."""
    held = update(Delivery).where(
        Delivery.address == way.address,
        Delivery.channel == way.channel,
        Delivery.status == "pending",
        Delivery.tries == 0,
        Delivery.next_at > work.now,
    )
    work.session.execute(held.values(next_at=work.now))


def _zone(work: Work, conversation: Conversation) -> ZoneInfo:
    """The customer's, as far as any of their visits has told it; else the business's."""
    known = select(Conversation.time_zone).where(
        Conversation.customer_id == conversation.customer_id, Conversation.time_zone.is_not(None)
    )
    newest = work.session.execute(known.order_by(Conversation.created_at.desc()).limit(1)).scalar_one_or_none()
    for name in (conversation.time_zone, newest):
        try:
            if name:
                return ZoneInfo(name)
        except (OSError, ValueError):  # a page may have sent anything
            continue
    return ZoneInfo(work.core.business.time_zone)
