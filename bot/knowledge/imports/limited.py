"""Plain words as limited Markdown: what the signs of Markdown, HTML and templates would mean is taken from them."""

import re

from bot.knowledge import markdown, template
from bot.knowledge.imports.files import softened

_SIGNS = str.maketrans({"<": "‹", ">": "›", "`": "'", "\\": "/", "{": "(", "}": ")", "[": "(", "]": ")", "*": "∗"})
_ENTITY = re.compile(r"&(?=#?\w+;)")
_ADDRESS = re.compile(r"\b(?:https?://|www\.|javascript:|data:)\S*", re.IGNORECASE)
_RULE = re.compile(r"(?:[-*_]\s?){3,}|={3,}")
_BLANKS = re.compile(r"\n{3,}")


def plain(text: str, notes: set[str], *, links: bool = True) -> str:
    """`text` with every sign read as itself; with `links`, a safe bare address becomes a link."""
    parts: list[str] = []
    at = 0
    for found in _ADDRESS.finditer(text):
        parts.extend((_signs(text[at : found.start()], notes), _address(found.group(), notes, links)))
        at = found.end()
    return "".join((*parts, _signs(text[at:], notes)))


def link(words: str, address: str, notes: set[str]) -> str:
    """A link where it is safe, else its words."""
    words = " ".join(plain(words, notes, links=False).split())
    made = f"[{words}]({address})"
    if not words or "(" in address or any(markdown.check_web(made)):
        notes.add(f"a link to {address[:80]!r} was left out; only https, mailto and tel addresses are kept")
        return words
    return made


def marked(mark: str, words: str) -> str:
    """`words` in bold or italics, unless they hold such marks or line breaks themselves."""
    inner = words.strip()
    if not inner or "*" in inner or "\n" in inner:
        return words
    start = words.index(inner)
    return f"{words[:start]}{mark}{inner}{mark}{words[start + len(inner) :]}"


def tidied(text: str, notes: set[str]) -> str:
    """The lines of a whole answer, without what a line must not begin with; plain if it is still not limited."""
    tidy = _lines(text)
    if is_limited(tidy):
        return tidy
    notes.add("its marks could not be kept; it is plain text")
    return _lines(plain(markdown.LINK.sub(lambda found: found.group(2), tidy), notes, links=False))


def is_limited(text: str) -> bool:
    try:
        template.parse(text)
    except template.TemplateInvalid:
        return False
    return not any(markdown.check_web(text))


def _lines(text: str) -> str:
    lines = (" ".join(line.split()).lstrip("#|").strip() for line in text.split("\n"))
    return _BLANKS.sub("\n\n", "\n".join("" if _RULE.fullmatch(line) else line for line in lines)).strip()


def _signs(text: str, notes: set[str]) -> str:
    changed = _ENTITY.sub("& ", text.translate(_SIGNS))
    if changed != text:
        notes.add("signs that mean something in Markdown were replaced by others that look like them")
    return changed


def _address(found: str, notes: set[str], links: bool) -> str:
    address = found.rstrip(".,;:!?)»”\"'")
    shown = address.removeprefix("https://")
    made = f"[{shown}]({address})"
    if links and shown != address and not set(shown) & set("()[]*<>`") and is_limited(made):
        return made + _signs(found[len(address) :], notes)
    words = found
    while re.search(_ADDRESS, words):
        words = _ADDRESS.sub(_disarmed, words)
    return _signs(words, notes)


def _disarmed(found: re.Match[str]) -> str:
    words = re.sub(r"^(?:https?://|www\.)+", "", found.group(), flags=re.IGNORECASE)
    return re.sub(r"^(javascript|data):", r"\1 :", words, flags=re.IGNORECASE)


def one_line(text: str) -> str:
    """A question or a title: one line, single spaces."""
    return " ".join(softened(text).split())
