"""Deliveries: leased, sent once, in order per address, and always brought to an end that somebody knows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, literal_column, or_, select, update
from sqlalchemy.orm import aliased

from handoff.models import Address, Conversation, Delivery, HandoffRow, Message
from handoff.models.talk import TextRoute
from handoff.service.base.core import DELIVERIES, Core, Work, work
from handoff.service.base.rows import lock_conversation, touch
from handoff.service.base.tokens import read_cursor
from handoff.service.telling.alerts import alert
from handoff.service.telling.blocked import confirms_opt_out, hold_address, note_blocked
from handoff.service.telling.notifying import notify_of
from handoff.service.telling.pacing import fitting, in_turn, may_send, must_wait
from handoff.service.telling.text_routes import tail_of
from handoff.store import locked, one, repeated_once

LEASE = timedelta(seconds=30)
MAX_TRIES = 6
BACKOFF = (2, 5, 15, 60, 300)  # seconds before the next try
MOST_BEGUN = 2 * MAX_TRIES  # whoever sends it dies each time before noting how it went
UNFINISHED_ADVICE = (
    "It may or may not have been sent: the sending broke off each time. Ask the customer, or call.",
    "Puede que se haya enviado o no: el envío se cortó cada vez. Conviene preguntar al cliente o llamar.",
)
UNFINISHED = ("pending", "sending")
# as bound values they would use no partial index
_SPELT: tuple[ColumnElement[str], ...] = tuple(literal_column(f"'{status}'") for status in UNFINISHED)
NEWEST = 100  # more than a carrier lists
_RANK = {"queued": 1, "accepted": 1, "sending": 2, "sent": 3, "delivered": 4, "read": 5}
_FAILED = frozenset({"failed", "undelivered", "canceled"})


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message on its way. `tries` counts earlier attempts: more than 0 asks for reconciling first."""

    id: str
    conversation_id: str
    channel: str
    account: str
    address: str
    text: str
    language: str
    author: str
    tries: int
    created_at: datetime
    media: int = 0
    others: frozenset[str] = frozenset()  # carrier ids of the phone's other deliveries: none of them is this one


@dataclass(frozen=True, kw_only=True)
class Sent:
    carrier_id: str
    segments: int | None = None


@dataclass(frozen=True, kw_only=True)
class Failed:
    """`message` and `message_es` say what an agent can do. `retry`: it may pass later.

    `ambiguous`: it may have been sent already.
    """

    code: str
    message: str
    retry: bool
    ambiguous: bool = False
    message_es: str = ""
    blocked: bool = False  # the carrier lets nothing of ours through to this phone any more: the customer opted out


def lease_deliveries(core: Core, *, channel: str, owner: str, limit: int, now: datetime) -> tuple[Outgoing, ...]:
    """Takes up to `limit` deliveries that are due, at most the first unfinished one of each address."""
    with work(core, now) as unit:
        earlier, first = aliased(Delivery), aliased(Delivery)
        before = and_(earlier.conversation_id == Delivery.conversation_id, earlier.position < Delivery.position)
        elsewhere = and_(  # of another conversation to the same phone: a web chat that goes on there
            earlier.address == Delivery.address,
            earlier.conversation_id != Delivery.conversation_id,
            earlier.id < Delivery.id,
            ~exists()  # only the next one of its own conversation: else three could wait for one another in a circle
            .where(
                first.conversation_id == earlier.conversation_id,
                first.channel == earlier.channel,
                first.position < earlier.position,
                first.status.in_(_SPELT),
            )
            .correlate(earlier),
        )
        blocked, blocked_elsewhere = (
            exists().where(which, earlier.status.in_(_SPELT), earlier.channel == Delivery.channel)
            for which in (before, elsewhere)
        )
        free = or_(Delivery.lease_until.is_(None), Delivery.lease_until < unit.now)
        due = (
            select(Delivery)
            .where(
                Delivery.channel == channel,
                Delivery.status.in_(_SPELT),
                Delivery.next_at <= unit.now,
                free,
                ~blocked,
                ~blocked_elsewhere,
                may_send(unit, channel),
            )
            .order_by(*in_turn(unit, channel))
            .limit(limit)
        )
        rows = fitting(unit, channel, unit.session.execute(locked(due, skip=True)).scalars().all())
        for row in rows:
            row.lease_owner, row.lease_until = owner, unit.now + LEASE
        return tuple(_outgoing(unit, row) for row in rows)


