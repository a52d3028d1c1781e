"""Loops, by fuel: a turn without news costs, a repeated act costs more, and an empty tank must show an exit."""

import dataclasses
from dataclasses import dataclass
from itertools import takewhile

from handoff.detection.memory import Memory
from handoff.detection.needs import Tank
from handoff.detection.signals import ENGINE, FUEL, LOOP, REFUSAL, OutcomeFacts, Signal
from handoff.detection.thresholds import Thresholds

PROGRESS, NOTHING, REPEATED = 0, 1, 2  # what a turn costs
RECENT = 4  # acts within which a repetition counts
FREE = 2  # repetitions that a "yes", a "thanks" or a "more" may bring
ANEW = frozenset({"refusals", "loop", "fuel"})  # reasons that belong to one need: progress makes them new again


@dataclass(frozen=True, kw_only=True)
class Said:
    """The customer's message as loops need to know it."""

    text: str
    language: str
    content: bool  # a short "yes", "thanks" or "more" asks for no other answer
    complaint: bool
    rephrased: bool = False  # it says again what was said before


def act_of(outcome: OutcomeFacts) -> str:
    """What the bot does, as one word: the same act again is no news."""
    return "|".join((outcome.decision, ",".join(outcome.ids) or outcome.intent, outcome.form or "", outcome.facts))


def after_outcome(
    outcome: OutcomeFacts, memory: Memory, said: Said, limits: Thresholds, tank: Tank | None = None
) -> tuple[tuple[Signal, ...], Memory]:
    """Signals of the bot's own doing, and the memory with this act in it. `tank` is that of the need it was for."""
    cost = _cost(outcome, memory, said)
    needs = _cost_of_need(outcome, said, cost, tank)
    fuel = (limits.fuel if memory.fuel is None else memory.fuel) - cost
    after = dataclasses.replace(
        memory.with_act(act_of(outcome)),
        fuel=limits.fuel if cost == PROGRESS else max(fuel, 0),
        cost=needs,
        refusals=memory.refusals + 1 if outcome.decision == "refuse" else 0,
        questions=memory.questions + 1 if _asks_again(outcome, memory) else int(outcome.decision == "ask"),
        form=outcome.form,
        form_filled=outcome.form_filled,
        declined=memory.declined and cost != PROGRESS,
        told=tuple(r for r in memory.told if r not in ANEW) if cost == PROGRESS and said.content else memory.told,
    )
    found = [*_own_doing(outcome, memory, after, said, limits)]
    dry = tank is not None and needs != PROGRESS and tank.fuel <= needs
    if after.fuel == 0 or dry or asked_enough(memory, after, limits.questions):
        found.append(_signal(FUEL, 0.95 if memory.offers else 0.6, said))
    return tuple(found), after


def asked_enough(before: Memory, after: Memory, questions: int) -> bool:
    """Would the bot's last act be a question too many: a third in a row, or one that it has asked in the same words?"""
    unanswered = takewhile(lambda act: not act.startswith("answer|"), reversed(before.acts))
    return after.questions > questions or (after.acts[-1].startswith("ask|") and after.acts[-1] in unanswered)


def _own_doing(outcome: OutcomeFacts, before: Memory, after: Memory, said: Said, limits: Thresholds) -> list[Signal]:
    found = []
    if outcome.decision == "unavailable":
        found.append(_signal(ENGINE, 1.0, said))
    if after.refusals:
        found.append(_signal(REFUSAL, 0.95 if after.refusals >= limits.refusals else 0.6, said))
    strength = _loop_strength(outcome, before, after, said, limits)
    if strength:
        found.append(_signal(LOOP, strength, said))
    return found


def _cost(outcome: OutcomeFacts, memory: Memory, said: Said) -> int:
    if outcome.decision in {"unavailable", "refuse"}:
        return NOTHING + said.complaint
    if outcome.form and outcome.form == memory.form:
        return PROGRESS if outcome.form_filled > memory.form_filled else NOTHING + said.complaint
    if act_of(outcome) not in memory.acts[-RECENT:]:
        asks_on = outcome.decision == "ask" and memory.questions
        return NOTHING if asks_on or _is_second_try(outcome, memory, said) else PROGRESS
    if not said.content:
        return PROGRESS if memory.acts.count(act_of(outcome)) <= FREE else NOTHING
    return REPEATED + said.complaint


def _is_second_try(outcome: OutcomeFacts, memory: Memory, said: Said) -> bool:
    """The customer says again what the last answer was for: it did not help, and another is not progress yet."""
    return said.rephrased and not outcome.facts and bool(memory.acts) and memory.acts[-1].startswith("answer|")


def _cost_of_need(outcome: OutcomeFacts, said: Said, cost: int, tank: Tank | None) -> int:
    """An answer that this customer has had for this need, in whichever conversation, is none of the remedies left."""
    told = tank is not None and outcome.decision == "answer" and not outcome.form and act_of(outcome) in tank.acts
    return REPEATED + said.complaint if told and said.content else cost


def _asks_again(outcome: OutcomeFacts, memory: Memory) -> bool:
    return outcome.decision == "ask" and outcome.form_filled <= memory.form_filled and memory.questions > 0


def _loop_strength(outcome: OutcomeFacts, before: Memory, after: Memory, said: Said, limits: Thresholds) -> float:
    """0 when there is none; a repetition is worth an offer, a second one a person."""
    if outcome.decision == "refuse" or not said.content:
        return 0.0
    if outcome.form and outcome.form == before.form:
        return 0.7 if outcome.form_attempts >= limits.attempts else 0.0
    if after.questions > limits.questions:
        return 0.7
    act = act_of(outcome)
    times = before.acts[-RECENT:].count(act)
    if times >= 2:
        return 0.9
    if not times:
        return 0.0
    return 0.75 if said.complaint or before.acts[-1] == act else 0.55


def _signal(kind: str, strength: float, said: Said) -> Signal:
    return Signal(kind=kind, strength=strength, language=said.language, evidence=said.text[:200])
