"""`python -m tests.faults.explorer [--full | --mutations]`: explores, with progress, and says what was reached."""

import argparse
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from handoff.states import TABLE, State
from tests.faults.explorer.exploring import Explored, Explorer
from tests.faults.explorer.graph import check_graph
from tests.faults.explorer.model import ONE, SLICES, TWO, Size
from tests.faults.explorer.mutations import MUTATIONS, explore

EVERY_S = 20.0


@contextmanager
def progress(explorer: Explorer) -> Iterator[None]:
    done = threading.Event()

    def speak() -> None:
        while not done.wait(EVERY_S):
            print(f"  … {len(explorer.found.worlds)} worlds, {explorer.found.steps} transitions", flush=True)

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def report(name: str, size: Size, depth: int | None = None) -> Explored:
    """Explores one world and prints its figures and faults."""
    began = time.process_time()
    explorer = Explorer(size)
    with progress(explorer):
        found = explorer.run(depth)
        if depth is None:
            check_graph(explorer)
    spent = time.process_time() - began
    print(f"{name}: {len(found.worlds)} worlds, {found.steps} transitions, {len(explorer.cases)} cases; {spent:.0f} s")
    missing = sorted({edge.letter for edge in TABLE.values()} - set(found.letters))
    states = {state for _, _, state in found.reached}
    print(f"  states reached: {len(states)} of {len(State)}; letters not reached: {', '.join(missing) or 'none'}")
    for fault in found.faults:
        print(fault.as_text())
    return found


def mutations() -> bool:
    """Prints the shortest trace to each planted fault; False when one is not found."""
    missed = 0
    for mutation in MUTATIONS:
        found = explore(mutation)
        print(f"{'found' if found.faults else 'NOT FOUND'}: {mutation.name}")
        missed += not found.faults
        if found.faults:
            print(found.faults[0].as_text())
    print(f"{len(MUTATIONS) - missed} of {len(MUTATIONS)} planted faults found")
    return not missed


def main() -> int:
    """Exit code 1 when a fault was found, or a planted one was not."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.explorer", description=__doc__)
    parser.add_argument("--full", action="store_true", help="one customer in every detail, two customers exhaustively")
    parser.add_argument("--two", action="store_true", help="of the full form only the two customers")
    parser.add_argument("--mutations", action="store_true", help="the planted faults and their traces")
    chosen = parser.parse_args()
    if chosen.mutations:
        return 0 if mutations() else 1
    if chosen.two:
        runs = [report("two customers", TWO)]
    elif chosen.full:
        runs = [report("two customers", TWO), report("one customer, in every detail", ONE)]
    else:
        runs = [report(f"one customer with {', '.join(sorted(size.keeps))}", size) for size in SLICES]
        runs.append(report("two customers, 7 steps", replace(TWO), depth=7))
    return 1 if any(run.faults for run in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
