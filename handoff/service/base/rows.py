"""The rows that use cases look for, lock and mark as changed."""

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from handoff.errors import NotFound
from handoff.models import Conversation, HandoffRow, Message, PromiseRow
from handoff.service.base.core import DESK, Work
from handoff.states import ENDS
from handoff.store import locked, one

NOTE = "note"
SHOWN = Message.kind != NOTE  # what customers may see, and what counts as said: notes are for agents alone
ENDED = tuple(sorted(state.value for state in ENDS))  # as the tables spell the four ends
_OPEN_HANDOFF = (
    select(HandoffRow)
    .where(HandoffRow.conversation_id == bindparam("conversation"), HandoffRow.state.not_in(ENDED))
    .execution_options(populate_existing=True)
)
_OPEN_PROMISE = select(PromiseRow).where(PromiseRow.handoff_id == bindparam("handoff"), PromiseRow.status == "open")


def open_handoff_of(session: Session, conversation_id: str, *, lock: bool = False) -> HandoffRow | None:
    """The conversation's open handoff, if there is one."""
    statement = locked(_OPEN_HANDOFF) if lock else _OPEN_HANDOFF
    return session.execute(statement, {"conversation": conversation_id}).scalar_one_or_none()


def named(reference: str) -> ColumnElement[bool]:
    """The case with this reference or id."""
    return (HandoffRow.reference == reference) | (HandoffRow.id == reference)


def find_row(session: Session, reference: str) -> HandoffRow:
    """The case by its reference or id. Raises NotFound."""
    row = session.execute(select(HandoffRow).where(named(reference))).scalar_one_or_none()
    if row is None:
        raise NotFound
    return row


def open_promise_of(session: Session, handoff_id: str) -> PromiseRow | None:
    return session.execute(_OPEN_PROMISE, {"handoff": handoff_id}).scalar_one_or_none()


def lock_conversation(work: Work, conversation_id: str) -> Conversation:
    """The conversation's row, locked: whoever writes into a conversation does so under this lock. Raises NotFound."""
    conversation = one(work.session, Conversation, conversation_id, lock=True)
    if conversation is None:
        raise NotFound
    return conversation


def touch(work: Work, row: HandoffRow) -> None:
    """Marks the case as changed for every desk, once its transaction is at its end."""
    work.touched[row.id] = row
    work.wake(DESK)
