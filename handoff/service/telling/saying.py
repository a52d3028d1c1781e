"""Writing a message into a conversation: the row, its place in the stream, its delivery and its ledger row."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select, update

from handoff.models import Address, Conversation, Delivery, HandoffRow, Message, StreamItem
from handoff.models.talk import Attachment
from handoff.service.base import ledger
from handoff.service.base.core import DELIVERIES, Work, conversation_topic
from handoff.service.base.inbound import Attached, Inbound
from handoff.service.base.uses import AnswerUse
from handoff.service.base.views import Choice, EntryRef
from handoff.service.telling.alerts import alert
from handoff.service.telling.proofs import proven_of
from handoff.service.telling.quiet import not_before
from handoff.service.telling.text_routes import Way, way_of
from handoff.store import new_id

CONFIRM_WITHIN = timedelta(seconds=60)
SORTS: Final = frozenset({"application", "audio", "image", "text", "video"})
MUST_BE_HEARD: Final = frozenset(  # whoever has left the page would wait for what is no longer so
    {
        "agent_lost",
        "agent_lost_closed",
        "ask_contact",
        "ask_message_busy",
        "attempt_failed",
        "callback_by_agent",
        "handoff_waiting_closed",
        "nobody_left",
        "promise_missed",
        "promise_moved",
        "promised",
        "safety",
        "unreachable",
        "wrong_number",
    }
)


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One thing to say, before it has a place: who, what, and where its words come from."""

    author: str
    kind: str
    text: str
    language: str
    entry: EntryRef | None = None
    notice: str | None = None
    version: int | None = None
    release: int | None = None
    choices: tuple[Choice, ...] = ()
    decision: str | None = None
    client_id: str | None = None
    carrier_id: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    media: int = 0
    attached: tuple[Attached, ...] = ()
    came_by: Inbound | None = None  # where that is not the conversation's own channel
    belongs_to: str | None = None  # the open case that a customer's message is for
    uses: tuple[AnswerUse, ...] = ()  # approved answers that an agent's words were made of
    claims: Mapping[str, str] = field(default_factory=dict)  # what a notice states of the case, for the ledger


def say(
    work: Work, conversation: Conversation, saying: Saying, handoff: HandoffRow | None = None, *, way: Way | None = None
) -> Message:
    """Adds `saying` to the conversation, whose row the caller has locked. `way`: where it goes; None: the usual way."""
    message = Message(
        id=new_id(work.now),
        conversation_id=conversation.id,
        seq=take_seq(conversation),
        author=saying.author,
        kind=saying.kind,
        text=saying.text,
        salt=ledger.new_salt(),
        language=saying.language,
        at=work.now,
        client_id=saying.client_id,
        channel=saying.came_by.channel if saying.came_by else conversation.channel,
        account=saying.came_by.account if saying.came_by else conversation.account,
        carrier_id=saying.carrier_id,
        entry=asdict(saying.entry) if saying.entry else None,
        notice=saying.notice,
        decision=saying.decision,
        release=saying.release,
        choices=[asdict(choice) for choice in saying.choices] or None,
        suggested=[asdict(use) for use in saying.uses] or None,
        handoff_id=handoff.id if handoff else saying.belongs_to,
        agent_id=saying.agent_id,
        agent_name=saying.agent_name,
        media=saying.media,
    )
    work.session.add(message)
    work.session.flush()
    _stream(work, conversation, message.seq, "message", message_id=message.id)
    if saying.author != "customer":
        _deliver(work, conversation, message, handoff, way or way_of(work, conversation))
    _attach(work, message, saying.attached)
    ledger.append(
        work,
        ledger.conversation_stream(conversation.id),
        "message",
        actor=_actor(saying),
        data=_facts(saying, message, handoff),
        message=message,
    )
    return message


def tell_state(work: Work, conversation: Conversation, data: dict[str, Any]) -> None:
    """Puts a change of state into the customer's stream."""
    tell_page(work, conversation, "state", data)


def tell_page(work: Work, conversation: Conversation, kind: str, data: dict[str, Any]) -> None:
    """Puts something that is no message into the customer's stream, for all pages that follow it."""
    _stream(work, conversation, take_seq(conversation), kind, data=data)


def take_seq(conversation: Conversation) -> int:
    """The next place in the conversation's stream."""
    seq = conversation.next_seq
    conversation.next_seq = seq + 1
    return seq


