"""Which engines a host runs: the current one always, the next one from its tests on, the last one for ten minutes."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.shelf import KEPT
from bot.release.plan import Plan, World, plan, wanted
from tests.support.knowledge import NOW

LATE = NOW + KEPT
SWITCHED: dict[str, Any] = {"current": 2, "previous": 1, "switched_at": NOW}


@pytest.mark.parametrize(
    ("world", "at", "want"),
    [
        ({}, NOW, ()),
        ({"current": 1}, NOW, (1,)),
        (SWITCHED, NOW, (2, 1)),
        (SWITCHED, LATE - timedelta(seconds=1), (2, 1)),
        (SWITCHED, LATE, (2,)),
        ({"current": 1, "next": 2, "step": "lint", "own": True}, NOW, (1,)),
        ({"current": 1, "next": 2, "step": "train", "own": True}, NOW, (1,)),
        ({"current": 1, "next": 2, "step": "test", "own": True}, NOW, (1, 2)),
        ({"current": 1, "next": 2, "step": "compare", "own": False}, NOW, (1,)),
        ({"current": 1, "next": 2, "step": "start", "own": False}, NOW, (1, 2)),
        ({**SWITCHED, "next": 3, "step": "train", "own": True}, NOW, (2, 1)),
        ({**SWITCHED, "next": 3, "step": "test", "own": True}, NOW, (2, 3)),
        ({**SWITCHED, "next": 1, "step": "start", "own": True}, LATE, (2, 1)),
        ({"current": 1, "next": 1, "step": "start", "own": True}, NOW, (1,)),
    ],
)
def test_what_is_wanted(world: dict[str, Any], at: Any, want: tuple[int, ...]) -> None:
    assert wanted(World(**world), at) == want


def test_what_runs_and_is_wanted_is_left_alone() -> None:
    assert plan(World(**SWITCHED), {1, 2}, NOW) == Plan()
    assert plan(World(**SWITCHED), {1, 2}, LATE) == Plan(stop=(1,))
    assert plan(World(current=2), {1}, NOW) == Plan(start=(2,), stop=(1,))


worlds = st.builds(
    World,
    current=st.integers(1, 4),
    previous=st.none() | st.integers(1, 4),
    switched_at=st.none() | st.just(NOW) | st.just(NOW - KEPT),
    next=st.none() | st.integers(1, 4),
    step=st.sampled_from([None, "lint", "train", "test", "compare", "start", "switch"]),
    own=st.booleans(),
)


@given(world=worlds, running=st.sets(st.integers(1, 4)))
def test_the_current_release_is_never_stopped_and_two_at_most_are_left(world: World, running: set[int]) -> None:
    todo = plan(world, running, NOW)
    left = (running | set(todo.start)) - set(todo.stop)
    assert world.current in left
    assert len(left) <= 2
    assert plan(world, left, NOW) == Plan(), "who has done it has nothing more to do"
