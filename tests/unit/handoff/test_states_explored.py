"""Every reachable state of the table, times abstracted away, explored breadth first with the product's own next_state.

An instant keeps only whether it has passed: the state's own deadlines lie an hour ahead, the promise's two, and each
event is tried now, in one hour and in two. What only counts up is cut off where it stops to matter.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pytest

from handoff.errors import Conflict
from handoff.states import (
    ENDS,
    TABLE,
    DeadlineKind,
    Edge,
    Event,
    EventKind,
    Handoff,
    Levels,
    Rung,
    State,
    Transition,
    next_state,
)
from tests.unit.handoff.life import AGENTS, HOUR, NOW, TELLS, TIMERS, check, world

K = EventKind
LEVELS = Levels(ladder=(Rung.AGENTS, Rung.ON_CALL), max_attempts=2)
PEOPLE = (K.ACCEPT, K.CLAIM, K.START_CALL, K.TO_CHAT, K.SEEN, K.AGENT_REPLIES, K.RESOLVE, K.RETURN, K.ATTEMPT_FAILED)
BY_HOURS = {K.OPENING, K.CLOSING}  # when hours were edited meanwhile these change nothing that anybody saw
NAMED = {
    K.OFFER, K.ACCEPT, K.CLAIM, K.START_CALL, K.TO_CHAT, K.DECLINE, K.TRANSFER, K.ATTEMPT_FAILED, K.WRONG_NUMBER,
    K.RESOLVE, K.RETURN, K.MAKE_CALLBACK, K.REASSIGN, K.AGENT_REPLIES, K.SEEN,
}  # fmt: skip


def events(kind: EventKind) -> Iterator[tuple[Event, int]]:
    """Each event in each world, and after how many hours."""
    for hours in (0, 1, 2) if kind in TIMERS else (0, 2):
        for is_open in (True, False):
            for present in (AGENTS, ()):
                facts = world(NOW + hours * HOUR, is_open=is_open, present=present, levels=LEVELS)
                for agent in AGENTS if kind in NAMED else (None,):
                    yield Event(kind=kind, facts=facts, agent=agent), hours
    facts = world(levels=LEVELS)
    if kind in {K.OPEN, K.FORM}:
        yield Event(kind=kind, facts=facts, contact=True), 0
        yield Event(kind=kind, facts=world(is_open=False, levels=LEVELS), contact=True), 0
    if kind is K.TRANSFER:
        yield Event(kind=kind, facts=facts, team="returns"), 0
    if kind in {K.HOURS_EDITED, K.CUSTOMER_MOVES}:
        yield Event(kind=kind, facts=facts, due_at=NOW + 5 * HOUR), 0


EVENTS = [made for kind in EventKind for made in events(kind)]


def abstract(handoff: Handoff) -> Handoff:
    """What of a handoff decides its future; agents are alike, so whoever holds it is the first of them."""
    if handoff.state in ENDS:
        return replace(handoff, version=1, waiting_since=NOW, **ENDED)
    promise = handoff.promise and replace(
        handoff.promise,
        due_at=NOW + 2 * HOUR,
        remind_at=handoff.promise.remind_at and NOW + HOUR,
        attempts=min(handoff.promise.attempts, LEVELS.max_attempts),
        breaches=0,
    )
    return replace(
        handoff,
        version=1,
        waiting_since=NOW,
        deadline=handoff.deadline and replace(handoff.deadline, at=NOW + HOUR, kind=DeadlineKind.ANSWER_BY),
        own_deadline=handoff.own_deadline and replace(handoff.own_deadline, at=NOW + HOUR),
        answer_by=handoff.answer_by and NOW + HOUR,
        agent=handoff.agent and AGENTS[0],
        left_out=frozenset(AGENTS[: len(handoff.left_out)]),
        promise=promise,
        **CUT_OFF,
        unseen=min(handoff.unseen, 1),
    )


# these guard nothing but saying a thing once
CUT_OFF: dict[str, Any] = {
    "front": False, "nudged": False, "team": None, "nobody_told": False, "told_version": 1, "alarms": 0,
}  # fmt: skip
ENDED: dict[str, Any] = CUT_OFF | {"rung": 0, "left_out": frozenset(), "message_asked": False, "unseen": 0} | {
    "customer_waits": True,
}  # fmt: skip


@dataclass
class Explored:
    states: set[Handoff] = field(default_factory=set)
    arrows: dict[Handoff, set[Handoff]] = field(default_factory=dict)
    by_people: dict[Handoff, set[Handoff]] = field(default_factory=dict)
    silent: list[Transition] = field(default_factory=list)
    reached: set[tuple[State | None, EventKind, State]] = field(default_factory=set)

    def visit(self, handoff: Handoff | None) -> Iterator[Handoff]:
        for event, hours in EVENTS:
            now = NOW + hours * HOUR
            try:
                made = next_state(handoff, event, now)
            except Conflict:
                continue
            check(made, event.kind, now)
            after = abstract(made.after)
            self.record(handoff, made, after, event.kind)
            yield after

    def record(self, handoff: Handoff | None, made: Transition, after: Handoff, kind: EventKind) -> None:
        self.reached.add((handoff.state if handoff else None, kind, made.after.state))
        if handoff and handoff.state not in ENDS:
            self.arrows.setdefault(handoff, set()).add(after)
            if kind in PEOPLE:
                self.by_people.setdefault(handoff, set()).add(after)
            if kind in TIMERS - BY_HOURS and not any(effect.kind in TELLS for effect in made.effects):
                self.silent.append(made)


@cache
def explored() -> Explored:
    found = Explored()
    queue: deque[Handoff | None] = deque([None])
    while queue:
        for after in found.visit(queue.popleft()):
            if after not in found.states:
                found.states.add(after)
                queue.append(after)
    return found


def can_reach_an_end(arrows: dict[Handoff, set[Handoff]], states: set[Handoff]) -> set[Handoff]:
    backwards: dict[Handoff, set[Handoff]] = {}
    for before, afters in arrows.items():
        for after in afters:
            backwards.setdefault(after, set()).add(before)
    able = {state for state in states if state.state in ENDS}
    queue = deque(able)
    while queue:
        for before in backwards.get(queue.popleft(), set()) - able:
            able.add(before)
            queue.append(before)
    return able


def rows() -> set[tuple[State | None, EventKind, State]]:
    def row(state: State | None, kind: EventKind, edge: Edge) -> set[tuple[State | None, EventKind, State]]:
        return {(state, kind, target) for target in edge.to}

    return set().union(*(row(state, kind, edge) for (state, kind), edge in TABLE.items()))


@pytest.mark.bar(13)
@pytest.mark.timeout(300)
def test_from_every_open_state_people_at_the_desk_can_reach_an_end() -> None:
    found = explored()
    still_open = {state for state in found.states if state.state not in ENDS}
    assert {state.state for state in found.states} == set(State)
    assert not still_open - can_reach_an_end(found.by_people, found.states)


@pytest.mark.timeout(300)
def test_every_row_of_the_table_is_reached_and_leads_where_it_says() -> None:
    assert rows() - explored().reached == set()
    assert explored().reached <= rows()


@pytest.mark.timeout(300)
def test_no_deadline_passes_in_silence() -> None:
    assert explored().silent == []


@pytest.mark.timeout(300)
def test_no_message_is_unseen_without_a_deadline_over_it() -> None:
    assert all(state.deadline for state in explored().states if state.unseen and state.state is not State.WITHDRAWN)
