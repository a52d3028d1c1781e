"""The matcher: answers with one approved label, asks between two, or refuses. Independent of Rasa."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np

from bot.dialogue.linear import Linear
from bot.dialogue.thresholds import OUTSIDE, Thresholds, choose, squash

SHOWN = 5


@dataclass(frozen=True)
class Decision:
    """What was decided: `label` is the best candidate whatever the decision; scores are in 0 to 1."""

    decision: str
    label: str
    score: float
    threshold: float
    candidates: Tuple[Tuple[str, float], ...]
    choices: Tuple[str, ...] = ()


class Matcher:
    """A fitted matcher; texts in any language it was fitted on."""

    def __init__(self, model: Linear, thresholds: Thresholds) -> None:
        """Use `fit` or `load`."""
        self._model = model
        self.thresholds = thresholds

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str]) -> Matcher:
        """Labels equal to OUTSIDE are written negatives; thresholds come from these texts alone."""
        return cls(Linear.fit(texts, labels), choose(texts, labels))

    def decide(self, text: str) -> Decision:
        """Answer, ask or refuse."""
        scores = squash(self._model.margins(text))
        return self._decide(float(scores.max()), scores)

    def _decide(self, inside: float, scores: np.ndarray) -> Decision:
        order = np.argsort(-scores)[:SHOWN]
        ranked = [(self._model.labels[i], float(scores[i])) for i in order]
        shown = tuple((label, round(score, 4)) for label, score in ranked if label != OUTSIDE)
        threshold = self.thresholds.answer
        label = ranked[0][0]
        if label == OUTSIDE or inside < threshold:
            return Decision("refuse", shown[0][0], inside, threshold, shown)
        close = self._close(ranked)
        decision = "ask" if close else "answer"
        return Decision(decision, label, inside, threshold, shown, close)

    def _close(self, ranked: List[Tuple[str, float]]) -> Tuple[str, ...]:
        """The first two when nothing tells them apart; talk is never offered as a choice."""
        (first, best), (second, next_best) = ranked[0], ranked[1]
        if best - next_best >= self.thresholds.gap or not _offerable(first, second):
            return ()
        return first, second

    def save(self, folder: Path) -> None:
        """Arrays as npz, the rest as JSON; no pickles."""
        self._model.save(folder)
        (folder / "thresholds.json").write_text(json.dumps(self.thresholds.dump()), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Matcher:
        """A saved matcher."""
        raw: Dict[str, Any] = json.loads((folder / "thresholds.json").read_text("utf-8"))
        return cls(Linear.load(folder), Thresholds.parse(raw))


def _offerable(first: str, second: str) -> bool:
    return not any(label == OUTSIDE or label.startswith("talk:") for label in (first, second))
