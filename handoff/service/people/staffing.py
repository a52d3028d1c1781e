"""Who works at the desk and when: an agent's role, languages, capacity, skills and shift."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from handoff.addresses import check_line
from handoff.errors import Conflict, InvalidInput, NotFound
from handoff.models import Agent, AgentSession
from handoff.service.base.core import DESK, Core, Work, take_number, work
from handoff.service.base.ledger import append
from handoff.service.base.records import agent_view
from handoff.service.base.views import AgentView
from handoff.service.people.invites import end_unused
from handoff.service.people.presence import lock_agent, lose_presence
from handoff.service.people.roles import check_admin
from handoff.shifts import parse_shift

ROLES = ("agent", "supervisor", "admin")
LANGUAGES = ("en", "es")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_ENDS_SESSIONS = {"role", "disabled"}


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """What is to change; None leaves it. `skills` are teams; an empty `shift` stands for all opening hours, and
    `usual_capacity` takes away an agent's own."""

    name: str | None = None
    role: str | None = None
    languages: Sequence[str] | None = None
    capacity: int | None = None
    usual_capacity: bool = False
    skills: Sequence[str] | None = None
    shift: str | None = None
    disabled: bool | None = None


def problems(staffing: Staffing) -> dict[str, str]:
    """What to mend, by field."""
    role, languages, capacity = staffing.role, staffing.languages, staffing.capacity
    checks = {
        "name": staffing.name is None or _is_name(staffing.name.strip()) or "1 to 100 characters in one line",
        "role": role is None or role in ROLES or f"one of {', '.join(ROLES)}",
        "languages": languages is None
        or bool(languages and set(languages) <= set(LANGUAGES))
        or "one or more of en, es",
        "capacity": capacity is None or 0 < capacity <= 100 or "a number from 1 to 100",
        "skills": all(_SLUG.fullmatch(skill) for skill in _slugs(staffing.skills)) or "team names such as billing",
        "shift": _shift_problem(staffing.shift) or True,
    }
    return {field: str(check) for field, check in checks.items() if check is not True}


def _is_name(name: str) -> bool:
    try:
        return 0 < len(check_line(name)) <= 100
    except ValueError:
        return False


def _shift_problem(said: str | None) -> str | None:
    try:
        _shift(said)
    except ValueError as exc:
        return str(exc)
    return None


def _shift(said: str | None) -> dict[str, Any] | None:
    """As it is stored, as relevo.toml spells a week; None for all opening hours."""
    if said is None or not said.strip():
        return None
    return parse_shift(said).model_dump(mode="json", exclude_defaults=True)


def _slugs(skills: Sequence[str] | None) -> list[str]:
    return list(dict.fromkeys(skill.strip().lower() for skill in skills or ()))


def columns_of(staffing: Staffing) -> dict[str, Any]:
    """The change as column values. Raises InvalidInput."""
    fields = problems(staffing)
    if fields:
        raise InvalidInput("This agent cannot be stored; mend the fields named.", fields=fields)
    given: Mapping[str, Any] = {
        "name": staffing.name.strip() if staffing.name is not None else None,
        "role": staffing.role,
        "languages": list(dict.fromkeys(staffing.languages)) if staffing.languages is not None else None,
        "capacity": staffing.capacity,
        "skills": _slugs(staffing.skills) if staffing.skills is not None else None,
    }
    values = {name: value for name, value in given.items() if value is not None}
    if staffing.usual_capacity:
        values["capacity"] = None
    return values if staffing.shift is None else {**values, "shift": _shift(staffing.shift)}


class LastAdmin(Conflict):
    """Nobody would be left who can let others in. Give another administrator a password first, or yourself one."""

    code = "last_admin"


def set_agent(core: Core, *, email: str, staffing: Staffing, now: datetime) -> AgentView:
    """Changes an agent. A new role, or being disabled, ends their sessions.

    Raises NotFound, InvalidInput, or LastAdmin: somebody must be able to let others in.
    """
    return _change(core, Agent.email == email.strip().lower(), staffing, "admin", now)


def change_person(core: Core, actor: AgentView, agent_id: str, staffing: Staffing, *, now: datetime) -> AgentView:
    """As `set_agent`, by an administrator at the desk. Raises Forbidden for others."""
    check_admin(actor)
    return _change(core, Agent.id == agent_id, staffing, f"agent:{actor.id}", now)


def _change(core: Core, named: ColumnElement[bool], staffing: Staffing, actor: str, now: datetime) -> AgentView:
    values = columns_of(staffing)
    with work(core, now) as unit:
        if staffing.disabled or staffing.role not in {None, "admin"}:
            take_number(unit.session, "admins")  # two who demote each other come one after the other
        who = unit.session.execute(select(Agent.id).where(named)).scalar_one_or_none()
        if who is not None:
            lock_agent(unit, who)  # before the agent's own row, as whoever gives them a case does
        found = select(Agent).where(named).with_for_update(key_share=True)
        agent = unit.session.execute(found).scalar_one_or_none()
        if agent is None:
            raise NotFound("There is no such agent; add them first.")
        ruled, role = is_ruling(agent), agent.role
        changed = _apply(unit, agent, values, staffing.disabled)
        if ruled and not is_ruling(agent):
            _check_admin_left(unit, agent, actor)
        if changed:
            _changed(unit, agent, changed, role, actor)
        return agent_view(agent, core.business.desk.capacity)


def is_ruling(agent: Agent) -> bool:
    return agent.role == "admin" and agent.disabled_at is None


def _apply(unit: Work, agent: Agent, values: Mapping[str, Any], disabled: bool | None) -> set[str]:
    """Returns what is different now."""
    changed = {name for name, value in values.items() if getattr(agent, name) != value}
    for name, value in values.items():
        setattr(agent, name, value)
    if disabled is not None and disabled is not (agent.disabled_at is not None):
        agent.disabled_at = unit.now if disabled else None
        changed.add("disabled")
    return changed


def _check_admin_left(unit: Work, agent: Agent, actor: str) -> None:
    """Another must have a password, for nobody else could sign in by themselves, or make a link. Who has none either is
    no loss: then it is enough that another administrator stays, who is at work on this, or an operator is."""
    others = Agent.role == "admin", Agent.disabled_at.is_(None), Agent.id != agent.id
    left = unit.session.execute(select(Agent.id, Agent.password_hash).where(*others)).all()
    no_loss = agent.password_hash is None and (actor == "admin" or any(actor == f"agent:{row.id}" for row in left))
    if not left or not (no_loss or any(row.password_hash for row in left)):
        raise LastAdmin


def _changed(unit: Work, agent: Agent, changed: set[str], role: str, actor: str) -> None:
    if changed & _ENDS_SESSIONS:
        unit.session.execute(delete(AgentSession).where(AgentSession.agent_id == agent.id))
        end_unused(unit, agent.id)
    data: dict[str, Any] = {"changed": sorted(changed)}
    if "role" in changed:
        data["role"] = {"before": role, "after": agent.role}
    append(unit, f"account:{agent.id}", "agent_changed", actor=actor, data=data)
    unit.session.flush()
    if agent.disabled_at is not None and "disabled" in changed:
        lose_presence(unit, agent.id)
    unit.wake(DESK)
