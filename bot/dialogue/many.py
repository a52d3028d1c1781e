"""Fitting thousands of labels: each against texts of others that have what speaks for it, and some others.

One SVM a label against all texts grows with labels times texts. Here each label meets, for each of the features that
are strongest in its middle, some texts of others that have it too, those that have most of them, and some drawn
blindly: time grows with the labels. Only what weighs most is kept.
"""

from __future__ import annotations

from typing import Any, Tuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

SPEAKING, EACH = 80, 10  # features that speak most for a label, and texts of others that are drawn for each
LIKE, LOOKED_AT = 100, 300  # texts that have most of these features, and how many of each are looked at to find them
EASY = 200  # texts that are drawn blindly
KEPT = 1500  # weights of a label


def fit(matrix: Any, owners: np.ndarray, centres: Any) -> Tuple[Any, np.ndarray]:
    """Weights, features by labels and sparse, and the bias of each label; `centres` (labels by features) are added."""
    draw = np.random.default_rng(0)
    matrix, by_feature, rows, bias = matrix.tocsr(), matrix.tocsc(), [], []
    for label in range(centres.shape[0]):
        met = _met(by_feature, owners, label, matrix[owners == label], draw)
        found, start = _against(matrix[met], owners[met] == label)
        rows.append(_prune(found + centres[label]))
        bias.append(start)
    indptr = np.concatenate([[0], np.cumsum([len(row[0]) for row in rows])])
    columns, values = (np.concatenate([row[at] for row in rows]) for at in (0, 1))
    kept = csr_matrix((values, columns, indptr), shape=(len(rows), matrix.shape[1]))
    return kept.T.tocsr(), np.array(bias)


def _met(by_feature: Any, owners: np.ndarray, label: int, own: Any, draw: np.random.Generator) -> np.ndarray:
    """The label's own texts, and the texts of others that it is told from."""
    middle = np.asarray(own.sum(axis=0)).ravel()
    speaking = np.argsort(-middle, kind="stable")[:SPEAKING]
    looked = [_some(by_feature, int(feature), LOOKED_AT, draw) for feature in speaking]
    texts = np.concatenate(looked)
    weights = np.repeat(middle[speaking], [len(some) for some in looked])
    weights = np.where(owners[texts] == label, 0.0, weights)
    found, places = np.unique(texts, return_inverse=True)
    like = found[np.argsort(-np.bincount(places, weights=weights), kind="stable")[:LIKE]]
    each = [some[owners[some] != label][:EACH] for some in looked]
    met = np.concatenate([like, *each, draw.integers(0, len(owners), EASY)])
    return np.unique(np.concatenate([met[owners[met] != label], np.flatnonzero(owners == label)]))


def _some(by_feature: Any, feature: int, most: int, draw: np.random.Generator) -> np.ndarray:
    """Texts that have a feature, in any order."""
    start, end = by_feature.indptr[feature], by_feature.indptr[feature + 1]
    if end - start <= most:
        return np.asarray(draw.permutation(by_feature.indices[start:end]))
    return np.asarray(by_feature.indices[draw.integers(start, end, most)])


def _against(matrix: Any, own: np.ndarray) -> Tuple[Any, float]:
    """The weights (one row, sparse) and the bias of an SVM over these texts alone."""
    columns, places = np.unique(matrix.indices, return_inverse=True)
    narrow = csr_matrix((matrix.data, places, matrix.indptr), shape=(matrix.shape[0], len(columns)))
    svm = LinearSVC(C=1.0, random_state=0).fit(narrow, own)
    row = csr_matrix((svm.coef_[0], columns, [0, len(columns)]), shape=(1, matrix.shape[1]))
    return row, float(svm.intercept_[0])


def _prune(row: Any) -> Tuple[np.ndarray, np.ndarray]:
    """The columns, in order, and the values of what weighs most."""
    most = np.sort(np.argsort(-np.abs(row.data), kind="stable")[:KEPT])
    return row.indices[most], row.data[most].astype(np.float32)
