"""The report of waits and of reasons: every number against a history that was counted by hand."""

from datetime import timedelta
from typing import Any

import pytest

from handoff import service
from handoff.errors import InvalidInput
from handoff.service.proof import reports
from tests.support.core import WEEK, World
from tests.support.desk import ALWAYS
from tests.support.history import History, asked, local

MONDAY = "2026-11-23"


def waits(world: World, since: str = MONDAY, until: str | None = None, **how: Any) -> Any:
    return reports.read_waits(world.core, asked(since, until, **how), world.now)


def served(history: History, clock: str, seconds: float, *, day: str = MONDAY, language: str = "en") -> str:
    """A case opened then, and taken after so many seconds."""
    history.world.at(local(day, clock))
    reference = history.needs(history.visitor(language))
    history.world.later(seconds=seconds)
    history.takes(reference)
    return reference


def test_median_and_ninetieth_are_waits_that_somebody_had_and_the_share_is_of_all(world: World) -> None:
    history = History.begun(world)
    for minute, seconds in enumerate((10, 20, 30, 40, 50, 60, 70, 80, 90, 400)):
        served(history, f"10:{minute:02}", seconds)
    world.at(local(MONDAY, "12:00"))
    left = history.visitor()
    reference = history.needs(left)
    world.later(minutes=4)
    version = world.case(history.agent, reference).version
    service.withdraw(world.core, left, reference, version, now=world.now)
    found = waits(world).total
    assert (found.cases, found.joined, found.not_reached, found.by_call) == (11, 10, 1, 0)
    assert (found.median, found.ninetieth) == (50, 90)
    assert (found.in_time, found.share) == (9, 81.8)


def test_who_has_waited_less_than_three_minutes_is_not_counted_yet(world: World) -> None:
    history = History.begun(world)
    world.at(local(MONDAY, "10:00"))
    history.needs(history.visitor())
    assert waits(world).total.cases == 0
    world.later(seconds=179)
    assert waits(world).total.cases == 0
    world.later(seconds=1)
    assert (waits(world).total.cases, waits(world).total.share) == (1, 0.0)


def test_exactly_three_minutes_is_in_time_and_a_second_more_is_not(world: World) -> None:
    history = History.begun(world)
    served(history, "10:00", 180)
    served(history, "10:30", 181)
    found = waits(world).total
    assert (found.cases, found.in_time, found.share) == (2, 1, 50.0)


def test_a_callback_is_no_wait_in_the_chat_but_counts_for_the_law(world: World) -> None:
    history = History.begun(world)
    served(history, "10:00", 30)
    world.at(local(MONDAY, "10:10"))
    caller = history.visitor()
    history.needs(caller)
    history.promises(caller)
    world.later(minutes=50)
    history.calls(caller)
    found = waits(world).total
    assert (found.cases, found.joined, found.by_call, found.not_reached) == (2, 1, 1, 0)
    assert (found.median, found.ninetieth) == (30, 30)
    assert found.share == 50.0


def test_what_opens_outside_hours_is_counted_apart(world: World) -> None:
    history = History.begun(world)
    served(history, "08:59", 120)
    served(history, "09:00", 60)
    served(history, "17:59", 60)
    served(history, "18:00", 60)
    found = waits(world).total
    assert (found.cases, found.outside_hours, found.median) == (2, 2, 60)


def test_hours_count_as_they_were_in_force_then(world: World) -> None:
    """Closing early at noon does not make the morning closed, nor does the old plan make the afternoon open."""
    history = History.begun(world)
    store(world, "2026-11-01", hours=WEEK)
    served(history, "11:00", 60)
    store(world, MONDAY, "12:00", hours=WEEK, exceptions=[{"date": MONDAY, "intervals": ["09:00-12:00"]}])
    served(history, "13:00", 60)
    assert (waits(world).total.cases, waits(world).total.outside_hours) == (1, 1)
    store(world, "2026-11-24", hours=ALWAYS)
    assert (waits(world).total.cases, waits(world).total.outside_hours) == (1, 1)


def store(world: World, day: str, clock: str = "00:00", **changes: Any) -> None:
    world.settle(**changes)
    service.save_business(world.core, world.core.business.model_dump(mode="json"), actor="test", now=local(day, clock))


