"""Sign-in links that nobody has used yet."""

from sqlalchemy import delete

from handoff.models import Invite
from handoff.service.base.core import Work


def end_unused(unit: Work, agent_id: str) -> None:
    """No link that was given out before lets anybody in as this agent."""
    unit.session.execute(delete(Invite).where(Invite.agent_id == agent_id, Invite.used_at.is_(None)))
