"""Checks of what is on its way to somebody: deliveries to customers, notifications to people elsewhere."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, exists, or_, select, text
from sqlalchemy.orm import aliased

from handoff.models import Alert, Conversation, Delivery, HandoffRow, Message, Notification
from handoff.service.proof.auditing.looking import STUCK, Looking
from handoff.service.proof.auditing.violation import Violation

_UNFINISHED = ("pending", "sending")
_UNDER_WAY = text("deliveries.status IN ('pending', 'sending')")  # as the index spells it: not with parameters
_DIED = ("notify_failed", "email_dead")  # alerts


def check_ways(look: Looking) -> Iterator[Violation]:
    for check in (_orphans, _stuck, _order, _dead, _silence, _late, _notifications):
        yield from check(look)


def _orphans(look: Looking) -> Iterator[Violation]:
    whole = exists().where(Message.id == Delivery.message_id, Conversation.id == Delivery.conversation_id)
    statement = select(Delivery.id).where(_UNDER_WAY, ~whole)
    for delivery_id in look.session.execute(statement).scalars():
        yield Violation(invariant="delivery_has_message", subject=delivery_id, found="its message is gone")


def _stuck(look: Looking) -> Iterator[Violation]:
    """Leases last 30 s: one that ended minutes ago was taken by a worker that died, and by nobody since."""
    long_ago = look.now - STUCK
    leased = Delivery.lease_until < long_ago
    sending = and_(Delivery.status == "sending", Delivery.lease_until.is_(None), Delivery.next_at < long_ago)
    statement = select(Delivery.id, Delivery.status).where(_UNDER_WAY, Delivery.channel != "web", or_(leased, sending))
    for delivery_id, status in look.session.execute(statement):
        yield Violation(invariant="delivery_ends", subject=delivery_id, found=f"{status}, and nobody has it")


def _order(look: Looking) -> Iterator[Violation]:
    later = aliased(Delivery)
    statement = (
        select(Delivery.id)
        .join(later, later.conversation_id == Delivery.conversation_id)
        .where(
            Delivery.channel != "web",
            _UNDER_WAY,
            later.channel == Delivery.channel,
            later.position > Delivery.position,
            later.status.in_(("sent", "delivered")),
        )
        .distinct()
    )
    for delivery_id in look.session.execute(statement).scalars():
        yield Violation(invariant="delivery_order", subject=delivery_id, found="a later one was sent first")


def _dead(look: Looking) -> Iterator[Violation]:
    told = Alert.kind == "delivery_dead"
    of_case = exists().where(told, Alert.handoff_id == Delivery.handoff_id)
    talk = Alert.data["conversation"].as_string()
    of_talk = exists().where(told, Alert.handoff_id.is_(None), talk == Delivery.conversation_id)
    statement = select(Delivery.id).where(
        Delivery.status == "dead",
        or_(and_(Delivery.handoff_id.is_not(None), ~of_case), and_(Delivery.handoff_id.is_(None), ~of_talk)),
        look.within(Delivery.conversation_id),
    )
    for delivery_id in look.session.execute(statement).scalars():
        yield Violation(invariant="dead_delivery_told", subject=delivery_id, found="no agent was told")


def _silence(look: Looking) -> Iterator[Violation]:
    statement = select(Delivery.id).where(
        Delivery.author == "bot",
        Delivery.begun_epoch.is_not(None),
        Delivery.begun_epoch != Delivery.epoch,
        look.within(Delivery.conversation_id),
    )
    for delivery_id in look.session.execute(statement).scalars():
        yield Violation(invariant="bot_delivery_silent", subject=delivery_id, found="sent after control had passed on")


def _late(look: Looking) -> Iterator[Violation]:
    statement = (
        select(Delivery.id, HandoffRow.reference)
        .join(HandoffRow, HandoffRow.id == Delivery.handoff_id)
        .where(
            Delivery.author == "system",
            Delivery.begun_told > Delivery.handoff_version,
            look.within(Delivery.conversation_id),
        )
    )
    for delivery_id, reference in look.session.execute(statement):
        yield Violation(invariant="told_late", subject=delivery_id, found=f"sent after {reference} had moved on")


def _notifications(look: Looking) -> Iterator[Violation]:
    stuck = and_(Notification.status.in_(_UNFINISHED), Notification.lease_until < look.now - STUCK)
    rules: tuple[tuple[ColumnElement[bool], str], ...] = (
        (stuck, "nobody has it"),
        (and_(Notification.status == "dead", ~exists().where(Alert.kind.in_(_DIED))), "nobody was told"),
    )
    for wrong, found in rules:
        statement = select(Notification.id, Notification.kind).where(wrong)
        for notification_id, kind in look.session.execute(statement):
            yield Violation(invariant="notification_ends", subject=notification_id, found=f"{kind}: {found}")
