"""How fast one of our numbers sends: carriers take a few texts a second from each, and refuse or delay the rest."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from handoff.models import Delivery
from handoff.models.talk import Pace
from handoff.service.base.core import Work

AHEAD = timedelta(seconds=2)  # what an idle number may send at once: as much as two seconds are good for


def must_wait(work: Work, row: Delivery) -> bool:
    """Whether this number has sent enough for now; the delivery is then due when it may send again.

    A text that may have been sent already is only looked for, and waits for nothing.
    """
    rate = work.core.business.channels.sms.per_second if row.channel == "sms" else 0
    if rate == 0 or row.status == "sending":
        return False
    pace = _pace(work, row)
    step = timedelta(seconds=1) / rate
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
