"""An end to keeping: what is older than the settings allow goes by itself, and the ledger says how much that was."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update
from sqlalchemy.orm import Session

from handoff.errors import Unavailable
from handoff.models import (
    Address,
    Conversation,
    Customer,
    Delivery,
    Erasure,
    HandoffRow,
    Idempotency,
    IdentityUse,
    LedgerRow,
    LedgerStream,
    Message,
    Notification,
    SignedDetails,
    Upload,
    UploadContent,
)
from handoff.models.talk import Attachment, TextRoute
from handoff.service.base import ledger
from handoff.service.base.core import Core, Work, work
from handoff.service.base.rows import lock_conversation
from handoff.service.base.signed import lock_addresses
from handoff.service.base.stopped import keep_stopped
from handoff.service.privacy.erasing import BY_RETENTION, STREAM, clear_traces, wipe
from handoff.service.privacy.finding import handoffs_in, scope_of
from handoff.service.privacy.holdings import HOLDINGS, Scope
from handoff.store import Database

EVERY = timedelta(minutes=10)
PROVE_EVERY = timedelta(hours=24)  # a day on which nothing was due is said too
CALLS_LAST = timedelta(days=7)
MOST = 100  # conversations, or files, a round: the sweeper has other things to do
SWEPT = "retention.swept"
ACTOR = "retention"
End = Callable[[Core, str, datetime, ColumnElement[bool]], bool]
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How much one round ended."""

    conversations: int = 0
    attachments: int = 0
    ledgers: int = 0
    identities: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.conversations or self.attachments or self.ledgers)


class Retention:
    """One process's rounds: every ten minutes, and again at once while there is more than a round takes."""

    def __init__(self) -> None:
        self._next: datetime | None = None

    def sweep_old(self, core: Core, now: datetime) -> int:
        """A round when it is time; returns 0, for no case moves."""
        if self._next is not None and self._next - EVERY <= now < self._next:
            return 0
        self._next = now + EVERY
        swept = sweep_retention(core, now)
        if MOST in {swept.conversations, swept.attachments, swept.ledgers}:
            self._next = now
        return 0


def sweep_retention(core: Core, now: datetime) -> Swept:
    """One round: conversations, attachments and ledgers past their days. What it did is one row of the ledger."""
    keep = core.business.retention
    swept = Swept(
        conversations=_end_conversations(core, now, keep.conversations),
        attachments=_end_attachments(core, now, keep.attachments),
        ledgers=_end_ledgers(core, now, keep.ledger),
        identities=_end_identities(core, now),
    )
    _end_calls(core, now)
    if swept.anything:
        clear_traces(core.database)
    if swept.anything or not _proven_lately(core.database, now):
        _prove(core, now, swept)
    return swept


def _prove(core: Core, now: datetime, swept: Swept) -> None:
    keep = core.business.retention
    data = {
        "ended": {
            "conversations": swept.conversations,
            "attachments": swept.attachments,
            "ledgers": swept.ledgers,
        },
        "days": keep.model_dump(),
    }
    with work(core, now) as unit:
        ledger.append(unit, STREAM, SWEPT, actor=ACTOR, data=data)


def _proven_lately(database: Database, now: datetime) -> bool:
    newest = select(func.max(LedgerRow.at)).where(LedgerRow.stream == STREAM, LedgerRow.kind == SWEPT)
    with database.read() as session:
        last = session.execute(newest).scalar_one_or_none()
    return last is not None and last > now - PROVE_EVERY


def _ids(core: Core, statement: Select[Any]) -> tuple[str, ...]:
    with core.database.read() as session:
        return tuple(session.execute(statement.limit(MOST)).scalars().all())


def _due(before: datetime) -> ColumnElement[bool]:
    """Nothing was said since then, and no case is open."""
    said = exists().where(Message.conversation_id == Conversation.id, Message.at >= before)
    return (Conversation.created_at < before) & Conversation.erased_at.is_(None) & ~said & ~_has_open_case()


