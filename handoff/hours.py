"""Business time: when we are open, and how a duration of open hours passes. Pure; instants are aware, results UTC.

An interval lasts from the first instant at which the local clock reaches its start to the first at which it
reaches its end, so a clock change neither opens twice nor leaves an interval without an instant.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import holidays

from handoff.errors import NaiveDatetime, RelevoError
from handoff.intervals import DAY, Interval

if TYPE_CHECKING:
    from handoff.business import Business, Week

HORIZON_DAYS = 60
Span = tuple[datetime, datetime]


class NoOpening(RelevoError):
    """There is no opening within 60 days; add opening hours or remove exceptions."""

    code = "no_opening"
    status = 422


@lru_cache(maxsize=256)
def public_holidays(country: str, region: str | None, year: int) -> Mapping[date, str]:
    """The public holidays of one year there, by their local names."""
    return dict(holidays.country_holidays(country, subdiv=region, years=year).items())


def is_public_holiday(business: "Business", on: date) -> bool:
    return business.holidays.public and on in public_holidays(business.country, business.region, on.year)


def intervals_on(business: "Business", on: date) -> tuple[Interval, ...]:
    """The opening intervals of a local date: its exception, else none on a public holiday, else its weekday's."""
    exception = business.exceptions_by_date.get(on)
    if exception is not None:
        return exception.intervals
    return () if is_public_holiday(business, on) else business.hours.on(on.weekday())


def reached(on: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, at which the local clock of `on` shows `minutes` after midnight or more."""
    day, minute = divmod(minutes, DAY)
    wall = datetime.combine(on + timedelta(days=day), time(minute // 60, minute % 60), zone)
    instant = wall.astimezone(UTC)
    skipped = instant.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None)
    return clock_change(wall.replace(fold=1).astimezone(UTC), instant, zone) if skipped else instant


def clock_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant in (before, after] at which the zone's offset changes."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def _spans(business: "Business", at: datetime) -> Iterator[Span]:
    """Open spans that end after `at`, in order, as written; raises NoOpening after 60 days without one."""
    zone = ZoneInfo(business.time_zone)
    day = at.astimezone(zone).date() - timedelta(days=1)
    last = day
    while day - last <= timedelta(days=HORIZON_DAYS + 1):
        for interval in intervals_on(business, day):
            span = reached(day, interval.start, zone), reached(day, interval.end, zone)
            if span[0] < span[1] and span[1] > at:
                last = day
                yield span
        day += timedelta(days=1)
    raise NoOpening


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise NaiveDatetime
    return at.astimezone(UTC)


def is_open(business: "Business", at: datetime) -> bool:
    try:
        return next_opening(business, at) == at
    except NoOpening:
        return False


def next_opening(business: "Business", at: datetime) -> datetime:
    """The first instant from `at` on at which we are open, which is `at` when we are; raises NoOpening."""
    at = _aware(at)
    start, _ = next(_spans(business, at))
    return max(start, at)


def next_closing(business: "Business", at: datetime) -> datetime | None:
    """When the span that is open at `at`, or opens next, ends; None when it goes on for 60 days; raises NoOpening."""
    at = _aware(at)
    spans = _spans(business, at)
    _, end = next(spans)
    while end - at <= timedelta(days=HORIZON_DAYS):
        try:
            later_start, later_end = next(spans)
        except NoOpening:
            return end
        if later_start != end:
            return end
        end = later_end
    return None


def open_spans(business: "Business", since: datetime, until: datetime) -> tuple[Span, ...]:
    """The spans between two instants in which we were, or are, open."""
    found = []
    try:
        for start, end in _spans(business, _aware(since)):
            if start >= until:
                break
            found.append((max(start, since), min(end, until)))
    except NoOpening:
        pass
    return tuple(found)


def openings(business: "Business", at: datetime, until: datetime) -> Iterator[Span]:
    """The open spans between `at` and `until`, cut at both."""
    at, until = _aware(at), _aware(until)
    try:
        for start, end in _spans(business, at):
            if start >= until:
                return
            yield max(start, at), min(end, until)
    except NoOpening:
        return


def week_spans(week: "Week", time_zone: str, at: datetime, until: datetime) -> Iterator[Span]:
    """The spans of a week's intervals that touch the time between `at` and `until`, whatever the date."""
    zone = ZoneInfo(time_zone)
    day, last = _aware(at).astimezone(zone).date() - timedelta(days=1), _aware(until).astimezone(zone).date()
    while day <= last:
        for interval in week.on(day.weekday()):
            span = reached(day, interval.start, zone), reached(day, interval.end, zone)
            if span[0] < span[1] and span[1] > at and span[0] < until:
                yield span
        day += timedelta(days=1)


def add_business_time(business: "Business", at: datetime, duration: timedelta) -> datetime:
    """The instant by which `duration` of open hours has passed since `at`; raises NoOpening."""
    at = _aware(at)
    left = duration
    for start, end in _spans(business, at):
        begin = max(start, at)
        if begin + left <= end:
            return begin + left
        left -= end - begin
    raise NoOpening


DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
}  # fmt: skip
NEAR = {"en": ("today", "tomorrow"), "es": ("hoy", "mañana")}
CITIES_ES = {"New York": "Nueva York", "Mexico City": "Ciudad de México", "London": "Londres", "Canary": "Canarias"}


