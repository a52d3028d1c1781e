"""Approved texts that must be looked at again: their owner is told at the desk, once for each date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from handoff.models import Alert
from handoff.service.base.core import Core, work
from handoff.service.telling.alerts import alert


@dataclass(frozen=True, kw_only=True)
class ReviewDue:
    """An entry or notice at or near its review date."""

    item: str
    owner: str
    review_by: date


def tell_reviews(core: Core, due: Iterable[ReviewDue], now: datetime) -> int:
    """Alerts the supervisors of each text once for its date, whether or not they have seen to it; returns how many."""
    wanted = {(each.item, each.review_by.isoformat()): each for each in due}
    if not wanted:
        return 0
    with work(core, now) as unit:
        told = unit.session.execute(select(Alert.data).where(Alert.kind == "review_due")).scalars()
        known = {(data.get("item"), data.get("review_by")) for data in told}
        fresh = [each for key, each in wanted.items() if key not in known]
        for each in fresh:
            data = {"item": each.item, "owner": each.owner, "review_by": each.review_by.isoformat()}
            alert(unit, "review_due", "supervisor", data=data)
        return len(fresh)
