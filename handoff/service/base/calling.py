"""Telephone numbers in the international form, and the country that they are of."""

import re
from typing import Final

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_TWO: Final = frozenset(  # calling codes of two digits; 1 and 7 have one, all others three (ITU-T E.164)
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 "
    "91 92 93 94 95 98".split()
)
_KEEPS_ZERO: Final = "39"  # Italian numbers begin with a zero abroad too


def country_of(phone: str) -> str | None:
    """The calling code of an international number such as +34600111222; None for anything else."""
    if not _E164.fullmatch(phone):
        return None
    digits = phone[1:]
    if digits[0] in "17":
        return digits[0]
    return digits[:2] if digits[:2] in _TWO else digits[:3]


def as_international(typed: str, ours: str) -> str | None:
    """The number as carriers want it; one without a country is of the country of our own number. None if it is none."""
    digits = re.sub(r"[^\d+]", "", typed)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if not digits.startswith("+"):
        country = country_of(ours)
        if country is None:
            return None
        digits = f"+{country}{digits if country == _KEEPS_ZERO else digits.removeprefix('0')}"
    return digits if _E164.fullmatch(digits) else None
