"""What became of the promises: each counts on the day on which it was made."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import HandoffRow, PromiseRow
from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import (
    Asked,
    Counting,
    Report,
    Spans,
    days_of,
    falls_in,
    in_table,
    one_if,
    share,
)
from handoff.service.proof.reports.sums import Counted, Sum
from handoff.service.proof.reports.whole import report_of
from handoff.service.proof.tried import no_test


@dataclass(frozen=True, kw_only=True)
class PromisesRow:
    """`made` = `kept` + `missed` + `open` + `unreachable` + `withdrawn`.

    `kept`: called by the time we said. `missed`: at least one promised time passed without a call, whatever came of
    it (`kept_late` of them were called after all). `open`: not due yet. `withdrawn`: called off, or void. `share`: of
    kept and missed, the kept.
    """

    key: str
    made: int = 0
    kept: int = 0
    missed: int = 0
    kept_late: int = 0
    open: int = 0
    unreachable: int = 0
    withdrawn: int = 0
    share: float | None = None


def read_promises(core: Core, asked: Asked, now: datetime) -> Report[PromisesRow]:
    """The promises made in the range, as they stand at `now`."""
    return report_of(core, asked, PROMISES, now, _row)


def _row(key: str, found: Sum) -> PromisesRow:
    numbers = found.numbers
    return PromisesRow(key=key, **numbers, share=share(numbers["kept"], numbers["kept"] + numbers["missed"]))


def _counts(core: Core, _session: Session, asked: Asked, now: datetime) -> Counting:
    spans = in_table(core, days_of(core, asked))
    by = spans.c.day, HandoffRow.language, HandoffRow.channel
    status = PromiseRow.status
    missed = (PromiseRow.breaches > 0) | ((status == "open") & (PromiseRow.due_at <= now))
    return (
        select(
            *by,
            func.count().label("made"),
            func.sum(one_if(~missed & (status == "kept"))).label("kept"),
            func.sum(one_if(missed)).label("missed"),
            func.sum(one_if(missed & (status == "kept"))).label("kept_late"),
            func.sum(one_if(~missed & (status == "open"))).label("open"),
            func.sum(one_if(~missed & (status == "unreachable"))).label("unreachable"),
            func.sum(one_if(~missed & status.in_(("withdrawn", "void")))).label("withdrawn"),
        )
        .join_from(spans.table, PromiseRow, falls_in(spans, PromiseRow.made_at))
        .join(HandoffRow, HandoffRow.id == PromiseRow.handoff_id)
        .where(no_test(HandoffRow.conversation_id))
        .group_by(*by)
    )


def _unsettled(spans: Spans, _now: datetime) -> Counting:
    open_still = PromiseRow.closed_at.is_(None)
    return select(spans.c.day).join_from(spans.table, PromiseRow, falls_in(spans, PromiseRow.made_at)).where(open_still)


PROMISES = Counted(name="promises", counts=_counts, unsettled=_unsettled)
