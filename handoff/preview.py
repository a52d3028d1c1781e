"""What opening hours come to, day by day, as customers meet them: pure, in the business's local time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from handoff import hours
from handoff.business import Business
from handoff.hours import NoOpening
from handoff.intervals import DAY

MINUTE = timedelta(minutes=1)
HOLIDAYS_SPEAK = {"en": "en_US"}
LOOK_FOR_CHANGES = 400  # days: both clock changes of any zone that has them


@dataclass(frozen=True, kw_only=True)
class OpenSpan:
    """From and until which minute of the wall clock we are open, and how long that really is."""

    opens: str
    closes: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class ClockChange:
    """The wall clock goes from `before` to `after` that day: `minutes` are won (60) or lost (-60)."""

    before: str
    after: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class DayPreview:
    """One local day. `because` is weekday, holiday or exception; `told`: by when who writes at its end is called."""

    date: date
    weekday: int  # 0 is Monday
    spans: tuple[OpenSpan, ...]
    because: str
    names: Mapping[str, str] = field(default_factory=dict)  # of the holiday or exception, by language
    change: ClockChange | None = None
    told: Mapping[str, str] = field(default_factory=dict)  # by language


def preview_days(business: Business, first: date, days: int) -> tuple[DayPreview, ...]:
    """The days from `first` on."""
    return tuple(preview_day(business, first + timedelta(days=each)) for each in range(days))


def next_clock_changes(business: Business, first: date, count: int = 2) -> tuple[DayPreview, ...]:
    """The next days on which the clocks change, from `first` on; none where they never do."""
    zone = ZoneInfo(business.time_zone)
    found: list[DayPreview] = []
    for away in range(LOOK_FOR_CHANGES):
        day = first + timedelta(days=away)
        if _change(day, zone) is not None:
            found.append(preview_day(business, day))
        if len(found) == count:
            break
    return tuple(found)


def preview_day(business: Business, on: date) -> DayPreview:
    zone = ZoneInfo(business.time_zone)
    spans = tuple(_spans(business, on, zone))
    because, names = _because(business, on)
    return DayPreview(
        date=on,
        weekday=on.weekday(),
        spans=spans,
        because=because,
        names=names,
        change=_change(on, zone),
        told=_told(business, on, zone),
    )


def _spans(business: Business, on: date, zone: ZoneInfo) -> Iterator[OpenSpan]:
    for interval in hours.intervals_on(business, on):
        start, end = (hours.reached(on, minutes, zone) for minutes in (interval.start, interval.end))
        if start < end:
            yield OpenSpan(
                opens=_clock(start, zone),
                closes="24:00" if interval.end == DAY else _clock(end, zone),
                minutes=(end - start) // MINUTE,
            )


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def _because(business: Business, on: date) -> tuple[str, Mapping[str, str]]:
    exception = business.exceptions_by_date.get(on)
    if exception is not None:
        return "exception", {str(language): name for language, name in exception.name.items()}
    if hours.is_public_holiday(business, on):
        return "holiday", {
            str(language): holiday_names(business.country, business.region, on.year, language)[on]
            for language in business.languages
        }
    return "weekday", {}


@lru_cache(maxsize=64)
def holiday_names(country: str, region: str | None, year: int, language: str) -> Mapping[date, str]:
    """The public holidays of one year there, by their names in `language` where the package has them."""
    said = HOLIDAYS_SPEAK.get(language, language)
    return dict(holidays.country_holidays(country, subdiv=region, years=year, language=said).items())


def _change(on: date, zone: ZoneInfo) -> ClockChange | None:
    start, end = hours.reached(on, 0, zone), hours.reached(on, DAY, zone)
    gained = end - start - timedelta(days=1)
    if not gained:
        return None
    at = hours.clock_change(start, end, zone)
    before = (at - timedelta(seconds=1)).astimezone(zone) + timedelta(seconds=1)
    return ClockChange(before=f"{before:%H:%M}", after=_clock(at, zone), minutes=gained // MINUTE)


def _told(business: Business, on: date, zone: ZoneInfo) -> Mapping[str, str]:
    """What who writes at the day's last opening minute, or at noon of a closed day, hears of a callback."""
    intervals = hours.intervals_on(business, on)
    asked = hours.reached(on, intervals[-1].end if intervals else DAY // 2, zone)
    try:
        due = hours.add_business_time(business, asked, business.callback.within)
    except NoOpening:
        return {}
    return {
        str(language): hours.say_instant(due, now=asked, zone=business.time_zone, language=language)
        for language in business.languages
    }
