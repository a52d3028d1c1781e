"""One thing to mend, or to better."""

from dataclasses import dataclass
from typing import Literal

from bot.knowledge.content import Entry, Item

Level = Literal["error", "advice"]


@dataclass(frozen=True)
class Finding:
    """`place` is inside the item, such as `answers.en.web`; what it is about elsewhere is named in `message`."""

    level: Level
    item: str
    place: str
    message: str


def root(item: Item) -> str:
    """Where the texts of an item stand."""
    return "answers" if isinstance(item, Entry) else "texts"
