"""Conversations from the customer's side: starting one, writing into it, reading it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from handoff.errors import ClientIdReused, Conflict, NotFound
from handoff.models import Address, Conversation, HandoffRow, Message
from handoff.service.base import idempotency, ledger
from handoff.service.base.addresses import address_at
from handoff.service.base.core import TURNS, Core, Work, work
from handoff.service.base.inbound import Inbound, check_text
from handoff.service.base.rows import SHOWN, lock_conversation, open_handoff_of
from handoff.service.base.tokens import make_cursor, make_token
from handoff.service.base.uploads import bind_uploads, sent_with, take_uploads
from handoff.service.base.views import Choice, MessageView
from handoff.service.cases.attachments import with_attachments
from handoff.service.cases.opening import Need, linked_handoff, open_handoff
from handoff.service.talk.consent import apply_control, as_meant, note_late
from handoff.service.talk.greeting import greet
from handoff.service.talk.identities import SignedIdentity, check_may_write, elsewhere, link, signed_address, use
from handoff.service.talk.lateness import is_overtaken
from handoff.service.talk.phones import answered, chat_of, confirm_route, follow_writer, lock_with_chat
from handoff.service.talk.waiting import customer_wrote
from handoff.service.talk.wishes import Wish, carry_out, wish_of
from handoff.service.telling.notices import tell
from handoff.service.telling.saying import Saying, say
from handoff.states import State
from handoff.store import new_id, repeated_once


@dataclass(frozen=True, kw_only=True)
class Started:
    conversation_id: str
    token: str
    cursor: str
    messages: tuple[MessageView, ...]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """An inbound message that is committed. `repeated`: it was already there."""

    message_id: str
    conversation_id: str
    cursor: str
    repeated: bool


def start_conversation(
    core: Core,
    *,
    channel: str,
    account: str,
    address: str,
    language: str | None = None,
    time_zone: str | None = None,
    idempotency_key: str | None = None,
    identity: SignedIdentity | None = None,
    now: datetime,
) -> Started:
    """A new conversation; its first message discloses that a bot answers. The same key gives the same conversation.

    `identity`: whose it is by the site's word; who has a case open already gets its conversation. Raises
    IdentityReplayed.
    """

    def start() -> Started:
        with work(core, now) as unit:
            return _start(unit, channel, account, address, language, time_zone, idempotency_key, identity)

    try:
        return start()
    except IntegrityError:  # a twin of this request was first; now its row can be read
        return start()


def _start(
    unit: Work,
    channel: str,
    account: str,
    address: str,
    language: str | None,
    time_zone: str | None,
    idempotency_key: str | None,
    identity: SignedIdentity | None = None,
) -> Started:
    who = (identity.site, identity.subject) if identity else ()
    request = idempotency.digest(channel, account, language, time_zone, *who)
    known = idempotency.recall(unit, "start", idempotency_key, request)
    if known is not None:
        return _started(unit, known["conversation_id"])
    found = _open_already(unit, identity) if identity else None
    if found is None:
        place = _place(unit, channel, account, address)
        conversation = _create(unit, place, language=language, time_zone=time_zone)
        if identity is not None:
            use(unit, identity, conversation.id)
            link(unit, conversation, identity)
        if channel == "web":
            greet(unit, conversation, _suggestions(unit, conversation))
        found = conversation.id
    idempotency.remember(unit, "start", idempotency_key, request, {"conversation_id": found})
    return _started(unit, found)


def _open_already(unit: Work, identity: SignedIdentity) -> str | None:
    """The conversation in which this customer has a case open, on whatever device they began it."""
    place = signed_address(unit, identity)
    there = elsewhere(unit, place.customer_id) if place else None
    if there is None:
        return None
    conversation = lock_conversation(unit, there.conversation_id)
    use(unit, identity, conversation.id)
    link(unit, conversation, identity)
    return conversation.id


def _create(unit: Work, place: Address, *, language: str | None = None, time_zone: str | None = None) -> Conversation:
    """A new conversation at this address, and the disclosure."""
    business = unit.core.business
    chosen = language if language in business.languages else None
    conversation = Conversation(
        id=new_id(unit.now),
        customer_id=place.customer_id,
        address_id=place.id,
        channel=place.channel,
        account=place.account,
        address=place.value,
        language=chosen or business.languages[0],
        language_known=False,
        time_zone=time_zone if time_zone and time_zone.isprintable() else None,
        epoch=0,
        next_seq=1,
        watermark=0,
        turn_tries=0,
        created_at=unit.now,
    )
    unit.session.add(conversation)
    unit.session.flush()
    stream = ledger.conversation_stream(conversation.id)
    ledger.append(unit, stream, "conversation.started", actor="customer", data={"channel": place.channel})
    _disclose(unit, conversation)
    return conversation


def _place(unit: Work, channel: str, account: str, address: str, *, proven: bool = False) -> Address:
    """The address, held until the commit. Raises IntegrityError where a twin was first to make it."""
    place = address_at(unit, channel, account, address, lock=True)
    place.proven = place.proven or proven  # a number that was typed, until its phone itself writes
    return place


def _suggestions(unit: Work, conversation: Conversation) -> tuple[Choice, ...]:
    questions = unit.core.texts.suggested(conversation.language)
    return tuple(Choice(label=question, value=question) for question in questions)


def _disclose(unit: Work, conversation: Conversation) -> None:
    tell(unit, conversation, "disclosure", author="bot")
    if conversation.channel == "web":
        return
    chosen = conversation.language
    for language in unit.core.business.languages:
        if language != chosen:
            conversation.language = language
            tell(unit, conversation, "disclosure", author="bot")
    conversation.language = chosen


@repeated_once
def record_inbound(core: Core, inbound: Inbound, now: datetime) -> Recorded:
    """Commits what a customer wrote; only after this may the edge acknowledge. Repetitions change nothing.

    Raises InvalidInput, TooLarge, NotFound, ClientIdReused or Unavailable.
    """
    try:
        return _record(core, inbound, now)
    except IntegrityError:  # a twin of this request was first; now its row can be read
        try:
            return _record(core, inbound, now)
        except IntegrityError as exc:
            raise Conflict from exc


def _record(core: Core, inbound: Inbound, now: datetime) -> Recorded:
    text = check_text(inbound)
    with work(core, now) as unit:
        inbound = as_meant(unit, inbound)
        known = _carrier_twin(unit, inbound)
        if known is not None:
            return _recorded(known, repeated=True)
        conversation = _find(unit, inbound)
        known = _carrier_twin(unit, inbound)  # again, now that nobody else writes into the conversation
        if known is not None:
            return _recorded(known, repeated=True)
        twin = _client_twin(unit, conversation.id, inbound)
        if twin is not None:
            if twin.text != text or sent_with(unit, twin) != tuple(sorted(inbound.uploads)):
                raise ClientIdReused
            return _recorded(twin, repeated=True)
        handoff = open_handoff_of(unit.session, conversation.id, lock=True)
        check_may_write(unit, conversation, handoff)
        yes = answered(unit, conversation, inbound)
        settled = inbound.control or yes or is_overtaken(unit, conversation, inbound)
        wish = None if settled else wish_of(unit, conversation, handoff, text)
        inbound = _with_uploads(unit, conversation, inbound)
        saying = _as_saying(inbound, text, conversation, wish or yes, handoff)
        message = say(unit, conversation, saying, handoff if wish else None)
        bind_uploads(unit, message, inbound.uploads)
        note_late(unit, inbound, message)
        if yes is not None:
            confirm_route(unit, conversation)
            return _recorded(message, repeated=False)
        follow_writer(unit, conversation, inbound)
        if wish is not None:
            carry_out(unit, conversation, handoff, wish, message)
        else:
            _consequences(unit, conversation, inbound, message, handoff)
        return _recorded(message, repeated=False)


def _with_uploads(unit: Work, conversation: Conversation, inbound: Inbound) -> Inbound:
    """The files that were uploaded for this message, as what came with it."""
    if not inbound.uploads:
        return inbound
    attached = take_uploads(unit, conversation.id, inbound.uploads)
    return replace(inbound, attached=attached, media=len(attached))


def _consequences(
    unit: Work, conversation: Conversation, inbound: Inbound, message: Message, handoff: HandoffRow | None
) -> None:
    """Who handles it: the system (consent), the people who hold the case, or the bot in its next turn."""
    if inbound.control is not None:
        apply_control(unit, conversation, inbound)
        return
    if handoff is not None:
        bot_may_answer = customer_wrote(unit, conversation, handoff, message)
    elif _was_unreachable(unit, conversation):
        open_handoff(unit, conversation, Need(reason="back_after_unreachable"))
        return
    else:
        bot_may_answer = True
    if not bot_may_answer:
        conversation.watermark = message.seq  # people have it: never a turn, whatever the case does next
        return
    conversation.turn_since = conversation.turn_since or unit.now
    unit.wake(TURNS)


def _was_unreachable(unit: Work, conversation: Conversation) -> bool:
    last = linked_handoff(unit, conversation)
    return last is not None and last.state == State.UNREACHABLE.value


def _find(unit: Work, inbound: Inbound) -> Conversation:
    if inbound.conversation_id is not None:
        conversation = lock_conversation(unit, inbound.conversation_id)
        if conversation.erased_at is not None:
            raise NotFound
        return conversation
    place = _place(unit, inbound.channel, inbound.account, inbound.address, proven=True)
    chat = chat_of(unit, inbound, place)
    if chat is not None and chat.erased_at is None:
        return chat
    found = _newest_at(unit, place)
    lock_with_chat(unit, inbound, place, found)
    own = lock_conversation(unit, found) if found else None
    return own if own is not None and own.erased_at is None else _create(unit, place)  # erased while we waited


def _newest_at(unit: Work, place: Address) -> str | None:
    """The newest conversation at the address that is not erased, if there is one."""
    statement = (
        select(Conversation.id)
        .where(Conversation.address_id == place.id, Conversation.erased_at.is_(None))
        .order_by(Conversation.created_at.desc(), Conversation.id.desc())
        .limit(1)
    )
    return unit.session.execute(statement).scalar_one_or_none()


def _as_saying(
    inbound: Inbound, text: str, conversation: Conversation, wish: Wish | str | None, handoff: HandoffRow | None
) -> Saying:
    return Saying(
        author="customer",
        kind="control" if inbound.control or wish else "text",
        text=text,
        language=conversation.language,
        client_id=inbound.client_id,
        carrier_id=inbound.carrier_id,
        media=inbound.media,
        attached=inbound.attached,
        came_by=inbound if inbound.channel != conversation.channel else None,
        belongs_to=handoff.id if handoff and not inbound.control else None,
    )


def _carrier_twin(unit: Work, inbound: Inbound) -> Message | None:
    if inbound.carrier_id is None:
        return None
    statement = select(Message).where(
        Message.channel == inbound.channel,
        Message.account == inbound.account,
        Message.carrier_id == inbound.carrier_id,
    )
    return unit.session.execute(statement).scalar_one_or_none()


def _client_twin(unit: Work, conversation_id: str, inbound: Inbound) -> Message | None:
    if inbound.client_id is None:
        return None
    statement = select(Message).where(
        Message.conversation_id == conversation_id, Message.client_id == inbound.client_id
    )
    return unit.session.execute(statement).scalar_one_or_none()


def _recorded(message: Message, *, repeated: bool) -> Recorded:
    return Recorded(
        message_id=message.id,
        conversation_id=message.conversation_id,
        cursor=make_cursor(message.seq),
        repeated=repeated,
    )


def _started(unit: Work, conversation_id: str) -> Started:
    conversation = lock_conversation(unit, conversation_id)
    statement = select(Message).where(Message.conversation_id == conversation_id, SHOWN).order_by(Message.seq)
    messages = unit.session.execute(statement).scalars().all()
    return Started(
        conversation_id=conversation_id,
        token=make_token(unit.core, conversation_id, conversation.created_at),
        cursor=make_cursor(conversation.next_seq - 1),
        messages=with_attachments(unit.session, messages),
    )
