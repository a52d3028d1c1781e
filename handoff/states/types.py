"""The words of a handoff's life: states, events, the record, and the effects of a transition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a handoff is. The last four are the only ends."""

    WAITING = "waiting"  # in a queue, nobody has it
    OFFERED = "offered"  # reserved for one agent
    ACTIVE = "active"  # an agent has it
    COLLECTING = "collecting"  # taking a message
    PROMISED = "promised"  # a callback is promised
    CALLING = "calling"  # an agent is making the callback
    RESOLVED = "resolved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"


ENDS = frozenset({State.RESOLVED, State.RETURNED, State.WITHDRAWN, State.UNREACHABLE})
OPEN_STATES = frozenset(State) - ENDS
HELD_STATES = frozenset({State.ACTIVE, State.CALLING})  # an agent is the holder


class Urgency(StrEnum):
    NORMAL = "normal"
    HIGH = "high"
    SAFETY = "safety"


class Rung(StrEnum):
    """Who hears of a missed answer-by; each rung reaches its own people and those of the rungs below."""

    AGENTS = "agents"
    ON_CALL = "on_call"
    SUPERVISOR = "supervisor"


class EventKind(StrEnum):
    """What can happen to a handoff; the letter is the edge of docs/states.md."""

    OPEN = "open"  # a
    OFFER = "offer"  # b
    ACCEPT = "accept"  # c
    CLAIM = "claim"  # c
    START_CALL = "start_call"  # c
    TO_CHAT = "to_chat"  # c
    DECLINE = "decline"  # d
    ACCEPT_BY = "accept_by"  # d
    AGENT_GONE = "agent_gone"  # d (OFFERED), f (ACTIVE), o (CALLING)
    ANSWER_BY = "answer_by"  # e
    REPLY_BY = "reply_by"  # f
    TRANSFER = "transfer"  # g
    FORM = "form"  # h
    COLLECT_BY = "collect_by"  # i
    ATTEMPT_FAILED = "attempt_failed"  # j
    WRONG_NUMBER = "wrong_number"  # j
    REMIND_AT = "remind_at"  # k
    DUE_AT = "due_at"  # k
    RESOLVE = "resolve"  # l
    RETURN = "return"  # m
    WITHDRAW = "withdraw"  # n
    CALL_BY = "call_by"  # o
    ASK_CALLBACK = "ask_callback"  # p
    OPENING = "opening"  # q
    CLOSING = "closing"  # q
    CUSTOMER_WRITES = "customer_writes"  # r
    IDLE_BY = "idle_by"  # s
    MAKE_CALLBACK = "make_callback"  # t
    REASSIGN = "reassign"  # u
    ASK_AGAIN = "ask_again"  # v
    NOBODY_LEFT = "nobody_left"  # w
    HOURS_EDITED = "hours_edited"  # x
    CUSTOMER_MOVES = "customer_moves"  # x: the customer chooses another time for the promise
    AGENT_REPLIES = "agent_replies"  # y: the customer has their word; fresh idle-by
    SEEN = "seen"  # z: the holder, or an agent working the promise, has seen the messages


class DeadlineKind(StrEnum):
    """Which edge fires when the deadline passes; `EventKind(deadline.kind)` is its event."""

    ANSWER_BY = "answer_by"
    OPENING = "opening"  # WAITING outside hours, or COLLECTING because of the hour
    CLOSING = "closing"  # WAITING in hours: people leave before answer-by
    ACCEPT_BY = "accept_by"
    REPLY_BY = "reply_by"
    IDLE_BY = "idle_by"
    COLLECT_BY = "collect_by"
    REMIND_AT = "remind_at"
    DUE_AT = "due_at"
    CALL_BY = "call_by"


@dataclass(frozen=True, kw_only=True)
class Deadline:
    at: datetime
    kind: DeadlineKind


@dataclass(frozen=True, kw_only=True)
class Promise:
    """An open callback promise, as the transition table needs to know it."""

    due_at: datetime
    remind_at: datetime | None  # None once the agents were reminded
    attempts: int = 0
    breaches: int = 0


