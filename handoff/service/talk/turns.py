"""Turns: the bot's handling of messages that are not yet answered, one at a time a conversation, under a lease."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import or_, select

from handoff.detection.needs import Spent
from handoff.detection.signals import PastTurn, Role
from handoff.errors import TextMissing
from handoff.models import Conversation, Customer, Message
from handoff.service.base import ledger
from handoff.service.base.core import TURNS, Core, Work, work
from handoff.service.base.rows import SHOWN, lock_conversation, open_handoff_of
from handoff.service.base.views import Choice, EntryRef
from handoff.service.cases.moving import leave_to_people
from handoff.service.cases.needs import spend
from handoff.service.cases.opening import Need, open_handoff
from handoff.service.talk.waiting import bot_may_answer
from handoff.service.telling.notices import tell, usual_choices
from handoff.service.telling.saying import Saying, last_message_seq, say
from handoff.store import locked

log = structlog.get_logger()
LEASE = timedelta(seconds=10)  # longer than the engine's deadline and its commit
HISTORY = 40


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What the bot is to answer, as it stood when the lease was taken. `text` joins a burst of messages."""

    conversation_id: str
    owner: str
    epoch: int
    channel: str
    language: str
    language_known: bool
    since: datetime
    tries: int
    upto: int
    text: str
    media: int
    history: tuple[PastTurn, ...]
    dialogue: Mapping[str, Any] | None
    memory: Mapping[str, Any] | None
    handoff_open: bool
    needs: Mapping[str, Any] | None = None  # the customer's, of all conversations
    burst: int = 1  # how many messages at the end of `history` are not yet answered


@dataclass(frozen=True, kw_only=True)
class Said:
    """One thing that the bot says: approved text that the gateway has rendered, or a notice by id for the core to
    render. `choices` None: the notice's usual ones."""

    text: str | None = None
    entry: EntryRef | None = None
    notice: str | None = None
    version: int | None = None
    release: int | None = None
    choices: Sequence[Choice] | None = None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """How a turn ends: what is said, what is remembered, and whether a person is needed."""

    said: Sequence[Said] = ()
    language: str | None = None
    dialogue: Mapping[str, Any] | None = None
    memory: Mapping[str, Any] | None = None
    need: Need | None = None
    facts: Mapping[str, Any] | None = None  # for the ledger: decision, scores, model, verdict; no text
    decision: str | None = None
    spent: Spent | None = None  # of which need's fuel, for what the engine chose


def take_turns(core: Core, *, owner: str, limit: int, now: datetime) -> tuple[Turn, ...]:
    """Leases up to `limit` conversations that wait for the bot; a crashed turn is taken again after its lease."""
    with work(core, now) as unit:
        due = (
            select(Conversation)
            .where(
                Conversation.turn_since.is_not(None),
                or_(Conversation.turn_until.is_(None), Conversation.turn_until < unit.now),
            )
            .order_by(Conversation.turn_since)
            .limit(limit)
        )
        taken = []
        for conversation in unit.session.execute(locked(due, skip=True)).scalars().all():
            turn = _take(unit, conversation, owner)
            if turn is not None:
                taken.append(turn)
        return tuple(taken)


def _take(unit: Work, conversation: Conversation, owner: str) -> Turn | None:
    handoff = open_handoff_of(unit.session, conversation.id)
    fresh = _unanswered(unit, conversation)
    if handoff and not bot_may_answer(handoff):
        leave_to_people(conversation, last_message_seq(unit, conversation.id, "customer"))
        return None
    if not fresh or conversation.turn_since is None:
        conversation.turn_since = None
        return None
    conversation.turn_owner = f"{owner}.{secrets.token_hex(4)}"  # a lease each: a worker may meet its own late turn
    conversation.turn_until = unit.now + LEASE
    conversation.turn_tries += 1
    return Turn(
        conversation_id=conversation.id,
        owner=conversation.turn_owner,
        epoch=conversation.epoch,
        channel=conversation.spoken,
        language=conversation.language,
        language_known=conversation.language_known,
        since=conversation.turn_since,
        tries=conversation.turn_tries,
        upto=fresh[-1].seq,
        text="\n".join(message.text for message in fresh if message.text.strip()),
        media=sum(message.media for message in fresh),
        history=_history(unit, conversation, fresh),
        dialogue=conversation.dialogue,
        memory=conversation.memory,
        handoff_open=handoff is not None,
        needs=unit.session.get_one(Customer, conversation.customer_id).needs,
        burst=len(fresh),
    )


def _unanswered(unit: Work, conversation: Conversation) -> Sequence[Message]:
    statement = (
        select(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.seq > conversation.watermark,
            Message.author == "customer",
            Message.kind == "text",
        )
        .order_by(Message.seq)
    )
    return unit.session.execute(statement).scalars().all()


