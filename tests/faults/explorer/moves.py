"""Everything that can happen to one case in one view of the world, by whom, and what comes of it.

An operation in flight is only a message that names a version: it may arrive at any later time, twice, or never. So
every operation is tried by every agent in every state, once with the version that stands and once with an older one.
A crash before the commit is an operation that never arrived, a crash after it one that arrives again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from handoff.errors import Conflict
from handoff.states import ENDS, DeadlineKind, Event, EventKind, Handoff, State, Transition, Urgency, next_state
from tests.faults.explorer.guards import Guards
from tests.faults.explorer.model import (
    AGENTS,
    ENDINGS,
    HOUR,
    NOW,
    OPEN,
    REMINDERS,
    STALE,
    VERSION,
    Case,
    Pending,
    Size,
    View,
    facts,
    overdue,
    passed,
    running,
)

K = EventKind
TAKES = (K.CLAIM, K.ACCEPT, K.START_CALL)
HOLDS = (K.DECLINE, K.TO_CHAT, K.MAKE_CALLBACK, K.ATTEMPT_FAILED, K.WRONG_NUMBER)
PENDINGS = {"resolve": K.RESOLVE, "return": K.RETURN, "transfer": K.TRANSFER}
GIVEN_UP = Pending("resolve", AGENTS[0], fresh=False)
BY_HOUR = {DeadlineKind.OPENING, DeadlineKind.CLOSING}
CUSTOMER, DESK, TIME, WORLD = "customer", "desk", "time", "world"


class Made(NamedTuple):
    """One thing that happened. Without a transition only the pending action, or a due time, has changed."""

    label: str
    by: str
    before: Case
    after: Case
    view: View
    kind: EventKind | None = None
    transition: Transition | None = None
    actor: str | None = None
    stale: bool = False  # it named a version that is no longer
    broken: str = ""  # a deadline that cannot fire, or fires before its time
    heard: bool = False  # somebody is told without a transition
    settles: bool = False  # it is about the pending action itself


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One attempt: who, what, and with what the table is asked."""

    label: str
    by: str
    kind: EventKind
    event: dict[str, Any]
    actor: str | None = None
    stale: bool = False


