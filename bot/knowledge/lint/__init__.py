"""What is wrong, or could be better, in the knowledge: errors keep an item from being approved, advice does not."""

from collections.abc import Iterable, Iterator

from bot.knowledge.content import LANGUAGES, Entry, Item, Negatives, Notice
from bot.knowledge.lint import agreement, contradictions, follow_ups, links, places, questions, texts
from bot.knowledge.lint.finding import Finding
from bot.knowledge.lint.questions import clashes as lint_between
from bot.knowledge.lint.words import folded
from bot.knowledge.mends import together


def lint(items: Iterable[Item], languages: Iterable[str] = LANGUAGES) -> tuple[Finding, ...]:
    """All findings over a whole set: of each item, and between them."""
    items, languages = tuple(items), tuple(languages)
    alone = (found for item in items for found in lint_item(item, languages))
    between = (*lint_between(items), *follow_ups.targets(items), *questions.near(items), *contradictions.check(items))
    return (*alone, *between)


def errors_of(item: Item, languages: Iterable[str] = LANGUAGES) -> dict[str, str]:
    """What keeps this item from being approved: place → what to mend."""
    mend: dict[str, list[str]] = {}
    for found in lint_item(item, tuple(languages)):
        if found.level == "error":
            mend.setdefault(found.place, []).append(found.message)
    return {place: together(messages) for place, messages in mend.items()}


def lint_item(item: Item, languages: tuple[str, ...] = LANGUAGES) -> Iterator[Finding]:
    """What can be said of one item without the others."""
    if isinstance(item, Entry | Notice):
        yield from texts.check(item, languages)
        yield from places.check(item)
        yield from links.check(item)
        yield from agreement.check(item)
    if isinstance(item, Entry):
        yield from texts.check_entry(item, languages)
        yield from follow_ups.check(item, languages)
    if isinstance(item, Negatives):
        yield from texts.check_negatives(item, languages)


__all__ = ["Finding", "errors_of", "folded", "lint", "lint_between", "lint_item"]
