"""How content will look before anybody approves it: filled with example values, and counted as the carrier bills it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.knowledge.content import LANGUAGES, Entry, Item, Notice
from bot.knowledge.lint import errors_of
from bot.knowledge.lint.texts import previews
from bot.knowledge.mends import Part, coded
from bot.segments import Encoding, count, outside_gsm


@dataclass(frozen=True, kw_only=True)
class SmsPreview:
    """The longest of the texts that the examples give. `outside_gsm`: the characters that make it UCS-2."""

    text: str
    encoding: Encoding
    units: int
    segments: int
    outside_gsm: str


@dataclass(frozen=True, kw_only=True)
class LanguagePreview:
    """`web` in limited Markdown. None: there is no such text, or its examples do not fit, which `errors` then says."""

    web: str | None
    sms: SmsPreview | None


@dataclass(frozen=True, kw_only=True)
class Preview:
    """By language; and what keeps the content from being approved, place → what to mend. `said`: that in codes."""

    languages: Mapping[str, LanguagePreview]
    errors: Mapping[str, str]
    said: Mapping[str, tuple[Part, ...]]


def preview(item: Item) -> Preview:
    """Anything that can be written can be previewed, however incomplete."""
    shown = {language: _language(item, language) for language in LANGUAGES} if isinstance(item, Entry | Notice) else {}
    errors = errors_of(item)
    return Preview(languages=shown, errors=errors, said=coded(errors.values()))


def _language(item: Entry | Notice, language: str) -> LanguagePreview:
    web, sms = _filled(item, language, "web"), _filled(item, language, "sms")
    return LanguagePreview(web=web[0] if web else None, sms=_sms(sms) if sms else None)


def _filled(item: Entry | Notice, language: str, channel: str) -> list[str]:
    text = item.text(language, channel)
    try:
        return list(previews(item, language, text)) if text is not None else []
    except Exception:  # noqa: BLE001 - whatever was written, the rest is shown; `errors` names the place
        return []


def _sms(texts: list[str]) -> SmsPreview:
    text = max(texts, key=lambda one: (count(one).segments, count(one).units))
    counted = count(text)
    return SmsPreview(
        text=text,
        encoding=counted.encoding,
        units=counted.units,
        segments=counted.segments,
        outside_gsm=outside_gsm(text),
    )
