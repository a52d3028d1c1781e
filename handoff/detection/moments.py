"""When something is due, in the customer's words: "in 2 hours", "sale mañana a las 8", "on Friday". Pure.

With the instant at which it was said, in the zone of the one who says it, hours are counted; without one, only words
that are relative by themselves say how near it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff.detection.words import clean, fold

COUNTS = {
    **dict.fromkeys(("a", "an", "one", "un", "una"), 1.0),
    **dict.fromkeys(("half", "half an", "half a", "media", "medio"), 0.5),
    **dict.fromkeys(("two", "dos", "a couple of", "couple of", "un par de"), 2.0),
    **{word: float(n) for n, word in enumerate("three four five six seven eight nine ten".split(), start=3)},
    **{word: float(n) for n, word in enumerate("tres cuatro cinco seis siete ocho nueve diez".split(), start=3)},
    **dict.fromkeys(("a few", "unos", "unas", "pocos", "pocas"), 3.0),
}
HOURS_OF = {"mi": 1 / 60, "h": 1.0, "d": 24.0, "s": 168.0, "w": 168.0, "m": 720.0}  # by how the unit begins, folded
WEEKDAYS = (
    ("monday", "lunes"),
    ("tuesday", "martes"),
    ("wednesday", "miercoles"),
    ("thursday", "jueves"),
    ("friday", "viernes"),
    ("saturday", "sabado"),
    ("sunday", "domingo"),
)
# what a day is without a clock: days from today, the hour by which it is over, and hours from an unknown instant
DAYS = {
    "tonight": (0, 23, 8.0),
    "esta noche": (0, 23, 8.0),
    "this evening": (0, 22, 8.0),
    "this afternoon": (0, 18, 5.0),
    "esta tarde": (0, 20, 5.0),
    "this morning": (0, 12, 3.0),
    "today": (0, 23, 10.0),
    "hoy": (0, 23, 10.0),
    "day after tomorrow": (2, 12, 48.0),
    "pasado manana": (2, 12, 48.0),
    "tomorrow": (1, 12, 24.0),
    "manana": (1, 12, 24.0),
}
SOME_DAY = 72.0  # hours until a weekday when nobody knows what today is
NEAR = 40  # characters between a day and the clock that belongs to it
_COUNT = "|".join(sorted(COUNTS, key=len, reverse=True))
_UNIT = r"(?P<unit>min(?:ute|uto)?s?|hours?|horas?|hrs?|h|days?|dias?|weeks?|semanas?|months?|mes(?:es)?)\b"
_SPAN = re.compile(
    r"\b(?:in|within|en|dentro de|only(?: have)?|just|solo|solamente|quedan?|tengo|have|next|proxim[ao]s)\s+"
    r"(?:(?:about|around|like|less than|under|the next|menos de|unos?|unas?|como|solo|only)\s+)?"
    rf"(?P<count>\d+|{_COUNT})(?:\s+an?)?\s*{_UNIT}(?P<half>\s+and a half|\s+y media)?"
)
_LEFT = re.compile(rf"\b(?P<count>\d+|{_COUNT})\s*{_UNIT}(?P<half>)\s+(?:left|to go|from now|until|para|hasta)\b")
_CLOCK = re.compile(
    r"(?P<lead>\b(?:at|by|before|until|till|las?|a las?)\s+)?\b(?P<hour>[01]?\d|2[0-4])(?:[:.h](?P<minute>[0-5]\d))?"
    r"\s*(?P<half>am\b|pm\b|a\.m\.?|p\.m\.?|h\b|hrs\b|oclock\b|o.clock\b|de la (?:manana|tarde|noche)\b)?(?!\d|\s*%)"
)
_NAMED = re.compile(r"\b(?P<name>noon|midday|midnight|mediodia|medianoche)\b")
_DAY = re.compile(rf"(?<!la )(?<!por la )\b(?P<day>{'|'.join(DAYS)})\b")
_NAMES = "|".join(name for names in WEEKDAYS for name in names)
_WEEKDAY = re.compile(rf"\b(?:(?P<which>on|this|next|by|before|until|el|este|proximo|del)\s+)?(?P<day>{_NAMES})\b")


@dataclass(frozen=True, kw_only=True)
class Moment:
    """How many hours it is until then, and the words that say so."""

    hours: float
    evidence: str


def soonest(text: str, at: datetime | None = None) -> Moment | None:
    """The nearest moment still to come that the text names, or None; `at` in the speaker's zone."""
    text = clean(text)
    plain = "".join(fold(letter)[:1] or letter for letter in text)
    found = [*_spans(plain), *_days(plain, at)]
    coming = [(hours, start, end) for hours, start, end in found if hours >= 0]
    if not coming:
        return None
    hours, start, end = min(coming)
    return Moment(hours=round(hours, 2), evidence=text[start:end].strip())


