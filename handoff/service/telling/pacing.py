"""How fast one of our numbers sends: carriers take a few texts a second from each, and refuse or delay the rest.

What waits goes by its weight and then by its age, however often it was refused: people's replies and what is urgent
first. A text that waits before such a one to the same phone goes with it, as the order to a phone is kept.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, insert, literal_column, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from handoff.models import Delivery, HandoffRow, Message
from handoff.models.talk import Pace
from handoff.service.base.core import Work
from handoff.states import Urgency

# as bound values they would use no partial index
_SPELT: tuple[ColumnElement[str], ...] = (literal_column("'pending'"), literal_column("'sending'"))
AHEAD = timedelta(seconds=2)  # what an idle number may send at once: as much as two seconds are good for


def in_turn(work: Work, channel: str) -> tuple[Any, ...]:
    """How deliveries that are due follow one another. Without a rate nobody waits, and the index gives the order."""
    if _step(work, channel) is None:
        return Delivery.next_at, Delivery.position
    same = aliased(Delivery)
    pressing = exists().where(
        same.channel == Delivery.channel,
        same.address == Delivery.address,
        same.status.in_(_SPELT),
        same.next_at <= work.now,
        or_(same.author == "agent", _is_safety(same), _is_urgent(same)),
    )
    return case((pressing, 0), else_=1), Delivery.created_at, Delivery.position, Delivery.id


def _is_safety(row: type[Delivery]) -> ColumnElement[bool]:
    return exists().where(Message.id == row.message_id, Message.notice == "safety")


def _is_urgent(row: type[Delivery]) -> ColumnElement[bool]:
    return exists().where(HandoffRow.id == row.handoff_id, HandoffRow.urgency != Urgency.NORMAL.value)


def may_send(work: Work, channel: str) -> ColumnElement[bool]:
    """Only numbers that may send now. A text that may have been sent already is only looked for."""
    step = _step(work, channel)
    if step is None:
        return true()
    busy = select(Pace.account).where(Pace.channel == channel, Pace.free_at > work.now + max(AHEAD, step) - step)
    return or_(Delivery.status == "sending", Delivery.account.not_in(work.session.execute(busy).scalars().all()))


def fitting(work: Work, channel: str, rows: Sequence[Delivery]) -> list[Delivery]:
    """As many of them, in their order, as each number may send now: else those behind would go in their place."""
    step = _step(work, channel)
    if step is None:
        return list(rows)
    room: dict[str, int] = {}
    found = []
    for row in rows:
        if row.status == "pending":
            left = room[row.account] if row.account in room else _room(work, row, step)
            room[row.account] = left - 1
            if left <= 0:
                continue
        found.append(row)
    return found


def _room(work: Work, row: Delivery, step: timedelta) -> int:
    pace = work.session.get(Pace, (row.channel, row.account))
    free_at = max(pace.free_at, work.now) if pace else work.now
    return (work.now + max(AHEAD, step) - free_at) // step


def _step(work: Work, channel: str) -> timedelta | None:
    """From one text to the next; none where the settings name no rate."""
    rate = work.core.business.channels.sms.per_second if channel == "sms" else 0
    return timedelta(seconds=1) / rate if rate else None


def must_wait(work: Work, row: Delivery) -> bool:
    """Whether this number has sent enough for now; the delivery is then due when it may send again.

    A text that may have been sent already is only looked for, and waits for nothing.
    """
    step = _step(work, row.channel)
    if step is None or row.status == "sending":
        return False
    pace = _pace(work, row)
    free_at = max(pace.free_at, work.now)
    if free_at + step > work.now + max(AHEAD, step):
        row.next_at = free_at + step - max(AHEAD, step)
        row.lease_owner = row.lease_until = None
        return True
    pace.free_at = free_at + step
    return False


def _pace(work: Work, row: Delivery) -> Pace:
    """The number's row, locked. It may never have sent."""
    key = (row.channel, row.account)
    found = work.session.get(Pace, key, with_for_update=True, populate_existing=True)
    if found is not None:
        return found
    with suppress(IntegrityError), work.session.begin_nested():  # somebody else's first text may be quicker
        work.session.execute(insert(Pace).values(channel=key[0], account=key[1], free_at=work.now))
    return work.session.get_one(Pace, key, with_for_update=True, populate_existing=True)
