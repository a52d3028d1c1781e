"""Edge x: hours are edited while promises stand; they move, and the customers hear of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from handoff import service
from handoff.errors import Unavailable
from handoff.service import CallbackForm, CoreBox
from handoff.service.base.core import Work
from handoff.service.cases import holding
from handoff.service.cases.holding import Case
from handoff.service.sweep import rehours
from handoff.sweeper import Sweeper
from tests.support.core import SUNDAY_NIGHT, WEEK, World, business

FORM = CallbackForm(message="call me", phone="+34600111222")
MONDAY = {"date": "2026-11-23", "intervals": [], "name": {"es": "Fiesta", "en": "Holiday"}}


def promised(world: World) -> str:
    """A conversation with a callback promised for Monday at 11:00 in Madrid."""
    conversation = world.at(SUNDAY_NIGHT).visit()
    brief = service.submit_form(world.core, conversation, FORM, now=world.now)
    assert brief.due_at is not None
    assert brief.due_at.isoformat() == "2026-11-23T10:00:00+00:00"
    return conversation


def due_of(world: World, conversation: str) -> str:
    handoff = service.read_conversation(world.core, conversation, now=world.now).handoff
    assert handoff is not None
    assert handoff.due_at is not None
    return handoff.due_at.isoformat()


def test_a_holiday_moves_the_promises_that_fall_on_it_and_tells_once(world: World) -> None:
    conversation = promised(world)
    world.settle(exceptions=[MONDAY])
    assert service.follow_hours(world.core, world.now) == 1
    assert service.follow_hours(world.core, world.now) == 0
    assert due_of(world, conversation) == "2026-11-24T10:00:00+00:00"
    assert world.notices(conversation)[-1] == "promise_moved"
    assert world.notices(conversation).count("promise_moved") == 1


def test_a_promise_inside_the_new_hours_stays(world: World) -> None:
    conversation = promised(world)
    world.settle(hours=WEEK | {"sat": ["09:00-12:00"]})
    assert service.follow_hours(world.core, world.now) == 0
    assert due_of(world, conversation) == "2026-11-23T10:00:00+00:00"


@pytest.mark.parametrize("restarted", [False, True], ids=["the same sweeper", "a sweeper after a crash"])
def test_the_sweeper_follows_new_settings(world: World, restarted: bool) -> None:
    conversation = promised(world)
    box = CoreBox(world.core)
    sweeper = Sweeper(box, lambda: world.now)
    sweeper.tick(world.now)
    box.core = replace(box.core, business=business(exceptions=[MONDAY]))
    if restarted:
        sweeper = Sweeper(box, lambda: world.now)
    sweeper.tick(world.later(seconds=1))
    assert due_of(world, conversation) == "2026-11-24T10:00:00+00:00"


def test_with_no_opening_planned_at_all_the_promise_stands(world: World) -> None:
    conversation = promised(world)
    first = date(2026, 11, 22)
    exceptions = [{"date": (first + timedelta(days=n)).isoformat(), "intervals": []} for n in range(70)]
    world.settle(exceptions=exceptions)
    assert service.follow_hours(world.core, world.now) == 0
    assert due_of(world, conversation) == "2026-11-23T10:00:00+00:00"


@pytest.mark.parametrize("trouble", [Unavailable(), RuntimeError("a broken row")], ids=["database away", "broken case"])
def test_what_could_not_be_followed_is_followed_by_the_next_tick(
    world: World, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    """The database may be away for the moment in which the hours are edited."""
    first, second = promised(world), promised(world)
    box = CoreBox(world.core)
    sweeper = Sweeper(box, lambda: world.now)
    sweeper.tick(world.now)
    box.core = replace(box.core, business=business(exceptions=[MONDAY]))
    with monkeypatch.context() as broken:
        broken.setattr(rehours, "open_case", failing_once(trouble))
        sweeper.tick(world.later(seconds=1))
    sweeper.tick(world.later(seconds=1))
    assert {due_of(world, first), due_of(world, second)} == {"2026-11-24T10:00:00+00:00"}
    assert [world.notices(each).count("promise_moved") for each in (first, second)] == [1, 1]


def failing_once(trouble: Exception) -> Callable[[Work, str], Case]:
    left = [trouble]

    def open_case(unit: Work, reference: str) -> Case:
        if left:
            raise left.pop()
        return holding.open_case(unit, reference)

    return open_case
