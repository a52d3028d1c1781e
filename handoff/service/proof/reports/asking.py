"""What is asked of a report: a bounded range of local days, how it is split, and which cases count."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, Literal, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    String,
    case,
    column,
    extract,
    func,
    null,
    select,
    text,
    values,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from handoff import hours
from handoff.business import Business
from handoff.errors import InvalidInput
from handoff.models import HandoffRow, PromiseRow
from handoff.service.base.core import Core
from handoff.service.proof.reports.past import opened_spans
from handoff.store import UtcDateTime

MOST_DAYS = 366
LANGUAGES, CHANNELS = ("en", "es"), ("web", "sms", "email")
ONCE = "MATERIALIZED"  # before a CTE: what costs much a row is worked out once, and not at each mention
By = Literal["day", "language", "channel"]
Row = TypeVar("Row")
Counting = Select[*tuple[Any, ...]]
Span = tuple[str, datetime, datetime, bool]  # the local day, from, to, whether we were open


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`since` and `until` are local days, both included; raises InvalidInput when they are no bounded range."""

    since: date
    until: date
    by: By = "day"
    language: str | None = None
    channel: str | None = None

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise InvalidInput(fields={"until": "the same day as `from`, or a later one"})
        if self.until - self.since >= timedelta(days=MOST_DAYS):
            raise InvalidInput(fields={"until": f"at most {MOST_DAYS} days after `from`"})
        if self.language not in (None, *LANGUAGES):
            raise InvalidInput(fields={"language": "one of " + ", ".join(LANGUAGES)})
        if self.channel not in (None, *CHANNELS):
            raise InvalidInput(fields={"channel": "one of " + ", ".join(CHANNELS)})

    def days(self) -> Iterator[date]:
        for n in range((self.until - self.since).days + 1):
            yield self.since + timedelta(days=n)


@dataclass(frozen=True, kw_only=True)
class Report(Generic[Row]):
    """`rows` by day (every day of the range), or by language or channel; `total` over all of them."""

    since: date
    until: date
    by: str
    time_zone: str
    rows: tuple[Row, ...]
    total: Row


@dataclass(frozen=True, kw_only=True)
class Parted(Generic[Row]):
    """As a Report whose keys have several rows each, such as one a reason; only what occurred has one."""

    since: date
    until: date
    by: str
    time_zone: str
    rows: tuple[Row, ...]
    total: tuple[Row, ...]


def asked_for(
    core: Core, since: date | None, until: date | None, by: By, language: str | None, channel: str | None, now: datetime
) -> Asked:
    """The range that is asked for; the last 28 days, today included, where nothing is said. Raises InvalidInput."""
    today = now.astimezone(ZoneInfo(core.business.time_zone)).date()
    last = until or max(today, since or today)
    try:
        first = since or last - timedelta(days=27)
    except OverflowError as exc:
        raise InvalidInput(fields={"until": "a date of this era"}) from exc
    return Asked(since=first, until=last, by=by, language=language, channel=channel)


def day_starts(business: Business, asked: Asked) -> list[tuple[date, datetime, datetime]]:
    """Each local day with the instants of its two midnights; a day of a clock change has 23 or 25 hours."""
    zone = ZoneInfo(business.time_zone)
    try:
        return [(day, hours.reached(day, 0, zone), hours.reached(day, 24 * 60, zone)) for day in asked.days()]
    except OverflowError as exc:
        raise InvalidInput(fields={"from": "a date of this era"}) from exc


def days_of(core: Core, asked: Asked) -> list[Span]:
    """The days of the range, one span each."""
    return [(day.isoformat(), begins, ends, True) for day, begins, ends in day_starts(core.business, asked)]


def spans_of(core: Core, session: Session, asked: Asked) -> list[Span]:
    """The days of the range, parted where we opened or closed, by the hours that were in force then."""
    days = day_starts(core.business, asked)
    opened = opened_spans(core, session, days[0][1], days[-1][2])
    return [span for day, begins, ends in days for span in _parted(day.isoformat(), begins, ends, opened)]


def _parted(day: str, begins: datetime, ends: datetime, opened: list[tuple[datetime, datetime]]) -> Iterator[Span]:
    at = begins
    for first, last in opened:
        start, end = max(first, at), min(last, ends)
        if start >= end:
            continue
        if at < start:
            yield (day, at, start, False)
        yield (day, start, end, True)
        at = end
    if at < ends:
        yield (day, at, ends, False)


@dataclass(frozen=True, kw_only=True)
class Spans:
    """The spans as a table (`day`, `begins`, `ends`, `opened`) in which each instant falls into one row at most.

    PostgreSQL is told the whole range as well, or it would not know how little of the past that is. SQLite goes
    through the spans one by one, and a range of its own would lead it away from that.
    """

    table: CTE
    within: tuple[datetime, datetime] | None

    @property
    def c(self) -> Any:
        return self.table.c


def in_table(core: Core, spans: list[Span], name: str = "spans") -> Spans:
    rows = [(day, begins, ends, int(opened)) for day, begins, ends, opened in spans]
    columns = (column("day", String), column("begins", UtcDateTime), column("ends", UtcDateTime))
    table = values(*columns, column("opened", Integer), name="given").data(rows).cte(name)
    return Spans(table=table, within=None if core.database.is_sqlite else (spans[0][1], spans[-1][2]))


def falls_in(spans: Spans, instant: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    falls: ColumnElement[bool] = (instant >= spans.c.begins) & (instant < spans.c.ends)
    return falls if spans.within is None else falls & (instant >= spans.within[0]) & (instant < spans.within[1])


def first_promise() -> ScalarSelect[datetime]:
    """When a callback was first promised in the case, else null. One look at an index a case, never a whole table."""
    return select(func.min(PromiseRow.made_at)).where(PromiseRow.handoff_id == HandoffRow.id).scalar_subquery()


@contextmanager
def reading(core: Core) -> Iterator[Session]:
    """One picture of everything, with the indexes that we made: SQLite would make one of its own at each reading, and
    PostgreSQL would compile a statement for longer than it runs it."""
    with core.database.read() as session:
        if not core.database.is_sqlite:
            session.execute(text("SET LOCAL jit = off"))
            yield session
            return
        session.execute(text("PRAGMA automatic_index = OFF"))
        try:
            yield session
        finally:
            session.execute(text("PRAGMA automatic_index = ON"))


def epoch(instant: object) -> ColumnElement[int]:
    """Seconds, so that two instants can be compared by their distance on both databases."""
    return extract("epoch", instant)  # type: ignore[arg-type]


def one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def only_if(condition: ColumnElement[bool], value: Any) -> ColumnElement[int]:
    return case((condition, value), else_=null())


def share(part: int, whole: int) -> float | None:
    """In per cent with one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None
