"""What became of the promises: each counts on the day on which it was made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from handoff.models import HandoffRow, PromiseRow
from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import (
    Asked,
    Counting,
    Report,
    Spans,
    chosen,
    days_of,
    falls_in,
    in_table,
    key_of,
    one_if,
    share,
)
from handoff.service.proof.reports.whole import report_of


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
    spans = in_table(core, days_of(core, asked))
    return report_of(core, asked, _statement(spans, asked, now), _row, PromisesRow)


def _row(found: Any) -> PromisesRow:
    return PromisesRow(**found, share=share(found["kept"], found["kept"] + found["missed"]))


def _statement(spans: Spans, asked: Asked, now: datetime) -> Counting:
    key = key_of(asked, spans.c.day, HandoffRow.language, HandoffRow.channel).label("key")
    status = PromiseRow.status
    missed = (PromiseRow.breaches > 0) | ((status == "open") & (PromiseRow.due_at <= now))
    return (
        select(
            key,
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
        .where(*chosen(asked, HandoffRow.language, HandoffRow.channel))
        .group_by(key)
    )
