"""What a text is weighed by: a linear SVM's margin for each label, the nearest phrasings, the known words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import List, Sequence

import numpy as np
from sklearn.svm import LinearSVC

from bot.dialogue.features import Features
from bot.dialogue.neighbours import Neighbours

OUTSIDE = "OUT_OF_SCOPE"
SHARPNESS = 4.0


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
        self._weights, self._bias = weights, bias
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
        return cls(names, features, Neighbours.fit(matrix, owners), weights.astype(np.float32), bias.astype(np.float32))

    def weigh(self, text: str) -> Weighed:
        """Ranks the labels for a text."""
        columns, values = self.features.row(text)
        margins = np.asarray(values @ self._weights[columns] + self._bias)
        near = self._neighbours.nearest(columns, values, len(self.labels))
        order = self._inside[np.argsort(-margins[self._inside], kind="stable")]
        powers = np.exp(SHARPNESS * (margins[order] - margins[order[0]]))
        shares = powers / powers.sum()
        against = (-1.0, 0.0) if self._outside is None else (margins[self._outside], near[self._outside])
        evidence = [
            margins[order[0]],
            margins[order[0]] - margins[order[1]],
            shares[0],
            near[self._inside].max(),
            near[order[0]],
            self.features.coverage(text),
            *against,
        ]
        return Weighed([self.labels[at] for at in order], shares, np.array(evidence, np.float64))

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
