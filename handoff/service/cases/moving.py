"""Moving a handoff: the table decides, and one transaction stores the record, the ledger row and every effect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Table, func, select, update
from sqlalchemy.orm.attributes import set_committed_value

from handoff.errors import StaleVersion
from handoff.models import Agent, Conversation, HandoffRow, Message, PromiseRow
from handoff.policy import facts as facts_of
from handoff.service.base import ledger
from handoff.service.base.core import TURNS, Work
from handoff.service.base.links import links_data
from handoff.service.base.records import columns, customer_state, to_record
from handoff.service.base.rows import open_promise_of, touch
from handoff.service.base.tokens import make_cursor
from handoff.service.cases.needs import settle_needs
from handoff.service.people.estimates import seconds, standing
from handoff.service.people.presence import lock_agent, present_with_room
from handoff.service.telling.alerts import alert, close_alerts
from handoff.service.telling.mailing import mail_promise
from handoff.service.telling.notices import tell_or_alert
from handoff.service.telling.saying import supersede, tell_page, tell_state
from handoff.service.telling.text_routes import end_route
from handoff.states import (
    HELD_STATES,
    Effect,
    EffectKind,
    Event,
    EventKind,
    Facts,
    Handoff,
    State,
    Transition,
    Urgency,
    next_state,
    speaker,
)
from handoff.store import new_id

log = structlog.get_logger()
_handoffs: Table = HandoffRow.metadata.tables[HandoffRow.__tablename__]
RESERVING = frozenset({EventKind.OFFER, EventKind.TRANSFER})  # an agent's other open offers take room too
_GIVEN = RESERVING | {EventKind.ACCEPT, EventKind.CLAIM, EventKind.START_CALL, EventKind.REASSIGN}


@dataclass(frozen=True, kw_only=True)
class Act:
    """What is asked of the table: an event, who acts, and the version they saw (None: the system)."""

    kind: EventKind
    actor: str
    agent: str | None = None
    team: str | None = None
    by: str | None = None
    contact: bool = False
    urgency: Urgency | None = None
    due_at: datetime | None = None  # HOURS_EDITED, CUSTOMER_MOVES: where the promise moves
    upto: int | None = None  # AGENT_REPLIES, SEEN: the agent has seen what stands up to here; None: everything
    closes: str | None = None  # how an open promise closes, where that is not as the table says
    has_room: bool = False  # their room was looked at already, or does not matter
    expected: int | None = None
    data: Mapping[str, Any] | None = None


def move(work: Work, conversation: Conversation, row: HandoffRow, act: Act) -> Transition:
    """Moves one open handoff on. Raises TransitionRefused, UnseenMessages or StaleVersion; then nothing is written."""
    if act.expected is not None and act.expected != row.version:
        raise StaleVersion(fields={"version": str(row.version), "state": row.state})
    if act.agent is not None and act.kind in _GIVEN:
        lock_agent(work, act.agent)
    promise = open_promise_of(work.session, row.id)
    before = to_record(row, promise)
    also, reserving = act.agent if act.has_room else None, act.kind in RESERVING
    event = Event(
        kind=act.kind,
        facts=world(work, act.urgency or before.urgency, also=also, reserving=reserving),
        agent=act.agent,
        by=act.by,
        team=act.team,
        contact=act.contact,
        urgency=act.urgency,
        due_at=act.due_at,
        unseen=unseen_after(work, conversation.id, act.upto) if act.upto is not None else 0,
    )
    transition = next_state(before, event, work.now)
    _store(work, row, before, transition.after)
    settle(work, conversation, row, transition, act, promise)
    return transition


def settle(
    work: Work,
    conversation: Conversation,
    row: HandoffRow,
    transition: Transition,
    act: Act,
    promise: PromiseRow | None = None,
) -> None:
    """Everything that belongs to a stored transition: promise, ledger row, effects, and both streams.

    `promise` is the one that was open before.
    """
    promise = _keep_promise(work, row, promise, transition, act.closes)
    _record(work, conversation, row, transition, act)
    for effect in transition.effects:
        _do(Moved(work, conversation, row, promise, act), effect)
    mail_promise(work, conversation, row, promise, transition, act.kind)
    touch(work, row)
    before, after = transition.before, transition.after
    if after.deadline is None:
        forget_turns(conversation)
        settle_needs(work, row)
        end_route(work, conversation, "case_ended")
    if before is not None:
        close_alerts(work, row, moved=before.state != after.state)
    if before is None or before.version != after.version:
        publish_state(work, conversation, row, promise)


def world(work: Work, urgency: Urgency, *, also: str | None = None, reserving: bool = False) -> Facts:
    """The facts that the table may look at, at this instant; `also` counts as present with room."""
    present = present_with_room(work, reserving=reserving) | ({also} if also else frozenset())
    return facts_of(work.core.business, urgency, work.now, present)


def _store(work: Work, row: HandoffRow, before: Handoff, after: Handoff) -> None:
    known = columns(before)
    values = {name: value for name, value in columns(after).items() if value != known[name]}
    if after.state != before.state:
        values["entered_at"] = work.now
    if after.deadline is None:
        values["ended_at"] = work.now
    held = after.state in HELD_STATES
    if held and (after.agent != before.agent or before.state not in HELD_STATES):
        values |= {"last_agent_id": after.agent, "first_held_at": row.first_held_at or work.now}
    if (held or after.state is State.OFFERED) and after.agent != before.agent:
        work.session.execute(update(Agent).where(Agent.id == after.agent).values(last_assigned_at=work.now))
    if not values:
        return
    work.session.flush()
    statement = update(_handoffs).where(_handoffs.c.id == row.id, _handoffs.c.version == before.version)
    if work.session.execute(statement.values(**values)).rowcount != 1:  # type: ignore[attr-defined]
        raise StaleVersion
    for name, value in values.items():
        set_committed_value(row, name, value)


def _keep_promise(
    work: Work, row: HandoffRow, promise: PromiseRow | None, transition: Transition, closes: str | None
) -> PromiseRow | None:
    after = transition.after.promise
    if after is None:
        if promise is not None:
            promise.status = closes or _closing(transition)
            promise.closed_at = work.now
        return promise
    if promise is None:
        promise = PromiseRow(id=new_id(work.now), handoff_id=row.id, status="open", made_at=work.now)
        work.session.add(promise)
    if after.breaches > (promise.breaches or 0):
        promise.missed_at = work.now
    promise.due_at, promise.remind_at = after.due_at, after.remind_at
    promise.attempts, promise.breaches = after.attempts, after.breaches
    promise.closed_at = None
    work.session.flush()
    return promise


def _closing(transition: Transition) -> str:
    for effect in transition.effects:
        if effect.kind is EffectKind.CLOSE_PROMISE and effect.value:
            return effect.value
    return "void"


def _record(work: Work, conversation: Conversation, row: HandoffRow, transition: Transition, act: Act) -> None:
    before, after = transition.before, transition.after
    data: dict[str, Any] = {
        "reference": row.reference,
        "edge": transition.edge,
        "from": before.state.value if before else None,
        "to": after.state.value,
        "version": after.version,
        "speaker": speaker(after),
        "agent": after.agent,
        "deadline": ledger.json_instant(after.deadline.at) if after.deadline else None,
        "due": ledger.json_instant(after.promise.due_at) if after.promise else None,
    }
    stream = ledger.conversation_stream(conversation.id)
    ledger.append(work, stream, f"handoff.{act.kind.value}", actor=act.actor, data={**data, **(act.data or {})})


class Moved(NamedTuple):
    """A handoff that has just been stored in its new state."""

    work: Work
    conversation: Conversation
    row: HandoffRow
    promise: PromiseRow | None
    act: Act


_AUDIENCE = {
    EffectKind.TELL_AGENTS: "agent",
    EffectKind.TELL_ON_CALL: "on_call",
    EffectKind.TELL_SUPERVISOR: "supervisor",
}


def _do(moved: Moved, effect: Effect) -> None:
    """One effect. Promises are kept from the record itself, and holding.claim takes all."""
    work, conversation, row, promise, act = moved
    match effect.kind:
        case EffectKind.TELL_CUSTOMER:
            tell_or_alert(work, conversation, effect.value, row, promise)
        case EffectKind.TELL_AGENT | EffectKind.TELL_AGENTS | EffectKind.TELL_ON_CALL | EffectKind.TELL_SUPERVISOR:
            alert(work, effect.value, effect.agent or _AUDIENCE[effect.kind], row)
        case EffectKind.CANCEL_BOT_DELIVERIES:
            supersede(work, conversation.id, author="bot")
        case EffectKind.RAISE_EPOCH:
            conversation.epoch += 1
        case EffectKind.MARK_SEEN:
            mark_messages_seen(work, conversation, act.upto)
        case EffectKind.SET_WATERMARK:
            forget_turns(conversation)


def forget_turns(conversation: Conversation) -> None:
    """What was said until now was said to people: it is never a turn, and the loop memory starts afresh."""
    leave_to_people(conversation, conversation.next_seq - 1)
    conversation.memory = None


def leave_to_people(conversation: Conversation, upto: int) -> None:
    """No turn is due, and what was said up to that place never becomes one."""
    conversation.watermark = max(conversation.watermark, upto)
    conversation.turn_since = conversation.turn_owner = conversation.turn_until = None
    conversation.turn_tries = 0


def mark_messages_seen(work: Work, conversation: Conversation, upto: int | None = None) -> None:
    """The customer's messages up to that place, or all of them, have been seen by an agent; their page is told."""
    theirs = (Message.conversation_id == conversation.id) & (Message.author == "customer") & Message.seen_at.is_(None)
    reached = theirs if upto is None else theirs & (Message.seq <= upto)
    newest = work.session.execute(select(func.max(Message.seq)).where(reached)).scalar_one_or_none()
    if newest is not None:
        work.session.execute(update(Message).where(reached).values(seen_at=work.now))
        tell_page(work, conversation, "read", {"upto": make_cursor(newest)})


