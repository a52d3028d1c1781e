"""Who works at the desk and when: an agent's role, languages, capacity, skills and shift."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from handoff.errors import InvalidInput, NotFound
from handoff.models import Agent, AgentSession
from handoff.service.base.core import DESK, Core, Work, work
from handoff.service.base.ledger import append
from handoff.service.base.records import agent_view
from handoff.service.base.views import AgentView
from handoff.service.people.presence import lock_agent, set_presence
from handoff.shifts import parse_shift

ROLES = ("agent", "supervisor", "admin")
LANGUAGES = ("en", "es")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_ENDS_SESSIONS = {"role", "disabled"}


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """What is to change; None leaves it. `skills` are teams; an empty `shift` stands for all opening hours."""

    role: str | None = None
    languages: Sequence[str] | None = None
    capacity: int | None = None
    skills: Sequence[str] | None = None
    shift: str | None = None
    disabled: bool | None = None


def problems(staffing: Staffing) -> dict[str, str]:
    """What to mend, by field."""
    role, languages, capacity = staffing.role, staffing.languages, staffing.capacity
    checks = {
        "role": role is None or role in ROLES or f"one of {', '.join(ROLES)}",
        "languages": languages is None
        or bool(languages and set(languages) <= set(LANGUAGES))
        or "one or more of en, es",
        "capacity": capacity is None or 0 < capacity <= 100 or "a number from 1 to 100",
        "skills": all(_SLUG.fullmatch(skill) for skill in _slugs(staffing.skills)) or "team names such as billing",
        "shift": _shift_problem(staffing.shift) or True,
    }
    return {field: str(check) for field, check in checks.items() if check is not True}


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
        "role": staffing.role,
        "languages": list(dict.fromkeys(staffing.languages)) if staffing.languages is not None else None,
        "capacity": staffing.capacity,
        "skills": _slugs(staffing.skills) if staffing.skills is not None else None,
    }
    values = {name: value for name, value in given.items() if value is not None}
    return values if staffing.shift is None else {**values, "shift": _shift(staffing.shift)}


def set_agent(core: Core, *, email: str, staffing: Staffing, now: datetime) -> AgentView:
    """Changes an agent. A new role, or being disabled, ends their sessions. Raises NotFound or InvalidInput."""
    values = columns_of(staffing)
    with work(core, now) as unit:
        named = Agent.email == email.strip().lower()
        who = unit.session.execute(select(Agent.id).where(named)).scalar_one_or_none()
        if who is not None:
            lock_agent(unit, who)  # before the agent's own row, as whoever gives them a case does
        found = select(Agent).where(named).with_for_update(key_share=True)
        agent = unit.session.execute(found).scalar_one_or_none()
        if agent is None:
            raise NotFound("There is no agent with this e-mail address; add them first.")
        changed = {name for name, value in values.items() if getattr(agent, name) != value}
        for name, value in values.items():
            setattr(agent, name, value)
        if staffing.disabled is not None and staffing.disabled is not (agent.disabled_at is not None):
            agent.disabled_at = unit.now if staffing.disabled else None
            changed.add("disabled")
        if changed:
            _changed(unit, agent, changed)
        return agent_view(agent, core.business.desk.capacity)


def _changed(unit: Work, agent: Agent, changed: set[str]) -> None:
    if changed & _ENDS_SESSIONS:
        unit.session.execute(delete(AgentSession).where(AgentSession.agent_id == agent.id))
    append(unit, f"account:{agent.id}", "agent_changed", actor="admin", data={"changed": sorted(changed)})
    unit.session.flush()
    if "disabled" in changed:
        set_presence(unit, agent.id, "offline")
    unit.wake(DESK)
