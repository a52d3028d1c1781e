"""Edge b, the ladder's first rung: each case that waits in hours is reserved for the best agent who is free."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import aliased

from handoff import hours
from handoff.errors import TransitionRefused, Unavailable
from handoff.models import Agent, HandoffRow, Presence
from handoff.service.base.core import Core, Work, work
from handoff.service.base.records import shift_of
from handoff.service.cases.holding import open_case
from handoff.service.cases.moving import Act, move
from handoff.service.people.estimates import Kind, behind, has_skill, queue_order, queued
from handoff.service.people.presence import loads, lock_agent, online
from handoff.shifts import in_shift
from handoff.states import EventKind, State

BATCH = 200
LONG_AGO = datetime.min.replace(tzinfo=UTC)
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Free:
    """An agent who may be offered a case now."""

    id: str
    languages: frozenset[str]
    skills: frozenset[str]
    room: int
    assigned_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Seeker:
    """A case that waits, as far as it matters to whom it is offered."""

    reference: str
    language: str
    team: str | None
    rung: int
    left_out: frozenset[str]
    earlier: str | None  # the agent who had the case that this one is linked to


def best(seeker: Seeker, free: Collection[Free]) -> Free | None:
    """The agent to offer it to: language and team, the same person again, most room, longest idle."""
    kind = Kind(seeker.language, seeker.team, anyone=seeker.rung > 0)
    able = [each for each in free if each.id not in seeker.left_out and kind.fits(each.languages, each.skills)]
    return min(able, key=lambda agent: _merit(seeker, agent), default=None)


def _has_team(seeker: Seeker, agent: Free) -> bool:
    return seeker.team is None or has_skill(seeker.team, agent.skills)


def _merit(seeker: Seeker, agent: Free) -> tuple[bool, bool, bool, int, datetime, str]:
    return (
        seeker.language not in agent.languages,
        not _has_team(seeker, agent),
        agent.id != seeker.earlier,
        -agent.room,
        agent.assigned_at or LONG_AGO,
        agent.id,
    )


def offer_waiting(core: Core, now: datetime) -> int:
    """Offers what waits, the first in the queue first, one case an agent; returns how many. Cheap with nobody free.

    Each offer is a transaction of its own in which everything is looked at again. A case that cannot be moved is
    logged and holds up no other.
    """
    if not hours.is_open(core.business, now):
        return 0
    done, free = 0, _free_now(core, now)
    rest: ColumnElement[bool] | None = true()
    while free and rest is not None:
        seekers, rest = _seekers(core, free, rest)
        for seeker in seekers:
            if best(seeker, free) is None:
                continue
            taken = _offer(core, seeker.reference, now)
            done += taken is not None
            free = [agent for agent in free if agent.id != taken] if taken else _free_now(core, now)
    return done


def _free_now(core: Core, now: datetime) -> list[Free]:
    with core.database.read() as session:
        return free_agents(Work(core=core, session=session, now=now))


def free_agents(unit: Work) -> list[Free]:
    """Agents who are present and in shift, have room for one more, and no open offer."""
    load = loads()
    held, taken = func.coalesce(load.c.held, 0), func.coalesce(load.c.taken, 0)
    room = func.coalesce(Agent.capacity, unit.core.business.desk.capacity) - taken
    statement = (
        select(Agent, room)
        .join(Presence, Presence.agent_id == Agent.id)
        .outerjoin(load, load.c.agent_id == Agent.id)
        .where(online(unit.now), Agent.disabled_at.is_(None), taken == held, room > 0)
        .execution_options(populate_existing=True)
    )
    return [_free(agent, left) for agent, left in unit.session.execute(statement) if at_work(unit, agent)]


def at_work(unit: Work, agent: Agent) -> bool:
    """Whether the agent's shift runs; without one, all opening hours are."""
    return in_shift(shift_of(agent), unit.core.business, unit.now)


def _free(agent: Agent, room: int) -> Free:
    return Free(
        id=agent.id,
        languages=frozenset(agent.languages),
        skills=frozenset(agent.skills),
        room=room,
        assigned_at=agent.last_assigned_at,
    )


def _seeking() -> Select[HandoffRow, str | None]:
    earlier = aliased(HandoffRow)
    return (
        select(HandoffRow, earlier.last_agent_id)
        .outerjoin(earlier, earlier.id == HandoffRow.linked_to)
        .execution_options(populate_existing=True)
    )


def _seekers(
    core: Core, free: Collection[Free], within: ColumnElement[bool]
) -> tuple[Sequence[Seeker], ColumnElement[bool] | None]:
    """A batch of the cases to offer, the first in the queue first, and which are behind them, None when that is none.

    Those that none of the free may have yet stay out of it; those that all of the free have declined are in it.
    """
    waits = queued(State.WAITING.value)
    with core.database.read() as session:
        asked = select(HandoffRow.team).where(waits, HandoffRow.team.is_not(None)).distinct()
        teams = [team for team in session.execute(asked).scalars() if team]
        kinds = {(agent.languages, frozenset(t for t in teams if has_skill(t, agent.skills))) for agent in free}
        fitting = or_(HandoffRow.rung > 0, *(_fitting(languages, staffed) for languages, staffed in kinds))
        statement = _seeking().where(waits, within, fitting).order_by(*queue_order()).limit(BATCH)
        found = session.execute(statement).all()
        return [_seeker(*each) for each in found], behind(found[-1][0]) if len(found) == BATCH else None


def _fitting(languages: Collection[str], teams: Collection[str]) -> ColumnElement[bool]:
    """What somebody who speaks these and is in these teams may have at once."""
    return HandoffRow.language.in_(sorted(languages)) & or_(
        HandoffRow.team.is_(None), HandoffRow.team.in_(sorted(teams))
    )


def _seeker(row: HandoffRow, earlier: str | None) -> Seeker:
    return Seeker(
        reference=row.reference,
        language=row.language,
        team=row.team,
        rung=row.rung,
        left_out=frozenset(row.left_out),
        earlier=earlier,
    )


def _offer(core: Core, reference: str, now: datetime) -> str | None:
    """One case, looked at again under its lock; returns to whom it was offered."""
    try:
        with work(core, now) as unit:
            return _offer_under_lock(unit, reference)
    except TransitionRefused:
        return None
    except Unavailable:
        raise  # the database, not the case: the next tick tries again
    except Exception:
        log.exception("sweeper.stuck", reference=reference, edge="offer")
        return None


def _offer_under_lock(unit: Work, reference: str) -> str | None:
    case = open_case(unit, reference)
    found = unit.session.execute(_seeking().where(HandoffRow.id == case.row.id, queued(State.WAITING.value))).first()
    if found is None:
        return None
    agent = best(_seeker(*found), free_agents(unit))
    if agent is None:
        return None
    lock_agent(unit, agent.id)
    if all(each.id != agent.id for each in free_agents(unit)):
        return None  # another sweeper was quicker: the next tick looks for somebody else
    move(unit, case.conversation, case.row, Act(kind=EventKind.OFFER, actor="system", agent=agent.id))
    return agent.id
