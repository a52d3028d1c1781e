"""Trying settings on what has been: what levels would have done last week, and which promises hours would move."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.business import Business
from handoff.hours import NoOpening
from handoff.models import HandoffRow, LedgerRow, PromiseRow
from handoff.policy import moved_due
from handoff.rehearsal import Fact, Happening, Past, count, rehearse
from handoff.service.base.core import Core
from handoff.service.base.ledger import conversation_stream
from handoff.states import EventKind, State, Urgency

WEEK = timedelta(days=7)
MOST_CASES = 2000
MOST_SHOWN = 50
BATCH = 400


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """One case that would have gone otherwise: what happened by the settings of now, and by those that are tried."""

    reference: str
    urgency: str
    opened_at: datetime
    now: tuple[Happening, ...]
    then: tuple[Happening, ...]


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """`cases` opened since `since` were looked at; `now` and `then` count what happens, by kind."""

    since: datetime
    until: datetime
    cases: int
    capped: bool  # only the newest 2,000
    differ: int
    now: Mapping[str, int]
    then: Mapping[str, int]
    shown: tuple[Rehearsed, ...]  # the newest 50 that differ


def rehearse_levels(core: Core, present: Business, tried: Business, now: datetime) -> Rehearsal:
    """Both settings over the cases of the last seven days. Reads only."""
    with core.database.read() as session:
        rows = _cases(session, now - WEEK)
        pasts = list(_pasts(session, rows[:MOST_CASES], now))
    opened = {row.reference: row.opened_at for row in rows}
    both = [(past, rehearse(present, past), rehearse(tried, past)) for past in pasts]
    differing = [
        Rehearsed(
            reference=past.reference, urgency=past.urgency.value, opened_at=opened[past.reference], now=old, then=new
        )
        for past, old, new in both
        if old != new
    ]
    return Rehearsal(
        since=now - WEEK,
        until=now,
        cases=len(pasts),
        capped=len(rows) > MOST_CASES,
        differ=len(differing),
        now=count(each for _, old, _ in both for each in old),
        then=count(each for _, _, new in both for each in new),
        shown=tuple(differing[:MOST_SHOWN]),
    )


def _cases(session: Session, since: datetime) -> Sequence[HandoffRow]:
    statement = select(HandoffRow).where(HandoffRow.opened_at >= since).order_by(HandoffRow.opened_at.desc())
    return session.execute(statement.limit(MOST_CASES + 1)).scalars().all()


def _pasts(session: Session, rows: Sequence[HandoffRow], now: datetime) -> Iterator[Past]:
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        facts = _facts(session, batch)
        for row in batch:
            if found := facts.get(row.reference):
                yield Past(
                    reference=row.reference,
                    urgency=Urgency(row.urgency),
                    facts=tuple(found),
                    until=row.ended_at or now,
                )


def _facts(session: Session, rows: Sequence[HandoffRow]) -> Mapping[str, list[Fact]]:
    """The steps of these cases, by reference, as the ledger has them."""
    streams = {conversation_stream(row.conversation_id) for row in rows}
    statement = (
        select(LedgerRow.at, LedgerRow.kind, LedgerRow.data)
        .where(LedgerRow.stream.in_(streams), LedgerRow.kind.startswith("handoff."))
        .order_by(LedgerRow.stream, LedgerRow.seq)
    )
    found: dict[str, list[Fact]] = {row.reference: [] for row in rows}
    for at, kind, data in session.execute(statement):
        if data.get("reference") in found and "to" in data:
            found[data["reference"]].append(_fact(at, kind, data))
    return found


def _fact(at: datetime, kind: str, data: Mapping[str, str | None]) -> Fact:
    due = data.get("due")
    return Fact(
        at=at,
        kind=EventKind(kind.removeprefix("handoff.")),
        state=State(str(data["to"])),
        due=datetime.fromisoformat(due) if due else None,
    )


def promises_moved(core: Core, tried: Business, now: datetime) -> int:
    """How many open promises would get another time, and their customers a telling, by these hours."""
    statement = select(PromiseRow.due_at).where(PromiseRow.closed_at.is_(None), PromiseRow.due_at > now)
    with core.database.read() as session:
        dues = session.execute(statement).scalars().all()
    return sum(_moves(tried, due, now) for due in dues)


def _moves(tried: Business, due: datetime, now: datetime) -> bool:
    try:
        return moved_due(tried, due, now) != due
    except NoOpening:
        return False
