"""What a report counts, by day, language, channel and part: from the rows themselves, or as it was kept of a day.

Once nothing can change what a day counts, its sums are kept as one row (`report_days`), so that a year is read in 366
rows and not in half a million cases. Days of which something may still change are counted anew at every reading.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import ReportDay
from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import Asked, Counting, Spans, reading

SOON = timedelta(hours=1)  # whatever is being committed when a day ends is there by then
AT_ONCE = 31  # days in one reading: a database must not keep an old picture of itself for long
Key = tuple[str, str, str, str]  # day, language, channel, part


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How one report is counted.

    `counts` makes a statement whose rows have `day`, `language`, `channel`, a `part` where the report has parts, and
    numbers; with `spread`, the column of that name is a value of which each row has as many as its `of` says.
    `unsettled` finds the days of which something may still change, `after` the end of the day at the earliest. Raise
    `edition` when the same rows are to be counted otherwise: what was kept before is then of no use.
    """

    name: str
    counts: Callable[[Core, Session, Asked, datetime], Counting]
    after: timedelta = SOON
    unsettled: Callable[[Spans, datetime], Counting] | None = None
    spread: tuple[str, str] | None = None
    edition: int = 1

    @property
    def kept_as(self) -> str:
        return f"{self.name}.{self.edition}"


@dataclass
class Sum:
    """Numbers by name, and how often each value of the spread was there."""

    numbers: Counter[str] = field(default_factory=Counter)
    spread: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Sum") -> None:
        for name, number in other.numbers.items():
            self.numbers[name] += number
        for value, number in other.spread.items():
            self.spread[value] += number


Sums = dict[Key, Sum]


def read_sums(core: Core, counted: Counted, asked: Asked, now: datetime) -> Sums:
    """The sums of the range, whatever its languages and channels."""
    sums, there = kept_sums(core, counted, asked)
    for run in runs(day for day in asked.days() if day not in there):
        sums.update(live_sums(core, counted, run, now))
    return sums


def kept_sums(core: Core, counted: Counted, asked: Asked) -> tuple[Sums, set[date]]:
    """What is kept of the days of the range, and of which days something is."""
    sums: Sums = {}
    with core.database.read() as session:
        rows = session.execute(_kept(core, counted, asked)).all()
    for day, cells in rows:
        for language, channel, part, numbers, spread in cells:
            sums[day, language, channel, part] = Sum(Counter(numbers), Counter(dict(spread)))
    return sums, {date.fromisoformat(day) for day, _ in rows}


def _kept(core: Core, counted: Counted, asked: Asked) -> Counting:
    return select(ReportDay.day, ReportDay.cells).where(
        ReportDay.report == counted.kept_as,
        ReportDay.zone == core.business.time_zone,
        ReportDay.day.between(asked.since.isoformat(), asked.until.isoformat()),
    )


def runs(days: Iterable[date], most: int = AT_ONCE) -> Iterator[Asked]:
    """Days that follow each other, in ranges of at most so many."""
    run: list[date] = []
    for day in sorted(days):
        if run and (day - run[-1] != timedelta(days=1) or len(run) == most):
            yield Asked(since=run[0], until=run[-1])
            run = []
        run.append(day)
    if run:
        yield Asked(since=run[0], until=run[-1])


def live_sums(core: Core, counted: Counted, run: Asked, now: datetime) -> Sums:
    """Counted from the rows themselves."""
    sums: Sums = {}
    with reading(core) as session:
        for row in session.execute(counted.counts(core, session, run, now)).mappings():
            _count(sums, counted, dict(row))
    return sums


def _count(sums: Sums, counted: Counted, row: dict[str, Any]) -> None:
    key = row.pop("day"), row.pop("language"), row.pop("channel"), row.pop("part", "")
    into = sums.setdefault(key, Sum())
    if counted.spread is not None:
        value, of = row.pop(counted.spread[0]), int(row[counted.spread[1]] or 0)
        if value is not None and of:
            into.spread[int(value)] += of
    for name, number in row.items():
        into.numbers[name] += int(number or 0)


def folded(sums: Sums, asked: Asked, *, whole: bool = False) -> dict[tuple[str, str], Sum]:
    """The sums of the languages and channels that are asked for, by key (a day, a language or a channel) and part.

    `whole`: over all keys, which are empty then.
    """
    found: dict[tuple[str, str], Sum] = {}
    for (day, language, channel, part), each in sums.items():
        if asked.language not in (None, language) or asked.channel not in (None, channel):
            continue
        key = "" if whole else {"day": day, "language": language, "channel": channel}[asked.by]
        found.setdefault((key, part), Sum()).add(each)
    return found


def as_cells(sums: Sums, day: str) -> list[Any]:
    """As they are kept: a list of [language, channel, part, numbers, [[value, times], …]]."""
    return [
        [language, channel, part, dict(each.numbers), sorted(each.spread.items())]
        for (of, language, channel, part), each in sorted(sums.items(), key=lambda item: item[0])
        if of == day
    ]


def nearest_rank(spread: Counter[int], percent: int) -> int | None:
    """The value at that percentile: one that somebody had. None of nothing."""
    rank = -(-sum(spread.values()) * percent // 100)
    for value in sorted(spread):
        rank -= spread[value]
        if rank <= 0:
            return value
    return None
