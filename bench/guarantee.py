"""Does the guarantee cost the same however long the past is? A tick, a claim, an offer, and a look of the relay.

    .venv/bin/python -m bench.guarantee [--few 1000] [--many 1000000] [--rounds 40] [--plans]

Two databases of each kind, one with few and one with many ended handoffs and all that belongs to them, and in each
two hundred open ones. The same step is measured on both by turns, so that the machine's other work falls on both.
Then every statement of those steps is explained on the large one. Exits 1 when a median grows by more than 1.5 times,
or when a plan reads a whole table of the past.
"""

import argparse
import gc
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from bench.history import build
from handoff import service
from handoff.service import CallbackForm, CoreBox
from handoff.service.base.views import AgentView
from handoff.service.people.accounts import beat, list_presence
from handoff.sweeper import Sweeper
from tests.support.core import World, make_core
from tests.support.postgres import PostgresCluster, find_binaries

LIMIT = 1.5
PAST = "handoffs|promises|alerts|deliveries|notifications|messages|conversations|ledger|stream_items"
SHORT = re.compile(  # indexes of what is open or undone alone
    r"INDEX (uq_(handoffs|promises)_open|ix_\w*(deadline_at|open_state|undone|due|pending_at|turn_since|unconfirmed))"
)
WAITING, PROMISED, HELD = 120, 60, 20
Step = Callable[["Shop"], None]


@dataclass(kw_only=True)
class Shop:
    """One database with its past, and what is needed to act in it."""

    world: World
    ended: int
    claimer: AgentView
    offered: AgentView
    sweeper: Sweeper
    waiting: list[str]
    statements: dict[str, Any] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)


def open_cases(url: str) -> None:
    """The open cases, by the use cases themselves."""
    world = World(make_core(url))
    for name, capacity in (("Ana", 100), ("Ben", 100), ("Cleo", HELD)):
        world.agent(name, capacity=capacity)
    for n in range(WAITING):
        world.open_case(visitor(world, f"w{n}"))
    for n in range(PROMISED):
        form = CallbackForm(message="m", phone="+34600111222")
        service.submit_form(world.core, visitor(world, f"p{n}"), form, now=world.now)
    holder = agents(world)["Cleo"]
    for n in range(HELD):
        world.claim(holder, world.open_case(visitor(world, f"h{n}")))
    world.core.database.dispose()


def agents(world: World) -> dict[str, AgentView]:
    return {each.agent.name: each.agent for each in list_presence(world.core, now=world.now)}


def open_shop(url: str, ended: int) -> Shop:
    """The shop of `open_cases`, with a past of that length."""
    world = World(make_core(url))
    people, began = agents(world), time.monotonic()
    build(world.core.database, ended, people["Ana"].id)
    world.core.database.dispose()
    size = f"{ended:,} ended handoffs made in {time.monotonic() - began:.0f} s"
    sys.stdout.write(f"{world.core.database.engine.dialect.name}: {size}\n")
    sweeper = Sweeper(CoreBox(world.core), lambda: world.now)
    for name in ("Ana", "Cleo"):
        beat(world.core, people[name], "away", now=world.now)
    for _ in range(3):  # what a first look has to do is done
        sweeper.tick(world.now)
    waiting = [item.reference for item in service.read_queue(world.core, people["Ana"], now=world.now).waiting]
    return Shop(
        world=world, ended=ended, claimer=people["Ana"], offered=people["Ben"], sweeper=sweeper, waiting=waiting
    )


def visitor(world: World, name: str) -> str:
    return service.start_conversation(
        world.core, channel="web", account="web", address=name, language="es", now=world.now
    ).conversation_id


def tick(shop: Shop) -> None:
    shop.sweeper.tick(shop.world.now)


def claim(shop: Shop) -> None:
    reference = shop.waiting.pop()
    service.claim(shop.world.core, shop.claimer, reference, 1, now=shop.world.now)


def offer(shop: Shop) -> None:
    if service.offer_waiting(shop.world.core, shop.world.now) != 1:
        raise RuntimeError("nothing was offered")


def accept(shop: Shop) -> None:
    """Makes room for the next offer: an agent is offered one case at a time."""
    mine = service.read_queue(shop.world.core, shop.offered, now=shop.world.now)
    item = next(each for each in (*mine.mine, *mine.others, *mine.waiting) if each.offered_to is not None)
    service.accept(shop.world.core, shop.offered, item.reference, item.version, now=shop.world.now)


