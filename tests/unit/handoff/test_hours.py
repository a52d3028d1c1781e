"""Business time: opening intervals, exceptions, holidays, and the nights on which the clock changes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff import hours
from handoff.errors import NaiveDatetime
from handoff.policy import Business, parse_business

OFFICE = {day: ["09:00-14:00", "15:30-19:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
NIGHTS = {day: ["00:00-06:00", "22:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
ALWAYS = {day: ["00:00-24:00"] for day in NIGHTS}
MINUTE = timedelta(minutes=1)


def business(week: Mapping[str, list[str]] = OFFICE, zone: str = "Europe/Madrid", **more: Any) -> Business:
    plain = {"name": "Shop", "languages": ["es", "en"], "time_zone": zone, "country": "ES"}
    return parse_business(plain | {"holidays": {"public": False}, "hours": week} | more)


def local(zone: str, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)  # type: ignore[misc,arg-type]


def madrid(*parts: int, fold: int = 0) -> datetime:
    return local("Europe/Madrid", *parts, fold=fold)


@pytest.mark.parametrize(
    ("at", "opening", "closing"),
    [
        ((2026, 11, 20, 8, 59), (2026, 11, 20, 9), (2026, 11, 20, 14)),
        ((2026, 11, 20, 9, 0), (2026, 11, 20, 9), (2026, 11, 20, 14)),
        ((2026, 11, 20, 14, 0), (2026, 11, 20, 15, 30), (2026, 11, 20, 19)),
        ((2026, 11, 20, 19, 0), (2026, 11, 23, 9), (2026, 11, 23, 14)),
        ((2026, 11, 20, 16, 0), (2026, 11, 20, 16), (2026, 11, 20, 19)),
    ],
)
def test_opening_and_closing(at: tuple[int, ...], opening: tuple[int, ...], closing: tuple[int, ...]) -> None:
    shop = business()
    assert hours.next_opening(shop, madrid(*at)) == madrid(*opening)
    assert hours.next_closing(shop, madrid(*at)) == madrid(*closing)
    assert hours.is_open(shop, madrid(*at)) == (madrid(*at) == madrid(*opening))


def test_a_span_over_midnight_closes_once() -> None:
    shop = business(NIGHTS)
    assert hours.next_closing(shop, madrid(2026, 11, 20, 23)) == madrid(2026, 11, 21, 6)


def test_a_business_that_never_closes_has_no_closing() -> None:
    shop = business(ALWAYS)
    assert hours.is_open(shop, madrid(2026, 11, 22, 3))
    assert hours.next_closing(shop, madrid(2026, 11, 22, 3)) is None


def test_exceptions_come_before_holidays_and_holidays_before_the_week() -> None:
    special = [{"date": "2026-12-08", "intervals": ["10:00-12:00"]}, {"date": "2026-12-09", "intervals": []}]
    shop = business(holidays={"public": True}, region="MD", exceptions=special)
    assert [str(interval) for interval in hours.intervals_on(shop, date(2026, 12, 25))] == []
    assert len(hours.intervals_on(shop, date(2026, 12, 8))) == 1
    assert hours.intervals_on(shop, date(2026, 12, 9)) == ()
    assert len(hours.intervals_on(shop, date(2026, 12, 10))) == 2


def test_the_region_has_its_own_holidays() -> None:
    madrid_day = date(2025, 5, 2)
    assert hours.intervals_on(business(holidays={"public": True}, region="MD"), madrid_day) == ()
    assert hours.intervals_on(business(holidays={"public": True}), madrid_day) != ()


def test_business_time_goes_over_the_break_the_night_and_the_weekend() -> None:
    shop = business()
    assert hours.add_business_time(shop, madrid(2026, 11, 20, 13), timedelta(hours=2)) == madrid(2026, 11, 20, 16, 30)
    assert hours.add_business_time(shop, madrid(2026, 11, 20, 18), timedelta(hours=2)) == madrid(2026, 11, 23, 10)
    assert hours.add_business_time(shop, madrid(2026, 11, 21, 18), timedelta(hours=1)) == madrid(2026, 11, 23, 10)


@pytest.mark.bar(15)
@pytest.mark.parametrize(
    ("zone", "night", "shift"),
    [
        ("Europe/Madrid", (2026, 3, 29), -1),
        ("Europe/Madrid", (2026, 10, 25), 1),
        ("America/New_York", (2026, 3, 8), -1),
        ("America/New_York", (2026, 11, 1), 1),
        ("America/Mexico_City", (2026, 4, 5), 0),  # Mexico gave up changing the clock in 2022
        ("America/Mexico_City", (2022, 4, 3), -1),
    ],
)
def test_a_night_on_which_the_clock_changes_has_as_many_hours_as_it_has(
    zone: str, night: tuple[int, int, int], shift: int
) -> None:
    shop = business(NIGHTS, zone)
    opens, closes = local(zone, *night), local(zone, *night, 6)
    assert hours.next_closing(shop, opens) == closes
    assert closes - opens == timedelta(hours=6 + shift)
    assert hours.add_business_time(shop, opens, timedelta(hours=6 + shift)) == closes
    evening = local(zone, *night, 22)
    assert hours.add_business_time(shop, opens, timedelta(hours=6 + shift, minutes=1)) == evening + MINUTE


def test_an_opening_that_the_clock_skips_is_the_instant_of_the_change() -> None:
    shop = business({"sun": ["02:30-05:00"]})
    assert hours.next_opening(shop, madrid(2026, 3, 28, 12)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_an_interval_within_the_skipped_hour_does_not_exist_that_day() -> None:
    shop = business({"sun": ["02:15-02:45"]})
    assert hours.next_opening(shop, madrid(2026, 3, 28, 12)) == madrid(2026, 4, 5, 2, 15)


def test_an_hour_that_comes_twice_opens_once() -> None:
    shop = business({"sun": ["02:30-02:45"]})
    assert hours.next_opening(shop, madrid(2026, 10, 24, 12)) == madrid(2026, 10, 25, 2, 30, fold=0)
    assert not hours.is_open(shop, madrid(2026, 10, 25, 2, 35, fold=1))


def test_midnight_that_the_clock_skips() -> None:
    shop = business({"sun": ["00:00-03:00"]}, "America/Havana")
    assert hours.next_opening(shop, datetime(2026, 3, 7, 20, tzinfo=UTC)) == datetime(2026, 3, 8, 5, tzinfo=UTC)


def test_no_opening_within_sixty_days_is_an_error_and_not_a_loop() -> None:
    first = date(2026, 11, 20)
    closed = [{"date": first + timedelta(days=days), "intervals": []} for days in range(80)]
    shop = business(exceptions=closed)
    at = madrid(2026, 11, 20, 10)
    with pytest.raises(hours.NoOpening):
        hours.next_opening(shop, at)
    with pytest.raises(hours.NoOpening):
        hours.add_business_time(shop, at, timedelta(hours=1))
    assert not hours.is_open(shop, at)


def test_the_last_closing_before_sixty_closed_days_is_known() -> None:
    closed = [{"date": date(2026, 11, 21) + timedelta(days=days), "intervals": []} for days in range(80)]
    assert hours.next_closing(business(exceptions=closed), madrid(2026, 11, 20, 16)) == madrid(2026, 11, 20, 19)


def test_a_datetime_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveDatetime):
        hours.next_opening(business(), datetime(2026, 11, 20, 10))  # noqa: DTZ001


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, list[str]]:
    return {day: _clocks(draw(_marks)) for day in NIGHTS} | {"wed": ["01:30-02:30", "10:00-11:15"]}


_marks = st.lists(st.integers(0, 96), unique=True, max_size=6).map(sorted)


def _clocks(marks: list[int]) -> list[str]:
    times = [f"{mark // 4:02}:{mark % 4 * 15:02}" for mark in marks]
    return [f"{start}-{end}" for start, end in zip(times[::2], times[1::2], strict=False)]


# both clock changes of each zone lie within these days
STARTS = {
    "Europe/Madrid": (datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)),
    "America/New_York": (datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC)),
    "America/Mexico_City": (datetime(2022, 4, 1, tzinfo=UTC), datetime(2022, 10, 28, tzinfo=UTC)),
}
moments = st.sampled_from(sorted(STARTS)).flatmap(
    lambda zone: st.tuples(
        st.just(zone),
        st.sampled_from(STARTS[zone]),
        st.integers(0, 4 * 1440),
    )
)


def open_minutes(shop: Business, at: datetime, enough: int) -> datetime:
    """By brute force: step through the minutes; a date's clock counts as the latest time that it has shown."""
    zone = ZoneInfo(shop.time_zone)
    shown: dict[date, int] = {}
    instant, passed = at - timedelta(days=2), 0
    while passed < enough:
        wall = instant.astimezone(zone)
        shown[wall.date()] = max(shown.get(wall.date(), 0), wall.hour * 60 + wall.minute)
        now_shown = shown[wall.date()]
        is_open = any(span.start <= now_shown < span.end for span in shop.hours.on(wall.weekday()))
        instant += MINUTE
        passed += is_open and instant > at
    return instant


