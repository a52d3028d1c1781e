"""What an agent who writes in a case is helped with: what fills a canned reply, and the limits of the channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from handoff.errors import InvalidInput
from handoff.models import Conversation, Customer
from handoff.segments import count
from handoff.service.base.core import Core, Work
from handoff.service.base.rows import find_row, open_promise_of
from handoff.service.base.views import AgentView
from handoff.service.telling.notices import common_values
from handoff.service.telling.text_routes import tail_of


class TooManySegments(InvalidInput):
    """This reply takes more texts than the settings allow; shorten it, or send it in two."""

    code: ClassVar[str] = "too_many_segments"


@dataclass(frozen=True, kw_only=True)
class WritingView:
    """`values` fill the places of a canned reply (see base/placeholders.py); what is unknown is not there."""

    reference: str
    language: str
    channel: str
    values: Mapping[str, str]
    max_segments: int | None  # of one reply; None where segments do not count
    tail: str = ""  # what is sent after the reply, and counts


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
            max_segments=most_segments(core, conversation),
            tail=tail_of(conversation, conversation.spoken, row.reference),
        )


def most_segments(core: Core, conversation: Conversation) -> int | None:
    """Of one reply; None where segments do not count."""
    return core.business.channels.sms.max_segments if conversation.spoken == "sms" else None


def check_segments(core: Core, conversation: Conversation, reference: str, text: str) -> None:
    """Raises TooManySegments for a reply that would take more texts than the settings allow."""
    most = most_segments(core, conversation)
    needed = count(text + tail_of(conversation, conversation.spoken, reference)).segments if most else 0
    if most is not None and needed > most:
        raise TooManySegments(fields={"segments": str(needed), "max_segments": str(most)})
