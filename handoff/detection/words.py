"""Customers' text as words: accents folded, letters "stretcheeed" for emphasis squeezed, clauses kept apart."""

import re
import unicodedata
from dataclasses import dataclass

MARKS = frozenset('^$.,?!"')
_TOKEN = re.compile(r"[^\W_]+(?:(?:['’´`]|\*+)[^\W_]+)*|[.?!,;:…\n\"«»“”()¿¡—–]|-(?=\s)|#")
_MARK = {
    ";": ".",
    "…": ".",
    "\n": ".",
    ":": ",",
    "(": ",",
    ")": ",",
    "¿": ",",
    "¡": ",",
    "—": ",",
    "–": ",",
    "-": ",",
    "«": '"',
    "»": '"',
    "“": '"',
    "”": '"',
}
_RUN = re.compile(r"(.)\1{2,}")
_LEET = str.maketrans("013457@$", "oieastas")
_APOSTROPHES = re.compile("['’´`]")
LONGEST = 2000  # characters looked at: the first and the last half of a longer text


@dataclass(frozen=True, slots=True)
class Word:
    """One word or mark: `form` is folded; `start` and `end` are offsets into the clean text."""

    form: str
    start: int
    end: int

    @property
    def is_mark(self) -> bool:
        return self.form in MARKS


def clean(text: str) -> str:
    """Composed characters, no invisible ones, and the middle of a very long text left out."""
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text)
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}\n{text[-LONGEST // 2 :]}"


def fold(text: str) -> str:
    """Lower case, without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words_of(text: str) -> tuple[Word, ...]:
    """The words and marks of a clean text, between `^` and `$`."""
    found = [Word("^", 0, 0)]
    for match in _TOKEN.finditer(text):
        raw = match.group()
        if raw == "#":
            continue
        mark = _MARK.get(raw, raw)
        form = mark if mark in MARKS else _APOSTROPHES.sub("", fold(raw))
        found.append(Word(form, match.start(), match.end()))
    found.append(Word("$", len(text), len(text)))
    return tuple(found)


def squeezed(form: str) -> tuple[str, ...]:
    """`form` with stretched letters cut to one and to two: "holaaa" is hola or holaa."""
    if not _RUN.search(form):
        return (form,)
    return (_RUN.sub(r"\1", form), _RUN.sub(r"\1\1", form))


def unleeted(form: str) -> str:
    """ "hum4n" as human; plain numbers stay."""
    if form.isdigit() or form.isalpha():
        return form
    return form.translate(_LEET)


def sound(form: str) -> str:
    """How a Spanish word sounds, so that "ablar" and "hablar", "kiero" and "quiero" meet."""
    text = re.sub(r"h(?!$)", "", form.replace("ch", "\0"))
    for written, heard in (
        ("qu", "k"),
        ("ce", "se"),
        ("ci", "si"),
        ("c", "k"),
        ("q", "k"),
        ("z", "s"),
        ("v", "b"),
        ("ge", "je"),
        ("gi", "ji"),
        ("ll", "y"),
        ("w", "gu"),
    ):
        text = text.replace(written, heard)
    return re.sub(r"(.)\1+", r"\1", text)
