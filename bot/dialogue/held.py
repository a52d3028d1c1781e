"""What a matcher makes of texts that it was not fitted on: cross-validation over the training side alone.

Labels are left out in turn: the texts of a label that a model has never seen stand for questions outside, next to
the written negatives; held-back texts of the labels it knows stand for questions inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np

from bot.dialogue.dense import STRENGTHS, Vectors
from bot.dialogue.linear import CHOICES, OUTSIDE, Linear, Weighed
from bot.dialogue.repeats import groups

FOLDS = 5
PLENTY = 1000  # texts from which on one round of cross-validation is enough
MOST = 16_000  # texts from which on one fold of it is enough
SAMPLE = 4_000  # texts of that fold that are weighed
WRITTEN = 50  # negatives from which on they alone stand for what customers ask outside
TWICE = 2  # a title counts like this many phrasings
Titles = Sequence[Tuple[str, str]]
Rows = Dict[float, List["Row"]]  # by the strength of the sentence vectors


@dataclass(frozen=True)
class Row:
    """A held-back text: how it was weighed, its label then, and whether it is a written negative."""

    weighed: Weighed
    truth: str
    written: bool


class Held:
    """Held-back rows as columns: is the best label right, is it among the CHOICES best, is the text outside?"""

    def __init__(self, rows: Sequence[Row]) -> None:
        """`real` are the rows that look like what customers write: texts of left-out labels only where needed."""

        def column(of: Any) -> np.ndarray:
            return np.array([of(row) for row in rows])

        self.evidence = column(lambda row: row.weighed.evidence)
        self.leads = column(lambda row: row.weighed.shares[0] - row.weighed.shares[1])
        self.right = column(lambda row: row.weighed.labels[0] == row.truth)
        self.second = column(lambda row: row.weighed.labels[1] == row.truth)
        self.held = column(lambda row: row.truth in row.weighed.labels[:CHOICES])
        self.outside = column(lambda row: row.truth == OUTSIDE)
        written = self.outside & column(lambda row: row.written)
        enough = written.sum() >= WRITTEN
        self.real = ~self.outside | written if enough else np.ones(len(rows), bool)
        # Written negatives count as much as all texts of left-out labels together, which are more and harder.
        left_out = int((self.outside & ~written).sum())
        self.weigh = np.where(written, max(1.0, left_out / max(int(written.sum()), 1)) if enough else 1.0, 1.0)


def held_back(texts: Sequence[str], labels: Sequence[str], titles: Titles, vectors: Optional[Vectors] = None) -> Rows:
    """Texts as a model saw them that was fitted without them, or without their labels (then OUTSIDE): each, if few."""
    rounds = 1 if len(texts) >= PLENTY else 3
    seen: Rows = {strength: [] for strength in (STRENGTHS if vectors else (0.0,))}
    for seed in range(rounds):
        _round(texts, np.array(labels), titles, seed, vectors or {}, seen)
    return seen


def _round(texts: Sequence[str], labels: np.ndarray, titles: Titles, seed: int, vectors: Vectors, seen: Rows) -> None:
    draw = np.random.default_rng(seed)
    known = sorted(set(labels) - {OUTSIDE})
    label_fold = dict(zip(known, (draw.permutation(len(known)) % FOLDS).tolist(), strict=True))
    alike = groups(texts, labels.tolist())
    row_fold = (draw.permutation(alike.max() + 1) % FOLDS)[alike]
    for fold in range(1 if len(texts) >= MOST else FOLDS):
        unseen = np.array([label_fold.get(label) == fold for label in labels])
        held = unseen | (row_fold == fold)
        kept = [(text, label) for text, label, out in zip(texts, labels, held, strict=True) if not out]
        kept += [(text, label) for text, label in titles if label_fold.get(label) != fold] * TWICE
        model = Linear.fit([text for text, _ in kept], [str(label) for _, label in kept], vectors)
        weighed = np.flatnonzero(held)
        for at in weighed if len(texts) < MOST else draw.permutation(weighed)[:SAMPLE]:
            truth, text = OUTSIDE if unseen[at] else str(labels[at]), texts[int(at)]
            for strength, rows in seen.items():
                rows.append(Row(model.weigh(text, vectors.get(text), strength), truth, labels[at] == OUTSIDE))
