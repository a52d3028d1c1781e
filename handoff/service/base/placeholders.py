"""The places in a canned reply that are filled from the case: `{customer_name}` and its like."""

import re
from collections.abc import Iterator

from handoff.errors import InvalidInput

PLACES = ("customer_name", "agent_name", "reference", "business", "due")
_PLACE = re.compile(r"\{(" + "|".join(PLACES) + r")\}")
_ANY = re.compile(r"\{(\w*)\}")


def unfilled(text: str) -> tuple[str, ...]:
    """The known places that still stand in `text`, each once, in order."""
    return tuple(dict.fromkeys(_PLACE.findall(text)))


def unknown(text: str) -> Iterator[str]:
    """What is written like a place and is none."""
    yield from (name for name in dict.fromkeys(_ANY.findall(text)) if name not in PLACES)


def check_filled(text: str) -> None:
    """Raises InvalidInput while a place stands unfilled: a customer must never read `{due}`."""
    left = unfilled(text)
    if left:
        named = ", ".join(f"{{{name}}}" for name in left)
        raise InvalidInput(f"Fill in or remove {named} first", fields={"text": f"unfilled: {named}"})
