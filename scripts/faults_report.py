"""Draws docs/reliability.md from the results of the fault suite: number by number what was run, and what was found."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

KEPT = "<!-- written by hand from here -->"
LINES = {
    1: "`kill -9` of gateway, relay and sweeper at random instants: 0 lost, 0 held by two, 0 sent twice",
    2: "a failpoint before and after every commit and every outside call, each fired once: the same",
    3: "a state machine over the service: all invariants after each step",
    4: "16 claimers: 0 doubles; a stale holder's write is refused",
    5: "texts posted one to five times, shuffled and at once: one row, one turn, at most one reply",
    6: "the log is synced before every acknowledgement",
    7: "disk full, database busy, I/O error: never a 2xx without a commit; a clear error; service afterwards",
    8: "terminated backends and killed PostgreSQL servers: 0 lost, back within 10 s",
    9: "Redis flushed, killed, paused: 0 lost, streams current within 5 s",
    10: "leases end within 30 s; polling alone moves everything within 5 s",
    11: "a killed migration reopens clean; a backup restores with equal hashes; SIGTERM drains within 20 s",
    12: "an ill engine: a person is offered within 5 s, every time, and the customer told",
    13: "no state without a deadline or an end",
    14: "after hours: message, promise and reference in one transaction",
    15: "an overdue promise alerts within 60 s; jumping clocks and both changes of the hour lose and double none",
    16: "an agent who vanishes: first in the queue again within 60 s, the customer told",
    17: "the bot is silent while a person holds the chat: 0 leaks",
    18: "a stream that reconnects anywhere: 0 gaps, 0 duplicates",
    19: "nobody able to receive handoffs is a start-up error and an alert",
    20: "a person is at most one step away everywhere",
}
Result = Mapping[str, Any]


def draw(results: Path, *, before: Path) -> str:
    """The page. What was written by hand below the mark in the page `before` is kept."""
    found = sorted((json.loads(file.read_text()) for file in results.glob("*.json")), key=lambda each: each["test"])
    by_hand = before.read_text(encoding="utf-8").partition(KEPT)[2] if before.exists() else "\n"
    return "\n".join([*_head(found), *_table(found), *_failures(found), "", KEPT]) + by_hand


def _head(found: Sequence[Result]) -> list[str]:
    lines = [
        "# Reliability",
        "",
        "What the fault suite (`tests/faults`) did to the product, and what it found. `make test` runs its short form;",
        "`make faults` runs the full numbers, shared out with `SHARD=1/4`, and goes on where it stopped. This table is",
        "drawn from its results. A seed replays workload and failpoints; runs that really kill processes keep the",
        "instants of the kills beside their results instead.",
        "",
    ]
    if not found:
        return [*lines, "No results yet.", ""]
    machines = Counter(", ".join(f"{key} {value}" for key, value in each["machine"].items()) for each in found)
    size = "full numbers" if all(each["full"] for each in found) else "the short form, in part or in whole"
    return [
        *lines,
        f"Run from {min(each['at'] for each in found)} to {max(each['at'] for each in found)}: {size}.",
        *(f"Machine: {machine}." for machine in machines),
        *_code(found),
        f"Session seeds: {', '.join(sorted({str(each.get('session_seed')) for each in found}))}.",
        "",
    ]


def _code(found: Sequence[Result]) -> list[str]:
    """A run that was gone on with another day saw more than one commit."""
    commits = Counter(each["commit"] for each in found if each.get("commit"))
    named = ", ".join(f"{commit} ({number} parts)" for commit, number in commits.items())
    return [f"Code: {named}."] if named else []


def _table(found: Sequence[Result]) -> list[str]:
    lines = ["| line | what the bar asks | run | how much | found |", "|---|---|---|---|---|"]
    for number, asked in LINES.items():
        rows = _by_test([each for each in found if number in each["bar"]])
        if not rows:
            lines.append(f"| {number} | {asked} | not in these results | | |")
        for place, (test, each) in enumerate(rows):
            first = (f"{number}", asked) if place == 0 else ("", "")
            lines.append(f"| {first[0]} | {first[1]} | {test} | {_amount(each)} | {_outcome(each)} |")
    return lines


def _by_test(found: Iterable[Result]) -> list[tuple[str, list[Result]]]:
    """Results of one test together: all its parts, on both databases."""
    tests: dict[str, list[Result]] = defaultdict(list)
    for each in found:
        tests[each["says"]].append(each)
    return list(tests.items())


def _amount(found: Sequence[Result]) -> str:
    """What was counted, for each database that the tests name."""
    amounts = []
    for database in ("sqlite", "postgresql", ""):
        mine = [each for each in found if _database(each) == database]
        total: Counter[str] = Counter()
        for each in mine:
            total.update(each["counted"])
        numbers = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in total.items())
        if mine:
            amounts.append(f"{database + ': ' if database else ''}{numbers or f'{len(mine)} tests'}")
    return "<br>".join(amounts)


def _database(result: Result) -> str:
    name = result["test"].partition("[")[2]
    return next((kind for kind in ("sqlite", "postgresql") if kind in name), "")


def _outcome(found: Sequence[Result]) -> str:
    outcomes = Counter(each["outcome"] for each in found)
    slow: dict[str, float] = {}
    for each in found:
        for name, value in each["facts"].items():
            if name.endswith("seconds") and isinstance(value, int | float):
                slow[name] = max(slow.get(name, 0), value)
    failed = outcomes["failed"] + outcomes["error"]
    said = [f"{failed} of {len(found)} failed" if failed else "nothing"]
    said += [f"{outcomes['skipped']} not run"] if outcomes["skipped"] else []
    said += [f"{name.replace('_', ' ')} at most {value:g}" for name, value in slow.items()]
    return "; ".join(said)


def _failures(found: Sequence[Result]) -> list[str]:
    broken = [each for each in found if each["outcome"] == "failed"]
    if not broken:
        return []
    return ["", "## Failed", "", *(f"- `{each['test']}`, seed {each['seed']}" for each in broken)]
