"""Each text by itself: that it is there, says only what the channels show, and is short enough to send."""

from collections.abc import Iterable, Iterator

from bot.knowledge import markdown
from bot.knowledge.content import CHANNELS, Entry, Negatives, Notice
from bot.knowledge.lint.finding import Finding, Level, root
from bot.knowledge.lint.invites import invited
from bot.knowledge.mends import mend
from bot.knowledge.values import Value, ValueSpec, checked
from bot.segments import count, outside_gsm

MIN_PHRASINGS = 8
MAX_SEGMENTS = 4
GOOD_SEGMENTS = 3
_EXAMPLES = {"number": "1234", "money": "1234.50", "date": "2026-11-24", "time": "18:30"}
_WORDS = {"text": "hoy antes de las 18:30 (hora de Madrid)"}


def check(item: Entry | Notice, languages: tuple[str, ...]) -> Iterator[Finding]:
    yield from _missing_texts(item, languages)
    yield from _texts(item)


def check_entry(item: Entry, languages: tuple[str, ...]) -> Iterator[Finding]:
    yield from _phrasings(item, languages)
    yield from _entry_words(item, languages)


def check_negatives(item: Negatives, languages: tuple[str, ...]) -> Iterator[Finding]:
    for language in languages:
        if not item.of(language):
            yield Finding("error", item.id, f"near.{language}", mend("no_negatives"))


def _missing_texts(item: Entry | Notice, languages: Iterable[str]) -> Iterator[Finding]:
    for language in languages:
        for channel in CHANNELS:
            if item.text(language, channel) is None:
                yield Finding("error", item.id, f"{root(item)}.{language}.{channel}", mend("text_missing"))


def _texts(item: Entry | Notice) -> Iterator[Finding]:
    for language, channel, text in item.wordings():
        place = f"{root(item)}.{language}.{channel}"
        check = markdown.check_web if channel == "web" else markdown.check_sms
        yield from (Finding("error", item.id, place, message) for message in check(text))
        if channel == "sms":
            yield from _length(item, language, text, place)
            yield from (Finding("error", item.id, place, mend("invites_stop", word=word)) for word in invited(text))


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
        yield Finding("error", item.id, place, mend("examples_refused", why=str(exc)))
        return
    worst = max(counts, key=lambda one: one.segments)
    if worst.segments > GOOD_SEGMENTS:
        level: Level = "error" if worst.segments > MAX_SEGMENTS else "advice"
        said = {"count": worst.segments, "encoding": worst.encoding, "most": MAX_SEGMENTS, "good": GOOD_SEGMENTS}
        if worst.encoding == "UCS-2":
            message = mend("segments_because", **said, characters=outside_gsm(text))
        else:
            message = mend("segments", **said)
        yield Finding(level, item.id, place, message)


def _phrasings(item: Entry, languages: Iterable[str]) -> Iterator[Finding]:
    for language in languages:
        number = len(item.phrasings.get(language, ()))
        if number < MIN_PHRASINGS:
            message = mend("few_phrasings", count=number, least=MIN_PHRASINGS)
            yield Finding("error", item.id, f"phrasings.{language}", message)


def _entry_words(item: Entry, languages: Iterable[str]) -> Iterator[Finding]:
    named = {"title": item.title, "source.document": item.source.document, "source.section": item.source.section}
    for place, words in named.items():
        for language in languages:
            if language not in words:
                yield Finding("error", item.id, f"{place}.{language}", mend("language_missing"))
