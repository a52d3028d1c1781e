"""The limited Markdown of web answers: paragraphs, bold, italics, lists and safe links. Everything else is refused."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

LINK = re.compile(r"(!?)\[([^\]\n]*)\]\(([^)\n]*)\)")
_FORBIDDEN = (
    (re.compile(r"[<>]"), "HTML and the signs < and > are not allowed"),
    (re.compile(r"`"), "code marks are not allowed"),
    (re.compile(r"^\s{0,3}#", re.MULTILINE), "headings are not allowed; use **bold**"),
    (re.compile(r"^\s{0,3}(?:\||[-*_]{3,}\s*$|={3,}\s*$)", re.MULTILINE), "tables and rules are not allowed"),
    (re.compile(r"^(?: {4}|\t)", re.MULTILINE), "indented blocks are not allowed"),
    (re.compile(r"\\|&#?\w+;"), "backslashes and HTML entities are not allowed"),
)
_BARE = re.compile(r"\b(?:https?://|www\.|javascript:(?=\S)|data:[a-z]+/)\S*", re.IGNORECASE)
_MARKS = re.compile(r"\*\*|__|^\s*[-*]\s|\]\(", re.MULTILINE)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b")
_ABBREVIATION = re.compile(r"\b([A-Z])\1(?:\.([A-Z])\2)+\b(?!\.\w)")  # EE.UU., RR.HH.: a Spanish plural, no host
_PHONE = re.compile(r"tel:\+?[0-9-]{3,20}")
_MAIL = re.compile(r"mailto:[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def check_web(text: str) -> Iterator[str]:
    """What to mend in a web text."""
    for link in LINK.finditer(text):
        if link.group(1):
            yield "pictures are not allowed"
        if not link.group(2).strip() or not is_safe_link(link.group(3)):
            yield "a link is [words](https://…), (mailto:…) or (tel:…)"
        elif not _says_what_it_is(link.group(2), link.group(3)):
            yield "the words of a link name another address than the one it leads to"
    plain = LINK.sub("", text)
    yield from (message for sign, message in _FORBIDDEN if sign.search(plain))
    rest = plain.replace("[[", "").replace("]]", "")
    if "[" in rest or "]" in rest:
        yield "a bracket stands alone; a link is [words](https://…)"
    if _BARE.search(plain):
        yield "a bare address; write [words](https://…)"


def check_sms(text: str) -> Iterator[str]:
    """What to mend in an SMS text: plain words, addresses with https only."""
    if _MARKS.search(text) or LINK.search(text):
        yield "Markdown is not shown on a phone; write plain words"
    for address in _BARE.findall(text):
        if not is_safe_link(address.rstrip(".,;)")):
            yield "an address in a text message begins with https://"


def _says_what_it_is(words: str, address: str) -> bool:
    """False when the words look like an address of another host than the link's own."""
    shown = _HOST.search(without_abbreviations(words).lower())
    return shown is None or shown.group(0) in address.lower()


def without_abbreviations(words: str) -> str:
    """The words without abbreviations that are written like the name of a host, such as EE.UU."""
    return _ABBREVIATION.sub("", words)


def is_safe_link(address: str) -> bool:
    """https with a host and nothing hidden, or a plain mailto or tel address."""
    if _PHONE.fullmatch(address) or _MAIL.fullmatch(address):
        return True
    if not re.fullmatch(r"[!-~]+", address) or "{" in address or "@" in address or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and "." in (parts.hostname or "")
    except ValueError:
        return False
