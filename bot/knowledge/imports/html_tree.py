"""HTML, however broken, as a tree that is never deep. Nothing is fetched and nothing runs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

DEEPEST = 100  # a browser stops nesting too
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
BLOCKS = frozenset(
    "address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5"
    " h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_ENDS = {  # a start tag: which open element it ends, unless one of the others lies between
    "li": ({"li"}, {"ul", "ol"}),
    "tr": ({"tr"}, {"table"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
}


@dataclass(eq=False)
class Node:
    """An element; its children are elements and texts."""

    tag: str
    attrs: dict[str, str]
    children: list["Node | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Node"]:
        """This element and all below, in the order of the page."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(child for child in reversed(node.children) if isinstance(child, Node))

    def text(self) -> str:
        """All text below, as it stands."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def parse(html: str) -> Node:
    """The tree of a page or a fragment."""
    builder = _Builder()
    last = html.rfind(">") + 1  # a tag that never ends is text; the parser would look for its end again and again
    builder.feed(html[:last] + re.sub("<", "&lt;", html[last:]))
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_implied(tag)
        node = Node(tag, {name: value or "" for name, value in reversed(attrs)})
        self._open[-1].children.append(node)
        if tag not in VOID and len(self._open) < DEEPEST:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # HTML knows no <div/>; it is open

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def _end_implied(self, tag: str) -> None:
        ends, walls = _ENDS.get(tag, (set(), set()))
        if tag in BLOCKS and self._open[-1].tag == "p":
            self._open.pop()
        for depth in range(len(self._open) - 1, 0, -1):
            open_tag = self._open[depth].tag
            if open_tag in walls:
                return
            if open_tag in ends:
                del self._open[depth:]
                return
