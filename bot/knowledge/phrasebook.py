"""The phrasings of one release, found by a text's words: the few that are worth asking the engine about."""

from dataclasses import dataclass, field
from functools import lru_cache

from bot.knowledge.content import LANGUAGES
from bot.knowledge.likeness import Index, Rarity
from bot.knowledge.render import Release

ALIKE = 0.05  # by words alone: nearly anything that shares one that tells something


@dataclass(frozen=True)
class Phrasing:
    """One title or phrasing of an entry; what the engine's model was trained on."""

    text: str
    language: str
    item: str


@dataclass(frozen=True)
class Phrasebook:
    """Made once a release by `phrasebook`."""

    phrasings: tuple[Phrasing, ...]
    rarity: Rarity
    _indexes: dict[str, tuple[Index, list[Phrasing]]]

    def alike(self, text: str, language: str, most: int) -> list[Phrasing]:
        """The phrasings of a language that have words of the text, most alike first."""
        index, held = self._indexes[language]
        return [held[number] for number, _ in index.nearest(self.rarity.weigh(text, language), most)]

    def of(self, item: str) -> list[Phrasing]:
        """All of one entry, in every language."""
        return [one for one in self.phrasings if one.item == item]


@dataclass(frozen=True)
class _Kept:
    digest: str
    retired: frozenset[str]
    release: Release = field(compare=False)


def phrasebook(release: Release) -> Phrasebook:
    """Of what the engine may choose, an entry past its review-by date among it; quick the second time."""
    return _phrasebook(_Kept(release.digest, release.retired, release))


@lru_cache(maxsize=2)
def _phrasebook(kept: _Kept) -> Phrasebook:
    entries = [entry for item, (entry, _) in sorted(kept.release.entries.items()) if item not in kept.retired]
    every = tuple(
        Phrasing(text, language, entry.id)
        for entry in entries
        for language in LANGUAGES
        for text in entry.questions(language)
    )
    rarity = Rarity.of((one.text, one.language) for one in every)
    indexes: dict[str, tuple[Index, list[Phrasing]]] = {language: (Index(ALIKE), []) for language in LANGUAGES}
    for one in every:
        index, held = indexes[one.language]
        index.add(rarity.weigh(one.text, one.language))
        held.append(one)
    return Phrasebook(every, rarity, indexes)