def _has_open_case() -> ColumnElement[bool]:
    return exists().where(HandoffRow.conversation_id == Conversation.id, HandoffRow.deadline_at.is_not(None))


def _end_conversations(core: Core, now: datetime, days: int) -> int:
    if not days:
        return 0
    due = _due(now - timedelta(days=days))
    found = _ids(core, select(Conversation.id).where(due).order_by(Conversation.created_at))
    return sum(_isolated(core, each, now, due, _end_conversation) for each in found)


def _isolated(core: Core, conversation_id: str, now: datetime, due: ColumnElement[bool], end: End) -> bool:
    """One conversation in a transaction of its own: one that cannot be ended is logged, and holds up no other."""
    try:
        return end(core, conversation_id, now, due)
    except Unavailable:
        raise  # the database, not the conversation: the next round tries again
    except Exception:
        log.exception("sweeper.stuck", conversation=conversation_id, edge="retention")
        return False


def _end_conversation(core: Core, conversation_id: str, now: datetime, due: ColumnElement[bool]) -> bool:
    """The customer goes with the last of their conversations."""
    with work(core, now) as unit:
        lock_addresses(unit, unit.session.get_one(Conversation, conversation_id).customer_id)
        conversation = lock_conversation(unit, conversation_id)
        still = select(Conversation.id).where(Conversation.id == conversation_id, due)
        if unit.session.execute(still).first() is None:
            return False
        wipe(unit, _scope_with(unit.session, conversation), actor=ACTOR, reason=BY_RETENTION)
    return True


def _scope_with(session: Session, conversation: Conversation) -> Scope:
    others = select(Conversation.id).where(
        Conversation.customer_id == conversation.customer_id,
        Conversation.erased_at.is_(None),
        Conversation.id != conversation.id,
    )
    if session.execute(others.limit(1)).first() is None:
        return scope_of(session, (conversation.customer_id,))
    ids = (conversation.id,)
    own = (conversation.address_id,) if conversation.channel == "web" else ()
    return Scope(conversations=ids, handoffs=handoffs_in(session, ids), addresses=own)


def _end_attachments(core: Core, now: datetime, days: int) -> int:
    if not days:
        return 0
    before = now - timedelta(days=days)
    attachments, uploads = (_ids(core, _old(table, before)) for table in (Attachment, Upload))
    if not attachments and not uploads:
        return 0
    with work(core, now) as unit:
        still = _old(Upload, before).where(Upload.id.in_(uploads))
        unit.session.execute(delete(UploadContent).where(UploadContent.upload_id.in_(still)))
        more = unit.session.execute(delete(Upload).where(Upload.id.in_(still)))
        old = _old(Attachment, before).where(Attachment.id.in_(attachments))
        gone = unit.session.execute(delete(Attachment).where(Attachment.id.in_(old)))
        return max(int(gone.rowcount), int(more.rowcount))  # type: ignore[attr-defined]


def _old(table: type[Attachment] | type[Upload], before: datetime) -> Select[Any]:
    """Of messages before then without an open case. Goes by the files: messages are many more."""
    is_open = exists().where(HandoffRow.conversation_id == Message.conversation_id, HandoffRow.deadline_at.is_not(None))
    return select(table.id).where(exists().where(Message.id == table.message_id, Message.at < before, ~is_open))


def _end_identities(core: Core, now: datetime) -> int:
    """A token that has expired is refused by its time: that it was used need not be known any more."""
    with core.database.read() as session:
        if session.execute(select(IdentityUse.digest).where(IdentityUse.expires_at < now).limit(1)).first() is None:
            return 0
    with work(core, now) as unit:
        gone = unit.session.execute(delete(IdentityUse).where(IdentityUse.expires_at < now))
        return int(gone.rowcount)  # type: ignore[attr-defined]


