"""Which language is a message in? Words that only one language has, then letters in groups of three; or neither."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from handoff.detection.grammar import load_lexicon
from handoff.detection.words import clean, fold, words_of

FLOOR = 0.02
ENOUGH = 0.75
EXPECTED = 1.5  # what a language of ours has before the first word


class LanguageDetector:
    """Knows the languages of lexicons/language.yml; names only those in `supported`."""

    def __init__(self, supported: Collection[str]) -> None:
        data = load_lexicon("language")
        self._supported = frozenset(supported)
        self._words = {language: frozenset(str(words).split()) for language, words in data["words"].items()}
        self._signs: Mapping[str, Mapping[str, float]] = data["signs"]
        self._neutral = frozenset(str(data["neutral"]).split())
        self._trigrams = {language: _Trigrams(words) for language, words in self._words.items()}

    def read(self, text: str) -> tuple[str | None, float]:
        """(language, confidence 0 to 1); None when it is another language, or the text is too little to tell."""
        scores = self._scores(clean(text))
        if not scores:
            return None, 0.0
        total = _softmax(scores)
        best = max(total, key=total.__getitem__)
        if best not in self._supported or total[best] < ENOUGH:
            return None, round(total[best], 3)
        return best, round(total[best], 3)

    def _scores(self, text: str) -> dict[str, float]:
        forms = [w.form for w in words_of(text) if not w.is_mark and w.form.isalpha()]
        forms = [form for form in forms if form not in self._neutral]
        signs = {
            language: sum(w * fold_count(text, sign) for sign, w in each.items())
            for language, each in self._signs.items()
        }
        if not forms and not any(signs.values()):
            return {}
        return {
            language: EXPECTED * (language in self._supported)
            + signs.get(language, 0.0)
            + sum(self._word(form, language) for form in forms)
            for language in self._words
        }

    def _word(self, form: str, language: str) -> float:
        """A known word counts by how few languages share it; an unknown one by its letters."""
        sharing = sum(form in words for words in self._words.values())
        if form in self._words[language]:
            return 3.0 / sharing
        return 0.0 if sharing else 0.5 * self._trigrams[language].score(form)


class _Trigrams:
    """How much a word looks like a language's words: mean log-likelihood against a flat guess."""

    def __init__(self, words: Iterable[str]) -> None:
        counts = Counter(gram for word in words for gram in _grams(word))
        total = sum(counts.values()) or 1
        self._logs = {gram: math.log(count / total / FLOOR + 1) for gram, count in counts.items()}

    def score(self, word: str) -> float:
        grams = _grams(word)
        return sum(self._logs.get(gram, 0.0) for gram in grams) / len(grams) * 40


def _grams(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[i : i + 3] for i in range(len(padded) - 2)]


def fold_count(text: str, sign: str) -> int:
    """How often `sign` stands in the text, in either case, at most three times."""
    return min(text.casefold().count(sign), 3)


def _softmax(scores: Mapping[str, float]) -> dict[str, float]:
    top = max(scores.values())
    powers = {language: math.exp(score - top) for language, score in scores.items()}
    return {language: power / sum(powers.values()) for language, power in powers.items()}


__all__ = ["LanguageDetector", "fold"]
