"""Check 5: what the customer was last told equals the state, also when everything before it is still queued.

By induction over every transition: if it held before, and what this one tells makes it hold after, it always holds. So
the told fact need not be part of the explored state. The queue is taken at its worst: nothing was sent yet.
"""

from collections.abc import Iterator

from handoff.states import ENDS, EffectKind, Handoff, State, Transition
from tests.faults.explorer.guards import Guards
from tests.faults.explorer.model import NOW

WITH_DUE = frozenset({"promised", "attempt_failed", "callback_by_agent", "promise_missed", "promise_moved"})
WAITING, UNTIL, AGENT, MESSAGE, PROMISED, CALLING = (
    "waiting",
    "until opening",
    "agent",
    "message",
    "promised",
    "calling",
)
ANY = frozenset({WAITING, UNTIL, AGENT, MESSAGE, PROMISED, CALLING})
# what each notice says of how the case stands; those that say nothing of it are not here
SAYS: dict[str, frozenset[str]] = {
    "handoff_waiting": frozenset({WAITING}),
    "handoff_waiting_closed": frozenset({UNTIL}),
    "still_waiting": frozenset({WAITING}),
    "agent_lost": frozenset({WAITING}),
    "transferred": frozenset({WAITING}),
    "nobody_left": frozenset({WAITING}),
    "ask_message": frozenset({MESSAGE}),
    "ask_message_busy": frozenset({MESSAGE}),
    "ask_message_asked": frozenset({MESSAGE}),
    "ask_contact": frozenset({MESSAGE, WAITING, UNTIL}),
    "wrong_number": frozenset({MESSAGE, WAITING, UNTIL}),
    "agent_joined": frozenset({AGENT}),
    "agent_changed": frozenset({AGENT}),
    "agent_calling": frozenset({CALLING}),
    "promised": frozenset({PROMISED}),
    "attempt_failed": frozenset({PROMISED}),
    "callback_by_agent": frozenset({PROMISED}),
    "promise_missed": ANY,  # "a person will get back to you {due}": true wherever a promise stands
    "promise_moved": ANY,
    **{state.value: frozenset({state.value}) for state in ENDS},
}
SAYS_NOTHING = frozenset({"safety", "added_to_case", "case_told", "agent_lost_closed"})
MIGHT_SAY_DUE = WITH_DUE | {"case_told"}


def situation(handoff: Handoff | None) -> tuple[str, str | None]:
    """What a customer may be told of the case: how it stands, and who has it. An offer changes nothing for them."""
    if handoff is None:
        return "bot", None
    if handoff.state is State.WAITING and handoff.answer_by is None:
        return UNTIL, None
    if handoff.state is State.ACTIVE:
        return AGENT, handoff.agent
    names = {State.OFFERED: WAITING, State.COLLECTING: MESSAGE}
    return names.get(handoff.state, handoff.state.value), None


def notices(transition: Transition) -> list[str]:
    return [effect.value for effect in transition.effects if effect.kind is EffectKind.TELL_CUSTOMER]


def false_tellings(guards: Guards, transition: Transition) -> Iterator[str]:
    begins = transition.before is None or transition.before.state in ENDS
    before = None if begins else transition.before
    after, told = transition.after, notices(transition)
    yield from (f"{notice} is unknown to the model" for notice in told if notice not in SAYS.keys() | SAYS_NOTHING)
    yield from _states_it(before, after, told)
    yield from _states_due(before, after, told)
    yield from _promise_closed(transition, before)
    if "wrong_number" in told and (after.contact_known or after.promise):
        yield "told that the contact is wrong, and it is kept"
    yield from _queue(guards, before, after, told)


def _states_it(before: Handoff | None, after: Handoff, told: list[str]) -> Iterator[str]:
    saying = [SAYS[notice] for notice in told if notice in SAYS]
    if not saying and situation(before) != situation(after):
        yield f"now {situation(after)[0]}, and the customer was told nothing of it"
    if saying and situation(after)[0] not in saying[-1]:
        yield f"last told {told}, and it is {situation(after)[0]}"


def _states_due(before: Handoff | None, after: Handoff, told: list[str]) -> Iterator[str]:
    due = after.promise.due_at if after.promise else None
    if WITH_DUE & set(told) and due is None:
        yield "told a due time, and there is no promise"
    if MIGHT_SAY_DUE & set(told) and due is not None and due <= NOW:
        yield f"{told} states a due time that is past"
    entered = after.state is State.PROMISED and (before is None or before.state is not State.PROMISED)
    moved = due is not None and due != _due(before)
    if (entered or moved) and not WITH_DUE & set(told):
        yield "a due time that the customer was not told"


def _promise_closed(transition: Transition, before: Handoff | None) -> Iterator[str]:
    closed = any(effect.kind is EffectKind.CLOSE_PROMISE for effect in transition.effects)
    gone = before is not None and before.promise is not None and transition.after.promise is None
    if closed != gone:
        yield "a promise vanished without being closed" if gone else "a promise that stands was closed"


def _queue(guards: Guards, before: Handoff | None, after: Handoff, told: list[str]) -> Iterator[str]:
    """Notices carry the version at which they were told; what is stale by the new one is never sent."""
    if told and guards.notice_is_stale(after.version, after.told_version):
        yield "what is told now is stale at once and never sent"
    if before is None:
        return
    changed = situation(before) != situation(after) or _due(before) != _due(after)
    earlier_dropped = guards.notice_is_stale(before.version, after.told_version)
    if changed and not earlier_dropped:
        yield "an earlier notice that no longer holds is sent still"
    if earlier_dropped and not any(notice in SAYS for notice in told):
        yield "earlier notices are dropped and nothing is told instead"


def _due(handoff: Handoff | None) -> object:
    return handoff.promise.due_at if handoff and handoff.promise else None
