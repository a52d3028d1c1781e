"""How an agent signs what they write for others: by name and e-mail, as both can be read years later."""

from handoff.errors import NotAuthenticated
from handoff.models import Agent
from handoff.service.base.core import Core
from handoff.service.base.views import AgentView
from handoff.store import one


def signature_of(core: Core, agent: AgentView) -> str:
    """`Name (email)`. Raises NotAuthenticated when there is no such agent any more."""
    with core.database.read() as session:
        row = one(session, Agent, agent.id)
        if row is None:
            raise NotAuthenticated
        return f"{row.name} ({row.email})"
