"""What customers thought, by the way they were helped: the rating they gave of a conversation and its case.

Who rates the same once more within seven days means the last one; it counts on its own day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from handoff.models import Conversation, HandoffRow, Rating
from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import (
    ONCE,
    Asked,
    Counting,
    Parted,
    Spans,
    days_of,
    epoch,
    falls_in,
    first_promise,
    in_table,
    one_if,
)
from handoff.service.proof.reports.sums import SOON, Counted
from handoff.service.proof.reports.whole import parted_of
from handoff.service.proof.tried import no_test

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
    return parted_of(core, asked, RATINGS, now, _row)


def _row(key: str, part: str, numbers: Mapping[str, int]) -> RatingsRow:
    ratings, happy = numbers["ratings"], numbers["happy"]
    return RatingsRow(key=key, path=part, ratings=ratings, happy=happy, average=round(numbers["stars"] / ratings, 2))


def path_of() -> ColumnElement[str]:
    """How the case that is joined was helped; bot where none is."""
    return case(
        (HandoffRow.id.is_(None), "bot"),
        (first_promise().is_not(None), "callback"),
        (HandoffRow.first_held_at.is_not(None), "person"),
        else_="nobody",
    )


def _counts(core: Core, _session: Session, asked: Asked, _now: datetime) -> Counting:
    """The language and channel are those of the conversation."""
    spans = in_table(core, days_of(core, asked))
    its = HandoffRow.ended_at.is_(None) | _within(Rating.at, HandoffRow.ended_at)
    given = (
        select(spans.c.day, Conversation.language, Conversation.channel, path_of().label("part"), Rating.stars)
        .join_from(spans.table, Rating, falls_in(spans, Rating.at))
        .join(Conversation, Conversation.id == Rating.conversation_id)
        .outerjoin(HandoffRow, and_(HandoffRow.id == Rating.handoff_id, its))
        .where(~_given_anew(), no_test(Rating.conversation_id))
        .cte("given")
        .prefix_with(ONCE)
    )
    by = given.c.day, given.c.language, given.c.channel, given.c.part
    return select(
        *by,
        func.count().label("ratings"),
        func.sum(one_if(given.c.stars >= HAPPY)).label("happy"),
        func.sum(given.c.stars).label("stars"),
    ).group_by(*by)


def _given_anew() -> ColumnElement[bool]:
    """Whether a later rating of the same conversation and case, within seven days, stands for this one."""
    later = aliased(Rating)
    after = (later.at > Rating.at) | ((later.at == Rating.at) & (later.id > Rating.id))
    still = HandoffRow.id.is_(None) | HandoffRow.ended_at.is_(None) | _within(later.at, HandoffRow.ended_at)
    return exists().where(
        later.conversation_id == Rating.conversation_id,
        later.handoff_id.is_not_distinct_from(Rating.handoff_id),
        after,
        _within(later.at, Rating.at),
        still,
    )


def _within(later: Any, earlier: Any) -> ColumnElement[bool]:
    within: ColumnElement[bool] = epoch(later) - epoch(earlier) <= STILL_ITS.total_seconds()
    return within


def _unsettled(spans: Spans, _now: datetime) -> Counting:
    rated = select(spans.c.day).join_from(spans.table, Rating, falls_in(spans, Rating.at))
    return rated.join(HandoffRow, HandoffRow.id == Rating.handoff_id).where(HandoffRow.deadline_at.is_not(None))


RATINGS = Counted(name="ratings", counts=_counts, after=STILL_ITS + SOON, unsettled=_unsettled)
