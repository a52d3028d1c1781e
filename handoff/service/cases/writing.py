"""What an agent who writes in a case is helped with: what fills a canned reply, and the limits of the channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handoff.models import Conversation, Customer
from handoff.service.base.core import Core, Work
from handoff.service.base.rows import find_row, open_promise_of
from handoff.service.base.views import AgentView
from handoff.service.telling.notices import common_values


@dataclass(frozen=True, kw_only=True)
class WritingView:
    """`values` fill the places of a canned reply (see base/placeholders.py); what is unknown is not there."""

    reference: str
    language: str
    channel: str
    values: Mapping[str, str]
    max_segments: int | None  # of one reply; None where segments do not count


def read_writing(core: Core, actor: AgentView, reference: str, now: datetime) -> WritingView:
    """As the case stands now, with instants as people say them in the customer's language. Raises NotFound."""
    with core.database.read() as session:
        row = find_row(session, reference)
        conversation = session.get_one(Conversation, row.conversation_id)
        customer = session.get_one(Customer, row.customer_id)
        unit = Work(core=core, session=session, now=now)
        known = common_values(unit, conversation, row, open_promise_of(session, row.id))
        values: dict[str, str] = {name: known[name] for name in ("business", "reference", "due") if name in known}
        name = customer.name or (row.contact or {}).get("name")
        if name:
            values["customer_name"] = str(name)
        return WritingView(
            reference=row.reference,
            language=conversation.language,
            channel=conversation.spoken,
            values={**values, "agent_name": actor.name},
            max_segments=core.business.channels.sms.max_segments if conversation.spoken == "sms" else None,
        )
