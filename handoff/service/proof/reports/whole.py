"""A report from one statement: its rows by key, and their sums as the total."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import WHOLE, Asked, Counting, Parted, Report, keys_of, reading

Found = Mapping[str, Any]


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


Row = TypeVar("Row", bound=Keyed)


def report_of(
    core: Core, asked: Asked, statement: Counting, made: Callable[[Found], Row], empty: Callable[..., Row]
) -> Report[Row]:
    """`made` turns what was found into a row, and the sums into the total; `empty(key=…)` is the row of nothing."""
    rows = found(core, statement)
    by_key = {row.key: row for row in map(made, rows)}
    total = summed(rows)
    return Report(
        since=asked.since,
        until=asked.until,
        by=asked.by,
        time_zone=core.business.time_zone,
        rows=tuple(by_key.get(key) or empty(key=key) for key in keys_of(asked, set(by_key))),
        total=made(total[0]) if total else empty(key=WHOLE),
    )


def parted_of(
    core: Core, asked: Asked, statement: Counting, made: Callable[[Found], Row], order: str | None = None
) -> Parted[Row]:
    """As `report_of`, of keys that have several rows each; `order`: what the total has most of comes first."""
    rows = found(core, statement)
    total = summed(rows)
    if order is not None:
        total.sort(key=lambda each: -each[order])
    return Parted(
        since=asked.since,
        until=asked.until,
        by=asked.by,
        time_zone=core.business.time_zone,
        rows=tuple(made(each) for each in rows),
        total=tuple(made(each) for each in total),
    )


def found(core: Core, statement: Counting) -> list[Found]:
    """The rows; sums, which are decimals on PostgreSQL, as whole numbers."""
    with reading(core) as session:
        rows = session.execute(statement).mappings()
        return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else int(value)


def summed(rows: Iterable[Found]) -> list[Found]:
    """The sums of the numbers over all keys, one row for each of the other words such as a path, in their order."""
    sums: dict[tuple[tuple[str, str], ...], Counter[str]] = {}
    for row in rows:
        words = tuple((name, value) for name, value in row.items() if isinstance(value, str) and name != "key")
        numbers = {name: value for name, value in row.items() if not isinstance(value, str)}
        sums.setdefault(words, Counter()).update(numbers)
    return [{"key": WHOLE, **dict(words), **numbers} for words, numbers in sorted(sums.items())]
