"""Runs every check, all of them even when one fails: `.venv/bin/python -m scripts.check [stage …]`."""

import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts.setup import node_environment
from scripts.steps import ROOT
from tests.support.memory import in_memory

BIN = ROOT / ".venv" / "bin"
MISSING = "not run, this machine has no "  # as tests/support/missing.py writes it


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One check: its commands, run in order, and its tests; a folder in which there are none is left out."""

    name: str
    commands: tuple[Sequence[str | Path], ...] = ()
    workspaces: tuple[str, ...] = ()  # Vitest's
    folders: tuple[str, ...] = ()  # pytest's, below tests/
    workers: int = 2


@dataclass(kw_only=True)
class Summary:
    """What came of all stages."""

    failed: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)


DOTS = re.compile(r"([.sxXFE]+ +\[ *\d+%\]|bringing up nodes\.\.\.)?\n")
LONGEST = ("--durations=5", "--durations-min=5")  # so that the log of each run shows what has become slow
STAGES = (
    Stage(name="lint", commands=([BIN / "ruff", "check"], [BIN / "ruff", "format", "--check"])),
    Stage(name="types", commands=([BIN / "mypy"],)),
    Stage(name="imports", commands=([BIN / "lint-imports"],)),
    Stage(name="front-end", commands=(["npm", "run", "check"],), workspaces=("bot/widget", "handoff/desk/ui")),
    Stage(name="unit", folders=("unit",)),
    Stage(name="integration", folders=("integration", "migration"), workers=3),  # much of it waits for servers
    Stage(name="faults", folders=("faults",), workers=3),  # most of them wait for processes, streams and clocks
    Stage(name="dialogue", folders=("dialogue",), workers=1),  # they share one engine
    Stage(name="ui", folders=("ui",)),
    Stage(name="acceptance", folders=("acceptance",), workers=1),  # whole shops: more at once starve each other
)


def run(stage: Stage, summary: Summary) -> None:
    """Runs one stage and adds to the summary what came of it."""
    print(f"\n── {stage.name} ", "─" * (70 - len(stage.name)), flush=True)
    began = time.monotonic()
    codes = [_run(command) for command in stage.commands]
    codes += [_vitest(workspace, summary) for workspace in stage.workspaces]
    folders = [folder for name in stage.folders if _has_tests(folder := ROOT / "tests" / name)]
    if folders:
        codes.append(_pytest(folders, stage.workers, summary))
    if any(codes):
        summary.failed.append(stage.name)
    print(f"{stage.name}: {'failed' if any(codes) else 'passed'} in {time.monotonic() - began:.0f} s", flush=True)


def _run(command: Sequence[str | Path]) -> int:
    return subprocess.run(command, cwd=ROOT, env=os.environ | node_environment(), check=False).returncode


def _run_quietly(command: Sequence[str | Path]) -> int:
    """As `_run`, without the lines of dots, which leave no room in a log for what has failed."""
    if sys.stdout.isatty():
        return _run(command)
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in running.stdout or ():
        if not DOTS.fullmatch(line):
            print(line, end="", flush=True)
    return running.wait()


def _has_tests(folder: Path) -> bool:
    return any(folder.rglob("test_*.py"))


def _pytest(folders: Sequence[Path], workers: int, summary: Summary) -> int:
    parallel = ("-n", str(workers)) if workers > 1 else ()
    with _report(summary) as report:
        return _run_quietly(
            [BIN / "python", "-m", "pytest", "-q", *parallel, *LONGEST, f"--junit-xml={report}", *folders]
        )


def _vitest(workspace: str, summary: Summary) -> int:
    with _report(summary) as report:
        reporters = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"]
        return _run(["npm", "run", "test", "--workspace", workspace, "--", *reporters])


@contextmanager
def _report(summary: Summary) -> Iterator[Path]:
    """A file for a JUnit report, counted in the end."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        yield report
        if report.exists():
            count(report, summary)


@contextmanager
def _scratch() -> Iterator[None]:
    """All temporary files in one folder, in memory where that has room; gone in the end."""
    with tempfile.TemporaryDirectory(prefix="relevo-check-", dir=in_memory()) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL, which refuses to be root, goes through it
        tempfile.tempdir = os.environ["TMPDIR"] = folder
        yield


def count(report: Path, summary: Summary) -> None:
    """Adds what a JUnit report says: passed, failed and skipped, and what was missing."""
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - our own tools have just written it
        skip = case.find("skipped")
        broken = case.find("failure") is not None or case.find("error") is not None
        summary.counts["failed" if broken else "skipped" if skip is not None else "passed"] += 1
        if skip is not None and not broken:
            reason = skip.get("message", "")
            kind = summary.missing if reason.startswith(MISSING) else summary.skipped
            kind[reason.removeprefix(MISSING)] += 1


def closing(summary: Summary) -> str:
    """The last words: what was not run and why, which stages failed, and the count of tests."""
    lines = ["", "── summary ──"]
    for name, number in sorted(summary.missing.items()):
        lines.append(f"not run: {number} tests, because this machine has no {name}")
    for reason, number in sorted(summary.skipped.items()):
        lines.append(f"skipped: {number} tests: {reason}")
    lines += [f"failed stage: {name}" for name in summary.failed] or ["every stage passed"]
    lines.append(", ".join(f"{summary.counts[kind]} {kind}" for kind in ("passed", "failed", "skipped")))
    return "\n".join(lines)


def main() -> int:
    """Exit code 1 when any stage failed."""
    wanted = sys.argv[1:]
    unknown = set(wanted) - {stage.name for stage in STAGES}
    if unknown:
        print(f"There is no stage {', '.join(sorted(unknown))}; there are {', '.join(s.name for s in STAGES)}.")
        return 2
    summary = Summary()
    with _scratch():
        for stage in STAGES:
            if not wanted or stage.name in wanted:
                run(stage, summary)
    print(closing(summary), flush=True)
    return 1 if summary.failed else 0


if __name__ == "__main__":
    sys.exit(main())
