"""What pages tell one another of a chat while it lasts: who is there, who types. Hints by the wake, never stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handoff.service.base.core import Core
from handoff.service.base.rows import find_row
from handoff.service.base.views import AgentView
from handoff.states import State

WHO: Final = "who"  # asks everybody on the topic to say that they are here


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a case is talked about, and whether this agent may be seen typing by its customer."""

    conversation_id: str
    holds: bool


def place_of(core: Core, actor: AgentView, reference: str, now: datetime) -> Place:
    """Raises NotFound."""
    del now
    with core.database.read() as session:
        row = find_row(session, reference)
        holds = row.agent_id == actor.id and row.state == State.ACTIVE.value
        return Place(conversation_id=row.conversation_id, holds=holds)


def desk_topic(conversation_id: str) -> str:
    """What agents' pages hear of this chat."""
    return f"chat-desk:{conversation_id}"


def customer_topic(conversation_id: str) -> str:
    """What the customer's page hears of this chat: `who`, and `typing:<name>` of the agent who holds it."""
    return f"chat-page:{conversation_id}"
