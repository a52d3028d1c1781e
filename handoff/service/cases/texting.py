"""Going on by text with a customer who has left the page: to a proven phone at once, to a typed one after its yes."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from handoff.errors import Conflict, StaleVersion, TextMissing
from handoff.models import Address, Conversation, Delivery, HandoffRow, Message
from handoff.models.talk import TextRoute
from handoff.service.base.addresses import address_at
from handoff.service.base.calling import as_international
from handoff.service.base.core import DELIVERIES, Core, Text, Work, work
from handoff.service.base.rows import touch
from handoff.service.base.views import AgentView
from handoff.service.cases.holding import Case, check_holder, open_case
from handoff.service.telling.notices import agent_name, common_values
from handoff.service.telling.saying import CONFIRM_WITHIN, MUST_BE_HEARD, Saying, say, take_seq
from handoff.service.telling.text_routes import (
    ASKED,
    LIVE,
    OVER,
    PAUSED,
    Way,
    opted_out,
    phone_way,
    proven_phone,
    record_route,
    route_at,
    route_of,
    set_route,
)
from handoff.states import State
from handoff.store import new_id

ASK, HERE = "text_route_asked", "text_route_live"  # approved notices


class NotByText(Conflict):
    """This chat cannot go on by text; `fields.why` says what is in the way."""

    code: ClassVar[str] = "not_by_text"


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A number to go on at. `proven`: the carrier has vouched for it."""

    value: str
    proven: bool
    place: Address | None = None


def go_by_text(core: Core, actor: AgentView, reference: str, version: int, now: datetime) -> None:
    """The holder goes on by text. A typed number is first asked for its yes, and hears nothing of the case before.

    Raises StaleVersion, AlreadyHeld, or NotByText with why: not_web, not_held, no_phone, opted_out, in_use, other_case,
    not_set_up, no_text.
    """
    try:
        _go(core, actor, reference, version, now)
    except IntegrityError:  # the same phone was taken, or its address made, at this very moment: now it can be read
        _go(core, actor, reference, version, now)


def _go(core: Core, actor: AgentView, reference: str, version: int, now: datetime) -> None:
    with work(core, now) as unit:
        case = open_case(unit, reference)
        _check_mine(unit, case, actor, version)
        known = route_of(unit, case.conversation.id)
        if known is not None and known.status in (LIVE, ASKED):
            return
        if known is not None and known.status == PAUSED:
            set_route(unit, case.conversation, known, LIVE, actor=f"agent:{actor.id}")
            since = known.live_at if known.typed else None  # what was said before its yes is for the page alone
            _take_along(unit, case.conversation, phone_way(unit, known), since)
        else:
            _begin(unit, case, actor)
        touch(unit, case.row)


def back_to_page(core: Core, actor: AgentView, reference: str, version: int, now: datetime) -> None:
    """Replies go to the page again; what was not yet sent to the phone is read there."""
    with work(core, now) as unit:
        case = open_case(unit, reference)
        _check_mine(unit, case, actor, version)
        route = route_of(unit, case.conversation.id)
        if route is not None:
            take_back(unit, case.conversation)
            set_route(unit, case.conversation, route, OVER, why="agent", actor=f"agent:{actor.id}")
            touch(unit, case.row)


def _check_mine(unit: Work, case: Case, actor: AgentView, version: int) -> None:
    check_holder(unit, case.row, actor)
    if case.row.version != version:
        raise StaleVersion(fields={"version": str(case.row.version), "state": case.row.state})
    if case.row.state != State.ACTIVE.value:
        raise NotByText(fields={"why": "not_held"})
    if case.conversation.channel != "web":
        raise NotByText(fields={"why": "not_web"})


def _begin(unit: Work, case: Case, actor: AgentView) -> None:
    phone = known_phone(unit, case.row)
    _check_free(unit, phone)
    place = phone.place or _place_of(unit, phone.value)
    route = TextRoute(
        id=new_id(unit.now),
        conversation_id=case.conversation.id,
        handoff_id=case.row.id,
        address_id=place.id,
        phone=phone.value,
        agent_id=actor.id,
        status=ASKED,
        typed=not phone.proven,
        asked_at=unit.now,
    )
    unit.session.add(route)
    unit.session.flush()
    if phone.proven:
        go_live(unit, case.conversation, case.row, route)
        return
    record_route(unit, route, actor=f"agent:{actor.id}")
    _say(
        unit,
        case.conversation,
        case.row,
        _words(unit, case.conversation, case.row, ASK, actor.id),
        phone_way(unit, route),
    )


def known_phone(unit: Work, row: HandoffRow) -> Phone:
    """The customer's proven phone, else the one that they typed. Raises NotByText."""
    place = proven_phone(unit, row.customer_id)
    if place is not None:
        return Phone(value=place.value, proven=True, place=place)
    typed = (row.contact or {}).get("phone")
    if not typed:
        raise NotByText(fields={"why": "no_phone"})
    return Phone(value=as_international(str(typed), unit.core.text_sender) or str(typed), proven=False)


