"""Texts from a phone on which a web chat goes on: whose conversation they belong to, and what they change."""

from functools import cache

from sqlalchemy import select

from handoff.detection.replies import Replies
from handoff.detection.words import clean, words_of
from handoff.models import Address, Conversation, Delivery
from handoff.models.talk import TextRoute
from handoff.service.base.core import Work
from handoff.service.base.inbound import Inbound
from handoff.service.base.rows import lock_conversation, open_handoff_of
from handoff.service.cases.text_ends import ASK_LASTS, CONFIRMED, DECLINED, EXPIRED, NO_TEXT, OPTED_OUT, end_of
from handoff.service.cases.texting import NotByText, case_at, first_words, go_live
from handoff.service.telling.text_routes import ASKED, LIVE, OVER, PAUSED, route_at, route_of, set_route
from handoff.store import one

YES = frozenset({"yes", "y", "si"})  # what the approved text asks for; "ok" may answer anything else
_GONE = ("sending", "sent", "delivered")


def chat_of(work: Work, inbound: Inbound, place: Address) -> Conversation | None:
    """The web chat that this text belongs to, locked; None when it belongs to the phone's own conversation.

    A number that was only typed belongs to the chat from its own clear yes on, and not before.
    """
    route = route_at(work, place.value)
    if route is None or inbound.control is not None:
        return None
    conversation = lock_conversation(work, route.conversation_id)
    again = one(work.session, TextRoute, route.id)
    if again is None or again.status == OVER:
        return None
    if again.address_id != place.id and _replies_to(work, again, place):
        again.address_id = place.id
    if again.status == ASKED and not _says_yes(work, conversation, again, inbound):
        return None
    return conversation


def _says_yes(work: Work, conversation: Conversation, route: TextRoute, inbound: Inbound) -> bool:
    """Whether this is the yes to our ask. An ask that is over, or answered with no, ends here."""
    if inbound.sent_at is not None and inbound.sent_at < route.asked_at:
        return False
    if work.now - route.asked_at > ASK_LASTS:
        end_of(work, conversation, route, EXPIRED)
        return False
    if _replies().read(inbound.text) == "no":
        end_of(work, conversation, route, DECLINED)
        return False
    if not is_yes(inbound.text) or case_at(work, route.phone) is not None:
        return False
    return not _heard_since(work, route) and _has_words(work, conversation, route)


def _has_words(work: Work, conversation: Conversation, route: TextRoute) -> bool:
    """A release without the first words ends the route; the text stays with the phone."""
    handoff = open_handoff_of(work.session, conversation.id)
    if handoff is None:
        return False
    try:
        first_words(work, conversation, handoff, route)
    except NotByText:
        end_of(work, conversation, route, NO_TEXT)
        return False
    return True


def is_yes(text: str) -> bool:
    """Nothing but the word that the ask names, however it is spelt or marked."""
    said = [word.form for word in words_of(clean(text)) if not word.is_mark]
    return len(said) == 1 and said[0] in YES


def _heard_since(work: Work, route: TextRoute) -> bool:
    """Whether its own conversation has told the phone anything after the ask: a yes may be meant for that."""
    statement = (
        select(Delivery.id)
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(
            Conversation.address_id == route.address_id,
            Delivery.created_at > route.asked_at,
            Delivery.status.in_(_GONE),
        )
    )
    return work.session.execute(statement.limit(1)).first() is not None


def lock_with_chat(work: Work, inbound: Inbound, place: Address, own: str | None) -> None:
    """STOP changes the phone's own conversation and the web chat on it: both locked, in the order of their ids."""
    route = route_at(work, place.value) if inbound.control == "stop" else None
    if route is not None:
        for conversation_id in sorted({route.conversation_id, *([own] if own else [])}):
            lock_conversation(work, conversation_id)


def _replies_to(work: Work, route: TextRoute, place: Address) -> bool:
    """A Messaging Service sends from numbers that only its texts' answers name."""
    return work.session.get_one(Address, route.address_id).account != place.account


def answered(work: Work, conversation: Conversation, inbound: Inbound) -> str | None:
    """What a text does to its chat's route: the yes of a typed number makes it live. None for a message."""
    route = route_of(work, conversation.id)
    if route is None or route.status != ASKED or inbound.channel == conversation.channel:
        return None
    return CONFIRMED


def follow_writer(work: Work, conversation: Conversation, inbound: Inbound) -> None:
    """Replies go where the customer wrote last."""
    route = route_of(work, conversation.id)
    if route is None or route.status not in (LIVE, PAUSED):
        return
    wanted = LIVE if inbound.channel != conversation.channel else PAUSED
    if route.status != wanted:
        set_route(work, conversation, route, wanted)


def confirm_route(work: Work, conversation: Conversation) -> None:
    """The phone that was typed has said yes: from here on the carrier vouches for it, and the chat goes on there."""
    route, handoff = route_of(work, conversation.id), open_handoff_of(work.session, conversation.id, lock=True)
    if route is None or handoff is None:
        return
    try:
        go_live(work, conversation, handoff, route)
    except NotByText:  # what a customer wrote is kept, whatever the release lacks
        end_of(work, conversation, route, NO_TEXT)


def stop_chat_at(work: Work, phone: str) -> None:
    """STOP from a phone that has a web chat."""
    route = route_at(work, phone)
    if route is None:
        return
    conversation = lock_conversation(work, route.conversation_id)
    again = one(work.session, TextRoute, route.id)
    if again is not None and again.status != OVER:
        end_of(work, conversation, again, OPTED_OUT)


@cache
def _replies() -> Replies:
    return Replies()
