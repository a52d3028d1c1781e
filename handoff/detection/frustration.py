"""Frustration over the dialogue: a logistic score of phrases, of what the turns show together, and of the tone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from handoff.detection.coefficients import PHRASES, TONE, Coefficients, shipped
from handoff.detection.dialogue import course, is_stuck, tone, was_asked
from handoff.detection.grammar import Grammar
from handoff.detection.reading import Found
from handoff.detection.replies import Replies
from handoff.detection.signals import FRUSTRATION, PastTurn, Signal
from handoff.detection.words import clean

COVERED = ("swear", "mild", "harsh", "insult_word")  # by an insult, which is made of them
PRAISE = "praise"  # sarcasm when the bot was no help, else nothing
NO_COMPLAINT = frozenset({"again", "thanks", "denial", "flirt", PRAISE})
NOT_POLITE = frozenset({"insult", "sexual", "swear", "harsh", "complaint", "give_up", "sarcasm"})  # beside "thanks"
BOTS = ("same_answer", "unfilled", "refusals")  # the bot's doings: they count beside a sign of the customer's alone
SIGNS = ("rephrase", "capitals", "shortening", *TONE)
KEPT = 32  # messages read lately: one turn is looked at before and after the engine
LOWEST = 0.3  # a weaker score is not a signal


@dataclass(frozen=True, kw_only=True)
class Score:
    """A probability, what each feature gave to it, and the customer's words that gave most."""

    strength: float
    features: Mapping[str, float]
    contributions: Mapping[str, float]
    evidence: str


@dataclass(frozen=True, kw_only=True)
class _Said:
    """One customer message: how often each kind of phrase stands in it, and its strongest words."""

    counts: Mapping[str, float]
    evidence: str
    worth: float


class FrustrationDetector:
    """Scores the last customer turn in its dialogue."""

    def __init__(self, replies: Replies, model: Coefficients | None = None) -> None:
        self._grammar = Grammar("frustration")
        self._replies = replies
        self._model = model or shipped()
        self._standing = lru_cache(maxsize=KEPT)(self._read)

    def signals(self, turns: Sequence[PastTurn], language: str) -> tuple[Signal, ...]:
        """At most one signal; the last turn is the customer's."""
        score = self.score(turns)
        if score.strength < LOWEST:
            return ()
        return (Signal(kind=FRUSTRATION, strength=score.strength, language=language, evidence=score.evidence),)

    def score(self, turns: Sequence[PastTurn]) -> Score:
        """The model's probability with its reasons."""
        features, evidence = self.features(turns)
        return Score(
            strength=round(self._model.strength(features), 4),
            features=features,
            contributions=self._model.contributions(features),
            evidence=evidence,
        )

    def complains(self, text: str) -> bool:
        """Does this message say that the last answer did not help, or worse?"""
        return any(found.values["feature"] not in NO_COMPLAINT for found in self._standing(text))

    def features(self, turns: Sequence[PastTurn]) -> tuple[dict[str, float], str]:
        """Named numbers from 0, and the words to quote."""
        window = self._window(turns)
        places = [index for index, turn in enumerate(window) if turn.role == "customer"]
        said = [self._said(window[: index + 1]) for index in places]
        last = clean(window[-1].text)
        features = self._phrases(said) | course(window, self._replies) | tone(last)
        features["sustained"] = float(_sustained(said))
        if not said[-1].worth and not any(features[name] for name in SIGNS):
            features |= dict.fromkeys(BOTS, 0.0)
        strongest = max(range(len(said)), key=lambda index: (self._aged(said, index), index))
        return features, said[strongest].evidence or last[:200]

    def _read(self, text: str) -> tuple[Found, ...]:
        return tuple(self._grammar.read(text).standing())

    def _window(self, turns: Sequence[PastTurn]) -> Sequence[PastTurn]:
        """The last customer turns that count, with what was said to each of them."""
        at = [index for index, turn in enumerate(turns) if turn.role == "customer"]
        before = at[-self._model.window - 1] + 1 if len(at) > self._model.window else 0
        return turns[before:]

    def _phrases(self, said: Sequence[_Said]) -> dict[str, float]:
        totals = dict.fromkeys(PHRASES, 0.0)
        for age, each in enumerate(reversed(said)):
            for feature, count in each.counts.items():
                if feature != "thanks" or age == 0:
                    totals[feature] += self._model.decay**age * count
        return totals

    def _aged(self, said: Sequence[_Said], index: int) -> float:
        return float(self._model.decay ** (len(said) - 1 - index) * said[index].worth)

    def _said(self, turns: Sequence[PastTurn]) -> _Said:
        """The last of `turns`, a customer's, read: each kind of phrase counts twice at most."""
        standing = [f for f in self._standing(turns[-1].text) if _counts_here(f, turns)]
        named = Counter(_feature(found) for found in _apart(standing))
        counts = {name: float(min(count, 2)) for name, count in named.items()}
        if "insult" in counts or "sexual" in counts:
            counts = {name: count for name, count in counts.items() if name not in COVERED}
        if "sexual" in counts:
            counts.pop("flirt", None)
        if counts.keys() & NOT_POLITE:
            counts.pop("thanks", None)
        weights = self._model.weights
        best = max(standing, key=lambda found: weights[_feature(found)], default=None)
        worth = sum(max(weights[name], 0.0) * count for name, count in counts.items())
        return _Said(counts=counts, evidence=best.evidence if best and worth else "", worth=worth)


def _feature(found: Found) -> str:
    feature = str(found.values["feature"])
    return "sarcasm" if feature == PRAISE else feature


def _counts_here(found: Found, turns: Sequence[PastTurn]) -> bool:
    """Praise is sarcasm for a bot that was no help, else nothing; a no is one unless the bot asked."""
    if found.values["feature"] == PRAISE:
        return is_stuck(turns)
    return found.values["feature"] != "denial" or not was_asked(turns)


def _sustained(said: Sequence[_Said]) -> int:
    """How many messages in a row before the last one, which has signs of anger too, had them; at most three."""
    angry = [each.worth > 0 for each in reversed(said)]
    run = next((index for index, sign in enumerate(angry) if not sign), len(angry))
    return min(max(run - 1, 0), 3)


def _apart(standing: Sequence[Found]) -> list[Found]:
    """One of each group of overlapping findings of a feature: two lines that see the same words count once."""
    kept: list[Found] = []
    for found in standing:
        same = (k for k in kept if k.values["feature"] == found.values["feature"])
        if not any(k.start < found.end and found.start < k.end for k in same):
            kept.append(found)
    return kept
