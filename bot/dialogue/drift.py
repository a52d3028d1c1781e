"""Is today's traffic still what the calibration rows were like? Scores and refusals, compared by exact tests.

Fisher's exact test at each of EDGES, and on the refusals; two-sided. It needs no least count to be true, only to see
anything. Half of the level is divided among the edges. The calibration rows chose the threshold below which a message
is refused, so the refusals have the other half divided among all thresholds that might have been chosen. A look gives
a false alarm with probability of at most LEVEL: a year of daily looks at one calibration with at most 5%, however the
windows overlap.

That holds for independent messages. Count one message a conversation, the first, in one language; a window of a week
evens out its days. With 1,000 rows on each side a shift of about 13 points at an edge, or of 15 points in refusals,
is seen nine times in ten; with 2,000 one of 10 and 11 points, with 300 one of 25 and 27.
"""

import math
from dataclasses import dataclass
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np

from bot.dialogue.bounds import GRID

EDGES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
LEVEL = 0.05 / 366
FEWEST = 100


@dataclass(frozen=True)
class Tally:
    """How many messages score below EDGES[0], from there to below EDGES[1], and so on; how many were refused."""

    bins: Tuple[int, ...] = (0,) * (len(EDGES) + 1)
    refused: int = 0

    def __post_init__(self) -> None:
        """Raises ValueError for counts that cannot be."""
        if len(self.bins) != len(EDGES) + 1 or min(self.bins) < 0 or not 0 <= self.refused <= self.rows:
            raise ValueError("a tally needs a count for each bin and no more refusals than messages")

    @property
    def rows(self) -> int:
        """All messages."""
        return sum(self.bins)

    @classmethod
    def of(cls, scores: Sequence[float], threshold: float) -> "Tally":
        """Of scores in 0 to 1; those below the threshold were refused."""
        given = np.asarray(scores, np.float64)
        places = np.searchsorted(EDGES, given, side="right")
        return cls(tuple(np.bincount(places, minlength=len(EDGES) + 1).tolist()), int((given < threshold).sum()))

    def dump(self) -> Dict[str, Any]:
        """As JSON."""
        return {"bins": list(self.bins), "refused": self.refused}

    @classmethod
    def parse(cls, raw: Dict[str, Any]) -> "Tally":
        """From JSON."""
        return cls(tuple(raw["bins"]), raw["refused"])


@dataclass(frozen=True)
class Look:
    """`state` is quiet, too_few or drifted; `why` is for people; `chance` is that of so large a difference by luck."""

    state: str
    why: str
    chance: float = 1.0


def look(then: Tally, now: Tally, level: float = LEVEL) -> Look:
    """Compares traffic (`now`) with the calibration rows (`then`)."""
    for counted, name in ((then, "calibration"), (now, "traffic")):
        if counted.rows < FEWEST:
            return Look("too_few", f"{counted.rows} messages of {name} are too few to compare; {FEWEST} are needed.")
    chance, name, new, old = min(
        (min(1.0, of * _chance(new, now.rows, old, then.rows)), name, new, old)
        for name, new, old, of in _tests(then, now)
    )
    told = f"{name}: {new / now.rows:.1%} of {now.rows} messages now, {old / then.rows:.1%} of {then.rows} then."
    if chance > level:
        return Look("quiet", f"No more difference than luck explains. The largest: {told}", chance)
    return Look("drifted", f"The certificate no longer describes the traffic. {told}", chance)


def _tests(then: Tally, now: Tally) -> List[Tuple[str, int, int, int]]:
    """What is compared: its name, the count now, the count then, and how many such tests would use up the level."""
    new, old = np.cumsum(now.bins).tolist(), np.cumsum(then.bins).tolist()
    edges = [(f"Scores below {edge:g}", new[at], old[at], 2 * len(EDGES)) for at, edge in enumerate(EDGES)]
    return [("Refused", now.refused, then.refused, 2 * (len(GRID) + 1)), *edges]


def _chance(new: int, rows: int, old: int, rows_then: int) -> float:
    """Fisher's exact test of two shares: twice the tail on the side where the difference lies, at most 1."""
    hits, everything = new + old, rows + rows_then
    if new * everything < hits * rows:  # fewer than expected: the same question about the others
        new, hits = rows - new, everything - hits
    ways = _choose(hits, new) + _choose(everything - hits, rows - new) - _choose(everything, rows)
    total = term = math.exp(ways)
    for at in range(new, min(hits, rows)):
        term *= (hits - at) * (rows - at) / ((at + 1) * (everything - hits - rows + at + 1))
        total += term
        if term < total * 1e-17:
            break
    return min(1.0, 2 * total)


def _choose(rows: int, taken: int) -> float:
    return math.lgamma(rows + 1) - math.lgamma(taken + 1) - math.lgamma(rows - taken + 1)