def _history(unit: Work, conversation: Conversation, fresh: Sequence[Message]) -> tuple[PastTurn, ...]:
    statement = (
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.seq < fresh[0].seq, SHOWN)
        .order_by(Message.seq.desc())
        .limit(HISTORY)
    )
    before = list(unit.session.execute(statement).scalars())[::-1]
    return tuple(_past(message) for message in [*before, *fresh])


def _past(message: Message) -> PastTurn:
    entry = message.entry["id"] if message.entry else message.notice
    return PastTurn(
        role=cast("Role", message.author), text=message.text, entry=entry, decision=message.decision, at=message.at
    )


def finish_turn(core: Core, turn: Turn, reply: Reply, now: datetime) -> bool:
    """Commits the reply, the dialogue's next state and the ledger row together.

    Returns False when the turn is no longer ours to answer: a person took over, or the lease was lost and another
    worker answered. Nothing of the reply is kept then; for a takeover that is recorded.
    """
    with work(core, now) as unit:
        conversation = lock_conversation(unit, turn.conversation_id)
        ours = conversation.turn_owner == turn.owner and conversation.turn_since is not None
        handoff = open_handoff_of(unit.session, conversation.id, lock=True)
        if conversation.epoch != turn.epoch or (handoff is not None and not bot_may_answer(handoff)):
            _record_drop(unit, conversation, turn)
            if ours:
                leave_to_people(conversation, turn.upto)
            return False
        if not ours:
            return False
        _keep(conversation, reply)
        for said in reply.said:
            _say_if_approved(unit, conversation, said, reply)
        stream = ledger.conversation_stream(conversation.id)
        ledger.append(unit, stream, "turn", actor="bot", data={**(reply.facts or {}), **_tank(reply)})
        if reply.need is not None:
            open_handoff(unit, conversation, reply.need)  # before the turn closes: the bot has not answered this
        _close(unit, conversation, turn)
        if reply.spent is not None:
            spend(unit, conversation.customer_id, reply.spent)
        return True


def _keep(conversation: Conversation, reply: Reply) -> None:
    if reply.language is not None and not conversation.language_known:  # chosen meanwhile, it stays
        conversation.language = reply.language
    if reply.dialogue is not None:
        conversation.dialogue = dict(reply.dialogue)
    if reply.memory is not None:
        conversation.memory = dict(reply.memory)


def _tank(reply: Reply) -> dict[str, Any]:
    """For the audit: the fuel that is left, and whether a person was offered or is coming."""
    memory = reply.memory or {}
    return {
        "fuel": memory.get("fuel"),
        "person": "handoff" if reply.need is not None else "offer" if memory.get("offered") else None,
    }


def _say_if_approved(unit: Work, conversation: Conversation, said: Said, reply: Reply) -> None:
    """Says it. A notice that the release lacks keeps nobody from a person; without a need the turn is tried again."""
    try:
        _speak(unit, conversation, said, reply)
    except TextMissing as error:
        if reply.need is None:
            raise
        log.warning("turn.untold", conversation=conversation.id, notice=said.notice, code=error.code)


def _speak(unit: Work, conversation: Conversation, said: Said, reply: Reply) -> None:
    choices = tuple(said.choices) if said.choices is not None else None
    if said.text is None and said.notice is not None:
        author = "bot" if reply.need is None else "system"  # why people come: opening the case must not take it back
        tell(unit, conversation, said.notice, author=author, choices=choices).decision = reply.decision
        return
    if choices is None:
        choices = usual_choices(unit, conversation, said.notice or "")
    saying = Saying(
        author="bot",
        kind="answer" if said.entry else "notice",
        text=said.text or "",
        language=conversation.language,
        entry=said.entry,
        notice=said.notice,
        version=said.version,
        release=said.release,
        choices=choices,
        decision=reply.decision,
    )
    say(unit, conversation, saying)


def _close(unit: Work, conversation: Conversation, turn: Turn) -> None:
    conversation.watermark = max(conversation.watermark, turn.upto)
    conversation.turn_owner = conversation.turn_until = None
    conversation.turn_tries = 0
    conversation.turn_since = unit.now if _unanswered(unit, conversation) else None
    if conversation.turn_since is not None:
        unit.wake(TURNS)


def _record_drop(unit: Work, conversation: Conversation, turn: Turn) -> None:
    stream = ledger.conversation_stream(conversation.id)
    ledger.append(unit, stream, "reply.dropped", actor="system", data={"epoch": conversation.epoch, "was": turn.epoch})


def release_turn(core: Core, turn: Turn, now: datetime) -> None:
    """Gives the turn back at once, so that another worker may take it (used when a worker shuts down)."""
    with work(core, now) as unit:
        conversation = lock_conversation(unit, turn.conversation_id)
        if conversation.turn_owner == turn.owner:
            conversation.turn_owner = conversation.turn_until = None
            conversation.turn_tries -= 1  # it broke nothing, so it is no try
            unit.wake(TURNS)
