"""One thing to mend, or to better."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from bot.knowledge.content import Entry, Item
from bot.knowledge.mends import parts_of

Level = Literal["error", "advice"]


@dataclass(frozen=True)
class Finding:
    """`place` is inside the item, such as `answers.en.web`; what it is about elsewhere is named in `message`."""

    level: Level
    item: str
    place: str
    message: str

    def as_dict(self) -> dict[str, Any]:
        """As JSON; `parts` are the codes and values of the message, for pages with words of their own."""
        return {
            **asdict(self),
            "message": str(self.message),
            "parts": [asdict(part) for part in parts_of(self.message)],
        }


def root(item: Item) -> str:
    """Where the texts of an item stand."""
    return "answers" if isinstance(item, Entry) else "texts"
