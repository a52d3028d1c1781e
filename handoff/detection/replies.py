"""Short replies: is it a yes, a no, a thank-you, a wish for more? Literal labels of buttons count as well."""

from typing import Literal

from handoff.detection.grammar import load_lexicon
from handoff.detection.words import Word, clean, squeezed, words_of

Reply = Literal["yes", "no", "thanks", "more"]
KINDS: tuple[Reply, ...] = ("no", "thanks", "yes", "more")  # "ok thanks" takes leave rather than an offer


class Replies:
    """Reads a message that is nothing but a short reply."""

    def __init__(self) -> None:
        data = load_lexicon("replies")
        self._phrases: dict[str, list[tuple[str, ...]]] = {
            kind: [tuple(str(phrase).split()) for part in data[kind].values() for phrase in part] for kind in KINDS
        }
        self._polite = frozenset(str(data["polite"]).split())

    def read(self, text: str) -> Reply | None:
        """The reply's kind when the whole message says nothing else, else None."""
        words = tuple(_plain(word) for word in words_of(clean(text)) if not word.is_mark)
        if not words or len(words) > 9:
            return None
        for kind in KINDS:
            if any(self._is(words, phrase) for phrase in self._phrases[kind]):
                return kind
        return None

    def _is(self, words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
        """The phrase first, then nothing but politeness."""
        return words[: len(phrase)] == phrase and all(word in self._polite for word in words[len(phrase) :])


def _plain(word: Word) -> str:
    return squeezed(word.form)[0]
