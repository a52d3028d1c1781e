"""Frustration over the dialogue: a logistic score whose features are phrases, repetition and shouting."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handoff.detection.grammar import Grammar
from handoff.detection.reading import Found
from handoff.detection.replies import Replies
from handoff.detection.signals import FRUSTRATION, PastTurn, Signal
from handoff.detection.thresholds import load_toml
from handoff.detection.words import clean, words_of

PHRASES = ("insult", "sexual", "swear", "mild", "harsh", "insult_word", "complaint", "give_up", "sarcasm", "again")
COVERED = ("swear", "mild", "harsh", "insult_word")  # by an insult, which is made of them
LOWEST = 0.3  # a weaker score is not a signal
_MARKS = re.compile(r"!{2,}|\?{2,}|\?!|!\?")
_STRETCHED = re.compile(r"([a-zA-Zñáéíóú])\1{3,}")
_ANGRY = re.compile("[\U0001f620\U0001f621\U0001f624\U0001f92c\U0001f595\U0001f644\U0001f612]")


@dataclass(frozen=True, kw_only=True)
class Score:
    """A probability, what each feature gave to it, and the customer's words that gave most."""

    strength: float
    features: Mapping[str, float]
    contributions: Mapping[str, float]
    evidence: str


class FrustrationDetector:
    """Scores the last customer turn in its dialogue."""

    def __init__(self, replies: Replies, model: Mapping[str, Any] | None = None) -> None:
        self._grammar = Grammar("frustration")
        self._replies = replies
        self._model = model or load_toml("frustration")

    def signals(self, turns: Sequence[PastTurn], language: str) -> tuple[Signal, ...]:
        """At most one signal; the last turn is the customer's."""
        score = self.score(turns)
        if score.strength < LOWEST:
            return ()
        return (Signal(kind=FRUSTRATION, strength=score.strength, language=language, evidence=score.evidence),)

    def score(self, turns: Sequence[PastTurn]) -> Score:
        """The model's probability with its reasons."""
        features, evidence = self.features(turns)
        weights = self._model["weights"]
        contributions = {name: weights.get(name, 0.0) * value for name, value in features.items() if value}
        total = self._model["bias"] + sum(contributions.values())
        strength = round(1 / (1 + math.exp(-max(min(total, 30.0), -30.0))), 4)
        return Score(strength=strength, features=features, contributions=contributions, evidence=evidence)

    def complains(self, text: str) -> bool:
        """Does this message say that the last answer did not help, or worse?"""
        return any(found.values["feature"] != "again" for found in self._grammar.read(text).standing())

    def features(self, turns: Sequence[PastTurn]) -> tuple[dict[str, float], str]:
        """Named numbers from 0, and the words to quote."""
        window = self._window(turns)
        said = [turn.text for turn in window if turn.role == "customer"]
        features, evidence = self._phrases(said)
        last = clean(said[-1])
        features |= {
            "rephrase": self._rephrase(said),
            "same_answer": _same_answers([turn for turn in window if turn.role == "bot"]),
            "refusals": float(sum(turn.decision == "refuse" for turn in window)),
            "capitals": float(_is_shouted(last)),
            "marks": min(len(_MARKS.findall(last)), 2),
            "stretched": float(bool(_STRETCHED.search(last))),
            "emoji": min(len(_ANGRY.findall(last)), 2),
        }
        return features, evidence or last[:200]

    def _window(self, turns: Sequence[PastTurn]) -> Sequence[PastTurn]:
        """The turns since the oldest of the last customer turns that count."""
        at = [index for index, turn in enumerate(turns) if turn.role == "customer"]
        return turns[at[-self._model["window"] :][0] :] if at else turns

    def _phrases(self, said: Sequence[str]) -> tuple[dict[str, float], str]:
        totals = dict.fromkeys(PHRASES, 0.0)
        quoted, best = "", 0.0
        for age, text in enumerate(reversed(said)):
            weight = self._model["decay"] ** age
            counts, words = self._counts(text)
            for feature, count in counts.items():
                totals[feature] += weight * count
            worth = weight * sum(self._model["weights"].get(name, 0.0) * count for name, count in counts.items())
            if worth > best:
                quoted, best = words, worth
        return totals, quoted

    def _counts(self, text: str) -> tuple[dict[str, int], str]:
        """How often each kind of phrase stands in one message, at most twice, and the strongest phrase."""
        standing = self._grammar.read(text).standing()
        named = Counter(found.values["feature"] for found in _apart(standing))
        counts = {name: min(count, 2) for name, count in named.items()}
        if "insult" in counts or "sexual" in counts:
            counts = {name: count for name, count in counts.items() if name not in COVERED}
        weights = self._model["weights"]
        best = max(standing, key=lambda found: weights.get(found.values["feature"], 0.0), default=None)
        return counts, best.evidence if best else ""

    def _rephrase(self, said: Sequence[str]) -> float:
        """How like an earlier message the last one is, 0 to 1; short replies and numbers never are."""
        if self._replies.read(said[-1]):
            return 0.0
        last = _content(said[-1])
        if len(last) < 2:
            return 0.0
        near = max((_likeness(last, _content(text)) for text in said[:-1]), default=0.0)
        return near if near >= 0.5 else 0.0


def _apart(standing: Sequence[Found]) -> list[Found]:
    """One of each group of overlapping findings of a feature: two lines that see the same words count once."""
    kept: list[Found] = []
    for found in standing:
        same = (k for k in kept if k.values["feature"] == found.values["feature"])
        if not any(k.start < found.end and found.start < k.end for k in same):
            kept.append(found)
    return kept


def _content(text: str) -> frozenset[str]:
    return frozenset(w.form for w in words_of(clean(text)) if len(w.form) > 3 and w.form.isalpha())


def _likeness(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a and b else 0.0


def _same_answers(bot: Sequence[PastTurn]) -> float:
    keys = [turn.entry or turn.text for turn in bot if turn.entry or turn.text]
    return float(min(len(keys) - len(set(keys)), 3))


def _is_shouted(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 10 and sum(c.isupper() for c in letters) / len(letters) > 0.8 and " " in text.strip()
