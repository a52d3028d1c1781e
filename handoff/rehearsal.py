"""What service levels would have done to cases that have happened: a dry run over their steps. Pure.

It moves no case and invents nothing that people would have done: who answered, answers at the same instant. What the
levels themselves decide (how long an offer stands, who hears of a wait, when a message is taken) is worked out anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from handoff import hours
from handoff.business import Business
from handoff.states import ENDS, EventKind, Levels, Rung, State, Urgency

QUEUE = frozenset({State.WAITING, State.OFFERED})
TOLD = ("agents", "on_call", "supervisor")
KINDS = (*TOLD, "message", "offer_ended", "taken_back", "idle", "message_by", "call_by", "reminded")
MOST_STEPS = 100  # of one case: a case that waited for days would otherwise sound every three minutes


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One step of a case, as the ledger has it: the event, and the state that it led to."""

    at: datetime
    kind: EventKind
    state: State
    due: datetime | None = None  # of the open promise, afterwards


@dataclass(frozen=True, kw_only=True)
class Past:
    """One case; `facts` in order, the first its opening. `until`: now, where it is open still."""

    reference: str
    urgency: Urgency
    facts: tuple[Fact, ...]
    until: datetime


@dataclass(frozen=True, order=True, kw_only=True)
class Happening:
    """Something that the levels would have caused; `kind` is one of KINDS."""

    at: datetime
    kind: str


@dataclass(frozen=True, kw_only=True)
class Spell:
    """A state from its beginning to its end, with the steps inside it."""

    state: State
    start: datetime
    end: datetime
    facts: tuple[Fact, ...]


def rehearse(business: Business, past: Past) -> tuple[Happening, ...]:
    """What would have happened to this case by these settings, in order."""
    levels = business.levels_for(past.urgency)
    found = [
        *_waits(business, levels, past),
        *(each for spell in _spells(past) for each in _in_spell(business, levels, spell)),
        *_reminders(levels, past),
    ]
    return tuple(sorted(found)[:MOST_STEPS])


def count(happenings: Iterable[Happening]) -> Mapping[str, int]:
    """How often each kind happened."""
    found = dict.fromkeys(KINDS, 0)
    for each in happenings:
        found[each.kind] += 1
    return found


def _spells(past: Past) -> Iterator[Spell]:
    """Each stretch of one state."""
    begun: list[Fact] = []
    for fact in past.facts:
        if begun and fact.state is not begun[0].state:
            yield Spell(state=begun[0].state, start=begun[0].at, end=fact.at, facts=tuple(begun))
            begun = []
        begun.append(fact)
    if begun and begun[0].state not in ENDS:
        yield Spell(state=begun[0].state, start=begun[0].at, end=past.until, facts=tuple(begun))


def _queued(past: Past) -> Iterator[tuple[datetime, datetime]]:
    """Stretches in the queue, whether or not it was offered to somebody meanwhile."""
    start: datetime | None = None
    for spell in _spells(past):
        if spell.state in QUEUE:
            start = start or spell.start
        elif start is not None:
            yield start, spell.start
            start = None
    if start is not None:
        yield start, past.until if past.facts[-1].state in QUEUE else past.facts[-1].at


def _waits(business: Business, levels: Levels, past: Past) -> Iterator[Happening]:
    """The ladder: one rung at each missed answer-by of opening hours, and from the top on a message is taken."""
    rung = 0
    for start, end in _queued(past):
        for opened, closed in _open(business, start, end):
            at = opened + levels.answer_by
            while at < closed:
                if rung >= levels.top_rung:
                    yield Happening(at=at, kind="message")
                    return
                rung += 1
                yield from (Happening(at=at, kind=who) for who in _told(levels, rung))
                at += levels.answer_by


def _open(business: Business, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Opening hours within it; midnight between two of them ends none."""
    opened: datetime | None = None
    closed = start
    for begins, ends in hours.open_spans(business, start, end):
        if opened is not None and begins != closed:
            yield opened, closed
            opened = None
        opened, closed = opened or begins, ends
    if opened is not None:
        yield opened, closed


def _told(levels: Levels, rung: int) -> Sequence[str]:
    """The desk always, and those whom the ladder has reached."""
    return tuple(dict.fromkeys((Rung.AGENTS.value, *(each.value for each in levels.reached(rung)))))


def _in_spell(business: Business, levels: Levels, spell: Spell) -> Iterator[Happening]:
    match spell.state:
        case State.OFFERED:
            yield from _once(spell, levels.accept_by, "offer_ended")
        case State.COLLECTING if hours.is_open(business, spell.start):
            yield from _once(spell, levels.collect_by, "message_by")
        case State.CALLING:
            yield from _once(spell, levels.call_by, "call_by")
        case State.ACTIVE:
            yield from _held(levels, spell)


def _once(spell: Spell, after: timedelta, kind: str) -> Iterator[Happening]:
    if spell.start + after < spell.end:
        yield Happening(at=spell.start + after, kind=kind)


def _held(levels: Levels, spell: Spell) -> Iterator[Happening]:
    """While the customer waits for a word the chat goes back to the queue; while nobody writes the agent is nudged."""
    waits = True
    since = spell.start
    for fact, end in _until(spell):
        if fact.kind is EventKind.AGENT_REPLIES:
            waits, since = False, fact.at
        elif fact.kind is EventKind.CUSTOMER_WRITES and not waits:
            waits, since = True, fact.at
        due = since + (levels.reply_by if waits else levels.idle_by)
        if fact.at <= due < end:
            yield Happening(at=due, kind="taken_back" if waits else "idle")


def _until(spell: Spell) -> Iterator[tuple[Fact, datetime]]:
    """Each step with the instant of the next one."""
    for fact, later in pairwise(spell.facts):
        yield fact, later.at
    yield spell.facts[-1], spell.end


def _reminders(levels: Levels, past: Past) -> Iterator[Happening]:
    """One before each due time that a promise has had, if it was open still."""
    known: datetime | None = None
    for index, fact in enumerate(past.facts):
        if fact.due == known:
            continue
        known = fact.due
        if known is None:
            continue
        wanted = known - levels.remind_before
        at = wanted if wanted > fact.at else fact.at + (known - fact.at) / 2
        changed = (later.at for later in past.facts[index + 1 :] if later.due != known)
        if at < next(changed, past.until):
            yield Happening(at=at, kind="reminded")
