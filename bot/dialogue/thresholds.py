"""Where to answer and where to refuse, found by cross-validation over the training side alone.

Labels are left out in turn: the texts of a label that a model has never seen stand for questions outside, next to
the written negatives; held-back texts of the labels it knows stand for questions inside.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np

from bot.dialogue.linear import Linear

OUTSIDE = "OUT_OF_SCOPE"
FOLDS = 5
CAUTIOUS = 0.5


@dataclass(frozen=True)
class Thresholds:
    """`answer`: below it is refused; `gap`: two scores nearer than this are asked about; both in 0 to 1."""

    answer: float = CAUTIOUS
    gap: float = 0.05

    def dump(self) -> Dict[str, float]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def parse(cls, raw: Dict[str, Any]) -> Thresholds:
        """From JSON."""
        return cls(float(raw["answer"]), float(raw["gap"]))


def squash(margins: np.ndarray) -> np.ndarray:
    """Margins as scores in 0 to 1."""
    return np.asarray(1.0 / (1.0 + np.exp(-3.0 * margins)))


def choose(texts: Sequence[str], labels: Sequence[str]) -> Thresholds:
    """The thresholds for a matcher fitted on these texts; cautious ones when there is too little to learn from."""
    if len(set(labels)) < 2 * FOLDS or len(texts) < 50:
        return Thresholds()
    inside, outside = _held_back_scores(list(texts), np.array(labels))
    return Thresholds(answer=_best(np.array(inside), np.array(outside)))


def _held_back_scores(texts: List[str], labels: np.ndarray) -> Tuple[List[float], List[float]]:
    """Scores of right answers inside, and of everything that should have been refused."""
    order = np.random.default_rng(0)
    known = np.array(sorted(set(labels) - {OUTSIDE}))
    label_fold = dict(zip(known, order.permutation(len(known)) % FOLDS))
    row_fold = order.permutation(len(texts)) % FOLDS
    inside: List[float] = []
    outside: List[float] = []
    for fold in range(FOLDS):
        unseen = np.array([label_fold.get(label) == fold for label in labels])
        held = unseen | (row_fold == fold)
        model = Linear.fit([text for text, out in zip(texts, held) if not out], labels[~held])
        for at in np.flatnonzero(held):
            scores = squash(model.margins(texts[at]))
            best = int(scores.argmax())
            should_refuse = unseen[at] or labels[at] == OUTSIDE
            if should_refuse and model.labels[best] != OUTSIDE:
                outside.append(float(scores[best]))
            elif not should_refuse and model.labels[best] == labels[at]:
                inside.append(float(scores[best]))
    return inside, outside


def _best(inside: np.ndarray, outside: np.ndarray) -> float:
    """The score that best tells the two apart: the largest sum of the shares kept inside and refused outside."""
    tried = np.quantile(np.concatenate([inside, outside]), np.linspace(0.01, 0.99, 99))
    gains = [(inside >= at).mean() + (outside < at).mean() for at in tried]
    return float(tried[int(np.argmax(gains))])
