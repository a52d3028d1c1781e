"""Presence: an agent's sign of life, given by the page every 10 s and by whatever they do; lost after 40 s."""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, Subquery, bindparam, func, select

from handoff.models import Agent, HandoffRow, Presence
from handoff.service.base.core import DESK, Work
from handoff.service.people.pauses import in_pause
from handoff.states import HELD_STATES, State
from handoff.store import UtcDateTime, one

PRESENCE_LOST = timedelta(seconds=40)
HELD = tuple(sorted(state.value for state in HELD_STATES))  # as the tables spell them
TAKEN = (*HELD, State.OFFERED.value)


def set_presence(work: Work, agent_id: str, status: str) -> None:
    """Stores the sign of life; when others see a change, the desk's stream moves on and is woken."""
    row = one(work.session, Presence, agent_id, lock=True)
    changed = status_of(row, work.now) != status
    if row is None:
        row = Presence(agent_id=agent_id, status=status, beat_at=work.now, since=work.now, changed_seq=0)
        work.session.add(row)
    row.status, row.beat_at = status, work.now
    if changed:
        row.since, row.changed_seq = work.now, work.next_change()
        work.wake(DESK)
    work.session.flush()


def lose_presence(work: Work, agent_id: str) -> None:
    """As if the last sign of life were too old: the sweeper's next tick brings their cases to others."""
    set_presence(work, agent_id, "offline")
    row = one(work.session, Presence, agent_id, lock=True)
    if row is not None:
        row.beat_at = work.now - PRESENCE_LOST
        work.session.flush()


def show_life(work: Work, agent_id: str) -> None:
    """A claim or a reply is as good as a heartbeat; who is away stays away, and is offered nothing."""
    row = one(work.session, Presence, agent_id, lock=True)
    set_presence(work, agent_id, "away" if status_of(row, work.now) == "away" else "online")


def status_of(row: Presence | None, now: datetime) -> str:
    """online, away or offline; without a sign of life for 40 s an agent counts as offline."""
    if row is None or now - row.beat_at > PRESENCE_LOST:
        return "offline"
    return row.status


def online(now: datetime) -> ColumnElement[bool]:
    """Of rows of presence: online, beat within 40 s, and not of a team that is paused."""
    return (Presence.status == "online") & (Presence.beat_at > now - PRESENCE_LOST) & ~in_pause(Presence.agent_id, now)


def loads() -> Subquery:
    """How many open cases each agent has: `held`, and `taken` with what they are offered."""
    held = func.count().filter(HandoffRow.state.in_(HELD)).label("held")
    return (
        select(HandoffRow.agent_id, held, func.count().label("taken"))
        .where(HandoffRow.deadline_at.is_not(None), HandoffRow.state.in_(TAKEN))
        .group_by(HandoffRow.agent_id)
        .subquery()
    )


def present_with_room(work: Work, *, reserving: bool = False) -> frozenset[str]:
    """Agents who are online and hold fewer chats than their capacity; `reserving` counts what they are offered too."""
    alive = work.now - PRESENCE_LOST
    given = {"alive": alive, "now": work.now, "capacity": work.core.business.desk.capacity}
    return frozenset(work.session.execute(_with_room(reserving), given).scalars())


@cache
def _with_room(reserving: bool) -> Select[str]:
    load = loads()
    taken = func.coalesce(load.c.taken if reserving else load.c.held, 0)
    return (
        select(Agent.id)
        .join(Presence, Presence.agent_id == Agent.id)
        .outerjoin(load, load.c.agent_id == Agent.id)
        .where(
            Presence.status == "online",
            Presence.beat_at > bindparam("alive"),
            ~in_pause(Presence.agent_id, bindparam("now", type_=UtcDateTime)),
            Agent.disabled_at.is_(None),
            taken < func.coalesce(Agent.capacity, bindparam("capacity")),
        )
    )


def has_room(work: Work, agent_id: str) -> bool:
    """Whether this agent holds fewer chats than their capacity, whatever their status."""
    load = loads()
    statement = (
        select(func.coalesce(load.c.held, 0) < func.coalesce(Agent.capacity, work.core.business.desk.capacity))
        .select_from(Agent)
        .outerjoin(load, load.c.agent_id == Agent.id)
        .where(Agent.id == agent_id, Agent.disabled_at.is_(None))
    )
    return bool(work.session.execute(statement).scalar_one_or_none())


def lock_agent(work: Work, agent_id: str) -> None:
    """Whoever gives a case to an agent does so under this lock, taken after conversation and case."""
    one(work.session, Presence, agent_id, lock=True)
