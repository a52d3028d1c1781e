"""Line 11: a killed migration, a backup taken under load, and an orderly end."""

import hashlib
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import MetaData, Table, inspect, select

from bot.settings import ROOT
from handoff.audit import audit_database
from handoff.clock import utc_now
from handoff.service import Database
from tests.faults.load import Crowd
from tests.faults.prepared import Prepared
from tests.faults.proof import drain_and_prove
from tests.faults.shop import SECRET, Shop
from tests.faults.sizes import SLACK, Run, in_parts
from tests.support.postgres import PostgresCluster

DRAINS_WITHIN = 20.0  # seconds, the bar's
DIED = -signal.SIGKILL
NewDatabases = Callable[[], AbstractContextManager[str]]


def _migrates(url: str, number: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.faults.migrating", url, str(number)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_databases(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabases:
    """Fresh, empty databases of one kind, one after another."""
    made: list[Path] = []

    @contextmanager
    def fresh() -> Iterator[str]:
        if request.param == "sqlite":
            made.append(tmp_path / f"{len(made)}.db")
            yield f"sqlite:///{made[-1]}"
        else:
            cluster: PostgresCluster = request.getfixturevalue("postgres")
            with cluster.fresh_database() as url:
                yield url

    return fresh


@pytest.mark.bar(11)
@in_parts("kills", short=2, full=50, part=25)
def test_a_migration_killed_anywhere_reopens_clean(new_databases: NewDatabases, run: Run, kills: int) -> None:
    """`kill -9` before a random statement of the migration; the next one finishes, to the very same schema."""
    source = run.random
    with new_databases() as url:
        whole = _migrates(url, 0)
        assert whole.returncode == 0, whole.stderr
        schema, statements = _schema(url), int(whole.stdout.split()[-1])
    instants = []
    for _ in range(kills):
        with new_databases() as url:
            instants.append(source.randint(1, statements))
            assert _migrates(url, instants[-1]).returncode == DIED
            again = _migrates(url, 0)
            assert again.returncode == 0, f"killed before statement {instants[-1]}: {again.stderr}"
            assert _schema(url) == schema
    run.count(migrations_killed=kills)
    run.tell(killed_before_statement=instants, statements=statements)


def _schema(url: str) -> dict[str, object]:
    database = Database(url)
    found = inspect(database.engine)
    tables: dict[str, object] = {
        name: (
            sorted((column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)),
            sorted(str(index["name"]) for index in found.get_indexes(name)),
        )
        for name in found.get_table_names()
    }
    database.dispose()
    return tables


@pytest.mark.bar(11)
def test_a_backup_under_load_restores_with_equal_rows(
    open_shop: Callable[..., Shop], prepared: Prepared, run: Run, tmp_path: Path
) -> None:
    """A backup taken while customers write is whole by itself, and one taken when all is quiet has every row."""
    shop = open_shop()
    crowd = Crowd(shop=shop)
    crowd.hire()
    arrivals = crowd.customers(10, run.random)
    with restored(prepared, tmp_path / "busy") as url:
        database = Database(url)
        report = audit_database(database, SECRET.encode(), utc_now())
        database.dispose()
        assert report.clean, report.as_text()
    arrivals.join()
    drain_and_prove(shop, crowd)
    shop.stop()
    with restored(prepared, tmp_path / "quiet") as url:
        rows = hashes(prepared.url)
        assert hashes(url) == rows
    run.count(backups=2, tables=len(rows))


@contextmanager
def restored(prepared: Prepared, target: Path) -> Iterator[str]:
    """A backup by the database's own means, restored into a database of its own."""
    if prepared.cluster is None:
        with sqlite3.connect(prepared.url.removeprefix("sqlite:///")) as source, sqlite3.connect(target) as copy:
            source.backup(copy)
        source.close()
        copy.close()
        yield f"sqlite:///{target}"
        return
    cluster = prepared.cluster
    dump = [str(cluster.binaries / "pg_dump"), "-Fc", "-f", str(target), prepared.url.replace("+psycopg", "")]
    subprocess.run(dump, check=True, capture_output=True)
    with cluster.fresh_database() as url:
        restore = [
            str(cluster.binaries / "pg_restore"),
            "--no-owner",
            "-d",
            url.replace("+psycopg", ""),
            str(target),
        ]
        subprocess.run(restore, check=True, capture_output=True)
        yield url


def hashes(url: str) -> dict[str, str]:
    """Of each table, a hash over all its rows in the order of their own text."""
    database = Database(url)
    found = {}
    with database.engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            table = Table(name, MetaData(), autoload_with=connection)
            rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    database.dispose()
    return found


@pytest.mark.bar(11)
def test_an_orderly_end_drains_in_time_and_loses_nothing(open_shop: Callable[..., Shop], run: Run) -> None:
    """SIGTERM under load: what was begun is finished within 20 s, and everything goes on after the next start."""
    shop, source = open_shop(), run.random
    crowd = Crowd(shop=shop)
    crowd.hire()
    arrivals = crowd.customers(10, source)
    time.sleep(source.uniform(0.5, 2))
    assert shop.process
    began = time.monotonic()
    shop.process.send_signal(signal.SIGTERM)
    shop.process.wait(DRAINS_WITHIN * SLACK)
    took = time.monotonic() - began
    shop.start()
    arrivals.join()
    drain_and_prove(shop, crowd)
    run.count(orderly_ends=1)
    run.tell(drained_in_seconds=round(took, 2))
