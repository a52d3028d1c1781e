"""The limited Markdown of approved answers as HTML: all is escaped first, and only what is allowed becomes a tag."""

import re
from collections.abc import Iterator
from html import escape

from bot.knowledge.markdown import LINK, is_safe_link

_BOLD = re.compile(r"\*\*(.+?)\*\*|__(.+?)__")
_ITALIC = re.compile(r"(?<![\w*])[*_](?=\S)([^*_\n]+?)(?<=\S)[*_](?![\w*])")
_ITEM = re.compile(r"^\s*(?:[-*]|\d{1,3}[.)])\s+")
_NUMBERED = re.compile(r"^\s*\d")


def as_html(text: str) -> str:
    """Paragraphs and lists."""
    return "".join(_block(block) for block in re.split(r"\n\s*\n", text.strip()) if block.strip())


def _block(block: str) -> str:
    parts: list[str] = []
    for is_list, lines in _runs(block.splitlines()):
        if not is_list:
            parts.append(f"<p>{'<br>'.join(_inline(line) for line in lines)}</p>")
            continue
        tag = "ol" if _NUMBERED.match(lines[0]) else "ul"
        items = "".join(f"<li>{_inline(_ITEM.sub('', line))}</li>" for line in lines)
        parts.append(f"<{tag}>{items}</{tag}>")
    return "".join(parts)


def _runs(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Lines of a list, and lines that are none, in turn."""
    run: list[str] = []
    for line in lines:
        if run and bool(_ITEM.match(run[-1])) != bool(_ITEM.match(line)):
            yield bool(_ITEM.match(run[-1])), run
            run = []
        run.append(line)
    if run:
        yield bool(_ITEM.match(run[-1])), run


def _inline(line: str) -> str:
    """One line; what is between links is marked, addresses are left as they are."""
    parts, end = [], 0
    for link in LINK.finditer(line):
        parts += [_marked(line[end : link.start()]), _link(link[2], link[3])]
        end = link.end()
    return "".join([*parts, _marked(line[end:])])


def _link(words: str, address: str) -> str:
    if not is_safe_link(address):
        return _marked(words)
    return f'<a href="{escape(address)}" rel="noopener nofollow">{_marked(words)}</a>'


def _marked(text: str) -> str:
    marked = _BOLD.sub(lambda found: f"<strong>{found[1] or found[2]}</strong>", escape(text))
    return _ITALIC.sub(lambda found: f"<em>{found[1]}</em>", marked)
