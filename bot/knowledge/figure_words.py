"""The words around figures, by language: units, numerals, months and weekdays. A language without them has digits."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from bot.knowledge.values import MONTHS

Unit = tuple[str, str]  # what it measures, how many of the base unit one is

COINS = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD",
    "dollars": "USD", "dólar": "USD", "dólares": "USD", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP",
    "libra": "GBP", "libras": "GBP",
}  # fmt: skip
_SIGNS = {
    "min": ("time span", "1"), "h": ("time span", "60"), "kg": ("weight", "1000"), "g": ("weight", "1"),
    "kilo": ("weight", "1000"), "kilos": ("weight", "1000"), "mm": ("length", "1"), "cm": ("length", "10"),
    "m": ("length", "1000"), "km": ("length", "1000000"), "%": ("per cent", "1"), "°c": ("temperature", "1"),
    "° c": ("temperature", "1"), "c": ("temperature", "1"),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One language's words. `qualities` go with units: "working" changes what is meant, "calendar" does not."""

    units: Mapping[str, Unit] = field(default_factory=lambda: dict(_SIGNS))
    qualities: Mapping[str, str] = field(default_factory=dict)
    numerals: Mapping[str, int] = field(default_factory=dict)
    ones: frozenset[str] = frozenset()
    halves: Mapping[str, int] = field(default_factory=dict)  # in minutes
    months: Mapping[str, int] = field(default_factory=dict)
    weekdays: Mapping[str, int] = field(default_factory=dict)
    short_days: Mapping[str, int] = field(default_factory=dict)


def choice(some: Iterable[str]) -> str:
    """A regular expression for any of `some`, the longest first; one that never fits when there are none."""
    return "|".join(re.escape(one).replace(r"\ ", r"\s+") for one in sorted(some, key=len, reverse=True)) or r"(?!)"


@lru_cache
def said(language: str) -> Said:
    return {"en": _english, "es": _spanish}.get(language, Said)()


def _units(**names: str) -> dict[str, Unit]:
    """From `minute="minute minutes", …`."""
    factors = {
        "minute": ("time span", "1"), "hour": ("time span", "60"), "day": ("time span", "1440"),
        "week": ("time span", "10080"), "fortnight": ("time span", "20160"), "month": ("months", "1"),
        "year": ("months", "12"), "percent": ("per cent", "1"), "kilogram": ("weight", "1000"), "gram": ("weight", "1"),
        "metre": ("length", "1000"), "centimetre": ("length", "10"), "kilometre": ("length", "1000000"),
    }  # fmt: skip
    worded = {word.replace("_", " "): factors[unit] for unit, line in names.items() for word in line.split()}
    return {**_SIGNS, **worded}


def _numbered(line: str, start: int = 0) -> dict[str, int]:
    return {word: number for number, word in enumerate(line.split(), start)}


def _months(language: str, short: str) -> dict[str, int]:
    names = [name.casefold() for name in MONTHS[language]]
    return {**_numbered(short, 1), **_numbered(" ".join(names), 1)}


def _tens(line: str) -> dict[str, int]:
    return {word: 10 * number for word, number in _numbered(line, 2).items()}


def _english() -> Said:
    small = _numbered("one two three four five six seven eight nine", 1)
    teens = _numbered("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 10)
    tens = _tens("twenty thirty forty fifty sixty seventy eighty ninety")
    joined = {f"{ten}-{one}": tens[ten] + small[one] for ten in tens for one in small}
    days = _numbered("monday tuesday wednesday thursday friday saturday sunday")
    return Said(
        units=_units(
            minute="minute minutes mins", hour="hour hours hr hrs", day="day days", week="week weeks",
            fortnight="fortnight", month="month months", year="year years", percent="percent per_cent",
            kilogram="kilogram kilograms", gram="gram grams", metre="metre metres meter meters",
            centimetre="centimetre centimetres", kilometre="kilometre kilometres",
        ),
        qualities={"working": "working", "business": "working", "calendar": "", "natural": "", "full": "", "more": ""},
        numerals={"a": 1, "an": 1, **small, **teens, **tens, **joined, "hundred": 100, "a hundred": 100},
        ones=frozenset({"a", "an", "one"}),
        halves={"half an hour": 30},
        months=_months("en", "jan feb mar apr may jun jul aug sep oct nov dec"),
        weekdays={**days, **{f"{name}s": number for name, number in days.items()}},
        short_days=_numbered("Mon Tue Wed Thu Fri Sat Sun"),
    )  # fmt: skip


def _spanish() -> Said:
    small = _numbered("uno dos tres cuatro cinco seis siete ocho nueve", 1)
    teens = _numbered("diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve", 10)
    twenties = _numbered(
        "veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve", 21
    )
    tens = {"veinte": 20, **{word: ten + 10 for word, ten in _tens("treinta cuarenta cincuenta sesenta").items()}}
    tens |= {"setenta": 70, "ochenta": 80, "noventa": 90}
    joined = {f"{ten} y {one}": tens[ten] + small[one] for ten in tens for one in small if ten != "veinte"}
    short = {"lun": 0, "mié": 2, "jue": 3, "vie": 4, "sáb": 5, "dom": 6}  # "mar" is the sea, too
    days = _numbered("lunes martes miércoles jueves viernes sábado domingo")
    return Said(
        units=_units(
            minute="minuto minutos", hour="hora horas", day="día días dia dias", week="semana semanas",
            month="mes meses", year="año años", percent="por_ciento", kilogram="kilogramo kilogramos",
            gram="gramo gramos", metre="metro metros", centimetre="centímetro centímetros",
            kilometre="kilómetro kilómetros",
        ),
        qualities=dict.fromkeys(("laborable", "laborables", "hábil", "hábiles"), "working")
        | dict.fromkeys(("natural", "naturales", "completos", "más"), ""),
        numerals={"un": 1, "una": 1, **small, **teens, **twenties, **tens, **joined, "cien": 100},
        ones=frozenset({"un", "una", "uno"}),
        halves={"media hora": 30},
        months={**_months("es", "ene feb mar abr may jun jul ago sep oct nov dic"), "setiembre": 9},
        weekdays={**days, "sábados": 5, "domingos": 6, "miercoles": 2, "sabado": 5, "sabados": 5},
        short_days=short | {name.capitalize(): number for name, number in short.items()},
    )  # fmt: skip


def names_of_a_unit(language: str) -> frozenset[str]:
    """Single words that belong to a figure and not to its subject."""
    vocabulary = said(language)
    return frozenset(word for line in chain(vocabulary.units, vocabulary.qualities) for word in line.split())
