"""docs/states.md, drawn from the table: `python -m handoff.states` writes it, a test keeps it equal."""

from collections import defaultdict

from handoff.states.table import TABLE
from handoff.states.types import ENDS, State

MEANINGS = {
    State.WAITING: ("in a queue, nobody has it", "answer-by; outside hours the next opening"),
    State.OFFERED: ("reserved for one agent", "accept-by; answer-by keeps running"),
    State.ACTIVE: ("an agent has it", "reply-by while the customer waits, else idle-by"),
    State.COLLECTING: ("taking a message", "collect-by; because of the hour, opening time if that is earlier"),
    State.PROMISED: ("a callback is promised", "remind-at, then due-at"),
    State.CALLING: ("an agent is making the callback", "call-by"),
    State.RESOLVED: ("an agent has finished", "none"),
    State.RETURNED: ("an agent gave the chat back to the bot", "none"),
    State.WITHDRAWN: ("the customer no longer wants it", "none"),
    State.UNREACHABLE: ("the attempts to call are used up", "none"),
}
LETTERS = {
    "a": "open: route. Opening again only adds evidence and may raise the urgency. After an end it begins a new "
    "handoff, and so does any message after UNREACHABLE.",
    "b": "offer: in hours, to a present agent with room who was not just left out.",
    "c": "accept, claim, start the call (contact known), or from the call to the chat. Capacity is checked; "
    "accepting and claiming take all open handoffs of that customer.",
    "d": "declined, accept-by, or that agent gone: route, same place in the queue, that agent left out.",
    "e": "answer-by: one rung up, customer and desk told. At the top an open promise, a message or a known contact "
    "takes over; where there is none the alarm sounds again each period, for the customer ever more rarely.",
    "f": "presence gone or reply-by: route at the front, the silent agent left out, customer and supervisor told.",
    "g": "transfer: to a team in hours, or to an agent who is present with room; else refused with the reason.",
    "h": "the form: makes a promise, or is added to the case; without a way to call back we ask for one. "
    "From an end, or with no handoff, it begins a new one.",
    "i": "collect-by: an open promise or a known contact gives a promise, else route.",
    "j": "attempt failed: another attempt with a new due time; a message since the call began routes instead; used up "
    "with nothing unseen ends it. Wrong number: contact dropped, promise void, route.",
    "k": "remind-at: agents reminded. due-at: breached, one rung up, an apology with a new due time.",
    "l": "resolve: refused while a message is unseen; an open promise closes as kept.",
    "m": "return to the bot: refused likewise; earlier messages are never turns.",
    "n": "withdraw: the customer's own, confirmed.",
    "o": "presence gone or call-by during a call: the promise stands, supervisor told.",
    "p": "the customer asks for a callback: a message is taken.",
    "q": "opening time: to the queue with a fresh answer-by. Closing time: route.",
    "r": "the customer writes: unseen until an agent sees it; attempts to call start afresh.",
    "s": "idle-by: the agent is nudged, then the supervisor.",
    "t": "the agent makes it a callback; the contact is known.",
    "u": "a supervisor re-assigns it: new epoch, both agents and the customer told.",
    "v": "the customer asks for a person again: in hours back to the queue with the promise kept open; else told "
    "how things stand.",
    "w": "nobody left in hours: customer, those on call and supervisor told, once until somebody takes it.",
    "x": "hours or holidays edited: promises move and customers are told; who waits by the hour is routed anew. "
    "The customer may move the promise too: agents are told.",
    "y": "the agent replies: the customer waits no longer; messages that came meanwhile stay unseen.",
    "z": "the holder, or an agent at work on the promise, has seen the messages.",
}
HEAD = """# The life of a handoff

Drawn from the table in `handoff/states/table.py` by `python -m handoff.states`; do not edit it by hand.

**Route**, the one rule for "back to the queue": open hours → WAITING. Closed: an open promise → PROMISED; not yet
asked for a message → COLLECTING; contact known → a new promise, PROMISED; no contact → WAITING until the next opening.

The deadline is the earliest of the state's own, answer-by where it runs, and the open promise's remind-at and due-at.
"""


def render() -> str:
    """The whole page."""
    parts = (HEAD, "## States\n", *_states(), "\n## Edges between states\n", "```mermaid", *_diagram(), "```")
    rest = ("\n## Edges that stay in their state\n", *_loops(), "\n## The letters\n", *_letters())
    return "\n".join((*parts, *rest)) + "\n"


def _states() -> list[str]:
    rows = [f"| {state.name} | {meaning} | {deadline} |" for state, (meaning, deadline) in MEANINGS.items()]
    return ["| state | meaning | its deadline |", "|---|---|---|", *rows]


def arrows() -> dict[tuple[State | None, State], set[str]]:
    """The letters of each arrow. An end's own rows begin a new handoff and are those of None."""
    found: dict[tuple[State | None, State], set[str]] = defaultdict(set)
    for (state, _), edge in TABLE.items():
        for target in edge.to:
            found[None if state in ENDS else state, target].add(edge.letter)
    return found


def _diagram() -> list[str]:
    lines = ["stateDiagram-v2"]
    for (state, target), letters in sorted(arrows().items(), key=_place):
        if state is not target:
            lines.append(f"    {state.name if state else '[*]'} --> {target.name}: {', '.join(sorted(letters))}")
    return [*lines, *(f"    {end.name} --> [*]" for end in State if end in ENDS)]


def _place(item: tuple[tuple[State | None, State], set[str]]) -> tuple[int, int]:
    order = list(State)
    (state, target), _ = item
    return (order.index(state) if state else -1), order.index(target)


def _loops() -> list[str]:
    loops = {state: letters for (state, target), letters in arrows().items() if state is target}
    rows = [f"| {state.name} | {', '.join(sorted(loops[state]))} |" for state in State if state in loops]
    return ["| state | letters |", "|---|---|", *rows]


def _letters() -> list[str]:
    return [f"- **{letter}.** {meaning}" for letter, meaning in LETTERS.items()]
