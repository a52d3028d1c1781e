"""After a gap of the sweeper's own: what people were to do within minutes starts again; waits and promises do not."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, or_, select, update

from handoff.errors import Unavailable
from handoff.models import HandoffRow, Presence
from handoff.service.base.core import Core, Work, work
from handoff.service.base.records import columns, to_record
from handoff.service.base.rows import open_promise_of
from handoff.service.cases.holding import open_case
from handoff.service.cases.moving import world
from handoff.service.people.presence import PRESENCE_LOST
from handoff.states import Handoff, afresh

log = structlog.get_logger()


def start_afresh(core: Core, now: datetime) -> int:
    """Gives presence, and whatever somebody was to do within minutes, its full time again; returns how many cases.

    After a clock that was set back no deadline of minutes is an hour away.
    """
    with core.database.read() as session:
        runs = or_(HandoffRow.own_deadline_kind.is_not(None), HandoffRow.answer_by.is_not(None))
        statement = select(HandoffRow.reference).where(HandoffRow.deadline_at.is_not(None), runs)
        references = session.execute(statement.order_by(HandoffRow.deadline_at)).scalars().all()
    with work(core, now) as unit:
        _presence(unit)
    touched = 0
    for reference in references:
        try:
            with work(core, now) as unit:
                touched += _again(unit, reference)
        except Unavailable:
            raise
        except Exception:
            log.exception("sweeper.stuck", reference=reference, edge="afresh")
    return touched


def _presence(unit: Work) -> None:
    """Who was there when the last sign of life came is there still; who had left before has left."""
    there = Presence.status != "offline"
    newest = unit.session.execute(select(func.max(Presence.beat_at)).where(there)).scalar_one_or_none()
    if newest is None:
        return
    stayed, left = Presence.beat_at > newest - PRESENCE_LOST, unit.now - PRESENCE_LOST - timedelta(seconds=1)
    unit.session.execute(update(Presence).where(there, ~stayed, Presence.beat_at > left).values(beat_at=left))
    unit.session.execute(update(Presence).where(there, stayed).values(beat_at=unit.now))


def _again(unit: Work, reference: str) -> bool:
    row = open_case(unit, reference).row
    record = to_record(row, open_promise_of(unit.session, row.id))
    fresh = _fresh(unit, record)
    if fresh == record:
        return False
    statement = update(HandoffRow).where(HandoffRow.id == row.id, HandoffRow.version == row.version)
    unit.session.execute(statement.values(**columns(fresh)))
    return True


def _fresh(unit: Work, record: Handoff) -> Handoff:
    return record if record.deadline is None else afresh(record, world(unit, record.urgency), unit.now)
