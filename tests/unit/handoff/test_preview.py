"""Hours day by day, as customers meet them."""

from datetime import date

import pytest

from handoff.preview import next_clock_changes, preview_day, preview_days
from tests.support.core import business

CHRISTMAS_EVE = {"date": "2026-12-24", "intervals": ["09:00-13:00"], "name": {"es": "Nochebuena"}}


def test_a_day_says_when_we_are_open_and_by_when_we_call() -> None:
    day = preview_day(business(hours={"mon": ["09:00-14:00", "15:30-19:00"]}), date(2026, 11, 23))
    assert [(span.opens, span.closes, span.minutes) for span in day.spans] == [
        ("09:00", "14:00", 300),
        ("15:30", "19:00", 210),
    ]
    assert day.told == {"es": "el 30 de noviembre antes de las 11:00", "en": "on 30 November by 11:00"}


def test_an_exception_comes_before_a_holiday_and_a_holiday_before_the_weekday() -> None:
    shop = business(
        holidays={"public": True}, exceptions=[CHRISTMAS_EVE, {"date": "2026-12-25", "intervals": ["10:00-12:00"]}]
    )
    eve, christmas, immaculate = (preview_day(shop, date(2026, 12, each)) for each in (24, 25, 8))
    assert (eve.because, eve.names) == ("exception", {"es": "Nochebuena"})
    assert (christmas.because, len(christmas.spans)) == ("exception", 1)
    assert (immaculate.because, immaculate.spans) == ("holiday", ())
    assert immaculate.names == {"es": "Inmaculada Concepción", "en": "Immaculate Conception"}


def test_four_weeks_are_every_day_of_them() -> None:
    days = preview_days(business(), date(2026, 11, 21), 28)
    assert [day.date for day in days] == sorted({day.date for day in days})
    assert days[-1].date == date(2026, 12, 18)


@pytest.mark.parametrize(
    ("on", "before", "after", "minutes", "open_for"),
    [(date(2027, 3, 28), "02:00", "03:00", -60, 5 * 60), (date(2027, 10, 31), "03:00", "02:00", 60, 7 * 60)],
)
def test_a_night_on_which_the_clocks_change_is_as_long_as_it_is(
    on: date, before: str, after: str, minutes: int, open_for: int
) -> None:
    day = preview_day(business(hours={"sun": ["00:00-06:00"]}), on)
    assert day.change is not None
    assert (day.change.before, day.change.after, day.change.minutes) == (before, after, minutes)
    assert day.spans[0].minutes == open_for


def test_hours_that_the_clocks_skip_are_no_hours() -> None:
    assert preview_day(business(hours={"sun": ["02:10-02:50"]}), date(2027, 3, 28)).spans == ()


def test_both_clock_changes_are_found_and_none_where_there_is_none() -> None:
    both = next_clock_changes(business(), date(2026, 11, 21))
    assert [day.date for day in both] == [date(2027, 3, 28), date(2027, 10, 31)]
    assert next_clock_changes(business(time_zone="Asia/Tokyo"), date(2026, 11, 21)) == ()
