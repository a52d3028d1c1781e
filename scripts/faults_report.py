"""Draws docs/reliability.md from the results of the fault suite: number by number what was run, and what was found.

A line that has no results here keeps what the page says of it: full numbers take longer than one machine may live.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

KEPT = "<!-- written by hand from here -->"
FULL = "full numbers"
COLUMNS = ("line", "what the bar asks", "run", "how much", "found", "when")
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
    """The page. Kept of the page `before`: what was written by hand below the mark, and lines without results."""
    found = sorted((json.loads(file.read_text()) for file in results.glob("*.json")), key=lambda each: each["test"])
    page = before.read_text(encoding="utf-8") if before.exists() else ""
    drawn, _, by_hand = page.partition(KEPT)
    head, table = _head(found, drawn), _table(found, _rows_before(drawn))
    return "\n".join([*head, *table, *_failures(found), "", KEPT]) + (by_hand or "\n")


def _head(found: Sequence[Result], drawn: str) -> list[str]:
    machines = [line for line in drawn.splitlines() if line.startswith("Machine: ")]
    machines += [f"Machine: {', '.join(f'{key} {value}' for key, value in each['machine'].items())}." for each in found]
    return [
        "# Reliability",
        "",
        "What the fault suite (`tests/faults`) did to the product, and what it found. `make test` runs its short form;",
        "`make faults` runs the full numbers, shared out with `SHARD=1/4`, and goes on where it stopped. This table is",
        "drawn from its results; a line that was not run again keeps its own, with their date, commit and seed. A seed",
        "replays workload and failpoints; runs that really kill processes keep the instants of the kills instead.",
        "",
        *dict.fromkeys(machines),
        "",
    ]


def _rows_before(drawn: str) -> dict[int, list[str]]:
    """What the page says of each line; rows of the short form too."""
    rows: dict[int, list[str]] = defaultdict(list)
    number = 0
    for row in drawn.splitlines():
        cells = [cell.strip() for cell in row.split(" | ")]
        if row.startswith("| ") and len(cells) == len(COLUMNS) and cells[0] != f"| {COLUMNS[0]}":
            number = int(cells[0].strip("| ") or number)
            rows[number].append(row)
    return rows


def _table(found: Sequence[Result], before: Mapping[int, Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    for number, asked in LINES.items():
        mine = [each for each in found if number in each["bar"]]
        fuller = FULL in " ".join(before.get(number, ())) and not all(each["full"] for each in mine)
        if before.get(number) and (fuller or not mine):
            lines += before[number]
            continue
        if not mine:
            lines.append(f"| {number} | {asked} | not run yet |  |  |  |")
        for place, (test, each) in enumerate(_by_test(mine)):
            first = (f"{number}", asked) if place == 0 else ("", "")
            lines.append(f"| {' | '.join((*first, test, _amount(each), _outcome(each), _when(each)))} |")
    return lines


def _when(found: Sequence[Result]) -> str:
    """Day, size, commits and seeds: a run that was gone on with another day saw more than one."""
    days = sorted({each["at"][:10] for each in found})
    size = FULL if all(each["full"] for each in found) else "short form"
    commits = sorted({each["commit"] for each in found if each.get("commit")})
    seeds = sorted({f"seed {each['session_seed']}" for each in found if each.get("session_seed")})
    return ", ".join([" to ".join(dict.fromkeys((days[0], days[-1]))), size, *commits, *seeds])


def _by_test(found: Iterable[Result]) -> list[tuple[str, list[Result]]]:
    """Results of one test together, by what it says or else by its name: all its parts, on both databases."""
    tests: dict[str, list[Result]] = defaultdict(list)
    for each in found:
        tests[each["says"].partition("[")[0].replace("_", " ").removeprefix("test ")].append(each)
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
