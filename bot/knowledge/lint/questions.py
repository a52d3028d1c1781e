"""The same question in two places: in the same words, in another order, or nearly.

Nearly: of all the words of two questions that carry meaning, at least `ALIKE` stand in both. Order, accents, endings
and small words do not count, nor does the slip of a letter in a longer word, nor a space too many or too few. On the
demo shop (some 2,900 questions) four fifths finds what means the same and nothing else; three quarters already takes
"how much for delivery" and "how much is delivery to usa" for one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from bot.knowledge.content import Entry, Item, Negatives
from bot.knowledge.lint.finding import Finding, Level
from bot.knowledge.lint.words import bag, content_words, folded

ALIKE = 0.8
SHOWN = 3  # of the pairs between two items, this many are named
_LONG = 5
_USUAL = 3


@dataclass(frozen=True)
class Question:
    """`at` is its place in the whole list; `words` are the stems that carry its meaning, `joined` all in one."""

    at: int
    item: str
    language: str
    said: str
    words: frozenset[str]
    joined: str


def clashes(items: Iterable[Item]) -> Iterator[Finding]:
    """The same words in two entries, in an entry and the negatives, or twice in one entry: mostly errors."""
    seen: dict[tuple[str, object], tuple[str, str]] = {}
    for item, language, said in asked(items):
        exact, mixed = (language, folded(said) or said), (language, bag(said) or (said,))
        place, other = f"phrasings.{language}", seen.get(exact) or seen.get(mixed)
        if exact in seen:
            where = "twice in this item" if seen[exact][0] == item.id else f"also in {seen[exact][0]} ({place})"
            level: Level = "advice" if seen[exact][0] == item.id else "error"
            yield Finding(level, item.id, place, f"{said!r} stands {where}; keep it in one")
        elif other and other[0] != item.id:
            message = (
                f"{said!r} has the words of {other[1]!r} in {other[0]} ({place}), in another order; keep it in one"
            )
            yield Finding("error", item.id, place, message)
        seen.setdefault(exact, (item.id, said))
        seen.setdefault(mixed, (item.id, said))


def near(items: Iterable[Item]) -> Iterator[Finding]:
    """Questions that two items ask nearly alike, one finding for two items and a language."""
    pairs: dict[tuple[str, str, str], list[tuple[Question, Question]]] = defaultdict(list)
    for questions in _by_language(items):
        for first, second in _alike(questions):
            pairs[first.item, second.item, first.language].append((first, second))
    for (first_item, second_item, language), found in pairs.items():
        place = f"phrasings.{language}"
        said = ", ".join(f"{second.said!r} like {first.said!r}" for first, second in found[:SHOWN])
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        message = f"asks nearly what {first_item} ({place}) asks: {said}{more}; keep each in one, or say what differs"
        yield Finding("advice", second_item, place, message)


def asked(items: Iterable[Item]) -> Iterator[tuple[Item, str, str]]:
    """Every question as (item, language, words), titles among them."""
    for item in items:
        if isinstance(item, Entry):
            languages = sorted({*item.phrasings, *item.title})
            yield from ((item, language, one) for language in languages for one in item.questions(language))
        elif isinstance(item, Negatives):
            languages = sorted({*item.near, *item.far})
            yield from ((item, language, one) for language in languages for one in item.of(language))


def _by_language(items: Iterable[Item]) -> Iterator[list[Question]]:
    stems: dict[str, list[tuple[str, str, tuple[str, ...]]]] = defaultdict(list)
    for item, language, said in asked(items):
        words = content_words(said, language) or bag(said)
        stems[language].append((item.id, said, words))
    for language, rows in sorted(stems.items()):
        meant = _respelled(Counter(word for _, _, words in rows for word in set(words)))
        yield [
            Question(at, item, language, said, frozenset(meant[word] for word in words), "".join(words))
            for at, (item, said, words) in enumerate(rows)
            if words
        ]


def _respelled(counts: Mapping[str, int]) -> dict[str, str]:
    """Each word → itself, or the usual word that it misspells: one letter lost, added or swapped with the next."""
    usual = sorted((word for word, count in counts.items() if count >= _USUAL and len(word) >= _LONG), reverse=True)
    whole = {word: word for word in usual}
    short = {key: word for word in usual for key in _without_a_letter(word)}
    return {word: _usual(word, whole, short) if count == 1 else word for word, count in counts.items()}


def _usual(word: str, whole: Mapping[str, str], short: Mapping[str, str]) -> str:
    if len(word) < _LONG or any(letter.isdigit() for letter in word):
        return word
    swapped = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))
    found = [whole[one] for one in (*_without_a_letter(word), *swapped) if one in whole]
    return min([*found, *([short[word]] if word in short else [])], default=word)


def _without_a_letter(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _alike(questions: Sequence[Question]) -> Iterator[tuple[Question, Question]]:
    """Pairs of different items in the order of the list, each once."""
    counts = Counter(word for question in questions for word in question.words)
    sharing: dict[str, list[Question]] = defaultdict(list)
    joined: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        rare = sorted(question.words, key=lambda word: (counts[word], word))
        prefix = rare[: len(rare) - ceil(ALIKE * len(rare)) + 1]
        candidates = {one.at: one for word in prefix for one in sharing[word] if _is_alike(one, question)}
        candidates |= {one.at: one for one in joined[question.joined]}
        for _, one in sorted(candidates.items()):
            if one.item != question.item and bag(one.said) != bag(question.said):
                yield one, question
        joined[question.joined].append(question)
        for word in prefix:
            sharing[word].append(question)


def _is_alike(first: Question, second: Question) -> bool:
    shared = len(first.words & second.words)
    return shared >= ALIKE * (len(first.words) + len(second.words) - shared)