def _spans(plain: str) -> Iterator[tuple[float, int, int]]:
    for pattern in (_SPAN, _LEFT):
        for match in pattern.finditer(plain):
            count = float(match["count"]) if match["count"].isdigit() else COUNTS[match["count"]]
            unit = next(hours for begin, hours in HOURS_OF.items() if match["unit"].startswith(begin))
            hours = (count + (0.5 if match["half"] else 0.0)) * unit
            yield hours, match.start(), match.end()


def _days(plain: str, at: datetime | None) -> Iterator[tuple[float, int, int]]:
    """Days with their clocks, then clocks without a day."""
    clocks = list(_clocks(plain))
    used: set[int] = set()
    for days, over, guess, start, end in _named_days(plain, at):
        near = [each for each in clocks if -NEAR <= each[2] - start <= NEAR + end - start]
        used |= {each[2] for each in near}
        hour = near[0][0] if near else over
        first, last = min([start, *(each[2] for each in near[:1])]), max([end, *(each[3] for each in near[:1])])
        if at is None:
            yield guess, first, last
            continue
        hours = _until(at, days, hour)
        if hours < 0 and near and near[0][1] and days == 0:
            hours = _until(at, days, hour + 12)
        yield hours, first, last
    for hour, vague, start, end in clocks:
        if start not in used and at is not None:
            yield _next(at, hour, vague=vague), start, end


def _named_days(plain: str, at: datetime | None) -> Iterator[tuple[int, float, float, int, int]]:
    for match in _DAY.finditer(plain):
        days, over, guess = DAYS[match["day"]]
        yield days, float(over), guess, match.start(), match.end()
    for match in _WEEKDAY.finditer(plain):
        number = next(n for n, names in enumerate(WEEKDAYS) if match["day"] in names)
        days = (number - at.weekday()) % 7 if at else 3
        days += 7 if days == 0 and match["which"] in {"next", "proximo"} else 0
        yield days, 12.0 if days else 23.0, SOME_DAY, match.start(), match.end()


def _clocks(plain: str) -> Iterator[tuple[float, bool, int, int]]:
    """(hour of the day, whether it may be of the afternoon too, start, end)."""
    for match in _CLOCK.finditer(plain):
        half = (match["half"] or "").replace(".", "")
        if not (match["lead"] or match["minute"] or half):
            continue
        hour = int(match["hour"]) + int(match["minute"] or 0) / 60
        late = half.startswith("pm") or half.endswith(("tarde", "noche"))
        if late and hour < 12:
            hour += 12
        vague = not half and not late and hour < 12.99 and len(match["hour"]) < 2 + (hour >= 10)
        yield hour, vague, match.start(), match.end()
    for match in _NAMED.finditer(plain):
        yield 24.0 if match["name"].startswith(("midn", "median")) else 12.0, False, match.start(), match.end()


def _until(at: datetime, days: int, hour: float) -> float:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=days, hours=hour) - at).total_seconds() / 3600


def _next(at: datetime, hour: float, *, vague: bool) -> float:
    """Hours to the next time that a clock shows this; "at 8" may be either eight."""
    steps = (0, 12, 24, 36) if vague else (0, 24)
    return next(left for step in steps if (left := _until(at, 0, hour + step)) >= 0)
