"""The weights of a linear model: for few labels a full table, for many only what weighs most of each label."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Union

import numpy as np
from scipy.sparse import csr_matrix

WIDE = 10  # a feature that more than one label in so many has is kept in full too, for that is read faster
Arrays = Mapping[str, np.ndarray]


class Full:
    """Features by labels."""

    def __init__(self, weights: np.ndarray, bias: np.ndarray) -> None:
        """`bias` is one number a label."""
        # A turn reads a hundred rows of it, so rows lie together in memory.
        self._weights, self._bias = np.ascontiguousarray(weights, np.float32), bias.astype(np.float32)

    def margins(self, columns: np.ndarray, values: np.ndarray) -> np.ndarray:
        """One for each label."""
        return np.asarray(values @ self._weights[columns] + self._bias)

    def arrays(self) -> Dict[str, np.ndarray]:
        """To keep in a file."""
        return {"weights": self._weights, "bias": self._bias}


class Pruned:
    """Features by labels, sparse."""

    def __init__(self, weights: Any, bias: np.ndarray) -> None:
        """`bias` is one number a label."""
        self._weights, self._bias = weights, bias.astype(np.float32)
        wide = np.diff(weights.indptr) * WIDE > len(bias)
        self._place = np.where(wide, wide.cumsum() - 1, -1)
        self._wide = weights[wide].toarray().astype(np.float32)

    def margins(self, columns: np.ndarray, values: np.ndarray) -> np.ndarray:
        """One for each label."""
        kept, places = self._weights, self._place[columns]
        every = self._bias + values[places >= 0] @ self._wide[places[places >= 0]]
        for column, value in zip(columns[places < 0].tolist(), values[places < 0].tolist(), strict=True):
            part = slice(kept.indptr[column], kept.indptr[column + 1])
            every[kept.indices[part]] += value * kept.data[part]
        return np.asarray(every)

    def arrays(self) -> Dict[str, np.ndarray]:
        """To keep in a file."""
        kept = self._weights
        parts = {"data": kept.data, "indices": kept.indices, "indptr": kept.indptr, "shape": np.array(kept.shape)}
        return {**parts, "bias": self._bias}


Table = Union[Full, Pruned]


def table(arrays: Arrays) -> Table:
    """From the arrays of a file."""
    if "weights" in arrays:
        return Full(arrays["weights"], arrays["bias"])
    parts = (arrays["data"], arrays["indices"], arrays["indptr"])
    return Pruned(csr_matrix(parts, shape=tuple(arrays["shape"])), arrays["bias"])
