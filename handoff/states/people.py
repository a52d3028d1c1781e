"""Edges that people at the desk cause: offer, claim, call, transfer, and the ends that agents give."""

from dataclasses import replace
from datetime import datetime

from handoff.errors import AlreadyHeld, AtCapacity, TransitionRefused, UnseenMessages
from handoff.states.steps import (
    Step,
    active_by,
    close_promise,
    due,
    entering,
    leave_out,
    route,
    tell,
    tell_agent,
    tell_agents,
    tell_supervisor,
    to_active,
    to_end,
    to_offered,
    to_promised,
    to_waiting,
)
from handoff.states.types import Deadline, DeadlineKind, Effect, EffectKind, Event, Facts, Handoff, State

TAKE_ALL = Effect(kind=EffectKind.TAKE_ALL)


def check_named(event: Event) -> str:
    if event.agent is None:
        raise TransitionRefused("Say which agent this is about.")
    return event.agent


def check_room(event: Event) -> str:
    agent = check_named(event)
    if agent not in event.facts.present:
        raise AtCapacity
    return agent


def check_holder(handoff: Handoff, event: Event) -> str:
    agent = check_named(event)
    if agent != handoff.agent:
        raise AlreadyHeld
    return agent


def check_seen(handoff: Handoff) -> None:
    if handoff.unseen:
        raise UnseenMessages


def offer(handoff: Handoff, event: Event, now: datetime) -> Step:
    agent = check_named(event)
    if not event.facts.open_now or handoff.answer_by is None:
        raise TransitionRefused("Nobody is offered a case outside opening hours.")
    if agent not in event.facts.present:
        raise TransitionRefused("This agent is not present with room.")
    if agent in handoff.left_out:
        raise TransitionRefused("This agent was just left out; offer it to another.")
    return to_offered(handoff, event, now, answer_by=handoff.answer_by)


def accept(handoff: Handoff, event: Event, now: datetime) -> Step:
    check_holder(handoff, event)
    return to_active(handoff, check_room(event), event.facts, now).also(TAKE_ALL)


def claim(handoff: Handoff, event: Event, now: datetime) -> Step:
    agent = check_room(event)
    others = tell_agent(handoff.agent, "offer_ended") if handoff.agent != agent else ()
    return to_active(handoff, agent, event.facts, now).also(*others, TAKE_ALL)


def claim_held(handoff: Handoff, event: Event, _now: datetime) -> Step:
    raise AlreadyHeld("You hold this chat already." if handoff.agent == event.agent else None)


def start_call(handoff: Handoff, event: Event, now: datetime) -> Step:
    if not handoff.contact_known:
        raise TransitionRefused("There is no way to call this customer; claim the chat instead.")
    agent = check_room(event)
    own = Deadline(at=now + event.facts.levels.call_by, kind=DeadlineKind.CALL_BY)
    after = entering(handoff, State.CALLING, own, agent=agent, nobody_told=False)
    return Step(after=after, effects=(tell("agent_calling"),))


def to_chat(handoff: Handoff, event: Event, now: datetime) -> Step:
    return to_active(handoff, check_holder(handoff, event), event.facts, now)


def decline(handoff: Handoff, event: Event, now: datetime) -> Step:
    check_holder(handoff, event)
    return lose_offer(handoff, event.facts, now)


def lose_offer(handoff: Handoff, facts: Facts, now: datetime) -> Step:
    """The same place in the queue, answer-by running on, that agent left out."""
    silent = leave_out(handoff, handoff.agent)
    return route(silent, facts, now, answer_by=handoff.answer_by)


def transfer(handoff: Handoff, event: Event, now: datetime) -> Step:
    if event.by is not None and event.by != handoff.agent:
        raise AlreadyHeld
    told = (tell("transferred"), tell_agents("transferred"))
    if event.agent is None:
        return transfer_to_team(handoff, event, now).also(*told)
    if event.agent == handoff.agent:
        raise TransitionRefused("This agent holds the chat already.")
    if event.agent not in event.facts.present:
        raise TransitionRefused("This agent is not present with room; choose another or a team.")
    answer_by = now + event.facts.levels.answer_by
    return to_offered(replace(handoff, customer_waits=True), event, now, answer_by=answer_by).also(*told)


def transfer_to_team(handoff: Handoff, event: Event, now: datetime) -> Step:
    """Whoever passes it on is not the one to be offered it next."""
    if event.team is None:
        raise TransitionRefused("Say to which agent or team it goes.")
    if not event.facts.open_now:
        raise TransitionRefused("No team is there outside opening hours; make it a callback instead.")
    passed = leave_out(replace(handoff, team=event.team, customer_waits=True), handoff.agent)
    return to_waiting(passed, event.facts, now)


