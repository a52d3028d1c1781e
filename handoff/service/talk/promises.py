"""A promise as its customer holds it by a link: to read it, to move it, or to say that it is not needed any more."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import hours
from handoff.errors import InvalidInput, LinkExpired, NotFound, PromiseClosed, StaleVersion
from handoff.models import Agent, Conversation, HandoffRow, PromiseRow
from handoff.service.base.core import Core, Work, work
from handoff.service.base.links import Links, links
from handoff.service.base.tokens import is_token_of, read_promise_token
from handoff.service.cases.holding import Case, open_case
from handoff.service.cases.moving import Act, move
from handoff.service.telling.calendar import promise_ics
from handoff.service.telling.notifying import masked
from handoff.slots import say_slot, slots
from handoff.states import EventKind, State

__all__ = [
    "Links",
    "PromisePage",
    "Slot",
    "links",
    "move_promise",
    "promise_calendar",
    "read_promise",
    "withdraw_promise",
]


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A time by which we can call instead: in business time, and in the customer's own when that differs."""

    at: datetime
    day: str
    clock: str
    own_clock: str | None = None


@dataclass(frozen=True, kw_only=True)
class PromisePage:
    """What whoever has the link may see. `status` is open, kept, withdrawn, void or unreachable."""

    reference: str
    status: str
    version: int
    language: str
    business: str
    due_at: datetime
    due: str  # as people say it, in the customer's zone
    due_there: str | None  # and in the business's, when its clock differs
    agent: str | None  # who makes the call now
    contact: str | None  # masked
    contact_kind: str | None  # phone | email
    slots: tuple[Slot, ...]
    links: Links | None


@dataclass(frozen=True)
class _Held:
    """A genuine link's promise."""

    conversation: Conversation
    row: HandoffRow
    promise: PromiseRow


def read_promise(core: Core, token: str, now: datetime) -> PromisePage:
    """The promise of this link. Raises NotFound for a link that is not ours, LinkExpired."""
    with core.database.read() as session:
        return _page(core, session, _find(core, session, token, now), now)


def promise_calendar(core: Core, token: str, now: datetime) -> str:
    """The promise as a calendar file, cancelled when it does not stand any more. Raises like `read_promise`."""
    with core.database.read() as session:
        held = _find(core, session, token, now)
        unit = Work(core=core, session=session, now=now)
        return promise_ics(unit, held.conversation, held.row, held.promise)


def move_promise(core: Core, token: str, version: int, due_at: datetime, now: datetime) -> PromisePage:
    """Moves the promise to a time that was offered; the same again changes nothing.

    Raises StaleVersion when the customer was told something new since, InvalidInput for a time that is not offered,
    PromiseClosed, and what `read_promise` raises.
    """
    with work(core, now) as unit:
        held, case = _lock(unit, token)
        if held.promise.due_at != due_at:
            _check_version(case, version)
            if due_at not in slots(core.business, now):
                raise InvalidInput(fields={"at": "choose one of the times that are offered"})
            act = Act(kind=EventKind.CUSTOMER_MOVES, actor="customer", due_at=due_at)
            move(unit, case.conversation, case.row, act)
        return _page(core, unit.session, held, now)


def withdraw_promise(core: Core, token: str, version: int, now: datetime) -> PromisePage:
    """Ends the case by the customer's own confirmed word, as `withdraw` does; the same again changes nothing."""
    with work(core, now) as unit:
        held, case = _lock(unit, token, also="withdrawn")
        if held.promise.status == "open":
            _check_version(case, version)
            move(unit, case.conversation, case.row, Act(kind=EventKind.WITHDRAW, actor="customer"))
        return _page(core, unit.session, held, now)


def _find(core: Core, session: Session, token: str, now: datetime) -> _Held:
    """Its case is in the token, its promise only in the signature; a forged one is told nothing."""
    said = read_promise_token(token)
    statement = (
        select(Conversation, HandoffRow, PromiseRow)
        .join(HandoffRow, HandoffRow.conversation_id == Conversation.id)
        .join(PromiseRow, PromiseRow.handoff_id == HandoffRow.id)
        .where(HandoffRow.reference == said.reference, Conversation.erased_at.is_(None))
    )
    for conversation, row, promise in session.execute(statement).all():
        if is_token_of(core, said, promise.id):
            if said.has_expired(now):
                raise LinkExpired(fields={"language": conversation.language})
            return _Held(conversation, row, promise)
    raise NotFound


