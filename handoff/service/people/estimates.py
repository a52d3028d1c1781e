"""Where a customer stands in the queue and how long they may expect to wait: from recent facts, or no number at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, Tuple, case, func, literal, select, tuple_
from sqlalchemy.orm import Session

from handoff import hours
from handoff.models import Agent, HandoffRow, Presence
from handoff.policy import Business
from handoff.service.base.core import Standing, Work
from handoff.service.base.records import shift_of
from handoff.service.people.presence import online, present_with_room
from handoff.shifts import in_shift
from handoff.states import State, Urgency

WINDOW = timedelta(hours=24)
RECENT = timedelta(hours=1)
NEWEST, FEWEST = 50, 5
FEWEST_AN_HOUR = 3
QUANTILE = 0.8
MINUTE = timedelta(minutes=1)
LONGEST = timedelta(minutes=60)

QUEUE = (State.WAITING.value, State.OFFERED.value)
_RANKS = {Urgency.SAFETY.value: 0, Urgency.HIGH.value: 1, Urgency.NORMAL.value: 2}
_ORDER: tuple[ColumnElement[Any], ...] = (
    case(_RANKS, value=HandoffRow.urgency, else_=2),
    case((HandoffRow.front, 0), else_=1),
    HandoffRow.__table__.c.waiting_since,
    HandoffRow.__table__.c.id,
)


def queued(*states: str) -> ColumnElement[bool]:
    """Of handoffs: in the queue in hours, in one of these states (both when none is named)."""
    return (
        HandoffRow.deadline_at.is_not(None) & HandoffRow.state.in_(states or QUEUE) & HandoffRow.answer_by.is_not(None)
    )


def queue_order() -> tuple[Any, ...]:
    """Who comes first: the urgent, then who was sent back to the front, then who has waited longest."""
    return _ORDER


def in_queue(row: HandoffRow) -> bool:
    return row.state in QUEUE and row.answer_by is not None


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What an expected wait rests on."""

    waits: tuple[timedelta, ...]  # of the newest cases that a person took
    claims: int  # how many were first taken within the recent hour
    present: int  # agents who are online and in shift
    hands: int  # of these, who have room for one more
    opened: datetime | None = None  # since when we are open; a wait in the queue is no older


def waited(basis: Basis, since: datetime, now: datetime) -> timedelta:
    """How long who waits since then has been in the queue while we were open."""
    return now - (max(since, basis.opened) if basis.opened else since)


def expected(place: int, basis: Basis, so_far: timedelta = timedelta(0)) -> timedelta | None:
    """The wait at that place in whole minutes, or None where there is no honest number.

    The larger of two: what all but a fifth of the recent customers waited at most, and, when more stand in the queue
    than agents have a free hand, how long so many took at the recent hour's pace. Who has waited for so long already
    is not told it again: what others waited is no basis for them.
    """
    if basis.present < 1 or len(basis.waits) < FEWEST:
        return None
    usual = sorted(basis.waits)[ceil(QUANTILE * len(basis.waits)) - 1]
    if place > basis.hands:
        if basis.claims < FEWEST_AN_HOUR:
            return None
        usual = max(usual, RECENT * place / basis.claims)
    rounded = MINUTE * max(1, -(-usual // MINUTE))
    return rounded if so_far < rounded <= LONGEST else None


def basis(unit: Work) -> Basis:
    """The facts as they are now, from the cases first held within 24 h."""
    recent = HandoffRow.first_held_at > unit.now - RECENT
    present = _at_work(unit)
    return Basis(
        waits=_waits(unit.session, unit.core.business, unit.now),
        claims=unit.session.execute(select(func.count()).select_from(HandoffRow).where(recent)).scalar_one(),
        present=len(present),
        hands=len(present & present_with_room(unit)),
        opened=_opened(unit.core.business, unit.now),
    )


def _at_work(unit: Work) -> frozenset[str]:
    """Agents who are online and in shift: nobody else is offered a case."""
    there = select(Agent).join(Presence, Presence.agent_id == Agent.id).where(online(unit.now))
    agents = unit.session.execute(there.where(Agent.disabled_at.is_(None))).scalars()
    return frozenset(agent.id for agent in agents if in_shift(shift_of(agent), unit.core.business, unit.now))


def _opened(business: Business, now: datetime) -> datetime:
    """When the span of opening hours began that is open now; midnight between two of them ends none."""
    start = now
    for begins, ends in reversed(hours.open_spans(business, now - WINDOW, now)):
        if ends != start:
            break
        start = begins
    return start


def _waits(session: Session, business: Business, now: datetime) -> tuple[timedelta, ...]:
    """How long the newest were in the queue before a person took them; who came while we were closed is left out."""
    statement = (
        select(HandoffRow.waiting_since, HandoffRow.first_held_at)
        .where(HandoffRow.first_held_at > now - WINDOW)
        .order_by(HandoffRow.first_held_at.desc())
        .limit(NEWEST)
    )
    found = session.execute(statement).all()
    return tuple(held - since for since, held in found if held is not None and hours.is_open(business, since))


def place(unit: Work, row: HandoffRow) -> int | None:
    """Where the case stands: 1 is next. None outside the queue and outside hours.

    It counts every open case in WAITING or OFFERED that is served before it, of whatever language or team: an agent
    who takes one of those is not there for this one.
    """
    if not in_queue(row):
        return None
    statement = select(func.count()).select_from(HandoffRow).where(queued(), tuple_(*_ORDER) < _key(row))
    return unit.session.execute(statement).scalar_one() + 1


def behind(row: HandoffRow) -> ColumnElement[bool]:
    """Of handoffs: served after this one."""
    return tuple_(*_ORDER) > _key(row)


def _key(row: HandoffRow) -> Tuple:
    values = _RANKS.get(row.urgency, 2), 0 if row.front else 1, row.waiting_since, row.id
    return tuple_(*(literal(value, column.type) for value, column in zip(values, _ORDER, strict=True)))


def expected_wait(unit: Work, row: HandoffRow) -> timedelta | None:
    """How long this customer may expect to wait from now on; None where there is no honest number."""
    return standing(unit, row)[1]


def standing(unit: Work, row: HandoffRow) -> Standing:
    """Place and expected wait together, looked up once for each version: what is told is what is shown."""
    key = (row.id, row.version)
    if key not in unit.standings:
        unit.standings[key] = standing_by(unit, row, basis(unit)) if in_queue(row) else Standing(None, None)
    return unit.standings[key]


def standing_by(unit: Work, row: HandoffRow, facts: Basis) -> Standing:
    """As `standing`, by facts that are known already."""
    where = place(unit, row)
    wait = expected(where, facts, waited(facts, row.waiting_since, unit.now)) if where is not None else None
    return Standing(where, wait)


def seconds(wait: timedelta | None) -> int | None:
    return None if wait is None else int(wait.total_seconds())
