"""Which engines a host runs, from a picture of the world: at most two, and the one that is leaving."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.knowledge.shelf import KEPT

BEGUN = frozenset({"test", "compare", "start", "switch"})  # from here on the host that works a build runs its engine
SHARED = frozenset({"start", "switch"})  # from here on every host does


@dataclass(frozen=True, kw_only=True)
class World:
    """What a host sees: the current release, the one before it, and the build that runs (`own`: on this host)."""

    current: int | None = None
    previous: int | None = None
    switched_at: datetime | None = None
    next: int | None = None
    step: str | None = None
    own: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be done now; what is in neither is kept as it is."""

    start: tuple[int, ...] = ()
    stop: tuple[int, ...] = ()


def wanted(world: World, now: datetime) -> tuple[int, ...]:
    """The releases whose engines shall run, the most important first.

    The one before the switch is kept for a roll-back, and gives way to the next one: a host holds two, not three.
    """
    if world.current is None:
        return ()
    coming = world.next if world.step in (BEGUN if world.own else SHARED) else None
    second = coming if coming is not None else _kept(world, now)
    return (world.current,) if second is None or second == world.current else (world.current, second)


def _kept(world: World, now: datetime) -> int | None:
    recent = world.switched_at is not None and now < world.switched_at + KEPT
    return world.previous if recent else None


def plan(world: World, running: Collection[int], now: datetime) -> Plan:
    """From what runs (or is being made ready) to what shall run."""
    want = wanted(world, now)
    return Plan(
        start=tuple(number for number in want if number not in running),
        stop=tuple(sorted(number for number in running if number not in want)),
    )
