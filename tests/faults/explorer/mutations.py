"""Planted faults: each takes one guard out of the table or the service from the outside; the explorer must find it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from handoff.states import TABLE, Effect, EffectKind, EventKind, Facts, Handoff, State, people, steps, table, times
from handoff.states.steps import Step
from tests.faults.explorer.exploring import Explored, Explorer
from tests.faults.explorer.graph import check_graph
from tests.faults.explorer.guards import GUARDS, Guards
from tests.faults.explorer.model import ATTEMPTS, BASE, ENDINGS, LEFT_OUT, REMINDERS, TWO, Size

S, K = State, EventKind
USUAL = replace(BASE, keeps=frozenset({ATTEMPTS}))
Patch = pytest.MonkeyPatch
Go = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """`table` changes the product's table for a while, `guards` the service's guards."""

    name: str
    table: Callable[[Patch], None] = lambda _: None
    guards: Guards = GUARDS
    size: Size = USUAL


def explore(mutation: Mutation) -> Explored:
    """Stops at the first finding; looks at the whole graph when no single step shows the fault."""
    with Patch.context() as patch:
        mutation.table(patch)
        explorer = Explorer(mutation.size, mutation.guards, first=True)
        explorer.run()
        if not explorer.found.faults:
            check_graph(explorer)
    return explorer.found


def every(module: Any, name: str, made: Go) -> Callable[[Patch], None]:
    """Replaces a function of the table in one module."""
    return lambda patch: patch.setattr(module, name, made)


def row(states: tuple[State, ...], kind: EventKind, wrap: Callable[[Go], Go]) -> Callable[[Patch], None]:
    """Wraps what some rows of the table do."""

    def patch_rows(patch: Patch) -> None:
        for state in states:
            edge = TABLE[state, kind]
            patch.setitem(cast("dict[Any, Any]", TABLE), (state, kind), replace(edge, go=wrap(edge.go)))

    return patch_rows


def without(*rows: tuple[State, EventKind]) -> Callable[[Patch], None]:
    """Takes rows out of the table."""

    def patch_rows(patch: Patch) -> None:
        for state, kind in rows:
            patch.delitem(cast("dict[Any, Any]", TABLE), (state, kind))

    return patch_rows


def afterwards(**changes: Any) -> Callable[[Go], Go]:
    """The same, with the record changed afterwards."""
    return changed(lambda step, _: replace(step, after=replace(step.after, **changes)))


def changed(make: Callable[[Step, Handoff], Step]) -> Callable[[Go], Go]:
    return lambda go: lambda handoff, event, now: make(go(handoff, event, now), handoff)


def silently(kinds: frozenset[EffectKind]) -> Callable[[Go], Go]:
    def quiet(step: Step, _: Handoff) -> Step:
        return replace(step, effects=tuple(effect for effect in step.effects if effect.kind not in kinds))

    return changed(quiet)


def stays(handoff: Handoff, *_: Any) -> Step:
    return Step(after=handoff)


def climbs_without_forgiving(handoff: Handoff, facts: Facts) -> Handoff:
    return replace(steps_climb(handoff, facts), left_out=handoff.left_out)


steps_climb = steps.climb
PEOPLE_TOLD = frozenset(
    {
        EffectKind.TELL_AGENT,
        EffectKind.TELL_AGENTS,
        EffectKind.TELL_ON_CALL,
        EffectKind.TELL_SUPERVISOR,
        EffectKind.TELL_CUSTOMER,
    }
)


def told_version_stands(patch: Patch) -> None:
    finished = table._finished

    def old(letter: str, handoff: Handoff | None, step: Step) -> Any:
        made = finished(letter, handoff, step)
        told = made.before.told_version if made.before and made.before.state in TABLE_OPEN else made.after.told_version
        return replace(made, after=replace(made.after, told_version=told))

    patch.setattr(table, "_finished", old)


def version_stands_still(patch: Patch) -> None:
    finished = table._finished

    def old(letter: str, handoff: Handoff | None, step: Step) -> Any:
        made = finished(letter, handoff, step)
        version = made.before.version if made.before and made.before.state in TABLE_OPEN else made.after.version
        return replace(made, after=replace(made.after, version=version, told_version=version))

    patch.setattr(table, "_finished", old)


TABLE_OPEN = frozenset({S.WAITING, S.OFFERED, S.ACTIVE, S.COLLECTING, S.PROMISED, S.CALLING})


def attempt_forgets_the_message(handoff: Handoff, event: Any, now: Any) -> Any:
    return people.attempt_failed(replace(handoff, wrote_during_call=False), event, now)


def keeps_the_contact(handoff: Handoff, event: Any, now: Any) -> Step:
    made = people.wrong_number(handoff, event, now)
    return replace(made, after=replace(made.after, contact_known=True))


def no_form_on_the_way(step: Step, handoff: Handoff) -> Step:
    return replace(step, after=replace(step.after, unseen=handoff.unseen))


def closes_nothing(step: Step, _: Handoff) -> Step:
    return replace(step, effects=tuple(e for e in step.effects if e.kind is not EffectKind.CLOSE_PROMISE))


def not_renewed(step: Step, handoff: Handoff) -> Step:
    return replace(step, after=replace(step.after, answer_by=handoff.answer_by))


def alarm_in_silence(handoff: Handoff, facts: Facts, now: Any) -> Step:
    return replace(times_alarm(handoff, facts, now), effects=())


times_alarm = times.sound_alarm


def end_from(state: State) -> Go:
    return lambda step, handoff: replace(step, after=replace(step.after, state=state))


def plain_due_at(handoff: Handoff, event: Any, now: Any) -> Step:
    """The promise is renewed and the customer hears nothing of it."""
    made = times.due_at(handoff, event, now)
    told = Effect(kind=EffectKind.TELL_CUSTOMER, value="promise_missed")
    return replace(made, effects=tuple(effect for effect in made.effects if effect != told))


def told_as_it_stands(handoff: Handoff, *_: Any) -> Step:
    return Step(after=handoff, effects=(steps.tell("case_told"),))


LEAVING = replace(BASE, keeps=frozenset({LEFT_OUT}))
GIVES_UP_CALL = (S.CALLING,)
ASKING = (S.COLLECTING, S.PROMISED)
MUTATIONS = (
    Mutation(name="the version is not compared", guards=replace(GUARDS, version_stands=lambda *_: True)),
    Mutation(
        name="anybody is taken for the holder",
        guards=replace(GUARDS, is_holder=lambda *_: True),
        table=every(people, "check_holder", lambda _, event: event.agent),
    ),
    Mutation(
        name="capacity is not checked",
        guards=replace(GUARDS, has_room=lambda *, present, **_: present),
        size=TWO,
    ),
    Mutation(
        name="a pending action is carried out though stale",
        guards=replace(GUARDS, pending_stands=lambda *_, **__: True),
        size=replace(BASE, keeps=frozenset({ENDINGS}), tell_stale_apart=True),
    ),
    Mutation(name="a stale notice is sent", guards=replace(GUARDS, notice_is_stale=lambda *_: False)),
    Mutation(name="every notice is taken for stale", guards=replace(GUARDS, notice_is_stale=lambda *_: True)),
    Mutation(
        name="whoever listens in counts as having seen it",
        guards=replace(GUARDS, may_see=lambda *_: True),
        table=every(people, "check_holder", lambda _, event: event.agent),
    ),
    Mutation(name="told_version is not raised", table=told_version_stands),
    Mutation(name="the version does not rise", table=version_stands_still),
    Mutation(name="resolve does not ask for what is unseen", table=every(people, "check_seen", lambda _: None)),
    Mutation(name="the rung is not raised", table=every(times, "climb", lambda handoff, _: handoff)),
    Mutation(
        name="whoever was left out is left out for ever",
        table=every(times, "climb", climbs_without_forgiving),
        size=LEAVING,
    ),
    Mutation(name="closing is not routed", table=row((S.WAITING,), K.CLOSING, lambda _: stays)),
    Mutation(name="a promise is dropped on asking again", table=row(ASKING, K.ASK_AGAIN, afterwards(promise=None))),
    Mutation(name="answer-by is not renewed", table=row((S.WAITING,), K.ANSWER_BY, changed(not_renewed))),
    Mutation(name="a wrong number is kept", table=row(GIVES_UP_CALL, K.WRONG_NUMBER, lambda _: keeps_the_contact)),
    Mutation(
        name="a message during the call is passed over",
        table=row(GIVES_UP_CALL, K.ATTEMPT_FAILED, lambda _: attempt_forgets_the_message),
    ),
    Mutation(name="a form does not count as unseen", table=row((S.COLLECTING,), K.FORM, changed(no_form_on_the_way))),
    Mutation(name="withdrawn without closing the promise", table=row(ASKING, K.WITHDRAW, changed(closes_nothing))),
    Mutation(name="the alarm sounds in silence", table=every(times, "sound_alarm", alarm_in_silence)),
    Mutation(name="an idle chat wakes nobody", table=row((S.ACTIVE,), K.IDLE_BY, silently(PEOPLE_TOLD))),
    Mutation(name="an agent who goes is not told of", table=row((S.ACTIVE,), K.AGENT_GONE, silently(PEOPLE_TOLD))),
    Mutation(name="a missed promise is renewed unsaid", table=row((S.PROMISED,), K.DUE_AT, lambda _: plain_due_at)),
    Mutation(
        name="a message leaves the chat idle", table=row((S.ACTIVE,), K.CUSTOMER_WRITES, afterwards(own_deadline=None))
    ),
    Mutation(
        name="whoever was left out is offered it again",
        table=every(people, "leave_out", lambda handoff, _: handoff),
        size=LEAVING,
    ),
    Mutation(name="timers fire before their time", table=every(times, "check_passed", lambda *_: None)),
    Mutation(
        name="an offer that lapses ends the case", table=row((S.OFFERED,), K.ACCEPT_BY, changed(end_from(S.WITHDRAWN)))
    ),
    Mutation(name="an agent who is gone keeps the call", table=row((S.CALLING,), K.AGENT_GONE, lambda _: stays)),
    Mutation(
        name="the callback can never begin, nor be claimed",
        table=without((S.PROMISED, K.START_CALL), (S.PROMISED, K.CLAIM)),
    ),
    Mutation(
        name="a due time that is past is told",
        table=row((S.PROMISED,), K.ASK_AGAIN, lambda _: told_as_it_stands),
        size=replace(BASE, keeps=frozenset({REMINDERS})),
    ),
    Mutation(name="collect-by has no edge", table=without((S.COLLECTING, K.COLLECT_BY))),
    Mutation(name="a transfer goes to whoever is absent", table=every(people, "check_room", lambda event: event.agent)),
)
