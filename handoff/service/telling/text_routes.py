"""Where a web chat's words go while its customer is on the phone: the route's row, its life, and its way out."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from handoff.models import Address, Conversation
from handoff.models.talk import TextRoute
from handoff.service.base import ledger
from handoff.service.base.core import Work
from handoff.service.base.stopped import stopped_at
from handoff.store import one

LIVE, ASKED, PAUSED, OVER = "live", "asked", "paused", "over"


@dataclass(frozen=True, kw_only=True)
class Way:
    """Where a message to the customer goes now."""

    channel: str
    account: str
    address: str
    address_id: str


def tail_of(conversation: Conversation, channel: str, reference: str) -> str:
    """What follows an agent's reply to a web chat on the phone: the phone may have no other words of the case."""
    return f"\n({reference})" if channel != conversation.channel else ""


def way_of(work: Work, conversation: Conversation) -> Way:
    """The phone on which the chat goes on, else the conversation's own address."""
    route = one(work.session, TextRoute, conversation.text_route_id) if conversation.text_route_id else None
    if route is None:
        return Way(
            channel=conversation.channel,
            account=conversation.account,
            address=conversation.address,
            address_id=conversation.address_id,
        )
    return phone_way(work, route)


def phone_way(work: Work, route: TextRoute) -> Way:
    return way_to(work.session.get_one(Address, route.address_id))


def way_to(place: Address) -> Way:
    return Way(channel=place.channel, account=place.account, address=place.value, address_id=place.id)


def route_of(work: Work, conversation_id: str) -> TextRoute | None:
    """The conversation's route that is not over."""
    statement = select(TextRoute).where(TextRoute.conversation_id == conversation_id, TextRoute.status != OVER)
    return work.session.execute(statement).scalar_one_or_none()


def route_at(work: Work, phone: str) -> TextRoute | None:
    """The route, not over, by which this phone has a web chat."""
    statement = select(TextRoute).where(TextRoute.phone == phone, TextRoute.status != OVER)
    return work.session.execute(statement).scalar_one_or_none()


def set_route(
    work: Work,
    conversation: Conversation,
    route: TextRoute,
    status: str,
    *,
    why: str | None = None,
    actor: str = "customer",
) -> None:
    """Moves the route on, under the conversation's lock; the ledger says so, without the number."""
    route.status = status
    if status == LIVE:
        route.live_at = route.live_at or work.now
    if status == OVER:
        route.ended_at, route.ended_by = work.now, why
    conversation.text_route_id = route.id if status == LIVE else None
    work.session.flush()
    record_route(work, route, actor=actor)


def record_route(work: Work, route: TextRoute, *, actor: str) -> None:
    """One row of the conversation's ledger: how the route stands."""
    data: dict[str, Any] = {"route": route.id, "typed": route.typed, "why": route.ended_by}
    ledger.append(
        work, ledger.conversation_stream(route.conversation_id), f"texts.{route.status}", actor=actor, data=data
    )


def end_route(work: Work, conversation: Conversation, why: str) -> None:
    """The chat is on its page alone again, if it was on a phone."""
    route = route_of(work, conversation.id)
    if route is not None:
        set_route(work, conversation, route, OVER, why=why, actor="system")


def opted_out(work: Work, phone: str) -> bool:
    """Whether this phone has stopped our texts, to whichever of our numbers."""
    stopped = select(Address.id).where(
        Address.channel == "sms", Address.value == phone, Address.opted_out_at.is_not(None)
    )
    known = work.session.execute(stopped.limit(1)).first() is not None
    return known or stopped_at(work.session, work.core.secret, phone) is not None


def proven_phone(work: Work, customer_id: str) -> Address | None:
    """The newest phone that the carrier has proven to be this customer's and that takes our texts."""
    statement = (
        select(Address)
        .where(
            Address.customer_id == customer_id,
            Address.channel == "sms",
            Address.proven.is_(True),
            Address.opted_out_at.is_(None),
        )
        .order_by(Address.created_at.desc(), Address.id.desc())
        .limit(1)
    )
    return work.session.execute(statement).scalar_one_or_none()
