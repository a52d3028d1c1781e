"""The fuel of a need: what one customer wants done about one thing. It outlives the conversation and the channel.

A customer's needs are kept as one JSON object, key → tank. A key is a topic, with its object where there is one
(`order_status:3f2a…`); it names no customer, and an object stands there only as its hash.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Self

LASTS = timedelta(hours=24)  # after the last turn about it; who comes back later starts afresh
KEPT = 12  # needs of a customer
ACTS_KEPT = 12
LAST_DROP = 1  # what is left when people gave the chat back without a word


@dataclass(frozen=True, kw_only=True)
class Tank:
    """Of one need: the fuel that is left, and what the bot has done for it, oldest first."""

    fuel: int
    at: datetime
    acts: tuple[str, ...] = ()

    def dump(self) -> dict[str, Any]:
        return {"fuel": self.fuel, "at": self.at.isoformat(), "acts": list(self.acts)}

    @classmethod
    def load(cls, dumped: Mapping[str, Any]) -> Self:
        at = datetime.fromisoformat(dumped["at"])
        return cls(fuel=int(dumped["fuel"]), at=at, acts=tuple(map(str, dumped["acts"])))


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What one turn did to a need: the bot's act, and what it cost; `full` is the size of the tank.

    A cost of 0 is progress and fills the tank; so does `exit_shown`, for a person was offered or is coming.
    """

    key: str
    act: str
    cost: int
    full: int
    exit_shown: bool = False


def key_of(topic: str, thing: str = "") -> str:
    """The need's key; `thing` is what it is about, such as an order's number."""
    return f"{topic}:{sha256(thing.encode()).hexdigest()[:12]}" if thing else topic


def tank(needs: Mapping[str, Any] | None, key: str, now: datetime) -> Tank | None:
    """The tank of this need as it is now, None when nothing was done for it lately."""
    return _living(needs, now).get(key)


def spend(needs: Mapping[str, Any] | None, spent: Spent, now: datetime) -> dict[str, Any]:
    """The customer's needs after this turn; those that have lapsed, and the oldest of too many, are gone."""
    living = _living(needs, now)
    before = living.get(spent.key) or Tank(fuel=spent.full, at=now)
    filled = spent.cost == 0 or spent.exit_shown
    acts = (*(act for act in before.acts if act != spent.act), spent.act)[-ACTS_KEPT:]
    living[spent.key] = Tank(fuel=spent.full if filled else max(before.fuel - spent.cost, 0), at=now, acts=acts)
    newest = sorted(living, key=lambda key: (living[key].at, key))[-KEPT:]
    return {key: living[key].dump() for key in newest}


def worn(needs: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
    """People gave the chat back without a word: what was wanted is still to be done, so little fuel is left."""
    living = _living(needs, now).items()
    return {key: dataclasses.replace(each, fuel=min(each.fuel, LAST_DROP)).dump() for key, each in living}


def _living(needs: Mapping[str, Any] | None, now: datetime) -> dict[str, Tank]:
    found = {key: Tank.load(dumped) for key, dumped in (needs or {}).items()}
    return {key: each for key, each in found.items() if now - each.at < LASTS}
