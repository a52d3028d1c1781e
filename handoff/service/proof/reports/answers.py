"""What the bot answered by itself, and how much of that is confirmed as solved."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, case, false, func, select
from sqlalchemy.orm import Session

from handoff.service.base.core import Core
from handoff.service.proof.reports.asking import Asked, Counting, Report, one_if, share
from handoff.service.proof.reports.contacts import JUDGED, contacts, with_bot_alone
from handoff.service.proof.reports.ratings import HAPPY
from handoff.service.proof.reports.sums import Counted, Sum
from handoff.service.proof.reports.whole import report_of


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
    return report_of(core, asked, ANSWERS, now, _row)


def _row(key: str, found: Sum) -> AnswersRow:
    numbers = found.numbers
    return AnswersRow(key=key, **numbers, share=share(numbers["confirmed"], numbers["answered"] - numbers["too_early"]))


def _counts(core: Core, _session: Session, asked: Asked, now: datetime) -> Counting:
    return _statement(with_bot_alone(contacts(core, asked), now))


ANSWERS = Counted(name="answers", counts=_counts, after=JUDGED)


def _statement(alone: CTE) -> Counting:
    by = alone.c.day, alone.c.language, alone.c.channel
    over, rated = alone.c.over == 1, alone.c.stars.is_not(None)
    stayed = alone.c.back == 0
    judged = alone.c.helped.is_not(None)
    happy = case((rated, alone.c.stars >= HAPPY), (judged, alone.c.helped == 1), else_=false())
    said = rated | judged
    return (
        select(
            *by,
            func.count().label("answered"),
            func.sum(one_if(over & stayed & said & happy)).label("confirmed"),
            func.sum(one_if(over & stayed & ~said)).label("quiet"),
            func.sum(one_if(over & (~stayed | (said & ~happy)))).label("unsolved"),
            func.sum(one_if(~over)).label("too_early"),
        )
        .where(alone.c.answered == 1)
        .group_by(*by)
    )