def _lock(unit: Work, token: str, *, also: str = "") -> tuple[_Held, Case]:
    """The link's promise under its case's lock. Raises PromiseClosed unless it is open or closed in the way `also`."""
    held = _find(unit.core, unit.session, token, unit.now)
    case = open_case(unit, held.row.id)
    unit.session.refresh(held.promise)
    if held.promise.status not in {"open", also}:
        raise PromiseClosed
    return held, case


def _check_version(case: Case, version: int) -> None:
    """What the customer confirmed must be what they were told last; an offer to an agent changes nothing for them."""
    if not case.row.told_version <= version <= case.row.version:
        raise StaleVersion(fields={"version": str(case.row.version)})


def _page(core: Core, session: Session, held: _Held, now: datetime) -> PromisePage:
    conversation, row, promise = held.conversation, held.row, held.promise
    is_open = promise.status == "open"
    kind, contact = _contact(row) if is_open else (None, None)
    calling = is_open and row.state == State.CALLING.value
    due, there = _said(core, conversation, promise, now)
    return PromisePage(
        reference=row.reference,
        status=promise.status,
        version=row.version,
        language=conversation.language,
        business=core.business.name,
        due_at=promise.due_at,
        due=due,
        due_there=there,
        agent=_agent(session, row) if calling else None,
        contact=contact,
        contact_kind=kind,
        slots=_slots(core, conversation, promise, now) if is_open else (),
        links=links(core, row, promise),
    )


def _said(core: Core, conversation: Conversation, promise: PromiseRow, now: datetime) -> tuple[str, str | None]:
    """The due time for the customer, and the business's own when its clock shows another."""
    ours, theirs, language = core.business.time_zone, _zone(conversation), conversation.language
    due = hours.say_instant(promise.due_at, now=now, zone=ours, language=language, customer_zone=theirs)
    if theirs is None or _same_clock(promise.due_at, ours, theirs):
        return due, None
    return due, hours.say_instant(promise.due_at, now=now, zone=theirs, language=language, customer_zone=ours)


def _zone(conversation: Conversation) -> str | None:
    """The customer's zone, if the page named one that exists."""
    try:
        return ZoneInfo(conversation.time_zone).key if conversation.time_zone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _same_clock(at: datetime, one: str, other: str) -> bool:
    return at.astimezone(ZoneInfo(one)).utcoffset() == at.astimezone(ZoneInfo(other)).utcoffset()


def _slots(core: Core, conversation: Conversation, promise: PromiseRow, now: datetime) -> tuple[Slot, ...]:
    theirs = _zone(conversation)
    found = (at for at in slots(core.business, now) if at != promise.due_at)
    return tuple(_slot(at, core.business.time_zone, theirs, conversation.language) for at in found)


def _slot(at: datetime, zone: str, theirs: str | None, language: str) -> Slot:
    day, clock = say_slot(at, zone, language)
    if theirs is None or _same_clock(at, zone, theirs):
        return Slot(at=at, day=day, clock=clock)
    own_day, own_clock = say_slot(at, theirs, language)
    return Slot(at=at, day=day, clock=clock, own_clock=own_clock if own_day == day else f"{own_day} {own_clock}")


def _contact(row: HandoffRow) -> tuple[str | None, str | None]:
    """Kind and masked value of what we call back on, as the desk does: the phone first."""
    known = row.contact or {}
    for kind, channel in (("phone", "sms"), ("email", "email")):
        if known.get(kind):
            return kind, masked(channel, str(known[kind]))
    return None, None


def _agent(session: Session, row: HandoffRow) -> str | None:
    return session.execute(select(Agent.name).where(Agent.id == row.agent_id)).scalar_one_or_none()
