"""Line 6: what is acknowledged is on the disk first."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from handoff.service import Database
from tests.faults.guest import Guest
from tests.faults.load import Book, client, send_text
from tests.faults.shop import Shop
from tests.faults.sizes import Run, of_size
from tests.support.missing import need
from tests.support.postgres import DURABLE, PostgresCluster, find_binaries

MESSAGES = of_size(short=6, full=100)
CALLS = "trace=fsync,fdatasync,sendto,write,writev,sendmsg"
SYNC = re.compile(r"f(?:data)?sync\(\d+<[^>]*relevo\.db-wal>\)\s*=\s*0|<\.\.\. f(?:data)?sync resumed>.*= 0")
ACKNOWLEDGED = re.compile(r'"HTTP/1\.1 (202 Accepted|200 OK|201 Created)')


@pytest.mark.bar(6)
@pytest.mark.parametrize("prepared", ["sqlite"], indirect=True)
def test_the_log_is_synced_before_every_acknowledgement(
    open_shop: Callable[..., Shop], run: Run, tmp_path: Path
) -> None:
    """strace of the process: between two acknowledged messages the write-ahead log reaches the disk, each time."""
    strace = need("strace", shutil.which("strace"))
    trace = tmp_path / "trace"
    shop = open_shop(wrapped_in=(strace, "-f", "-y", "-s", "60", "-e", CALLS, "-o", str(trace), "--"))
    book = Book()
    guest = Guest(shop=shop, book=book, name="guest")
    marks = []
    with client(shop) as http:
        for number in range(MESSAGES):
            time.sleep(1.2)  # the bot's own commits, which sync too, are over
            marks.append(_size(trace))
            if number % 2:
                send_text(http, shop, book, "+34600000001", f"SM{number}", "STOP" if number == 1 else f"text {number}")
            else:
                guest.says(f"message {number}")
    shop.stop()
    lines = trace.read_bytes()
    for number, mark in enumerate(marks):
        after = lines[mark:].decode(errors="replace")
        acknowledged = ACKNOWLEDGED.search(after)
        assert acknowledged, f"message {number} has no acknowledgement in the trace"
        before = after[: acknowledged.start()]
        assert SYNC.search(before), f"message {number} was acknowledged before the log was synced:\n{before[-2000:]}"
    run.count(acknowledgements=len(marks))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


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
        PostgresCluster.started(need("PostgreSQL", find_binaries()), **DURABLE) as cluster,
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