@settings(max_examples=60, deadline=None)
@given(weeks(), moments, st.integers(1, 600))
def test_business_time_agrees_with_stepping_through_the_minutes(
    week: dict[str, list[str]], moment: tuple[str, datetime, int], minutes: int
) -> None:
    zone, start, offset = moment
    shop, at = business(week, zone), start + offset * MINUTE
    assert hours.add_business_time(shop, at, minutes * MINUTE) == open_minutes(shop, at, minutes)


@settings(max_examples=100, deadline=None)
@given(weeks(), moments, st.integers(0, 3000), st.integers(0, 600))
def test_business_time_never_goes_back(
    week: dict[str, list[str]], moment: tuple[str, datetime, int], later: int, more: int
) -> None:
    zone, start, offset = moment
    shop, at, span = business(week, zone), start + offset * MINUTE, timedelta(hours=2)
    due = hours.add_business_time(shop, at, span)
    assert due >= at + span
    assert hours.add_business_time(shop, at + later * MINUTE, span) >= due
    assert hours.add_business_time(shop, at, span + more * MINUTE) >= due


@settings(max_examples=100, deadline=None)
@given(weeks(), moments, st.integers(1, 600))
def test_what_is_due_falls_within_open_hours(
    week: dict[str, list[str]], moment: tuple[str, datetime, int], minutes: int
) -> None:
    zone, start, offset = moment
    shop, at = business(week, zone), start + offset * MINUTE
    due = hours.add_business_time(shop, at, minutes * MINUTE)
    assert hours.is_open(shop, due - timedelta(seconds=1))


@settings(max_examples=100, deadline=None)
@given(weeks(), moments)
def test_opening_and_closing_bound_the_open_hours(
    week: dict[str, list[str]], moment: tuple[str, datetime, int]
) -> None:
    zone, start, offset = moment
    shop, at = business(week, zone), start + offset * MINUTE
    opening, closing = hours.next_opening(shop, at), hours.next_closing(shop, at)
    assert at <= opening
    assert hours.is_open(shop, opening)
    if closing is not None:
        assert opening < closing
        assert not hours.is_open(shop, closing)
