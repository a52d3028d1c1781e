"""Teams as such: who is in which, who waits for one, and another name for one."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update

from handoff.errors import Conflict, InvalidInput, NotFound
from handoff.models import Agent, HandoffRow, TeamPause
from handoff.service.base.core import DESK, Core, Work, take_number, work
from handoff.service.base.ledger import append
from handoff.service.base.views import AgentView
from handoff.service.people.pauses import EVERYBODY, teams
from handoff.service.people.roles import check_admin, check_overseer
from handoff.store import locked

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


@dataclass(frozen=True, kw_only=True)
class Member:
    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Team:
    """`open`: cases that were passed to this team and have not ended."""

    name: str
    members: tuple[Member, ...]
    open: int
    paused_until: datetime | None


def list_teams(core: Core, actor: AgentView, *, now: datetime) -> tuple[Team, ...]:
    """Every team that somebody is in, or for which a case is open, by name. Raises Forbidden for agents."""
    check_overseer(actor)
    waits = HandoffRow.deadline_at.is_not(None), HandoffRow.team.is_not(None)
    with core.database.read() as session:
        agents = session.execute(_working()).all()
        cases = session.execute(select(HandoffRow.team, func.count()).where(*waits).group_by(HandoffRow.team))
        waiting = {str(team): count for team, count in cases}
        paused = {each.name: each.paused_until for each in teams(session, now)}
    names = {skill for row in agents for skill in row.skills} | waiting.keys() | (paused.keys() - {EVERYBODY})
    return tuple(
        Team(
            name=name,
            members=tuple(Member(id=row.id, name=row.name) for row in agents if name in row.skills),
            open=waiting.get(name, 0),
            paused_until=paused.get(name),
        )
        for name in sorted(names)
    )


def _working() -> Select[Any]:
    return select(Agent.id, Agent.name, Agent.skills).where(Agent.disabled_at.is_(None)).order_by(Agent.name, Agent.id)


def rename_team(core: Core, actor: AgentView, team: str, name: str, *, now: datetime) -> None:
    """Gives a team another name: to those who are in it, to its open cases and to its pause.

    Raises Forbidden, NotFound, InvalidInput for what is no name of a team, or Conflict when another has it.
    """
    check_admin(actor)
    new = name.strip().lower()
    if not NAME.fullmatch(new):
        raise InvalidInput(fields={"name": "small letters, digits and hyphens, such as billing; at most 32"})
    if new == team:
        return
    with work(core, now) as unit:
        take_number(unit.session, "pauses")  # whoever pauses this team comes before or after
        moved = _pass_on(unit, team, new)  # cases before agents, as whoever takes one does
        agents = unit.session.execute(select(Agent).order_by(Agent.id).with_for_update(key_share=True)).scalars().all()
        if any(new in agent.skills for agent in agents):
            raise Conflict("There is a team of this name already; put people into it instead.")
        members = [agent for agent in agents if team in agent.skills]
        if not members and not moved:
            raise NotFound("There is no such team.")
        _tell(unit, actor, members, team, new)
        unit.wake(DESK)


def _pass_on(unit: Work, team: str, new: str) -> int:
    """The open cases of the team, those that are about to be passed to it, and its pause; returns how many they are."""
    its = (HandoffRow.team == team) | HandoffRow.pending_at.is_not(None)
    rows = select(HandoffRow).where(HandoffRow.deadline_at.is_not(None), its).order_by(HandoffRow.id)
    moved = 0
    for row in unit.session.execute(locked(rows)).scalars():
        pending = row.pending is not None and row.pending.get("team") == team
        if row.team != team and not pending:
            continue
        row.team = new if row.team == team else row.team
        row.pending = {**row.pending, "team": new} if pending and row.pending is not None else row.pending
        row.changed_seq = unit.next_change()
        moved += 1
    paused = unit.session.execute(update(TeamPause).where(TeamPause.team == team).values(team=new))
    return moved + int(paused.rowcount)  # type: ignore[attr-defined]


def _tell(unit: Work, actor: AgentView, members: list[Agent], team: str, new: str) -> None:
    by = f"agent:{actor.id}"
    for agent in members:
        agent.skills = [new if skill == team else skill for skill in agent.skills]
        append(unit, f"account:{agent.id}", "agent_changed", actor=by, data={"changed": ["skills"]})
    append(unit, "settings", "team.renamed", actor=by, data={"team": team, "name": new, "agents": len(members)})
