"""How near a text is to each written phrasing: cosine over the features, from an inverted index of plain arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np


class Neighbours:
    """The phrasings as an inverted index: for each feature, the phrasings that have it."""

    def __init__(self, starts: np.ndarray, rows: np.ndarray, values: np.ndarray, owners: np.ndarray) -> None:
        """Feature f's phrasings are rows[starts[f]:starts[f+1]]; `owners` has the label's number of each phrasing."""
        self._starts, self._rows, self._values = starts, rows, values
        self.owners = owners

    @classmethod
    def fit(cls, matrix: Any, owners: np.ndarray) -> Neighbours:
        """From the sparse matrix of phrasings by features."""
        lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        by_feature = matrix.tocsc()
        values = by_feature.data / np.maximum(lengths[by_feature.indices], 1e-9)
        starts = by_feature.indptr.astype(np.int64)
        return cls(starts, by_feature.indices.astype(np.int32), values.astype(np.float32), owners.astype(np.int32))

    def nearest(self, columns: np.ndarray, values: np.ndarray, labels: int) -> np.ndarray:
        """For each of the labels, the cosine of its nearest phrasing; 0 where nothing is shared."""
        near = np.zeros(labels, np.float32)
        if not len(columns):
            return near
        held = [slice(self._starts[column], self._starts[column + 1]) for column in columns]
        rows = np.concatenate([self._rows[part] for part in held])
        values = np.repeat(values / np.sqrt((values**2).sum()), [part.stop - part.start for part in held])
        products = values * np.concatenate([self._values[part] for part in held])
        similarity = np.bincount(rows, weights=products, minlength=len(self.owners))
        np.maximum.at(near, self.owners, similarity.astype(np.float32))
        return near

    def knows(self, owner: int, column: int) -> bool:
        """Does any phrasing of this label have this feature?"""
        held = self._rows[self._starts[column] : self._starts[column + 1]]
        return bool((self.owners[held] == owner).any())

    def save(self, path: Path) -> None:
        """One npz file."""
        np.savez_compressed(path, starts=self._starts, rows=self._rows, values=self._values, owners=self.owners)

    @classmethod
    def load(cls, path: Path) -> Neighbours:
        """A saved index; pickled content is refused."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(arrays["starts"], arrays["rows"], arrays["values"], arrays["owners"])
