"""The figures of a text, read so that they can be compared: "2 weeks" is "14 días", "8:30 pm" is "20:30".

Amounts with their units, money, dates, times, weekdays, phone numbers and addresses count, and numbers without a unit.
Numerals written as words count where a unit follows ("thirty days"): elsewhere "one" is mostly no number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import zip_longest

from bot.knowledge import figure_words as words
from bot.knowledge.markdown import LINK

_NUMBER = r"\d+(?:[.,]\d+)*"
_HALF = r"[ap]\.?\s?m\b\.?"
_DAYPART = r"(?:de la|por la|in the|at)\s+(?:mañana|tarde|noche|morning|afternoon|evening|night)\b"
_LATE = re.compile(r"p\.?\s?m\b|tarde|noche|afternoon|evening|night", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:-|–|—|to|through|a|al)\s*", re.IGNORECASE)
_MARKS = re.compile(r"^[ \t]*\d{1,2}[.)][ \t]|(?<!\d)\*+|\*+(?!\d)", re.MULTILINE)
_CONNECTED = re.compile(r"\s*(?:[,/–—-]|\b(?:to|and|or|y|o|u|a|al|hasta)\b)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Figure:
    """`kind` is "" for a number without a unit. `amount` is in the base unit of its kind, `number` as written.

    `start` and `end` are places in `shown(text)`. `sure` is False for numerals written as words, `loose` is True for
    "a day" and "one day", which another text may well leave out.
    """

    kind: str
    amount: str
    number: str
    said: str
    start: int
    end: int
    sure: bool = True
    loose: bool = False
    factor: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.amount

    def same(self, other: "Figure") -> bool:
        """Whether both may mean the same; a number without a unit fits any unit."""
        if self.kind and other.kind:
            return self.key == other.key
        return self.number == other.number


def shown(text: str) -> str:
    """What a customer sees of a Markdown text: of its links only the words, without marks of lists and bold."""
    return _MARKS.sub("", LINK.sub(r"\2", text))


def figures(text: str, language: str) -> frozenset[tuple[str, str]]:
    """Every figure as (kind, amount), written alike for all languages: "1,500" and "1500" are one."""
    return frozenset(figure.key for figure in read(text, language))


@lru_cache(maxsize=4096)
def read(text: str, language: str) -> tuple[Figure, ...]:
    """Every figure of a text, in its order."""
    seen = shown(text)
    found = [figure for match in _pattern(language).finditer(seen) for figure in _read(match, language)]
    return tuple(_days_between(_with_units(found, seen), seen))


def _with_units(found: list[Figure], seen: str) -> list[Figure]:
    """In "3 to 5 working days" the first number has the unit of the second."""
    for at in range(len(found) - 2, -1, -1):
        one, following = found[at], found[at + 1]
        between = seen[one.end : following.start]
        if not one.kind and one.said == one.number and following.factor and _CONNECTED.fullmatch(between):
            found[at] = replace(
                one, kind=following.kind, amount=_times(one.number, following.factor), factor=following.factor
            )
    return found


def _days_between(found: list[Figure], seen: str) -> Iterator[Figure]:
    """Monday to Thursday names the days between, too."""
    for one, following in zip_longest(found, found[1:]):
        yield one
        if following and one.kind == following.kind == "weekday" and _RANGE.fullmatch(seen[one.end : following.start]):
            first, last = int(one.amount), int(following.amount)
            between = range(first + 1, last if first < last else last + 7)
            yield from (replace(one, amount=str(day % 7)) for day in between)


def numeral(written: str, language: str) -> str:
    """A number in digits, the same for all languages: without thousands' marks, with "." before decimals."""
    thousands, decimal = (",", ".") if language == "en" else (".", ",")
    joined = re.sub(rf"\{thousands}(?=\d{{3}}(?!\d))", "", written).replace(decimal, ".")
    return re.sub(r"(\.\d*?)0+$", r"\1", joined).rstrip(".") if joined.count(".") == 1 else joined


@lru_cache
def _pattern(language: str) -> re.Pattern[str]:
    said = words.said(language)
    quality, months = words.choice(said.qualities), words.choice(said.months)
    unit = rf"(?:(?:{quality})\s+)?(?:{words.choice(said.units)})(?:\s+(?:{quality}))?(?!\w)"
    day = r"\d{1,2}(?:st|nd|rd|th|\.?º)?"
    joined = r"(?:,|-|–|(?:and|to|or|y|e|o|a)\b(?:\s+(?:el|the)\b)?|al\b)"
    parts = {
        "mail": r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+",
        "link": r"https?://[^\s)]+",
        "iso": r"\d{4}-\d\d-\d\d(?!\d)",
        "slashed": r"\d{1,2}/\d{1,2}/\d{2,4}(?!\d)",
        "days": rf"{day}(?:\s*{joined}\s*{day}){{0,6}}\s+(?:of\s+|de\s+)?(?:{months})(?!\w)",
        "month": rf"(?:{months})\s+{day}(?!\w|[:.,]?\d)",
        "time": rf"\d{{1,2}}:\d\d(?:\s*{_HALF}|\s+{_DAYPART})?|\d{{1,2}}(?:(?:\.\d\d)?\s*{_HALF}|\s+{_DAYPART})",
        "phone": r"(?:\+\d{1,3}[ -]?)?(?<![\d.,])(?:\d[ -]?){8,14}\d(?![\d.,]?\d)",
        "money": rf"(?:US\$|[€$£]|\b(?:EUR|USD|GBP))\s?{_NUMBER}|{_NUMBER}\s?(?:{words.choice(words.COINS)})(?!\w)",
        "amount": rf"(?<![\w]){_NUMBER}[\s-]?{unit}",
        "worded": rf"\b(?:{words.choice(said.halves)}|(?:{words.choice(said.numerals)})[\s-]+{unit})(?!\w)",
        "weekday": rf"\b(?:{words.choice(said.weekdays)}|(?-i:{words.choice(said.short_days)}))(?!\w)",
        "plain": rf"(?:\b[A-Za-z]{{1,4}}-?)?{_NUMBER}",
    }
    return re.compile("|".join(f"(?P<{name}>{part})" for name, part in parts.items()), re.IGNORECASE)


