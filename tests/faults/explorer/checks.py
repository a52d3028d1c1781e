"""What must hold after every single thing that happens; each finding names the number of its check."""

from collections.abc import Iterator
from typing import NamedTuple

from handoff.states import (
    ENDS,
    HELD_STATES,
    TABLE,
    DeadlineKind,
    EffectKind,
    EventKind,
    Handoff,
    State,
    Transition,
)
from tests.faults.explorer.guards import Guards
from tests.faults.explorer.model import LEFT_OUT, NOW, Size, running
from tests.faults.explorer.moves import DESK, Made
from tests.faults.explorer.tellings import false_tellings

DEAD_END, LIVELOCK, UNSEEN, HOLDER, TELLING, DEADLINE, END = range(1, 8)
END_LETTERS = {State.RESOLVED: "l", State.RETURNED: "m", State.WITHDRAWN: "n", State.UNREACHABLE: "j"}
PEOPLE = frozenset({EffectKind.TELL_AGENT, EffectKind.TELL_AGENTS, EffectKind.TELL_ON_CALL, EffectKind.TELL_SUPERVISOR})
TELLS = PEOPLE | {EffectKind.TELL_CUSTOMER}
WRITING = (EventKind.CUSTOMER_WRITES, EventKind.FORM)
LET_GO = {EventKind.DECLINE, EventKind.ACCEPT_BY, EventKind.AGENT_GONE}
OWN = {
    State.OFFERED: {DeadlineKind.ACCEPT_BY},
    State.COLLECTING: {DeadlineKind.COLLECT_BY, DeadlineKind.OPENING},
    State.CALLING: {DeadlineKind.CALL_BY},
}


class Finding(NamedTuple):
    check: int
    text: str


def heard(made: Made) -> bool:
    """Whether anybody is told: the customer, the desk, on-call or the supervisor."""
    return made.heard or bool(made.transition and any(effect.kind in TELLS for effect in made.transition.effects))


def check(size: Size, guards: Guards, made: Made) -> Iterator[Finding]:
    if made.broken:
        yield Finding(DEADLINE, made.broken)
    if made.stale:
        yield Finding(HOLDER, "an operation that names an old version changed the case")
    transition = made.transition
    if transition is None:
        return
    for check_number, texts in (
        (UNSEEN, unseen(made, transition)),
        (HOLDER, holders(size, made, transition)),
        (TELLING, false_tellings(guards, transition)),
        (DEADLINE, deadlines(size, made, transition)),
        (END, ends(transition)),
    ):
        for text in texts:
            yield Finding(check_number, text)


def unseen(made: Made, transition: Transition) -> Iterator[str]:
    """3. No unseen message without a deadline over it; none is forgotten, and none is lost in a call."""
    before, after, kind = made.before.handoff, transition.after, made.kind
    if after.unseen and after.deadline is None and after.state is not State.WITHDRAWN:
        yield "unseen messages and no deadline"
    if before is None or before.state in ENDS:
        return
    if kind in WRITING and after.unseen != before.unseen + 1:
        yield "a message does not count as unseen"
    if kind not in {*WRITING, EventKind.SEEN, EventKind.AGENT_REPLIES} and after.unseen != before.unseen:
        yield "messages count as seen that nobody has seen"
    if kind is EventKind.ATTEMPT_FAILED and made.before.wrote:
        started_afresh = after.promise is None or after.promise.attempts == 0
        if after.state is State.UNREACHABLE or not started_afresh:
            yield "the customer wrote during the call and is passed over"


