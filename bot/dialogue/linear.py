"""What a text is weighed by: a linear SVM's margin for each label, the nearest phrasings, the known words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Collection, Dict, List, Optional, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.svm import LinearSVC

from bot.dialogue.dense import Dense, Vectors
from bot.dialogue.features import BEGINNINGS, LENGTH, WORDS, Features
from bot.dialogue.many import fit
from bot.dialogue.neighbours import Neighbours
from bot.dialogue.table import Full, Pruned, Table
from bot.dialogue.table import table as read

OUTSIDE = "OUT_OF_SCOPE"
ENTRY = "entry:"  # labels of approved entries
TALK = "talk:"  # labels of small talk: never offered as a choice, and taken only for words they know
SHARPNESS = 4.0
EXPLAINED = 0.5
LOOKED_AT = 10
VECTORS = "vectors.npz"
LIKEST = 20  # labels of very many that are looked at closely
MANY = 300  # labels from which on a full table would be too large, and a fit against all texts too slow
CHOICES = 3  # that an unsure message is offered at most
# What speaks for (1) or against (-1) the best label, in the order of the evidence; each was kept because it helped in
# cross-validation on training sides (docs/measurements.md). Nothing here grows with a text: customers write longer.
SENSE = (
    ("margin", 1),
    ("lead over the second", 1),
    ("share", 1),
    ("nearest phrasing of all", 1),
    ("nearest phrasing of its own", 1),
    ("known words", 1),
    ("margin of the negatives", -1),
    ("nearest negative", -1),
    ("share of the best three", 1),
    ("nearest phrasing of the second", -1),
    ("words that its phrasings have", 1),
    ("beginnings that its phrasings have", 1),
)


@dataclass(frozen=True)
class Weighed:
    """The labels that are inside, best first, with their shares (which sum to one), and the evidence for the best."""

    labels: List[str]
    shares: np.ndarray
    evidence: np.ndarray


@dataclass(frozen=True)
class _Said:
    """The words of a text, or their beginnings: columns (-1 for what was never seen), and how rare each is."""

    columns: np.ndarray
    rarity: np.ndarray

    def share(self, known: np.ndarray) -> float:
        """The share of the text that is known; what is rare counts more."""
        return float(self.rarity[known].sum() / (self.rarity.sum() or 1.0))


class Linear:
    """A fitted linear model with its phrasings."""

    def __init__(
        self, labels: List[str], features: Features, neighbours: Neighbours, table: Table, dense: Optional[Dense] = None
    ) -> None:
        """OUTSIDE may be one of the labels; `dense` are the phrasings' sentence vectors, where there are any."""
        self.labels = labels
        self.features = features
        self.dense = dense
        self._neighbours, self._table = neighbours, table
        self._every = np.arange(len(labels))
        self._outside = labels.index(OUTSIDE) if OUTSIDE in labels else None

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str], vectors: Optional[Vectors] = None) -> Linear:
        """Needs at least two labels besides OUTSIDE."""
        features, matrix = Features.fit(texts)
        found, owners = np.unique(np.array(labels), return_inverse=True)
        names = found.tolist()
        centres = _centres(matrix, owners, names)
        table: Table = Pruned(*fit(matrix, owners, centres)) if len(names) > MANY else _full(matrix, owners, centres)
        silent = names.index(OUTSIDE) if OUTSIDE in names else None
        dense = Dense.fit(texts, owners, vectors, silent) if vectors else None
        return cls(names, features, Neighbours.fit(matrix, owners), table, dense)

    @property
    def seen(self) -> Tuple[Collection[str], Collection[str]]:
        """The words, with their pairs, and the letter groups that the phrasings have."""
        return self.features.known(0), self.features.known(1)

    def weigh(self, text: str, vector: Optional[np.ndarray] = None, strength: float = 0.0) -> Weighed:
        """Ranks the labels for a text; of very many, the likeliest. `strength` is that of the sentence vector."""
        columns, values = self.features.row(text)
        margins = self._table.margins(columns, values)
        middles, alike = self.dense.voices(vector) if self.dense else (0.0, margins)
        margins = margins + strength * middles
        among = self._among(margins)
        few = None if among is self._every else among
        margins, near = margins[among], self._neighbours.nearest(columns, values, len(among), few)
        said, begun = (_Said(*self.features.rarities(text, block)) for block in (WORDS, BEGINNINGS))
        order = self._order(among, margins, said)
        inside = among != self._outside
        # Talk that was put last may have the larger margin; it must not have the larger share.
        powers = np.exp(SHARPNESS * np.minimum(margins[order] - margins[order[0]], 0.0))
        shares = powers / powers.sum()
        evidence = [
            margins[order[0]],
            margins[order[0]] - margins[order[1]],
            shares[0],
            near[inside].max(),
            near[order[0]],
            said.share(said.columns >= 0),
            *((-1.0, 0.0) if inside.all() else (float(margins[~inside]), float(near[~inside]))),
            shares[:CHOICES].sum(),
            near[order[1]],
            self._own(said, int(among[order[0]])),
            self._own(begun, int(among[order[0]])),
            *(_voice(alike[among[order]]) if self.dense else ()),
        ]
        return Weighed([self.labels[at] for at in among[order]], shares, np.array(evidence, np.float64))

    def _among(self, margins: np.ndarray) -> np.ndarray:
        """The numbers of the labels that are worth a closer look: all, or the best of very many and OUTSIDE."""
        if len(self.labels) <= MANY:
            return self._every
        best = np.argpartition(-margins, LIKEST)[:LIKEST]
        return np.sort(best) if self._outside is None else np.union1d(best, self._outside)

    def _order(self, among: np.ndarray, margins: np.ndarray, said: _Said) -> np.ndarray:
        """Best first; talk is formulaic, so talk that leaves most of the words unexplained comes last."""
        inside = np.flatnonzero(among != self._outside)
        order = inside[np.argsort(-margins[inside], kind="stable")]
        front = [(int(at), int(among[at])) for at in order[:LOOKED_AT]]
        late = [at for at, of in front if self.labels[of].startswith(TALK) and self._own(said, of) < EXPLAINED]
        if len(late) == len(order):
            return order
        return np.concatenate([np.setdiff1d(order, late, assume_unique=True), np.array(late, np.int64)])

    def _own(self, said: _Said, label: int) -> float:
        """The share of a text that a label's own phrasings have."""
        return said.share(self._neighbours.knows(label, said.columns))

    def save(self, folder: Path) -> None:
        """Writes weights.npz, phrasings.npz and features.json."""
        arrays: Dict[str, Any] = {"idf": self.features.idf, **self._table.arrays()}
        np.savez_compressed(folder / "weights.npz", **arrays)
        self._neighbours.save(folder / "phrasings.npz")
        if self.dense:
            self.dense.save(folder / VECTORS)
        named = {"labels": self.labels, "vocabularies": self.features.vocabularies}
        (folder / "features.json").write_text(json.dumps(named), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Linear:
        """A saved model; pickled content is refused."""
        named = json.loads((folder / "features.json").read_text("utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            features = Features(named["vocabularies"], arrays["idf"])
            neighbours = Neighbours.load(folder / "phrasings.npz")
            return cls(named["labels"], features, neighbours, read(arrays), Dense.load(folder / VECTORS))


def _voice(alike: np.ndarray) -> Tuple[float, float]:
    """The evidence of the sentence vectors, the best label's first."""
    return float(alike[0]), float(alike[0] - alike[1:].max())


def _full(matrix: Any, owners: np.ndarray, centres: Any) -> Full:
    """One SVM a label, against all texts of the others."""
    svm = LinearSVC(C=1.0, random_state=0).fit(matrix, owners)
    weights, bias = svm.coef_, svm.intercept_
    if len(weights) == 1:
        weights, bias = np.vstack([-weights, weights]), np.hstack([-bias, bias])
    return Full(weights.T + centres.toarray().T, bias)


def _centres(matrix: Any, owners: np.ndarray, names: Sequence[str]) -> Any:
    """What makes a margin grow with the cosine to the middle of a label's phrasings; OUTSIDE has no middle.

    All texts with something in every block have the same length, so this is linear too. Labels by features, sparse.
    """
    sums = csr_matrix((np.ones(len(owners)), (owners, np.arange(len(owners)))), (len(names), len(owners))) @ matrix
    lengths = np.sqrt(np.asarray(sums.multiply(sums).sum(axis=1)).ravel())
    share = np.array([0.0 if name == OUTSIDE else 1.0 for name in names]) / (LENGTH * np.maximum(lengths, 1e-9))
    return diags(share) @ sums
