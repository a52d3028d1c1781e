"""What a waiting customer's page shows of place and expected wait, kept true while others come and go."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from handoff import hours
from handoff.errors import Unavailable
from handoff.models import HandoffRow, StreamItem
from handoff.service.core import Core, Work, work
from handoff.service.estimates import basis, expected, in_queue, queue_order, queued, seconds, waited
from handoff.service.holding import open_case
from handoff.service.moving import publish_state

EVERY = timedelta(seconds=15)
BATCH = 25
MOST_LOOKED_AT = 1000
log = structlog.get_logger()


def show_places(core: Core, now: datetime) -> int:
    """Tells web customers in the queue of a new place or wait, each every 15 s at the most; returns how many."""
    if not hours.is_open(core.business, now):
        return 0
    return sum(_show(core, reference, now) for reference in _outdated(core, now))


def _outdated(core: Core, now: datetime) -> Sequence[str]:
    """Cases whose page shows another place or wait than the true one, the first in the queue first."""
    row = HandoffRow
    statement = (
        select(row.reference, row.conversation_id, row.channel, row.waiting_since, row.place_told, row.wait_told)
        .where(queued())
        .order_by(*queue_order())
        .limit(MOST_LOOKED_AT)
    )
    with core.database.read() as session:
        waiting = session.execute(statement).all()
        if not waiting:
            return ()
        unit = Work(core=core, session=session, now=now)
        facts = basis(unit)
        changed = [
            (reference, conversation_id)
            for place, (reference, conversation_id, channel, since, *told) in enumerate(waiting, start=1)
            if channel == "web" and told != [place, seconds(expected(place, facts, waited(facts, since, now)))]
        ]
        fresh = _told_lately(unit, [conversation_id for _, conversation_id in changed])
    return [reference for reference, conversation_id in changed if conversation_id not in fresh][:BATCH]


def _told_lately(unit: Work, conversation_ids: Sequence[str]) -> frozenset[str]:
    statement = select(StreamItem.conversation_id).where(
        StreamItem.conversation_id.in_(conversation_ids), StreamItem.kind == "state", StreamItem.at > unit.now - EVERY
    )
    return frozenset(unit.session.execute(statement).scalars()) if conversation_ids else frozenset()


def _show(core: Core, reference: str, now: datetime) -> int:
    """One case, looked at again under its lock."""
    try:
        with work(core, now) as unit:
            case = open_case(unit, reference)
            if not in_queue(case.row):
                return 0
            publish_state(unit, case.conversation, case.row)
            return 1
    except Unavailable:
        raise
    except Exception:
        log.exception("sweeper.stuck", reference=reference, edge="place")
        return 0
