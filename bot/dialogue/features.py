"""TF-IDF of words, letters and pairs: counted by scikit-learn when fitting, read from plain arrays afterwards."""

from __future__ import annotations

from collections import Counter
from typing import Any, Callable, Collection, Dict, List, Sequence, Tuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from bot.dialogue.text import letter_grams, pair_grams, stem_grams, without_courtesy, word_grams, words

# What is counted, and how much each block weighs; chosen on training sides alone, phrasings that are alike held back
# together (docs/measurements.md). The first block is that of words.
BLOCKS: Tuple[Tuple[Callable[[str], List[str]], float], ...] = (
    (word_grams, 1.0),
    (letter_grams, 1.5),
    (pair_grams, 0.5),
    (stem_grams, 1.0),
)
PLENTY = 20_000  # texts
WORDS, BEGINNINGS = 0, 3  # the blocks that say how much of a text is known
LENGTH = float(np.sqrt(sum(weight**2 for _, weight in BLOCKS)))


class Features:
    """Turns a text into the columns and values of its features; each block has its weight as length."""

    def __init__(self, vocabularies: Sequence[List[str]], idf: np.ndarray) -> None:
        """One vocabulary a block; columns and `idf` count through the blocks in order."""
        self.vocabularies = list(vocabularies)
        self.idf = idf
        self._rarest = float(idf.max()) if len(idf) else 1.0
        self._columns: List[Dict[str, int]] = []
        start = 0
        for vocabulary in self.vocabularies:
            self._columns.append({feature: start + at for at, feature in enumerate(vocabulary)})
            start += len(vocabulary)

    @classmethod
    def fit(cls, texts: Sequence[str]) -> Tuple[Features, Any]:
        """The features of these texts, and their sparse matrix (texts by features)."""
        pairs = 2 if len(texts) >= PLENTY else 1  # a pair that only one of very many texts has is noise
        least = {pair_grams.__name__: pairs}
        blocks = [
            (name, TfidfVectorizer(analyzer=grams, sublinear_tf=True, min_df=least.get(name, 1)))
            for name, grams in ((grams.__name__, grams) for grams, _ in BLOCKS)
        ]
        union = FeatureUnion(blocks, transformer_weights={grams.__name__: weight for grams, weight in BLOCKS})
        matrix = union.fit_transform(texts)
        counted = [vectorizer for _, vectorizer in union.transformer_list]
        vocabularies = [sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.get) for vectorizer in counted]
        idf = np.concatenate([vectorizer.idf_ for vectorizer in counted]).astype(np.float32)
        return cls(vocabularies, idf), matrix

    def row(self, text: str) -> Tuple[np.ndarray, np.ndarray]:
        """The columns and values of a text, both one-dimensional; empty when nothing is known."""
        blocks = [
            self._block(grams(text), columns, weight)
            for (grams, weight), columns in zip(BLOCKS, self._columns, strict=True)
        ]
        return np.concatenate([b[0] for b in blocks]), np.concatenate([b[1] for b in blocks])

    def known(self, block: int) -> Collection[str]:
        """The features of one block that were counted."""
        return self._columns[block].keys()

    def rarities(self, text: str, block: int) -> Tuple[np.ndarray, np.ndarray]:
        """For each word of a text (or its beginning) the column, -1 for one never seen, and how rare it is."""
        known = self._columns[block]
        said = without_courtesy(words(text)) if block == WORDS else BLOCKS[block][0](text)
        columns = [known.get(word, -1) for word in said]
        weights = [float(self.idf[column]) if column >= 0 else self._rarest for column in columns]
        return np.array(columns, np.int64), np.array(weights, np.float64)

    def _block(self, grams: List[str], known: Dict[str, int], weight: float) -> Tuple[np.ndarray, np.ndarray]:
        counts = Counter(known[gram] for gram in grams if gram in known)
        columns = np.fromiter(counts, np.int64, len(counts))
        values = (1.0 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.idf[columns]
        length = float(np.sqrt((values**2).sum()))
        return columns, (values * (weight / (length or 1.0))).astype(np.float32)
