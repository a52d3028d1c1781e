"""The transition table: for each state and event the lettered edge, and `next_state`, which applies it.

Pure: no clock, database or network. The diagram of docs/states.md and the exhaustive tests come from TABLE.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from handoff.errors import NaiveDatetime, TransitionRefused
from handoff.states import customers, people, times
from handoff.states.steps import Step, deadlines
from handoff.states.types import (
    ENDS,
    HELD_STATES,
    OPEN_STATES,
    DeadlineKind,
    Effect,
    EffectKind,
    Event,
    EventKind,
    Facts,
    Handoff,
    State,
    Transition,
)

S, K = State, EventKind
BOT, QUEUE = "bot", "queue"
D = DeadlineKind
RUNNING = frozenset({D.ACCEPT_BY, D.REPLY_BY, D.IDLE_BY, D.COLLECT_BY, D.CALL_BY})  # spans of minutes for one act
ROUTE = frozenset({S.WAITING, S.COLLECTING, S.PROMISED})


@dataclass(frozen=True, kw_only=True)
class Edge:
    """One row of the table: its letter, what it does, and the states that it can lead to."""

    letter: str
    go: Callable[[Handoff, Event, datetime], Step] | Callable[[Handoff | None, Event, datetime], Step]
    to: frozenset[State]


Table = Mapping[tuple[State | None, EventKind], Edge]
Go = Callable[[Handoff, Event, datetime], Step]


def _same(letter: str, kind: EventKind, go: Go, *states: State) -> dict[tuple[State | None, EventKind], Edge]:
    """Rows that stay where they are."""
    return {(state, kind): Edge(letter=letter, go=go, to=frozenset({state})) for state in states}


def _rows(
    letter: str, kind: EventKind, go: Go, states: tuple[State, ...], *to: State
) -> dict[tuple[State | None, EventKind], Edge]:
    return {(state, kind): Edge(letter=letter, go=go, to=frozenset(to)) for state in states}


def _beginnings() -> dict[tuple[State | None, EventKind], Edge]:
    opened = Edge(letter="a", go=customers.open_new, to=frozenset({S.WAITING, S.COLLECTING}))
    formed = Edge(letter="h", go=customers.open_with_form, to=frozenset({S.COLLECTING, S.PROMISED}))
    rows: dict[tuple[State | None, EventKind], Edge] = {(None, K.OPEN): opened, (None, K.FORM): formed}
    for end in sorted(ENDS):
        rows |= {(end, K.OPEN): opened, (end, K.FORM): formed}
    rows[S.UNREACHABLE, K.FORM] = replace(formed, to=frozenset({S.PROMISED}))  # the contact is known
    rows[S.UNREACHABLE, K.CUSTOMER_WRITES] = replace(opened, go=customers.open_by_message)
    return rows


OPEN = tuple(state for state in State if state in OPEN_STATES)
TABLE: Table = {
    **_beginnings(),
    **_same("a", K.OPEN, customers.open_again, *OPEN),
    **_rows("b", K.OFFER, people.offer, (S.WAITING,), S.OFFERED),
    **_rows("c", K.ACCEPT, people.accept, (S.OFFERED,), S.ACTIVE),
    **_rows("c", K.CLAIM, people.claim, (S.WAITING, S.OFFERED, S.COLLECTING, S.PROMISED), S.ACTIVE),
    **_rows("c", K.CLAIM, people.claim_held, (S.ACTIVE, S.CALLING)),
    **_rows("c", K.START_CALL, people.start_call, (S.PROMISED,), S.CALLING),
    **_rows("c", K.TO_CHAT, people.to_chat, (S.CALLING,), S.ACTIVE),
    **_rows("d", K.DECLINE, people.decline, (S.OFFERED,), *ROUTE),
    **_rows("d", K.ACCEPT_BY, times.accept_by, (S.OFFERED,), *ROUTE),
    **_rows("d", K.AGENT_GONE, times.offered_gone, (S.OFFERED,), *ROUTE),
    **_rows("e", K.ANSWER_BY, times.answer_by, (S.WAITING,), *ROUTE),
    **_rows("e", K.ANSWER_BY, times.answer_by, (S.OFFERED,), S.OFFERED, S.COLLECTING, S.PROMISED),
    **_rows("f", K.AGENT_GONE, times.active_gone, (S.ACTIVE,), *ROUTE),
    **_rows("f", K.REPLY_BY, times.reply_by, (S.ACTIVE,), *ROUTE),
    **_rows("g", K.TRANSFER, people.transfer, (S.ACTIVE,), S.WAITING, S.OFFERED),
    **_rows("h", K.FORM, customers.form, (S.WAITING,), S.WAITING, S.PROMISED),
    **_rows("h", K.FORM, customers.form, (S.OFFERED,), S.OFFERED, S.PROMISED),
    **_rows("h", K.FORM, customers.form, (S.COLLECTING,), S.COLLECTING, S.PROMISED),
    **_same("h", K.FORM, customers.form_added, S.ACTIVE, S.CALLING, S.PROMISED),
    **_rows("i", K.COLLECT_BY, times.collect_by, (S.COLLECTING,), S.WAITING, S.PROMISED),
    **_rows("j", K.ATTEMPT_FAILED, people.attempt_failed, (S.CALLING,), S.WAITING, S.PROMISED, S.UNREACHABLE),
    **_rows("j", K.WRONG_NUMBER, people.wrong_number, (S.CALLING,), S.WAITING, S.COLLECTING),
    **_same("k", K.REMIND_AT, times.remind, *OPEN),
    **_same("k", K.DUE_AT, times.due_at, *OPEN),
    **_rows("l", K.RESOLVE, people.resolve, (S.ACTIVE, S.CALLING), S.RESOLVED),
    **_rows("m", K.RETURN, people.return_to_bot, (S.ACTIVE,), S.RETURNED),
    **_rows("n", K.WITHDRAW, customers.withdraw, OPEN, S.WITHDRAWN),
    **_rows("o", K.AGENT_GONE, times.calling_gone, (S.CALLING,), S.PROMISED),
    **_rows("o", K.CALL_BY, times.call_by, (S.CALLING,), S.PROMISED),
    **_rows("p", K.ASK_CALLBACK, customers.ask_callback, (S.WAITING, S.OFFERED), S.COLLECTING),
    **_rows("q", K.OPENING, times.opening, (S.WAITING,), S.WAITING),
    **_rows("q", K.OPENING, times.opening, (S.COLLECTING,), S.WAITING, S.COLLECTING),
    **_rows("q", K.CLOSING, times.closing, (S.WAITING,), *ROUTE),
    **_same("r", K.CUSTOMER_WRITES, customers.customer_writes, *OPEN),
    **_same("s", K.IDLE_BY, times.idle_by, S.ACTIVE),
    **_rows("t", K.MAKE_CALLBACK, people.make_callback, (S.ACTIVE,), S.PROMISED),
    **_same("u", K.REASSIGN, people.reassign, S.ACTIVE),
    **_rows("v", K.ASK_AGAIN, customers.ask_again, (S.COLLECTING,), S.COLLECTING, S.WAITING),
    **_rows("v", K.ASK_AGAIN, customers.ask_again, (S.PROMISED,), S.PROMISED, S.WAITING),
    **_same("v", K.ASK_AGAIN, customers.ask_again, S.WAITING, S.OFFERED, S.ACTIVE, S.CALLING),
    **_same("w", K.NOBODY_LEFT, times.nobody_left, S.WAITING, S.OFFERED),
    **_rows("x", K.HOURS_EDITED, times.hours_edited, (S.WAITING,), *ROUTE),
    **_rows("x", K.HOURS_EDITED, times.hours_edited, (S.COLLECTING,), S.WAITING, S.COLLECTING),
    **_same("x", K.HOURS_EDITED, times.hours_edited, S.OFFERED, S.ACTIVE, S.PROMISED, S.CALLING),
    **_same("x", K.CUSTOMER_MOVES, times.customer_moves, *OPEN),
    **_same("y", K.AGENT_REPLIES, people.agent_replies, S.ACTIVE),
    **_same("z", K.SEEN, people.seen, S.ACTIVE, S.CALLING, S.PROMISED),
}


def next_state(handoff: Handoff | None, event: Event, now: datetime) -> Transition:
    """Move `handoff` on by `event` at `now` (aware). None or an ended handoff can only begin a new one, version 1.

    Raises TransitionRefused (no such edge, or its guard), UnseenMessages, AtCapacity, AlreadyHeld, NaiveDatetime.
    """
    if now.tzinfo is None:
        raise NaiveDatetime
    now = now.astimezone(UTC)
    edge = TABLE.get((handoff.state if handoff else None, event.kind))
    if edge is None:
        state = handoff.state if handoff else "nothing"
        raise TransitionRefused(f"A case in {state} cannot take {event.kind}.")
    step = edge.go(handoff, event, now)  # type: ignore[arg-type]
    return _finished(edge.letter, handoff, step)


def opened(event: Event, now: datetime) -> Transition:
    """Edge a (or h, for a form) on nothing: a new handoff."""
    return next_state(None, event, now)


def speaker(handoff: Handoff | None) -> str:
    """Who may speak to the customer: `bot`, `queue` (nobody but the system), or the agent who holds it."""
    if handoff is None or bot_may_speak(handoff):
        return BOT
    return f"agent:{handoff.agent}" if handoff.state in HELD_STATES else QUEUE


def bot_may_speak(handoff: Handoff | None) -> bool:
    """No open handoff, PROMISED, or WAITING outside hours (invariant 3)."""
    if handoff is None or handoff.state in ENDS or handoff.state is S.PROMISED:
        return True
    return handoff.state is S.WAITING and handoff.answer_by is None


CUSTOMER_SEES = {S.WAITING: "waiting", S.OFFERED: "waiting", S.ACTIVE: "agent"} | dict.fromkeys(
    (S.COLLECTING, S.PROMISED, S.CALLING), "callback"
)


def customer_state(handoff: Handoff | None) -> str:
    """What the customer sees: bot, waiting, agent or callback."""
    return CUSTOMER_SEES.get(handoff.state, BOT) if handoff else BOT


def afresh(handoff: Handoff, facts: Facts, now: datetime) -> Handoff:
    """After a gap of the sweeper's own, or a clock set back: what somebody was to do within minutes starts again when
    it passed, for nobody could do it; and none of it is further away than it ever is. The wait itself goes on."""
    own, answer_by, levels = handoff.own_deadline, handoff.answer_by, facts.levels
    if own is not None and own.kind in RUNNING:
        longest = now + getattr(levels, own.kind.value)
        own = replace(own, at=longest if own.at <= now else min(own.at, longest))
    if answer_by is not None:
        answer_by = min(answer_by, now + levels.answer_by)
    return _with_deadline(replace(handoff, own_deadline=own, answer_by=answer_by))


def edges() -> tuple[tuple[State | None, EventKind, Edge], ...]:
    """Every row of the table, in its order."""
    return tuple((state, kind, edge) for (state, kind), edge in TABLE.items())


def _told(handoff: Handoff) -> tuple[object, ...]:
    """What a notice or an agent's page states; when it changes, older ones are stale."""
    due_at = handoff.promise.due_at if handoff.promise else None
    return handoff.state, handoff.agent, speaker(handoff), due_at


