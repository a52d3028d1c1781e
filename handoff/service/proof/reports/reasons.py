"""Why people were needed: every case, in hours or not, by the reason it was opened for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from handoff.models import HandoffRow
from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import (
    Asked,
    Counting,
    Parted,
    Spans,
    chosen,
    days_of,
    falls_in,
    in_table,
    key_of,
)
from handoff.service.proof.reports.whole import parted_of


@dataclass(frozen=True, kw_only=True)
class ReasonsRow:
    """The cases of one reason. `key` is a day, a language or a channel; empty in the total."""

    key: str
    reason: str
    cases: int


def read_reasons(core: Core, asked: Asked, now: datetime) -> Parted[ReasonsRow]:
    """The cases opened in the range; within a key the most frequent reason first."""
    del now
    spans = in_table(core, days_of(core, asked))
    return parted_of(core, asked, _statement(spans, asked), lambda each: ReasonsRow(**each), order="cases")


def _statement(spans: Spans, asked: Asked) -> Counting:
    key = key_of(asked, spans.c.day, HandoffRow.language, HandoffRow.channel).label("key")
    cases = func.count().label("cases")
    return (
        select(key, HandoffRow.reason, cases)
        .join_from(spans.table, HandoffRow, falls_in(spans, HandoffRow.opened_at))
        .where(*chosen(asked, HandoffRow.language, HandoffRow.channel))
        .group_by(key, HandoffRow.reason)
        .order_by(key, cases.desc(), HandoffRow.reason)
    )
