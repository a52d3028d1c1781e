"""Two items that say different figures of the same subject, as far as words can tell: always advice.

Two figures of one kind (days, working days, euros, times of day, …) in two items are about the same subject when the
words nearest one of them, at most `NEAREST` that carry meaning, all stand in the sentence of the other. Where there are
but two such words, they are among the nearest there, too. Sentences that share one of their figures do not contradict.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from textwrap import shorten

from bot.knowledge.content import Entry, Item, Notice
from bot.knowledge.figure_words import names_of_a_unit
from bot.knowledge.figures import Figure, read, shown
from bot.knowledge.lint.finding import Finding, root
from bot.knowledge.lint.words import content_words, folded
from bot.knowledge.mends import mend

NEAREST = 4
_SHOWN = 240
_SENTENCE = re.compile(r"(?:[^.!?;\n]|[.!?;](?!\s))+[.!?;]?")
_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_AMOUNTS = frozenset({"", "weekday", "mail", "link", "phone"})
_AROUND_FIGURES = {
    "en": "within from after before since until once only most up over under more less than when while per each every "
    "usually normally free cost costs take takes pass passed time times first last next same own other both all also "
    "then not no make makes made person team done",
    "es": "dentro tras despues antes desde hasta solo menos mas maximo minimo como cada normalmente gratis cuesta "
    "cuestan tarda tardan plazo primer primera ultimo ultima siguiente siguientes mismo misma otro otra ambos todo "
    "toda tambien luego no sin persona equipo",
}


@dataclass(frozen=True)
class Statement:
    """A figure and what is said around it. `near` are the stems nearest it, `words` those of its whole sentence,
    `amounts` what the sentence says in the same kind."""

    item: str
    place: str
    language: str
    figure: Figure
    sentence: str
    near: tuple[str, ...]
    words: frozenset[str]
    amounts: frozenset[str]


def check(items: Iterable[Item]) -> Iterator[Finding]:
    """One finding for two sentences that contradict each other: of their figures, the two most alike in their words."""
    told: dict[frozenset[tuple[str, str]], list[tuple[Statement, Statement]]] = defaultdict(list)
    for first, second in _pairs(_statements(items)):
        told[frozenset({(first.item, first.sentence), (second.item, second.sentence)})].append((first, second))
    for pairs in told.values():
        first, second = max(pairs, key=lambda pair: len(set(pair[0].near) & set(pair[1].near)))
        message = mend("contradicts", said=_said(second), other=first.item, there=first.place, theirs=_said(first))
        yield Finding("advice", second.item, second.place, message)


def _said(one: Statement) -> str:
    return f"{' '.join(one.figure.said.split())} (“{shorten(one.sentence, _SHOWN, placeholder=' …')}”)"


def _pairs(statements: Sequence[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """In the order of the items, each once for two figures."""
    groups: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for at, one in enumerate(statements):
        for word in one.words:
            groups[one.language, one.figure.kind][word].append(at)
    counts = Counter(word for one in statements for word in one.words)
    found: set[tuple[int, int]] = set()
    for at, one in enumerate(statements):
        rarest = min(one.near, key=lambda word: (counts[word], word))
        others = groups[one.language, one.figure.kind][rarest]
        found.update((min(at, o), max(at, o)) for o in others if _contradict(one, statements[o]))
    yield from ((statements[first], statements[second]) for first, second in sorted(found))


def _contradict(one: Statement, other: Statement) -> bool:
    if one.item == other.item or one.amounts & other.amounts or not other.words.issuperset(one.near):
        return False
    return len(one.words & set(other.near)) >= (2 if len(one.near) == 2 else 1)


def _statements(items: Iterable[Item]) -> list[Statement]:
    found: list[Statement] = []
    for item in items:
        if isinstance(item, Entry | Notice):
            texts = {language: (channel, text) for language, channel, text in reversed([*item.wordings()])}
            for language, (channel, text) in sorted(texts.items()):  # the web text, where there is one: it says more
                found.extend(_of_text(item.id, f"{root(item)}.{language}.{channel}", language, text))
    return found


def _of_text(item: str, place: str, language: str, text: str) -> Iterator[Statement]:
    seen, figures = shown(text), read(text, language)
    for match in _SENTENCE.finditer(seen):
        inside = [one for one in figures if match.start() <= one.start < match.end()]
        amounts = [one for one in inside if one.kind not in _NO_AMOUNTS and not one.loose]
        words = _words(seen, match.span(), language, inside) if amounts else []
        for figure in amounts:
            near = _nearest(figure, words, amounts)
            if len(near) > 1:
                yield Statement(
                    item=item,
                    place=place,
                    language=language,
                    figure=figure,
                    sentence=" ".join(match[0].split()),
                    near=near,
                    words=frozenset(word for _, word in words),
                    amounts=frozenset(one.amount for one in amounts if one.kind == figure.kind),
                )


def _words(seen: str, span: tuple[int, int], language: str, figures: Sequence[Figure]) -> list[tuple[int, str]]:
    """(place, stem) of the words that carry meaning and are no part of a figure."""
    left_out = _left_out(language)
    return [
        (match.start(), stem)
        for match in _WORD.finditer(seen, *span)
        if folded(match[0]) not in left_out and not any(one.start <= match.start() < one.end for one in figures)
        for stem in content_words(match[0], language)
    ]


def _nearest(figure: Figure, words: Sequence[tuple[int, str]], figures: Sequence[Figure]) -> tuple[str, ...]:
    """The stems nearest a figure; those on the other side of another figure are further than any on this side."""

    def distance(word: tuple[int, str]) -> tuple[int, int, int]:
        at, first, last = word[0], *sorted((word[0], figure.start))
        between = sum(first < one.start < last for one in figures)
        return between, min(abs(at - figure.start), abs(at - figure.end)), at

    return tuple(dict.fromkeys(stem for _, stem in sorted(words, key=distance)))[:NEAREST]


@lru_cache
def _left_out(language: str) -> frozenset[str]:
    return frozenset(_AROUND_FIGURES.get(language, "").split()) | {folded(one) for one in names_of_a_unit(language)}