def relay(shop: Shop) -> None:
    service.lease_deliveries(shop.world.core, channel="sms", owner="bench", limit=20, now=shop.world.now)


def nothing(_: Shop) -> None:
    return


STEPS: dict[str, Step] = {"tick": tick, "claim": claim, "relay": relay, "offer": offer}
AFTER: dict[str, Step] = {"offer": accept}  # not measured


def measure(few: Shop, many: Shop, rounds: int) -> None:
    """Each step on both by turns; whoever was first is second the next time."""
    for name, step in STEPS.items():
        for shop in (few, many):
            if step is offer:
                beat(shop.world.core, shop.offered, "online", now=shop.world.now)
            shop.times[name] = []
            with listening(shop):
                step(shop)
            AFTER.get(name, nothing)(shop)
        gc.collect()
        for number in range(rounds):
            for shop in (few, many) if number % 2 else (many, few):
                began = time.perf_counter()
                step(shop)
                shop.times[name].append((time.perf_counter() - began) * 1000)
                AFTER.get(name, nothing)(shop)


@contextmanager
def listening(shop: Shop) -> Iterator[None]:
    """Keeps every statement with its values, to be explained afterwards."""

    def keep(_: Connection, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if re.match(r"\s*(SELECT|UPDATE|WITH|DELETE)", statement, re.IGNORECASE):
            shop.statements.setdefault(statement, values)

    engine = shop.world.core.database.engine
    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def plans(shop: Shop) -> dict[str, str]:
    """Each statement with its plan on the database as it is now."""
    sqlite = shop.world.core.database.is_sqlite
    word = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    found = {}
    with shop.world.core.database.engine.connect() as connection:
        for statement, values in shop.statements.items():
            rows = connection.exec_driver_sql(word + statement, values).fetchall()
            found[statement] = "\n".join(str(row[-1]) for row in rows)
    return found


def scans(plan: str) -> list[str]:
    """Lines that read a whole table of the past. An index of the open ones alone is not the past."""
    lines = (line.strip().removeprefix("->").strip() for line in plan.splitlines())
    whole = re.compile(rf"(Parallel )?Seq Scan on ({PAST})\b|SCAN ({PAST})\b")
    return [line for line in lines if whole.match(line) and not SHORT.search(line)]


def report(few: Shop, many: Shop, *, show: bool) -> bool:
    kind = many.world.core.database.engine.dialect.name
    good = True
    for name in STEPS:
        small, large = (statistics.median(shop.times[name]) for shop in (few, many))
        ratio = large / small
        good &= ratio <= LIMIT
        line = (
            f"{kind:<11}{name:<7}{few.ended:>9,}: {small:7.2f} ms {many.ended:>11,}: {large:7.2f} ms  ratio {ratio:.2f}"
        )
        sys.stdout.write(line + ("\n" if ratio <= LIMIT else "  TOO MUCH\n"))
    explained = plans(many)
    bad = {statement: scans(plan) for statement, plan in explained.items() if scans(plan)}
    sys.stdout.write(f"{kind:<11}{len(explained)} statements explained, {len(bad)} read a whole table\n")
    for statement, plan in explained.items():
        if show or statement in bad:
            sys.stdout.write(f"--- {' '.join(statement.split())}\n{plan}\n")
    return good and not bad


def run(small: str, large: str, args: argparse.Namespace) -> bool:
    few, many = open_shop(small, args.few), open_shop(large, args.many)
    try:
        measure(few, many, args.rounds)
        return report(few, many, show=args.plans)
    finally:
        for shop in (few, many):
            shop.world.core.database.dispose()


def main() -> int:
    """Measures both kinds of database; 0 when everything holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--folder", help="where SQLite's files are made, such as /dev/shm")
    parser.add_argument("--plans", action="store_true", help="print every plan, not only the bad ones")
    args = parser.parse_args()
    good = True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=args.folder)))
        if args.only != "postgresql":
            open_cases(f"sqlite:///{folder}/few.db")
            shutil.copy(folder / "few.db", folder / "many.db")
            good &= run(f"sqlite:///{folder}/few.db", f"sqlite:///{folder}/many.db", args)
        binaries = find_binaries()
        if args.only != "sqlite" and binaries is not None:
            cluster = stack.enter_context(PostgresCluster.started(binaries, {"shared_buffers": "512MB"}))
            small = stack.enter_context(cluster.fresh_database())
            open_cases(small)
            large = stack.enter_context(cluster.fresh_database(template=small.rpartition("/")[2]))
            good &= run(small, large, args)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