def say_instant(
    at: datetime, *, now: datetime, zone: str, language: str, customer_zone: str | None = None, word: str = "by"
) -> str:
    """`at` as people say it: "today by 18:30", "el lunes antes de las 10:30"; with word="at", "a las 10:30".

    In the customer's zone when that is known, which is named when its clock differs from the business's (`zone`).
    """
    at, now = _aware(at), _aware(now)
    shown = _zone(customer_zone) or ZoneInfo(zone)
    local, today = at.astimezone(shown), now.astimezone(shown).date()
    day, clock = _day_and_clock(local, word)
    said = f"{_say_day(day, today, language)} {_say_clock(clock, language, word)}"
    if local.utcoffset() == at.astimezone(ZoneInfo(zone)).utcoffset():
        return said
    return f"{said} ({_say_zone(shown, language)})"


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None


def _day_and_clock(local: datetime, word: str) -> tuple[date, str]:
    """By midnight belongs to the day that it ends."""
    if word == "by" and (local.hour, local.minute) == (0, 0):
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), f"{local:%H:%M}"


def _say_day(day: date, today: date, language: str) -> str:
    away = (day - today).days
    if 0 <= away <= 1:
        return NEAR[language][away]
    if 1 < away < 7:
        name = DAYS[language][day.weekday()]
        return f"el {name}" if language == "es" else f"on {name}"
    month = MONTHS[language][day.month - 1]
    said = f"el {day.day} de {month}" if language == "es" else f"on {day.day} {month}"
    if day.year == today.year:
        return said
    return f"{said} de {day.year}" if language == "es" else f"{said} {day.year}"


def _say_clock(clock: str, language: str, word: str) -> str:
    if clock == "24:00":
        return "antes de medianoche" if language == "es" else "by midnight"
    if language == "en":
        return f"{word} {clock}"
    article = "la" if clock.startswith("01") else "las"
    return f"{'antes de' if word == 'by' else 'a'} {article} {clock}"


def _say_zone(zone: ZoneInfo, language: str) -> str:
    city = zone.key.rpartition("/")[2].replace("_", " ")
    return f"hora de {CITIES_ES.get(city, city)}" if language == "es" else f"{city} time"


UNITS = {"en": (("hour", "hours"), ("minute", "minutes")), "es": (("hora", "horas"), ("minuto", "minutos"))}


def say_duration(duration: timedelta, language: str) -> str:
    """`duration` in hours and minutes, rounded up: "3 minutes", "1 hora y 5 minutos"."""
    minutes = -(-max(duration, timedelta(0)) // timedelta(minutes=1))
    if minutes == 0:
        return "menos de 1 minuto" if language == "es" else "less than 1 minute"
    amounts = zip(divmod(minutes, 60), UNITS[language], strict=True)
    parts = [f"{amount} {names[amount != 1]}" for amount, names in amounts if amount]
    return (" y " if language == "es" else " and ").join(parts)
