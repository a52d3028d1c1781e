"""How long people waited for a person: cases that opened while we were open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, case, cast, func, select
from sqlalchemy.orm import Session

from handoff.models import HandoffRow
from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import (
    ONCE,
    WHOLE,
    Asked,
    Counting,
    Report,
    Spans,
    chosen,
    epoch,
    falls_in,
    first_promise,
    in_table,
    key_of,
    keys_of,
    one_if,
    reading,
    share,
    spans_of,
)

SOON = timedelta(minutes=3)  # Ley 10/2025


@dataclass(frozen=True, kw_only=True)
class WaitsRow:
    """Cases that opened in hours. Whoever has waited less than three minutes so far is not counted yet.

    `median` and `ninetieth` are seconds, the nearest rank, of those whom a person joined in the chat (`joined`);
    `in_time` and `share` are of all `cases`, as the law counts; `by_call`: a callback was promised before anybody came.
    """

    key: str
    cases: int = 0
    joined: int = 0
    median: int | None = None
    ninetieth: int | None = None
    in_time: int = 0
    share: float | None = None
    by_call: int = 0
    not_reached: int = 0
    outside_hours: int = 0  # opened while we were closed; not in `cases`


def read_waits(core: Core, asked: Asked, now: datetime) -> Report[WaitsRow]:
    """The waits of the range."""
    with reading(core) as session:
        spans = in_table(core, spans_of(core, session, asked))
        rows = _rows(session, spans, asked, asked, now)
        total = _rows(session, spans, asked, None, now)
    return Report(
        since=asked.since,
        until=asked.until,
        by=asked.by,
        time_zone=core.business.time_zone,
        rows=tuple(rows.get(key, WaitsRow(key=key)) for key in keys_of(asked, set(rows))),
        total=total.get(WHOLE, WaitsRow(key=WHOLE)),
    )


def _rows(session: Session, spans: Spans, asked: Asked, by: Asked | None, now: datetime) -> Mapping[str, WaitsRow]:
    cases = _cases(spans, asked, by, now).cte("cases").prefix_with(ONCE)
    ranks = {key: (median, ninetieth) for key, median, ninetieth in session.execute(_ranks(cases))}
    return {found.key: _row(found, ranks.get(found.key, (None, None))) for found in session.execute(_counts(cases))}


def _row(found: Any, ranks: tuple[Any, Any]) -> WaitsRow:
    median, ninetieth = (None if each is None else round(each) for each in ranks)
    return WaitsRow(
        key=found.key,
        cases=found.cases,
        joined=found.joined,
        median=median,
        ninetieth=ninetieth,
        in_time=found.in_time,
        share=share(found.in_time, found.cases),
        by_call=found.by_call,
        not_reached=found.cases - found.joined - found.by_call,
        outside_hours=found.outside,
    )


def _cases(spans: Spans, asked: Asked, by: Asked | None, now: datetime) -> Counting:
    """One row a case: its key, its wait in seconds, and which of the groups it is in."""
    held = HandoffRow.first_held_at.is_not(None)
    waited = epoch(HandoffRow.first_held_at) - epoch(HandoffRow.waiting_since)
    in_time = held & (waited <= SOON.total_seconds())
    settled = in_time | (HandoffRow.waiting_since <= now - SOON)
    promised = first_promise()
    called = promised.is_not(None) & (HandoffRow.first_held_at.is_(None) | (promised <= HandoffRow.first_held_at))
    counts = settled & (spans.c.opened == 1)
    return (
        select(
            key_of(by, spans.c.day, HandoffRow.language, HandoffRow.channel).label("key"),
            one_if(counts).label("counts"),
            one_if(counts & held & ~called).label("joined"),
            one_if(counts & in_time).label("in_time"),
            one_if(counts & called).label("by_call"),
            one_if(spans.c.opened == 0).label("outside"),
            cast(waited, Integer).label("waited"),
        )
        .join_from(spans.table, HandoffRow, falls_in(spans, HandoffRow.opened_at))
        .where(*chosen(asked, HandoffRow.language, HandoffRow.channel))
    )


def _counts(cases: CTE) -> Counting:
    return select(
        cases.c.key,
        func.sum(cases.c.counts).label("cases"),
        func.sum(cases.c.joined).label("joined"),
        func.sum(cases.c.in_time).label("in_time"),
        func.sum(cases.c.by_call).label("by_call"),
        func.sum(cases.c.outside).label("outside"),
    ).group_by(cases.c.key)


def _ranks(cases: CTE) -> Counting:
    """The waits at the nearest ranks: the median and the 90th percentile are waits that somebody had."""
    ranked = (
        select(
            cases.c.key,
            cases.c.waited,
            func.row_number().over(partition_by=cases.c.key, order_by=cases.c.waited).label("rank"),
            func.count().over(partition_by=cases.c.key).label("number"),
        )
        .where(cases.c.joined == 1)
        .subquery()
    )
    return select(ranked.c.key, _at(ranked.c, 50), _at(ranked.c, 90)).group_by(ranked.c.key)


def _at(ranked: Any, percent: int) -> ColumnElement[int]:
    """rank = ceil(percent % of the number), in whole numbers."""
    return func.max(case((ranked.rank == (ranked.number * percent + 99) // 100, ranked.waited)))
