"""Shifts: written, read, and whether one runs now."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.shifts import DAYS, format_shift, in_shift, parse_shift, shift_ended
from tests.support.core import business

SHOP = business()
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)  # 01:00 in Madrid
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - aware by timezones
quarters = st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(sorted)


@st.composite
def written(draw: st.DrawFn) -> str:
    parts = []
    for day in draw(st.lists(st.sampled_from(DAYS), min_size=1, unique=True)):
        marks = draw(quarters)
        pairs = zip(marks[::2], marks[1::2], strict=False)
        said = [f"{a // 4:02}:{a % 4 * 15:02}-{b // 4:02}:{b % 4 * 15:02}" for a, b in pairs]
        parts.append(f"{day} {' '.join(said)}")
    return ", ".join(sorted(parts, key=lambda part: DAYS.index(part[:3])))


@given(written())
def test_what_is_written_is_what_is_read(said: str) -> None:
    assert format_shift(parse_shift(said)) == said


@given(written(), instants)
def test_a_shift_either_runs_or_has_ended_before_now(said: str, now: datetime) -> None:
    week = parse_shift(said)
    ended = shift_ended(week, SHOP, now)
    if in_shift(week, SHOP, now):
        assert ended is None
    else:
        assert ended is not None
        assert ended <= now
        assert in_shift(week, SHOP, ended - timedelta(seconds=1))


def test_days_may_be_named_together_and_an_interval_may_follow_a_comma() -> None:
    assert format_shift(parse_shift("Mon-Tue 09:00-14:00, 15:30-19:00, fri 09:00-15:00")) == (
        "mon 09:00-14:00 15:30-19:00, tue 09:00-14:00 15:30-19:00, fri 09:00-15:00"
    )


def test_without_a_shift_all_opening_hours_are_theirs() -> None:
    assert in_shift(None, SHOP, MONDAY)
    assert shift_ended(None, SHOP, MONDAY) is None
    assert format_shift(None) == ""


def test_a_shift_is_by_the_business_clock_and_ends_at_its_end() -> None:
    week = parse_shift("mon 09:00-14:00")
    opens = MONDAY.replace(hour=8)
    assert [in_shift(week, SHOP, opens + timedelta(hours=hours)) for hours in (-0.01, 0, 4.99, 5)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "said", ["", "mon", "09:00-14:00", "mon 14:00-09:00", "xyz 09:00-10:00", "fri-mon 09:00-10:00"]
)
def test_what_is_no_shift_says_what_to_mend(said: str) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        parse_shift(said)
