"""What is wrong, or could be better, in the knowledge: errors keep an item from being approved, advice does not."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.knowledge import figures, markdown, template
from bot.knowledge.content import CHANNELS, LANGUAGES, Entry, Item, Negatives, Notice
from bot.knowledge.values import Value, ValueSpec, checked
from bot.segments import count, outside_gsm

MIN_PHRASINGS = 8
MAX_SEGMENTS = 4
GOOD_SEGMENTS = 3
_EXAMPLES = {"number": "1234", "money": "1234.50", "date": "2026-11-24", "time": "18:30"}
_WORDS = {"text": "hoy antes de las 18:30 (hora de Madrid)"}


@dataclass(frozen=True)
class Finding:
    level: Literal["error", "advice"]
    item: str
    place: str
    message: str


def lint(items: Iterable[Item], languages: Iterable[str] = LANGUAGES) -> tuple[Finding, ...]:
    """All findings over a whole set: of each item, and between them."""
    items, languages = tuple(items), tuple(languages)
    return (*(f for item in items for f in lint_item(item, languages)), *lint_between(items))


def errors_of(item: Item, languages: Iterable[str] = LANGUAGES) -> dict[str, str]:
    """What keeps this item from being approved: place → what to mend."""
    return {f.place: f.message for f in lint_item(item, tuple(languages)) if f.level == "error"}


def lint_item(item: Item, languages: tuple[str, ...] = LANGUAGES) -> Iterator[Finding]:
    if isinstance(item, Entry | Notice):
        yield from _missing_texts(item, languages)
        yield from _texts(item)
        yield from _values(item)
        for place, message, certain in figures.check(item):
            yield Finding("error" if certain else "advice", item.id, place, message)
    if isinstance(item, Entry):
        yield from _phrasings(item, languages)
        yield from _entry_words(item, languages)
    if isinstance(item, Negatives):
        for language in languages:
            if not item.of(language):
                yield Finding("error", item.id, f"near.{language}", "this language has no negatives")


def lint_between(items: Iterable[Item]) -> Iterator[Finding]:
    """The same question in two entries, in an entry and the negatives, or twice in one entry."""
    seen: dict[tuple[str, str], str] = {}
    for item, language, phrasing in _questions(items):
        key = (language, folded(phrasing))
        if key in seen:
            other = seen[key]
            where = "twice in this item" if other == item.id else f"also in {other}"
            level: Literal["error", "advice"] = "advice" if other == item.id else "error"
            yield Finding(level, item.id, f"phrasings.{language}", f"{phrasing!r} stands {where}; keep it in one")
        seen.setdefault(key, item.id)


def folded(text: str) -> str:
    """Letters and digits alone, without case and accents: what two phrasings must not share."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c))))


def _questions(items: Iterable[Item]) -> Iterator[tuple[Item, str, str]]:
    for item in items:
        if isinstance(item, Entry):
            asked = sorted({*item.phrasings, *item.title})
            yield from ((item, language, one) for language in asked for one in item.questions(language))
        elif isinstance(item, Negatives):
            languages = sorted({*item.near, *item.far})
            yield from ((item, language, one) for language in languages for one in item.of(language))


def _missing_texts(item: Entry | Notice, languages: Iterable[str]) -> Iterator[Finding]:
    root = "answers" if isinstance(item, Entry) else "texts"
    for language in languages:
        for channel in CHANNELS:
            if item.text(language, channel) is None:
                yield Finding("error", item.id, f"{root}.{language}.{channel}", "this text is missing; write it")


def _texts(item: Entry | Notice) -> Iterator[Finding]:
    root = "answers" if isinstance(item, Entry) else "texts"
    for language, channel, text in item.wordings():
        place = f"{root}.{language}.{channel}"
        check = markdown.check_web if channel == "web" else markdown.check_sms
        yield from (Finding("error", item.id, place, message) for message in check(text))
        yield from (Finding("error", item.id, place, message) for message in _places(item, text))
        if channel == "sms":
            yield from _length(item, language, text, place)