def reassign(handoff: Handoff, event: Event, now: datetime) -> Step:
    if event.agent == handoff.agent:
        raise TransitionRefused("This agent holds the chat already.")
    before, agent = handoff.agent, check_room(event)
    own = active_by(waits=handoff.customer_waits, facts=event.facts, now=now)
    after = entering(handoff, State.ACTIVE, own, agent=agent)
    alerts = (*tell_agent(before, "reassigned_away"), *tell_agent(agent, "reassigned_to"))
    return Step(after=after, effects=(tell("agent_changed"), *alerts))


def make_callback(handoff: Handoff, event: Event, now: datetime) -> Step:
    check_holder(handoff, event)
    if not handoff.contact_known:
        raise TransitionRefused("There is no way to call this customer; ask for a phone number or e-mail first.")
    return to_promised(handoff, event.facts, now, notice="callback_by_agent")


def resolve(handoff: Handoff, event: Event, _now: datetime) -> Step:
    check_holder(handoff, event)
    check_seen(handoff)
    return to_end(handoff, State.RESOLVED, how="kept", notice="resolved")


def return_to_bot(handoff: Handoff, event: Event, _now: datetime) -> Step:
    check_holder(handoff, event)
    check_seen(handoff)
    return to_end(handoff, State.RETURNED, how="kept", notice="returned").also(Effect(kind=EffectKind.SET_WATERMARK))


def attempt_failed(handoff: Handoff, event: Event, now: datetime) -> Step:
    """A message since the call began brings the customer back; else another attempt, until they are used up."""
    check_holder(handoff, event)
    if handoff.promise is None:
        raise TransitionRefused("No callback is promised.")
    if handoff.wrote_during_call:
        back = replace(handoff, promise=replace(handoff.promise, attempts=0))
        return route(back, event.facts, now, notice="handoff_waiting")
    attempts = handoff.promise.attempts + 1
    if attempts >= event.facts.levels.max_attempts and not handoff.unseen:
        return to_end(handoff, State.UNREACHABLE, how="unreachable", notice="unreachable")
    at = max(event.facts.next_due, handoff.promise.due_at)  # never before the time that the customer chose
    again = due(replace(handoff.promise, attempts=attempts), at, event.facts, now)
    return to_promised(replace(handoff, promise=again), event.facts, now, notice="attempt_failed")


def wrong_number(handoff: Handoff, event: Event, now: datetime) -> Step:
    check_holder(handoff, event)
    dropped = replace(handoff, contact_known=False, promise=None)
    return route(dropped, event.facts, now).first(*close_promise(handoff, "void"), tell("wrong_number"))


def agent_replies(handoff: Handoff, event: Event, now: datetime) -> Step:
    """The customer has their word; messages that came meanwhile (`event.unseen`) keep reply-by running."""
    check_holder(handoff, event)
    waits = event.unseen > 0
    own = handoff.own_deadline if waits else active_by(waits=False, facts=event.facts, now=now)
    after = replace(handoff, unseen=event.unseen, customer_waits=waits, own_deadline=own, nudged=False)
    return Step(after=after, effects=(Effect(kind=EffectKind.MARK_SEEN),))


def seen(handoff: Handoff, event: Event, _now: datetime) -> Step:
    if handoff.state is not State.PROMISED:
        check_holder(handoff, event)
    after = replace(handoff, unseen=min(handoff.unseen, event.unseen))
    return Step(after=after, effects=(Effect(kind=EffectKind.MARK_SEEN),))


def agent_lost(handoff: Handoff, facts: Facts, now: datetime) -> Step:
    """To the front, the silent agent left out; customer and supervisor told. Nobody else takes it out of hours."""
    silent = leave_out(replace(handoff, front=True, customer_waits=True), handoff.agent)
    notice = "agent_lost" if facts.open_now else "agent_lost_closed"
    told = (tell(notice), tell_supervisor("agent_lost"), *tell_agent(handoff.agent, "chat_taken_away"))
    return route(silent, facts, now).first(*told)


def call_lost(handoff: Handoff, facts: Facts, now: datetime) -> Step:
    told = (tell_supervisor("call_lost"), *tell_agent(handoff.agent, "call_taken_away"))
    return to_promised(handoff, facts, now).also(*told)
