"""Questions that the bot had to refuse, because no approved answer fits: where the knowledge has gaps."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from handoff.models import Conversation, Message
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
from handoff.service.proof.reports.whole import Found, report_of


@dataclass(frozen=True, kw_only=True)
class GapsRow:
    """`questions`: turns that the engine decided; `refused` of them had no approved answer, `share` in per cent."""

    key: str
    questions: int = 0
    refused: int = 0
    share: float | None = None


def read_gaps(core: Core, asked: Asked, now: datetime) -> Report[GapsRow]:
    """The bot's turns of the range."""
    del now
    spans = in_table(core, days_of(core, asked))
    return report_of(core, asked, _statement(spans, asked), _row, GapsRow)


def _row(found: Found) -> GapsRow:
    return GapsRow(**found, share=share(found["refused"], found["questions"]))


def _statement(spans: Spans, asked: Asked) -> Counting:
    """A turn may say several things, all at one instant: it is one question."""
    key = key_of(asked, spans.c.day, Conversation.language, Conversation.channel).label("key")
    turns = (
        select(key, func.max(one_if(Message.decision == "refuse")).label("refused"))
        .join_from(spans.table, Message, falls_in(spans, Message.at))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.decision.is_not(None), *chosen(asked, Conversation.language, Conversation.channel))
        .group_by(key, Message.conversation_id, Message.at)
        .subquery()
    )
    return select(turns.c.key, func.count().label("questions"), func.sum(turns.c.refused).label("refused")).group_by(
        turns.c.key
    )
