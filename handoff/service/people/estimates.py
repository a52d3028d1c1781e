"""Where a customer stands in the queue and how long they may expect to wait: from recent facts, or no number at all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil
from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, Tuple, case, func, literal, select, tuple_

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
    """What an expected wait rests on, for cases of one kind."""

    waits: tuple[timedelta, ...]  # of the newest cases of this kind that a person took
    claims: int  # how many of any kind were first taken within the recent hour: a place counts all kinds too
    present: int  # agents who are online and in shift, and may have this kind
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


class Kind(NamedTuple):
    """What decides who may have a case. `anyone`: it has waited so long that language and team are no must."""

    language: str
    team: str | None
    anyone: bool = False

    @classmethod
    def of(cls, row: Any) -> Self:
        """Of a handoff's row, or of its columns."""
        return cls(row.language, row.team, row.rung > 0)

    def fits(self, languages: Collection[str], skills: Collection[str]) -> bool:
        """Whether somebody with these languages and teams may have it at once."""
        team = self.team is None or has_skill(self.team, skills)
        return self.anyone or (self.language in languages and team)


def has_skill(team: str, skills: Collection[str]) -> bool:
    """Teams are compared as people write them: capitals and blanks around them do not matter."""
    return team.strip().lower() in skills


class Grounds:
    """The facts as they are now, each looked up once: from agents, and the cases first held within 24 h."""

    def __init__(self, unit: Work) -> None:
        self._unit = unit
        self._kinds: dict[Kind, Basis] = {}

    def basis(self, kind: Kind) -> Basis:
        """For cases of this kind."""
        if kind not in self._kinds:
            able = {agent.id for agent in self._at_work if kind.fits(agent.languages, agent.skills)}
            self._kinds[kind] = Basis(
                waits=_waits(self._unit, kind),
                claims=self._claims,
                present=len(able),
                hands=len(able & self._free),
                opened=self._opened,
            )
        return self._kinds[kind]

    @cached_property
    def _at_work(self) -> list[Agent]:
        """Who is online and in shift: nobody else is offered a case."""
        there = select(Agent).join(Presence, Presence.agent_id == Agent.id).where(online(self._unit.now))
        agents = self._unit.session.execute(there.where(Agent.disabled_at.is_(None))).scalars()
        business = self._unit.core.business
        return [agent for agent in agents if in_shift(shift_of(agent), business, self._unit.now)]

    @cached_property
    def _free(self) -> frozenset[str]:
        return present_with_room(self._unit)

    @cached_property
    def _claims(self) -> int:
        recent = HandoffRow.first_held_at > self._unit.now - RECENT
        return self._unit.session.execute(select(func.count()).select_from(HandoffRow).where(recent)).scalar_one()

    @cached_property
    def _opened(self) -> datetime:
        return _opened(self._unit.core.business, self._unit.now)


def _opened(business: Business, now: datetime) -> datetime:
    """When the span of opening hours began that is open now; midnight between two of them ends none."""
    start = now
    for begins, ends in reversed(hours.open_spans(business, now - WINDOW, now)):
        if ends != start:
            break
        start = begins
    return start


def _waits(unit: Work, kind: Kind) -> tuple[timedelta, ...]:
    """How long the newest were in the queue before a person took them; who came while we were closed is left out."""
    statement = (
        select(HandoffRow.waiting_since, HandoffRow.first_held_at)
        .where(HandoffRow.first_held_at > unit.now - WINDOW)
        .where(HandoffRow.language == kind.language, HandoffRow.team.is_not_distinct_from(kind.team))
        .order_by(HandoffRow.first_held_at.desc())
        .limit(NEWEST)
    )
    found = unit.session.execute(statement).all()
    business = unit.core.business
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
        unit.standings[key] = standing_by(unit, row, Grounds(unit)) if in_queue(row) else Standing(None, None)
    return unit.standings[key]


def standing_by(unit: Work, row: HandoffRow, grounds: Grounds) -> Standing:
    """As `standing`, by facts that are known already."""
    where = place(unit, row)
    if where is None:
        return Standing(None, None)
    facts = grounds.basis(Kind.of(row))
    return Standing(where, expected(where, facts, waited(facts, row.waiting_since, unit.now)))


def seconds(wait: timedelta | None) -> int | None:
    return None if wait is None else int(wait.total_seconds())
