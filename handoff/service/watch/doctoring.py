"""What the database and the settings say about the guarantee, before a customer finds out."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import hours
from handoff.business import Business, Week
from handoff.models import Agent, AgentSession, Delivery, HandoffRow, Invite, PromiseRow
from handoff.service.base.core import Core
from handoff.service.telling.notifying import ON_CALL, SUPERVISOR, targets_of
from handoff.service.watch.findings import Finding, finding
from handoff.service.watch.heartbeat import last_sweep
from handoff.service.watch.missed_texts import skipped_lately, unread_since

AHEAD = timedelta(days=14)
LATE = timedelta(seconds=60)  # after which the sweeper should have acted


def look(core: Core, now: datetime, *, demo: bool = False) -> list[Finding]:
    """Everything that can be found without leaving this machine. `demo`: what a demo means is only a warning."""
    business = core.business
    opens = list(hours.openings(business, now, now + AHEAD))
    with core.database.read() as session:
        able = _able(session, now)
        found = [
            *_staff(business, able, opens, now),
            *_hours(business, opens, now),
            *_overdue(session, business, now),
        ]
        found += _texts(session, business, now)
    swept = last_sweep(core)
    if swept is not None and swept < now - LATE:
        found.append(finding("sweeper_silent", since=_said(business, swept)))
    for audience, code in ((ON_CALL, "on_call_unreachable"), (SUPERVISOR, "supervisor_unreachable")):
        if not list(targets_of(core, audience)):
            found.append(finding(code, demo=demo))
    return found


def _texts(session: Session, business: Business, now: datetime) -> Iterator[Finding]:
    since, skipped = unread_since(session, now), skipped_lately(session, now)
    if since is not None:
        yield finding("texts_unread", since=_said(business, since))
    if skipped is not None:
        first, last = (_said(business, datetime.fromisoformat(each)) for each in skipped)
        yield finding("texts_skipped", since=first, until=last)


def _able(session: Session, now: datetime) -> Sequence[Agent]:
    """Agents who can sign in: by a password, by an invite that is still good, or because they are signed in."""
    signed_in = select(AgentSession.agent_id).where(AgentSession.expires_at > now)
    invited = select(Invite.agent_id).where(Invite.expires_at > now, Invite.used_at.is_(None))
    statement = select(Agent).where(
        Agent.disabled_at.is_(None),
        Agent.password_hash.is_not(None) | Agent.id.in_(signed_in) | Agent.id.in_(invited),
    )
    return session.execute(statement).scalars().all()


def _staff(business: Business, able: Sequence[Agent], opens: Sequence[hours.Span], now: datetime) -> Iterator[Finding]:
    if not able:
        yield finding("nobody_can_receive")
        return
    gap = first_gap(opens, [span for agent in able for span in _shift(business, agent, opens, now)])
    if gap is not None:
        yield finding("shift_gap", start=_said(business, gap[0]), end=_said(business, gap[1]))
    if not any(agent.role in {"supervisor", "admin"} for agent in able):
        yield finding("nobody_supervises")
    spoken = {language for agent in able if list(_shift(business, agent, opens, now)) for language in agent.languages}
    silent = [language for language in business.languages if language not in spoken]
    if silent and opens:
        yield finding("language_without_agent", languages=" ".join(silent))


def _shift(business: Business, agent: Agent, opens: Sequence[hours.Span], now: datetime) -> Iterator[hours.Span]:
    """When the agent is at work while we are open."""
    if agent.shift is None:
        yield from opens
        return
    week = Week.model_validate(agent.shift)
    for start, end in hours.week_spans(week, business.time_zone, now, now + AHEAD):
        if any(start < closing and opening < end for opening, closing in opens):
            yield start, end


def first_gap(opens: Sequence[hours.Span], covered: Sequence[hours.Span]) -> hours.Span | None:
    """The first time within `opens` that no span covers; None when all is covered."""
    spans = sorted(covered)
    for opening, closing in opens:
        at = opening
        for start, end in spans:
            if start > at:
                break
            at = max(at, end)
        if at < closing:
            later = [start for start, _ in spans if start > at]
            return at, min([closing, *later])
    return None


def _said(business: Business, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(business.time_zone)):%Y-%m-%d %H:%M}"


def _hours(business: Business, opens: Sequence[hours.Span], now: datetime) -> Iterator[Finding]:
    if not opens:
        yield finding("no_opening")
    today = now.astimezone(ZoneInfo(business.time_zone)).date()
    if business.holidays.public:
        for year in (today.year, today.year + 1):
            if not hours.public_holidays(business.country, business.region, year):
                yield finding("holidays_unknown", country=business.country, year=year)
                break
    if business.exceptions and all(exception.date < today for exception in business.exceptions):
        yield finding("exceptions_past")


def _overdue(session: Session, business: Business, now: datetime) -> Iterator[Finding]:
    late = now - LATE
    promises = select(func.count(), func.min(PromiseRow.due_at)).where(
        PromiseRow.closed_at.is_(None), PromiseRow.due_at < late
    )
    deadlines = select(func.count(), func.min(HandoffRow.deadline_at)).where(HandoffRow.deadline_at < late)
    for code, statement in (("promises_past_due", promises), ("deadlines_unserved", deadlines)):
        count, oldest = session.execute(statement).one()
        if oldest is not None:
            yield finding(code, count=count, since=_said(business, oldest))
    dead = (
        select(func.count())
        .select_from(Delivery)
        .join(HandoffRow, HandoffRow.id == Delivery.handoff_id)
        .where(Delivery.status == "dead", HandoffRow.deadline_at.is_not(None))
    )
    count = session.execute(dead).scalar_one()
    if count:
        yield finding("dead_letters", count=count)
