"""Notes between agents: kept with the conversation, never shown or sent to the customer."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from handoff.errors import ClientIdReused, InvalidInput
from handoff.models import Conversation, HandoffRow, Message
from handoff.service.base import ledger
from handoff.service.base.core import Core, Work, work
from handoff.service.base.inbound import check_plain
from handoff.service.base.records import message_view
from handoff.service.base.rows import NOTE, touch
from handoff.service.base.views import AgentView, MessageView, NoteView
from handoff.service.cases.holding import open_case
from handoff.service.telling.saying import take_seq
from handoff.store import new_id

MOST_SHOWN = 50


def leave_note(core: Core, actor: AgentView, reference: str, client_id: str, text: str, now: datetime) -> MessageView:
    """Any agent's note in a case, also in one that has ended or that somebody else holds.

    The same client_id again gives the same note; with other words it raises ClientIdReused.
    """
    try:
        return _leave(core, actor, reference, client_id, text, now)
    except IntegrityError:  # a twin of this request was first; now its row can be read
        return _leave(core, actor, reference, client_id, text, now)


def _leave(core: Core, actor: AgentView, reference: str, client_id: str, text: str, now: datetime) -> MessageView:
    check_plain(text, "text")
    key = f"{NOTE}:{actor.id}:{client_id}"  # customers and replies have names of their own
    with work(core, now) as unit:
        case = open_case(unit, reference)
        if case.conversation.erased_at is not None:
            raise InvalidInput("This conversation was erased", fields={"text": "nothing can be added any more"})
        statement = select(Message).where(Message.conversation_id == case.conversation.id, Message.client_id == key)
        twin = unit.session.execute(statement).scalar_one_or_none()
        if twin is not None and twin.text != text:
            raise ClientIdReused
        if twin is None:
            twin = add_note(unit, case.conversation, case.row, actor, text, client_id=key)
            touch(unit, case.row)
        return message_view(twin)


def add_note(
    work: Work,
    conversation: Conversation,
    handoff: HandoffRow,
    author: AgentView,
    text: str,
    *,
    client_id: str | None = None,
) -> Message:
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
        client_id=client_id,
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


def notes_of(session: Session, row: HandoffRow) -> tuple[NoteView, ...]:
    """What agents left in this case and in the same customer's earlier ones, newest first, at most 50."""
    statement = (
        select(Message, HandoffRow.reference)
        .join(HandoffRow, HandoffRow.id == Message.handoff_id)
        .where(HandoffRow.customer_id == row.customer_id, Message.kind == NOTE, HandoffRow.opened_at <= row.opened_at)
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(
        NoteView(id=message.id, at=message.at, text=message.text, agent=message.agent_name, reference=reference)
        for message, reference in session.execute(statement)
    )
