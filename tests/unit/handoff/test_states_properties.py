"""Random walks through the table: whatever happens in whatever order, what must hold holds."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from handoff.errors import Conflict
from handoff.states import ENDS, Event, EventKind, Facts, Handoff, Levels, Rung, State, Urgency, next_state
from tests.unit.handoff.life import AGENTS, MINUTE, NOW, check

# A walk of 25 events takes minutes to shrink, and the time limit would hide what was found: it is shown as it is.
settings.register_profile("walk", deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target))
WALK = settings.get_profile("walk")

ahead = st.integers(1, 2000).map(lambda minutes: minutes * MINUTE)
agents = st.sampled_from((None, *AGENTS))
ladders = st.lists(st.sampled_from(Rung), min_size=1, max_size=3).map(tuple)
levels = st.builds(Levels, ladder=ladders, max_attempts=st.integers(1, 3))


@st.composite
def worlds(draw: st.DrawFn, now: datetime) -> Facts:
    is_open = draw(st.booleans())
    return Facts(
        open_now=is_open,
        next_opening=now if is_open else now + draw(ahead),
        next_due=now + draw(ahead),
        next_closing=now + draw(ahead) if is_open and draw(st.booleans()) else None,
        levels=draw(levels),
        present=draw(st.frozensets(st.sampled_from(AGENTS))),
    )


@st.composite
def events(draw: st.DrawFn, now: datetime, kinds: st.SearchStrategy[EventKind]) -> Event:
    return Event(
        kind=draw(kinds),
        facts=draw(worlds(now)),
        agent=draw(agents),
        by=draw(agents),
        team=draw(st.sampled_from((None, "returns"))),
        contact=draw(st.booleans()),
        unseen=draw(st.integers(0, 2)),
        urgency=draw(st.sampled_from((None, *Urgency))),
        due_at=now + draw(st.integers(-100, 3000)) * MINUTE if draw(st.booleans()) else None,
    )


def kinds_from(handoff: Handoff | None) -> st.SearchStrategy[EventKind]:
    """Mostly what comes next by itself, and what the state knows; sometimes anything at all."""
    everything = st.sampled_from(EventKind)
    if handoff is None or handoff.deadline is None:
        return st.sampled_from((EventKind.OPEN, EventKind.FORM)) | everything
    return st.just(EventKind(handoff.deadline.kind.value)) | everything | everything


def walk(data: st.DataObject, steps: int) -> tuple[Handoff | None, datetime]:
    handoff: Handoff | None = None
    now = NOW
    for _ in range(steps):
        now += data.draw(st.sampled_from((0, 1, 4, 20, 200, 3000))) * timedelta(minutes=0.5)
        event = data.draw(events(now, kinds_from(handoff)))
        with suppress(Conflict):
            made = next_state(handoff, event, now)
            check(made, event.kind, now)
            handoff = made.after
    return handoff, now


@pytest.mark.bar(13)
@settings(WALK, max_examples=80)
@given(st.data())
def test_what_must_hold_holds_after_each_step_of_any_walk(data: st.DataObject) -> None:
    walk(data, 25)


@pytest.mark.bar(13)
@settings(WALK, max_examples=50)
@given(st.data())
def test_a_passed_deadline_is_never_refused_and_the_sweep_of_one_instant_ends(data: st.DataObject) -> None:
    handoff, now = walk(data, 12)
    assume(handoff is not None and handoff.state not in ENDS)
    now += data.draw(ahead)
    facts = data.draw(worlds(now))
    for _ in range(8):
        if handoff is None or handoff.deadline is None or handoff.deadline.at > now:
            return
        event = Event(kind=EventKind(handoff.deadline.kind.value), facts=facts)
        made = next_state(handoff, event, now)
        check(made, event.kind, now)
        handoff = made.after
    pytest.fail("the sweep of one instant does not come to rest")


@pytest.mark.bar(13)
@settings(WALK, max_examples=50)
@given(st.data())
def test_time_alone_never_ends_a_handoff(data: st.DataObject) -> None:
    handoff, now = walk(data, 8)
    assume(handoff is not None and handoff.state not in ENDS)
    for _ in range(15):
        assert handoff
        assert handoff.deadline
        now = max(now, handoff.deadline.at)
        event = Event(kind=EventKind(handoff.deadline.kind.value), facts=data.draw(worlds(now)))
        handoff = next_state(handoff, event, now).after
        assert handoff.state not in ENDS


@settings(WALK, max_examples=50)
@given(st.data())
def test_the_form_is_accepted_after_any_walk(data: st.DataObject) -> None:
    handoff, now = walk(data, 10)
    event = data.draw(events(now, st.just(EventKind.FORM)))
    made = next_state(handoff, event, now)
    check(made, event.kind, now)
    assert made.after.state not in ENDS
    assert made.after.unseen > 0


@settings(WALK, max_examples=50)
@given(st.data())
def test_withdraw_is_accepted_while_it_is_open(data: st.DataObject) -> None:
    handoff, now = walk(data, 10)
    assume(handoff is not None and handoff.state not in ENDS)
    event = data.draw(events(now, st.just(EventKind.WITHDRAW)))
    assert next_state(handoff, event, now).after.state is State.WITHDRAWN
