"""How near a text is to each written phrasing: cosine over the features, from an inverted index of plain arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import numpy as np
from scipy.sparse import csc_matrix


class Neighbours:
    """The phrasings as an inverted index: for each feature, the phrasings that have it."""

    def __init__(self, starts: np.ndarray, rows: np.ndarray, values: np.ndarray, owners: np.ndarray) -> None:
        """Feature f's phrasings are rows[starts[f]:starts[f+1]]; `owners` has the label's number of each phrasing."""
        self._starts, self._rows, self._values = starts, rows, values
        self.owners = owners
        self._texts: Any = None  # phrasings by features, made when first needed
        self._of = np.argsort(owners, kind="stable")
        self._firsts = np.searchsorted(owners[self._of], np.arange(int(owners.max(initial=0)) + 2))

    @classmethod
    def fit(cls, matrix: Any, owners: np.ndarray) -> Neighbours:
        """From the sparse matrix of phrasings by features."""
        lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        by_feature = matrix.tocsc()
        values = by_feature.data / np.maximum(lengths[by_feature.indices], 1e-9)
        starts = by_feature.indptr.astype(np.int64)
        return cls(starts, by_feature.indices.astype(np.int32), values.astype(np.float32), owners.astype(np.int32))

    def nearest(
        self, columns: np.ndarray, values: np.ndarray, labels: int, among: Optional[np.ndarray] = None
    ) -> np.ndarray:
        """For each label, or each of `among`, the cosine of its nearest phrasing; 0 where nothing is shared."""
        if not len(columns):
            return np.zeros(labels if among is None else len(among), np.float32)
        values = values / np.sqrt((values**2).sum())
        if among is None:
            return np.maximum.reduceat(self._similar(columns, values)[self._of], self._firsts[:-1])
        held = [self._of[self._firsts[label] : self._firsts[label + 1]] for label in among]
        said = np.zeros(len(self._starts) - 1, np.float32)
        said[columns] = values
        similar = self._by_text()[np.concatenate(held)] @ said
        firsts = np.cumsum([0, *(len(rows) for rows in held[:-1])])
        return np.maximum.reduceat(similar, firsts)

    def _similar(self, columns: np.ndarray, values: np.ndarray) -> np.ndarray:
        """The product with every phrasing."""
        if not len(columns):
            return np.zeros(len(self.owners), np.float32)
        held = [slice(self._starts[column], self._starts[column + 1]) for column in columns]
        rows = np.concatenate([self._rows[part] for part in held])
        products = np.repeat(values, [part.stop - part.start for part in held])
        products = products * np.concatenate([self._values[part] for part in held])
        return np.bincount(rows, weights=products, minlength=len(self.owners)).astype(np.float32)

    def _by_text(self) -> Any:
        if self._texts is None:
            shape = (len(self.owners), len(self._starts) - 1)
            self._texts = csc_matrix((self._values, self._rows, self._starts), shape=shape).tocsr()
        return self._texts

    def knows(self, owner: int, columns: np.ndarray) -> np.ndarray:
        """Does any phrasing of this label have each of these features? None has -1."""
        own = self._of[self._firsts[owner] : self._firsts[owner + 1]].astype(np.int32)
        return np.array([column >= 0 and self._any(own, column) for column in columns.tolist()], bool)

    def _any(self, texts: np.ndarray, column: int) -> bool:
        held = self._rows[self._starts[column] : self._starts[column + 1]]  # in order, as `texts` are
        places = np.minimum(held.searchsorted(texts), len(held) - 1)
        return bool((held[places] == texts).any())

    def save(self, path: Path) -> None:
        """One npz file."""
        np.savez_compressed(path, starts=self._starts, rows=self._rows, values=self._values, owners=self.owners)

    @classmethod
    def load(cls, path: Path) -> Neighbours:
        """A saved index; pickled content is refused."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(arrays["starts"], arrays["rows"], arrays["values"], arrays["owners"])
