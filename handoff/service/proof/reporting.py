"""How the guarantee stands: the facts that the audit proves, read from indexes so that a page may ask every minute."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, extract, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handoff import hours
from handoff.models import Agent, Alert, HandoffRow, PromiseRow
from handoff.service.base.core import Core
from handoff.service.proof.auditing import Looking, Violation, count_lost, violations_of
from handoff.service.proof.tried import no_test
from handoff.states import OPEN_STATES, State
from handoff.store import id_at

DAYS = 7
REACHED_WITHIN = timedelta(minutes=3)  # Ley 10/2025
MESSAGES_OF = timedelta(days=1)
NEXT = 8
QUICK = 500  # open cases that can be checked while somebody waits
_OPEN = HandoffRow.deadline_at.is_not(None)


@dataclass(frozen=True, kw_only=True)
class OpenCases:
    """The open cases in one state, with the one that has waited longest."""

    state: str
    number: int
    oldest_since: datetime


@dataclass(frozen=True, kw_only=True)
class Obligation:
    """One open case with its next deadline."""

    reference: str
    state: str
    urgency: str
    waiting_since: datetime
    deadline_at: datetime
    deadline_kind: str
    agent: str | None = None


@dataclass(frozen=True, kw_only=True)
class PromisesStand:
    """`kept_share` is of those kept or missed in seven days, in per cent; None when there were none."""

    open: int
    overdue: int
    missed_today: int
    missed_week: int
    kept_week: int
    kept_share: float | None


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Cases that opened in opening hours in seven days: how many had a person within three minutes."""

    cases: int
    in_time: int
    share: float | None


@dataclass(frozen=True, kw_only=True)
class LostView:
    count: int
    query: str
    parameters: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class GuaranteeView:
    at: datetime
    lost: LostView
    open: tuple[OpenCases, ...]
    oldest: Obligation | None
    next: tuple[Obligation, ...]
    promises: PromisesStand
    undelivered: int  # messages that died and that nobody has seen to yet
    untold: int  # customers who could not be told, likewise
    reached: Reached
    checkable: bool  # whether the open cases are few enough to be checked at once


@dataclass(frozen=True, kw_only=True)
class Found:
    invariant: str
    subject: str
    found: str
    to_do: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The audit of the open cases: `cases` were looked at, None when they are too many to wait for."""

    at: datetime
    cases: int | None
    violations: tuple[Found, ...]


def read_guarantee(core: Core, now: datetime) -> GuaranteeView:
    """The facts of this instant."""
    with core.database.read() as session:
        lost = count_lost(session, now, MESSAGES_OF)
        opened = _open(session)
        return GuaranteeView(
            at=now,
            lost=LostView(count=lost.count, query=lost.query, parameters=lost.parameters),
            open=opened,
            oldest=next(_obligations(session, HandoffRow.waiting_since, 1), None),
            next=tuple(_obligations(session, HandoffRow.deadline_at, NEXT)),
            promises=_promises(core, session, now),
            undelivered=_undone(session, "delivery_dead"),
            untold=_undone(session, "untellable"),
            reached=_reached(core, session, now),
            checkable=sum(each.number for each in opened) <= QUICK,
        )


def check_open(core: Core, now: datetime) -> Checked:
    """The audit's invariants on the conversations with an open case."""
    with core.database.read() as session:
        cases = session.scalar(select(func.count()).select_from(HandoffRow).where(_OPEN)) or 0
        if cases > QUICK:
            return Checked(at=now, cases=None, violations=())
        look = Looking(session=session, secret=core.secret, now=now, only_open=True)
        return Checked(at=now, cases=cases, violations=tuple(_found(each) for each in violations_of(look)))


def _found(each: Violation) -> Found:
    return Found(invariant=each.invariant, subject=each.subject, found=each.found, to_do=each.rule.to_do)


