"""Fault runs: seeded, numbered by the bar's lines, cut into parts that shards share and that resume."""

import functools
import json
import os
import platform
import re
import sqlite3
import subprocess
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from handoff.clock import utc_now
from tests.faults.prepared import Prepared, prepare_postgres, prepare_sqlite
from tests.faults.proof import check_world
from tests.faults.shop import Shop
from tests.faults.sizes import FULL, RESULTS, SHARD, Run
from tests.support.core import World
from tests.support.core import world as make_world
from tests.support.postgres import PostgresCluster, find_binaries
from tests.support.redis import find_server

HERE = Path(__file__).parent
FAILED = pytest.StashKey[bool]()
LONGEST = 3600 if FULL else 420  # seconds: a loaded machine must not fail a run


def _ours(item: pytest.Item) -> bool:
    return HERE in item.path.parents


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what other shards run and what an earlier run has finished."""
    number, shards = (int(part) for part in SHARD.split("/"))
    left_out = []
    for item in filter(_ours, items):
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(LONGEST))
        elsewhere = zlib.crc32(item.nodeid.encode()) % shards != number - 1
        if elsewhere or _is_finished(item.nodeid):
            left_out.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _result_file(nodeid: str) -> Path:
    return Path(RESULTS) / f"{zlib.crc32(nodeid.encode()):08x}.json"


def _is_finished(nodeid: str) -> bool:
    if not RESULTS or not _result_file(nodeid).exists():
        return False
    result = json.loads(_result_file(nodeid).read_text())
    return bool(result["outcome"] == "passed" and result["full"] == FULL)  # a short part 1 is not a full one


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Run:
    """This run's seed and counts. The seed comes from the session's, so `-p randomly_seed` replays it."""
    base = os.environ.get("RELEVO_FAULTS_SEED") or str(request.config.getoption("randomly_seed", default=0))
    made = Run(seed=zlib.crc32(f"{base} {request.node.nodeid}".encode()))
    print(f"seed {made.seed}: RELEVO_FAULTS_SEED={base}")
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Keeps each run's result as a file of its own, so that shards and later runs add up."""
    report = yield
    failed = report.outcome != "passed"
    if _ours(item) and RESULTS and (report.when == "call" or failed) and not item.stash.get(FAILED, False):
        _keep_result(item, report)
        item.stash[FAILED] = failed  # the first failure explains those of its cleaning up
    return report


def _keep_result(item: pytest.Item, report: pytest.TestReport) -> None:
    run = getattr(item, "funcargs", {}).get("run")
    result = {
        "test": item.nodeid,
        "bar": sorted({number for mark in item.iter_markers("bar") for number in mark.args}),
        "says": (getattr(getattr(item, "function", None), "__doc__", None) or item.name).strip().splitlines()[0],
        "outcome": report.outcome,
        "full": FULL,
        "at": utc_now().isoformat(timespec="seconds"),
        "seconds": round(report.duration, 1),
        "session_seed": os.environ.get("RELEVO_FAULTS_SEED"),
        "seed": run.seed if run else None,
        "counted": dict(run.counted) if run else {},
        "facts": run.facts if run else {},
        "machine": machine(),
        "commit": commit(),
        "failure": "" if report.outcome == "passed" else str(report.longrepr)[-4000:],
    }
    target = _result_file(item.nodeid)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(".new")
    aside.write_text(json.dumps(result, indent=1))
    aside.rename(target)


@functools.cache
def machine() -> dict[str, str]:
    """What a result was found on."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    binaries = find_binaries()
    asked = {
        "PostgreSQL": [str(binaries / "postgres"), "--version"] if binaries else None,
        "Redis": [str(find_server()), "--version"] if find_server() else None,
    }
    return {
        "system": platform.platform(),
        "cores": str(os.cpu_count()),
        "memory": f"{pages / 2**30:.0f} GiB",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
    } | {name: _version(command) for name, command in asked.items() if command}


@functools.cache
def commit() -> str:
    """The code that was run, where git knows it."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(asked, cwd=HERE, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


def _version(command: list[str]) -> str:
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+\.\d+(\.\d+)?", said)
    return found.group() if found else "unknown"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with schema and knowledge, to be copied."""
    return prepare_sqlite(tmp_path_factory.mktemp("template") / "relevo.db")


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresCluster) -> str:
    """The name of a PostgreSQL database with schema and knowledge, to be copied."""
    return prepare_postgres(postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def prepared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Prepared]:
    """A database with schema and knowledge, once of each kind."""
    if request.param == "sqlite":
        yield Prepared.of_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    name = request.getfixturevalue("postgres_template")
    with Prepared.of_postgres(request.getfixturevalue("postgres"), name) as made:
        yield made


@pytest.fixture
def open_shop(prepared: Prepared, tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    """Starts `relevo serve` on the prepared database, with a scripted engine and the SMS double in this process."""
    with ExitStack() as stack:

        def start(**changes: Any) -> Shop:
            return stack.enter_context(_running(Shop(var=tmp_path / "var", url=prepared.url, **changes)))

        yield start


@contextmanager
def _running(shop: Shop) -> Iterator[Shop]:
    with shop.surroundings():
        shop.start()
        yield shop


@pytest.fixture
def world(database_url: str, request: pytest.FixtureRequest) -> Iterator[World]:
    """A core on each database with an hour of the test's own; the audit must be clean afterwards."""
    for made in make_world(database_url):
        yield made
        if request.node.get_closest_marker("tampers") is None:
            check_world(made)