def test_a_day_begins_at_the_midnight_of_the_business(world: World) -> None:
    """23:59:59 in Madrid is 22:59:59 UTC: still that day; a second later is the next."""
    world.settle(hours=ALWAYS)
    history = History.begun(world)
    served(history, "23:59:59", 10)
    served(history, "00:00:00", 20, day="2026-11-24")
    found = waits(world, MONDAY, "2026-11-25")
    assert [(row.key, row.cases, row.median) for row in found.rows] == [
        (MONDAY, 1, 10),
        ("2026-11-24", 1, 20),
        ("2026-11-25", 0, None),
    ]
    assert waits(world, MONDAY).total.cases == 1
    assert waits(world, "2026-11-24").total.cases == 1


def test_the_day_on_which_clocks_go_back_has_25_hours(world: World) -> None:
    """On 25 October 2026 it is twice half past two; the day still ends at its own midnight."""
    world.settle(hours=ALWAYS)
    history = History.begun(world)
    day = "2026-10-25"
    for fold in (0, 1):
        world.at(local(day, "02:30", fold=fold))
        reference = history.needs(history.visitor())
        history.takes(reference)
    served(history, "00:00", 5, day=day)
    served(history, "23:59:59", 5, day=day)
    served(history, "23:59:59", 5, day="2026-10-24")
    found = waits(world, "2026-10-24", "2026-10-26")
    assert [(row.key, row.cases) for row in found.rows] == [("2026-10-24", 1), (day, 4), ("2026-10-26", 0)]


def test_the_day_on_which_clocks_go_forward_has_23_hours(world: World) -> None:
    world.settle(hours=ALWAYS)
    history = History.begun(world)
    day = "2027-03-28"
    served(history, "00:30", 5, day=day)
    served(history, "03:30", 5, day=day)
    served(history, "23:59", 5, day=day)
    served(history, "00:00", 5, day="2027-03-29")
    found = waits(world, day, "2027-03-29")
    assert [(row.key, row.cases, row.outside_hours) for row in found.rows] == [(day, 3, 0), ("2027-03-29", 1, 0)]


def test_it_is_split_and_filtered_by_language_and_channel(world: World) -> None:
    history = History.begun(world)
    served(history, "10:00", 30, language="es")
    served(history, "10:10", 40, language="es")
    served(history, "10:20", 50)
    world.at(local(MONDAY, "10:30"))
    phone = history.texts("+34600000001", "hello")
    reference = history.needs(phone)
    world.later(seconds=70)
    history.takes(reference)
    by_language = {row.key: (row.cases, row.median) for row in waits(world, by="language").rows}
    assert by_language == {"es": (3, 40), "en": (1, 50)}  # a phone whose language is unknown is spoken to in Spanish
    assert {row.key: row.cases for row in waits(world, by="channel").rows} == {"web": 3, "sms": 1}
    assert waits(world, channel="sms").total.median == 70
    assert waits(world, language="es", channel="web").total.cases == 2
    assert waits(world, language="es", channel="email").total.cases == 0


def test_reasons_are_of_every_case_and_the_most_frequent_is_first(world: World) -> None:
    history = History.begun(world)
    served(history, "10:00", 30)
    served(history, "10:10", 30)
    world.at(local(MONDAY, "22:00"))
    history.promises(history.visitor("es"))
    found = reports.read_reasons(world.core, asked(MONDAY), world.now)
    assert [(row.reason, row.cases) for row in found.total] == [("asked_for_person", 2), ("left_message", 1)]
    assert {(row.key, row.reason) for row in found.rows} == {(MONDAY, "asked_for_person"), (MONDAY, "left_message")}
    spanish = reports.read_reasons(world.core, asked(MONDAY, by="language", language="es"), world.now)
    assert [(row.key, row.reason, row.cases) for row in spanish.rows] == [("es", "left_message", 1)]


@pytest.mark.parametrize(
    ("since", "until"), [("2026-11-24", "2026-11-23"), ("2025-11-23", "2026-11-24")], ids=["backwards", "367 days"]
)
def test_a_range_is_bounded(since: str, until: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        asked(since, until)
    assert "until" in refused.value.fields


def test_a_year_is_counted_in_one_go(world: World) -> None:
    history = History.begun(world)
    served(history, "10:00", 30)
    found = waits(world, "2026-01-01", "2026-12-31")
    assert len(found.rows) == 365
    assert found.total.cases == 1
    assert sum(row.cases for row in found.rows) == 1


def test_nothing_is_asked_for_is_the_last_four_weeks(world: World) -> None:
    world.at(local(MONDAY, "00:30"))
    found = reports.asked_for(world.core, None, None, "day", None, None, world.now)
    assert (found.since.isoformat(), found.until.isoformat()) == ("2026-10-27", MONDAY)
    assert found.until - found.since == timedelta(days=27)
