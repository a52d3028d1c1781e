"""Questions that the bot had to refuse, because no approved answer fits: where the knowledge has gaps."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Conversation, Message
from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import (
    Asked,
    Counting,
    Report,
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
class GapsRow:
    """`questions`: turns that the engine decided; `refused` of them had no approved answer, `share` in per cent."""

    key: str
    questions: int = 0
    refused: int = 0
    share: float | None = None


def read_gaps(core: Core, asked: Asked, now: datetime) -> Report[GapsRow]:
    """The bot's turns of the range."""
    return report_of(core, asked, GAPS, now, _row)


def _row(key: str, found: Sum) -> GapsRow:
    return GapsRow(key=key, **found.numbers, share=share(found.numbers["refused"], found.numbers["questions"]))


def _counts(core: Core, _session: Session, asked: Asked, _now: datetime) -> Counting:
    """A turn may say several things, all at one instant: it is one question."""
    spans = in_table(core, days_of(core, asked))
    by = spans.c.day, Conversation.language, Conversation.channel
    turns = (
        select(*by, func.max(one_if(Message.decision == "refuse")).label("refused"))
        .join_from(spans.table, Message, falls_in(spans, Message.at))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.decision.is_not(None), no_test(Message.conversation_id))
        .group_by(*by, Message.conversation_id, Message.at)
        .subquery()
    )
    keys = turns.c.day, turns.c.language, turns.c.channel
    return select(*keys, func.count().label("questions"), func.sum(turns.c.refused).label("refused")).group_by(*keys)


GAPS = Counted(name="gaps", counts=_counts)