def _places(item: Entry | Notice, text: str) -> Iterator[str]:
    try:
        parsed = template.parse(text)
    except template.TemplateInvalid as exc:
        yield str(exc)
        return
    yield from (f"{{{name}}} is not declared under values" for name in sorted(parsed.names - set(item.values)))
    loose = {name for name in parsed.required if name in item.values and item.values[name].optional}
    yield from (f"{{{name}}} is optional; put its words in [[…]]" for name in sorted(loose))


def _values(item: Entry | Notice) -> Iterator[Finding]:
    used: set[str] = set()
    for text in _all_templates(item):
        try:
            used |= template.parse(text).names
        except template.TemplateInvalid as exc:
            yield Finding("error", item.id, "values", str(exc))
    for name, spec in item.values.items():
        place = f"values.{name}"
        if name not in used:
            yield Finding("error", item.id, place, "no text uses this value; remove it")
        if isinstance(item, Entry) and spec.kind == "text":
            yield Finding("error", item.id, place, "free text is never a value of an answer")
        for word, labels in (spec.labels or {}).items():
            if absent := set(LANGUAGES) - set(labels):
                yield Finding("error", item.id, f"{place}.labels.{word}", f"lacks {', '.join(sorted(absent))}")


def _all_templates(item: Entry | Notice) -> Iterator[str]:
    yield from (text for _, _, text in item.wordings())
    for spec in item.values.values():
        yield from (label for labels in (spec.labels or {}).values() for label in labels.values())


def example(spec: ValueSpec, word: str | None = None) -> Value:
    """A plausible value for previews and lengths; `word` chooses one of an enum."""
    if spec.kind == "enum":
        return Value("enum", word or next(iter(spec.labels or {}), ""))
    return Value(spec.kind, spec.example if spec.example is not None else _EXAMPLES.get(spec.kind, ""))


def previews(item: Entry | Notice, language: str, text: str) -> Iterator[str]:
    """`text` with example values, once for each word of its enums; raises ValueRefused when the examples do not fit."""
    typed = {name: spec for name, spec in item.values.items() if spec.kind != "text"}
    words = {n: str(s.example or _WORDS["text"]) for n, s in item.values.items() if s.kind == "text"}
    enums = [(name, word) for name, spec in typed.items() for word in spec.labels or {}]
    for chosen in enums or [("", "")]:
        given = {name: example(spec, chosen[1] if name == chosen[0] else None) for name, spec in typed.items()}
        yield checked(typed, given, language, words)(text)


def _length(item: Entry | Notice, language: str, text: str, place: str) -> Iterator[Finding]:
    try:
        counts = [count(preview) for preview in previews(item, language, text)]
    except Exception as exc:  # noqa: BLE001 - whatever an owner wrote, the lint goes on
        yield Finding("error", item.id, place, f"cannot be filled with its examples: {exc}")
        return
    worst = max(counts, key=lambda one: one.segments)
    if worst.segments > GOOD_SEGMENTS:
        level: Literal["error", "advice"] = "error" if worst.segments > MAX_SEGMENTS else "advice"
        why = f" because of {outside_gsm(text)}" if worst.encoding == "UCS-2" else ""
        message = f"{worst.segments} segments of {worst.encoding}{why}; at most {MAX_SEGMENTS}, better {GOOD_SEGMENTS}"
        yield Finding(level, item.id, place, message)


def _phrasings(item: Entry, languages: Iterable[str]) -> Iterator[Finding]:
    for language in languages:
        number = len(item.phrasings.get(language, ()))
        if number < MIN_PHRASINGS:
            message = f"{number} phrasings; write at least {MIN_PHRASINGS}, as customers write"
            yield Finding("error", item.id, f"phrasings.{language}", message)


def _entry_words(item: Entry, languages: Iterable[str]) -> Iterator[Finding]:
    named = {"title": item.title, "source.document": item.source.document, "source.section": item.source.section}
    for place, words in named.items():
        for language in languages:
            if language not in words:
                yield Finding("error", item.id, f"{place}.{language}", "this language is missing; write it")
