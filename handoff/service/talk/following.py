"""Reading a conversation as its customer may see it: at once, or from a cursor on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.errors import NotFound
from handoff.models import Agent, Conversation, Message
from handoff.models import StreamItem as StreamRow
from handoff.service.base.core import Core
from handoff.service.base.records import brief, customer_state
from handoff.service.base.rows import SHOWN, open_handoff_of, open_promise_of
from handoff.service.base.tokens import make_cursor, read_cursor
from handoff.service.base.views import HandoffBrief, MessageView
from handoff.service.cases.attachments import with_attachments
from handoff.states import HELD_STATES, State
from handoff.store import one

NEWEST = 500


@dataclass(frozen=True, kw_only=True)
class ConversationView:
    id: str
    state: str
    language: str
    messages: tuple[MessageView, ...]
    cursor: str
    handoff: HandoffBrief | None = None
    agent: str | None = None
    read_upto: str | None = None  # the cursor of the customer's newest message that a person has seen


@dataclass(frozen=True, kw_only=True)
class StreamItem:
    """One event of the customer's stream. `data` is a MessageView, or a mapping for a change of state."""

    kind: str
    cursor: str
    data: Any


def read_conversation(core: Core, conversation_id: str, now: datetime) -> ConversationView:
    """The newest 500 messages, the state, and the cursor to follow from. Raises NotFound."""
    del now  # every use case takes it; reading needs none
    with core.database.read() as session:
        conversation = _visible(session, conversation_id)
        until = conversation.next_seq - 1  # read first: what commits later comes by the stream
        row = open_handoff_of(session, conversation_id)
        promise = open_promise_of(session, row.id) if row else None
        holder = one(session, Agent, row.agent_id) if row and State(row.state) in HELD_STATES else None
        return ConversationView(
            id=conversation.id,
            state=customer_state(conversation, row),
            language=conversation.language,
            messages=with_attachments(session, _messages(session, conversation_id, until)),
            cursor=make_cursor(until),
            handoff=brief(core, row, promise) if row else None,
            agent=holder.name if holder else None,
            read_upto=_read_upto(session, conversation_id),
        )


def _read_upto(session: Session, conversation_id: str) -> str | None:
    seen = (Message.author == "customer") & Message.seen_at.is_not(None)
    statement = select(func.max(Message.seq)).where(Message.conversation_id == conversation_id, seen)
    newest = session.execute(statement).scalar_one_or_none()
    return make_cursor(newest) if newest is not None else None


def _visible(session: Session, conversation_id: str) -> Conversation:
    conversation = one(session, Conversation, conversation_id)
    if conversation is None or conversation.erased_at is not None:
        raise NotFound
    return conversation


def _messages(session: Session, conversation_id: str, until: int) -> Sequence[Message]:
    statement = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.seq <= until, SHOWN)
        .order_by(Message.seq.desc())
        .limit(NEWEST)
    )
    return list(session.execute(statement).scalars())[::-1]


def read_stream(core: Core, conversation_id: str, after: str | None, limit: int = 200) -> tuple[StreamItem, ...]:
    """What came after the cursor, in order, without gap or double. Raises InvalidInput for a foreign cursor."""
    with core.database.read() as session:
        statement = (
            select(StreamRow, Message)
            .outerjoin(Message, Message.id == StreamRow.message_id)
            .where(StreamRow.conversation_id == conversation_id, StreamRow.seq > read_cursor(after))
            .order_by(StreamRow.seq)
            .limit(limit)
        )
        rows: Sequence[tuple[StreamRow, Message | None]] = [(row, said) for row, said in session.execute(statement)]
        views = with_attachments(session, [message for _, message in rows if message is not None])
        said = {view.id: view for view in views}
        return tuple(_item(row, said.get(row.message_id or "")) for row, _ in rows)


def newest_cursors(core: Core, conversation_ids: Collection[str]) -> dict[str, str]:
    """Where each conversation's stream ends, by conversation."""
    with core.database.read() as session:
        statement = select(Conversation.id, Conversation.next_seq).where(Conversation.id.in_(conversation_ids))
        return {found: make_cursor(next_seq - 1) for found, next_seq in session.execute(statement)}


def _item(row: StreamRow, message: MessageView | None) -> StreamItem:
    data: Any = message if message is not None else row.data
    return StreamItem(kind=row.kind, cursor=make_cursor(row.seq), data=data)
