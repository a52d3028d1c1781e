"""How long people waited for a person: cases that opened while we were open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from handoff.models import HandoffRow
from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import (
    ONCE,
    Asked,
    Counting,
    Report,
    Spans,
    epoch,
    falls_in,
    first_promise,
    in_table,
    one_if,
    only_if,
    share,
    spans_of,
)
from handoff.service.proof.reports.reasons import open_cases
from handoff.service.proof.reports.sums import Counted, Sum, nearest_rank
from handoff.service.proof.reports.whole import report_of
from handoff.service.proof.tried import no_test

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
    return report_of(core, asked, WAITS, now, _row)


def _row(key: str, found: Sum) -> WaitsRow:
    numbers = found.numbers
    return WaitsRow(
        key=key,
        cases=numbers["cases"],
        joined=numbers["joined"],
        median=nearest_rank(found.spread, 50),
        ninetieth=nearest_rank(found.spread, 90),
        in_time=numbers["in_time"],
        share=share(numbers["in_time"], numbers["cases"]),
        by_call=numbers["by_call"],
        not_reached=numbers["cases"] - numbers["joined"] - numbers["by_call"],
        outside_hours=numbers["outside"],
    )


def _counts(core: Core, session: Session, asked: Asked, now: datetime) -> Counting:
    """Who was joined is grouped by how long they waited, so that the percentiles of any range can be told."""
    cases = _cases(in_table(core, spans_of(core, session, asked)), now).cte("cases").prefix_with(ONCE)
    counts, held, called = cases.c.counts == 1, cases.c.held == 1, cases.c.called == 1
    joined = counts & held & ~called
    by = cases.c.day, cases.c.language, cases.c.channel
    waited = only_if(joined, cases.c.waited).label("waited")
    return select(
        *by,
        waited,
        func.sum(cases.c.counts).label("cases"),
        func.sum(one_if(joined)).label("joined"),
        func.sum(one_if(counts & (cases.c.in_time == 1))).label("in_time"),
        func.sum(one_if(counts & called)).label("by_call"),
        func.sum(one_if(cases.c.opened == 0)).label("outside"),
    ).group_by(*by, waited)


def _cases(spans: Spans, now: datetime) -> Counting:
    """One row a case: its wait in seconds, and what is true of it."""
    facts = HandoffRow.language, HandoffRow.channel, HandoffRow.waiting_since, HandoffRow.first_held_at
    began = (
        select(spans.c.day, spans.c.opened, *facts, first_promise().label("promised"))
        .join_from(spans.table, HandoffRow, falls_in(spans, HandoffRow.opened_at))
        .where(no_test(HandoffRow.conversation_id))
        .cte("began")
        .prefix_with(ONCE)
    )
    c = began.c
    held = c.first_held_at.is_not(None)
    waited = epoch(c.first_held_at) - epoch(c.waiting_since)
    in_time = held & (waited <= SOON.total_seconds())
    settled = in_time | (c.waiting_since <= now - SOON)
    called = c.promised.is_not(None) & (~held | (c.promised <= c.first_held_at))
    return select(
        c.day,
        c.language,
        c.channel,
        c.opened,
        one_if(settled & (c.opened == 1)).label("counts"),
        one_if(held).label("held"),
        one_if(in_time).label("in_time"),
        one_if(called).label("called"),
        cast(waited, Integer).label("waited"),
    )


WAITS = Counted(name="waits", counts=_counts, unsettled=open_cases, spread=("waited", "joined"))
