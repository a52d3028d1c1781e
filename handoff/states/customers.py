"""Edges that the customer causes: open, write, the form, ask again, withdraw."""

from dataclasses import replace
from datetime import datetime

from handoff.states.steps import (
    Step,
    active_by,
    breach,
    route,
    tell,
    tell_agent,
    tell_agents,
    tell_on_call,
    tell_supervisor,
    to_collecting,
    to_end,
    to_promised,
    to_waiting,
)
from handoff.states.types import Deadline, Effect, Event, Handoff, State, Urgency

RANK = {Urgency.NORMAL: 0, Urgency.HIGH: 1, Urgency.SAFETY: 2}


def new_handoff(before: Handoff | None, event: Event, now: datetime) -> Handoff:
    """A fresh obligation; of an ended one only the way to call back is known still."""
    return Handoff(
        state=State.WAITING,
        version=0,
        urgency=event.urgency or Urgency.NORMAL,
        waiting_since=min(event.since or now, now),
        deadline=None,
        contact_known=event.contact or (before is not None and before.contact_known),
        unseen=event.unseen,
    )


def open_new(before: Handoff | None, event: Event, now: datetime) -> Step:
    fresh = new_handoff(before, event, now)
    step = route(fresh, event.facts, now, notice="handoff_waiting").also(tell_agents("opened"))
    if fresh.urgency is Urgency.SAFETY:
        step = step.first(tell("safety")).also(tell_on_call("safety"), tell_supervisor("safety"))
    return step


def open_by_message(before: Handoff | None, event: Event, now: datetime) -> Step:
    """After UNREACHABLE any message needs a person."""
    return open_new(before, replace(event, unseen=max(event.unseen, 1)), now)


def open_again(handoff: Handoff, event: Event, now: datetime) -> Step:
    """More evidence; a higher urgency shortens answer-by and is never lowered."""
    urgency = event.urgency or handoff.urgency
    if RANK[urgency] <= RANK[handoff.urgency]:
        return Step(after=handoff)
    sooner = now + event.facts.levels.answer_by
    answer_by = min(handoff.answer_by, sooner) if handoff.answer_by else None
    after = replace(handoff, urgency=urgency, answer_by=answer_by)
    danger = (tell("safety"), tell_on_call("safety"), tell_supervisor("safety"))
    told = danger if urgency is Urgency.SAFETY else ()
    return Step(after=after, effects=(*told, tell_agents("more_urgent")))


def open_with_form(before: Handoff | None, event: Event, now: datetime) -> Step:
    fresh = new_handoff(before, replace(event, unseen=max(event.unseen, 1)), now)
    if fresh.contact_known:
        return to_promised(replace(fresh, message_asked=True), event.facts, now).also(tell_agents("opened"))
    return to_collecting(fresh, event.facts, now, notice="ask_contact").also(tell_agents("opened"))


def with_message(handoff: Handoff, event: Event) -> Handoff:
    """One more message for people to see; what was tried to reach the customer starts afresh."""
    promise = replace(handoff.promise, attempts=0) if handoff.promise else None
    return replace(
        handoff, unseen=handoff.unseen + 1, contact_known=handoff.contact_known or event.contact, promise=promise
    )


def form(handoff: Handoff, event: Event, now: datetime) -> Step:
    """COLLECTING, WAITING, OFFERED: a promise is made, or stands; without a way to call we ask for one."""
    filled = replace(with_message(handoff, event), message_asked=True)
    freed = tell_agent(handoff.agent, "offer_ended")
    if filled.contact_known or filled.promise:
        return to_promised(filled, event.facts, now).also(*freed, tell_agents("form"))
    if handoff.state is State.COLLECTING:
        step = to_collecting(filled, event.facts, now, notice="ask_contact", for_hour=handoff.collecting_for_hour)
        return step.also(tell_agents("form"))
    return Step(after=filled, effects=(tell("ask_contact"), tell_agents("form")))


def form_added(handoff: Handoff, event: Event, now: datetime) -> Step:
    """ACTIVE, CALLING, PROMISED: added to the case, and said so."""
    step = customer_writes(handoff, event, now)
    return step.first(tell("added_to_case")) if handoff.state is State.ACTIVE else step


def customer_writes(handoff: Handoff, event: Event, now: datetime) -> Step:
    written = with_message(handoff, event)
    if handoff.state is State.ACTIVE:
        own = running_reply_by(handoff, event, now)
        after = replace(written, customer_waits=True, own_deadline=own)
        return Step(after=after, effects=tell_agent(handoff.agent, "customer_wrote"))
    if handoff.state is State.CALLING:
        written = replace(written, wrote_during_call=True)
    return Step(after=written, effects=acknowledged(handoff))


def running_reply_by(handoff: Handoff, event: Event, now: datetime) -> Deadline | None:
    if handoff.customer_waits:
        return handoff.own_deadline
    return active_by(waits=True, facts=event.facts, now=now)


def acknowledged(handoff: Handoff) -> tuple[Effect, ...]:
    """In hours the queue needs no answer to each line; everywhere else the message is said to be added."""
    if handoff.answer_by:
        return (tell_agents("customer_wrote"),)
    return (tell("added_to_case"), tell_agents("customer_wrote"))


def ask_callback(handoff: Handoff, event: Event, now: datetime) -> Step:
    freed = tell_agent(handoff.agent, "offer_ended")
    return to_collecting(handoff, event.facts, now, notice="ask_message_asked").also(*freed)


def ask_again(handoff: Handoff, event: Event, now: datetime) -> Step:
    """In hours back to the queue with the promise kept open; else told how things stand, never a past due time."""
    if event.facts.open_now and handoff.state in {State.COLLECTING, State.PROMISED}:
        return to_waiting(handoff, event.facts, now).also(tell("handoff_waiting"), tell_agents("asked_again"))
    if handoff.promise and handoff.promise.due_at <= now:
        return breach(handoff, handoff.promise, event.facts, now)
    return Step(after=handoff, effects=(tell("case_told"),))


def withdraw(handoff: Handoff, _event: Event, _now: datetime) -> Step:
    told = tell_agent(handoff.agent, "withdrawn")
    return to_end(handoff, State.WITHDRAWN, how="withdrawn", notice="withdrawn").also(*told)
