"""Places for values that cannot be filled, are never filled, or are not there for everybody."""

from collections.abc import Iterable, Iterator, Mapping

from bot.knowledge import template
from bot.knowledge.catalogue import LABELS, NOTICES
from bot.knowledge.content import CHANNELS, LANGUAGES, Entry, Notice
from bot.knowledge.lint.finding import Finding, Level, root
from bot.knowledge.template import Place, Section, Template

_GIVEN: Mapping[str, tuple[str, ...]] = {**NOTICES, **dict.fromkeys(LABELS, ())}


def check(item: Entry | Notice) -> Iterator[Finding]:
    for language, channel, text in item.wordings():
        yield from _text(item, f"{root(item)}.{language}.{channel}", text)
    for name in item.values:
        yield from _value(item, name)
        yield from _labels(item, name)
        yield from _languages(item, name)
    if isinstance(item, Notice) and item.id in _GIVEN:
        yield from _never_given(item, _GIVEN[item.id])


def _text(item: Entry | Notice, place: str, text: str) -> Iterator[Finding]:
    parsed = _parsed(text)
    if isinstance(parsed, str):
        yield Finding("error", item.id, place, parsed)
        return
    for name in sorted(parsed.names - set(item.values)):
        yield Finding("error", item.id, place, f"{{{name}}} is not declared under values")
    for name in sorted(parsed.required & _optional(item)):
        yield Finding("error", item.id, place, f"{{{name}}} is optional; put its words in [[…]]")
    for names in _sections(parsed):
        if names <= set(item.values) - _optional(item):
            said = _braced(names)
            message = f"[[…]] around {said} is always shown; take the brackets away, or make {said} optional"
            yield Finding("advice", item.id, place, message)


def _value(item: Entry | Notice, name: str) -> Iterator[Finding]:
    spec, place = item.values[name], f"values.{name}"
    if not any(name in names for names in _used(item).values()):
        yield Finding("error", item.id, place, "no text uses this value; remove it")
    if isinstance(item, Entry) and spec.kind == "text":
        yield Finding("error", item.id, place, "free text is never a value of an answer")
    if spec.kind == "enum" and not spec.labels:
        yield Finding("error", item.id, place, f"has no words under labels, so {{{name}}} can never be filled")


def _labels(item: Entry | Notice, name: str) -> Iterator[Finding]:
    for word, labels in (item.values[name].labels or {}).items():
        place = f"values.{name}.labels.{word}"
        if absent := set(LANGUAGES) - set(labels):
            yield Finding("error", item.id, place, f"lacks {', '.join(sorted(absent))}")
        for language, label in labels.items():
            yield from (Finding("error", item.id, f"{place}.{language}", mend) for mend in _label(item, label))


def _label(item: Entry | Notice, label: str) -> Iterator[str]:
    parsed = _parsed(label)
    if isinstance(parsed, str):
        yield parsed
        return
    for one in sorted(parsed.names):
        if one not in item.values:
            yield f"{{{one}}} is not declared under values"
        elif item.values[one].kind == "enum":
            yield f"{{{one}}} has words of its own, so it can never be filled here; write its words out"
        elif item.values[one].optional and one in parsed.required:
            yield f"{{{one}}} is optional; put its words in [[…]]"


def _languages(item: Entry | Notice, name: str) -> Iterator[Finding]:
    """A value that one language says and another does not."""
    used = _used(item)
    for channel in CHANNELS:
        saying = [language for language in _spoken(item, channel) if name in used[language, channel]]
        for language in _spoken(item, channel):
            if saying and language not in saying:
                elsewhere = any(name in used.get((language, other), ()) for other in CHANNELS)
                level: Level = "advice" if item.values[name].optional or elsewhere else "error"
                message = f"{{{name}}} stands in {root(item)}.{saying[0]}.{channel} and not here; say it in both"
                yield Finding(level, item.id, f"{root(item)}.{language}.{channel}", message)


def _never_given(item: Notice, given: Iterable[str]) -> Iterator[Finding]:
    """Advice even where it is certain: the release refuses a notice that asks for what it is not given."""
    for name, spec in item.values.items():
        if name not in given:
            hands = _braced(given) or "no values"
            what = "[[…]] around it is never shown" if spec.optional else "no release can be built with it"
            message = f"the system gives this notice {hands} and never {{{name}}}, so {what}; remove it"
            yield Finding("advice", item.id, f"values.{name}", message)


def _used(item: Entry | Notice) -> dict[tuple[str, str], frozenset[str]]:
    """(language, channel) → the values that its text names, itself or in the words of an enum."""
    used = {}
    for language, channel, text in item.wordings():
        names = _names(text)
        labels = [
            words[language]
            for name in names
            if name in item.values
            for words in (item.values[name].labels or {}).values()
            if language in words
        ]
        used[language, channel] = names.union(*map(_names, labels))
    return used


def _spoken(item: Entry | Notice, channel: str) -> list[str]:
    return sorted(language for language, one, _ in item.wordings() if one == channel)


def _names(text: str) -> frozenset[str]:
    parsed = _parsed(text)
    return frozenset() if isinstance(parsed, str) else parsed.names


def _parsed(text: str) -> Template | str:
    """The template, or what is wrong with it."""
    try:
        return template.parse(text)
    except template.TemplateInvalid as exc:
        return str(exc)


def _sections(parsed: Template) -> Iterator[frozenset[str]]:
    for part in parsed.parts:
        if isinstance(part, Section):
            yield frozenset(inner.name for inner in part.parts if isinstance(inner, Place))


def _optional(item: Entry | Notice) -> frozenset[str]:
    return frozenset(name for name, spec in item.values.items() if spec.optional)


def _braced(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