def _open(session: Session) -> tuple[OpenCases, ...]:
    statement = (
        select(HandoffRow.state, func.count(), func.min(HandoffRow.waiting_since))
        .where(_OPEN)
        .group_by(HandoffRow.state)
    )
    found = {state: (number, oldest) for state, number, oldest in session.execute(statement)}
    order = [state.value for state in State if state in OPEN_STATES]
    return tuple(
        OpenCases(state=state, number=found[state][0], oldest_since=found[state][1])
        for state in order
        if state in found
    )


def _obligations(session: Session, order: InstrumentedAttribute[Any], limit: int) -> Iterator[Obligation]:
    statement = (
        select(HandoffRow, Agent.name)
        .outerjoin(Agent, Agent.id == HandoffRow.agent_id)
        .where(_OPEN)
        .order_by(order, HandoffRow.id)
        .limit(limit)
    )
    for row, name in session.execute(statement):
        yield Obligation(
            reference=row.reference,
            state=row.state,
            urgency=row.urgency,
            waiting_since=row.waiting_since,
            deadline_at=row.deadline_at or row.waiting_since,
            deadline_kind=row.deadline_kind or "",
            agent=name,
        )


def _promises(core: Core, session: Session, now: datetime) -> PromisesStand:
    week, today = now - timedelta(days=DAYS), _midnight(core, now)
    is_open = PromiseRow.closed_at.is_(None)
    missed = _counted(session, PromiseRow.missed_at >= week)
    kept = _counted(session, PromiseRow.closed_at >= week, PromiseRow.status == "kept", PromiseRow.breaches == 0)
    return PromisesStand(
        open=_promised(session, is_open),
        overdue=_promised(session, is_open, PromiseRow.due_at <= now),
        missed_today=_counted(session, PromiseRow.missed_at >= today),
        missed_week=missed,
        kept_week=kept,
        kept_share=_share(kept, kept + missed),
    )


def _promised(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(PromiseRow).where(*which)) or 0


def _counted(session: Session, *which: ColumnElement[bool]) -> int:
    """How customers were served: a promise to who tries the website is owed, but says nothing of that."""
    promises = select(func.count()).select_from(PromiseRow).join(HandoffRow, HandoffRow.id == PromiseRow.handoff_id)
    return session.scalar(promises.where(*which, no_test(HandoffRow.conversation_id))) or 0


def _midnight(core: Core, now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(core.business.time_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)


def _undone(session: Session, kind: str) -> int:
    """Matters, not rows: the same is told to several audiences."""
    matter = func.coalesce(Alert.handoff_id, Alert.data["conversation"].as_string(), Alert.id)
    audiences = Alert.audience.in_(("agent", "supervisor", "on_call"))
    statement = select(func.count(matter.distinct())).where(Alert.done_at.is_(None), audiences, Alert.kind == kind)
    return session.scalar(statement) or 0


def _reached(core: Core, session: Session, now: datetime) -> Reached:
    """Who has waited for less than three minutes so far is not counted yet."""
    since = now - timedelta(days=DAYS)
    seconds = extract("epoch", HandoffRow.first_held_at) - extract("epoch", HandoffRow.waiting_since)
    in_time = and_(HandoffRow.first_held_at.is_not(None), seconds <= REACHED_WITHIN.total_seconds())
    settled = or_(in_time, HandoffRow.waiting_since <= now - REACHED_WITHIN)
    statement = select(func.count(), func.count().filter(in_time)).where(
        HandoffRow.id >= id_at(since), _in_hours(core, since, now), settled, no_test(HandoffRow.conversation_id)
    )
    cases, good = session.execute(statement).one()
    return Reached(cases=cases, in_time=good, share=_share(good, cases))


def _in_hours(core: Core, since: datetime, now: datetime) -> ColumnElement[bool]:
    """Whether the case opened while we were open, by the hours in force."""
    spans = hours.open_spans(core.business, since, now)
    return or_(false(), *(and_(HandoffRow.opened_at >= start, HandoffRow.opened_at < end) for start, end in spans))


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
