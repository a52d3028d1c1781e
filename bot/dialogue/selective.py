"""When to answer, when to ask and when to refuse, learnt by cross-validation over the training side alone.

Labels are left out in turn: the texts of a label that a model has never seen stand for questions outside, next to
the written negatives; held-back texts of the labels it knows stand for questions inside. From both, a logistic
regression learns how sure an answer is, and the threshold is set where it pays best.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from bot.dialogue.bounds import FEWEST, GRID, START, count
from bot.dialogue.linear import OUTSIDE, Linear, Weighed
from bot.dialogue.regression import fit
from bot.dialogue.repeats import groups

FOLDS = 5
# What a threshold without a certificate expects. Held-back rows are harder than customers: whole phrasings are missing.
CAUTIOUS_RISK = 0.1
WRITTEN = 50  # negatives from which on they alone stand for what customers ask outside, for that expectation
Titles = Sequence[Tuple[str, str]]
START_RISK = 0.05 / 3  # of held-back rows, where a certificate's search may start
CHOICES = 3  # that an unsure message is offered at most
TWICE = 2  # a title counts like this many phrasings
APART = 0.5  # in log odds: the least by which a cautious threshold is above the learnt one
SHARE_OUTSIDE = 0.25  # the share of customers' questions taken to have no approved answer
MOST_ASKED = 0.1  # of the right answers, at most this share may become a choice between two
COST_OF_ASKING = 1 / 3  # against one wrong answer turned into a choice that holds the right one
PLENTY = 1000  # texts from which on one round of cross-validation is enough
SENSE = np.array([1, 1, 1, 1, 1, 1, -1, -1])  # more of it makes an answer surer (1) or less sure (-1)
CAUTIOUS_WEIGHTS = (2.0, 1.0, 1.0, 0.0, 1.0, 2.0, 0.0, 0.0)
CAUTIOUS_BIAS = -3.0


@dataclass(frozen=True)
class Selection:
    """How sure an answer is (0 to 1) from its evidence, and the bounds of answering and asking.

    `threshold` pays best on the training side. `cautious` is for a model whose answers nobody has calibrated: above
    `threshold`, and the training side's own held-back rows err by at most CAUTIOUS_RISK there. `start` guesses where
    a certificate's threshold may lie, `asking` is where choices begin to pay. `thresholds` has one for each language
    once the model met calibration rows.
    """

    weights: Tuple[float, ...] = CAUTIOUS_WEIGHTS
    bias: float = CAUTIOUS_BIAS
    threshold: float = 0.5
    gap: float = 0.1
    cautious: float = 0.65
    start: float = START
    asking: float = 0.5
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def sureness(self, evidence: np.ndarray) -> np.ndarray:
        """One number in 0 to 1 for each row of evidence."""
        return np.asarray(1.0 / (1.0 + np.exp(-(evidence @ np.array(self.weights) + self.bias))))

    def threshold_of(self, language: Optional[str]) -> float:
        """That of the language; of a language without one, the strictest."""
        return self.thresholds.get(language or "", max(self.thresholds.values(), default=self.threshold))

    def dump(self) -> Dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def parse(cls, raw: Dict[str, Any]) -> Selection:
        """From JSON."""
        return cls(**{**raw, "weights": tuple(raw["weights"])})


@dataclass(frozen=True)
class _Row:
    """A held-back text: how it was weighed, its label then, and whether it is a written negative."""

    weighed: Weighed
    truth: str
    written: bool

    @property
    def right(self) -> bool:
        return self.weighed.labels[0] == self.truth

    @property
    def outside(self) -> bool:
        return self.truth == OUTSIDE


def learn(texts: Sequence[str], labels: Sequence[str], titles: Titles = ()) -> Selection:
    """The selection for a model fitted on these texts; a cautious one when there is too little to learn from."""
    if len(set(labels) - {OUTSIDE}) < 2 * FOLDS or len(texts) < 10 * FOLDS:
        return Selection()
    rounds = 1 if len(texts) >= PLENTY else 3
    rows = [row for seed in range(rounds) for row in _held_back(list(texts), np.array(labels), titles, seed)]
    evidence = np.array([row.weighed.evidence for row in rows])
    right = np.array([row.right for row in rows])
    outside = np.array([row.outside for row in rows])
    if right.sum() < FOLDS or outside.sum() < FOLDS:
        return Selection()
    weights, bias = fit(evidence, right, SENSE)
    sure = Selection(weights, bias).sureness(evidence)
    threshold = _threshold(sure, right, outside)
    gap = _gap([row for row, score in zip(rows, sure, strict=True) if score >= threshold])
    answered = np.array([row.weighed.shares[0] - row.weighed.shares[1] >= gap for row in rows])
    written = outside & np.array([row.written for row in rows])
    real = ~outside | written if written.sum() >= WRITTEN else np.ones(len(rows), bool)
    start = _boldest(sure, right, outside, answered, START_RISK) or START
    cautious = _boldest(sure, right, outside, answered & real, CAUTIOUS_RISK) or 1.0
    held = np.array([row.truth in row.weighed.labels[:CHOICES] for row in rows])
    asking = min(_threshold(sure[real], held[real], outside[real]), threshold)
    return Selection(weights, bias, threshold, gap, max(cautious, _further(threshold, APART)), start, asking)


def _boldest(sure: np.ndarray, right: np.ndarray, outside: np.ndarray, of: np.ndarray, risk: float) -> float:
    """The boldest threshold of GRID whose answers err by at most `risk`, were SHARE_OUTSIDE of all questions so."""
    sure, right, outside = sure[of], right[of], outside[of]
    weight = SHARE_OUTSIDE / (1 - SHARE_OUTSIDE) * (~outside).sum() / max(outside.sum(), 1)
    answers, astray = count(sure, ~outside), count(sure, outside)
    wrong = count(sure, ~outside & ~right) + weight * astray
    fine = (answers >= FEWEST) & (wrong <= risk * (answers + weight * astray))
    return float(GRID[fine].min()) if fine.any() else 0.0


def _further(threshold: float, steps: float) -> float:
    """This many log odds above it."""
    odds = threshold / (1 - threshold) * np.exp(steps)
    return float(odds / (1 + odds))


def _gap(kept: List[_Row]) -> float:
    """The lead over the second candidate below which asking pays."""
    leads = np.array([row.weighed.shares[0] - row.weighed.shares[1] for row in kept])
    right = np.array([row.right for row in kept])
    rescued = np.array([row.weighed.labels[1] == row.truth for row in kept])
    tried = np.quantile(leads[right], np.linspace(0, MOST_ASKED, 41))
    gains = [(rescued & (leads < at)).sum() - COST_OF_ASKING * (right & (leads < at)).sum() for at in tried]
    return float(tried[int(np.argmax(gains))])


def _held_back(texts: List[str], labels: np.ndarray, titles: Titles, seed: int) -> List[_Row]:
    """Every text once as a model saw it that was fitted without it, or without its whole label (then OUTSIDE)."""
    draw = np.random.default_rng(seed)
    known = sorted(set(labels) - {OUTSIDE})
    label_fold = dict(zip(known, (draw.permutation(len(known)) % FOLDS).tolist(), strict=True))
    alike = groups(texts, labels.tolist())
    row_fold = (draw.permutation(alike.max() + 1) % FOLDS)[alike]
    seen: List[_Row] = []
    for fold in range(FOLDS):
        unseen = np.array([label_fold.get(label) == fold for label in labels])
        held = unseen | (row_fold == fold)
        kept = [(text, label) for text, label, out in zip(texts, labels, held, strict=True) if not out]
        kept += [(text, label) for text, label in titles if label_fold.get(label) != fold] * TWICE
        model = Linear.fit([text for text, _ in kept], [str(label) for _, label in kept])
        for at in np.flatnonzero(held):
            truth = OUTSIDE if unseen[at] else str(labels[at])
            seen.append(_Row(model.weigh(texts[at]), truth, labels[at] == OUTSIDE))
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
