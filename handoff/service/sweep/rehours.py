"""Edge x: when hours or holidays are edited, promises that fall outside them move, and so does who waits by the hour;
the customers are told."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import select

from handoff import hours
from handoff.errors import RelevoError, Unavailable
from handoff.hours import NoOpening
from handoff.models import HandoffRow, PromiseRow
from handoff.policy import moved_due
from handoff.service.base.core import Core, work
from handoff.service.cases.holding import open_case
from handoff.service.cases.moving import Act, move
from handoff.states import EventKind, State

log = structlog.get_logger()


def follow_hours(core: Core, now: datetime) -> int:
    """Moves every open promise that the hours in force do not allow, and tells who waits for an opening that is no
    longer then; returns how many. Safe to repeat at any time.

    Raises NotFollowed when a case could not be looked at: nothing is lost, but it must be repeated.
    """
    found = [_follow(core, reference, now) for reference in _for_opening(core, now)]
    found += [_follow_promise(core, reference, due_at, now) for reference, due_at in _open_promises(core, now)]
    if None in found:
        raise NotFollowed
    return sum(1 for moved in found if moved)


class NotFollowed(RelevoError):
    """Some cases do not follow the hours in force yet; the next tick tries again."""

    code = "not_followed"


def _follow_promise(core: Core, reference: str, due_at: datetime, now: datetime) -> bool | None:
    """Whether it moved; None when that could not be done."""
    try:
        to = moved_due(core.business, due_at, now)
        return to != due_at and _move(core, reference, due_at, to, now)
    except NoOpening:  # no opening is planned at all: the promise stands, and the doctor must speak
        log.warning("hours.no_opening", reference=reference)
    except Unavailable:
        raise  # the database, not the case: the next tick tries again
    except RelevoError as error:
        log.warning("hours.not_followed", reference=reference, code=error.code)
    except Exception:
        log.exception("sweeper.stuck", reference=reference, edge="hours")
        return None
    return False


def _for_opening(core: Core, now: datetime) -> Sequence[str]:
    """Cases in the queue until an opening at another time than the next one."""
    try:
        opening = hours.next_opening(core.business, now)
    except NoOpening:
        return ()
    with core.database.read() as session:
        statement = select(HandoffRow.reference).where(
            HandoffRow.deadline_at.is_not(None),
            HandoffRow.state == State.WAITING.value,
            HandoffRow.answer_by.is_(None),
            HandoffRow.own_deadline_at != opening,
        )
        return session.execute(statement.order_by(HandoffRow.waiting_since)).scalars().all()


def _follow(core: Core, reference: str, now: datetime) -> bool | None:
    """One case that waits for an opening, under its lock: whether it moved; None when that could not be done."""
    try:
        with work(core, now) as unit:
            case = open_case(unit, reference)
            if case.row.state != State.WAITING.value or case.row.answer_by is not None:
                return False
            move(unit, case.conversation, case.row, Act(kind=EventKind.HOURS_EDITED, actor="system"))
            return True
    except Unavailable:
        raise  # the database, not the case: the next tick tries again
    except RelevoError as error:
        log.warning("hours.not_followed", reference=reference, code=error.code)
        return False
    except Exception:
        log.exception("sweeper.stuck", reference=reference, edge="hours")
        return None


def _open_promises(core: Core, now: datetime) -> Sequence[tuple[str, datetime]]:
    with core.database.read() as session:
        statement = (
            select(HandoffRow.reference, PromiseRow.due_at)
            .join(PromiseRow, PromiseRow.handoff_id == HandoffRow.id)
            .where(PromiseRow.closed_at.is_(None), PromiseRow.due_at > now)
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
