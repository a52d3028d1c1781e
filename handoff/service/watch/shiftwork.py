"""The end of a shift: nothing new is offered; chats that are held stay held, and the supervisor hears of it once."""

from datetime import datetime

from sqlalchemy import func, select

from handoff.models import Agent, Alert, HandoffRow
from handoff.service.base.core import Core, work
from handoff.service.base.records import shift_of
from handoff.service.people.presence import HELD
from handoff.service.telling.alerts import alert
from handoff.shifts import shift_ended
from handoff.store import one


def watch_shifts(core: Core, now: datetime) -> int:
    """Alerts the supervisor of each agent who holds chats from before their shift ended, once a shift's end."""
    told = 0
    for agent_id, ended in _over(core, now):
        with work(core, now) as unit:
            agent = one(unit.session, Agent, agent_id)
            key = f"{agent_id}-{int(ended.timestamp()):x}"  # the alert's own id, so that two sweepers tell it once
            if agent is None or one(unit.session, Alert, key) is not None:
                continue
            data = {"item": agent_id, "owner": agent.name}
            alert(unit, "shift_over", "supervisor", data=data, key=key)
            told += 1
    return told


def _over(core: Core, now: datetime) -> list[tuple[str, datetime]]:
    """Agents whose shift has ended while they held a chat, with the end."""
    with core.database.read() as session:
        since = func.min(HandoffRow.entered_at)
        statement = (
            select(Agent, since)
            .join(HandoffRow, HandoffRow.agent_id == Agent.id)
            .where(HandoffRow.deadline_at.is_not(None), HandoffRow.state.in_(HELD), Agent.shift.is_not(None))
            .group_by(Agent.id)
        )
        ends = [
            (agent.id, began, shift_ended(shift_of(agent), core.business, now))
            for agent, began in session.execute(statement)
        ]
    return [(agent_id, ended) for agent_id, began, ended in ends if ended is not None and began < ended]
