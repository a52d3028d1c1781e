"""Runs the fault suite with the bar's full numbers: `make faults`, or `.venv/bin/python -m scripts.faults`.

Each part writes its result as a file of its own; a part that has passed is left out the next time, so that a run can
be stopped, gone on with, and shared out (`--shard 1/4`). The report is drawn from the results of all shards.
"""

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.faults_report import draw
from scripts.setup import node_environment
from scripts.steps import ROOT
from tests.support.memory import in_memory

REPORT = ROOT / "docs" / "reliability.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 when a part failed; the report is drawn all the same."""
    given = _parser().parse_args(arguments)
    given.results.mkdir(parents=True, exist_ok=True)
    code = 0 if given.only_report else _run(given)
    REPORT.write_text(draw(given.results, before=REPORT), encoding="utf-8")
    print(f"{REPORT.relative_to(ROOT)} is drawn from {len(list(given.results.glob('*.json')))} results")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(os.environ.get("RELEVO_VAR", ROOT / "var")) / "faults"
    parser.add_argument("--results", type=lambda text: Path(text).absolute(), default=default, help="folder of results")
    parser.add_argument("--shard", default="1/1", help="this run's share, such as 2/4")
    parser.add_argument("--seed", help="else that of the results' first run, else a new one")
    parser.add_argument("--short", action="store_true", help="the short form, as in `make test`")
    parser.add_argument("--only-report", action="store_true", help="draw docs/reliability.md and run nothing")
    parser.add_argument("--workers", default="2", help="tests at a time")
    parser.add_argument("tests", nargs="*", default=["tests/faults"], help="files or tests; all when none are named")
    return parser


def _run(given: argparse.Namespace) -> int:
    seed = given.seed or _kept_seed(given.results)
    print(f"seed {seed}, shard {given.shard}, results in {given.results}", flush=True)
    environment = {
        "RELEVO_FAULTS": "short" if given.short else "full",
        "RELEVO_FAULTS_SHARD": given.shard,
        "RELEVO_FAULTS_RESULTS": str(given.results),
        "RELEVO_FAULTS_SEED": seed,
    }
    parallel = ["-n", given.workers] if given.workers != "1" else []
    command = [sys.executable, "-m", "pytest", "-q", *parallel, *given.tests]
    with tempfile.TemporaryDirectory(prefix="relevo-faults-", dir=in_memory()) as folder:
        variables = os.environ | node_environment() | environment | {"TMPDIR": folder}
        return subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode


def _kept_seed(results: Path) -> str:
    file = results / "seed"
    if not file.exists():
        file.write_text(str(secrets.randbelow(2**32)))
    return file.read_text().strip()


if __name__ == "__main__":
    sys.exit(main())
