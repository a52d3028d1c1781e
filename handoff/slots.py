"""Times that a customer may choose for a callback: full hours of business time at which we are open. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from handoff import hours
from handoff.intervals import Interval

if TYPE_CHECKING:
    from handoff.business import Business

AHEAD = timedelta(days=10)
HOUR = 60


def slots(business: "Business", now: datetime) -> tuple[datetime, ...]:
    """Each is a time by which we call: as early as a promise made now, within 10 days; none when nothing opens."""
    try:
        earliest = hours.add_business_time(business, now, business.callback.within)
    except hours.NoOpening:
        return ()
    zone = ZoneInfo(business.time_zone)
    first = earliest.astimezone(zone).date() - timedelta(days=1)
    days = (first + timedelta(days=n) for n in range(AHEAD.days + 3))
    found = {at for day in days for interval in hours.intervals_on(business, day) for at in _in(day, interval, zone)}
    return tuple(sorted(at for at in found if earliest <= at <= now + AHEAD))


def _in(day: date, interval: Interval, zone: ZoneInfo) -> Iterator[datetime]:
    """One interval's times; an interval that a clock change swallows has none."""
    start = hours.reached(day, interval.start, zone)
    yield from (at for minutes in _marks(interval) if (at := hours.reached(day, minutes, zone)) > start)


def _marks(interval: Interval) -> Iterator[int]:
    """The full hours after the interval's start, and its end."""
    yield from range((interval.start // HOUR + 1) * HOUR, interval.end, HOUR)
    yield interval.end


def say_slot(at: datetime, zone: str, language: str) -> tuple[str, str]:
    """Day and clock as people write them: ("Tuesday 24 November", "10:00"). By midnight belongs to the day it ends."""
    local = at.astimezone(ZoneInfo(zone))
    midnight = (local.hour, local.minute) == (0, 0)
    day = local.date() - timedelta(days=midnight)
    name, month = hours.DAYS[language][day.weekday()], hours.MONTHS[language][day.month - 1]
    said = f"{name} {day.day} de {month}" if language == "es" else f"{name} {day.day} {month}"
    return said, "24:00" if midnight else f"{local:%H:%M}"
