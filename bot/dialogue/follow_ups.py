"""What customers ask next after an answer ("and for furniture?"), and the entry that answers it, as entries declare.

A follow-up counts only while that answer was the last thing said. What speaks for one is how near the text is to what
was declared, and whether the matcher, too, thinks of its target. Nearness is a cosine: the words and letter groups of
both, each weighed by how rare it is in all phrasings of the release; what no phrasing has counts as rare, so "and for
helicopters?" is far from "and for furniture?".
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Dict, Iterable, List, Mapping, Sequence, Tuple

from bot.dialogue.facts import order_number
from bot.dialogue.matcher import ENTRY, Decision
from bot.dialogue.text import letter_grams, stem_grams, without_courtesy, words

FILE = "follow_ups.json"
BLOCKS = ((without_courtesy, 1.0), (stem_grams, 0.7), (letter_grams, 1.0))  # what is counted, and its weight
LONGEST_ID = 100  # of a candidate
AS_SURE = 0.05  # two targets that differ by less are a choice between the two
Declared = Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]  # entry → target → language → texts
Vector = Dict[str, float]


@dataclass(frozen=True)
class Limits:
    """How sure a follow-up is, from its evidence, and from where on it is answered or is worth a choice.

    `exact` is the nearness from which it goes before what the matcher would answer, `words` the most that a text has
    whose follow-up is looked for. All are learnt in follow_up_limits.py; these are for releases with few follow-ups.
    """

    weights: Tuple[float, ...] = (6.4, 0.8, 18.0)  # as the demo shop's
    bias: float = -2.9
    sure: float = 0.8
    close: float = 0.4
    exact: float = 0.8
    words: int = 10

    def sureness(self, evidence: Sequence[float]) -> float:
        """One number in 0 to 1."""
        odds = sum(weight * value for weight, value in zip(self.weights, evidence, strict=True)) + self.bias
        return 1.0 / (1.0 + math.exp(-odds))


@dataclass(frozen=True)
class Near:
    """One target that `after` declares: how near the nearest of its texts is, 0 to 1."""

    after: str
    to: str
    nearness: float

    @property
    def label(self) -> str:
        """How an Outcome's candidates name it: what was said before, and where it leads; both only where they fit."""
        both = f"{self.after}/{self.to}"
        return ENTRY + (both if len(both) <= LONGEST_ID else self.to)


