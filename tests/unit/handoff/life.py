"""What the tests of the table share: a small world, and what must hold after every transition."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handoff.states import (
    ENDS,
    TABLE,
    DeadlineKind,
    Effect,
    EffectKind,
    Event,
    EventKind,
    Facts,
    Handoff,
    Levels,
    State,
    Transition,
    customer_state,
    next_state,
    speaker,
)

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AGENTS = ("ana", "ben")
WITH_DUE = frozenset({"promised", "attempt_failed", "callback_by_agent", "promise_missed", "promise_moved"})
NOTICES = WITH_DUE | frozenset(
    """handoff_waiting handoff_waiting_closed still_waiting safety ask_message ask_message_busy ask_message_asked
    ask_contact added_to_case case_told agent_joined agent_changed agent_lost agent_lost_closed agent_calling
    transferred nobody_left wrong_number resolved returned withdrawn unreachable""".split()
)
END_LETTERS = {State.RESOLVED: "l", State.RETURNED: "m", State.WITHDRAWN: "n", State.UNREACHABLE: "j"}
TIMERS = frozenset(EventKind(kind.value) for kind in DeadlineKind)
TELLS = frozenset(
    {
        EffectKind.TELL_CUSTOMER,
        EffectKind.TELL_AGENT,
        EffectKind.TELL_AGENTS,
        EffectKind.TELL_ON_CALL,
        EffectKind.TELL_SUPERVISOR,
    }
)
LEVELS = Levels()


def world(now: datetime = NOW, *, is_open: bool = True, present: Iterable[str] = AGENTS, **more: Any) -> Facts:
    plain: dict[str, Any] = {
        "open_now": is_open,
        "next_opening": now if is_open else now + 12 * HOUR,
        "next_due": now + (2 * HOUR if is_open else 14 * HOUR),
        "present": frozenset(present),
    }
    return Facts(**plain | more)


def event(kind: EventKind, facts: Facts | None = None, /, **more: Any) -> Event:
    return Event(kind=kind, facts=facts or world(), **more)


def go(
    handoff: Handoff | None, kind: EventKind, now: datetime = NOW, *, facts: Facts | None = None, **more: Any
) -> Transition:
    """Move on, and check what must always hold."""
    made = next_state(handoff, event(kind, facts or world(now), **more), now)
    check(made, kind, now)
    return made


def told(transition: Transition, kind: EffectKind = EffectKind.TELL_CUSTOMER) -> list[str]:
    return [effect.value for effect in transition.effects if effect.kind is kind]


def has(transition: Transition, kind: EffectKind, value: str = "") -> bool:
    return Effect(kind=kind, value=value) in transition.effects


def fired(handoff: Handoff, **facts: Any) -> Transition:
    """The next deadline passes."""
    assert handoff.deadline
    at = handoff.deadline.at
    return go(handoff, EventKind(handoff.deadline.kind.value), at, facts=world(at, **facts))


def check(made: Transition, kind: EventKind, now: datetime) -> None:
    check_row(made, kind)
    check_shape(made.after)
    check_tellings(made, now)
    begins = made.before is None or made.before.state in ENDS
    if begins:
        assert made.after.version == 1
        assert has(made, EffectKind.RAISE_EPOCH)
        assert has(made, EffectKind.CANCEL_BOT_DELIVERIES)
    elif made.before:
        check_change(made, made.before, kind, now)


def check_row(made: Transition, kind: EventKind) -> None:
    edge = TABLE[made.before.state if made.before else None, kind]
    assert made.edge == edge.letter
    assert made.after.state in edge.to
    if made.after.state in ENDS:
        assert made.edge == END_LETTERS[made.after.state]


def check_shape(handoff: Handoff) -> None:
    ended = handoff.state in ENDS
    assert (handoff.deadline is None) == ended
    runs = [handoff.own_deadline.at] if handoff.own_deadline else []
    runs += [handoff.answer_by] if handoff.answer_by else []
    if handoff.promise:
        runs += [handoff.promise.due_at] + ([handoff.promise.remind_at] if handoff.promise.remind_at else [])
    assert ended == (not runs)
    assert ended or (handoff.deadline is not None and handoff.deadline.at == min(runs))
    assert (handoff.agent is not None) == (handoff.state in {State.OFFERED, State.ACTIVE, State.CALLING})
    assert handoff.promise or handoff.state not in {State.PROMISED, State.CALLING}
    assert handoff.answer_by or handoff.state is not State.OFFERED
    assert handoff.contact_known or handoff.state is not State.CALLING


def check_tellings(made: Transition, now: datetime) -> None:
    notices = told(made)
    assert set(notices) <= NOTICES
    promise = made.after.promise
    before = made.before.promise if made.before else None
    if set(notices) & WITH_DUE:
        assert promise
        assert promise.due_at > now, "a due time that is past was told"
    if promise and (not before or before.due_at != promise.due_at):
        assert set(notices) & WITH_DUE, "a due time changed and nobody was told"
    came = made.before is None or made.before.state is not made.after.state
    if came and made.after.state is State.PROMISED:
        assert len(WITH_DUE & set(notices)) == 1
    if customer_state(made.before) != customer_state(made.after):
        assert notices, "the customer sees another state and was told nothing"
    assert all(bool(effect.agent) == (effect.kind is EffectKind.TELL_AGENT) for effect in made.effects)


def check_change(made: Transition, before: Handoff, kind: EventKind, now: datetime) -> None:
    after = made.after
    other_holder = (before.state, before.agent) != (after.state, after.agent)
    assert after.version - before.version in ({1} if other_holder else {0, 1})
    assert after.waiting_since == before.waiting_since
    assert after.rung >= before.rung
    assert has(made, EffectKind.RAISE_EPOCH) == (speaker(before) != speaker(after))
    check_promise(made, before)
    if after.unseen < before.unseen:
        assert kind in {EventKind.SEEN, EventKind.AGENT_REPLIES}
    if after.state in ENDS - {State.WITHDRAWN}:
        assert not before.unseen
    if kind in TIMERS and after.state is before.state:
        assert after.deadline
        assert after.deadline.at > now or after.deadline.kind != kind.value, "it fires again at once"


def check_promise(made: Transition, before: Handoff) -> None:
    old, new = before.promise, made.after.promise
    assert has(made, EffectKind.OPEN_PROMISE) == (old is None and new is not None)
    assert has(made, EffectKind.MOVE_PROMISE) == bool(old and new and old.due_at != new.due_at)
    assert bool(told(made, EffectKind.CLOSE_PROMISE)) == bool(old and not new)
    assert not (old and new) or new.breaches >= old.breaches


# Handoffs to begin a test with.


def at_top(handoff: Handoff) -> Handoff:
    return replace(handoff, rung=LEVELS.top_rung)


def deadline_of(handoff: Handoff) -> tuple[str, datetime]:
    assert handoff.deadline
    return handoff.deadline.kind.value, handoff.deadline.at


def waiting(**more: Any) -> Handoff:
    return go(None, EventKind.OPEN, **more).after


def offered(**more: Any) -> Handoff:
    return go(waiting(**more), EventKind.OFFER, agent="ana").after


def active(**more: Any) -> Handoff:
    return go(waiting(**more), EventKind.CLAIM, agent="ana").after


def collecting(**more: Any) -> Handoff:
    return go(None, EventKind.OPEN, facts=world(is_open=False), **more).after


def promised(**more: Any) -> Handoff:
    return go(collecting(**more), EventKind.FORM, facts=world(is_open=False), contact=True).after


def calling(**more: Any) -> Handoff:
    seen = go(promised(**more), EventKind.SEEN).after
    return go(seen, EventKind.START_CALL, agent="ana").after


def until_opening() -> Handoff:
    """Asked, no contact, closed: the queue until the next opening."""
    return go(replace(waiting(), message_asked=True), EventKind.CLOSING, facts=world(is_open=False)).after
