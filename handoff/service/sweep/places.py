"""What a waiting customer's page shows of place and expected wait, kept true while others come and go."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select

from handoff import hours
from handoff.errors import Unavailable
from handoff.models import HandoffRow, StreamItem
from handoff.service.base.core import Core, Work, work
from handoff.service.base.rows import open_promise_of
from handoff.service.cases.holding import open_case
from handoff.service.cases.moving import publish_state
from handoff.service.people.estimates import (
    Grounds,
    Kind,
    expected,
    in_queue,
    queue_order,
    queued,
    seconds,
    standing_by,
    waited,
)

EVERY = timedelta(seconds=15)
BATCH = 25
TOGETHER = 5  # in one transaction, so that nobody who writes has to wait for long
MOST_LOOKED_AT = 1000
log = structlog.get_logger()


def show_places(core: Core, now: datetime) -> int:
    """Tells web customers in the queue of a new place or wait, each every 15 s at the most; returns how many."""
    if not hours.is_open(core.business, now):
        return 0
    outdated = _outdated(core, now)
    return sum(_show_some(core, outdated[done : done + TOGETHER], now) for done in range(0, len(outdated), TOGETHER))


def _outdated(core: Core, now: datetime) -> Sequence[str]:
    """Cases whose page shows another place or wait than the true one: the first in the queue, by conversation."""
    row = HandoffRow
    shown = (row.reference, row.conversation_id, row.channel, row.waiting_since, row.place_told, row.wait_told)
    kind = (row.language, row.team, row.rung)
    statement = select(*shown, *kind).where(queued()).order_by(*queue_order()).limit(MOST_LOOKED_AT)
    with core.database.read() as session:
        waiting = session.execute(statement).all()
        if not waiting:
            return ()
        unit = Work(core=core, session=session, now=now)
        grounds = Grounds(unit)
        changed = [
            (each.reference, each.conversation_id)
            for place, each in enumerate(waiting, start=1)
            if each.channel == "web" and (each.place_told, each.wait_told) != _true(place, each, grounds, now)
        ]
        fresh = _told_lately(unit, [conversation_id for _, conversation_id in changed])
    first = [(conversation_id, reference) for reference, conversation_id in changed if conversation_id not in fresh]
    return [reference for _, reference in sorted(first[:BATCH])]  # locked in this order, as everywhere


def _true(place: int, row: Any, grounds: Grounds, now: datetime) -> tuple[int, int | None]:
    facts = grounds.basis(Kind.of(row))
    return place, seconds(expected(place, facts, waited(facts, row.waiting_since, now)))


def _told_lately(unit: Work, conversation_ids: Sequence[str]) -> frozenset[str]:
    statement = select(StreamItem.conversation_id).where(
        StreamItem.conversation_id.in_(conversation_ids), StreamItem.kind == "state", StreamItem.at > unit.now - EVERY
    )
    return frozenset(unit.session.execute(statement).scalars()) if conversation_ids else frozenset()


def _show_some(core: Core, references: Sequence[str], now: datetime) -> int:
    """A few cases together; when one of them fails, each on its own, so that it holds up no other."""
    try:
        with work(core, now) as unit:
            grounds = Grounds(unit)
            return sum(_show(unit, reference, grounds) for reference in references)
    except Unavailable:
        raise
    except Exception:
        if len(references) > 1:
            return sum(_show_some(core, [reference], now) for reference in references)
        log.exception("sweeper.stuck", reference=references[0], edge="place")
        return 0


def _show(unit: Work, reference: str, grounds: Grounds) -> int:
    """One case, looked at again under its lock."""
    case = open_case(unit, reference)
    if not in_queue(case.row):
        return 0
    unit.standings[case.row.id, case.row.version] = standing_by(unit, case.row, grounds)
    publish_state(unit, case.conversation, case.row, open_promise_of(unit.session, case.row.id))
    return 1