class FollowUps:
    """All declared follow-ups of a release."""

    def __init__(self, declared: Declared, rarity: Mapping[str, float], limits: Limits) -> None:
        """`rarity` of every feature that a phrasing of the release has."""
        self.declared, self.limits = declared, limits
        self._rarity = rarity
        self._rarest = max(rarity.values(), default=1.0)
        self._texts = {after: list(self._vectors(targets)) for after, targets in declared.items()}

    @classmethod
    def of(cls, declared: Declared, phrasings: Iterable[str], limits: Limits = Limits()) -> FollowUps:
        """With rarities counted over the follow-ups and these phrasings."""
        texts = [text for _, _, text in all_of(declared)] + list(phrasings)
        counts = Counter(feature for text in texts for feature in {each for block in _features(text) for each in block})
        known = {feature for _, _, text in all_of(declared) for block in _features(text) for feature in block}
        rarity = {each: 1 + math.log((1 + len(texts)) / (1 + counts[each])) for each in counts if each in known}
        rest = {each: 1 + math.log((1 + len(texts)) / (1 + counts[each])) for each in counts if each[0] == "0"}
        return cls(declared, {**rest, **rarity}, limits)

    def limited(self, limits: Limits) -> FollowUps:
        """The same with other limits."""
        return FollowUps(self.declared, self._rarity, limits)

    def near(self, text: str, after: Sequence[str]) -> List[Near]:
        """Every target of these entries, once."""
        vector = self.vector(text) if any(self._texts.get(entry) for entry in after) else {}
        best: Dict[str, Near] = {}
        for entry in after:
            for to, other in self._texts.get(entry, ()):
                nearness = min(cosine(vector, other), 1.0)
                if to not in best or nearness > best[to].nearness:
                    best[to] = Near(entry, to, nearness)
        return list(best.values())

    def vector(self, text: str) -> Vector:
        """Its features with their weights, of length 1; empty for a text without a word."""
        vector: Vector = {}
        for (_, weight), block in zip(BLOCKS, _features(text), strict=True):
            values = {
                each: (1 + math.log(number)) * self._rarity.get(each, self._rarest) for each, number in block.items()
            }
            length = math.sqrt(sum(value**2 for value in values.values()))
            vector.update((each, weight * value / (length * _LENGTH)) for each, value in values.items())
        return vector

    def applied(self, decision: Decision, text: str, after: Sequence[str]) -> Decision:
        """The matcher's decision about a text, in the light of what was said last; whoever names an order means it."""
        if len(without_courtesy(words(text))) > self.limits.words or order_number(text, bare=False):
            return decision
        found = self.near(text, after)
        return weighed(decision, found, self.limits) if found else decision

    def save(self, folder: Path) -> None:
        """As JSON."""
        raw = {"declared": self.declared, "rarity": self._rarity, "limits": asdict(self.limits)}
        (folder / FILE).write_text(json.dumps(raw), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> FollowUps:
        """Saved ones; none for a model from before there were any."""
        if not (folder / FILE).is_file():
            return cls({}, {}, Limits())
        raw = json.loads((folder / FILE).read_text("utf-8"))
        return cls(raw["declared"], raw["rarity"], Limits(**raw["limits"]))

    def _vectors(self, targets: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterable[Tuple[str, Vector]]:
        for to, asked in targets.items():
            yield from ((to, self.vector(text)) for texts in asked.values() for text in texts)


def evidence(decision: Decision, found: Sequence[Near], limits: Limits) -> List[Tuple[Near, Tuple[float, ...]]]:
    """What speaks for each target, the likeliest first: how near it is, and the matcher's score of it, as a share of
    that of its best candidate and by itself."""
    scores = dict(decision.candidates)
    best = max(decision.candidates[0][1], 1e-9) if decision.candidates else 1.0
    each_score = ((each, scores.get(ENTRY + each.to, 0.0)) for each in found)
    told = [(each, (each.nearness, score / best, score)) for each, score in each_score]
    return sorted(told, key=lambda pair: -limits.sureness(pair[1]))


def weighed(decision: Decision, found: Sequence[Near], limits: Limits) -> Decision:
    """Answer the follow-up, ask, or leave the decision as it was; `found` is not empty."""
    told = [(each, limits.sureness(speaks)) for each, speaks in evidence(decision, found, limits)]
    best, sure = told[0]
    nearest, *others = sorted(told, key=lambda pair: -pair[0].nearness)
    alone = not others or nearest[0].nearness - others[0][0].nearness >= AS_SURE
    if nearest[0].nearness >= limits.exact and alone:
        same = decision.decision == "answer" and decision.label == ENTRY + nearest[0].to
        return decision if same else _as(decision, "answer", [nearest], (), limits)
    if decision.decision == "answer":
        return decision
    rivals = [each.to for each, score in told[1:] if score >= sure - AS_SURE]
    if sure >= limits.sure and not rivals:
        return _as(decision, "answer", told, (), limits)
    if sure < limits.close:
        return decision
    entries = [label[len(ENTRY) :] for label, _ in decision.candidates if label.startswith(ENTRY)]
    choices = [best.to, *(other for other in [*rivals, *entries] if other != best.to)][:2]
    return _as(decision, "ask", told, choices, limits)


def _as(
    decision: Decision, name: str, told: Sequence[Tuple[Near, float]], choices: Sequence[str], limits: Limits
) -> Decision:
    """`told` goes before the matcher's candidates, so that an Outcome shows why."""
    shown = tuple((each.label, round(score, 4)) for each, score in told[:2])
    return replace(
        decision,
        decision=name,
        label=ENTRY + told[0][0].to,
        score=shown[0][1],
        threshold=limits.sure,
        candidates=(*shown, *decision.candidates),
        choices=tuple(ENTRY + each for each in choices),
        also=(),
        offered=(),
        reason="",
    )


def all_of(declared: Declared) -> Iterable[Tuple[str, str, str]]:
    """(entry, target, text) of everything declared."""
    for after, targets in declared.items():
        for to, asked in targets.items():
            yield from ((after, to, text) for texts in asked.values() for text in texts)


def cosine(one: Vector, other: Vector) -> float:
    """Of two vectors of length 1."""
    few, many = sorted((one, other), key=len)
    return sum(value * many[each] for each, value in few.items() if each in many)


def _features(text: str) -> List[Counter[str]]:
    """What each block counts, its features marked with the block's number."""
    said = words(text)
    blocks = (without_courtesy(said), stem_grams(text), letter_grams(text))
    return [Counter(f"{at}{feature}" for feature in block) for at, block in enumerate(blocks)]


_LENGTH = math.sqrt(sum(weight**2 for _, weight in BLOCKS))
