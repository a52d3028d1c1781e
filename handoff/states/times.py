"""Edges that time causes: deadlines, opening and closing, lost presence, edited hours."""

from dataclasses import replace
from datetime import datetime

from handoff.errors import TransitionRefused
from handoff.states.people import agent_lost, call_lost, lose_offer
from handoff.states.steps import (
    Step,
    active_by,
    breach,
    climb,
    collecting_by,
    deadlines,
    due,
    route,
    take_message,
    tell,
    tell_agent,
    tell_agents,
    tell_on_call,
    tell_rung,
    tell_supervisor,
    to_waiting,
    to_waiting_until_opening,
)
from handoff.states.types import Deadline, DeadlineKind, Event, Facts, Handoff, State


def check_passed(handoff: Handoff, kind: DeadlineKind, now: datetime) -> None:
    if not any(deadline.kind is kind and deadline.at <= now for deadline in deadlines(handoff)):
        raise TransitionRefused("This deadline has not passed.")


def check_this_agent(handoff: Handoff, event: Event) -> None:
    if event.agent is not None and event.agent != handoff.agent:
        raise TransitionRefused("This agent does not have the case.")


def accept_by(handoff: Handoff, event: Event, now: datetime) -> Step:
    check_passed(handoff, DeadlineKind.ACCEPT_BY, now)
    return offered_gone(handoff, event, now)


def offered_gone(handoff: Handoff, event: Event, now: datetime) -> Step:
    check_this_agent(handoff, event)
    return lose_offer(handoff, event.facts, now).also(*tell_agent(handoff.agent, "offer_ended"))


def answer_by(handoff: Handoff, event: Event, now: datetime) -> Step:
    """One rung up; from the top on a message is taken, and where none can be, the alarm sounds again."""
    check_passed(handoff, DeadlineKind.ANSWER_BY, now)
    at_top = handoff.rung >= event.facts.levels.top_rung
    higher = climb(handoff, event.facts)
    if handoff.state is State.WAITING and not event.facts.open_now:
        return route(higher, event.facts, now).also(tell_agents("answer_by_missed"))
    if not at_top:
        return keep_waiting(higher, event.facts, now, alert="answer_by_missed")
    step = take_message(higher, event.facts, now, notice="ask_message_busy", for_hour=False)
    if step is None:
        return sound_alarm(higher, event.facts, now)
    freed = tell_agent(handoff.agent, "offer_ended")
    return step.also(*freed, tell_agents("answer_by_missed"), tell_supervisor("answer_by_missed"))


def keep_waiting(handoff: Handoff, facts: Facts, now: datetime, *, alert: str) -> Step:
    after = replace(handoff, answer_by=now + facts.levels.answer_by)
    return Step(after=after, effects=(tell("still_waiting"), *tell_rung(after, facts, alert)))


def sound_alarm(handoff: Handoff, facts: Facts, now: datetime) -> Step:
    """At the top with no way to call: people hear it each period, the customer the 1st, 2nd, 4th, 8th time."""
    after = replace(handoff, answer_by=now + facts.levels.answer_by, alarms=handoff.alarms + 1)
    told = (tell("still_waiting"),) if after.alarms & (after.alarms - 1) == 0 else ()
    return Step(after=after, effects=(*told, tell_agents("alarm"), tell_on_call("alarm"), tell_supervisor("alarm")))


def reply_by(handoff: Handoff, event: Event, now: datetime) -> Step:
    check_passed(handoff, DeadlineKind.REPLY_BY, now)
    return active_gone(handoff, event, now)


def active_gone(handoff: Handoff, event: Event, now: datetime) -> Step:
    check_this_agent(handoff, event)
    return agent_lost(handoff, event.facts, now)


def idle_by(handoff: Handoff, event: Event, now: datetime) -> Step:
    """The agent is nudged, then the supervisor."""
    check_passed(handoff, DeadlineKind.IDLE_BY, now)
    after = replace(handoff, nudged=True, own_deadline=active_by(waits=False, facts=event.facts, now=now))
    told = (tell_supervisor("idle"),) if handoff.nudged else tell_agent(handoff.agent, "idle")
    return Step(after=after, effects=told)


def call_by(handoff: Handoff, event: Event, now: datetime) -> Step:
    check_passed(handoff, DeadlineKind.CALL_BY, now)
    return calling_gone(handoff, event, now)


def calling_gone(handoff: Handoff, event: Event, now: datetime) -> Step:
    check_this_agent(handoff, event)
    return call_lost(handoff, event.facts, now)


