"""What the customer must hear and their page has not confirmed goes to them another way, or becomes an agent's task."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import select

from handoff.errors import TextMissing, Unavailable
from handoff.models import Address, Conversation, Delivery, HandoffRow, Message, Notification
from handoff.service.base import ledger
from handoff.service.base.core import Core, Work, work
from handoff.service.base.rows import lock_conversation, open_promise_of, touch
from handoff.service.cases.holding import Case, open_case
from handoff.service.cases.replies_follow import follow_reply
from handoff.service.telling.alerts import alert
from handoff.service.telling.deliveries import UNFINISHED
from handoff.service.telling.mailing import mail
from handoff.service.telling.notices import tell
from handoff.store import one

BATCH = 100
log = structlog.get_logger()


def follow_untold(core: Core, now: datetime) -> int:
    """Tells what is untold since 60 s: by a proven phone, else by e-mail, else the desk; returns how many.

    Each is followed once. The page still gets it when the customer comes back.
    """
    followed = 0
    for delivery_id in _unconfirmed(core, now):
        try:
            followed += _follow(core, delivery_id, now)
        except Unavailable:
            raise  # the database, not the telling: the next tick tries again
        except Exception:
            log.exception("untold.stuck", delivery=delivery_id)
    return followed


def _unconfirmed(core: Core, now: datetime) -> Sequence[str]:
    with core.database.read() as session:
        statement = (
            select(Delivery.id)
            .where(Delivery.follow_at.is_not(None), Delivery.follow_at <= now)
            .order_by(Delivery.follow_at)
            .limit(BATCH)
        )
        return session.execute(statement).scalars().all()


def _follow(core: Core, delivery_id: str, now: datetime) -> int:
    """One telling, looked at again under its locks: the page may have come back, or the case moved on."""
    with work(core, now) as unit:
        found = unit.session.get_one(Delivery, delivery_id)
        case, phone = _lock(unit, found)
        unit.session.refresh(found, with_for_update=True)
        if found.follow_at is None:
            return 0
        found.follow_at = None
        stale = found.handoff_version is not None and found.handoff_version < case.row.told_version
        if stale or found.status not in UNFINISHED:
            return 0
        message = unit.session.get_one(Message, found.message_id)
        if message.author == "agent":
            notice, way = "reply", follow_reply(case, message, found)
        else:
            notice = str(message.notice)
            way = _tell_elsewhere(case, phone, notice, found)
        data = {"reference": case.row.reference, "notice": notice, "way": way, "place": found.position}
        ledger.append(unit, ledger.conversation_stream(case.conversation.id), "untold", actor="system", data=data)
        touch(unit, case.row)
        return 1


def _lock(unit: Work, delivery: Delivery) -> tuple[Case, Conversation | None]:
    """The case, and the conversation on the customer's phone; conversations in one order, so that nobody deadlocks."""
    row = unit.session.get_one(HandoffRow, delivery.handoff_id)
    phone = _phone_of(unit, row.customer_id)
    for conversation_id in sorted({row.conversation_id, *([phone] if phone else [])}):
        lock_conversation(unit, conversation_id)
    return open_case(unit, row.id), one(unit.session, Conversation, phone) if phone else None


def _phone_of(unit: Work, customer_id: str) -> str | None:
    """The newest conversation on a phone that the carrier has proven to be this customer's."""
    statement = (
        select(Conversation.id)
        .join(Address, Address.id == Conversation.address_id)
        .where(
            Address.customer_id == customer_id,
            Address.channel == "sms",
            Address.proven.is_(True),
            Address.opted_out_at.is_(None),
            Conversation.erased_at.is_(None),
        )
        .order_by(Conversation.created_at.desc(), Conversation.id.desc())
        .limit(1)
    )
    return unit.session.execute(statement).scalar_one_or_none()


def _tell_elsewhere(case: Case, phone: Conversation | None, notice: str, untold: Delivery) -> str:
    """The way by which the customer hears it: sms or email; or `nobody`, and then the desk knows."""
    promise = open_promise_of(case.unit.session, case.row.id)
    if phone is not None:
        try:
            tell(case.unit, phone, notice, handoff=case.row, promise=promise, choices=())
        except TextMissing as error:
            log.warning("untold.no_text", notice=notice, code=error.code)
        else:
            return "sms"
    if _was_mailed(case, notice, untold) or mail(case.unit, case.conversation, case.row, promise, notice):
        return "email"
    alert(case.unit, "untellable", "agent", case.row, {"notice": notice})
    return "nobody"


def _was_mailed(case: Case, notice: str, untold: Delivery) -> bool:
    """Whether the transition that told it has queued a mail of it already."""
    statement = select(Notification.id).where(
        Notification.handoff_id == case.row.id,
        Notification.channel == "email",
        Notification.kind == notice,
        Notification.created_at == untold.created_at,
    )
    return case.unit.session.execute(statement.limit(1)).first() is not None
