"""What agents make of the approved answers that are suggested to them while they write."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, func, literal_column, select
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

THEIRS = Message.author == literal_column("'agent'")  # not a parameter: so the partial index serves


@dataclass(frozen=True, kw_only=True)
class SuggestionsRow:
    """Agents' replies. `replies` = `as_is` + `edited` + `without`.

    `as_is`: every approved answer that was put into it was sent in its own words. `edited`: at least one was changed.
    `without`: made of none. `share`: of all replies, those with an approved answer, in per cent.
    """

    key: str
    replies: int = 0
    as_is: int = 0
    edited: int = 0
    without: int = 0
    share: float | None = None


def read_suggestions(core: Core, asked: Asked, now: datetime) -> Report[SuggestionsRow]:
    """The replies that agents sent in the range."""
    return report_of(core, asked, SUGGESTIONS, now, _row)


def _row(key: str, found: Sum) -> SuggestionsRow:
    numbers = found.numbers
    return SuggestionsRow(key=key, **numbers, share=share(numbers["as_is"] + numbers["edited"], numbers["replies"]))


def _counts(core: Core, _session: Session, asked: Asked, _now: datetime) -> Counting:
    spans = in_table(core, days_of(core, asked))
    by = spans.c.day, Conversation.language, Conversation.channel
    some, edited = Message.suggested.is_not(None), _is_edited()
    return (
        select(
            *by,
            func.count().label("replies"),
            func.sum(one_if(some & ~edited)).label("as_is"),
            func.sum(one_if(some & edited)).label("edited"),
            func.sum(one_if(~some)).label("without"),
        )
        .join_from(spans.table, Message, falls_in(spans, Message.at))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(THEIRS, Message.kind == "text", no_test(Message.conversation_id))
        .group_by(*by)
    )


def _is_edited() -> ColumnElement[bool]:
    """By the words of the JSON: a title that says the same has its quotes escaped."""
    return func.coalesce(cast(Message.suggested, String), "").like('%"used": "edited"%')


SUGGESTIONS = Counted(name="suggestions", counts=_counts)
