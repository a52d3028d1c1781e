"""Why people were needed: every case, in hours or not, by the reason it was opened for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import HandoffRow
from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import (
    Asked,
    Counting,
    Parted,
    Spans,
    days_of,
    falls_in,
    in_table,
)
from handoff.service.proof.reports.sums import Counted
from handoff.service.proof.reports.whole import parted_of
from handoff.service.proof.tried import no_test


@dataclass(frozen=True, kw_only=True)
class ReasonsRow:
    """The cases of one reason. `key` is a day, a language or a channel; empty in the total."""

    key: str
    reason: str
    cases: int


def read_reasons(core: Core, asked: Asked, now: datetime) -> Parted[ReasonsRow]:
    """The cases opened in the range; within a key the most frequent reason first."""
    return parted_of(core, asked, REASONS, now, _row, order=lambda row: (-row.cases, row.reason))


def _row(key: str, part: str, numbers: Mapping[str, int]) -> ReasonsRow:
    return ReasonsRow(key=key, reason=part, cases=numbers["cases"])


def _counts(core: Core, _session: Session, asked: Asked, _now: datetime) -> Counting:
    spans = in_table(core, days_of(core, asked))
    by = spans.c.day, HandoffRow.language, HandoffRow.channel, HandoffRow.reason.label("part")
    cases = func.count().label("cases")
    return (
        select(*by, cases)
        .join_from(spans.table, HandoffRow, falls_in(spans, HandoffRow.opened_at))
        .where(no_test(HandoffRow.conversation_id))
        .group_by(*by)
    )


def open_cases(spans: Spans, _now: datetime) -> Counting:
    """The days of which a case is still open."""
    still = HandoffRow.deadline_at.is_not(None)
    return select(spans.c.day).join_from(spans.table, HandoffRow, falls_in(spans, HandoffRow.opened_at)).where(still)


REASONS = Counted(name="reasons", counts=_counts, unsettled=open_cases)
