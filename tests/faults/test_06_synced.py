"""Line 6: what is acknowledged is on the disk first."""

import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from handoff.service import Database
from tests.faults.guest import Guest
from tests.faults.load import Book, client, send_text
from tests.faults.prepared import Prepared, prepare_postgres
from tests.faults.shop import Shop
from tests.faults.sizes import Run, of_size
from tests.faults.tracing import ACKNOWLEDGED, SYNC, begun_calls, finished_calls, tracing
from tests.support.memory import in_memory
from tests.support.missing import need
from tests.support.postgres import DURABLE, PostgresCluster, find_binaries

MESSAGES = of_size(short=6, full=100)
LOGS = {"sqlite": r"/relevo\.db-wal", "postgresql": r"/pg_wal/"}


@dataclass(frozen=True)
class Traced:
    """A shop on a database that syncs, and the files in which strace notes what both do."""

    shop: Shop
    database: str
    trace: Path
    server: Path  # the trace of who writes the log: the product itself with SQLite

    def syncs(self) -> list[float]:
        """When the write-ahead log had reached the disk, in seconds of the epoch."""
        return [at for at, call in finished_calls(self.server) if re.search(SYNC + LOGS[self.database], call)]

    def acknowledgements(self) -> list[float]:
        """When the product began to send that it has taken something."""
        return [at for at, call in begun_calls(self.trace) if ACKNOWLEDGED.search(call)]


@pytest.fixture(params=sorted(LOGS))
def traced(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Traced]:
    """The product under strace on each database; PostgreSQL's server is under its own."""
    strace = need("strace", shutil.which("strace"))
    with ExitStack() as stack:
        trace = tmp_path / "trace"
        server = trace
        if request.param == "sqlite":
            prepared = Prepared.of_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=in_memory())))
            folder.chmod(0o777)  # the server has an account of its own
            server = folder / "trace"
            binaries = need("PostgreSQL", find_binaries())
            wrapper = (strace, "-D", *tracing(server), "--")
            cluster = stack.enter_context(PostgresCluster.started(binaries, DURABLE, wrapped_in=wrapper))
            prepared = stack.enter_context(Prepared.of_postgres(cluster, prepare_postgres(cluster)))
        shop = Shop(var=tmp_path / "var", url=prepared.url, wrapped_in=(strace, *tracing(trace), "--"))
        stack.enter_context(shop.surroundings())
        shop.start()
        yield Traced(shop, request.param, trace, server)


@pytest.mark.bar(6)
def test_the_log_is_synced_before_every_acknowledgement(traced: Traced, run: Run) -> None:
    """strace: between a message and its acknowledgement the write-ahead log has reached the disk, each time."""
    shop, book = traced.shop, Book()
    guest = Guest(shop=shop, book=book, name="guest")
    sent = []
    with client(shop) as http:
        for number in range(MESSAGES):
            time.sleep(1.2)  # the bot's own commits, which sync too, are over
            sent.append(time.time())
            if number % 2:
                send_text(http, shop, book, "+34600000001", f"SM{number}", "STOP" if number == 1 else f"text {number}")
            else:
                guest.says(f"message {number}")
    shop.stop()
    syncs, acknowledgements = traced.syncs(), traced.acknowledgements()
    for number, at in enumerate(sent):
        acknowledged = next((each for each in acknowledgements if each > at), None)
        assert acknowledged, f"message {number} has no acknowledgement in the trace"
        assert any(at < each < acknowledged for each in syncs), (
            f"message {number} was acknowledged before it was synced"
        )
    run.count(acknowledgements=len(sent))


@pytest.mark.bar(6)
def test_every_sqlite_connection_is_fully_synchronous(tmp_path: Path) -> None:
    """Each pooled connection, read or write, has synchronous=FULL and a write-ahead log."""
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    held = [database.engine.connect() for _ in range(5)]
    for connection in held:
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        connection.close()
    database.dispose()


@pytest.fixture(scope="module")
def durable_url() -> Iterator[str]:
    with (
        PostgresCluster.started(need("PostgreSQL", find_binaries()), DURABLE) as cluster,
        cluster.fresh_database() as url,
    ):
        yield url


@pytest.mark.bar(6)
def test_postgres_waits_for_its_log_before_it_commits(durable_url: str) -> None:
    """The product asks for nothing weaker than the server's own synchronous commit."""
    database = Database(durable_url)
    with database.write() as session:
        assert session.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
        assert session.execute(text("SHOW fsync")).scalar_one() == "on"
    database.dispose()
