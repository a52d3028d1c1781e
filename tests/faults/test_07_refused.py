"""Line 7: a database that cannot write: never a 2xx without a commit, a clear error, and service again afterwards."""

import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import httpx
import psycopg
import pytest
from sqlalchemy import select

from handoff.models import Message
from tests.faults.guest import Guest
from tests.faults.load import Crowd, client
from tests.faults.proof import drain_and_prove
from tests.faults.shop import Shop, wait_until
from tests.faults.sizes import SLACK, Run, of_size

FULL_DISK = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the test''s disk is full' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION refuse()
"""
MESSAGES = of_size(short=4, full=100)  # sent while nothing can be written
BUSY_SECONDS = 7  # longer than SQLite is waited for
KNOWN = {"unavailable", "internal", "rate_limited"}


@contextmanager
def sqlite_full(shop: Shop) -> Iterator[None]:
    """No file of the process may grow: writes fail as on a full disk."""
    assert shop.process
    limit = resource.RLIMIT_FSIZE
    before = resource.prlimit(shop.process.pid, limit)
    resource.prlimit(shop.process.pid, limit, (4096, before[1]))
    try:
        yield
    finally:
        resource.prlimit(shop.process.pid, limit, before)


@contextmanager
def sqlite_busy(shop: Shop) -> Iterator[None]:
    """Another process holds the write lock for longer than anybody waits."""
    connection = sqlite3.connect(shop.url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
    connection.execute("BEGIN IMMEDIATE")
    until = time.monotonic() + BUSY_SECONDS
    try:
        yield
        time.sleep(max(0, until - time.monotonic()))
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@contextmanager
def postgres_full(shop: Shop) -> Iterator[None]:
    """Every new message is refused as on a full disk."""
    with psycopg.connect(shop.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(FULL_DISK)
        try:
            yield
        finally:
            connection.execute("DROP TRIGGER refuse ON messages; DROP FUNCTION refuse()")


@contextmanager
def postgres_read_only(shop: Shop) -> Iterator[None]:
    """New transactions may only read, as after a fail-over to a copy."""
    name = shop.url.rpartition("/")[2]
    terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    admin = shop.url.replace("+psycopg", "").replace(name, "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        connection.execute(terminate, (name,))
        try:
            yield
        finally:
            connection.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())
            connection.execute(terminate, (name,))


@pytest.mark.bar(7)
@pytest.mark.parametrize(
    ("prepared", "fault"),
    [
        ("sqlite", sqlite_full),
        ("sqlite", sqlite_busy),
        ("postgresql", postgres_full),
        ("postgresql", postgres_read_only),
    ],
    indirect=["prepared"],
    ids=["sqlite-full", "sqlite-busy", "postgresql-full", "postgresql-read-only"],
)
def test_nothing_is_acknowledged_that_is_not_committed(
    open_shop: Callable[..., Shop], run: Run, fault: Callable[[Shop], AbstractContextManager[None]]
) -> None:
    """Messages sent while nothing can be written are refused with a stable code, and taken once it can."""
    shop = open_shop(logs=False)
    crowd = Crowd(shop=shop)
    guests = [Guest(shop=shop, book=crowd.book, name=f"guest{number}") for number in range(MESSAGES)]
    with fault(shop):
        answers = [_posts(guest) for guest in guests]
        accepted = {key for key, answer in answers if answer is not None and answer.status_code < 300}
        refused = [answer for _, answer in answers if answer is not None and answer.status_code >= 300]
    assert not accepted & (set(dict(answers)) - _stored(shop)), "acknowledged, and not there"
    assert not accepted, accepted
    assert {answer.json()["error"]["code"] for answer in refused} <= KNOWN
    assert {answer.json()["error"]["code"] for answer in refused} >= {"unavailable"}
    wait_until(lambda: _writes_again(shop), seconds=10 * SLACK, what="service after the cause is gone")
    for guest in guests:
        guest.says(f"again from {guest.name}")
    crowd.hire(1)
    drain_and_prove(shop, crowd)
    run.count(refused=len(refused), unanswered=len(answers) - len(refused), taken_afterwards=len(guests))


def _posts(guest: Guest) -> tuple[str, httpx.Response | None]:
    key = f"first-{guest.name}"
    body = {"client_id": key, "text": "can you hear me?"}
    try:
        return key, guest.http.post(f"/conversations/{guest.id}/messages", json=body, timeout=30)
    except httpx.TransportError:
        return key, None


def _stored(shop: Shop) -> set[str]:
    with shop.core() as core, core.database.read() as session:
        return {str(found) for found in session.execute(select(Message.client_id)).scalars()}


def _writes_again(shop: Shop) -> bool:
    with client(shop, "/api/v1") as http:
        return http.post("/conversations", json={"language": "en"}).status_code == 201
