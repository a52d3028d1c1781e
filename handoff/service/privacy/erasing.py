"""Forgetting a customer: what we owe them ends with a word to them, then nothing of theirs is left but the proof."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, select, update

from handoff.errors import NotFound, StaleVersion, Unavailable
from handoff.models import Address, Conversation, Customer, Delivery, Erasure, HandoffRow, Notification
from handoff.models.talk import TextRoute
from handoff.service.base import ledger
from handoff.service.base.core import Core, Work, conversation_topic, work
from handoff.service.base.rows import lock_conversation, open_handoff_of
from handoff.service.base.signed import lock_addresses
from handoff.service.base.stopped import keep_stopped
from handoff.service.cases.moving import Act, forget_turns, move
from handoff.service.privacy.finding import Found, Who, find, scope_of
from handoff.service.privacy.holdings import HOLDINGS, Holding, Scope
from handoff.service.telling.alerts import alert
from handoff.service.telling.notifying import CUSTOMER
from handoff.service.telling.saying import tell_state
from handoff.service.telling.text_routes import ASKED, OVER, end_route
from handoff.states import EventKind
from handoff.store import Database, locked, new_id, one

LAST_WORDS = timedelta(minutes=10)  # for a text or an e-mail that says that the case ends
AT_MOST = 3 * LAST_WORDS  # for who goes on writing: then it is carried out, whatever is still to be said
STREAM = "privacy"
BY_CUSTOMER, BY_OPERATOR, BY_RETENTION = "customer", "operator", "retention"
_WAITING = ("pending", "sending")
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """An open case whose end the customer has confirmed, as they saw it."""

    reference: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """`withdrawn`: the cases that ended with it. `done` is false while a last text or e-mail is on its way."""

    withdrawn: tuple[str, ...]
    done: bool


def forget_visitor(core: Core, conversation_id: str, seen: Collection[Confirmed], now: datetime) -> Forgotten:
    """Forgets the customer of this conversation, at their own confirmed word; again changes nothing.

    Raises NotFound, or StaleVersion with the reference and version of each open case, in whichever of their
    conversations, that they did not confirm.
    """
    with work(core, now) as unit:
        known = one(unit.session, Conversation, conversation_id)
        if known is None:
            raise NotFound
        lock_addresses(unit, known.customer_id)
        conversation = lock_conversation(unit, conversation_id)
        if conversation.erased_at is not None:
            return Forgotten(withdrawn=(), done=True)
        _check_confirmed(unit, conversation.customer_id, seen)
        found = _forget(unit, conversation.customer_id, actor="customer", reason=BY_CUSTOMER)
    clear_traces(core.database)
    return found


def _check_confirmed(unit: Work, customer_id: str, seen: Collection[Confirmed]) -> None:
    versions = {each.reference: each.version for each in seen}
    unconfirmed = {}
    for each in scope_of(unit.session, (customer_id,)).conversations:
        lock_conversation(unit, each)
        row = open_handoff_of(unit.session, each, lock=True)
        if row is not None and not row.told_version <= versions.get(row.reference, -1) <= row.version:
            unconfirmed[row.reference] = str(row.version)
    if unconfirmed:
        raise StaleVersion(fields=unconfirmed)


def who_is(core: Core, who: Who) -> tuple[Found, ...]:
    """The customers that an erasure by this name would forget."""
    with core.database.read() as session:
        return find(session, who)


def erase(core: Core, customer_id: str, *, actor: str, now: datetime) -> Forgotten:
    """Forgets one customer at an operator's word. Raises NotFound for nobody, or for one who is forgotten already."""
    with work(core, now) as unit:
        found = _forget(unit, customer_id, actor=actor, reason=BY_OPERATOR)
    clear_traces(core.database)
    return found


def _forget(unit: Work, customer_id: str, *, actor: str, reason: str) -> Forgotten:
    lock_addresses(unit, customer_id)
    customer = one(unit.session, Customer, customer_id)
    if customer is None or customer.erased_at is not None:
        raise NotFound
    scope = scope_of(unit.session, (customer_id,))
    withdrawn = _withdraw(unit, scope)
    for each in scope.conversations:
        forget_turns(lock_conversation(unit, each))
    done = not _on_its_way(unit, scope, unit.now)
    asked = _asked(unit, customer_id, actor, reason)
    if done:
        wipe(unit, scope, actor=actor, reason=reason)
        _close(unit, asked, scope)
    return Forgotten(withdrawn=withdrawn, done=done)


