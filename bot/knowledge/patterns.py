"""Patterns of values, kept to those that answer at once: one that tries for minutes would hold up every customer."""

import re

MOST_VARIABLE = 3  # with values of at most 64 characters, some 40,000 tries
MOST_CHOICES = 8
_UNIT = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)  # an escape or a class stands for one character
_VARIABLE = re.compile(r"[*+?]|\{\d*,\d*\}")


def check_pattern(pattern: str) -> str:
    """The pattern itself; raises ValueError saying what to mend."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as exc:
        raise ValueError(f"not a regular expression: {exc}") from exc
    if why := _slow(pattern):
        raise ValueError(f"could take too long: {why}")
    return pattern


def _slow(pattern: str) -> str | None:
    if re.search(r"\\[1-9]", pattern):
        return "it refers back to what it has matched"
    plain = _UNIT.sub("x", pattern)
    if re.search(r"\(\?(?!:)", plain):
        return "of the groups only (…) and (?:…) are allowed"
    plain = plain.replace("(?:", "(")
    if re.search(r"\)[*+{]", plain):
        return "a group is repeated; repeat single characters or classes"
    if len(_VARIABLE.findall(plain)) > MOST_VARIABLE:
        return f"more than {MOST_VARIABLE} parts of no fixed length; write {{6}} where the length is known"
    return f"more than {MOST_CHOICES} choices with |" if plain.count("|") > MOST_CHOICES else None
