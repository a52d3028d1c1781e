"""Any Markdown as limited Markdown: headings become bold, code and tables plain; pictures and HTML are left out."""

import re
from collections.abc import Callable, Iterator, Mapping

from bot.knowledge.imports import limited

FENCE = re.compile(r"^ {0,3}(```|~~~)")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?$")
_ITEM = re.compile(r"^\s*(?:[-*+•]|(\d{1,3})[.)])\s+(.*)$")
_ROW = re.compile(r"^\s*\|(.*?)\|?\s*$")
_DIVIDER = re.compile(r"^[\s|:-]+$")
_TOKEN = re.compile(
    r"""
    (?P<code>`+)(?P<coded>[^`\n]+)`+
    |(?P<picture>!\[(?P<alt>[^\]\n]*)\]\([^)\n]*\))
    |\[(?P<words>[^\[\]\n]+)\]\((?P<address>[^()\s]*)(?:\s+(?:"[^"\n]*"|'[^'\n]*'))?\)
    |<(?P<auto>https://[^\s<>]+)>
    |(?P<tag><!--.*?-->|</?[A-Za-z][^<>\n]*>)
    |\\(?P<escaped>[!-/:-@\[-`{-~])
    |\*{3}(?=\S)(?P<both>[^*\n]+?)(?<=\S)\*{3}
    |\*\*(?=\S)(?P<bold>[^\n]+?)(?<=\S)\*\*
    |(?<!\w)__(?=\S)(?P<bold_too>[^_\n]+?)(?<=\S)__(?!\w)
    |(?<![\w*])\*(?=[^\s*])(?P<italic>[^*\n]+?)(?<=[^\s*])\*(?![\w*])
    |(?<!\w)_(?=[^\s_])(?P<italic_too>[^_\n]+?)(?<=[^\s_])_(?!\w)
    """,
    re.VERBOSE,
)
_PROGRAM = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_DEEPEST = 4
_LONGEST = 20_000


def to_limited(text: str) -> tuple[str, set[str]]:
    """The answer, and notes on what could not be expressed."""
    notes: set[str] = set()
    if len(text) > _LONGEST:
        return text, notes  # longer than any answer; whoever checks lengths says so
    if (without := _PROGRAM.sub("", text)) != text:
        notes.add("a script or a style sheet was left out")
    return limited.tidied("\n".join(_lines(without, notes)), notes), notes


def to_line(text: str) -> str:
    """A heading as one plain line."""
    unmarked = re.sub(r"\[([^\[\]]*)\]\([^()]*\)", r"\1", text)
    return limited.one_line(re.sub(r"\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)", "", unmarked))


def _lines(text: str, notes: set[str]) -> Iterator[str]:
    fenced = False
    for line in text.split("\n"):
        if FENCE.match(line):
            fenced = not fenced
            notes.add("code became plain text")
        else:
            yield limited.plain(line, notes) if fenced else _line(line, notes)


def _line(line: str, notes: set[str]) -> str:
    if heading := _HEADING.match(line):
        return f"\n{limited.marked('**', _inline(heading.group(1), notes).replace('*', ''))}\n"
    if item := _ITEM.match(line):
        return f"{item.group(1) + '.' if item.group(1) else '-'} {_inline(item.group(2), notes)}"
    if row := _ROW.match(line):
        notes.add("a table became lines of plain text")
        cells = [] if _DIVIDER.match(line) else row.group(1).split("|")
        return " · ".join(_inline(cell.strip(), notes) for cell in cells)
    return _inline(re.sub(r"^\s*>\s?", "", line), notes)


def _inline(text: str, notes: set[str], depth: int = 0) -> str:
    parts: list[str] = []
    at = 0
    for found in _TOKEN.finditer(text) if depth < _DEEPEST else ():
        parts.extend((limited.plain(text[at : found.start()], notes), _token(found, notes, depth + 1)))
        at = found.end()
    return "".join((*parts, limited.plain(text[at:], notes)))


def _token(found: re.Match[str], notes: set[str], depth: int) -> str:
    for name, mark in _MARKED.items():
        if (words := found.group(name)) is not None:
            return limited.marked(mark, _inline(words, notes, depth))
    if found.group("words"):
        return limited.link(found.group("words"), found.group("address"), notes)
    if found.group("auto"):
        return limited.plain(found.group("auto"), notes)
    if found.group("escaped"):
        return limited.plain(found.group("escaped"), notes)
    note, keep = _LOST["coded" if found.group("coded") else "picture" if found.group("picture") else "tag"]
    notes.add(note)
    return limited.plain(keep(found), notes)


_MARKED = {"both": "**", "bold": "**", "bold_too": "**", "italic": "*", "italic_too": "*"}
_LOST: Mapping[str, tuple[str, Callable[[re.Match[str]], str]]] = {
    "coded": ("code became plain text", lambda found: found.group("coded")),
    "picture": ("a picture was left out", lambda found: found.group("alt")),
    "tag": ("HTML was left out; its words are kept", lambda _: ""),
}
