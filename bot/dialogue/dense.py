"""Sentence vectors of a Rasa featurizer upstream, as a further voice beside the words: cosines to what was written."""

from __future__ import annotations

from pathlib import Path
from typing import Mapping, Optional, Sequence, Tuple

import numpy as np

STRENGTHS = (0.0, 0.5, 1.0, 2.0, 4.0)  # of which cross-validation takes one: what the vectors add to the margins
# What speaks for the best label, behind the other evidence; 0 for a text that has no vector.
SENSE = (("nearest vector of its own", 1), ("lead of its vectors over the others", 1))
Vectors = Mapping[str, np.ndarray]  # of texts, one-dimensional


class Dense:
    """The vectors of phrasings with their labels' numbers."""

    def __init__(self, rows: np.ndarray, owners: np.ndarray, silent: Optional[int]) -> None:
        """`rows` have length one, or zero where a phrasing had no vector; the label `silent` has no middle."""
        self._rows, self._owners, self._silent = rows, owners, silent
        labels = int(owners.max()) + 1
        middles = np.zeros((labels, rows.shape[1]), np.float32)
        np.add.at(middles, owners, rows)
        self._middles = unit(middles)
        if silent is not None:
            self._middles[silent] = 0.0
        self._order = np.argsort(owners, kind="stable")
        self._firsts = np.searchsorted(owners[self._order], np.arange(labels))

    @classmethod
    def fit(cls, texts: Sequence[str], owners: np.ndarray, vectors: Vectors, silent: Optional[int]) -> Optional[Dense]:
        """None when no text has a vector. Raises ValueError when the vectors differ in size."""
        sizes = {len(vector) for vector in vectors.values()}
        if len(sizes) > 1:
            raise ValueError(f"the sentence vectors have different sizes: {sorted(sizes)}")
        if not any(text in vectors for text in texts):
            return None
        nothing = np.zeros(sizes.pop(), np.float32)
        return cls(unit(np.stack([vectors.get(text, nothing) for text in texts])), owners.astype(np.int64), silent)

    def voices(self, vector: Optional[np.ndarray]) -> Tuple[np.ndarray, np.ndarray]:
        """For each label the cosine to its middle, and to its nearest phrasing."""
        if vector is None or len(vector) != self._rows.shape[1]:
            return np.zeros(len(self._middles), np.float32), np.zeros(len(self._middles), np.float32)
        said = unit(vector[None])[0]
        return self._middles @ said, np.maximum.reduceat((self._rows @ said)[self._order], self._firsts)

    def save(self, path: Path) -> None:
        """One npz file."""
        silent = -1 if self._silent is None else self._silent
        np.savez_compressed(path, rows=self._rows, owners=self._owners, silent=np.array(silent))

    @classmethod
    def load(cls, path: Path) -> Optional[Dense]:
        """What was saved, if anything was; pickled content is refused."""
        if not path.exists():
            return None
        with np.load(path, allow_pickle=False) as arrays:
            silent = int(arrays["silent"])
            return cls(arrays["rows"], arrays["owners"], None if silent < 0 else silent)


def unit(rows: np.ndarray) -> np.ndarray:
    """The rows with length one; those without length stay as they are."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), np.float32)