def _end_calls(core: Core, now: datetime) -> None:
    """A call that may be repeated is for minutes; a key that comes back after a week is a new one."""
    old = select(Idempotency.scope, Idempotency.key).where(Idempotency.at < now - CALLS_LAST).limit(MOST)
    with core.database.read() as session:
        found = session.execute(old).all()
    if found:
        with work(core, now) as unit:
            for scope, key in found:
                unit.session.execute(delete(Idempotency).where(Idempotency.scope == scope, Idempotency.key == key))


def _end_ledgers(core: Core, now: datetime, days: int) -> int:
    """What was left of conversations that were erased so long ago: keys, times, states and their chains."""
    if not days:
        return 0
    past = _past(now - timedelta(days=days))
    found = _ids(core, select(Conversation.id).where(past).order_by(Conversation.erased_at))
    return sum(_isolated(core, each, now, past, _end_ledger) for each in found)


def _past(before: datetime) -> ColumnElement[bool]:
    """Erased before then, and nothing has happened in it since."""
    since = exists().where(Message.conversation_id == Conversation.id, Message.at > Conversation.erased_at)
    return (Conversation.erased_at < before) & ~since & ~_has_open_case()


def _end_ledger(core: Core, conversation_id: str, now: datetime, past: ColumnElement[bool]) -> bool:
    with work(core, now) as unit:
        lock_addresses(unit, unit.session.get_one(Conversation, conversation_id).customer_id)
        conversation = lock_conversation(unit, conversation_id)
        still = select(Conversation.id).where(Conversation.id == conversation_id, past)
        if unit.session.execute(still).first() is None:
            return False
        _forget_ledger(unit, conversation)
    return True


def _forget_ledger(unit: Work, conversation: Conversation) -> None:
    conversation_id = conversation.id
    stream = ledger.conversation_stream(conversation_id)
    head = unit.session.get(LedgerStream, stream)
    last = {"stream": stream, "rows": head.next_seq - 1, "head": head.head} if head else {"stream": stream}
    address_id, customer_id = conversation.address_id, conversation.customer_id
    unit.session.expunge_all()
    _remove(unit.session, conversation_id, handoffs_in(unit.session, (conversation_id,)), stream)
    keep_stopped(unit, (address_id,))
    _remove_customer(unit.session, address_id, customer_id)
    unit.ledger.heads.clear()
    ledger.append(unit, STREAM, "ledger.ended", actor=ACTOR, data=last)


def _remove(session: Session, conversation_id: str, handoffs: tuple[str, ...], stream: str) -> None:
    """Every row of the conversation; what is left elsewhere no longer names its cases."""
    for told in (Message, Delivery, Notification):
        session.execute(update(told).where(told.handoff_id.in_(handoffs)).values(handoff_id=None))
    session.execute(update(HandoffRow).where(HandoffRow.linked_to.in_(handoffs)).values(linked_to=None))
    scope = Scope(conversations=(conversation_id,), handoffs=handoffs)
    for holding in HOLDINGS:
        session.execute(delete(holding.table).where(holding.owned(scope)))
    session.execute(delete(LedgerStream).where(LedgerStream.stream == stream))


def _remove_customer(session: Session, address_id: str, customer_id: str) -> None:
    """The address, and then the customer, once nothing stands on them."""
    talks = exists().where(Conversation.address_id == Address.id)
    routes = exists().where(TextRoute.address_id == Address.id)
    forgotten = exists().where(Customer.id == Address.customer_id, Customer.erased_at.is_not(None))
    own = (Address.id == address_id) | ((Address.customer_id == customer_id) & forgotten)
    session.execute(delete(Address).where(own, ~talks, ~routes))
    if not any(_stands_on(session, table, customer_id) for table in (Address, Conversation, HandoffRow)):
        session.execute(delete(SignedDetails).where(SignedDetails.customer_id == customer_id))
        session.execute(delete(Erasure).where(Erasure.customer_id == customer_id))
        session.execute(delete(Customer).where(Customer.id == customer_id))


def _stands_on(session: Session, table: Any, customer_id: str) -> bool:
    return session.execute(select(table.id).where(table.customer_id == customer_id).limit(1)).first() is not None
