"""How much a fault run does: the short form of `make test`, or the bar's own numbers with RELEVO_FAULTS=full."""

import os
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest

FULL = os.environ.get("RELEVO_FAULTS") == "full"
SHARD = os.environ.get("RELEVO_FAULTS_SHARD", "1/1")
SLACK = 1 if FULL else 6  # the bar's seconds hold on a machine of one's own; `make test` may share its machine
RESULTS = os.environ.get("RELEVO_FAULTS_RESULTS", "")


def amounts(*, short: int, full: int, part: int) -> list[int]:
    """The whole amount cut into parts of at most `part`: each part is a test of its own, done once."""
    total = full if FULL else short
    return [min(part, total - done) for done in range(0, total, part)]


def in_parts(name: str, *, short: int, full: int, part: int) -> pytest.MarkDecorator:
    """Parametrizes `name` with its share of the whole; the ids number the parts."""
    shares = amounts(short=short, full=full, part=part)
    return pytest.mark.parametrize(name, shares, ids=[f"part{number}" for number in range(1, len(shares) + 1)])


def of_size(*, short: int, full: int) -> int:
    """A number that is not cut into parts."""
    return full if FULL else short


@dataclass(kw_only=True)
class Run:
    """One fault run: its seed, and what it counted for the report."""

    seed: int
    counted: Counter[str] = field(default_factory=Counter)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def random(self) -> random.Random:
        """A fresh source: the same seed gives the same run."""
        return random.Random(self.seed)

    def count(self, **numbers: int) -> None:
        """Adds to what was done, such as `kills=25`."""
        self.counted.update(numbers)

    def tell(self, **facts: Any) -> None:
        """Keeps a finding for the report, such as `slowest_seconds=3.2`, or the instants of kills."""
        self.facts.update(facts)