def _check_free(unit: Work, phone: Phone) -> None:
    """Nobody who has stopped our texts is texted, and no phone has two chats at once."""
    if opted_out(unit, phone.value):
        raise NotByText(fields={"why": "opted_out"})
    if route_at(unit, phone.value) is not None:
        raise NotByText(fields={"why": "in_use"})
    other = case_at(unit, phone.value)
    if other is not None:
        raise NotByText(fields={"why": "other_case", "reference": other})


def case_at(unit: Work, phone: str) -> str | None:
    """The reference of an open case in the phone's own conversation."""
    statement = (
        select(HandoffRow.reference)
        .join(Conversation, Conversation.id == HandoffRow.conversation_id)
        .where(Conversation.channel == "sms", Conversation.address == phone, HandoffRow.deadline_at.is_not(None))
    )
    return unit.session.execute(statement.limit(1)).scalar_one_or_none()


def _place_of(unit: Work, phone: str) -> Address:
    """The number's address at our own sending number; made for a customer of its own, until it has said yes."""
    sender = unit.core.text_sender
    if not sender:
        raise NotByText(fields={"why": "not_set_up"})
    return address_at(unit, "sms", sender, phone)


def go_live(unit: Work, conversation: Conversation, row: HandoffRow, route: TextRoute) -> None:
    """From here on replies are texts. To a proven phone what the page has not read goes along, after a first word."""
    words = first_words(unit, conversation, row, route)  # before anything changes
    set_route(unit, conversation, route, LIVE, actor="customer" if route.typed else f"agent:{route.agent_id}")
    place = unit.session.get_one(Address, route.address_id)
    if route.typed:
        _vouch(unit, conversation, place)
        row.contact = {**(row.contact or {}), "phone": route.phone, "proven": route.phone}
    _say(unit, conversation, row, words, phone_way(unit, route))
    if not route.typed:
        _take_along(unit, conversation, phone_way(unit, route))
    touch(unit, row)


def _vouch(unit: Work, conversation: Conversation, place: Address) -> None:
    """The phone is this customer's: its own customer, when that is nobody we know, was only a stand-in."""
    place.proven = True
    has_talked = select(Conversation.id).where(Conversation.customer_id == place.customer_id)
    if unit.session.execute(has_talked.limit(1)).first() is None:
        place.customer_id = conversation.customer_id
    unit.session.flush()


def first_words(unit: Work, conversation: Conversation, row: HandoffRow, route: TextRoute) -> Text:
    """What a phone is told as the chat goes on there. Raises NotByText where the release has no words for it."""
    return _words(unit, conversation, row, HERE, route.agent_id or "")


def _words(unit: Work, conversation: Conversation, row: HandoffRow, notice: str, asker: str) -> Text:
    """Raises NotByText where the release has no words for it: nobody is texted out of the blue by an unknown number.

    `asker` is named where nobody holds the case any more.
    """
    values = {"agent": agent_name(unit, asker), **common_values(unit, conversation, row, None)}
    try:
        return unit.core.texts.render(notice, conversation.language, "sms", values)
    except TextMissing as exc:
        raise NotByText(fields={"why": "no_text", "notice": notice}) from exc


def _say(unit: Work, conversation: Conversation, row: HandoffRow, text: Text, way: Way) -> None:
    saying = Saying(
        author="system",
        kind="notice",
        text=text.text,
        language=conversation.language,
        notice=text.id,
        version=text.version,
        release=text.release,
    )
    say(unit, conversation, saying, row, way=way)


def take_back(unit: Work, conversation: Conversation) -> None:
    """What is queued for the phone is not sent; what must be heard waits for the page, and is then told another way."""
    queued = (
        (Delivery.conversation_id == conversation.id)
        & (Delivery.status == "pending")
        & (Delivery.channel != conversation.channel)
    )
    notices = select(Message.id).where(
        Message.conversation_id == conversation.id, Message.author == "system", Message.notice.in_(MUST_BE_HEARD)
    )
    here = {"channel": conversation.channel, "account": conversation.account, "address": conversation.address}
    free = {"lease_owner": None, "lease_until": None}  # whoever has leased it would send it to the phone
    fresh = {**free, "next_at": unit.now, "follow_at": unit.now + CONFIRM_WITHIN, "updated_at": unit.now}
    must = queued & Delivery.handoff_id.is_not(None) & Delivery.message_id.in_(notices)
    unit.session.execute(update(Delivery).where(must).values(**here, **fresh))
    unit.session.execute(update(Delivery).where(queued).values(status="superseded", updated_at=unit.now))
    unit.wake(DELIVERIES)


def _take_along(unit: Work, conversation: Conversation, way: Way, since: datetime | None = None) -> None:
    """The agent's replies that no page has read: in their order, behind the first word."""
    statement = (
        select(Delivery)
        .join(Message, Message.id == Delivery.message_id)
        .where(
            Delivery.conversation_id == conversation.id,
            Delivery.channel == "web",
            Delivery.status == "pending",
            Message.author == "agent",
            *((Delivery.created_at >= since,) if since else ()),
        )
        .order_by(Delivery.position)
    )
    for row in unit.session.execute(statement).scalars().all():
        there = {"channel": way.channel, "account": way.account, "address": way.address}
        values = {**there, "position": take_seq(conversation), "next_at": unit.now, "updated_at": unit.now}
        unit.session.execute(update(Delivery).where(Delivery.id == row.id).values(**values))
    unit.wake(DELIVERIES)
