"""Signs of life of agents: whoever acts is there."""

from sqlalchemy import update

from handoff.models import Presence
from handoff.service.core import Work


def show_life(work: Work, agent_id: str) -> None:
    """A claim or a reply is as good as a heartbeat, and whoever takes a chat is online."""
    values = {"beat_at": work.now, "status": "online"}
    statement = update(Presence).where(Presence.agent_id == agent_id).values(**values)
    if work.session.execute(statement).rowcount == 0:  # type: ignore[attr-defined]
        work.session.add(Presence(agent_id=agent_id, since=work.now, changed_seq=work.next_change(), **values))
        work.session.flush()
