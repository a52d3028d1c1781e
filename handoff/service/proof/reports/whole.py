"""A report from its sums: its rows by key, and the total over all of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar

from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import Asked, Parted, Report
from handoff.service.proof.reports.sums import Counted, Sum, folded, read_sums

WHOLE = ""  # the key of the total


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


Row = TypeVar("Row", bound=Keyed)


def report_of(
    core: Core, asked: Asked, counted: Counted, now: datetime, made: Callable[[str, Sum], Row]
) -> Report[Row]:
    """A row for each day of the range, or for each language or channel that there is; `made` turns a sum into one."""
    sums = read_sums(core, counted, asked, now)
    by_key = {key: each for (key, _), each in folded(sums, asked).items()}
    total = folded(sums, asked, whole=True).get((WHOLE, ""), Sum())
    keys = [day.isoformat() for day in asked.days()] if asked.by == "day" else sorted(by_key)
    return Report(
        since=asked.since,
        until=asked.until,
        by=asked.by,
        time_zone=core.business.time_zone,
        rows=tuple(made(key, by_key.get(key, Sum())) for key in keys),
        total=made(WHOLE, total),
    )


def parted_of(
    core: Core,
    asked: Asked,
    counted: Counted,
    now: datetime,
    made: Callable[[str, str, Mapping[str, int]], Row],
    order: Callable[[Row], Any] | None = None,
) -> Parted[Row]:
    """As `report_of`, of keys that have several parts each: only what there is has a row. Parts in `order`."""
    sums = read_sums(core, counted, asked, now)

    def rows(*, whole: bool) -> tuple[Row, ...]:
        found = sorted(folded(sums, asked, whole=whole).items(), key=lambda item: item[0])
        all_rows = [made(key, part, each.numbers) for (key, part), each in found]
        if order is not None:
            all_rows.sort(key=lambda row: (row.key, order(row)))
        return tuple(all_rows)

    return Parted(
        since=asked.since,
        until=asked.until,
        by=asked.by,
        time_zone=core.business.time_zone,
        rows=rows(whole=False),
        total=rows(whole=True),
    )
