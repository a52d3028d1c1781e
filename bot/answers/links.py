"""The address of an approved answer: readable, and as short as can be, since each character of it is paid for."""

from dataclasses import dataclass

PATH = "/t"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One version of one entry in one language."""

    entry: str
    version: int
    language: str


def address_of(public_url: str, shown: Shown) -> str:
    """The page's address."""
    return f"{public_url.rstrip('/')}{PATH}/{shown.language}/{shown.entry}/{shown.version}"
