"""Wishes: whole messages with which customers steer their own open case. Exact words, never part of a sentence."""

from typing import Literal

from handoff.detection.grammar import load_lexicon
from handoff.detection.words import clean, squeezed, words_of

Wish = Literal["callback", "withdraw", "bot"]
KINDS: tuple[Wish, ...] = ("callback", "withdraw", "bot")
MOST_WORDS = 9


class Wishes:
    """Reads a message that is nothing but such a wish, with or without a polite word around it."""

    def __init__(self) -> None:
        data = load_lexicon("wishes")
        self._phrases: dict[tuple[str, ...], Wish] = {
            tuple(str(phrase).split()): kind for kind in KINDS for part in data[kind].values() for phrase in part
        }
        self._polite = frozenset(str(data["polite"]).split())

    def read(self, text: str) -> Wish | None:
        """The wish when the whole message says nothing else, else None."""
        words = tuple(squeezed(word.form)[0] for word in words_of(clean(text)) if not word.is_mark)
        if len(words) > MOST_WORDS:
            return None
        return next((self._phrases[part] for part in self._within(words) if part in self._phrases), None)

    def _within(self, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        """The message, and what is left of it without the polite words at its ends."""
        first = next((n for n, word in enumerate(words) if word not in self._polite), len(words))
        last = next((n for n in range(len(words), 0, -1) if words[n - 1] not in self._polite), 0)
        return [words[start:end] for start in range(first + 1) for end in range(len(words), last - 1, -1)]
