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
from pathlib import Path

from handoff.detection.grammar import load_lexicon
from handoff.detection.signals import AXES, REQUEST
from handoff.detection.thresholds import load_toml
from handoff.detection.traits import BUCKETS, Traits

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
        self._rows = _rows([_unpacked(data["weights"][head]) for head in HEADS])
        self._scale = [float(data["scales"][head]) for head in HEADS]
        anchors = load_lexicon("senses")["anchors"]
        self._anchors = {head: frozenset(str(anchors[head]).split()) for head in HEADS}

    def read(self, text: str) -> dict[str, Opinion]:
        """The opinion of each head, of the segment that scores highest."""
        best = {head: Opinion(score=NOTHING, evidence="") for head in HEADS}
        for segment in self._traits.read(text):
            for head, found in zip(HEADS, self._scores(segment.features), strict=True):
                score = found - UNANCHORED * self._anchors[head].isdisjoint(segment.senses)
                if score > best[head].score:
                    best[head] = Opinion(score=score, evidence=segment.text[:LONGEST_QUOTE])
        return best

    def _scores(self, features: Mapping[int, float]) -> list[float]:
        totals = [0.0] * len(HEADS)
        for bucket, share in features.items():
            for head, weight in self._rows.get(bucket, ()):
                totals[head] += weight * share
        return [bias + scale * total for bias, scale, total in zip(self._biases, self._scale, totals, strict=True)]


def bars(head: str) -> Bars:
    """The bars of lexicons/classifier.toml for one head."""
    return Bars(**load_toml("classifier")[head])


def packed(weights: bytes) -> str:
    """Signed bytes, one a bucket, as text."""
    return base64.b64encode(zlib.compress(weights, 9)).decode()


def _unpacked(text: str) -> tuple[int, ...]:
    raw = zlib.decompress(base64.b64decode(text))
    return tuple(byte - 256 if byte > 127 else byte for byte in raw)


def _rows(columns: list[tuple[int, ...]]) -> dict[int, tuple[tuple[int, int], ...]]:
    """The non-zero weights of each bucket, as (head, weight)."""
    rows = {
        bucket: tuple((head, column[bucket]) for head, column in enumerate(columns) if column[bucket])
        for bucket in range(BUCKETS)
    }
    return {bucket: row for bucket, row in rows.items() if row}


@cache
def _stored() -> dict[str, dict[str, str]]:
    text = files("handoff.detection").joinpath("lexicons", "coefficients.json").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, str]] = json.loads(text)
    return loaded