class Moves:
    """All that can happen to a case."""

    def __init__(self, size: Size, guards: Guards) -> None:
        self.size, self.guards = size, guards
        self._early: set[Case] = set()

    def acts(self, case: Case, view: View) -> Iterator[Made]:
        """What does not depend on a pending action or on who is merely present."""
        yield from self.customer(case, view)
        if case.handoff is None:
            return
        yield from self.desk(case, view)
        yield from self.withdraw(case, view)
        if case.handoff.state not in ENDS:
            yield from self.queue(case, view)
            yield from self.deadlines(case, view)
            yield from self.world(case, view)

    # the customer

    def customer(self, case: Case, view: View) -> Iterator[Made]:
        if case.handoff is None or case.handoff.state in ENDS:
            yield from self.begins(case, view)
            return
        for urgency in (None, Urgency.HIGH, Urgency.SAFETY):
            yield from self.made(case, view, Ask(label="opens again", by=CUSTOMER, kind=K.OPEN, event=_some(urgency)))
        for kind, event in (
            (K.CUSTOMER_WRITES, {}),
            (K.FORM, {"contact": True}),
            (K.FORM, {"contact": False}),
            (K.ASK_AGAIN, {}),
            (K.ASK_CALLBACK, {}),
            (K.CUSTOMER_MOVES, {"due_at": NOW + 5 * HOUR}),
        ):
            yield from self.made(case, view, Ask(label=f"customer: {kind}", by=CUSTOMER, kind=kind, event=event))

    def begins(self, case: Case, view: View) -> Iterator[Made]:
        for contact in (False, True):
            for unseen in (0, 1):
                event = {"contact": contact, "unseen": unseen}
                yield from self.made(case, view, Ask(label="customer: open", by=CUSTOMER, kind=K.OPEN, event=event))
            event = {"contact": contact}
            yield from self.made(case, view, Ask(label="customer: form", by=CUSTOMER, kind=K.FORM, event=event))
        yield from self.made(
            case, view, Ask(label="customer: open, in danger", by=CUSTOMER, kind=K.OPEN, event=_some(Urgency.SAFETY))
        )
        yield from self.made(case, view, Ask(label="customer: writes", by=CUSTOMER, kind=K.CUSTOMER_WRITES, event={}))

    def withdraw(self, case: Case, view: View) -> Iterator[Made]:
        for stale in self.versions():
            ask = Ask(label=_named("customer: withdraw", stale), by=CUSTOMER, kind=K.WITHDRAW, event={}, stale=stale)
            yield from self.made(case, view, ask)

    def versions(self) -> Iterator[bool]:
        """Whether an operation is stale, for each version that it may name and the guard lets pass."""
        for version in (VERSION, STALE):
            if self.guards.version_stands(version, VERSION):
                yield version != VERSION

    # the desk

    def desk(self, case: Case, view: View) -> Iterator[Made]:
        for agent in AGENTS:
            for stale in self.versions():
                yield from self.takes(case, view, agent, stale)
                if case.handoff and self.guards.is_holder(case.handoff, agent):
                    yield from self.holds(case, view, agent, stale)
                ask = Ask(
                    label=_named(f"supervisor: reassign to {agent}", stale),
                    by=DESK,
                    kind=K.REASSIGN,
                    event={"agent": agent},
                    stale=stale,
                )
                yield from self.made(case, view, ask)
            if case.handoff and self.guards.may_see(case.handoff, agent):
                for unseen in (0, 1):
                    event = {"agent": agent, "unseen": unseen}
                    yield from self.made(
                        case, view, Ask(label=f"{agent}: seen", by=DESK, kind=K.SEEN, event=event, actor=agent)
                    )

    def takes(self, case: Case, view: View, agent: str, stale: bool) -> Iterator[Made]:
        """Room means presence too: a gone agent's claim is an arrival and then a claim."""
        if not case.handoff or not self.guards.may_take(case.handoff, agent, view.room):
            return
        for kind in TAKES:
            yield from self.made(case, view, _by_agent(kind, agent, stale))

    def holds(self, case: Case, view: View, agent: str, stale: bool) -> Iterator[Made]:
        for kind in HOLDS:
            yield from self.made(case, view, _by_agent(kind, agent, stale))
        for unseen in (0, 1) if case.handoff and case.handoff.unseen else (0,):
            yield from self.made(case, view, _by_agent(K.AGENT_REPLIES, agent, stale, unseen=unseen))
        for pending in (
            Pending("resolve", agent),
            *((Pending("return", agent), Pending("transfer", agent)) if ENDINGS in self.size.keeps else ()),
            Pending("transfer", agent, _other(agent)),
        ):
            if self.table(case.handoff, PENDINGS[pending.kind], view, _whom(pending)) is not None:
                label = _named(f"{agent}: {pending.kind} {pending.to}".rstrip(), stale)
                yield Made(label, DESK, case, case._replace(pending=pending), view, stale=stale)

    # what the sweeper does

    def pending(self, case: Case, view: View) -> Iterator[Made]:
        handoff, pending = case.handoff, case.pending
        if handoff is None or pending is None:
            return
        yield Made("undo", DESK, case, case._replace(pending=None), view, heard=True, settles=True)
        if self.guards.pending_stands(handoff, fresh=pending.fresh, by=pending.by):
            ask = Ask(
                label=f"carried out: {pending.kind}",
                by=TIME,
                kind=PENDINGS[pending.kind],
                event=_whom(pending),
                stale=not pending.fresh,
                actor=pending.by,
            )
            done = [made._replace(settles=True) for made in self.made(case, view, ask)]
            yield from done
            if done:
                return
        yield Made("pending given up", TIME, case, case._replace(pending=None), view, heard=True, settles=True)

    def queue(self, case: Case, view: View) -> Iterator[Made]:
        """Offers, and what opening and closing do."""
        handoff = case.handoff
        assert handoff
        for agent in AGENTS:
            ask = Ask(label=f"offered to {agent}", by=TIME, kind=K.OFFER, event={"agent": agent})
            yield from self.made(case, view, ask)
        by_hour = self.guards.hour_has_come(handoff, open_now=view.hour == OPEN)
        if by_hour:
            yield from self.must(case, view, Ask(label=f"{by_hour} time", by=TIME, kind=K(by_hour), event={}))

    def absence(self, case: Case, view: View) -> Iterator[Made]:
        """The agent who has the case is gone, or nobody at all is there."""
        handoff = case.handoff
        if handoff is None or handoff.state in ENDS:
            return
        if handoff.agent and handoff.agent not in view.present:
            gone = Ask(label=f"{handoff.agent} is gone", by=TIME, kind=K.AGENT_GONE, event={"agent": handoff.agent})
            yield from self.must(case, view, gone)
        if self.guards.nobody_is_there(handoff, view.present, open_now=view.hour == OPEN):
            yield from self.made(case, view, Ask(label="nobody left", by=TIME, kind=K.NOBODY_LEFT, event={}))

    def deadlines(self, case: Case, view: View) -> Iterator[Made]:
        """Each running deadline passes and fires; none fires before its time. A reminder comes before its due time."""
        handoff = case.handoff
        assert handoff
        kinds = {deadline.kind for deadline in running(handoff)}
        for kind in sorted(kinds - {DeadlineKind.DUE_AT} if DeadlineKind.REMIND_AT in kinds else kinds):
            late = case._replace(handoff=passed(handoff, kind))
            ask = Ask(label=f"{kind} passes", by=TIME, kind=K(kind.value), event={})
            if kind in BY_HOUR and (kind is DeadlineKind.OPENING) != (
                view.hour == OPEN
            ):  # it passes on the wrong side of the hour only when hours were edited
                edited = replace(ask, label=f"{kind} passes, hours were edited", by=WORLD)
                yield from self.must(late, view, edited)
            else:
                yield from self.must(late, view, ask)
        if case not in self._early:
            self._early.add(case)
            yield from self.early(case, view)

    def early(self, case: Case, view: View) -> Iterator[Made]:
        """No timer's event is taken before its time; the answer does not depend on the view."""
        assert case.handoff
        due = {deadline.kind for deadline in running(case.handoff) if deadline.at <= NOW}
        for kind in set(DeadlineKind) - BY_HOUR - due:
            if self.table(case.handoff, K(kind.value), view, {}) is not None:
                yield Made(f"{kind}", TIME, case, case, view, K(kind.value), broken=f"{kind} fires before its time")

    def world(self, case: Case, view: View) -> Iterator[Made]:
        handoff = case.handoff
        if handoff is None or handoff.promise is None or handoff.promise.due_at <= NOW:
            return
        if REMINDERS in self.size.keeps:
            yield Made("the due time passes", WORLD, case, case._replace(handoff=overdue(handoff)), view)
        edited = Ask(label="hours edited", by=WORLD, kind=K.HOURS_EDITED, event={"due_at": NOW + 20 * HOUR})
        yield from self.made(case, view, edited)

    # asking the table

    def must(self, case: Case, view: View, ask: Ask) -> Iterator[Made]:
        """What the sweeper asks of the table is never refused: the case would be stuck."""
        done = list(self.made(case, view, ask))
        yield from done
        if not done:
            yield Made(ask.label, ask.by, case, case, view, ask.kind, broken=f"{ask.kind} is refused: stuck")

    def made(self, case: Case, view: View, ask: Ask) -> Iterator[Made]:
        transition = self.table(case.handoff, ask.kind, view, ask.event)
        if transition is not None:
            after = self.after(case, ask.kind, transition)
            yield Made(ask.label, ask.by, case, after, view, ask.kind, transition, ask.actor, ask.stale)

    def table(self, handoff: Handoff | None, kind: EventKind, view: View, event: dict[str, Any]) -> Transition | None:
        """The product's own answer; None where it refuses."""
        try:
            return next_state(handoff, Event(kind=kind, facts=facts(self.size, view.hour, view.room), **event), NOW)
        except Conflict:
            return None

    def after(self, case: Case, kind: EventKind, transition: Transition) -> Case:
        """The case afterwards, with nothing pending: what becomes of that is `fate`."""
        after = transition.after
        wrote = case.wrote or kind in {K.CUSTOMER_WRITES, K.FORM}
        return Case(after, None, wrote and after.state is State.CALLING)

    def fate(self, made: Made, pending: Pending | None) -> Pending | None:
        """What becomes of the pending action when this happens."""
        if made.transition is None:
            return made.after.pending or pending
        before, after = made.transition.before, made.transition.after
        if after.state in ENDS or before is None or before.state in ENDS or made.kind is K.AGENT_REPLIES:
            return None
        if pending is None or after.version == before.version:
            return pending
        if self.size.tell_stale_apart:
            return pending._replace(fresh=False)
        return GIVEN_UP if ENDINGS in self.size.keeps else None  # the guard refuses all stale actions alike


def _some(urgency: Urgency | None) -> dict[str, Any]:
    return {"urgency": urgency}


def _named(label: str, stale: bool) -> str:
    return f"{label} (stale version)" if stale else label


def _by_agent(kind: EventKind, agent: str, stale: bool, **more: Any) -> Ask:
    label = _named(f"{agent}: {kind}", stale)
    return Ask(label=label, by=DESK, kind=kind, event={"agent": agent, **more}, actor=agent, stale=stale)


def _other(agent: str) -> str:
    return AGENTS[1 - AGENTS.index(agent)]


def _whom(pending: Pending) -> dict[str, Any]:
    """As `ending._whom`."""
    if pending.kind == "transfer":
        return {"agent": pending.to or None, "team": None if pending.to else "returns", "by": pending.by}
    return {"agent": pending.by}
