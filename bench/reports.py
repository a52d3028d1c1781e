"""Are the reports quick with a long past? Each report and the board, over one day and over everything there is.

    .venv/bin/python -m bench.reports [--ended 1000000] [--rounds 5] [--plans] [--only sqlite|postgresql]

A past of that many ended cases, one a minute day and night, on each kind of database. Every report is read over a day
(1,440 cases), over four weeks (40,320), and over the year that a page may ask for at most (527,040): first with nothing
kept, then after the bookkeeper's round. Then every statement of the reports of a day is explained. Exits 1 when a plan
reads a whole table of the past, or a range is slow once it is kept.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench import history
from bench.guarantee import Shop, listening, plans, scans
from handoff.bookkeeper import Bookkeeper
from handoff.service import CoreBox
from handoff.service.proof import reports
from handoff.service.proof.reports import Asked
from handoff.sweeper import Sweeper
from tests.support.core import World, make_core
from tests.support.postgres import PostgresCluster, find_binaries

LAST = date(2026, 11, 20)  # bench.history ends there
READS: dict[str, Callable[..., Any]] = {
    "answers": reports.read_answers,
    "ratings": reports.read_ratings,
    "returns": reports.read_returns,
    "promises": reports.read_promises,
    "waits": reports.read_waits,
    "reasons": reports.read_reasons,
    "gaps": reports.read_gaps,
    "suggestions": reports.read_suggestions,
}
SPANS = {"a day": 1, "4 weeks": 28, "a year": 366}
SLOW = {1: 0.2, 28: 1.0, 366: 3.0}  # seconds, by days, once the past is kept


class Sparse(history.Spelling):
    """One case a minute instead of one a second."""

    def ago(self, number: str = "i") -> str:
        return super().ago(f"60 * ({number})")

    def held(self) -> str:
        """After up to six minutes, most of them within three."""
        return super().ago("60 * i - (i % 211 * 37) % 211 - (i % 7 / 6) * 150")


def open_shop(url: str, ended: int) -> Shop:
    world = World(make_core(url))
    ana, began = world.agent(), time.monotonic()
    with patch.object(history, "Spelling", Sparse):
        history.build(world.core.database, ended, ana.id)
    said = f"{world.core.database.engine.dialect.name}: {ended:,} cases made in {time.monotonic() - began:.0f} s\n"
    sys.stdout.write(said)
    sweeper = Sweeper(CoreBox(world.core), lambda: world.now)
    return Shop(world=world, ended=ended, claimer=ana, offered=ana, sweeper=sweeper, waiting=[])


def measure(shop: Shop, rounds: int) -> bool:
    """Medians in milliseconds by report and range."""
    good = True
    for name, read in READS.items():
        line = [f"{shop.world.core.database.engine.dialect.name:<11}{name:<9}"]
        for span, days in SPANS.items():
            asked = Asked(since=LAST - timedelta(days=days - 1), until=LAST)
            look = partial(read, shop.world.core, asked, shop.world.now)
            took = statistics.median(timed(look) for _ in range(rounds if days == 1 else 1))
            good &= took <= SLOW.get(days, took)
            line.append(f"{span}: {took * 1000:9.1f} ms")
        sys.stdout.write("  ".join(line) + "\n")
        sys.stdout.flush()
    board = statistics.median(timed(lambda: reports.read_board(shop.world.core, shop.world.now)) for _ in range(rounds))
    sys.stdout.write(f"{shop.world.core.database.engine.dialect.name:<11}board    {board * 1000:9.1f} ms\n")
    return good


def keep(shop: Shop) -> None:
    """The bookkeeper's first round, without its breaths."""
    keeper, began, steps = Bookkeeper(CoreBox(shop.world.core), lambda: shop.world.now), time.monotonic(), []
    while True:
        at = time.perf_counter()
        if not keeper.step(shop.world.now):
            break
        steps.append(time.perf_counter() - at)
    kind = shop.world.core.database.engine.dialect.name
    sys.stdout.write(
        f"{kind:<11}kept in {len(steps)} steps, {time.monotonic() - began:.0f} s; a step at most"
        f" {max(steps, default=0) * 1000:.0f} ms, median {statistics.median(steps or [0]) * 1000:.0f} ms\n"
    )


def timed(look: Callable[[], Any]) -> float:
    began = time.perf_counter()
    look()
    return time.perf_counter() - began


def explain(shop: Shop, *, show: bool) -> bool:
    """Whether no statement of a day's reports, nor of the board, reads a whole table of the past."""
    asked = Asked(since=LAST, until=LAST)
    with listening(shop):
        for read in READS.values():
            read(shop.world.core, asked, shop.world.now)
        reports.read_board(shop.world.core, shop.world.now)
    explained = plans(shop)
    bad = {statement for statement, plan in explained.items() if scans(plan)}
    kind = shop.world.core.database.engine.dialect.name
    sys.stdout.write(f"{kind:<11}{len(explained)} statements explained, {len(bad)} read a whole table\n")
    for statement, plan in explained.items():
        if show or statement in bad:
            sys.stdout.write(f"--- {' '.join(statement.split())}\n{plan}\n")
    return not bad


def run(url: str, args: argparse.Namespace) -> bool:
    shop = open_shop(url, args.ended)
    try:
        measure(shop, args.rounds)
        keep(shop)
        quick = measure(shop, args.rounds)
        return explain(shop, show=args.plans) and quick
    finally:
        shop.world.core.database.dispose()


def main() -> int:
    """Measures both kinds of database; 0 when everything holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ended", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--folder", help="where SQLite's file is made, such as /dev/shm")
    parser.add_argument("--plans", action="store_true", help="print every plan, not only the bad ones")
    args = parser.parse_args()
    good = True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=args.folder)))
        if args.only != "postgresql":
            good &= run(f"sqlite:///{folder}/reports.db", args)
        binaries = find_binaries()
        if args.only != "sqlite" and binaries is not None:
            cluster = stack.enter_context(PostgresCluster.started(binaries, {"shared_buffers": "512MB"}))
            with cluster.fresh_database() as url:
                good &= run(url, args)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
