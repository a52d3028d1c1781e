"""What a supervisor sees at a glance: who waits, how today goes, who is there, and what falls due."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, HandoffRow, PromiseRow
from handoff.service.base.core import Core
from handoff.service.base.today import TodayView, read_today
from handoff.service.base.views import PresenceView
from handoff.service.people.accounts import presence_of
from handoff.service.people.estimates import queue_order
from handoff.service.people.pauses import TeamView, teams
from handoff.service.proof.reporting import Obligation
from handoff.service.proof.reports.asking import Asked, reading
from handoff.service.proof.reports.waits import WaitsRow, read_waits
from handoff.states import HELD_STATES, DeadlineKind, State

NEXT = 10
MOST = 50
_OPEN = HandoffRow.deadline_at.is_not(None)
_QUEUED = (State.WAITING.value, State.OFFERED.value, State.COLLECTING.value)


@dataclass(frozen=True, kw_only=True)
class BoardView:
    """`waiting`: nobody has them yet. `today`: cases that opened today in hours, as the report of waits counts them.
    `broken`: open promises that were missed or are past due, at most 50, the oldest first. `next`: the next deadlines.
    """

    at: datetime
    waiting: int
    oldest: Obligation | None
    held: int
    today: WaitsRow
    agents: tuple[PresenceView, ...]
    teams: tuple[TeamView, ...]
    promises: int
    broken_promises: int
    broken: tuple[Obligation, ...]
    next: tuple[Obligation, ...]
    hours: TodayView


def read_board(core: Core, now: datetime) -> BoardView:
    """The facts of this instant, from indexes of what is open and of today alone."""
    day = now.astimezone(ZoneInfo(core.business.time_zone)).date()
    waits = read_waits(core, Asked(since=day, until=day), now).total
    hours = read_today(core, now)
    queued, held = HandoffRow.state.in_(_QUEUED), HandoffRow.state.in_([state.value for state in HELD_STATES])
    promised = and_(PromiseRow.handoff_id == HandoffRow.id, PromiseRow.closed_at.is_(None))
    broken = (PromiseRow.due_at <= now) | (PromiseRow.breaches > 0)
    with reading(core) as session:
        return BoardView(
            at=now,
            waiting=_number(session, queued),
            oldest=next(_obligations(session, queued, (HandoffRow.waiting_since, HandoffRow.id), 1), None),
            held=_number(session, held),
            today=waits,
            agents=presence_of(core, session, now),
            teams=teams(session, now),
            promises=_promises(session),
            broken_promises=_promises(session, broken),
            broken=tuple(_obligations(session, broken, (PromiseRow.due_at, HandoffRow.id), MOST, promised)),
            next=_next(session),
            hours=hours,
        )


def _next(session: Session) -> tuple[Obligation, ...]:
    """The next deadlines. Of a promise we say when the call is due, not when agents are reminded of it."""
    found = list(_obligations(session, _OPEN, (HandoffRow.deadline_at, *queue_order()), NEXT))
    reminded = [each.reference for each in found if each.deadline_kind == DeadlineKind.REMIND_AT]
    statement = (
        select(HandoffRow.reference, PromiseRow.due_at)
        .join(PromiseRow, and_(PromiseRow.handoff_id == HandoffRow.id, PromiseRow.closed_at.is_(None)))
        .where(HandoffRow.reference.in_(reminded))
    )
    due = {reference: at for reference, at in session.execute(statement)}  # noqa: C416 - typed rows
    shown = [
        replace(each, deadline_at=due[each.reference], deadline_kind=DeadlineKind.DUE_AT.value)
        if each.reference in due
        else each
        for each in found
    ]
    return tuple(sorted(shown, key=lambda each: each.deadline_at))


def _number(session: Session, which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(HandoffRow).where(_OPEN, which)) or 0


def _promises(session: Session, *which: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(PromiseRow).where(PromiseRow.closed_at.is_(None), *which)
    return session.scalar(statement) or 0


def _obligations(
    session: Session,
    which: ColumnElement[bool],
    order: tuple[Any, ...],
    limit: int,
    promised: ColumnElement[bool] | None = None,
) -> Iterator[Obligation]:
    """With `promised` the deadline is the promise's own."""
    statement = select(HandoffRow, Agent.name, PromiseRow.due_at if promised is not None else HandoffRow.deadline_at)
    if promised is not None:
        statement = statement.join(PromiseRow, promised)
    statement = statement.outerjoin(Agent, Agent.id == HandoffRow.agent_id).where(_OPEN, which)
    for row, name, deadline in session.execute(statement.order_by(*order).limit(limit)):
        yield Obligation(
            reference=row.reference,
            state=row.state,
            urgency=row.urgency,
            waiting_since=row.waiting_since,
            deadline_at=deadline or row.waiting_since,
            deadline_kind="due_at" if promised is not None else row.deadline_kind or "",
            agent=name,
        )
