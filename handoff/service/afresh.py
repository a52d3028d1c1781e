"""After a gap of the sweeper's own: what people were to do within seconds starts again; promises do not."""

from datetime import datetime

import structlog
from sqlalchemy import select, update

from handoff.errors import Unavailable
from handoff.models import HandoffRow, Presence
from handoff.service.core import Core, Work, work
from handoff.service.holding import open_case
from handoff.service.moving import world
from handoff.service.records import columns, open_promise_of, to_record
from handoff.states import DeadlineKind, afresh

log = structlog.get_logger()
_AGAIN = (DeadlineKind.ACCEPT_BY.value, DeadlineKind.IDLE_BY.value)


def start_afresh(core: Core, now: datetime) -> int:
    """Gives accept-by, idle-by and presence their full time again; returns how many cases it touched."""
    with core.database.read() as session:
        statement = select(HandoffRow.reference).where(
            HandoffRow.deadline_at.is_not(None),
            HandoffRow.own_deadline_kind.in_(_AGAIN),
            HandoffRow.own_deadline_at <= now,
        )
        references = session.execute(statement).scalars().all()
    with work(core, now) as unit:
        unit.session.execute(update(Presence).where(Presence.status != "offline").values(beat_at=unit.now))
    for reference in references:
        try:
            with work(core, now) as unit:
                _again(unit, reference)
        except Unavailable:
            raise
        except Exception:
            log.exception("sweeper.stuck", reference=reference, edge="afresh")
    return len(references)


def _again(unit: Work, reference: str) -> None:
    row = open_case(unit, reference).row
    record = to_record(row, open_promise_of(unit.session, row.id))
    fresh = afresh(record, world(unit, record.urgency), unit.now)
    if fresh != record:
        statement = update(HandoffRow).where(HandoffRow.id == row.id, HandoffRow.version == row.version)
        unit.session.execute(statement.values(**columns(fresh)))
