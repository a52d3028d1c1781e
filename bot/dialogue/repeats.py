"""Phrasings that nearly repeat each other: held back together, or cross-validation would flatter the matcher."""

from collections import defaultdict
from typing import Dict, FrozenSet, List, Sequence, Tuple

import numpy as np

from bot.dialogue.text import words

ALIKE = 0.75


def groups(texts: Sequence[str], labels: Sequence[str]) -> np.ndarray:
    """A group number for each text, from 0 on; texts of one label that share most words are in one group."""
    numbers = np.zeros(len(texts), np.int64)
    leaders: Dict[str, List[Tuple[FrozenSet[str], int]]] = defaultdict(list)
    count = 0
    for at, (text, label) in enumerate(zip(texts, labels, strict=True)):
        said = frozenset(words(text))
        same = next((number for other, number in leaders[label] if _alike(said, other)), None)
        if same is None:
            same = count
            count += 1
        leaders[label].append((said, same))
        numbers[at] = same
    return numbers


def _alike(one: FrozenSet[str], other: FrozenSet[str]) -> bool:
    both = len(one & other)
    return both >= ALIKE * (len(one) + len(other) - both)
