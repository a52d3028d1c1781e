"""The answers of one release, found by words in their titles, questions and texts; no engine is asked."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bot.knowledge.content import LANGUAGES, Entry
from bot.knowledge.lint.words import content_words, folded
from bot.knowledge.render import Release

IN_TITLE, IN_QUESTION, IN_TEXT = 1.0, 0.8, 0.6  # how much a word tells by where it stands
SHORTEST = 3  # letters from which a word that is being typed is taken for a beginning

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Found:
    """An entry with words of a text: the share of what the text tells that it has (0 to 1), and how many words."""

    item: str
    share: float
    words: int


@dataclass(frozen=True)
class Wanted:
    """One word of a text that tells something: its stems (the last word may be only a beginning), and how much."""

    stems: tuple[str, ...]
    tells: float

    def weight_on(self, page: Weights) -> float:
        return max(page.get(stem, 0.0) for stem in self.stems)


@dataclass(frozen=True)
class Book:
    """Made once a release by `book_of`."""

    pages: Mapping[str, Mapping[str, Weights]]  # language → entry → stem → weight
    rarity: Mapping[str, Weights]  # language → stem → how much it tells

    def find(self, text: str, language: str, most: int) -> list[Found]:
        """Entries with words of the text, best first."""
        wanted = self.wanted(text, language)
        total = sum(word.tells for word in wanted)
        found = []
        for item, page in self.pages[language].items():
            weights = [word.weight_on(page) for word in wanted]
            share = sum(word.tells * weight for word, weight in zip(wanted, weights, strict=True))
            if share > 0:
                found.append(Found(item, share / total, sum(weight > 0 for weight in weights)))
        return sorted(found, key=lambda each: (-each.share, each.item))[:most]

    def wanted(self, text: str, language: str) -> list[Wanted]:
        """The words of the text that tell something; a last one of a letter or two is not yet a word."""
        begun = "" if text[-1:].isspace() else (folded(text).split() or [""])[-1]
        words = text[: len(text) - len(begun)] if begun and len(begun) < SHORTEST else text
        rarity, unknown = self.rarity[language], self._rarest(language)
        wanted = [Wanted((stem,), rarity.get(stem, unknown)) for stem in dict.fromkeys(content_words(words, language))]
        if len(begun) >= SHORTEST and wanted and begun.startswith(wanted[-1].stems[0]):
            grown = tuple(stem for stem in rarity if stem.startswith(begun))
            tells = [rarity[stem] for stem in grown] or [wanted[-1].tells]
            wanted[-1] = Wanted((*wanted[-1].stems, *grown), min(tells))
        return wanted

    def _rarest(self, language: str) -> float:
        return math.log(2 + len(self.pages[language]))


@dataclass(frozen=True)
class _Kept:
    digest: str
    retired: frozenset[str]
    release: Release = field(compare=False)


def book_of(release: Release) -> Book:
    """Of every entry that is not retired; quick the second time."""
    return _book(_Kept(release.digest, release.retired, release))


@lru_cache(maxsize=2)
def _book(kept: _Kept) -> Book:
    entries = [entry for item, (entry, _) in sorted(kept.release.entries.items()) if item not in kept.retired]
    pages = {language: {entry.id: _page(entry, language) for entry in entries} for language in LANGUAGES}
    return Book(pages, {language: _rarity(held) for language, held in pages.items()})


def _page(entry: Entry, language: str) -> Weights:
    weights: dict[str, float] = defaultdict(float)
    for text, weight in _texts(entry, language):
        for stem in content_words(text, language):
            weights[stem] = max(weights[stem], weight)
    return dict(weights)


def _texts(entry: Entry, language: str) -> Iterator[tuple[str, float]]:
    yield entry.title.get(language, ""), IN_TITLE
    yield from ((text, IN_QUESTION) for text in entry.questions(language))
    yield from ((text, IN_TEXT) for channel in ("web", "sms") if (text := entry.text(language, channel)))


def _rarity(pages: Mapping[str, Weights]) -> Weights:
    held = Counter(stem for page in pages.values() for stem in page)
    return {stem: math.log(1 + len(pages) / number) for stem, number in held.items()}
