"""What customers thought, by the way they were helped: the last rating they gave of a conversation and its case."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, select

from handoff.models import Conversation, HandoffRow, Rating
from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import (
    Asked,
    Counting,
    Parted,
    Spans,
    chosen,
    days_of,
    epoch,
    falls_in,
    first_promise,
    in_table,
    key_of,
    one_if,
)
from handoff.service.proof.reports.whole import Found, parted_of

HAPPY = 4
STILL_ITS = timedelta(days=7)  # later the rating is of what came after the case


@dataclass(frozen=True, kw_only=True)
class RatingsRow:
    """Ratings of one `path`: bot (no case), person, callback (a promise was made), nobody (a case that ended before
    a person came). `average` of 1 to 5 stars with two decimals; `happy` gave 4 or 5. On the day of the rating."""

    key: str
    path: str
    ratings: int
    happy: int
    average: float


def read_ratings(core: Core, asked: Asked, now: datetime) -> Parted[RatingsRow]:
    """The ratings given in the range."""
    del now
    spans = in_table(core, days_of(core, asked))
    return parted_of(core, asked, _statement(spans, asked), _row)


def _row(found: Found) -> RatingsRow:
    stars = found["stars"]
    rest = {name: value for name, value in found.items() if name != "stars"}
    return RatingsRow(**rest, average=round(stars / found["ratings"], 2))


def path_of() -> ColumnElement[str]:
    """How the case that is joined was helped; bot where none is."""
    return case(
        (HandoffRow.id.is_(None), "bot"),
        (first_promise().is_not(None), "callback"),
        (HandoffRow.first_held_at.is_not(None), "person"),
        else_="nobody",
    )


def _statement(spans: Spans, asked: Asked) -> Counting:
    """The language and channel are those of the conversation."""
    later = epoch(Rating.at) - epoch(HandoffRow.ended_at)
    its = HandoffRow.ended_at.is_(None) | (later <= STILL_ITS.total_seconds())
    newest_first = (Rating.at.desc(), Rating.id.desc())
    given = (
        select(
            key_of(asked, spans.c.day, Conversation.language, Conversation.channel).label("key"),
            path_of().label("path"),
            Rating.stars,
            func.row_number()
            .over(partition_by=(Rating.conversation_id, HandoffRow.id), order_by=newest_first)
            .label("number"),
        )
        .join_from(spans.table, Rating, falls_in(spans, Rating.at))
        .join(Conversation, Conversation.id == Rating.conversation_id)
        .outerjoin(HandoffRow, and_(HandoffRow.id == Rating.handoff_id, its))
        .where(*chosen(asked, Conversation.language, Conversation.channel))
        .subquery()
    )
    key, path = given.c.key, given.c.path
    return (
        select(
            key,
            path,
            func.count().label("ratings"),
            func.sum(one_if(given.c.stars >= HAPPY)).label("happy"),
            func.sum(given.c.stars).label("stars"),
        )
        .where(given.c.number == 1)
        .group_by(key, path)
        .order_by(key, path)
    )
