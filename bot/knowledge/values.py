"""Values that the company's systems put into an approved text: checked against their declaration, said per language.

Free text is never a value of an entry. Only notices that the core itself says may declare `text`, for words that the
core made or the company entered (a reference, a due time, an agent's name).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.knowledge import template
from bot.knowledge.errors import ValueRefused
from bot.knowledge.patterns import check_pattern

Kind = Literal["enum", "number", "money", "date", "time", "pattern", "text"]
KINDS: frozenset[str] = frozenset({"enum", "number", "money", "date", "time", "pattern"})
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
MONTHS = {language: tuple(names.split()) for language, names in _MONTHS.items()}
SIGNS = {"EUR": {"en": "€", "es": "€"}, "USD": {"en": "$", "es": "US$"}, "GBP": {"en": "£", "es": "£"}}
_ORDINARY = re.compile(r"[A-Za-z0-9][A-Za-z0-9./+#_-]{0,63}")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_DAY = re.compile(r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_HOUR = re.compile(r"[0-9]{2}:[0-9]{2}")
_MARKUP = str.maketrans("", "", "<>[]{}*`\\|")


@dataclass(frozen=True)
class Value:
    """A typed value, as it comes from outside: dates and times in ISO form, money and numbers as decimal text."""

    kind: str
    value: str | int

    @classmethod
    def parse(cls, data: object) -> Self:
        """From `{"kind": …, "value": …}`; raises ValueRefused for anything else."""
        if not isinstance(data, Mapping) or set(data) != {"kind", "value"}:
            raise ValueRefused("a value is an object of kind and value")
        kind, value = data["kind"], data["value"]
        if kind not in KINDS or isinstance(value, bool) or not isinstance(value, str | int):
            raise ValueRefused("a value has a known kind and a text or whole number")
        return cls(kind, value)


class ValueSpec(BaseModel):
    """The declaration of one value in an entry or notice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    optional: bool = False
    pattern: Annotated[str, AfterValidator(check_pattern), Field(max_length=200)] | None = None
    currency: Literal["EUR", "USD", "GBP"] | None = None
    labels: dict[str, dict[str, str]] | None = None  # enum: value → language → words, which may name other values
    example: str | int | None = None  # for previews and the length of an SMS

    @model_validator(mode="after")
    def _complete(self) -> Self:
        wanted = {"enum": "labels", "pattern": "pattern", "money": "currency"}
        for kind, key in wanted.items():
            if (self.kind == kind) != (getattr(self, key) is not None):
                raise ValueError(f"`{key}` belongs to a value of kind {kind}, and only there")
        return self


def say(spec: ValueSpec, value: Value, language: str) -> str:
    """`value` in the words of `language`; raises ValueRefused when it is not what `spec` declares."""
    speak = _SPEAKERS.get(spec.kind)
    if speak is None or value.kind != spec.kind:
        raise ValueRefused(f"expected a value of kind {spec.kind}")
    if isinstance(value.value, bool) or not isinstance(value.value, str | int):
        raise ValueRefused("a value is a text or a whole number")
    if language not in MONTHS:
        raise ValueRefused(f"values cannot be said in {language!r} yet")
    return speak(spec, str(value.value), language)


def clean_word(word: str) -> str:
    """Words of the core, made harmless: one line, no markup, no invisible or direction-changing characters."""
    plain = unicodedata.normalize("NFC", word).translate(_MARKUP)
    visible = "".join(c if c.isprintable() else " " for c in plain if unicodedata.category(c) not in {"Cf", "Cs"})
    return " ".join(visible.split())[:160]


def _enum(spec: ValueSpec, value: str, language: str) -> str:
    try:
        return (spec.labels or {})[value][language]
    except KeyError:
        raise ValueRefused("not one of the declared values") from None


def _pattern(spec: ValueSpec, value: str, _language: str) -> str:
    if not _ORDINARY.fullmatch(value) or not re.fullmatch(spec.pattern or "", value, re.ASCII):
        raise ValueRefused("does not fit the declared pattern")
    return value


def _decimal(value: str) -> Decimal:
    if not _DECIMAL.fullmatch(value):
        raise ValueRefused("not a decimal number")
    try:
        return Decimal(value)
    except InvalidOperation as exc:
        raise ValueRefused("not a decimal number") from exc


def _number(_spec: ValueSpec, value: str, language: str) -> str:
    return _digits(_decimal(value), language)


def _money(spec: ValueSpec, value: str, language: str) -> str:
    amount = _decimal(value)
    if amount != round(amount, 2):
        raise ValueRefused("money has at most two decimals")
    sign = SIGNS[spec.currency or "EUR"][language]
    digits = _digits(abs(round(amount, 2)), language)
    minus = "-" if amount < 0 else ""
    return f"{minus}{sign}{digits}" if language == "en" else f"{minus}{digits} {sign}"


def _digits(number: Decimal, language: str) -> str:
    grouped = f"{number:,f}"
    if language == "en":
        return grouped
    swapped = grouped.translate(str.maketrans(",.", ".,"))
    short = len(swapped.lstrip("-").partition(",")[0]) <= 5  # Spanish writes four digits together
    return swapped.replace(".", "") if short else swapped


def _date(_spec: ValueSpec, value: str, language: str) -> str:
    try:
        day = date.fromisoformat(value if _DAY.fullmatch(value) else "")
    except ValueError as exc:
        raise ValueRefused("not a date like 2026-11-24") from exc
    month = MONTHS[language][day.month - 1]
    return f"{day.day} {month} {day.year}" if language == "en" else f"{day.day} de {month} de {day.year}"


def _time(_spec: ValueSpec, value: str, _language: str) -> str:
    try:
        return time.fromisoformat(value if _HOUR.fullmatch(value) else "").strftime("%H:%M")
    except ValueError as exc:
        raise ValueRefused("not a time like 18:30") from exc


_SPEAKERS: dict[str, Callable[[ValueSpec, str, str], str]] = {
    "enum": _enum, "number": _number, "money": _money, "date": _date, "time": _time, "pattern": _pattern,
}  # fmt: skip


def fill(text: str, said: Mapping[str, str], enums: Mapping[str, str]) -> str:
    """`text` with its values; the words of an enum may themselves name the other values, one level deep."""
    words = {name: template.parse(label).fill(said) for name, label in enums.items()}
    return template.parse(text).fill({**said, **words})


def checked(
    specs: Mapping[str, ValueSpec], given: Mapping[str, Value], language: str, words: Mapping[str, str] | None = None
) -> Callable[[str], str]:
    """A function that fills an approved text; raises ValueRefused for missing, extra or ill-typed values.

    `words` are the core's own, clean already.
    """
    extra = set(given) - set(specs)
    missing = {name for name, spec in specs.items() if not spec.optional} - set(given)
    if extra or missing:
        places = {**dict.fromkeys(extra, "not declared"), **dict.fromkeys(missing, "missing")}
        raise ValueRefused(fields={str(name)[:64]: why for name, why in places.items()})
    said: dict[str, str] = dict(words or {})
    enums: dict[str, str] = {}
    for name, value in given.items():
        if not isinstance(value, Value):
            raise ValueRefused(fields={name: "free text is never a value"})
        (enums if specs[name].kind == "enum" else said)[name] = say(specs[name], value, language)
    return lambda text: _fill_or_refuse(text, said, enums)


def _fill_or_refuse(text: str, said: Mapping[str, str], enums: Mapping[str, str]) -> str:
    try:
        return fill(text, said, enums)
    except (KeyError, template.TemplateInvalid) as exc:
        raise ValueRefused("the text names a value that was not given") from exc
