"""Questions that ask the same, in groups with ids that stay: pure, and the same for the same questions in any order."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from bot.knowledge.likeness import Index, Rarity, Words
from bot.knowledge.lint.words import folded

ALIKE = 0.45  # to the first that was asked; see docs/knowledge.md


class Asked(Protocol):
    """What is grouped; its text is masked already."""

    @property
    def text(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def at(self) -> datetime: ...


Question = TypeVar("Question", bound=Asked)


@dataclass(frozen=True, kw_only=True)
class Group(Generic[Question]):
    """Questions of one language that ask the same, newest first. `text` is the one that stands for them.

    `wordings`: the ids that it would have, did each of its questions come first.
    """

    id: str
    language: str
    text: str
    questions: tuple[Question, ...]
    wordings: frozenset[str]


def group(questions: Iterable[Question], rarity: Rarity) -> tuple[Group[Question], ...]:
    """The largest first, then the one that was asked last. The id is made from the first that was asked: a group
    keeps it while that one is among the questions, however many come after it."""
    bundles: dict[tuple[str, str], list[Question]] = {}
    for question in sorted(questions, key=lambda one: (one.at, one.language, one.text)):
        bundles.setdefault((question.language, folded(question.text) or question.text), []).append(question)
    index: dict[str, Index] = {}
    leaders: dict[tuple[str, int], tuple[list[Words], list[Question]]] = {}
    for (language, _), bundle in bundles.items():
        words = rarity.weigh(bundle[0].text, language)
        known = index.setdefault(language, Index(ALIKE))
        found = known.nearest(words, 1)
        number = found[0][0] if found else known.add(words)
        said, members = leaders.setdefault((language, number), ([], []))
        said.append(words)
        members.extend(bundle)
    groups = [_group(language, said, members) for (language, _), (said, members) in leaders.items()]
    return tuple(sorted(groups, key=lambda one: (-len(one.questions), -one.questions[0].at.timestamp(), one.id)))


def _group(language: str, said: Sequence[Words], members: Sequence[Question]) -> Group[Question]:
    named = [_id(language, words) for words in said]
    newest = sorted(members, key=lambda one: (one.at, one.text), reverse=True)
    return Group(
        id=named[0], language=language, text=_headline(newest), questions=tuple(newest), wordings=frozenset(named)
    )


def _id(language: str, words: Words) -> str:
    return hashlib.sha256(" ".join([language, *sorted(words)]).encode("utf-8", "replace")).hexdigest()[:12]


def _headline(newest: Sequence[Asked]) -> str:
    """What was asked most in the same words; of those asked as often, the first."""
    counts = Counter(folded(one.text) for one in newest)
    most = max(counts.values())
    return next(one.text for one in reversed(newest) if counts[folded(one.text)] == most)