def _outgoing(unit: Work, row: Delivery) -> Outgoing:
    message = unit.session.get_one(Message, row.message_id)
    return Outgoing(
        id=row.id,
        conversation_id=row.conversation_id,
        channel=row.channel,
        account=row.account,
        address=row.address,
        text=_worded(unit, row, message),
        language=message.language,
        author=row.author,
        tries=row.tries,
        created_at=row.created_at,
        others=_others(unit, row) if row.tries else frozenset(),
    )


def _worded(unit: Work, row: Delivery, message: Message) -> str:
    """An agent's reply to a web chat that goes on by text names the case."""
    if message.author != "agent" or row.handoff_id is None:
        return message.text
    conversation = unit.session.get_one(Conversation, row.conversation_id)
    reference = unit.session.get_one(HandoffRow, row.handoff_id).reference
    return message.text + tail_of(conversation, row.channel, reference)


def _others(unit: Work, row: Delivery) -> frozenset[str]:
    """What the newest other deliveries to the same phone are called at the carrier, of whichever conversation."""
    own = (
        select(Conversation.id)
        .join(Address, Address.id == Conversation.address_id)
        .where(Address.channel == row.channel, Address.account == row.account, Address.value == row.address)
    )
    moved = select(TextRoute.conversation_id).where(TextRoute.phone == row.address)  # web chats that went on there
    statement = (
        select(Delivery.carrier_id)
        .where(
            or_(
                Delivery.conversation_id == row.conversation_id,
                Delivery.conversation_id.in_(own),
                Delivery.conversation_id.in_(moved),
            ),
            Delivery.id != row.id,
            Delivery.carrier_id.is_not(None),
        )
        .order_by(Delivery.created_at.desc(), Delivery.id.desc())
        .limit(NEWEST)
    )
    return frozenset(found for found in unit.session.execute(statement).scalars() if found)


def begin_sending(core: Core, delivery_id: str, owner: str, now: datetime) -> bool:
    """Marks it `sending` under the conversation's lock, so that a claim comes before or after, never between.

    False: it was superseded, or the lease is somebody else's.
    """
    with work(core, now) as unit:
        row = _locked(unit, delivery_id)
        if row is None or row.lease_owner != owner or row.status not in UNFINISHED:
            return False
        conversation = unit.session.get_one(Conversation, row.conversation_id)
        if row.status == "pending" and _is_stale(unit, conversation, row):
            row.status, row.updated_at = "superseded", unit.now
            unit.wake(DELIVERIES)
            return False
        if _opted_out(unit, row) and not confirms_opt_out(unit, row):
            _die(unit, row, "opted_out")
            return False
        if row.tries >= MOST_BEGUN:
            _die(unit, row, "unfinished", *UNFINISHED_ADVICE)
            return False
        if must_wait(unit, row):
            return False
        if row.status == "pending":
            row.begun_epoch, row.begun_told = conversation.epoch, _told_version(unit, row)
        row.status, row.updated_at = "sending", unit.now
        row.tries += 1
        return True


def _locked(unit: Work, delivery_id: str, *, address: bool = False) -> Delivery | None:
    """The delivery, locked after its address, where that may change, and its conversation: every writer locks in this
    order, and in another two would deadlock."""
    found = one(unit.session, Delivery, delivery_id)
    if found is None:
        return None
    if address:
        hold_address(unit, found)
    lock_conversation(unit, found.conversation_id)
    return one(unit.session, Delivery, delivery_id, lock=True)


def _is_stale(unit: Work, conversation: Conversation, row: Delivery) -> bool:
    """A bot's words after control passed on, or a notice of a state that is no longer."""
    if row.author == "bot":
        return row.epoch != conversation.epoch
    if row.handoff_id is None or row.handoff_version is None:
        return False
    return (_told_version(unit, row) or 0) > row.handoff_version


def _told_version(unit: Work, row: Delivery) -> int | None:
    statement = select(HandoffRow.told_version).where(HandoffRow.id == row.handoff_id)
    return unit.session.execute(statement).scalar_one_or_none()


def _opted_out(unit: Work, row: Delivery) -> bool:
    at = (Address.channel == row.channel, Address.account == row.account, Address.value == row.address)
    stopped = select(Address.opted_out_at).where(*at)
    return unit.session.execute(stopped).scalar_one_or_none() is not None