def holders(size: Size, made: Made, transition: Transition) -> Iterator[str]:
    """4. One holder, with room; the version rises with every change of state or holder."""
    before, after, view = made.before.handoff, transition.after, made.view
    if (after.agent is not None) != (after.state in HELD_STATES | {State.OFFERED}):
        yield "a holder without a held state, or the reverse"
    had = before if before and before.state not in ENDS else None
    other = (had.state, had.agent) != (after.state, after.agent) if had else False
    if had and after.version != had.version + 1 and (other or after.version != had.version):
        yield "the version does not follow the change"
    held_by_other = had and had.state in HELD_STATES and made.actor not in {None, had.agent}
    if held_by_other and other and made.by == DESK:
        yield "somebody who does not hold the case changed it"
    if held_by_other and made.kind is EventKind.SEEN:
        yield "seen by somebody who does not hold the case"
    let_go = made.kind in LET_GO and had and had.state is State.OFFERED and after.state is State.WAITING
    if let_go and had and had.agent not in after.left_out and LEFT_OUT in size.keeps:
        yield "whoever let it go may be offered it again at once"
    if after.agent and (had is None or had.agent != after.agent) and after.agent not in view.room:
        yield "given to an agent without room"
    if made.kind is EventKind.OFFER and had and after.agent in had.left_out:
        yield "offered to an agent who was just left out"


def deadlines(size: Size, made: Made, transition: Transition) -> Iterator[str]:
    """6. Open means a deadline; it is the first that runs, its event has an edge, and firing it renews it."""
    before, after, kind = made.before.handoff, transition.after, made.kind
    runs = running(after)
    if (after.deadline is None) != (after.state in ENDS) or bool(runs) == (after.state in ENDS):
        yield "open without a deadline, or ended with one"
    elif after.deadline and after.deadline.at != min(deadline.at for deadline in runs):
        yield "the deadline is not the earliest that runs"
    yield from (f"{one.kind} has no edge" for one in runs if (after.state, EventKind(one.kind.value)) not in TABLE)
    yield from own_deadline(after)
    fired = {one.kind.value for one in runs if one.at <= NOW}
    if kind is not None and kind.value in fired:
        yield f"{kind} fires again at once"
    if before and before.state not in ENDS:
        yield from rungs(size, kind, before, after)
        if after.waiting_since != before.waiting_since:
            yield "the customer's wait began anew"


def own_deadline(after: Handoff) -> Iterator[str]:
    """Each state runs the deadline that docs/states.md gives it."""
    own = after.own_deadline.kind if after.own_deadline else None
    wanted = OWN.get(after.state)
    if after.state is State.ACTIVE:
        wanted = {DeadlineKind.REPLY_BY if after.customer_waits else DeadlineKind.IDLE_BY}
    if after.state is State.WAITING and after.answer_by is None:
        wanted = {DeadlineKind.OPENING}
    if wanted and own not in wanted:
        yield f"{after.state} runs {own}"
    if after.state is State.OFFERED and after.answer_by is None:
        yield "offered, and answer-by does not run"
    if after.state in {State.PROMISED, State.CALLING} and after.promise is None:
        yield "a callback without a promise"


def rungs(size: Size, kind: EventKind | None, before: Handoff, after: Handoff) -> Iterator[str]:
    """A rung never falls; a missed answer-by or promise raises it and forgives whoever was left out."""
    top = size.levels.top_rung
    if after.rung < before.rung:
        yield "a rung falls"
    if kind in {EventKind.ANSWER_BY, EventKind.DUE_AT}:
        if after.rung != min(before.rung + 1, top):
            yield f"{kind} passed and the rung did not rise"
        if after.left_out:
            yield "the rung rose and an agent is left out still"


def ends(transition: Transition) -> Iterator[str]:
    """7. Ends only through l, m, n, j, with nothing unseen unless the customer withdraws."""
    before, after = transition.before, transition.after
    if after.state in ENDS and transition.edge != END_LETTERS[after.state]:
        yield f"{after.state} through {transition.edge}"
    if after.state in ENDS - {State.WITHDRAWN} and before and before.unseen:
        yield "ended with unseen messages"
    if before and before.state in ENDS and after.state in ENDS:
        yield "an ended case ended again"
