"""The policy: from signals and memory to continue, offer or handoff, by the table of thresholds."""

import dataclasses
from collections.abc import Sequence

from handoff.detection.memory import Memory
from handoff.detection.signals import DECLINE, Signal, Verdict, VerdictKind, strongest
from handoff.detection.thresholds import Row, Thresholds
from handoff.states import Urgency

_RANK = {Urgency.NORMAL: 0, Urgency.HIGH: 1, Urgency.SAFETY: 2}


def decide(signals: Sequence[Signal], memory: Memory, limits: Thresholds) -> tuple[Verdict, Memory]:
    """The verdict, and the memory that knows whether a person is being offered."""
    signals = tuple(signals)
    memory = _after_reply(signals, memory)
    weighed = [(row, signal) for row in limits.rows if (signal := strongest(signals, row.kind))]
    bringing = [row for row, signal in weighed if signal.strength >= row.handoff]
    if bringing:
        return _verdict("handoff", bringing[0], weighed, signals), dataclasses.replace(Memory(), told=memory.told)
    offering = [row for row, signal in weighed if signal.strength >= row.offer and _is_news(row, memory)]
    if not offering:
        reason = "offer_declined" if strongest(signals, DECLINE) else "none"
        return Verdict(kind="continue", reason=reason, signals=signals), memory
    return _verdict("offer", offering[0], weighed, signals), dataclasses.replace(
        memory,
        offered=True,
        declined=False,
        fuel=limits.fuel,
        told=tuple(dict.fromkeys((*memory.told, *(row.reason for row in offering)))),
    )


def _after_reply(signals: Sequence[Signal], memory: Memory) -> Memory:
    """What has become of an offer that was open: refused, or passed over."""
    if strongest(signals, DECLINE):
        return dataclasses.replace(memory, offered=False, declined=True, refusals=0, offers=0)
    if memory.offered:
        return dataclasses.replace(memory, offered=False, offers=memory.offers + 1)
    return memory


def _is_news(row: Row, memory: Memory) -> bool:
    """An empty tank must always show the exit; any other reason is offered once, until there was progress."""
    return row.kind == "fuel" or row.reason not in memory.told


def _verdict(
    kind: VerdictKind, row: Row, weighed: Sequence[tuple[Row, Signal]], signals: tuple[Signal, ...]
) -> Verdict:
    urgencies = [each.urgency for each, signal in weighed if signal.strength >= min(each.offer, each.handoff)]
    return Verdict(
        kind=kind,
        reason=row.reason,
        urgency=max(urgencies, key=_RANK.__getitem__, default=Urgency.NORMAL),
        signals=signals,
    )