def _asked(unit: Work, customer_id: str, actor: str, reason: str) -> Erasure:
    """The customer's erasure that is not carried out yet; the first word for it counts."""
    statement = select(Erasure).where(Erasure.customer_id == customer_id, Erasure.done_at.is_(None))
    known: Erasure | None = unit.session.execute(locked(statement)).scalar_one_or_none()
    if known is not None:
        return known
    row = Erasure(
        id=new_id(unit.now),
        customer_id=customer_id,
        actor=actor,
        reason=reason,
        asked_at=unit.now,
        latest_at=unit.now + LAST_WORDS,
    )
    unit.session.add(row)
    unit.session.flush()
    return row


def _withdraw(unit: Work, scope: Scope) -> tuple[str, ...]:
    """Ends every open case as its customer's own withdrawal, which tells them and whoever holds it."""
    ended = []
    for conversation_id in scope.conversations:
        conversation = lock_conversation(unit, conversation_id)
        row = open_handoff_of(unit.session, conversation_id, lock=True)
        if row is not None:
            move(unit, conversation, row, Act(kind=EventKind.WITHDRAW, actor="customer", data={"by": "erasure"}))
            ended.append(row.reference)
        end_route(unit, conversation, "case_ended")
    unit.session.flush()
    return tuple(ended)


def _on_its_way(unit: Work, scope: Scope, since: datetime) -> list[str | None]:
    """The cases of which something is still to be texted or mailed; null for an answer to what came `since`."""
    texts = select(Delivery.handoff_id).where(
        Delivery.conversation_id.in_(scope.conversations),
        Delivery.channel != "web",
        (Delivery.author == "system") | (Delivery.created_at > since),
        Delivery.status.in_(_WAITING),
    )
    mails = select(Notification.handoff_id).where(
        Notification.handoff_id.in_(scope.handoffs),
        Notification.audience == CUSTOMER,
        Notification.status.in_(_WAITING),
    )
    return [each for statement in (texts, mails) for each in unit.session.execute(statement.distinct()).scalars()]


def _is_to_be_answered(unit: Work, scope: Scope) -> bool:
    turn = (Conversation.id.in_(scope.conversations), Conversation.turn_since.is_not(None))
    return unit.session.execute(select(Conversation.id).where(*turn).limit(1)).first() is not None


def finish_erasures(core: Core, now: datetime) -> int:
    """Carries out what was asked for once the last words are sent, or after ten minutes; returns how many.

    Who writes meanwhile is answered and told first, for half an hour at most.
    """
    undone = select(Erasure.id).where(Erasure.done_at.is_(None)).order_by(Erasure.latest_at, Erasure.id)
    with core.database.read() as session:
        waiting = session.execute(undone.limit(50)).scalars().all()
    finished = sum(_finish(core, each, now) for each in waiting)
    if finished:
        clear_traces(core.database)
    return finished


def _finish(core: Core, erasure_id: str, now: datetime) -> bool:
    """One erasure in a transaction of its own: one that fails is logged, and holds up no other."""
    try:
        with work(core, now) as unit:
            return _carry_out(unit, unit.session.get_one(Erasure, erasure_id).customer_id, erasure_id)
    except Unavailable:
        raise  # the database, not the erasure: the next tick tries again
    except Exception:
        log.exception("sweeper.stuck", erasure=erasure_id, edge="erasure")
        return False


def _carry_out(unit: Work, customer_id: str, erasure_id: str) -> bool:
    lock_addresses(unit, customer_id)
    asked = one(unit.session, Erasure, erasure_id, lock=True)
    if asked is None or asked.done_at is not None:
        return False
    scope = scope_of(unit.session, (customer_id,))
    withdrawn = _withdraw(unit, scope)  # who came back meanwhile is told again
    unanswered = _is_to_be_answered(unit, scope)
    if withdrawn or unanswered:
        asked.latest_at = max(asked.latest_at, min(unit.now + LAST_WORDS, asked.asked_at + AT_MOST))
    unsaid = _on_its_way(unit, scope, asked.asked_at)
    if asked.latest_at > unit.now and (withdrawn or unanswered or unsaid):
        return False
    _tell_unsaid(unit, unsaid, scope)
    wipe(unit, scope, actor=asked.actor, reason=asked.reason)
    _close(unit, asked, scope)
    return True


