"""The people of the desk as supervisors see them, and what administrators do with their accounts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, func, select
from sqlalchemy.orm import Session

from handoff.errors import Forbidden, NotFound
from handoff.models import Agent, Invite, Presence, SecondFactor
from handoff.service.base.core import DESK, Core, work
from handoff.service.base.records import shift_of
from handoff.service.base.views import AgentView
from handoff.service.people import accounts, second_factor
from handoff.service.people.presence import loads, status_of
from handoff.service.people.roles import check_admin, check_overseer
from handoff.service.people.staffing import Staffing, change_person
from handoff.shifts import format_shift, in_shift
from handoff.store import locked, one


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """Somebody with an account, disabled ones too. `capacity` None: the business's own."""

    id: str
    email: str
    name: str
    role: str
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    capacity: int | None
    shift: str  # as "mon 09:00-14:00, tue …"; empty: all opening hours
    in_shift: bool
    status: str
    holding: int
    has_password: bool
    second_factor: str  # off | pending | on
    must_enrol: bool
    invited_until: datetime | None  # of an invite that nobody has used
    locked_until: datetime | None
    disabled_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    email: str
    name: str
    role: str
    languages: tuple[str, ...]
    skills: tuple[str, ...] = ()
    capacity: int | None = None
    shift: str = ""


def list_people(core: Core, actor: AgentView, *, now: datetime) -> tuple[PersonView, ...]:
    """Everybody, who works here first, by name. Raises Forbidden for agents."""
    check_overseer(actor)
    with core.database.read() as session:
        agents = session.scalars(select(Agent).order_by(Agent.disabled_at.is_not(None), Agent.name, Agent.id)).all()
        return tuple(_seen(core, session, agents, now))


def read_person(core: Core, actor: AgentView, agent_id: str, *, now: datetime) -> PersonView:
    """Raises Forbidden or NotFound."""
    check_overseer(actor)
    with core.database.read() as session:
        agent = one(session, Agent, agent_id)
        if agent is None:
            raise NotFound
        return _seen(core, session, [agent], now)[0]


def add_person(core: Core, actor: AgentView, new: NewPerson, *, now: datetime) -> str:
    """A new account; returns its id. Raises Forbidden, InvalidInput, or Conflict when the e-mail is taken."""
    check_admin(actor)
    added = accounts.add_agent(
        core,
        email=new.email,
        name=new.name,
        role=new.role,
        languages=new.languages,
        capacity=new.capacity,
        skills=new.skills,
        shift=new.shift,
        actor=f"agent:{actor.id}",
        now=now,
    )
    return added.id


def set_disabled(core: Core, actor: AgentView, agent_id: str, disabled: bool, *, now: datetime) -> None:
    """Disabled, an agent is signed out everywhere and their chats go to others, as when presence is lost."""
    change_person(core, actor, agent_id, Staffing(disabled=disabled), now=now)


def reset_second_factor(core: Core, actor: AgentView, agent_id: str, *, now: datetime) -> None:
    """For somebody else who has lost phone and codes: they are signed out and may set it up anew."""
    check_admin(actor)
    if actor.id == agent_id:  # it would take no code to turn one's own off
        raise Forbidden("This is your own second factor. Turn it off in your own menu.")
    _reset(core, Agent.id == agent_id, f"agent:{actor.id}", now)


def reset_second_factor_of(core: Core, *, email: str, now: datetime) -> None:
    """The same by an operator: for the administrator whom nobody else could let in. Raises NotFound."""
    _reset(core, Agent.email == email.strip().lower(), "admin", now)


def _reset(core: Core, named: ColumnElement[bool], actor: str, now: datetime) -> None:
    with work(core, now) as unit:
        agent = unit.session.execute(locked(select(Agent).where(named))).scalar_one_or_none()
        if agent is None:
            raise NotFound("There is no such agent; add them first.")
        second_factor.reset(unit, agent, actor=actor)
        unit.wake(DESK)


@dataclass(frozen=True, kw_only=True)
class _Beside:
    """What is known of everybody beside their own rows, by agent."""

    beats: Mapping[str, Presence]
    holding: Mapping[str, int]
    factors: Mapping[str, SecondFactor]
    invites: Mapping[str, datetime]


def _seen(core: Core, session: Session, agents: Sequence[Agent], now: datetime) -> list[PersonView]:
    load = loads()
    waiting = select(Invite.agent_id, func.max(Invite.expires_at)).where(Invite.used_at.is_(None))
    beside = _Beside(
        beats={row.agent_id: row for row in session.scalars(select(Presence))},
        holding=_pairs(session, select(load.c.agent_id, load.c.held)),
        factors={row.agent_id: row for row in session.scalars(select(SecondFactor))},
        invites=_pairs(session, waiting.where(Invite.expires_at > now).group_by(Invite.agent_id)),
    )
    return [_view(core, agent, beside, now) for agent in agents]


def _locks(agent: Agent, factor: SecondFactor | None) -> Iterator[datetime]:
    """By wrong passwords, and by wrong codes."""
    for each in (agent, factor):
        if each is not None and each.locked_until is not None:
            yield each.locked_until


def _pairs(session: Session, statement: Executable) -> dict[str, Any]:
    return {key: value for key, value in session.execute(statement)}  # noqa: C416 - rows, not pairs


def _view(core: Core, agent: Agent, beside: _Beside, now: datetime) -> PersonView:
    shift = shift_of(agent)
    row = beside.factors.get(agent.id)
    factor = "off" if row is None else "on" if row.confirmed_at else "pending"
    return PersonView(
        id=agent.id,
        email=agent.email,
        name=agent.name,
        role=agent.role,
        languages=tuple(agent.languages),
        skills=tuple(agent.skills),
        capacity=agent.capacity,
        shift=format_shift(shift),
        in_shift=in_shift(shift, core.business, now),
        status="offline" if agent.disabled_at else status_of(beside.beats.get(agent.id), now),
        holding=beside.holding.get(agent.id, 0),
        has_password=agent.password_hash is not None,
        second_factor=factor,
        must_enrol=factor != "on" and agent.role in core.business.desk.second_factor,
        invited_until=beside.invites.get(agent.id),
        locked_until=max((at for at in _locks(agent, row) if at > now), default=None),
        disabled_at=agent.disabled_at,
        created_at=agent.created_at,
    )