@repeated_once
def finish_sending(core: Core, delivery_id: str, owner: str, result: Sent | Failed, now: datetime) -> None:
    """Stores how the attempt went: sent, to be tried again, or dead with an agent told."""
    with work(core, now) as unit:
        row = _locked(unit, delivery_id, address=isinstance(result, Failed) and result.blocked)
        if row is None or row.lease_owner != owner or row.status != "sending":
            return
        row.lease_owner = row.lease_until = None
        row.updated_at = unit.now
        if isinstance(result, Sent):
            row.status, row.carrier_id, row.segments = "sent", result.carrier_id, result.segments
        elif result.retry and row.tries < MAX_TRIES:
            row.status = "sending" if result.ambiguous else "pending"
            row.next_at = unit.now + timedelta(seconds=BACKOFF[min(row.tries, len(BACKOFF)) - 1])
            row.error = {"code": result.code, "message": result.message}
        elif result.blocked and confirms_opt_out(unit, row):
            row.status = "superseded"  # the carrier has confirmed it itself
        else:
            _die(unit, row, result.code, result.message, result.message_es)
            note_blocked(unit, row, blocked=result.blocked)
        _show(unit, row)
        unit.wake(DELIVERIES)


def _die(unit: Work, row: Delivery, code: str, message: str = "", message_es: str = "") -> None:
    row.status, row.updated_at = "dead", unit.now
    row.error = {"code": code, "message": message}
    row.lease_owner = row.lease_until = None
    handoff = one(unit.session, HandoffRow, row.handoff_id) if row.handoff_id else None
    data = {"code": code, "message": message, "message_es": message_es, "conversation": row.conversation_id}
    alert(unit, "delivery_dead", "agent", handoff, data)
    if handoff is not None and row.author == "system" and code != "opted_out":  # they believe nothing, or the old
        notify_of(unit, "notice_undelivered", "agent", handoff)


def _show(unit: Work, row: Delivery) -> None:
    """Agents see the delivery's state beside the message."""
    handoff = one(unit.session, HandoffRow, row.handoff_id) if row.handoff_id else None
    if handoff is not None:
        touch(unit, handoff)


@repeated_once
def record_status(
    core: Core,
    *,
    channel: str,
    account: str,
    carrier_id: str,
    status: str,
    error_code: str | None,
    message: str = "",
    message_es: str = "",
    delivery_id: str | None = None,
    blocked: bool = False,
    now: datetime,
) -> None:
    """Takes in what the carrier says of a message, in any order; it never goes backwards. Unknown ids are ignored.

    `message` and `message_es` say what an agent can do about a failure. `delivery_id`, when the report names it,
    finds a delivery whose sending has not been finished yet.
    """
    with work(core, now) as unit:
        statement = select(Delivery.id).where(
            Delivery.channel == channel, Delivery.account == account, Delivery.carrier_id == carrier_id
        )
        found = unit.session.execute(statement).scalar_one_or_none() or delivery_id
        row = _locked(unit, found, address=blocked) if found else None
        if row is None or row.status not in {*UNFINISHED, "sent"} or row.carrier_id not in (None, carrier_id):
            return
        row.carrier_id = carrier_id
        if status in _FAILED:
            row.carrier_status = status
            _die(unit, row, error_code or status, message, message_es)
            note_blocked(unit, row, blocked=blocked)
        elif _RANK.get(status, 0) > _RANK.get(row.carrier_status or "", 0):
            row.carrier_status, row.updated_at = status, unit.now
            row.status = "delivered" if _RANK[status] >= _RANK["delivered"] else "sent"
        _show(unit, row)


def confirm_stream(core: Core, conversation_id: str, cursor: str, now: datetime) -> int:
    """Everything on the web up to `cursor` has reached the customer's page; returns how many were new."""
    fresh = and_(
        Delivery.conversation_id == conversation_id,
        Delivery.channel == "web",
        Delivery.status.in_(_SPELT),
        Delivery.position <= read_cursor(cursor),
    )
    with core.database.read() as session:  # most pages have only heard their own customer: nobody waits for a writer
        if session.scalar(select(Delivery.id).where(fresh).limit(1)) is None:
            return 0
    with work(core, now) as unit:
        statement = update(Delivery).where(fresh).values(status="delivered", follow_at=None, updated_at=unit.now)
        return int(unit.session.execute(statement).rowcount)  # type: ignore[attr-defined]
