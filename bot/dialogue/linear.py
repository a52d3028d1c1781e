"""A linear SVM, one against the rest, over the TF-IDF features: kept as plain arrays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import List, Sequence

import numpy as np
from sklearn.svm import LinearSVC

from bot.dialogue.features import Features


class Linear:
    """Signed margins of every label for a text."""

    def __init__(self, labels: List[str], features: Features, weights: np.ndarray, bias: np.ndarray) -> None:
        """`weights` are features by labels, `bias` one number a label."""
        self.labels = labels
        self.features = features
        self._weights, self._bias = weights, bias

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str]) -> Linear:
        """Needs at least two labels."""
        features, matrix = Features.fit(texts)
        svm = LinearSVC(C=1.0, random_state=0).fit(matrix, labels)
        weights, bias = svm.coef_.T, svm.intercept_
        if weights.shape[1] == 1:
            weights, bias = np.hstack([-weights, weights]), np.hstack([-bias, bias])
        return cls(svm.classes_.tolist(), features, weights.astype(np.float32), bias.astype(np.float32))

    def margins(self, text: str) -> np.ndarray:
        """One margin a label, in the order of `labels`."""
        columns, values = self.features.row(text)
        return np.asarray(values @ self._weights[columns] + self._bias)

    def save(self, folder: Path) -> None:
        """Writes weights.npz and features.json."""
        np.savez_compressed(folder / "weights.npz", idf=self.features.idf, weights=self._weights, bias=self._bias)
        named = {"labels": self.labels, "vocabularies": self.features.vocabularies}
        (folder / "features.json").write_text(json.dumps(named), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Linear:
        """A saved model; pickled content is refused."""
        named = json.loads((folder / "features.json").read_text("utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            features = Features(named["vocabularies"], arrays["idf"])
            return cls(named["labels"], features, arrays["weights"], arrays["bias"])
