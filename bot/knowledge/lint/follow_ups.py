"""Follow-ups: each leads to one other entry that is there, in the same words only once, and in every language."""

from collections.abc import Iterable, Iterator

from bot.knowledge.content import Entry, Item
from bot.knowledge.lint.finding import Finding
from bot.knowledge.lint.words import folded
from bot.knowledge.mends import mend


def check(item: Entry, languages: tuple[str, ...]) -> Iterator[Finding]:
    """What can be said without the other entries."""
    for to, asked in item.follow_ups.items():
        if to == item.id:
            yield Finding("error", item.id, f"follow_ups.{to}", mend("follow_up_self"))
        for language in languages:
            if not asked.get(language):
                yield Finding("error", item.id, f"follow_ups.{to}.{language}", mend("language_missing"))
    for language in sorted({language for asked in item.follow_ups.values() for language in asked}):
        yield from _twice(item, language)


def targets(items: Iterable[Item]) -> Iterator[Finding]:
    """Follow-ups to what is no entry of `items`; a release leaves them out."""
    items = tuple(items)
    known = {item.id for item in items if isinstance(item, Entry)}
    for item in items:
        for to in item.follow_ups if isinstance(item, Entry) else ():
            if to not in known:
                yield Finding("advice", item.id, f"follow_ups.{to}", mend("follow_up_gone"))


def _twice(item: Entry, language: str) -> Iterator[Finding]:
    """The same words under two targets have no answer; under one they are one too many."""
    seen: dict[str, str] = {}
    for to, asked in item.follow_ups.items():
        for said in asked.get(language, ()):
            before = seen.setdefault(folded(said) or said, to)
            place = f"follow_ups.{to}.{language}"
            if before != to:
                there = f"follow_ups.{before}.{language}"
                yield Finding("error", item.id, place, mend("asked_also", said=repr(said), other=item.id, there=there))
    for to, asked in item.follow_ups.items():
        words = [folded(said) or said for said in asked.get(language, ())]
        if len(set(words)) < len(words):
            yield Finding("advice", item.id, f"follow_ups.{to}.{language}", mend("follow_up_twice"))
