"""Line 8: PostgreSQL's backends are terminated and its server is killed under load."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.load import Crowd, client
from tests.faults.prepared import Prepared, prepare_postgres
from tests.faults.proof import drain_and_prove
from tests.faults.shop import Shop, wait_until
from tests.faults.sizes import SLACK, Run, in_parts
from tests.support.missing import need
from tests.support.postgres import DURABLE, PostgresCluster, find_binaries

BACK_WITHIN = 10.0  # seconds, the bar's


@pytest.fixture(scope="module")
def durable() -> Iterator[PostgresCluster]:
    """A server of its own that syncs its log: what it acknowledged survives its death."""
    with PostgresCluster.started(need("PostgreSQL", find_binaries()), DURABLE) as cluster:
        prepare_postgres(cluster)
        yield cluster


@pytest.fixture
def prepared(durable: PostgresCluster) -> Iterator[Prepared]:
    """In place of the database of each kind: PostgreSQL's, on the durable server."""
    with Prepared.of_postgres(durable) as made:
        yield made


@contextmanager
def at_work(shop: Shop, run: Run, escalations: int) -> Iterator[Crowd]:
    """Customers and agents for the time of the block; then everything is proven."""
    crowd = Crowd(shop=shop)
    crowd.hire()
    arrivals = crowd.customers(escalations, run.random)
    yield crowd
    arrivals.join()
    drain_and_prove(shop, crowd)
    run.count(escalations=escalations, messages=len(crowd.book.taken))
    run.tell(clients_saw=dict(crowd.book.troubles))


@pytest.mark.bar(8)
@in_parts("ended", short=10, full=100, part=50)
def test_terminated_backends_lose_nothing(
    open_shop: Callable[..., Shop], durable: PostgresCluster, run: Run, ended: int
) -> None:
    """Random backends of the product are terminated while customers escalate."""
    shop, source = open_shop(), run.random
    terminate = (
        "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity"
        " WHERE datname LIKE 'relevo_%' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1) AS one"
    )
    with at_work(shop, run, ended):
        for _ in range(ended):
            time.sleep(source.uniform(0.05, 0.6))
            durable.execute(terminate)
    run.count(backends_terminated=ended)


@pytest.mark.bar(8)
@in_parts("kills", short=2, full=20, part=10)
def test_a_killed_server_loses_nothing_and_service_is_back(
    open_shop: Callable[..., Shop], durable: PostgresCluster, run: Run, kills: int, tmp_path: Path
) -> None:
    """The server is killed with -9 and started again; the product serves again by itself, in time."""
    shop, source = open_shop(), run.random
    slowest = 0.0
    with at_work(shop, run, kills * 5), client(shop, "/api/v1") as http:
        for _ in range(kills):
            time.sleep(source.uniform(0.5, 2.5))
            durable.kill()
            time.sleep(source.uniform(0, 1))
            durable.restart()
            began = time.monotonic()

            def is_back() -> bool:
                return http.post("/conversations", json={"language": "en"}).status_code == 201

            wait_until(is_back, seconds=BACK_WITHIN * SLACK, what="service after the server's restart")
            slowest = max(slowest, time.monotonic() - began)
    assert not shop.died()
    run.count(servers_killed=kills)
    run.tell(slowest_back_seconds=round(slowest, 2))
