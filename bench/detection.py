"""How long do the detectors take to build, and for one turn of a 40-turn conversation?

Usage: python -m bench.detection [--turns 2000] [--seed 1]
"""

import argparse
import random
import time
from pathlib import Path

from handoff.detection import Detectors, Memory, OutcomeFacts, PastTurn
from handoff.detection.signals import Role

CHALLENGE = Path(__file__).parents[1] / "tests" / "dialogue" / "challenge"


def sentences() -> list[str]:
    """Every sentence of the challenge set."""
    lines = (line for file in sorted(CHALLENGE.glob("*.txt")) for line in file.read_text("utf-8").splitlines())
    return [line.split(": ", 1)[-1] for line in lines if line and not line.startswith("#")]


def conversation(pool: list[str], rng: random.Random) -> list[PastTurn]:
    """Forty turns, the last one the customer's, some messages several sentences long."""
    turns: list[PastTurn] = []
    for index in range(39):
        role: Role = "customer" if index % 2 == 0 else "bot"
        text = " ".join(rng.choices(pool, k=rng.choice((1, 1, 2, 5))))
        turns.append(PastTurn(role=role, text=text, entry=None if role == "customer" else f"entry.{rng.randrange(9)}"))
    return [*turns[1:], PastTurn(role="bot", text="?"), PastTurn(role="customer", text=rng.choice(pool))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.perf_counter()
    __import__("spacy.matcher")
    loaded = time.perf_counter()
    detectors = Detectors()
    print(f"spaCy loaded in {loaded - start:.2f} s, detectors built in {time.perf_counter() - loaded:.2f} s")
    rng, pool, times = random.Random(options.seed), sentences(), []
    outcome = OutcomeFacts(decision="answer", ids=("entry.1",))
    for _ in range(options.turns):
        turns = conversation(pool, rng)
        start = time.thread_time()  # of the processor, so that a busy machine tells the same
        signals = detectors.before_engine(turns, "en")
        found, memory = detectors.after_engine(turns, outcome, Memory(), "en")
        detectors.decide((*signals, *found), memory)
        times.append(1000 * (time.thread_time() - start))
    times.sort()
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0)):
        print(f"{name} {times[min(int(share * len(times)), len(times) - 1)]:.2f} ms", end="  ")
    print()


if __name__ == "__main__":
    main()
