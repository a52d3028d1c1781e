"""Places for values that cannot be filled, are never filled, or are not there for everybody."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.knowledge import template
from bot.knowledge.catalogue import LABELS, NOTICES, OPTIONAL, OPTIONAL_GIVEN
from bot.knowledge.content import CHANNELS, LANGUAGES, Entry, Notice
from bot.knowledge.lint.finding import Finding, Level, root
from bot.knowledge.mends import mend
from bot.knowledge.template import Place, Section, Template

_GIVEN: Mapping[str, tuple[str, ...]] = {**NOTICES, **OPTIONAL_GIVEN, **dict.fromkeys((*LABELS, *OPTIONAL), ())}


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
        yield Finding("error", item.id, place, mend("undeclared", name=f"{{{name}}}"))
    for name in sorted(parsed.required & _optional(item)):
        yield Finding("error", item.id, place, mend("optional_place", name=f"{{{name}}}"))
    for names in _sections(parsed):
        if names <= set(item.values) - _optional(item):
            yield Finding("advice", item.id, place, mend("always_shown", name=_braced(names)))


def _value(item: Entry | Notice, name: str) -> Iterator[Finding]:
    spec, place = item.values[name], f"values.{name}"
    if not any(name in names for names in _used(item).values()):
        yield Finding("error", item.id, place, mend("value_unused"))
    if isinstance(item, Entry) and spec.kind == "text":
        yield Finding("error", item.id, place, mend("value_text"))
    if spec.kind == "enum" and not spec.labels:
        yield Finding("error", item.id, place, mend("labels_missing", name=f"{{{name}}}"))


def _labels(item: Entry | Notice, name: str) -> Iterator[Finding]:
    for word, labels in (item.values[name].labels or {}).items():
        place = f"values.{name}.labels.{word}"
        if absent := set(LANGUAGES) - set(labels):
            yield Finding("error", item.id, place, mend("labels_lack", languages=", ".join(sorted(absent))))
        for language, label in labels.items():
            yield from (Finding("error", item.id, f"{place}.{language}", mend) for mend in _label(item, label))


def _label(item: Entry | Notice, label: str) -> Iterator[str]:
    parsed = _parsed(label)
    if isinstance(parsed, str):
        yield parsed
        return
    for one in sorted(parsed.names):
        if one not in item.values:
            yield mend("undeclared", name=f"{{{one}}}")
        elif item.values[one].kind == "enum":
            yield mend("label_of_labels", name=f"{{{one}}}")
        elif item.values[one].optional and one in parsed.required:
            yield mend("optional_place", name=f"{{{one}}}")


def _languages(item: Entry | Notice, name: str) -> Iterator[Finding]:
    """A value that one language says and another does not."""
    used = _used(item)
    for channel in CHANNELS:
        saying = [language for language in _spoken(item, channel) if name in used[language, channel]]
        for language in _spoken(item, channel):
            if saying and language not in saying:
                elsewhere = any(name in used.get((language, other), ()) for other in CHANNELS)
                level: Level = "advice" if item.values[name].optional or elsewhere else "error"
                message = mend("value_elsewhere", name=f"{{{name}}}", there=f"{root(item)}.{saying[0]}.{channel}")
                yield Finding(level, item.id, f"{root(item)}.{language}.{channel}", message)


def _never_given(item: Notice, given: Collection[str]) -> Iterator[Finding]:
    """Advice even where it is certain: the release refuses a notice that asks for what it is not given."""
    for name, spec in item.values.items():
        if name not in given:
            codes = ("never_shown", "no_values_shown") if spec.optional else ("never_given", "no_values")
            message = mend(codes[not given], name=f"{{{name}}}", given=_braced(given))
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