def _tell_unsaid(unit: Work, unsaid: list[str | None], scope: Scope) -> None:
    """The agents know to whom the last words could not be said in time."""
    named: set[str | None] = {each for each in unsaid if each}
    for handoff_id in named or set(unsaid):
        row = one(unit.session, HandoffRow, handoff_id) if handoff_id else None
        conversation = row.conversation_id if row else scope.conversations[0]
        alert(unit, "delivery_dead", "agent", row, {"code": "erased", "conversation": conversation})


def _close(unit: Work, asked: Erasure, scope: Scope) -> None:
    asked.done_at = unit.now
    data = {"erasure": asked.id, "reason": asked.reason, "conversations": len(scope.conversations)}
    ledger.append(unit, STREAM, "erasure", actor=asked.actor, data=data)
    log.info("privacy.erased", reason=asked.reason, conversations=len(scope.conversations))


def wipe(unit: Work, scope: Scope, *, actor: str, reason: str) -> None:
    """Leaves nothing of what is in the scope but keys, times and states; each conversation's chain says so."""
    living = [each for each in scope.conversations if _is_living(unit, each)]
    scope = _without_phones_of_others(unit, scope)
    keep_stopped(unit, scope.addresses)
    for holding in HOLDINGS:
        _empty(unit, holding, scope)
    for conversation_id in living:
        conversation = lock_conversation(unit, conversation_id)
        conversation.erased_at = unit.now
        ledger.append(unit, ledger.conversation_stream(conversation_id), "erased", actor=actor, data={"reason": reason})
        tell_state(unit, conversation, {"state": "closed", "handoff": None, "agent": None})
        unit.wake(conversation_topic(conversation_id))
    if scope.customers:
        forgotten = update(Customer).where(Customer.id.in_(scope.customers), Customer.erased_at.is_(None))
        unit.session.execute(forgotten.values(erased_at=unit.now))
    unit.session.flush()


def _without_phones_of_others(unit: Work, scope: Scope) -> Scope:
    """A phone on which another customer's chat goes on, or is asked to, stays: from now on it is that customer's."""
    statement = (
        select(Address, Conversation.customer_id, TextRoute.status)
        .join(TextRoute, TextRoute.address_id == Address.id)
        .join(Conversation, Conversation.id == TextRoute.conversation_id)
        .where(
            Address.id.in_(scope.addresses),
            TextRoute.status != OVER,
            Conversation.id.not_in(scope.conversations),
        )
    )
    given = set()
    for place, customer_id, status in unit.session.execute(statement).all():
        place.customer_id = customer_id
        place.proven = place.proven and status != ASKED  # who was only asked has said nothing yet
        given.add(place.id)
    unit.session.flush()
    return replace(scope, addresses=tuple(each for each in scope.addresses if each not in given))


def _is_living(unit: Work, conversation_id: str) -> bool:
    return lock_conversation(unit, conversation_id).erased_at is None


def _empty(unit: Work, holding: Holding, scope: Scope) -> None:
    """Below the mapped rows, which are read anew afterwards."""
    unit.session.flush()
    table, owned = holding.table, holding.owned(scope)
    if holding.gone:
        unit.session.execute(delete(table).where(owned))
    elif holding.rewrite:
        _rewrite(unit, holding, scope)
    elif holding.blank:
        unit.session.execute(update(table).where(owned).values(**holding.blank))
    unit.session.expire_all()


def _rewrite(unit: Work, holding: Holding, scope: Scope) -> None:
    table = holding.table
    key = next(iter(table.primary_key.columns))
    for name, made in holding.rewrite.items():
        rows = unit.session.execute(select(key, table.c[name]).where(holding.owned(scope))).all()
        for row_key, value in rows:
            unit.session.execute(update(table).where(key == row_key).values({name: made(value)}))


def clear_traces(database: Database) -> None:
    """SQLite's log still holds what was overwritten, until it is folded into the file; readers may hold that up."""
    if not database.is_sqlite:
        return
    with database.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def open_cases(core: Core, customers: Iterable[str]) -> int:
    """How many cases would end with these customers' erasure."""
    with core.database.read() as session:
        statement = select(func.count()).select_from(HandoffRow)
        of_these = (HandoffRow.customer_id.in_(list(customers)), HandoffRow.deadline_at.is_not(None))
        return session.execute(statement.where(*of_these)).scalar_one()
