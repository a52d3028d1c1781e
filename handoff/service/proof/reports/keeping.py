"""Keeping the sums of days that are over for good, so that a year of reports is read in a moment."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Executable, func, select
from sqlalchemy.dialects import postgresql, sqlite

from handoff.models import Conversation, HandoffRow, ReportDay
from handoff.service.base.core import Core
from handoff.service.proof.reports.answers import ANSWERS
from handoff.service.proof.reports.asking import Asked, day_starts, days_of, in_table, reading
from handoff.service.proof.reports.gaps import GAPS
from handoff.service.proof.reports.promises import PROMISES
from handoff.service.proof.reports.ratings import RATINGS
from handoff.service.proof.reports.reasons import REASONS
from handoff.service.proof.reports.returns import RETURNS
from handoff.service.proof.reports.suggestions import SUGGESTIONS
from handoff.service.proof.reports.sums import Counted, as_cells, live_sums, runs
from handoff.service.proof.reports.waits import WAITS

COUNTED = (ANSWERS, RATINGS, RETURNS, PROMISES, WAITS, REASONS, GAPS, SUGGESTIONS)
AT_ONCE = 7  # days that are counted in one reading: some hundred milliseconds of a busy year


def unkept(core: Core, now: datetime) -> Iterator[tuple[Counted, Asked]]:
    """What may have to be kept, newest first, a few days of one report at a time."""
    began = _first_day(core)
    if began is None:
        return
    for counted in COUNTED:
        last = _local(core, now - counted.after) - timedelta(days=1)
        missing = _missing(core, counted, began, last)
        for run in reversed(list(runs(missing, AT_ONCE))):
            yield counted, run


def _first_day(core: Core) -> date | None:
    """The day on which everything began."""
    oldest = select(Conversation.created_at).order_by(Conversation.id).limit(1)  # ids sort by when they were made
    with core.database.read() as session:
        instants = [session.scalar(oldest), session.scalar(select(func.min(HandoffRow.opened_at)))]
    known = [each for each in instants if each is not None]
    return _local(core, min(known)) if known else None


def _local(core: Core, instant: datetime) -> date:
    return instant.astimezone(ZoneInfo(core.business.time_zone)).date()


def _missing(core: Core, counted: Counted, first: date, last: date) -> list[date]:
    statement = select(ReportDay.day).where(
        ReportDay.report == counted.kept_as, ReportDay.zone == core.business.time_zone
    )
    with core.database.read() as session:
        there = set(session.scalars(statement))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.isoformat() not in there]


def keep(core: Core, counted: Counted, run: Asked, now: datetime) -> int:
    """Keeps the sums of those days of the run of which nothing can change any more; returns how many they are."""
    settled = _settled(core, counted, run, now)
    rows = [
        {"report": counted.kept_as, "zone": core.business.time_zone, "day": day, "cells": cells, "made_at": now}
        for part in runs(settled)
        for day, cells in _counted(core, counted, part, now)
    ]
    if rows:
        with core.database.write() as session:
            session.execute(_insert(core), rows)
    return len(rows)


def _settled(core: Core, counted: Counted, run: Asked, now: datetime) -> list[date]:
    over = {day for day, _, ends in day_starts(core.business, run) if ends + counted.after <= now}
    if counted.unsettled is not None:
        with reading(core) as session:
            changing = session.scalars(counted.unsettled(in_table(core, days_of(core, run)), now).distinct())
            over -= {date.fromisoformat(day) for day in changing}
    return sorted(over)


def _counted(core: Core, counted: Counted, run: Asked, now: datetime) -> list[tuple[str, list[Any]]]:
    sums = live_sums(core, counted, run, now)
    return [(day.isoformat(), as_cells(sums, day.isoformat())) for day in run.days()]


def _insert(core: Core) -> Executable:
    """Whoever kept the same day meanwhile has counted the same."""
    insert = sqlite.insert if core.database.is_sqlite else postgresql.insert
    return insert(ReportDay).on_conflict_do_nothing()
