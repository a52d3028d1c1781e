"""When to answer, when to ask and when to refuse, learnt from what cross-validation holds back (bot/dialogue/held.py).

From held-back texts a logistic regression learns how sure an answer is, another whether choices would help, and the
thresholds are set where they pay best.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

import numpy as np

from bot.dialogue.bounds import FEWEST, GRID, START, count
from bot.dialogue.dense import SENSE as DENSE_SENSE
from bot.dialogue.dense import Vectors
from bot.dialogue.held import FOLDS, Held, Titles, held_back
from bot.dialogue.linear import OUTSIDE, SENSE
from bot.dialogue.regression import fit

# What a threshold without a certificate expects. Held-back rows are harder than customers: whole phrasings are missing.
CAUTIOUS_RISK = 0.1
START_RISK = 0.05  # of held-back rows, where a certificate's search starts: about what a hundred answers need for 10%
APART = 0.5  # in log odds: the least by which a cautious threshold is above the learnt one
SHARE_OUTSIDE = 0.25  # the share of customers' questions taken to have no approved answer
MOST_ASKED = 0.1  # of the right answers, at most this share may become a choice between two
COST_OF_ASKING = 1 / 3  # against one wrong answer turned into a choice that holds the right one
COST_OF_CHOICES = 1 / 6  # that do not help, against choices that do: one step more, against a person's minutes
RIDGE = 30.0  # with whole labels held back 1 to 100 were alike, and 300 worse
WAYS = np.array([way for _, way in (*SENSE, *DENSE_SENSE)])
CAUTIOUS_WEIGHTS = (2.0, 1.0, 1.0, 0.0, 1.0, 2.0) + (0.0,) * (len(SENSE) - 6)
CAUTIOUS_BIAS = -3.0


@dataclass(frozen=True)
class Selection:
    """How sure an answer is (0 to 1) from its evidence, whether choices help, and the bounds of answering and asking.

    `threshold` pays best on the training side. `cautious` is for a model whose answers nobody has calibrated: above
    `threshold`, and the training side's own held-back rows err by at most CAUTIOUS_RISK there. `start` guesses where
    a certificate's threshold may lie. From `asking` on, as a bound of `help`, choices pay. `thresholds` has one for
    each language once the model met calibration rows. `strength` is what sentence vectors add to the margins.
    """

    weights: Tuple[float, ...] = CAUTIOUS_WEIGHTS
    bias: float = CAUTIOUS_BIAS
    threshold: float = 0.5
    gap: float = 0.1
    cautious: float = 0.65
    start: float = START
    asking: float = 0.5
    help_weights: Tuple[float, ...] = CAUTIOUS_WEIGHTS
    help_bias: float = CAUTIOUS_BIAS
    thresholds: Mapping[str, float] = field(default_factory=dict)
    strength: float = 0.0

    def sureness(self, evidence: np.ndarray) -> np.ndarray:
        """That the best label is right: one number in 0 to 1 for each row of evidence."""
        return _logistic(evidence, self.weights, self.bias)

    def help(self, evidence: np.ndarray) -> np.ndarray:
        """That one of the best labels is right: one number in 0 to 1 for each row of evidence."""
        return _logistic(evidence, self.help_weights, self.help_bias)

    def threshold_of(self, language: str | None) -> float:
        """That of the language; of a language without one, the strictest."""
        return self.thresholds.get(language or "", max(self.thresholds.values(), default=self.threshold))

    def dump(self) -> Dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def parse(cls, raw: Dict[str, Any]) -> Selection:
        """From JSON."""
        weights = {name: tuple(raw[name]) for name in ("weights", "help_weights")}
        return cls(**{**raw, **weights})


def _logistic(evidence: np.ndarray, weights: Tuple[float, ...], bias: float) -> np.ndarray:
    told = evidence[..., : len(weights)]  # a cautious selection knows of no sentence vectors
    return np.asarray(1.0 / (1.0 + np.exp(-(told @ np.array(weights) + bias))))


def learn(
    texts: Sequence[str], labels: Sequence[str], titles: Titles = (), vectors: Optional[Vectors] = None
) -> Selection:
    """The selection for a model fitted on these texts; a cautious one when there is too little to learn from."""
    if len(set(labels) - {OUTSIDE}) < 2 * FOLDS or len(texts) < 10 * FOLDS:
        return Selection()
    tried = {strength: Held(rows) for strength, rows in held_back(texts, labels, titles, vectors).items()}
    strength, rows = max(tried.items(), key=lambda each: each[1].right.sum())
    if rows.right.sum() < FOLDS or rows.outside.sum() < FOLDS:
        return Selection()
    weights, bias = fit(rows.evidence, rows.right, WAYS[: rows.evidence.shape[1]], rows.weigh, RIDGE)
    sure = _logistic(rows.evidence, weights, bias)
    threshold = _threshold(sure, rows.right, rows.outside)
    gap = _gap(rows, sure >= threshold)
    answered = rows.leads >= gap
    start = _boldest(sure, rows.right, rows.outside, answered & rows.real, START_RISK) or START
    cautious = _boldest(sure, rows.right, rows.outside, answered & rows.real, CAUTIOUS_RISK) or 1.0
    cautious = max(cautious, _further(threshold, APART))
    return Selection(weights, bias, threshold, gap, cautious, start, *_choices(rows), strength=strength)


def _choices(rows: Held) -> Tuple[float, Tuple[float, ...], float]:
    """From which `help` on choices pay, and the weights and the bias of it."""
    evidence, held, outside = rows.evidence[rows.real], rows.held[rows.real], rows.outside[rows.real]
    weights, bias = fit(evidence, held, WAYS[: evidence.shape[1]], ridge=RIDGE)
    helps = _logistic(evidence, weights, bias)
    worth = np.where(outside, SHARE_OUTSIDE / max(outside.sum(), 1), (1 - SHARE_OUTSIDE) / (~outside).sum())
    worth = worth * np.where(held, 1.0, -COST_OF_CHOICES)
    tried = np.quantile(helps, np.linspace(0.01, 0.99, 197))
    return float(tried[int(np.argmax([worth[helps >= at].sum() for at in tried]))]), weights, bias


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


def _gap(rows: Held, kept: np.ndarray) -> float:
    """The lead over the second candidate below which asking pays."""
    leads, right, rescued = rows.leads[kept], rows.right[kept], rows.second[kept]
    tried = np.quantile(leads[right], np.linspace(0, MOST_ASKED, 41))
    gains = [(rescued & (leads < at)).sum() - COST_OF_ASKING * (right & (leads < at)).sum() for at in tried]
    return float(tried[int(np.argmax(gains))])


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
