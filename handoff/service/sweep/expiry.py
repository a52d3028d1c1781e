"""What time does: deadlines that have passed, opening and closing, agents who have vanished, actions to carry out."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy import select

from handoff import hours
from handoff.errors import TransitionRefused, Unavailable
from handoff.models import Agent, HandoffRow, Presence
from handoff.service.base.core import Core, Work, work
from handoff.service.cases.ending import carry_out_due
from handoff.service.cases.holding import open_case
from handoff.service.cases.moving import Act, move
from handoff.service.people.estimates import queued
from handoff.service.people.presence import PRESENCE_LOST, TAKEN, online
from handoff.states import EventKind, State
from handoff.store import one

BATCH = 200
log = structlog.get_logger()


def expire(core: Core, now: datetime) -> int:
    """Moves on everything that is due at `now`, oldest first, each case in its own transaction; returns how many.

    A case that cannot be moved is logged, and holds up no other.
    """
    done = carry_out_due(core, now)
    for due in [*_due(core, now), *_vanished(core, now), *_by_hour(core, now), *_alone(core, now)]:
        done += _fire(core, due, now)
    return done


class Due(NamedTuple):
    """What is to happen to a case, and to whose: `by_deadline` when its deadline must have passed still."""

    reference: str
    kind: EventKind
    agent: str | None = None
    by_deadline: bool = False


def _due(core: Core, now: datetime) -> Sequence[Due]:
    with core.database.read() as session:
        statement = (
            select(HandoffRow.reference, HandoffRow.deadline_kind)
            .where(HandoffRow.deadline_at.is_not(None), HandoffRow.deadline_at <= now)
            .order_by(HandoffRow.deadline_at)
            .limit(BATCH)
        )
        return [
            Due(reference, EventKind(str(kind)), by_deadline=True) for reference, kind in session.execute(statement)
        ]


def _vanished(core: Core, now: datetime) -> Sequence[Due]:
    """Cases held by, or offered to, an agent without a sign of life for 40 s."""
    with core.database.read() as session:
        statement = (
            select(HandoffRow.reference, HandoffRow.agent_id)
            .join(Agent, Agent.id == HandoffRow.agent_id)
            .outerjoin(Presence, Presence.agent_id == Agent.id)
            .where(
                HandoffRow.deadline_at.is_not(None),
                HandoffRow.state.in_(TAKEN),
                (Presence.beat_at.is_(None)) | (Presence.beat_at <= now - PRESENCE_LOST),
            )
            .order_by(HandoffRow.waiting_since)
            .limit(BATCH)
        )
        return [Due(reference, EventKind.AGENT_GONE, agent) for reference, agent in session.execute(statement)]


def _by_hour(core: Core, now: datetime) -> Sequence[Due]:
    """Cases in a queue that belongs to the other side of opening or closing time."""
    is_open = hours.is_open(core.business, now)
    waiting = HandoffRow.state == State.WAITING.value
    if is_open:
        by_hour = (waiting & HandoffRow.answer_by.is_(None)) | (
            (HandoffRow.state == State.COLLECTING.value) & HandoffRow.collecting_for_hour
        )
        kind = EventKind.OPENING
    else:
        by_hour, kind = waiting & HandoffRow.answer_by.is_not(None), EventKind.CLOSING
    with core.database.read() as session:
        statement = (
            select(HandoffRow.reference)
            .where(HandoffRow.deadline_at.is_not(None), by_hour)
            .order_by(HandoffRow.waiting_since)
            .limit(BATCH)
        )
        return [Due(reference, kind) for reference in session.execute(statement).scalars()]


def _alone(core: Core, now: datetime) -> Sequence[Due]:
    """Cases that wait in hours while nobody is at the desk, and whose customers do not know yet."""
    if not hours.is_open(core.business, now):
        return ()
    with core.database.read() as session:
        if session.execute(select(Presence.agent_id).where(online(now)).limit(1)).first():
            return ()
        statement = (
            select(HandoffRow.reference)
            .where(
                queued(),
                HandoffRow.nobody_told.is_(False),
                HandoffRow.entered_at <= now - PRESENCE_LOST,
            )
            .limit(BATCH)
        )
        return [Due(reference, EventKind.NOBODY_LEFT) for reference in session.execute(statement).scalars()]


def _is_back(unit: Work, agent_id: str | None) -> bool:
    """Whether the agent has given a sign of life while others' cases were moved."""
    presence = one(unit.session, Presence, agent_id)
    return presence is not None and presence.beat_at > unit.now - PRESENCE_LOST


def _fire(core: Core, due: Due, now: datetime) -> int:
    """One case, looked at again under its lock: somebody may have been quicker."""
    try:
        with work(core, now) as unit:
            case = open_case(unit, due.reference)
            still_due = case.row.deadline_at is not None and case.row.deadline_at <= unit.now
            if due.by_deadline and not still_due:
                return 0
            if due.kind is EventKind.AGENT_GONE and _is_back(unit, due.agent):
                return 0
            move(unit, case.conversation, case.row, Act(kind=due.kind, actor="system", agent=due.agent))
            return 1
    except TransitionRefused:
        return 0
    except Unavailable:
        raise  # the database, not the case: the next tick tries again
    except Exception:
        log.exception("sweeper.stuck", reference=due.reference, edge=due.kind.value)
        return 0
