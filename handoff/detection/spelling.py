"""Misspelt words brought to the lexicon's: short-message spelling, sound, then spaCy's edit distance."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from handoff.detection.words import Word, sound, squeezed, unleeted

UNKNOWN = "·"  # every word outside the lexicon: the vocabulary stays small and holds nobody's words
NUMBER = "0"
SHORTEST = 5  # letters; shorter words have too many neighbours
LONG = 11  # letters; from here two slips are allowed ("excluding" is not "exploding")


class Spelling:
    """Corrects words towards `lexicon`; `other` are real words that must stay what they are."""

    def __init__(
        self, lexicon: Iterable[str], expansions: Mapping[str, str], other: Iterable[str], *, fuzzy: bool = True
    ) -> None:
        from spacy.matcher.levenshtein import levenshtein  # type: ignore[import-not-found]

        self._distance: Callable[[str, str, int], int] = levenshtein
        self._lexicon = frozenset(lexicon)
        self._fuzzy = fuzzy
        self._expansions = {short: tuple(full.split()) for short, full in expansions.items()}
        self._other = frozenset(other) - self._lexicon
        self._by_sound = {sound(word): word for word in sorted(self._lexicon) if len(word) >= SHORTEST}
        self._by_initial: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._lexicon):
            if len(word) >= SHORTEST and word.isalpha():
                self._by_initial[word[0]].append(word)

    def correct(self, words: Iterable[Word]) -> tuple[tuple[str, Word], ...]:
        """Each word's lexicon forms (several for "lemme", UNKNOWN for none) with the word as it was written."""
        return tuple((form, word) for word in words for form in self._forms(word))

    def _forms(self, word: Word) -> tuple[str, ...]:
        if word.is_mark:
            return (word.form,)
        for form in (*squeezed(word.form), unleeted(word.form)):
            if form in self._expansions:
                return self._expansions[form]
            if form in self._lexicon:
                return (form,)
            if form in self._other:
                return (UNKNOWN,)
        if word.form.isdigit():
            return (NUMBER,)
        return (self._nearest(squeezed(word.form)[0]),)

    def _nearest(self, form: str) -> str:
        if not self._fuzzy or len(form) < SHORTEST - 1 or not form.isalpha():
            return UNKNOWN
        heard = self._by_sound.get(sound(form))
        if heard:
            return heard
        allowed = 1 if len(form) < LONG else 2
        best = min(((self._edits(form, word, allowed), word) for word in self._by_initial[form[0]]), default=(9, ""))
        return best[1] if best[0] <= allowed else UNKNOWN

    def _edits(self, form: str, word: str, allowed: int) -> int:
        if abs(len(form) - len(word)) > allowed:
            return 9
        distance = self._distance(form, word, 2)
        if distance == 2 and len(form) == len(word) and _is_swap(form, word):
            return 1
        return distance if distance >= 0 else 9


def _is_swap(form: str, word: str) -> bool:
    """Two neighbouring letters changed places: one slip, though two edits."""
    at = [index for index, (a, b) in enumerate(zip(form, word, strict=True)) if a != b]
    return len(at) == 2 and at[1] == at[0] + 1 and form[at[0]] == word[at[1]] and form[at[1]] == word[at[0]]
