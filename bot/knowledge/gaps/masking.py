"""Customers' words without what tells who they are: e-mail addresses, links, and every longer number.

Names and places cannot be told from other words; whoever makes a draft reads it before anybody else does.
"""

import re

MASK = "•••"
SHORTEST = 4  # digits: below it a number is a size, an hour or a quantity
_MAIL = re.compile(r"[^\s<>()\[\],;:]{1,100}@[^\s<>()\[\],;:]{0,400}[^\s<>()\[\],;:.?!]")  # bounded: customers write it
_POSTCODE = re.compile(r"(?<!\w)\d{5}(?!\w)")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\b[^\W\d_]{1,4}[-#/]?)?[+(]{0,3}\d(?:[\s().,/#-]*\d)*(?:-?[^\W\d_]{1,2}\b)?")


def masked(text: str) -> str:
    """One line of the text with each of these replaced by MASK, and without invisible characters."""
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
