"""The same question in two places: in the same words, in another order, or nearly.

Nearly: of all the words of two questions that carry meaning, at least `ALIKE` stand in both. Order, accents, endings
and small words do not count, nor does a space too many or too few. A word that stands in no other question and is one
letter away from the word that would make two questions the same is taken for a slip. On the demo shop (some 2,900
questions) four fifths finds what means the same and nothing else; three quarters already takes "how much for
delivery" and "how much is delivery to usa" for one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from bot.knowledge.content import Entry, Item, Negatives
from bot.knowledge.lint.finding import Finding, Level
from bot.knowledge.lint.words import bag, content_words, folded
from bot.knowledge.mends import mend

ALIKE = 0.8
SHOWN = 3  # of the pairs between two items, this many are named
_LONG = 5
_TWICE: tuple[str, Level] = ("asked_twice", "advice")
_ALSO: tuple[str, Level] = ("asked_also", "error")


@dataclass(frozen=True)
class Question:
    """`at` is its number in the whole list; `words` are the stems that carry its meaning, `joined` all in one."""

    at: int
    item: str
    place: str
    said: str
    words: frozenset[str]
    joined: str


def clashes(items: Iterable[Item]) -> Iterator[Finding]:
    """The same words in two entries, in an entry and the negatives, or twice in one entry: mostly errors."""
    seen: dict[tuple[str, object], tuple[str, str, str]] = {}
    for item, place, said in asked(items):
        language = place[-2:]
        exact, mixed = (language, folded(said) or said), (language, bag(said) or (said,))
        if exact in seen:
            other, there, _ = seen[exact]
            code, level = _TWICE if other == item.id else _ALSO
            yield Finding(level, item.id, place, mend(code, said=repr(said), other=other, there=there))
        elif mixed in seen and seen[mixed][0] != item.id:
            other, there, like = seen[mixed]
            message = mend("asked_reordered", said=repr(said), like=repr(like), other=other, there=there)
            yield Finding("error", item.id, place, message)
        seen.setdefault(exact, (item.id, place, said))
        seen.setdefault(mixed, (item.id, place, said))


def near(items: Iterable[Item]) -> Iterator[Finding]:
    """Questions that two items ask nearly alike, one finding for two places."""
    pairs: dict[tuple[str, str, str, str], list[tuple[Question, Question]]] = defaultdict(list)
    for questions in _by_language(items):
        for first, second in _alike(questions):
            pairs[first.item, first.place, second.item, second.place].append((first, second))
    for (first_item, first_place, item, place), found in pairs.items():
        said = ", ".join(f"{second.said!r} like {first.said!r}" for first, second in found[:SHOWN])
        values = {"other": first_item, "there": first_place, "pairs": said}
        more = len(found) - SHOWN
        message = mend("asked_nearly_more", **values, more=more) if more > 0 else mend("asked_nearly", **values)
        yield Finding("advice", item, place, message)


def asked(items: Iterable[Item]) -> Iterator[tuple[Item, str, str]]:
    """Every question as (item, place, words); places end in the language. A title is a question, too."""
    for item in items:
        if isinstance(item, Entry):
            for language in sorted({*item.phrasings, *item.title}):
                yield from ((item, f"phrasings.{language}", one) for one in item.questions(language))
        elif isinstance(item, Negatives):
            for language in sorted({*item.near, *item.far}):
                yield from ((item, f"near.{language}", one) for one in item.near.get(language, ()))
                yield from ((item, f"far.{language}", one) for one in item.far.get(language, ()))


def _by_language(items: Iterable[Item]) -> Iterator[list[Question]]:
    stems: dict[str, list[tuple[str, str, str, tuple[str, ...]]]] = defaultdict(list)
    for item, place, said in asked(items):
        language = place[-2:]
        stems[language].append((item.id, place, said, content_words(said, language) or bag(said)))
    for rows in (stems[language] for language in sorted(stems)):
        yield [
            Question(at, item, place, said, frozenset(words), "".join(words))
            for at, (item, place, said, words) in enumerate(rows)
            if words
        ]


def _alike(questions: Sequence[Question]) -> list[tuple[Question, Question]]:
    """Pairs of different items in the order of the list, each once; what `clashes` finds is left to it."""
    counts = Counter(word for question in questions for word in question.words)
    found = {(one.at, other.at): (one, other) for one, other in _sharing(questions, counts)}
    for one, other in _slips(questions, counts):
        first, second = sorted((one, other), key=lambda question: question.at)
        found[first.at, second.at] = (first, second)
    pairs = (found[numbers] for numbers in sorted(found, key=lambda numbers: numbers[::-1]))
    return [(one, other) for one, other in pairs if one.item != other.item and bag(one.said) != bag(other.said)]


def _sharing(questions: Sequence[Question], counts: Mapping[str, int]) -> Iterator[tuple[Question, Question]]:
    """Two questions that share so much share one of their rarest words: only those are looked up."""
    rare: dict[str, list[Question]] = defaultdict(list)
    joined: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        ordered = sorted(question.words, key=lambda word: (counts[word], word))
        rarest = ordered[: len(ordered) - ceil(ALIKE * len(ordered)) + 1]
        yield from ((one, question) for word in rarest for one in rare[word] if _is_alike(one, question))
        yield from ((one, question) for one in joined[question.joined])
        joined[question.joined].append(question)
        for word in rarest:
            rare[word].append(question)


def _is_alike(first: Question, second: Question) -> bool:
    shared = len(first.words & second.words)
    return shared >= ALIKE * (len(first.words) + len(second.words) - shared)


def _slips(questions: Sequence[Question], counts: Mapping[str, int]) -> Iterator[tuple[Question, Question]]:
    """Two questions that one letter in a word of its own keeps apart."""
    same: dict[frozenset[str], list[Question]] = defaultdict(list)
    for question in questions:
        same[question.words].append(question)
    close: dict[str, list[str]] = defaultdict(list)
    for word in sorted(counts):
        for key in _keys(word):
            close[key].append(word)
    for question in questions:
        for word in question.words:
            meant = {one for key in _keys(word) for one in close[key]} if counts[word] == 1 else set()
            for one in meant - {word}:
                if _is_slip(word, one):
                    yield from ((question, other) for other in same.get(question.words - {word} | {one}, ()))


def _keys(word: str) -> set[str]:
    """Itself and what is left without one letter: two words a letter apart have one of them in common."""
    if len(word) < _LONG or any(letter.isdigit() for letter in word):
        return set()
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _is_slip(first: str, second: str) -> bool:
    """One letter lost, added, replaced, or swapped with the next."""
    if len(first) != len(second):
        return abs(len(first) - len(second)) == 1
    at = next(place for place, letter in enumerate(first) if letter != second[place])
    swapped = first[:at] + first[at + 1 : at + 2] + first[at] + first[at + 2 :]
    return swapped == second or first[at + 1 :] == second[at + 1 :]
