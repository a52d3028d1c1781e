"""Opening or closing early today: a dated exception through the versioned settings, which everything then follows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from handoff import hours
from handoff.business import Business, DatedHours
from handoff.errors import InvalidInput
from handoff.intervals import DAY, Interval, format_interval
from handoff.models import SettingsVersion
from handoff.policy import parse_business
from handoff.service.base.core import Core
from handoff.service.base.settings import as_of_today, load_business, save_business
from handoff.service.base.views import AgentView


@dataclass(frozen=True, kw_only=True)
class TodayView:
    """Today's hours in the business's zone, as "09:00-14:00"; `planned` is what they were before today."""

    date: date
    time_zone: str
    is_open: bool
    intervals: tuple[str, ...]
    planned: tuple[str, ...]
    next_opening: datetime | None
    closes_at: datetime | None  # when the present opening ends; None when closed, or when no end is in sight

    @property
    def changed(self) -> bool:
        return self.intervals != self.planned


def read_today(core: Core, now: datetime) -> TodayView:
    """As the newest settings say, even before every process follows them."""
    _, business = _newest(core)
    today, _ = _local(business, now)
    return TodayView(
        date=today,
        time_zone=business.time_zone,
        is_open=hours.is_open(business, now),
        intervals=_said(hours.intervals_on(business, today)),
        planned=_said(_planned(core, business, today)),
        next_opening=_next_opening(business, now),
        closes_at=hours.next_closing(business, now) if hours.is_open(business, now) else None,
    )


def close_early(core: Core, actor: AgentView, at: str | None, now: datetime) -> int:
    """Closes today at that local time ("16:00"), at once without one; returns the settings' number.

    Promises move and customers are told by the sweeper, as after any edit of hours.
    Raises InvalidInput, or SettingsChanged when somebody else has just saved settings.
    """
    number, business = _newest(core)
    today, minute = _local(business, now)
    at_minute = minute if at is None else _minute(at, "at")
    intervals = hours.intervals_on(business, today)
    if at_minute < minute:
        raise InvalidInput(fields={"at": "a time of today that is not yet past"})
    if not any(each.end > at_minute for each in intervals):
        raise InvalidInput("We are closed by then already.", fields={"at": "a time before today's closing"})
    kept = tuple(Interval(each.start, min(each.end, at_minute)) for each in intervals if each.start < at_minute)
    return _save(core, number, business, actor, today, kept, now)


def open_early(core: Core, actor: AgentView, at: str | None, until: str | None, now: datetime) -> int:
    """Opens today from that local time (at once without one) until `until`, else until the next opening of today.

    Returns the settings' number. Raises InvalidInput, such as when today has no later opening and no `until`.
    """
    number, business = _newest(core)
    today, minute = _local(business, now)
    begin = minute if at is None else _minute(at, "at")
    intervals = hours.intervals_on(business, today)
    if begin < minute:
        raise InvalidInput(fields={"at": "a time of today that is not yet past"})
    later = next((each.start for each in intervals if each.start > begin), None)
    end = _minute(until, "until") if until is not None else later
    if end is None:
        raise InvalidInput("Nothing opens later today; say until when.", fields={"until": "a time of today"})
    if end <= begin:
        raise InvalidInput(fields={"until": "a time after the opening"})
    if any(each.start <= begin and each.end >= end for each in intervals):
        raise InvalidInput("We are open then already.", fields={"at": "a time at which we are closed"})
    return _save(core, number, business, actor, today, _joined((*intervals, Interval(begin, end))), now)


def as_planned(core: Core, actor: AgentView, now: datetime) -> int:
    """Takes today's changes back: the rest of the day is as it was planned before today. Returns the number."""
    number, business = _newest(core)
    today, _ = _local(business, now)
    return _save(core, number, business, actor, today, None, now)


def _newest(core: Core) -> tuple[int | None, Business]:
    """The newest settings and their number; who saves another version meanwhile makes ours be refused."""
    return load_business(core.database) or (None, core.business)


def _local(business: Business, now: datetime) -> tuple[date, int]:
    """The local date, and the minutes that its clock shows."""
    here = now.astimezone(ZoneInfo(business.time_zone))
    return here.date(), here.hour * 60 + here.minute


def _minute(said: str, field: str) -> int:
    hour, colon, minute = said.strip().partition(":")
    whole = hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()
    if not colon or not whole or int(minute) > 59 or not 0 <= int(hour) * 60 + int(minute) <= DAY:
        raise InvalidInput(fields={field: "a time of day such as 16:00"})
    return int(hour) * 60 + int(minute)


def _joined(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """In order, those that touch or overlap made one."""
    whole: list[Interval] = []
    for each in sorted(intervals):
        if whole and each.start <= whole[-1].end:
            whole[-1] = Interval(whole[-1].start, max(whole[-1].end, each.end))
        else:
            whole.append(each)
    return tuple(whole)


def _save(
    core: Core,
    number: int | None,
    business: Business,
    actor: AgentView,
    today: date,
    intervals: tuple[Interval, ...] | None,
    now: datetime,
) -> int:
    """With this exception for today; None: with what was planned before today."""
    others = tuple(each for each in business.exceptions if each.date != today)
    known = business.exceptions_by_date.get(today)
    if intervals is None:
        planned = _before_today(core, business, today).exceptions_by_date.get(today)
        ours = (planned,) if planned is not None else ()
    else:
        ours = (DatedHours(date=today, intervals=intervals, name=known.name if known else {}),)
    data = _with(business, (*others, *ours))
    return save_business(core, data, actor=f"agent:{actor.id}", now=now, base=number, today=today.isoformat())


def _with(business: Business, exceptions: tuple[DatedHours, ...]) -> dict[str, Any]:
    ordered = sorted(exceptions, key=lambda each: each.date)
    return {**business.model_dump(mode="json"), "exceptions": [each.model_dump(mode="json") for each in ordered]}


def _planned(core: Core, business: Business, today: date) -> tuple[Interval, ...]:
    """What today's hours would be without today's changes to this date."""
    before = _before_today(core, business, today).exceptions_by_date.get(today)
    others = tuple(each for each in business.exceptions if each.date != today)
    restored = parse_business(_with(business, (*others, before) if before else others))
    return hours.intervals_on(restored, today)


def _before_today(core: Core, business: Business, today: date) -> Business:
    """The settings as they stood when today began; the first ones where there were none yet."""
    midnight = hours.reached(today, 0, ZoneInfo(business.time_zone))
    newest_first = SettingsVersion.number.desc()
    before = select(SettingsVersion).where(SettingsVersion.at < midnight).order_by(newest_first).limit(1)
    first = select(SettingsVersion).order_by(SettingsVersion.number).limit(1)
    with core.database.read() as session:
        row = session.execute(before).scalar_one_or_none() or session.execute(first).scalar_one_or_none()
        return parse_business(as_of_today(row.data)) if row else core.business


def _next_opening(business: Business, now: datetime) -> datetime | None:
    try:
        return hours.next_opening(business, now)
    except hours.NoOpening:
        return None


def _said(intervals: tuple[Interval, ...]) -> tuple[str, ...]:
    return tuple(format_interval(each) for each in intervals)
