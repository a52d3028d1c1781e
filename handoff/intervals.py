"""Times of day and durations as people write them in settings: "09:00-14:00", "3m", "1h30m"."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

DAY = 24 * 60
_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
LONGEST = timedelta(days=30)


@dataclass(frozen=True, order=True)
class Interval:
    """From `start` (included) to `end` (not included), in minutes after local midnight; `end` may be 1440."""

    start: int
    end: int


def parse_interval(value: Any) -> Interval:
    """`value` such as "09:00-14:00"; raises ValueError with what to mend."""
    if isinstance(value, Interval):
        return value
    found = _INTERVAL.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError(f'{value!r} is not an interval; write it as "09:00-14:00"')
    start, end = _minutes(found[1], found[2]), _minutes(found[3], found[4])
    if end <= start:
        raise ValueError(f'{value} ends before it starts; past midnight split it: "22:00-24:00" and "00:00-02:00"')
    return Interval(start, end)


def quiet_minutes(value: str) -> tuple[int, int]:
    """Where hours such as "22:00-08:00" begin and end, in minutes after midnight; the end may be the earlier.

    Raises ValueError with what to mend.
    """
    found = _INTERVAL.fullmatch(value.strip())
    if not found:
        raise ValueError(f'{value!r} is not a stretch of the day; write it as "22:00-08:00"')
    return _minutes(found[1], found[2]) % DAY, _minutes(found[3], found[4]) % DAY


def _minutes(hour: str, minute: str) -> int:
    minutes = int(hour) * 60 + int(minute)
    if int(minute) > 59 or minutes > DAY:
        raise ValueError(f"{hour}:{minute} is not a time of day; use 00:00 to 24:00")
    return minutes


def format_interval(interval: Interval) -> str:
    return f"{_clock(interval.start)}-{_clock(interval.end)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def parse_duration(value: Any) -> timedelta:
    """Seconds, or "3m", "45s", "1h30m"; raises ValueError with what to mend."""
    duration = _duration(value)
    if duration is None:
        raise ValueError(f'{value!r} is not a duration; write seconds or "45s", "3m", "2h"')
    if not timedelta(0) < duration <= LONGEST:
        raise ValueError(f"{value!r} is out of range; it must be above zero and at most 30 days")
    return duration


def _duration(value: Any) -> timedelta | None:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return timedelta(seconds=max(-1, min(value, 10**9)))
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 24 else None
    if not found or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (min(int(part or 0), 10**6) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def format_duration(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    hours, rest = divmod(seconds, 3600)
    parts = ((hours, "h"), (rest // 60, "m"), (rest % 60, "s"))
    return "".join(f"{amount}{unit}" for amount, unit in parts if amount)
