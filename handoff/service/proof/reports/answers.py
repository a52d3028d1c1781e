"""What the bot answered by itself, and how much of that is confirmed as solved."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, case, false, func, select

from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import Asked, Counting, Report, key_of, one_if, share
from handoff.service.proof.reports.contacts import contacts, with_bot_alone
from handoff.service.proof.reports.ratings import HAPPY
from handoff.service.proof.reports.whole import Found, report_of


@dataclass(frozen=True, kw_only=True)
class AnswersRow:
    """Contacts that the bot answered alone. `answered` = `confirmed` + `quiet` + `unsolved` + `too_early`.

    `confirmed`: the customer gave 4 or 5 stars, or without stars said that it helped, and did not come back within
    seven days. `quiet`: they said neither and did not come back; probably solved, and nobody said so. `unsolved`: 1 to
    3 stars, or that it did not help, or back within seven days.
    `too_early`: the seven days are not over. `share`: of those that are not too early, the confirmed, in per cent.
    """

    key: str
    answered: int = 0
    confirmed: int = 0
    quiet: int = 0
    unsolved: int = 0
    too_early: int = 0
    share: float | None = None


def read_answers(core: Core, asked: Asked, now: datetime) -> Report[AnswersRow]:
    """The contacts that began in the range."""
    alone = with_bot_alone(contacts(core, asked), now)
    return report_of(core, asked, _statement(alone, asked), _row, AnswersRow)


def _row(found: Found) -> AnswersRow:
    return AnswersRow(**found, share=share(found["confirmed"], found["answered"] - found["too_early"]))


def _statement(alone: CTE, asked: Asked) -> Counting:
    key = key_of(asked, alone.c.day, alone.c.language, alone.c.channel).label("key")
    over, rated = alone.c.over == 1, alone.c.stars.is_not(None)
    stayed = alone.c.back == 0
    judged = alone.c.helped.is_not(None)
    happy = case((rated, alone.c.stars >= HAPPY), (judged, alone.c.helped == 1), else_=false())
    said = rated | judged
    return (
        select(
            key,
            func.count().label("answered"),
            func.sum(one_if(over & stayed & said & happy)).label("confirmed"),
            func.sum(one_if(over & stayed & ~said)).label("quiet"),
            func.sum(one_if(over & (~stayed | (said & ~happy)))).label("unsolved"),
            func.sum(one_if(~over)).label("too_early"),
        )
        .where(alone.c.answered == 1)
        .group_by(key)
    )
