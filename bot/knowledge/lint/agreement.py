"""Languages and channels of one item that contradict each other: what is a figure in one is a figure in the other."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bot.knowledge.content import CHANNELS, Entry, Notice
from bot.knowledge.figures import Figure, read
from bot.knowledge.lint.finding import Finding, root
from bot.knowledge.mends import mend

_SOFT = frozenset({"weekday", "mail"})  # often said in other words, or another one for each language
Read = dict[str, tuple[Figure, ...]]


def check(item: Entry | Notice) -> Iterator[Finding]:
    found = {
        f"{root(item)}.{language}.{channel}": _figures(text, language) for language, channel, text in item.wordings()
    }
    languages = sorted({place.split(".")[1] for place in found})
    for channel in CHANNELS:
        for language in languages[1:]:
            pair = (f"{root(item)}.{languages[0]}.{channel}", f"{root(item)}.{language}.{channel}")
            if found.keys() >= set(pair):
                yield from _languages(item, pair, found)
    for language in languages:
        pair = (f"{root(item)}.{language}.web", f"{root(item)}.{language}.sms")
        if found.keys() >= set(pair):
            yield from _channels(item, pair, found)
    yield from _labels(item)


def _figures(text: str, language: str) -> tuple[Figure, ...]:
    return tuple(figure for figure in read(text, language) if figure.kind != "link")


def _labels(item: Entry | Notice) -> Iterator[Finding]:
    """The words of an enum are texts in every language, too."""
    for name, spec in item.values.items():
        for word, labels in (spec.labels or {}).items():
            found = {f"values.{name}.labels.{word}.{one}": _figures(labels[one], one) for one in sorted(labels)}
            first, *others = found or [""]
            for other in others:
                yield from _languages(item, (first, other), found)


def _languages(item: Entry | Notice, pair: tuple[str, str], found: Read) -> Iterator[Finding]:
    first, other = (found[place] for place in pair)
    only_first, only_other = _odd(first, other), _odd(other, first)
    certain = any(one.sure and one.kind not in _SOFT for one in (*only_first, *only_other))
    if only_first or only_other:
        code = "figures_differ" if only_first and only_other else "figures_more" if only_other else "figures_less"
        message = mend(code, more=_said(only_other), less=_said(only_first), there=pair[0])
        yield Finding("error" if certain else "advice", item.id, pair[1], message)
    else:
        yield from _order(item, pair, found)
    for mine, theirs in _other_units(other, first):
        message = mend("figures_unit", said=repr(mine.said), theirs=repr(theirs.said), there=pair[0])
        yield Finding("advice", item.id, pair[1], message)


def _order(item: Entry | Notice, pair: tuple[str, str], found: Read) -> Iterator[Finding]:
    """Two prices that have changed places, or one said where the other belongs, leave the set of figures as it is."""
    first, other = ([one for one in found[place] if one.kind and one.sure] for place in pair)
    for kind in dict.fromkeys(one.kind for one in other):
        here = [one for one in other if one.kind == kind]
        there = [one for one in first if one.kind == kind]
        if len(here) == len(there) and [one.amount for one in here] != [one.amount for one in there]:
            message = mend("figures_order", said=_said(here), theirs=_said(there), there=pair[0])
            yield Finding("advice", item.id, pair[1], message)


def _channels(item: Entry | Notice, pair: tuple[str, str], found: Read) -> Iterator[Finding]:
    web, sms = (found[place] for place in pair)
    if more := _odd(sms, web):
        message = mend("sms_says_more", more=_said(more), there=pair[0])
        yield Finding("advice", item.id, pair[1], message)
    for mine, theirs in _other_units(sms, web):
        message = mend("figures_unit", said=repr(mine.said), theirs=repr(theirs.said), there=pair[0])
        yield Finding("advice", item.id, pair[1], message)


def _odd(some: Sequence[Figure], others: Sequence[Figure]) -> tuple[Figure, ...]:
    """Those of `some` that `others` do not say, not even nearly."""
    return tuple(one for one in some if not one.loose and not any(_fits(one, other) for other in others))


def _fits(one: Figure, other: Figure) -> bool:
    """The same, or nearly: "5 days" and "5 working days", "9:00" and "9 pm" or "9 h"; never 15 May and 15 June."""
    return one.same(other) or (one.number == other.number and _nearly(one, other))


def _nearly(one: Figure, other: Figure) -> bool:
    kinds = {one.kind, other.kind}
    working = one.kind.removeprefix("working ") == other.kind.removeprefix("working ") and one.factor == other.factor
    return kinds in ({"time"}, {"time", "time span"}) or (len(kinds) == 2 and working)


def _other_units(some: Sequence[Figure], others: Sequence[Figure]) -> Iterator[tuple[Figure, Figure]]:
    for one in some:
        if one.kind and not one.loose and not any(one.same(other) for other in others):
            yield from [(one, other) for other in others if _fits(one, other)][:1]


def _said(figures: Iterable[Figure]) -> str:
    said = (" ".join(figure.said.split()) for figure in figures)
    return ", ".join(one for one, _ in groupby(said))
