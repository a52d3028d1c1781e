"""A report from one statement: its rows by key, and the same again over everything."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import WHOLE, Asked, Counting, Parted, Report, keys_of, reading

Statement = Callable[[Asked | None], Counting]  # of None: over everything
Found = Mapping[str, Any]


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


Row = TypeVar("Row", bound=Keyed)


def report_of(
    core: Core, asked: Asked, statement: Statement, made: Callable[[Found], Row], empty: Callable[..., Row]
) -> Report[Row]:
    """`made` turns what was found into a row; `empty(key=…)` is the row of nothing."""
    with reading(core) as session:
        rows = [made(each) for each in found(session, statement(asked))]
        total = [made(each) for each in found(session, statement(None))]
    by_key = {row.key: row for row in rows}
    return Report(
        since=asked.since,
        until=asked.until,
        by=asked.by,
        time_zone=core.business.time_zone,
        rows=tuple(by_key.get(key) or empty(key=key) for key in keys_of(asked, set(by_key))),
        total=total[0] if total else empty(key=WHOLE),
    )


def parted_of(core: Core, asked: Asked, statement: Statement, made: Callable[[Found], Row]) -> Parted[Row]:
    """As `report_of`, of keys that have several rows each."""
    with reading(core) as session:
        return Parted(
            since=asked.since,
            until=asked.until,
            by=asked.by,
            time_zone=core.business.time_zone,
            rows=tuple(made(each) for each in found(session, statement(asked))),
            total=tuple(made(each) for each in found(session, statement(None))),
        )


def found(session: Session, statement: Counting) -> list[Found]:
    """The rows; sums, which are decimals on PostgreSQL, as whole numbers."""
    rows = session.execute(statement).mappings()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else int(value)
