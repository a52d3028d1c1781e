"""What detection remembers of a conversation between two turns: small, frozen, JSON-able."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

ACTS_KEPT = 8


@dataclass(frozen=True, kw_only=True)
class Memory:
    """`fuel` None is a full tank; `acts` are the bot's last acts, oldest first."""

    fuel: int | None = None
    acts: tuple[str, ...] = ()
    refusals: int = 0  # in a row
    questions: int = 0  # asked by the bot in a row
    form: str | None = None
    form_filled: int = 0
    offered: bool = False  # the bot's last word offered a person
    offers: int = 0  # offers so far that were not taken up
    declined: bool = False  # the last offer was refused, and nothing new has happened since
    cost: int = 0  # what the last act cost the need that it was for
    about: str | None = None  # that need's key
    told: tuple[str, ...] = ()  # reasons for which a person was offered already

    def dump(self) -> dict[str, Any]:
        """A JSON object."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in vars(self).items()}

    @classmethod
    def load(cls, dumped: Mapping[str, Any] | None) -> Self:
        """From `dump`; None, and fields of another version, are a fresh memory's."""
        known = {field.name for field in dataclasses.fields(cls)}
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in (dumped or {}).items()
            if key in known
        }
        return cls(**values)

    def with_act(self, act: str) -> Self:
        return dataclasses.replace(self, acts=(*self.acts, act)[-ACTS_KEPT:])
