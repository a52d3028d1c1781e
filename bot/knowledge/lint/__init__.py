"""What is wrong, or could be better, in the knowledge: errors keep an item from being approved, advice does not."""

from collections.abc import Iterable, Iterator

from bot.knowledge.content import LANGUAGES, Entry, Item, Negatives, Notice
from bot.knowledge.lint import agreement, contradictions, links, places, questions, texts
from bot.knowledge.lint.finding import Finding
from bot.knowledge.lint.questions import clashes as lint_between
from bot.knowledge.lint.words import folded


def lint(items: Iterable[Item], languages: Iterable[str] = LANGUAGES) -> tuple[Finding, ...]:
    """All findings over a whole set: of each item, and between them."""
    items, languages = tuple(items), tuple(languages)
    alone = (found for item in items for found in lint_item(item, languages))
    return (*alone, *lint_between(items), *questions.near(items), *contradictions.check(items))


def errors_of(item: Item, languages: Iterable[str] = LANGUAGES) -> dict[str, str]:
    """What keeps this item from being approved: place → what to mend."""
    mend: dict[str, str] = {}
    for found in lint_item(item, tuple(languages)):
        if found.level == "error":
            mend[found.place] = f"{mend[found.place]}; {found.message}" if found.place in mend else found.message
    return mend


def lint_item(item: Item, languages: tuple[str, ...] = LANGUAGES) -> Iterator[Finding]:
    """What can be said of one item without the others."""
    if isinstance(item, Entry | Notice):
        yield from texts.check(item, languages)
        yield from places.check(item)
        yield from links.check(item)
        yield from agreement.check(item)
    if isinstance(item, Entry):
        yield from texts.check_entry(item, languages)
    if isinstance(item, Negatives):
        yield from texts.check_negatives(item, languages)


__all__ = ["Finding", "errors_of", "folded", "lint", "lint_between", "lint_item"]
