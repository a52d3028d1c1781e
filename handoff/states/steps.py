"""Entering a state: what each state needs to be true, and what the customer hears on the way in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handoff.states.types import (
    HELD_STATES,
    Deadline,
    DeadlineKind,
    Effect,
    EffectKind,
    Event,
    Facts,
    Handoff,
    Promise,
    Rung,
    State,
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """What an edge decides; version, deadline, epoch and promise effects follow from it."""

    after: Handoff
    effects: tuple[Effect, ...] = ()

    def also(self, *effects: Effect) -> "Step":
        return Step(after=self.after, effects=self.effects + effects)

    def first(self, *effects: Effect) -> "Step":
        return Step(after=self.after, effects=effects + self.effects)


def tell(notice: str) -> Effect:
    return Effect(kind=EffectKind.TELL_CUSTOMER, value=notice)


def tell_agent(agent: str | None, alert: str) -> tuple[Effect, ...]:
    return (Effect(kind=EffectKind.TELL_AGENT, value=alert, agent=agent),) if agent else ()


def tell_agents(alert: str) -> Effect:
    return Effect(kind=EffectKind.TELL_AGENTS, value=alert)


def tell_supervisor(alert: str) -> Effect:
    return Effect(kind=EffectKind.TELL_SUPERVISOR, value=alert)


def tell_on_call(alert: str) -> Effect:
    return Effect(kind=EffectKind.TELL_ON_CALL, value=alert)


_TELLS = {Rung.ON_CALL: tell_on_call, Rung.SUPERVISOR: tell_supervisor, Rung.AGENTS: tell_agents}


def tell_rung(handoff: Handoff, facts: Facts, alert: str) -> tuple[Effect, ...]:
    """Those whom the ladder has reached, and always the desk."""
    reached = facts.levels.reached(handoff.rung)
    return tuple(dict.fromkeys((tell_agents(alert), *(_TELLS[rung](alert) for rung in reached))))


def close_promise(handoff: Handoff, how: str) -> tuple[Effect, ...]:
    return (Effect(kind=EffectKind.CLOSE_PROMISE, value=how),) if handoff.promise else ()


def deadlines(handoff: Handoff) -> Iterator[Deadline]:
    """Every deadline that runs now; the handoff's is the earliest."""
    if handoff.own_deadline:
        yield handoff.own_deadline
    if handoff.answer_by:
        yield Deadline(at=handoff.answer_by, kind=DeadlineKind.ANSWER_BY)
    if handoff.promise:
        yield Deadline(at=handoff.promise.due_at, kind=DeadlineKind.DUE_AT)
        if handoff.promise.remind_at:
            yield Deadline(at=handoff.promise.remind_at, kind=DeadlineKind.REMIND_AT)


def entering(handoff: Handoff, state: State, own: Deadline | None, **changes: object) -> Handoff:
    """`handoff` in `state`, with what belongs to the old state laid down."""
    held = state in HELD_STATES or state is State.OFFERED
    cleared: dict[str, object] = {
        "agent": handoff.agent if held else None,
        "answer_by": None,
        "collecting_for_hour": False,
        "wrote_during_call": False,
        "nudged": False,
    }
    return replace(handoff, state=state, own_deadline=own, **{**cleared, **changes})  # type: ignore[arg-type]


def climb(handoff: Handoff, facts: Facts) -> Handoff:
    """One rung up, never beyond the top and never down; whoever was left out is forgiven."""
    rung = max(handoff.rung, min(handoff.rung + 1, facts.levels.top_rung))
    return replace(handoff, rung=rung, left_out=frozenset())


def leave_out(handoff: Handoff, agent: str | None) -> Handoff:
    return replace(handoff, left_out=handoff.left_out | {agent}) if agent else handoff


def remind_at(due_at: datetime, before: timedelta, now: datetime) -> datetime:
    """`before` the due time, or half-way when that is past."""
    wanted = due_at - before
    return wanted if wanted > now else now + (due_at - now) / 2


def due(promise: Promise | None, at: datetime, facts: Facts, now: datetime) -> Promise:
    """`promise` (or a new one) falling due at `at`."""
    remind = remind_at(at, facts.levels.remind_before, now)
    return replace(promise, due_at=at, remind_at=remind) if promise else Promise(due_at=at, remind_at=remind)


def to_waiting(handoff: Handoff, facts: Facts, now: datetime, *, answer_by: datetime | None = None) -> Step:
    """In hours, in the queue; what comes first of answer-by and closing time moves it on."""
    closing = Deadline(at=facts.next_closing, kind=DeadlineKind.CLOSING) if facts.next_closing else None
    by = answer_by or now + facts.levels.answer_by
    return Step(after=entering(handoff, State.WAITING, closing, answer_by=by))


