"""Who had to come back within seven days, by the way they were helped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from handoff.models import HandoffRow
from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import (
    ONCE,
    Asked,
    Counting,
    Parted,
    Spans,
    days_of,
    falls_in,
    in_table,
    one_if,
    share,
)
from handoff.service.proof.reports.contacts import BACK, JUDGED, came_back, contacts, with_bot_alone
from handoff.service.proof.reports.ratings import path_of
from handoff.service.proof.reports.sums import SOON, Counted
from handoff.service.proof.reports.whole import parted_of
from handoff.service.proof.tried import no_test


@dataclass(frozen=True, kw_only=True)
class ReturnsRow:
    """Contacts of one `path` (bot, person, callback, nobody) that ended at least seven days ago, and how many of
    those customers came back within seven days; `share` in per cent. `too_early`: not ended, or not so long ago."""

    key: str
    path: str
    contacts: int
    back: int
    too_early: int
    share: float | None


def read_returns(core: Core, asked: Asked, now: datetime) -> Parted[ReturnsRow]:
    """The contacts with the bot alone, and the cases, that began in the range."""
    return parted_of(core, asked, RETURNS, now, _row)


def _row(key: str, part: str, numbers: Mapping[str, int]) -> ReturnsRow:
    return ReturnsRow(key=key, path=part, **numbers, share=share(numbers["back"], numbers["contacts"]))


def _counts(core: Core, _session: Session, asked: Asked, now: datetime) -> Counting:
    each = union_all(_alone(core, asked, now), _cases(core, asked, now)).cte("each_contact").prefix_with(ONCE)
    by, over = (each.c.day, each.c.language, each.c.channel, each.c.part), each.c.over == 1
    return select(
        *by,
        func.sum(one_if(over)).label("contacts"),
        func.sum(one_if(over & (each.c.back == 1))).label("back"),
        func.sum(one_if(~over)).label("too_early"),
    ).group_by(*by)


def _alone(core: Core, asked: Asked, now: datetime) -> Counting:
    alone = with_bot_alone(contacts(core, asked), now)
    return select(
        alone.c.day, alone.c.language, alone.c.channel, literal("bot").label("part"), alone.c.over, alone.c.back
    )


def _cases(core: Core, asked: Asked, now: datetime) -> Counting:
    spans = in_table(core, days_of(core, asked), "days")
    ended = HandoffRow.ended_at
    facts = select(
        spans.c.day,
        HandoffRow.language,
        HandoffRow.channel,
        path_of().label("part"),
        one_if(ended.is_not(None) & (ended <= now - BACK)).label("over"),
        one_if(came_back(HandoffRow.customer_id, ended)).label("back"),
    )
    cases = facts.join_from(spans.table, HandoffRow, falls_in(spans, HandoffRow.opened_at))
    return cases.where(no_test(HandoffRow.conversation_id))


def _unsettled(spans: Spans, now: datetime) -> Counting:
    early = HandoffRow.ended_at.is_(None) | (HandoffRow.ended_at > now - BACK - SOON)
    return select(spans.c.day).join_from(spans.table, HandoffRow, falls_in(spans, HandoffRow.opened_at)).where(early)


RETURNS = Counted(name="returns", counts=_counts, after=JUDGED, unsettled=_unsettled)
