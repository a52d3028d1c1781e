"""Whether two names are the same person: an author must not pass for somebody else by an accent or a space."""

import re
import unicodedata

_SIGNED = re.compile(r"(?P<name>.*?)\s*\((?P<email>[^()\s]+@[^()\s]+)\)")


def same_person(one: str, other: str) -> bool:
    """Whether the whole, the name or the e-mail is the same, without case, accents and spaces around words.

    People sign "Name (email)" at the desk and as they like in files, so a name alone is enough.
    """
    return not _known_as(one).isdisjoint(_known_as(other))


def _known_as(person: str) -> frozenset[str]:
    folded = _folded(person)
    signed = _SIGNED.fullmatch(folded)
    return frozenset({folded, signed["name"], signed["email"]} if signed else {folded}) - {""}


def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())
