"""Notes between agents: kept with the conversation, never shown or sent to the customer."""

from handoff.models import Conversation, HandoffRow, Message
from handoff.service.base import ledger
from handoff.service.base.core import Work
from handoff.service.base.views import AgentView
from handoff.service.telling.saying import take_seq
from handoff.store import new_id

NOTE = "note"


def add_note(work: Work, conversation: Conversation, handoff: HandoffRow, author: AgentView, text: str) -> Message:
    """A note in the conversation, whose row the caller has locked: no delivery, and no place in their stream."""
    message = Message(
        id=new_id(work.now),
        conversation_id=conversation.id,
        seq=take_seq(conversation),
        author="agent",
        kind=NOTE,
        text=text,
        salt=ledger.new_salt(),
        language=conversation.language,
        at=work.now,
        channel=conversation.channel,
        account=conversation.account,
        handoff_id=handoff.id,
        agent_id=author.id,
        agent_name=author.name,
        media=0,
    )
    work.session.add(message)
    work.session.flush()
    stream, facts = ledger.conversation_stream(conversation.id), {"place": message.seq, "reference": handoff.reference}
    ledger.append(work, stream, NOTE, actor=f"agent:{author.id}", data=facts, message=message)
    return message
