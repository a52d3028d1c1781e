"""The times that a customer may choose instead: only such as we are open at, whatever the clocks do."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff import hours
from handoff.policy import moved_due
from handoff.slots import AHEAD, say_slot, slots
from tests.support.core import WEEK, business

ANY_DAY = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
WEEKS = [
    WEEK,
    {"mon": ["09:00-14:00", "15:30-19:00"], "sat": ["10:15-10:45"]},
    {day: ["01:30-02:30"] for day in ANY_DAY},
    {"sun": ["00:00-24:00"], "fri": ["22:10-24:00"]},
]


@settings(deadline=None)  # a loaded machine is no fault
@given(
    st.integers(0, 2 * 366 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.sampled_from(WEEKS),
    st.sampled_from(["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Atlantic/Canary"]),
)
def test_each_is_a_time_at_which_a_promise_may_fall_due(now: datetime, week: dict[str, list[str]], zone: str) -> None:
    shop = business(hours=week, time_zone=zone)
    found = slots(shop, now)
    assert list(found) == sorted(set(found))
    for at in found:
        assert at >= hours.add_business_time(shop, now, shop.callback.within)
        assert at <= now + AHEAD
        assert moved_due(shop, at, now) == at


def test_the_night_on_which_the_clock_skips_an_hour_offers_it_once() -> None:
    shop = business(hours={"sun": ["01:00-05:00"]}, callback={"within": "1s"})
    found = slots(shop, datetime(2027, 3, 27, 12, 0, tzinfo=UTC))
    said = [say_slot(at, shop.time_zone, "en")[1] for at in found if at.day == 28]
    assert said == ["03:00", "04:00", "05:00"]  # 02:00 is 03:00 that night


def test_the_night_on_which_an_hour_comes_twice_offers_it_once() -> None:
    shop = business(hours={"sun": ["01:00-05:00"]}, callback={"within": "1s"})
    found = slots(shop, datetime(2026, 10, 24, 12, 0, tzinfo=UTC))
    said = [say_slot(at, shop.time_zone, "en")[1] for at in found if at.day == 25]
    assert said == ["02:00", "03:00", "04:00", "05:00"]


def test_an_interval_that_the_clock_skips_offers_nothing() -> None:
    shop = business(hours={"sun": ["02:00-03:00"], "mon": ["09:00-10:00"]}, callback={"within": "1s"})
    found = slots(shop, datetime(2027, 3, 27, 12, 0, tzinfo=UTC))
    assert [at.date().isoformat() for at in found] == ["2027-03-29", "2027-04-04", "2027-04-05"]


@pytest.mark.parametrize(
    ("language", "said"), [("en", ("Sunday 22 November", "24:00")), ("es", ("domingo 22 de noviembre", "24:00"))]
)
def test_by_midnight_belongs_to_the_day_that_it_ends(language: str, said: tuple[str, str]) -> None:
    assert say_slot(datetime(2026, 11, 22, 23, 0, tzinfo=UTC), "Europe/Madrid", language) == said


def test_a_business_that_never_opens_offers_nothing() -> None:
    shop = business()
    first = datetime(2026, 11, 22, tzinfo=UTC)
    closed = [{"date": (first + timedelta(days=n)).date().isoformat(), "intervals": []} for n in range(80)]
    assert slots(business(exceptions=closed), first) == ()
    assert slots(shop, first) != ()