def _read(match: re.Match[str], language: str) -> Iterator[Figure]:
    form, said = str(match.lastgroup), match[0]
    worded = form == "worded"
    loose = worded and re.split(r"[\s-]", said.casefold())[0] in words.said(language).ones
    for kind, amount, *rest in _MEANINGS[form](said, language):
        number, factor = (*rest, "", "")[:2]
        yield Figure(kind, amount, number or amount, said, *match.span(), sure=not worded, loose=loose, factor=factor)


Meaning = Iterator[tuple[str, ...]]  # kind, amount, and where they differ from the amount: number, factor


def _address(said: str, _language: str) -> Meaning:
    yield "mail" if "@" in said else "link", said.casefold().rstrip(".,;:!?")


def _iso(said: str, _language: str) -> Meaning:
    year, month, day = said.split("-")
    yield from _date(int(day), int(month), year)


def _slashed(said: str, _language: str) -> Meaning:
    day, month, year = said.split("/")
    swapped = int(month) > 12 >= int(day)
    yield from _date(*((int(month), int(day)) if swapped else (int(day), int(month))), year)


def _date(day: int, month: int, year: str | None = None) -> Meaning:
    yield "date", f"{month:02}-{day:02}", str(day)
    if year:
        yield "", str(int(year) + (2000 if len(year) == 2 else 0))


def _days(said: str, language: str) -> Meaning:
    name = re.findall(r"[^\W\d_]+", said)
    month = next(number for one in (name[-1], name[0]) if (number := words.said(language).months.get(one.casefold())))
    for day in re.findall(r"\d+", said):
        yield from _date(int(day), month)


def _time(said: str, _language: str) -> Meaning:
    hour, *minutes = re.findall(r"\d+", said)
    minute = minutes[0] if minutes else "00"
    late = 12 * (int(hour) < 12 and bool(_LATE.search(said)))
    yield "time", f"{int(hour) + late}:{minute}", str(int(hour)) if minute == "00" else f"{int(hour)}:{minute}"


def _phone(said: str, _language: str) -> Meaning:
    yield "phone", "".join(re.findall(r"\d", said))[-9:]  # with or without the country


def _money(said: str, language: str) -> Meaning:
    written = re.search(_NUMBER, said)
    number = numeral(written[0], language) if written else said
    coin = re.sub(r"[\d.,\s]", "", said).casefold()
    yield f"money in {words.COINS.get(coin, coin)}", number, number, "1"


def _amount(said: str, language: str) -> Meaning:
    written = re.match(_NUMBER, said)
    number = numeral(written[0], language) if written else said
    yield _measured(number, said[len(written[0]) if written else 0 :], language)


def _worded(said: str, language: str) -> Meaning:
    vocabulary = words.said(language)
    if minutes := vocabulary.halves.get(" ".join(said.casefold().split())):
        yield "time span", str(minutes), str(minutes)
        return
    name = max((one for one in vocabulary.numerals if re.match(rf"{one}[\s-]", said, re.IGNORECASE)), key=len)
    yield _measured(str(vocabulary.numerals[name]), said[len(name) :], language)


def _measured(number: str, unit: str, language: str) -> tuple[str, ...]:
    vocabulary = words.said(language)
    named = " ".join(unit.casefold().strip(" -\n").split())
    qualities = {meaning for one, meaning in vocabulary.qualities.items() if re.search(rf"\b{one}\b", named)}
    bare = re.sub(
        rf"^(?:{words.choice(vocabulary.qualities)})\s+|\s+(?:{words.choice(vocabulary.qualities)})$", "", named
    )
    kind, factor = vocabulary.units[bare]
    return " ".join([*sorted(qualities - {""}), kind]), _times(number, factor), number, factor


def _times(number: str, factor: str) -> str:
    try:
        return format((Decimal(number) * Decimal(factor)).normalize(), "f")
    except InvalidOperation:
        return number


def _weekday(said: str, language: str) -> Meaning:
    vocabulary = words.said(language)
    bare = said.casefold().rstrip(".")
    number = {**vocabulary.short_days, **vocabulary.weekdays}.get(said, vocabulary.weekdays.get(bare))
    if number is None:
        number = next(n for short, n in vocabulary.short_days.items() if short.casefold() == bare)
    yield "weekday", str(number), said.casefold()


def _plain(said: str, language: str) -> Meaning:
    written = re.search(_NUMBER, said)
    yield "", numeral(written[0], language) if written else said


_MEANINGS = {
    "mail": _address, "link": _address, "iso": _iso, "slashed": _slashed, "days": _days, "month": _days, "time": _time,
    "phone": _phone, "money": _money, "amount": _amount, "worded": _worded, "weekday": _weekday, "plain": _plain,
}  # fmt: skip
