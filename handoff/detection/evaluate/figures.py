"""What a replay shows in numbers: how many chats go to a person, and with labels how rightly and how late."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from handoff.detection.evaluate.replay import Judged

NORMAL = 1.959964  # two-sided 95%


@dataclass(frozen=True, kw_only=True)
class Share:
    """`count` of `of`, with Wilson's 95% interval."""

    count: int
    of: int

    @property
    def value(self) -> float:
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """(low, high); (0, 1) of nothing."""
        if not self.of:
            return 0.0, 1.0
        square = NORMAL**2
        middle = (self.count + square / 2) / (self.of + square)
        half = NORMAL / (self.of + square) * math.sqrt(self.count * (1 - self.value) + square / 4)
        low, high = max(middle - half, 0.0), min(middle + half, 1.0)
        return (0.0 if not self.count else low, 1.0 if self.count == self.of else high)


@dataclass(frozen=True, kw_only=True)
class Late:
    """Customer turns from a conversation's first labelled need to its first offer or handoff; below 0 is early."""

    turns: Counter[int]
    never: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of labelled turns `precision`, `recall`, `alarms` (of calm turns); of calm conversations the false ones."""

    precision: Share
    recall: Share
    overlap: Share  # rightly found, of all that was found or wanted: F1 is 2x / (1 + x)
    alarms: Share
    false_handoffs: Share
    false_offers: Share
    late: Late

    @property
    def f1(self) -> float:
        return f1(self.overlap.value)

    @property
    def f1_interval(self) -> tuple[float, float]:
        low, high = self.overlap.interval
        return f1(low), f1(high)


def f1(overlap: float) -> float:
    """F1 rises with the overlap alone, so an interval of that is one of F1."""
    return 2 * overlap / (1 + overlap)


def by_conversation(judged: Sequence[Judged]) -> list[list[Judged]]:
    """Turns grouped, in order."""
    groups: dict[str, list[Judged]] = {}
    for each in judged:
        groups.setdefault(each.conversation, []).append(each)
    return list(groups.values())


def figures(judged: Sequence[Judged]) -> Figures:
    """Over labelled turns; a turn is found when a person is offered or brought."""
    cells = Counter((each.found, each.wanted) for each in judged if each.wanted is not None)
    hits, false, missed = cells[True, True], cells[True, False], cells[False, True]
    talks = by_conversation(judged)
    calm = [talk for talk in talks if _is_calm(talk)]
    return Figures(
        precision=Share(count=hits, of=hits + false),
        recall=Share(count=hits, of=hits + missed),
        overlap=Share(count=hits, of=hits + false + missed),
        alarms=Share(count=false, of=false + cells[False, False]),
        false_handoffs=Share(count=sum(_has(talk, "handoff") for talk in calm), of=len(calm)),
        false_offers=Share(count=sum(_has(talk, "offer") for talk in calm), of=len(calm)),
        late=_late(talks),
    )


def reasons(judged: Sequence[Judged]) -> list[tuple[str, int, Share]]:
    """(reason, turns, share of its labelled turns that wanted a person), the most frequent first."""
    found = [each for each in judged if each.found]
    labelled = Counter((each.verdict.reason, each.wanted) for each in found)
    return [
        (name, count, Share(count=labelled[name, True], of=labelled[name, True] + labelled[name, False]))
        for name, count in Counter(each.verdict.reason for each in found).most_common()
    ]


def is_labelled(judged: Sequence[Judged]) -> bool:
    return any(each.label is not None for each in judged)


def _is_calm(talk: Sequence[Judged]) -> bool:
    wanted = [each.wanted for each in talk]
    return False in wanted and True not in wanted


def _has(talk: Sequence[Judged], kind: str) -> bool:
    return any(each.verdict.kind == kind for each in talk)


def _late(talks: Sequence[Sequence[Judged]]) -> Late:
    turns: Counter[int] = Counter()
    never = 0
    for talk in talks:
        need = next((index for index, each in enumerate(talk) if each.wanted), None)
        found = next((index for index, each in enumerate(talk) if each.found), None)
        if need is None:
            continue
        if found is None:
            never += 1
        else:
            turns[found - need] += 1
    return Late(turns=turns, never=never)
