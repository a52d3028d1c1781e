"""How alike two questions are by the words that carry meaning, each weighed by how rare it is among what is known."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.knowledge.lint.words import content_words, folded

Words = Mapping[str, float]
FEEBLE = 0.3  # of its weight: how somebody asks tells less than what they ask about
SLACK = 1e-9  # of sums of floats
_ASKING = {
    "en": "how what when where which who why much many there any not",
    "es": "como que cual cuales cuando donde quien quienes cuanto cuanta cuantos cuantas por porque no",
}


@dataclass(frozen=True)
class Rarity:
    """In how many of `known` questions each stem of a language stands."""

    counts: Mapping[tuple[str, str], int]
    known: int

    @classmethod
    def of(cls, questions: Iterable[tuple[str, str]]) -> "Rarity":
        """From (text, language) of the questions that are known, such as a release's."""
        counts: Counter[tuple[str, str]] = Counter()
        known = 0
        for text, language in questions:
            known += 1
            counts.update((language, word) for word in set(content_words(text, language)))
        return cls(counts, known)

    def weigh(self, text: str, language: str) -> dict[str, float]:
        """The text's stems with their weights; all its words when none carries meaning, itself when it has none."""
        words = content_words(text, language) or tuple(folded(text).split()) or (text,)
        return {word: self._weight(word, language) for word in sorted(set(words))}

    def _weight(self, word: str, language: str) -> float:
        weight = math.log(1 + (1 + self.known) / (1 + self.counts.get((language, word), 0)))
        return weight * FEEBLE if word in _asking(language) else weight


def alike(one: Words, other: Words) -> float:
    """The weight of what both have in the weight of what either has: 0 to 1."""
    return _alike(one, sum(one.values()), other, sum(other.values()))


def _alike(one: Words, own: float, other: Words, total: float) -> float:
    shared = sum(one[word] for word in one if word in other)
    return shared / (own + total - shared)


class Index:
    """Finds the questions that are alike without comparing all with all."""

    def __init__(self, least: float) -> None:
        """`least`: how alike the found ones are, above 0."""
        self._least = least
        self._questions: list[tuple[Words, float]] = []
        self._holding: dict[str, list[int]] = defaultdict(list)

    def add(self, words: Words) -> int:
        """Its number, from 0 in the order of adding."""
        number = len(self._questions)
        self._questions.append((words, sum(words.values())))
        for word in words:
            self._holding[word].append(number)
        return number

    def nearest(self, words: Words, most: int) -> list[tuple[int, float]]:
        """Numbers with likeness, the most alike first, then the first added."""
        near = {number for word in self._telling(words) for number in self._holding.get(word, ())}
        own, found = sum(words.values()), []
        for number in near:
            other, total = self._questions[number]
            if min(own, total) >= self._least * max(own, total) - SLACK:  # else it cannot be alike enough
                found.append((number, _alike(words, own, other, total)))
        enough = (each for each in found if each[1] >= self._least)
        return sorted(enough, key=lambda each: (-each[1], each[0]))[:most]

    def _telling(self, words: Words) -> list[str]:
        """Whatever is alike enough has one of these: the other words weigh too little without them."""
        need, total, telling = self._least * sum(words.values()), 0.0, []
        for word, weight in sorted(words.items(), key=lambda each: (each[1], each[0])):
            total += weight
            if total >= need - SLACK:
                telling.append(word)
        return telling


def _asking(language: str) -> frozenset[str]:
    return _STEMS.get(language, frozenset())


_STEMS = {
    language: frozenset(stem for word in words.split() for stem in content_words(word, language))
    for language, words in _ASKING.items()
}
