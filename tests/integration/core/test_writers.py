"""Writers that wait for one another leave everybody else room."""

import threading

from handoff import service
from tests.support.core import World

CROWD = 36  # more than the pool has connections


def test_a_crowd_waits_for_sqlites_writer_without_connections(world: World) -> None:
    """Else every connection would wait for the one writer, and nobody could read."""
    database = world.core.database
    if not database.is_sqlite:
        return  # there, writers wait for rows, each in its own transaction
    tried, written = threading.Semaphore(0), threading.Semaphore(0)

    def write() -> None:
        tried.release()
        with database.write() as session:
            session.connection()
            written.release()

    crowd = [threading.Thread(target=write, daemon=True) for _ in range(CROWD)]
    with database.write() as session:
        session.connection()
        for each in crowd:
            each.start()
        assert all(tried.acquire(timeout=20) for _ in crowd)
        assert database.engine.pool.checkedout() == 1  # type: ignore[attr-defined]
    assert all(written.acquire(timeout=20) for _ in crowd)


def test_nothing_new_to_confirm_waits_for_no_writer(world: World) -> None:
    conversation = world.visit()
    cursor = service.read_stream(world.core, conversation, None)[-1].cursor
    service.confirm_stream(world.core, conversation, cursor, now=world.now)
    with world.core.database.write() as session:
        session.connection()
        assert service.confirm_stream(world.core, conversation, cursor, now=world.now) == 0
