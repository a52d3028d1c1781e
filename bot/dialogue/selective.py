"""When to answer, when to ask and when to refuse, learnt by cross-validation over the training side alone.

Labels are left out in turn: the texts of a label that a model has never seen stand for questions outside, next to
the written negatives; held-back texts of the labels it knows stand for questions inside. From both, a logistic
regression learns how sure an answer is, and the threshold is set where it pays best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np

from bot.dialogue.linear import OUTSIDE, Linear, Weighed
from bot.dialogue.regression import fit
from bot.dialogue.repeats import groups

FOLDS = 5
SHARE_OUTSIDE = 0.25  # the share of customers' questions taken to have no approved answer
MOST_ASKED = 0.1  # of the right answers, at most this share may become a choice between two
COST_OF_ASKING = 1 / 3  # against one wrong answer turned into a choice that holds the right one
PLENTY = 1000  # texts from which on one round of cross-validation is enough
SENSE = np.array([1, 1, 1, 1, 1, 1, -1, -1])  # more of it makes an answer surer (1) or less sure (-1)
CAUTIOUS_WEIGHTS = (2.0, 1.0, 1.0, 0.0, 1.0, 2.0, 0.0, 0.0)
CAUTIOUS_BIAS = -3.0


@dataclass(frozen=True)
class Selection:
    """How sure an answer is (0 to 1) from its evidence, and the bounds of answering and asking."""

    weights: Tuple[float, ...] = CAUTIOUS_WEIGHTS
    bias: float = CAUTIOUS_BIAS
    threshold: float = 0.5
    gap: float = 0.1

    def sureness(self, evidence: np.ndarray) -> np.ndarray:
        """One number in 0 to 1 for each row of evidence."""
        return np.asarray(1.0 / (1.0 + np.exp(-(evidence @ np.array(self.weights) + self.bias))))

    def dump(self) -> Dict[str, Any]:
        """As JSON."""
        return {"weights": list(self.weights), "bias": self.bias, "threshold": self.threshold, "gap": self.gap}

    @classmethod
    def parse(cls, raw: Dict[str, Any]) -> Selection:
        """From JSON."""
        return cls(tuple(raw["weights"]), raw["bias"], raw["threshold"], raw["gap"])


def learn(texts: Sequence[str], labels: Sequence[str]) -> Selection:
    """The selection for a model fitted on these texts; a cautious one when there is too little to learn from."""
    if len(set(labels) - {OUTSIDE}) < 2 * FOLDS or len(texts) < 10 * FOLDS:
        return Selection()
    rounds = 1 if len(texts) >= PLENTY else 3
    rows = [row for seed in range(rounds) for row in _held_back(list(texts), np.array(labels), seed)]
    evidence = np.array([weighed.evidence for weighed, _ in rows])
    truth = np.array([label for _, label in rows])
    right = np.array([weighed.labels[0] == label for weighed, label in rows])
    outside = truth == OUTSIDE
    if right.sum() < FOLDS or outside.sum() < FOLDS:
        return Selection()
    weights, bias = fit(evidence, right, SENSE)
    sure = Selection(weights, bias).sureness(evidence)
    threshold = _threshold(sure, right, outside)
    kept = [row for row, score in zip(rows, sure, strict=True) if score >= threshold]
    return Selection(weights, bias, threshold, _gap(kept))


def _gap(kept: List[Tuple[Weighed, str]]) -> float:
    """The lead over the second candidate below which asking pays."""
    leads = np.array([weighed.shares[0] - weighed.shares[1] for weighed, _ in kept])
    right = np.array([weighed.labels[0] == label for weighed, label in kept])
    rescued = np.array([weighed.labels[1] == label for weighed, label in kept])
    tried = np.quantile(leads[right], np.linspace(0, MOST_ASKED, 41))
    gains = [(rescued & (leads < at)).sum() - COST_OF_ASKING * (right & (leads < at)).sum() for at in tried]
    return float(tried[int(np.argmax(gains))])


def _held_back(texts: List[str], labels: np.ndarray, seed: int) -> List[Tuple[Weighed, str]]:
    """Every text once as a model saw it that was fitted without it, or without its whole label (then OUTSIDE)."""
    draw = np.random.default_rng(seed)
    known = sorted(set(labels) - {OUTSIDE})
    label_fold = dict(zip(known, (draw.permutation(len(known)) % FOLDS).tolist(), strict=True))
    alike = groups(texts, labels.tolist())
    row_fold = (draw.permutation(alike.max() + 1) % FOLDS)[alike]
    seen: List[Tuple[Weighed, str]] = []
    for fold in range(FOLDS):
        unseen = np.array([label_fold.get(label) == fold for label in labels])
        held = unseen | (row_fold == fold)
        model = Linear.fit([text for text, out in zip(texts, held, strict=True) if not out], labels[~held])
        seen += [(model.weigh(texts[at]), OUTSIDE if unseen[at] else str(labels[at])) for at in np.flatnonzero(held)]
    return seen


def _threshold(sure: np.ndarray, right: np.ndarray, outside: np.ndarray) -> float:
    """Where right answers inside and refusals outside, weighed by their shares, are most."""
    tried = np.quantile(sure, np.linspace(0.01, 0.99, 197))
    inside_right = right[~outside]
    gains = [
        (1 - SHARE_OUTSIDE) * (inside_right & (sure[~outside] >= at)).mean()
        + SHARE_OUTSIDE * (sure[outside] < at).mean()
        for at in tried
    ]
    return float(tried[int(np.argmax(gains))])