def unseen_after(work: Work, conversation_id: str, upto: int) -> int:
    """How many of the customer's messages after that place no agent has seen."""
    statement = select(func.count()).where(
        Message.conversation_id == conversation_id,
        Message.author == "customer",
        Message.kind != "control",
        Message.seen_at.is_(None),
        Message.seq > upto,
    )
    return work.session.execute(statement).scalar_one()


def publish_state(work: Work, conversation: Conversation, row: HandoffRow, promise: PromiseRow | None) -> None:
    """Puts what the customer may see of the case, and of its open promise, into their stream."""
    promise = promise if promise is not None and promise.status == "open" else None
    state = customer_state(conversation, row)
    if conversation.channel == "web":
        place, wait = standing(work, row)
        row.place_told, row.wait_told = place, seconds(wait)
    data: dict[str, Any] = {"state": state, "handoff": None, "agent": None}
    if State(row.state) not in HELD_STATES and state == "bot":
        work.wake(TURNS)
    else:
        due = promise.due_at.isoformat() if promise else None
        where = {"place": row.place_told, "wait_seconds": row.wait_told}
        data["handoff"] = {"reference": row.reference, "version": row.version, "due_at": due, **where}
        data["handoff"]["links"] = links_data(work.core, row, promise)
        data["agent"] = _holder_name(work, row) if State(row.state) in HELD_STATES else None
    tell_state(work, conversation, data)


def _holder_name(work: Work, row: HandoffRow) -> str | None:
    return work.session.execute(select(Agent.name).where(Agent.id == row.agent_id)).scalar_one_or_none()
