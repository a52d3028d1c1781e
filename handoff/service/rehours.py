"""Edge x: when hours or holidays are edited, promises that fall outside them move, and the customers are told."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import select

from handoff.errors import RelevoError
from handoff.hours import NoOpening
from handoff.models import HandoffRow, PromiseRow
from handoff.policy import moved_due
from handoff.service.core import Core, work
from handoff.service.holding import open_case
from handoff.service.moving import Act, move
from handoff.states import EventKind

log = structlog.get_logger()


def follow_hours(core: Core, now: datetime) -> int:
    """Moves every open promise that the hours in force do not allow; returns how many. Safe to repeat at any time."""
    moved = 0
    for reference, due_at in _open_promises(core, now):
        try:
            to = moved_due(core.business, due_at, now)
            moved += to != due_at and _move(core, reference, due_at, to, now)
        except NoOpening:  # no opening is planned at all: the promise stands, and the doctor must speak
            log.warning("hours.no_opening", reference=reference)
        except RelevoError as error:
            log.warning("hours.not_followed", reference=reference, code=error.code)
    return moved


def _open_promises(core: Core, now: datetime) -> Sequence[tuple[str, datetime]]:
    with core.database.read() as session:
        statement = (
            select(HandoffRow.reference, PromiseRow.due_at)
            .join(PromiseRow, PromiseRow.handoff_id == HandoffRow.id)
            .where(PromiseRow.status == "open", PromiseRow.due_at > now)
            .order_by(PromiseRow.due_at)
        )
        return [(reference, due_at) for reference, due_at in session.execute(statement)]


def _move(core: Core, reference: str, due_at: datetime, to: datetime, now: datetime) -> bool:
    """One promise under its lock, unless it has changed meanwhile."""
    with work(core, now) as unit:
        case = open_case(unit, reference)
        statement = select(PromiseRow.due_at).where(PromiseRow.handoff_id == case.row.id, PromiseRow.status == "open")
        if unit.session.execute(statement).scalar_one_or_none() != due_at:
            return False
        act = Act(kind=EventKind.HOURS_EDITED, actor="system", due_at=to)
        move(unit, case.conversation, case.row, act)
        return True