@dataclass(frozen=True, kw_only=True)
class Handoff:
    """One obligation, as the transition table needs to know it. Immutable; a change makes a new one."""

    state: State
    version: int  # rises with every change of state or holder
    urgency: Urgency
    waiting_since: datetime  # when the customer's need began; nothing resets it
    deadline: Deadline | None  # None exactly in the four ends; the earliest of own_deadline, answer_by, promise
    own_deadline: Deadline | None = None  # the state's own, kept while the promise's comes first
    answer_by: datetime | None = None  # runs in WAITING and OFFERED; None in WAITING until the next opening
    agent: str | None = None  # OFFERED: whom it is reserved for; ACTIVE, CALLING: the holder
    team: str | None = None
    rung: int = 0
    left_out: frozenset[str] = frozenset()  # agents who are not offered it until the rung rises
    front: bool = False  # goes before others of its urgency
    message_asked: bool = False  # a message has been asked for already
    contact_known: bool = False
    collecting_for_hour: bool = False  # COLLECTING because we are closed (edge q brings it back)
    promise: Promise | None = None
    unseen: int = 0  # customer messages that no agent has seen
    customer_waits: bool = True  # the customer waits for a person's word
    wrote_during_call: bool = False
    nudged: bool = False  # ACTIVE: the agent was told of an idle chat; the next to hear is the supervisor
    nobody_told: bool = False  # the customer knows that nobody is left; edge w says it once
    told_version: int = 0  # the version at which what the customer may be told last changed
    alarms: int = 0  # how often the top rung has sounded; the customer hears it ever more rarely


@dataclass(frozen=True, kw_only=True)
class Levels:
    """Service levels for one urgency: durations in wall time, except where said."""

    answer_by: timedelta = timedelta(minutes=3)
    accept_by: timedelta = timedelta(seconds=45)
    reply_by: timedelta = timedelta(minutes=5)
    idle_by: timedelta = timedelta(minutes=15)
    collect_by: timedelta = timedelta(minutes=10)
    call_by: timedelta = timedelta(minutes=15)
    remind_before: timedelta = timedelta(minutes=30)
    ladder: tuple[Rung, ...] = (Rung.AGENTS, Rung.ON_CALL, Rung.SUPERVISOR)
    max_attempts: int = 3

    @property
    def top_rung(self) -> int:
        """Answer-by at this rung takes a message instead of climbing on."""
        return len(self.ladder)

    def reached(self, rung: int) -> tuple[Rung, ...]:
        """Whom the ladder has reached at `rung`, each once."""
        return tuple(dict.fromkeys(self.ladder[:rung]))


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The world at the instant of an event: what the table may look at besides the handoff."""

    open_now: bool
    next_opening: datetime  # the next instant at which we are open (now when open)
    next_due: datetime  # when a callback promised now falls due, in business time; always later than now
    next_closing: datetime | None = None  # when open: the instant at which we close
    levels: Levels = field(default_factory=Levels)
    # Agents who are present with room. Whoever acts is present; this handoff itself takes no room.
    present: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Event:
    kind: EventKind
    facts: Facts
    agent: str | None = None  # who acts, or whom it is offered, transferred or re-assigned to
    by: str | None = None  # TRANSFER: who acts
    team: str | None = None  # TRANSFER to a team
    contact: bool = False  # OPEN, FORM: there is a way to call back
    unseen: int = 0  # OPEN, AGENT_REPLIES, SEEN: customer messages that no agent has seen, afterwards
    urgency: Urgency | None = None  # OPEN; opening again only raises it
    since: datetime | None = None  # OPEN, FORM: when the need began, if before now
    due_at: datetime | None = None  # HOURS_EDITED, CUSTOMER_MOVES: where the open promise moves; None leaves it
    values: Mapping[str, str] = field(default_factory=dict)


class EffectKind(StrEnum):
    """What the service does, in the same transaction, beside storing the new record."""

    TELL_CUSTOMER = "tell_customer"  # value: notice id
    TELL_AGENT = "tell_agent"  # value: alert id; effect.agent is told
    TELL_AGENTS = "tell_agents"  # value: alert id; everyone at the desk
    TELL_ON_CALL = "tell_on_call"  # value: alert id; those who are not at the desk
    TELL_SUPERVISOR = "tell_supervisor"  # value: alert id
    OPEN_PROMISE = "open_promise"  # promise due at after.promise.due_at
    MOVE_PROMISE = "move_promise"  # same promise, new due_at (missed and renewed, or hours edited)
    CLOSE_PROMISE = "close_promise"  # value: kept | withdrawn | void | unreachable
    CANCEL_BOT_DELIVERIES = "cancel_bot_deliveries"
    RAISE_EPOCH = "raise_epoch"  # control passed between bot and people, or between people
    MARK_SEEN = "mark_seen"
    SET_WATERMARK = "set_watermark"  # earlier messages are never turns
    TAKE_ALL = "take_all"  # the holder takes all open handoffs of this customer


@dataclass(frozen=True, kw_only=True)
class Effect:
    kind: EffectKind
    value: str = ""
    agent: str = ""  # TELL_AGENT: who


@dataclass(frozen=True, kw_only=True)
class Transition:
    edge: str  # the letter of docs/states.md
    before: Handoff | None
    after: Handoff
    effects: tuple[Effect, ...] = ()