def _stream(
    work: Work,
    conversation: Conversation,
    seq: int,
    kind: str,
    *,
    message_id: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    item = StreamItem(
        conversation_id=conversation.id, seq=seq, kind=kind, message_id=message_id, data=data, at=work.now
    )
    work.session.add(item)
    work.wake(conversation_topic(conversation.id))


def _attach(work: Work, message: Message, attached: tuple[Attached, ...]) -> None:
    for position, each in enumerate(attached):
        kept = Attachment(
            id=each.id or new_id(work.now),
            message_id=message.id,
            position=position,
            url=each.url,
            content_type=each.content_type,
        )
        work.session.add(kept)


def _deliver(work: Work, conversation: Conversation, message: Message, handoff: HandoffRow | None, way: Way) -> None:
    opted_out = _opted_out(work, way) and message.notice != "sms_stopped"
    work.session.add(
        Delivery(
            id=new_id(work.now),
            message_id=message.id,
            conversation_id=conversation.id,
            handoff_id=handoff.id if handoff else None,
            handoff_version=handoff.version if handoff and _goes_stale(message) else None,
            author="system" if message.notice == "disclosure" else message.author,  # never taken back
            epoch=conversation.epoch,
            channel=way.channel,
            account=way.account,
            address=way.address,
            position=message.seq,
            status="dead" if opted_out else "pending",
            error={"code": "opted_out"} if opted_out else None,
            tries=0,
            next_at=not_before(work, conversation, message, handoff, way),
            follow_at=work.now + CONFIRM_WITHIN if handoff and _is_followed(work, way, message) else None,
            created_at=work.now,
            updated_at=work.now,
        )
    )
    work.wake(DELIVERIES)
    if opted_out:
        alert(work, "delivery_dead", "agent", handoff, {"code": "opted_out", "conversation": conversation.id})


def _is_followed(work: Work, way: Way, message: Message) -> bool:
    """What must be heard; and an agent's reply to who has proven where replies may follow."""
    if way.channel == "web" and message.author == "agent":
        return proven_of(work, message.conversation_id) is not None
    return _must_be_heard(way, message)


def _must_be_heard(way: Way, message: Message) -> bool:
    return way.channel == "web" and message.author == "system" and message.notice in MUST_BE_HEARD


def _goes_stale(message: Message) -> bool:
    """A notice of how the case stands does; where to turn to in danger stays true, whoever has the case."""
    return message.author == "system" and message.notice != "safety"


def _opted_out(work: Work, way: Way) -> bool:
    if way.channel == "web":
        return False
    statement = select(Address.opted_out_at).where(Address.id == way.address_id)
    return work.session.execute(statement).scalar_one_or_none() is not None


def supersede(work: Work, conversation_id: str, *, author: str | None = None) -> int:
    """Takes back what is queued for the conversation and was not yet sent; returns how many."""
    statement = (
        update(Delivery)
        .where(Delivery.conversation_id == conversation_id, Delivery.status == "pending", Delivery.channel != "web")
        .values(status="superseded", updated_at=work.now)
    )
    if author is not None:
        statement = statement.where(Delivery.author == author)
    result = work.session.execute(statement)
    return int(result.rowcount)  # type: ignore[attr-defined]


def last_message_seq(work: Work, conversation_id: str, author: str) -> int:
    """The place of the newest message of `author`, 0 when there is none."""
    statement = select(func.max(Message.seq)).where(
        Message.conversation_id == conversation_id, Message.author == author
    )
    return work.session.execute(statement).scalar_one() or 0


def _sort_of(content_type: str) -> str:
    """Of what somebody else calls the type only what can be nobody's words: the ledger keeps it for good."""
    sort = content_type.partition("/")[0]
    return sort if sort in SORTS else "other"


def _actor(saying: Saying) -> str:
    return f"agent:{saying.agent_id}" if saying.agent_id else saying.author


def _facts(saying: Saying, message: Message, handoff: HandoffRow | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"author": saying.author, "kind": saying.kind, "place": message.seq}
    if message.media:
        facts["media"] = [_sort_of(each.content_type) for each in saying.attached] or message.media
    if saying.came_by:
        facts["by"] = message.channel
    if saying.entry:
        facts["entry"] = {"id": saying.entry.id, "version": saying.entry.version}
    if saying.uses:
        facts["suggested"] = [{"id": use.id, "version": use.version, "used": use.used} for use in saying.uses]
    if saying.notice:
        facts["notice"] = {"id": saying.notice, "version": saying.version}
    if saying.notice and handoff is not None:
        facts["claims"] = dict(saying.claims)
    if saying.release is not None:
        facts["release"] = saying.release
    if handoff is not None:
        own = handoff.conversation_id == message.conversation_id  # else told here because its page does not answer
        facts["handoff" if own else "told_for"] = {"reference": handoff.reference, "version": handoff.version}
    return facts