def collect_by(handoff: Handoff, event: Event, now: datetime) -> Step:
    """No message came: the open promise or a promise to the known contact, else the queue."""
    check_passed(handoff, DeadlineKind.COLLECT_BY, now)
    promised = take_message(handoff, event.facts, now, notice="", for_hour=False)
    return promised or route(handoff, event.facts, now, notice="still_waiting")


def remind(handoff: Handoff, event: Event, now: datetime) -> Step:
    check_passed(handoff, DeadlineKind.REMIND_AT, now)
    if handoff.promise is None:
        raise TransitionRefused("No callback is promised.")
    if handoff.promise.due_at <= now:  # nobody looked in time: "due soon" would be false
        return breach(handoff, handoff.promise, event.facts, now)
    after = replace(handoff, promise=replace(handoff.promise, remind_at=None))
    return Step(after=after, effects=(tell_agents("promise_due_soon"),))


def due_at(handoff: Handoff, event: Event, now: datetime) -> Step:
    check_passed(handoff, DeadlineKind.DUE_AT, now)
    if handoff.promise is None:
        raise TransitionRefused("No callback is promised.")
    return breach(handoff, handoff.promise, event.facts, now)


def opening(handoff: Handoff, event: Event, now: datetime) -> Step:
    """WAITING until opening, COLLECTING because of the hour: to the queue; a holiday meanwhile moves the opening."""
    by_hour = handoff.collecting_for_hour or (handoff.state is State.WAITING and handoff.answer_by is None)
    if not by_hour:
        raise TransitionRefused("This case does not wait for opening time.")
    if event.facts.open_now:
        return to_waiting(handoff, event.facts, now).also(tell("handoff_waiting"), tell_agents("opened"))
    if handoff.state is State.WAITING:
        return to_waiting_until_opening(handoff, event.facts)
    own = collecting_by(event.facts, now, for_hour=True)
    return Step(after=replace(handoff, own_deadline=own))


def closing(handoff: Handoff, event: Event, now: datetime) -> Step:
    """WAITING in hours: route; when closing time was moved, wait on."""
    if handoff.answer_by is None:
        raise TransitionRefused("This case waits for opening time already.")
    return route(handoff, event.facts, now, answer_by=handoff.answer_by)


def nobody_left(handoff: Handoff, event: Event, _now: datetime) -> Step:
    if not event.facts.open_now or handoff.nobody_told:
        raise TransitionRefused("The customer knows already, or it is outside opening hours.")
    if handoff.answer_by is None:
        raise TransitionRefused("This case waits for opening time; it comes to the queue first.")
    after = replace(handoff, nobody_told=True)
    told = (tell("nobody_left"), tell_on_call("nobody_left"), tell_supervisor("nobody_left"))
    return Step(after=after, effects=told)


def hours_edited(handoff: Handoff, event: Event, now: datetime) -> Step:
    """The promise moves to `event.due_at`; who waits by the hour is routed by the new hours."""
    promise = handoff.promise
    if promise is None or event.due_at is None or event.due_at == promise.due_at:
        return follow_hours(handoff, event, now)
    if min(event.due_at, promise.due_at) <= now:  # what is overdue was missed, and due-at says so
        return follow_hours(handoff, event, now)
    moved = replace(handoff, promise=due(promise, event.due_at, event.facts, now))
    step = follow_hours(moved, event, now)
    others = (effect for effect in step.effects if effect != tell("promised"))  # one time is told, and once
    return Step(after=step.after, effects=(*others, tell("promise_moved")))


def customer_moves(handoff: Handoff, event: Event, now: datetime) -> Step:
    """The customer's own choice of another time; agents are told, and what was tried to call starts afresh."""
    if handoff.promise is None:
        raise TransitionRefused("No callback is promised.")
    if event.due_at is None or event.due_at <= now:
        raise TransitionRefused("Choose a time that is still to come.")
    moved = due(replace(handoff.promise, attempts=0), event.due_at, event.facts, now)
    calls = tell_agent(handoff.agent, "moved_by_customer") if handoff.state is State.CALLING else ()
    told = (tell("promise_moved"), *calls, tell_agents("promise_moved"))
    return Step(after=replace(handoff, promise=moved), effects=told)


def follow_hours(handoff: Handoff, event: Event, now: datetime) -> Step:
    if handoff.state is State.WAITING and handoff.answer_by is not None:
        return closing(handoff, event, now)
    opening_at = Deadline(at=event.facts.next_opening, kind=DeadlineKind.OPENING)
    waits = handoff.state is State.WAITING and handoff.own_deadline != opening_at
    if waits or (event.facts.open_now and (handoff.collecting_for_hour or handoff.state is State.WAITING)):
        return opening(handoff, event, now)
    return Step(after=handoff)
