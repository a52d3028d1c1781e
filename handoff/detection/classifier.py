"""A small logistic model beside the grammars: what a text is about when no pattern was written for its words.

Its coefficients are lexicons/coefficients.json, made by scripts/train_detection.py from sentences of this repository.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import mul
from pathlib import Path

from handoff.detection.grammar import load_lexicon
from handoff.detection.signals import AXES, REQUEST
from handoff.detection.thresholds import load_toml
from handoff.detection.traits import Traits

HEADS = (REQUEST, *AXES)
LONGEST_QUOTE = 200  # characters
NOTHING = -20.0  # log-odds of a text without words
UNANCHORED = 1.5  # taken off the log-odds of a segment without any word of the matter itself


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """How much the text sounds like it: natural log-odds, and the stretch that says it most."""

    score: float
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Bars:
    """From which log-odds an opinion counts: alone, beside a weak finding, against a scope; and what alone is worth.

    Below `contradicted` a strong pattern is not heard.
    """

    alone: float
    beside: float
    against: float
    sure: float
    strength: float
    joint: float
    contradicted: float


class Classifier:
    """Scores a text on every head; build once a process."""

    def __init__(self, coefficients: Path | None = None) -> None:
        self._traits = Traits()
        data = json.loads(coefficients.read_text("utf-8")) if coefficients else _stored()
        self._biases = [float(data["biases"][head]) for head in HEADS]
        self._scales = [float(data["scales"][head]) for head in HEADS]
        self._weights = [_unpacked(data["weights"][head]) for head in HEADS]
        anchors = load_lexicon("senses")["anchors"]
        self._anchors = {str(head): frozenset(str(senses).split()) for head, senses in anchors.items()}

    def read(self, text: str) -> dict[str, Opinion]:
        """The opinion of each head, of the segment that scores highest."""
        best = {head: Opinion(score=NOTHING, evidence="") for head in HEADS}
        for segment in self._traits.read(text):
            for head, found in zip(HEADS, self._scores(segment.features), strict=True):
                anchors = self._anchors.get(head)
                score = found - UNANCHORED if anchors and anchors.isdisjoint(segment.senses) else found
                if score > best[head].score:
                    best[head] = Opinion(score=score, evidence=segment.text[:LONGEST_QUOTE])
        return best

    def _scores(self, features: Mapping[int, float]) -> list[float]:
        found = [
            (bias, scale, sum(map(mul, map(weights.__getitem__, features), features.values())))
            for bias, scale, weights in zip(self._biases, self._scales, self._weights, strict=True)
        ]
        return [bias + scale * total for bias, scale, total in found]


def bars(head: str) -> Bars:
    """The bars of lexicons/classifier.toml for one head."""
    return Bars(**load_toml("classifier")[head])


def packed(weights: bytes) -> str:
    """Signed bytes, one a bucket, as text."""
    return base64.b64encode(zlib.compress(weights, 9)).decode()


def _unpacked(text: str) -> memoryview:
    return memoryview(zlib.decompress(base64.b64decode(text))).cast("b")


@cache
def _stored() -> dict[str, dict[str, str]]:
    text = files("handoff.detection").joinpath("lexicons", "coefficients.json").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, str]] = json.loads(text)
    return loaded
