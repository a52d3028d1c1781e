"""The small world: one case per customer, two agents with room for one, an hour. Times keep only whether they passed.

A state's own deadline and answer-by are "not yet" until they fire; a due time may also have passed unnoticed, because
the table looks at that. What only counts up is cut off where it stops to matter.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from handoff.states import ENDS, HELD_STATES, Deadline, DeadlineKind, Facts, Handoff, Levels, Rung, State, Urgency

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER, REMIND, DUE, PAST = NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR, NOW - HOUR
AGENTS = ("ana", "ben")
ROOM = 1
VERSION = 5  # where a case stands; whatever names an earlier version is stale, however old it is
STALE = 4
OPEN, CLOSED, DAWN = "open", "closed", "dawn"  # dawn: opening comes before collect-by


LEVELS = Levels(ladder=(Rung.AGENTS, Rung.ON_CALL), max_attempts=2)
REMINDERS, ATTEMPTS, LEFT_OUT, ENDINGS, SAID = "reminders", "attempts", "left_out", "endings", "said"
ALL = frozenset({REMINDERS, ATTEMPTS, LEFT_OUT, ENDINGS, SAID})


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much of the world is explored."""

    customers: int = 1
    levels: Levels = LEVELS
    hours: tuple[str, ...] = (OPEN, CLOSED, DAWN)
    elsewhere: bool = True  # an agent may be busy with somebody who is not in the model
    keeps: frozenset[str] = ALL  # of what concerns one customer alone; the rest is abstracted away
    tell_stale_apart: bool = False  # of pending actions that are stale; for guards that may let them through


ONE = Size()
BASE = Size(
    levels=Levels(ladder=(Rung.AGENTS,), max_attempts=2), hours=(OPEN, CLOSED), elsewhere=False, keeps=frozenset()
)
SLICES = (  # the short form: one customer, with a part of what is kept of them at a time
    replace(BASE, keeps=frozenset({LEFT_OUT})),
    replace(BASE, keeps=frozenset({REMINDERS, ATTEMPTS})),
    replace(BASE, keeps=frozenset({ENDINGS, SAID})),
)
TWO = replace(BASE, customers=2)  # the rest of what is kept concerns one customer alone


class Pending(NamedTuple):
    """Resolve, return or transfer, waiting for an undo; `fresh` while the case has the version that it names."""

    kind: str
    by: str
    to: str = ""  # transfer: an agent; empty is a team
    fresh: bool = True


class Case(NamedTuple):
    """What belongs to one customer. `wrote` is the model's own memory of a message during the call."""

    handoff: Handoff | None = None
    pending: Pending | None = None
    wrote: bool = False


class View(NamedTuple):
    """What a case sees of the world around it."""

    hour: str
    room: frozenset[str]  # present, and not holding a chat
    present: frozenset[str]


def is_open(case: Case) -> bool:
    return case.handoff is not None and case.handoff.state not in ENDS


def holder(case: Case) -> str | None:
    """Whose room the case takes."""
    return case.handoff.agent if case.handoff and case.handoff.state in HELD_STATES else None


def facts(size: Size, hour: str, room: Collection[str]) -> Facts:
    return Facts(
        open_now=hour == OPEN,
        next_opening={OPEN: NOW, CLOSED: NOW + 12 * HOUR, DAWN: NOW + timedelta(minutes=1)}[hour],
        next_due=NOW + 14 * HOUR,
        next_closing=NOW + 8 * HOUR if hour == OPEN else None,
        levels=size.levels,
        present=frozenset(room),
    )