def to_waiting_until_opening(handoff: Handoff, facts: Facts) -> Step:
    own = Deadline(at=facts.next_opening, kind=DeadlineKind.OPENING)
    return Step(after=entering(handoff, State.WAITING, own), effects=(tell("handoff_waiting_closed"),))


def to_offered(handoff: Handoff, event: Event, now: datetime, *, answer_by: datetime) -> Step:
    own = Deadline(at=now + event.facts.levels.accept_by, kind=DeadlineKind.ACCEPT_BY)
    after = entering(handoff, State.OFFERED, own, agent=event.agent, answer_by=answer_by, nobody_told=False)
    return Step(after=after, effects=tell_agent(event.agent, "offered"))


def collecting_by(facts: Facts, now: datetime, *, for_hour: bool) -> Deadline:
    """Collect-by; when we take a message because of the hour, opening time if that is earlier."""
    by = now + facts.levels.collect_by
    if for_hour and facts.next_opening < by:
        return Deadline(at=facts.next_opening, kind=DeadlineKind.OPENING)
    return Deadline(at=by, kind=DeadlineKind.COLLECT_BY)


def to_collecting(handoff: Handoff, facts: Facts, now: datetime, *, notice: str, for_hour: bool = False) -> Step:
    own = collecting_by(facts, now, for_hour=for_hour)
    after = entering(handoff, State.COLLECTING, own, message_asked=True, collecting_for_hour=for_hour)
    return Step(after=after, effects=(tell(notice),))


def to_promised(handoff: Handoff, facts: Facts, now: datetime, *, notice: str = "promised") -> Step:
    """The open promise stands, else a new one is made. One that is already past due is breached here and now."""
    if handoff.promise and handoff.promise.due_at <= now:
        step = breach(handoff, handoff.promise, facts, now)
        return Step(after=entering(step.after, State.PROMISED, None), effects=step.effects)
    promise = handoff.promise or due(None, facts.next_due, facts, now)
    after = entering(handoff, State.PROMISED, None, promise=promise)
    return Step(after=after, effects=(tell(notice),))


def breach(handoff: Handoff, missed: Promise, facts: Facts, now: datetime) -> Step:
    """The promise was missed: a new due time, an apology, one rung up."""
    promise = due(missed, facts.next_due, facts, now)
    after = replace(climb(handoff, facts), promise=replace(promise, breaches=promise.breaches + 1))
    alerts = (*tell_rung(after, facts, "promise_missed"), tell_supervisor("promise_missed"))
    return Step(after=after, effects=(tell("promise_missed"), *dict.fromkeys(alerts)))


def to_active(handoff: Handoff, agent: str, facts: Facts, now: datetime, *, notice: str = "agent_joined") -> Step:
    own = active_by(waits=True, facts=facts, now=now)
    after = entering(
        handoff,
        State.ACTIVE,
        own,
        agent=agent,
        front=False,
        customer_waits=True,
        nobody_told=False,
        left_out=handoff.left_out - {agent},
    )
    return Step(after=after, effects=(tell(notice),))


def active_by(*, waits: bool, facts: Facts, now: datetime) -> Deadline:
    """Reply-by while the customer waits, else idle-by."""
    if waits:
        return Deadline(at=now + facts.levels.reply_by, kind=DeadlineKind.REPLY_BY)
    return Deadline(at=now + facts.levels.idle_by, kind=DeadlineKind.IDLE_BY)


def to_end(handoff: Handoff, state: State, *, how: str, notice: str) -> Step:
    """One of the four ends; an open promise closes with it."""
    after = entering(handoff, state, None, promise=None, front=False)
    return Step(after=after, effects=(*close_promise(handoff, how), tell(notice)))


def take_message(handoff: Handoff, facts: Facts, now: datetime, *, notice: str, for_hour: bool) -> Step | None:
    """Nobody can come now: the open promise, else a message, else a promise; None when there is no way to call."""
    if handoff.promise:
        return to_promised(handoff, facts, now)
    if not handoff.message_asked:
        return to_collecting(handoff, facts, now, notice=notice, for_hour=for_hour)
    if handoff.contact_known:
        return to_promised(handoff, facts, now)
    return None


def route(
    handoff: Handoff, facts: Facts, now: datetime, *, notice: str = "", answer_by: datetime | None = None
) -> Step:
    """The one rule for "back to the queue"; `notice` is said when that is the queue in hours."""
    if facts.open_now:
        step = to_waiting(handoff, facts, now, answer_by=answer_by)
        return step.also(tell(notice)) if notice else step
    step_closed = take_message(handoff, facts, now, notice="ask_message", for_hour=True)
    return step_closed or to_waiting_until_opening(handoff, facts)
