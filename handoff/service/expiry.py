"""What time does: deadlines that have passed, opening and closing, agents who have vanished, actions to carry out."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from handoff import hours
from handoff.errors import TransitionRefused
from handoff.models import Agent, HandoffRow, Presence
from handoff.service.core import Core, work
from handoff.service.ending import carry_out_due
from handoff.service.holding import open_case
from handoff.service.moving import PRESENCE_LOST, Act, move
from handoff.states import ENDS, DeadlineKind, EventKind, State

_HOLDING = [State.OFFERED.value, State.ACTIVE.value, State.CALLING.value]
_ENDED = [state.value for state in ENDS]
BATCH = 200


def expire(core: Core, now: datetime) -> int:
    """Moves on everything that is due at `now`, oldest first, each case in its own transaction; returns how many."""
    done = carry_out_due(core, now)
    for reference, kind, agent in [*_due(core, now), *_vanished(core, now), *_by_hour(core, now)]:
        done += _fire(core, reference, kind, agent, now)
    return done


def _due(core: Core, now: datetime) -> Sequence[tuple[str, EventKind, str | None]]:
    with core.database.read() as session:
        statement = (
            select(HandoffRow.reference, HandoffRow.deadline_kind)
            .where(HandoffRow.deadline_at.is_not(None), HandoffRow.deadline_at <= now)
            .order_by(HandoffRow.deadline_at)
            .limit(BATCH)
        )
        return [(reference, EventKind(str(kind)), None) for reference, kind in session.execute(statement).all()]


def _vanished(core: Core, now: datetime) -> Sequence[tuple[str, EventKind, str | None]]:
    """Cases held by, or offered to, an agent without a sign of life for 40 s."""
    with core.database.read() as session:
        statement = (
            select(HandoffRow.reference, HandoffRow.agent_id)
            .join(Agent, Agent.id == HandoffRow.agent_id)
            .outerjoin(Presence, Presence.agent_id == Agent.id)
            .where(
                HandoffRow.state.in_(_HOLDING),
                (Presence.beat_at.is_(None)) | (Presence.beat_at <= now - PRESENCE_LOST),
            )
            .order_by(HandoffRow.waiting_since)
            .limit(BATCH)
        )
        return [(reference, EventKind.AGENT_GONE, agent) for reference, agent in session.execute(statement).all()]


def _by_hour(core: Core, now: datetime) -> Sequence[tuple[str, EventKind, str | None]]:
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
            .where(HandoffRow.state.not_in(_ENDED), by_hour)
            .order_by(HandoffRow.waiting_since)
            .limit(BATCH)
        )
        return [(reference, kind, None) for reference in session.execute(statement).scalars().all()]


def _fire(core: Core, reference: str, kind: EventKind, agent: str | None, now: datetime) -> int:
    """One case, looked at again under its lock: somebody may have been quicker."""
    try:
        with work(core, now) as unit:
            case = open_case(unit, reference)
            still_due = case.row.deadline_at is not None and case.row.deadline_at <= unit.now
            if kind.value in set(DeadlineKind) and not still_due:
                return 0
            if agent is not None and case.row.agent_id != agent:
                return 0
            move(unit, case.conversation, case.row, Act(kind=kind, actor="system", agent=agent))
            return 1
    except TransitionRefused:
        return 0
