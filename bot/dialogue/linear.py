"""What a text is weighed by: a linear SVM's margin for each label, the nearest phrasings, the known words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Collection, List, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.dialogue.features import LENGTH, Features
from bot.dialogue.neighbours import Neighbours

OUTSIDE = "OUT_OF_SCOPE"
ENTRY = "entry:"  # labels of approved entries
TALK = "talk:"  # labels of small talk: never offered as a choice, and taken only for words they know
SHARPNESS = 4.0
EXPLAINED = 0.5
LOOKED_AT = 10


@dataclass(frozen=True)
class Weighed:
    """The labels that are inside, best first, with their shares (which sum to one), and the evidence for the best."""

    labels: List[str]
    shares: np.ndarray
    evidence: np.ndarray


class Linear:
    """A fitted linear model with its phrasings."""

    def __init__(
        self, labels: List[str], features: Features, neighbours: Neighbours, weights: np.ndarray, bias: np.ndarray
    ) -> None:
        """`weights` are features by labels, `bias` one number a label; OUTSIDE may be one of the labels."""
        self.labels = labels
        self.features = features
        self._neighbours = neighbours
        # A turn reads a hundred rows of it, so rows lie together in memory.
        self._weights, self._bias = np.ascontiguousarray(weights), bias
        self._inside = np.array([at for at, label in enumerate(labels) if label != OUTSIDE])
        self._outside = labels.index(OUTSIDE) if OUTSIDE in labels else None

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str]) -> Linear:
        """Needs at least two labels besides OUTSIDE."""
        features, matrix = Features.fit(texts)
        svm = LinearSVC(C=1.0, random_state=0).fit(matrix, labels)
        names = svm.classes_.tolist()
        owners = np.searchsorted(svm.classes_, np.array(labels))
        weights, bias = svm.coef_.T, svm.intercept_
        if weights.shape[1] == 1:
            weights, bias = np.hstack([-weights, weights]), np.hstack([-bias, bias])
        weights = weights + _centres(matrix, owners, names)
        return cls(names, features, Neighbours.fit(matrix, owners), weights.astype(np.float32), bias.astype(np.float32))

    @property
    def seen(self) -> Tuple[Collection[str], Collection[str]]:
        """The words, with their pairs, and the letter groups that the phrasings have."""
        return self.features.known(0), self.features.known(1)

    def weigh(self, text: str) -> Weighed:
        """Ranks the labels for a text."""
        columns, values = self.features.row(text)
        margins = np.asarray(values @ self._weights[columns] + self._bias)
        near = self._neighbours.nearest(columns, values, len(self.labels))
        seen, own = self._coverage(text)
        order = self._order(margins, own)
        # Talk that was put last may have the larger margin; it must not have the larger share.
        powers = np.exp(SHARPNESS * np.minimum(margins[order] - margins[order[0]], 0.0))
        shares = powers / powers.sum()
        against = (-1.0, 0.0) if self._outside is None else (margins[self._outside], near[self._outside])
        evidence = [
            margins[order[0]],
            margins[order[0]] - margins[order[1]],
            shares[0],
            near[self._inside].max(),
            near[order[0]],
            seen,
            *against,
        ]
        return Weighed([self.labels[at] for at in order], shares, np.array(evidence, np.float64))

    def _order(self, margins: np.ndarray, own: Callable[[int], float]) -> np.ndarray:
        """Best first; talk is formulaic, so talk that leaves most of the words unexplained comes last."""
        order = self._inside[np.argsort(-margins[self._inside], kind="stable")]
        front = [int(at) for at in order[:LOOKED_AT]]
        late = [at for at in front if self.labels[at].startswith(TALK) and own(at) < EXPLAINED]
        if len(late) == len(order):
            return order
        return np.concatenate([np.setdiff1d(order, late, assume_unique=True), np.array(late, np.int64)])

    def _coverage(self, text: str) -> Tuple[float, Callable[[int], float]]:
        """The share of a text's words known at all, and by a label's own phrasings; rare words count more."""
        columns, rarity = self.features.rarities(text)
        total = rarity.sum() or 1.0

        def own(label: int) -> float:
            known = [at for at, column in enumerate(columns) if column >= 0 and self._neighbours.knows(label, column)]
            return float(rarity[known].sum() / total)

        return float(rarity[columns >= 0].sum() / total), own

    def save(self, folder: Path) -> None:
        """Writes weights.npz, phrasings.npz and features.json."""
        np.savez_compressed(folder / "weights.npz", idf=self.features.idf, weights=self._weights, bias=self._bias)
        self._neighbours.save(folder / "phrasings.npz")
        named = {"labels": self.labels, "vocabularies": self.features.vocabularies}
        (folder / "features.json").write_text(json.dumps(named), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Linear:
        """A saved model; pickled content is refused."""
        named = json.loads((folder / "features.json").read_text("utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            features = Features(named["vocabularies"], arrays["idf"])
            neighbours = Neighbours.load(folder / "phrasings.npz")
            return cls(named["labels"], features, neighbours, arrays["weights"], arrays["bias"])


def _centres(matrix: Any, owners: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """What makes a margin grow with the cosine to the middle of a label's phrasings; OUTSIDE has no middle.

    All texts with something in every block have the same length, so this is linear too.
    """
    sums = csr_matrix((np.ones(len(owners)), (owners, np.arange(len(owners)))), (len(names), len(owners))) @ matrix
    lengths = np.sqrt(np.asarray(sums.multiply(sums).sum(axis=1)).ravel())
    share = np.array([0.0 if name == OUTSIDE else 1.0 for name in names]) / (LENGTH * np.maximum(lengths, 1e-9))
    return np.asarray(sums.multiply(share[:, None]).toarray()).T