def abstract(size: Size, handoff: Handoff) -> Handoff:
    """What of a handoff decides its future."""
    common: dict[str, Any] = {
        "version": VERSION,
        "told_version": VERSION,
        "urgency": Urgency.NORMAL,
        "waiting_since": NOW,
        "team": None,
        "alarms": 0,
        "front": False,
        "nudged": False,
        "nobody_told": handoff.nobody_told and SAID in size.keeps,
    }
    if handoff.state in ENDS:
        ended = Handoff(
            state=handoff.state, version=VERSION, urgency=Urgency.NORMAL, waiting_since=NOW, deadline=handoff.deadline
        )
        return replace(ended, contact_known=handoff.contact_known, told_version=VERSION)
    promise = handoff.promise
    if promise:
        overdue = promise.due_at <= NOW
        overdue = overdue and REMINDERS in size.keeps
        remind = (PAST if overdue else REMIND) if promise.remind_at and REMINDERS in size.keeps else None
        attempts = min(promise.attempts, size.levels.max_attempts - 1) if ATTEMPTS in size.keeps else 0
        promise = replace(promise, due_at=PAST if overdue else DUE, remind_at=remind, attempts=attempts, breaches=0)
    own = handoff.own_deadline and replace(handoff.own_deadline, at=LATER)
    short = replace(handoff, **common, promise=promise, own_deadline=own, unseen=min(handoff.unseen, 1))
    if LEFT_OUT not in size.keeps:
        short = replace(short, left_out=frozenset())
    return with_deadline(replace(short, answer_by=handoff.answer_by and LATER))


def running(handoff: Handoff) -> tuple[Deadline, ...]:
    """Every deadline that runs."""
    found = [handoff.own_deadline] if handoff.own_deadline else []
    if handoff.answer_by:
        found.append(Deadline(at=handoff.answer_by, kind=DeadlineKind.ANSWER_BY))
    if handoff.promise:
        found.append(Deadline(at=handoff.promise.due_at, kind=DeadlineKind.DUE_AT))
        if handoff.promise.remind_at:
            found.append(Deadline(at=handoff.promise.remind_at, kind=DeadlineKind.REMIND_AT))
    return tuple(found)


def with_deadline(handoff: Handoff) -> Handoff:
    """The record as it would be stored; a case that lost every deadline is left so, for the checks to find."""
    if handoff.deadline is None:
        return handoff
    return replace(handoff, deadline=min(running(handoff), key=lambda deadline: deadline.at, default=None))


def passed(handoff: Handoff, kind: DeadlineKind) -> Handoff:
    """The record at the instant when its deadline of this kind passes."""
    if kind is DeadlineKind.ANSWER_BY:
        return with_deadline(replace(handoff, answer_by=NOW))
    if handoff.own_deadline and handoff.own_deadline.kind is kind:
        return with_deadline(replace(handoff, own_deadline=replace(handoff.own_deadline, at=NOW)))
    assert handoff.promise
    if kind is DeadlineKind.REMIND_AT:
        reminded = replace(handoff.promise, remind_at=min(NOW, handoff.promise.remind_at or NOW))
        return with_deadline(replace(handoff, promise=reminded))
    return with_deadline(replace(handoff, promise=replace(handoff.promise, due_at=min(NOW, handoff.promise.due_at))))


def overdue(handoff: Handoff) -> Handoff:
    """The due time passes while the sweeper is busy, or down."""
    assert handoff.promise
    late = replace(handoff.promise, due_at=PAST, remind_at=handoff.promise.remind_at and PAST)
    return with_deadline(replace(handoff, promise=late))


def renamed(case: Case) -> Case:
    """The same with the two agents' names exchanged."""
    other = dict(zip(AGENTS, reversed(AGENTS), strict=True))
    handoff, pending = case.handoff, case.pending
    if handoff:
        swapped = frozenset(other[agent] for agent in handoff.left_out)
        handoff = replace(handoff, agent=other[handoff.agent] if handoff.agent else None, left_out=swapped)
    if pending:
        pending = pending._replace(by=other[pending.by], to=other.get(pending.to, pending.to))
    return Case(handoff, pending, case.wrote)


def show(case: Case) -> str:
    """A case in a trace."""
    handoff = case.handoff
    if handoff is None:
        return "no case"
    words: list[str] = [handoff.state.value.upper()]
    words += [handoff.agent] if handoff.agent else []
    words += [f"rung {handoff.rung}"] if handoff.rung else []
    words += [f"without {'+'.join(sorted(handoff.left_out))}"] if handoff.left_out else []
    if handoff.promise:
        words.append("promise overdue" if handoff.promise.due_at <= NOW else "promise")
    if handoff.state is State.WAITING and handoff.answer_by is None:
        words.append("until opening")
    words += [name for name in ("message_asked", "contact_known", "nobody_told") if getattr(handoff, name)]
    words += ["unseen"] if handoff.unseen else []
    words += [f"pending {case.pending.kind}{'' if case.pending.fresh else ' (stale)'}"] if case.pending else []
    return " ".join(words)