def _heard(handoff: Handoff) -> tuple[object, ...]:
    """What the customer may be told of it; being offered to an agent changes nothing for them."""
    due_at = handoff.promise.due_at if handoff.promise else None
    until_opening = handoff.state is State.WAITING and handoff.answer_by is None
    state = State.WAITING if handoff.state is State.OFFERED else handoff.state
    return state, speaker(handoff), until_opening, due_at


def _with_deadline(handoff: Handoff) -> Handoff:
    first = min(deadlines(handoff), key=lambda deadline: deadline.at, default=None)
    return replace(handoff, deadline=first)


def _finished(letter: str, handoff: Handoff | None, step: Step) -> Transition:
    begins = handoff is None or handoff.state in ENDS
    before = None if begins else handoff
    version = 1 if before is None else before.version + (_told(before) != _told(step.after))
    same = before is not None and _heard(before) == _heard(step.after)
    told = before.told_version if before is not None and same else version
    after = _with_deadline(replace(step.after, version=version, told_version=told))
    effects = (*_control(before, after), *_promise(before, after), *step.effects)
    return Transition(edge=letter, before=handoff, after=after, effects=effects)


def _control(before: Handoff | None, after: Handoff) -> tuple[Effect, ...]:
    if before is not None and speaker(before) == speaker(after):
        return ()
    raised = (Effect(kind=EffectKind.RAISE_EPOCH),)
    from_bot = speaker(before) == BOT
    return (*raised, Effect(kind=EffectKind.CANCEL_BOT_DELIVERIES)) if from_bot else raised


def _promise(before: Handoff | None, after: Handoff) -> tuple[Effect, ...]:
    old, new = before.promise if before else None, after.promise
    if new is None or (old is not None and old.due_at == new.due_at):
        return ()
    return (Effect(kind=EffectKind.MOVE_PROMISE if old else EffectKind.OPEN_PROMISE),)
