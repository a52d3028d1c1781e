"""Customers' words without what tells who they are: e-mail addresses, links, every longer number, and known names.

A name is known where the customer gave it of themselves. Others, and places, cannot be told from other words; whoever
makes a draft reads it before anybody else does.
"""

import re
from collections.abc import Collection, Iterable

from bot.knowledge.lint.words import folded

MASK = "•••"
SHORTEST = 4  # digits: below it a number is a size, an hour or a quantity
SHORT = 2  # letters
_WORD = re.compile(r"[^\W\d_]+")
_MASKS = re.compile(rf"{MASK}(?: {MASK})+")
_PARTICLES = frozenset("da das de del den der di do dos du el la las le les lo los of san the van von".split())
_MAIL = re.compile(r"[^\s<>()\[\],;:]{1,100}@[^\s<>()\[\],;:]{0,400}[^\s<>()\[\],;:.?!]")  # bounded: customers write it
_POSTCODE = re.compile(r"(?<!\w)\d{5}(?!\w)")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\b[^\W\d_]{1,4}[-#/]?)?[+(]{0,3}\d(?:[\s().,/#-]*\d)*(?:-?[^\W\d_]{1,2}\b)?")


def masked(text: str, names: Collection[str] = ()) -> str:
    """One line of the text with each of these replaced by MASK, and without invisible characters."""
    return without_names(_without_numbers(text), names)


def without_names(text: str, names: Iterable[str]) -> str:
    """The text without the words of these names, whatever their case and accents.

    Short particles (de, la, van) stay, and a name of two letters is one only when written as it was given.
    """
    words = {word for name in names for word in _WORD.findall(name) if folded(word) not in _PARTICLES}
    long, short = {folded(word) for word in words if len(word) > SHORT}, {word for word in words if len(word) == SHORT}
    if not words:
        return text
    hidden = _WORD.sub(lambda found: MASK if found[0] in short or folded(found[0]) in long else found[0], text)
    return _MASKS.sub(MASK, hidden)


def _without_numbers(text: str) -> str:
    plain = "".join(character if character.isprintable() else " " for character in text)
    hidden = _LINK.sub(MASK, _MAIL.sub(MASK, " ".join(plain.split())))
    return _NUMBER.sub(lambda found: MASK if _is_long(found[0]) else found[0], hidden)


def without_proof(text: str) -> str:
    """The text without the e-mail addresses and postcodes that would open an order: nothing can be looked up by it."""
    return _POSTCODE.sub(MASK, _MAIL.sub(MASK, text))


def unmasked(text: str) -> str:
    """What is left of a masked text without the masks: how somebody else would ask the same."""
    return " ".join(text.replace(MASK, " ").split())


def _is_long(number: str) -> bool:
    return sum(character.isdigit() for character in number) >= SHORTEST
