"""Shifts: the weekly hours in which an agent is offered cases. Pure; written and kept like opening hours."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from handoff.business import Business, Week
from handoff.hours import Span, reached

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = re.compile(r"([a-z]+)(?:-([a-z]+))?")


def parse_shift(said: str) -> Week:
    """`said` such as "mon-thu 09:00-14:00 15:30-19:00, fri 09:00-15:00"; raises ValueError with what to mend."""
    week: dict[str, list[str]] = {}
    days: tuple[str, ...] = ()
    for part in said.lower().split(","):
        for word in part.split():
            if found := _DAY.fullmatch(word):
                days = _days(found[1], found[2] or found[1])
                continue
            if not days:
                raise ValueError(f'{word!r} has no day before it; write it as "mon 09:00-14:00"')
            for day in days:
                week.setdefault(day, []).append(word)
    try:
        return Week.model_validate(week)
    except ValidationError as exc:
        raise ValueError("; ".join(_mend(error) for error in exc.errors(include_url=False))) from exc


def _days(first: str, last: str) -> tuple[str, ...]:
    for name in (first, last):
        if name not in DAYS:
            raise ValueError(f"{name!r} is not a day; write one of {', '.join(DAYS)}")
    start, end = DAYS.index(first), DAYS.index(last)
    if end < start:
        raise ValueError(f"{first}-{last} runs backwards; name the days in the order of the week")
    return DAYS[start : end + 1]


def _mend(error: object) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")  # type: ignore[index]
    where = str(error["loc"][0]) if error["loc"] else ""  # type: ignore[index]
    return f"{where}: {message}".removeprefix(": ")


def format_shift(shift: Week | None) -> str:
    """As `parse_shift` reads it; empty for all opening hours."""
    days = shift.model_dump(mode="json") if shift else {}
    return ", ".join(f"{day} {' '.join(days[day])}" for day in DAYS if days.get(day))


def in_shift(shift: Week | None, business: Business, now: datetime) -> bool:
    """Whether `now` is in the shift, by the business's clock; without a shift that is always so."""
    return shift is None or any(start <= now < end for start, end in _spans(shift, business, now, days=1))


def shift_ended(shift: Week | None, business: Business, now: datetime) -> datetime | None:
    """When the newest shift ended, within a week; None in a shift, and for who has none."""
    if shift is None or in_shift(shift, business, now):
        return None
    return max((end for _, end in _spans(shift, business, now, days=7) if end <= now), default=None)


def _spans(shift: Week, business: Business, now: datetime, *, days: int) -> Iterator[Span]:
    """The shift's spans of today and of `days` before it."""
    zone = ZoneInfo(business.time_zone)
    today = now.astimezone(zone).date()
    for back in range(days + 1):
        day = today - timedelta(days=back)
        for interval in shift.on(day.weekday()):
            yield reached(day, interval.start, zone), reached(day, interval.end, zone)
