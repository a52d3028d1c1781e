"""A team in a meeting: until a time nobody who is in it is offered chats. What they hold stays theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from handoff.errors import InvalidInput
from handoff.models import Agent, TeamPause
from handoff.service.base import ledger
from handoff.service.base.core import DESK, Core, Work, take_number, work
from handoff.service.base.views import AgentView

EVERYBODY = "*"
LONGEST = timedelta(hours=24)
REASONS = ("meeting", "training", "break", "other")


@dataclass(frozen=True, kw_only=True)
class TeamView:
    """A team as the board shows it; `name` is the skill, or * for everybody."""

    name: str
    members: int
    paused_until: datetime | None = None
    reason: str | None = None  # meeting | training | break | other
    set_by: str | None = None  # a supervisor's name


def in_pause(agent_id: Any, now: Any) -> ColumnElement[bool]:
    """Whether this agent is of a team that is paused at `now`."""
    return exists().where(TeamPause.agent_id == agent_id, TeamPause.until > now)


def paused_agents(session: Session, now: datetime) -> Mapping[str, datetime]:
    """Who is offered nothing, and until when."""
    statement = select(TeamPause.agent_id, func.max(TeamPause.until)).where(TeamPause.until > now)
    return {agent: until for agent, until in session.execute(statement.group_by(TeamPause.agent_id))}  # noqa: C416 - typed rows


def teams(session: Session, now: datetime) -> tuple[TeamView, ...]:
    """Everybody first, then every team that somebody is in, or that is paused though nobody is in it any more."""
    members = _members(session)
    setter = aliased(Agent)
    statement = (
        select(TeamPause.team, func.max(TeamPause.until), func.max(TeamPause.reason), func.max(setter.name))
        .join(setter, setter.id == TeamPause.set_by)
        .where(TeamPause.until > now)
        .group_by(TeamPause.team)
    )
    pauses = {team: (until, reason, name) for team, until, reason, name in session.execute(statement)}
    members |= {team: [] for team in sorted(pauses.keys() - members.keys())}  # so that their pause can be ended
    none = (None, None, None)
    return tuple(
        TeamView(
            name=team,
            members=len(agents),
            paused_until=pauses.get(team, none)[0],
            reason=pauses.get(team, none)[1],
            set_by=pauses.get(team, none)[2],
        )
        for team, agents in members.items()
    )


def _members(session: Session) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {EVERYBODY: []}
    agents = session.execute(select(Agent.id, Agent.skills).where(Agent.disabled_at.is_(None)).order_by(Agent.id)).all()
    for team in sorted({skill for _, skills in agents for skill in skills}):
        found[team] = [agent for agent, skills in agents if team in skills]
    found[EVERYBODY] = [agent for agent, _ in agents]
    return found


def pause_team(
    core: Core, actor: AgentView, team: str, until: datetime, reason: str = "meeting", *, now: datetime
) -> None:
    """Offers nothing to whoever is in this team now, until then; again replaces what was set. Raises InvalidInput."""
    if reason not in REASONS:
        raise InvalidInput(fields={"reason": "one of " + ", ".join(REASONS)})
    if not now < until <= now + LONGEST:
        raise InvalidInput(fields={"until": "a time within the next 24 hours"})
    with work(core, now) as unit:
        take_number(unit.session, "pauses")  # two who pause the same team come one after the other
        agents = _of(unit, team)
        unit.session.execute(delete(TeamPause).where((TeamPause.team == team) | (TeamPause.until <= unit.now)))
        for agent in agents:
            unit.session.add(
                TeamPause(team=team, agent_id=agent, until=until, reason=reason, set_by=actor.id, set_at=unit.now)
            )
        data = {"team": team, "until": ledger.json_instant(until), "reason": reason, "agents": len(agents)}
        ledger.append(unit, "settings", "team.paused", actor=f"agent:{actor.id}", data=data)
        unit.wake(DESK)


def resume_team(core: Core, actor: AgentView, team: str, *, now: datetime) -> None:
    """Ends the pause of this team, if there is one. Raises InvalidInput where there is neither pause nor team."""
    with work(core, now) as unit:
        gone = unit.session.execute(delete(TeamPause).where(TeamPause.team == team))
        if not gone.rowcount:  # type: ignore[attr-defined]
            _of(unit, team)
        else:
            ledger.append(unit, "settings", "team.resumed", actor=f"agent:{actor.id}", data={"team": team})
            unit.wake(DESK)


def _of(unit: Work, team: str) -> list[str]:
    members = _members(unit.session).get(team)
    if not members:
        raise InvalidInput(fields={"team": "a team that somebody is in, or * for everybody"})
    return members
