"""Wishes: whole messages with which customers steer their own open case. Exact words, never part of a sentence."""

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from handoff.detection.grammar import load_lexicon
from handoff.detection.words import clean, squeezed, words_of

Wish = Literal["callback", "withdraw", "bot"]
KINDS: tuple[Wish, ...] = ("callback", "withdraw", "bot")
Answer = Literal["confirm", "deny"]
ANSWERS: tuple[Answer, ...] = ("confirm", "deny")
MOST_WORDS = 9
Kind = TypeVar("Kind", bound=str)


class Wishes:
    """Reads a message that is nothing but such a wish, with or without a polite word around it."""

    def __init__(self) -> None:
        data = load_lexicon("wishes")
        self._phrases = _phrases(data, KINDS)
        self._answers = _phrases(data, ANSWERS)
        self._polite = frozenset(str(data["polite"]).split())

    def read(self, text: str) -> Wish | None:
        """The wish when the whole message says nothing else, else None."""
        return next((self._phrases[part] for part in self._parts(text) if part in self._phrases), None)

    def answer(self, text: str) -> Answer | None:
        """A clear yes or no to whether the case is to be withdrawn, when the whole message says nothing else."""
        return next((self._answers[part] for part in self._parts(text) if part in self._answers), None)

    def _parts(self, text: str) -> list[tuple[str, ...]]:
        words = tuple(squeezed(word.form)[0] for word in words_of(clean(text)) if not word.is_mark)
        return self._within(words) if len(words) <= MOST_WORDS else []

    def _within(self, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        """The message, and what is left of it without the polite words at its ends."""
        first = next((n for n, word in enumerate(words) if word not in self._polite), len(words))
        last = next((n for n in range(len(words), 0, -1) if words[n - 1] not in self._polite), 0)
        return [words[start:end] for start in range(first + 1) for end in range(len(words), last - 1, -1)]


def _phrases(data: Mapping[str, Any], kinds: tuple[Kind, ...]) -> dict[tuple[str, ...], Kind]:
    return {tuple(str(phrase).split()): kind for kind in kinds for part in data[kind].values() for phrase in part}
