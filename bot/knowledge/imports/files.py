"""Files from elsewhere, read with limits: UTF-8 text that is no program, picture or workbook."""

import unicodedata
from pathlib import Path

from bot.knowledge.errors import KnowledgeInvalid

MAX_BYTES = 4 * 1024 * 1024
_OTHERS = {
    b"PK": "is a workbook or an archive; in the spreadsheet choose: save as, CSV UTF-8",
    b"%PDF": "is a PDF; copy its questions into a table or a Markdown file",
    b"\xff\xfe": "is UTF-16; save it as UTF-8 (in a spreadsheet: CSV UTF-8)",
    b"\xfe\xff": "is UTF-16; save it as UTF-8 (in a spreadsheet: CSV UTF-8)",
}
_SHY = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\xad"))


def shown(name: str) -> str:
    """A file's name as it can be printed, whatever its bytes are."""
    return "".join(one if one.isprintable() else "?" for one in name)


def read(path: Path, name: str | None = None) -> str:
    """The text of one file, with line breaks as they stand. Raises KnowledgeInvalid with what to mend."""
    name = name or shown(path.name)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise invalid({name: f"cannot be read: {exc.strerror}"}) from exc
    if len(data) > MAX_BYTES:
        raise invalid({name: f"is larger than {MAX_BYTES // 1024**2} MiB; split it by topic"})
    return _decoded(data, name)


def _decoded(data: bytes, name: str) -> str:
    for start, mend in _OTHERS.items():
        if data.startswith(start):
            raise invalid({name: mend})
    if b"\0" in data:
        raise invalid({name: "is no text file: it has NUL bytes"})
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise invalid({f"{name} line {line}": "is not UTF-8; save it as UTF-8 (in a spreadsheet: CSV UTF-8)"}) from exc
    if not text.strip():
        raise invalid({name: "is empty"})
    return text


def softened(text: str) -> str:
    """`text` with ordinary spaces and line breaks, and without the marks that only tell where a word may break."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SHY)
    return "".join(" " if one == "\t" or unicodedata.category(one) == "Zs" else one for one in text)


def invalid(fields: dict[str, str]) -> KnowledgeInvalid:
    """The error that names all these places; its message is the first."""
    place, mend = next(iter(fields.items()))
    more = f" (and {len(fields) - 1} more)" if len(fields) > 1 else ""
    return KnowledgeInvalid(f"{place}: {mend}{more}", fields=fields)
