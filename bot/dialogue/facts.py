"""The two facts an order look-up needs, read from a customer's words: pure, no guessing."""

import re
from typing import Optional

# A letter prefix makes an order number unmistakable; six bare digits are one only where one was asked for.
NUMBER = re.compile(r"(?<![\w@.\-])A[\s\-‐-―]?(\d{6})(?![\w@])", re.IGNORECASE)
BARE_NUMBER = re.compile(r"(?<![\w@.+])(\d{6})(?![\w@])")
EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,5}")
POSTCODE = re.compile(r"(?<!\w)(\d{5})(?!\w)")


def order_number(text: str, *, bare: bool) -> Optional[str]:
    """The order number in its written form "A-104820", or None; `bare` also takes six digits alone."""
    found = NUMBER.search(text) or (BARE_NUMBER.search(text) if bare else None)
    return f"A-{found.group(1)}" if found else None


def second_fact(text: str) -> Optional[str]:
    """The e-mail address (lower case) or the five-digit postcode in the text, or None."""
    email = EMAIL.search(text)
    if email:
        return email.group(0).lower()
    postcode = POSTCODE.search(text)
    return postcode.group(1) if postcode else None
