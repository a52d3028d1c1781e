"""HTML of an answer as limited Markdown: paragraphs, bold, italics, lists, safe links; the rest is plain."""

import re
from urllib.parse import urljoin

from bot.knowledge.imports import limited
from bot.knowledge.imports.files import softened
from bot.knowledge.imports.html_tree import BLOCKS, Node, parse

SILENT = frozenset("script style template head title noscript".split())
_LOST = {
    **dict.fromkeys("img picture svg canvas map".split(), "a picture was left out"),
    **dict.fromkeys("video audio iframe object embed math".split(), "a film, sound or embedded page was left out"),
    **dict.fromkeys("input select textarea button".split(), "a part of a form was left out"),
}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_ITEM = re.compile(r"(?:-|\d+\.) ")


def to_markdown(html: str | Node, base: str = "") -> tuple[str, set[str]]:
    """The answer, and notes on what could not be expressed. `base`: the page's address, for links without a host."""
    writer = _Writer(base)
    text = writer.of(parse(html) if isinstance(html, str) else html)
    return limited.tidied(text, writer.notes), writer.notes


def to_line(html: str) -> str:
    """Words that may have marks or entities, as one plain line."""
    return limited.one_line("".join(node_text(child) for child in parse(html).children))


def node_text(node: Node | str) -> str:
    """The readable text of an element, without scripts and styles."""
    if isinstance(node, str):
        return node
    if node.tag in SILENT:
        return ""
    inner = "".join(map(node_text, node.children))
    return f" {inner} " if node.tag in BLOCKS or node.tag == "br" else inner


class _Writer:
    def __init__(self, base: str) -> None:
        self.notes: set[str] = set()
        self._base = base

    def of(self, node: Node | str) -> str:
        if isinstance(node, str):
            return limited.plain(re.sub(r"\s+", " ", softened(node)), self.notes)
        if node.tag in SILENT:
            return ""
        if node.tag in _LOST:
            return self._lost(node)
        return self._element(node)

    def _element(self, node: Node) -> str:
        tag = node.tag
        if tag == "br":
            return "\n"
        if tag == "a":
            return limited.link(node_text(node), self._target(node), self.notes)
        if tag in {"ul", "ol"}:
            return f"\n\n{self._list(node)}\n\n"
        if tag == "table":
            return f"\n\n{self._table(node)}\n\n"
        inner = "".join(map(self.of, node.children))
        if tag in _HEADINGS:
            return f"\n\n{limited.marked('**', ' '.join(inner.replace('*', '').split()))}\n\n"
        if tag in {"s", "del", "strike"}:
            self.notes.add("words that were struck out are no longer; look whether they should stay")
        return limited.marked(_MARKS[tag], inner) if tag in _MARKS else self._block(node, inner)

    def _block(self, node: Node, inner: str) -> str:
        if node.tag in {"pre", "code"}:
            self.notes.add("code became plain text")
        return f"\n\n{inner}\n\n" if node.tag in BLOCKS else inner

    def _lost(self, node: Node) -> str:
        self.notes.add(_LOST[node.tag])
        return limited.plain(limited.one_line(node.attrs.get("alt", "")), self.notes)

    def _target(self, node: Node) -> str:
        try:
            return urljoin(self._base, node.attrs.get("href", "").strip())
        except ValueError:
            return ""

    def _list(self, node: Node) -> str:
        items = [child for child in node.children if isinstance(child, Node) and child.tag != "script"]
        made: list[str] = []
        for item in items:
            mark = f"{len(made) + 1}." if node.tag == "ol" else "-"
            made.extend(_item(mark, "".join(map(self.of, item.children)) if item.tag == "li" else self.of(item)))
        return "\n".join(made)

    def _table(self, node: Node) -> str:
        self.notes.add("a table became lines of plain text")
        rows = [one for one in node.walk() if one.tag == "tr"]
        cells = ([child for child in row.children if isinstance(child, Node)] for row in rows)
        return "\n".join(" · ".join(" ".join(self.of(cell).split()) for cell in row) for row in cells)


def _item(mark: str, inner: str) -> list[str]:
    """One item on one line; the items of a list inside it follow as items of their own."""
    first: list[str] = []
    below: list[str] = []
    for line in filter(None, map(str.strip, inner.split("\n"))):
        (below if _ITEM.match(line) else first).append(line)
    return [*([f"{mark} {' '.join(first)}"] if first else []), *below]
