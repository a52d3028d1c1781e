"""Phone numbers as carriers write them."""

import re

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_SHORT_CODE = re.compile(r"[0-9]{3,8}", re.ASCII)


def is_e164(number: str) -> bool:
    """`+` and 7 to 15 digits, the first not 0."""
    return _E164.fullmatch(number) is not None


def is_reachable(number: str) -> bool:
    """Something that a text can be sent to or from: E.164, or a carrier's short code."""
    return is_e164(number) or _SHORT_CODE.fullmatch(number) is not None
