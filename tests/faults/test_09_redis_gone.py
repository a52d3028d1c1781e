"""Line 9: Redis is flushed, killed and paused under load. It is never the only copy."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from tests.faults.guest import Guest
from tests.faults.load import QUESTION, Book, Crowd
from tests.faults.proof import drain_and_prove
from tests.faults.shop import Shop, wait_until
from tests.faults.sizes import SLACK, Run, in_parts, of_size
from tests.support.missing import need
from tests.support.redis import RedisServer, find_server

PAUSE = of_size(short=3, full=30)  # seconds
CURRENT_WITHIN = 5.0  # seconds, the bar's


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A server that this test may break."""
    with RedisServer.started(need("Redis", find_server())) as server:
        yield server


@dataclass
class Listener:
    """A page that follows its conversation's stream."""

    guest: Guest
    heard: list[str] = field(default_factory=list)
    thread: threading.Thread | None = None

    def start(self) -> None:
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        try:
            with self.guest.http.stream("GET", f"/conversations/{self.guest.id}/events", timeout=300) as stream:
                self.heard.extend(line for line in stream.iter_lines() if line.startswith("data:"))
        except (httpx.HTTPError, RuntimeError):  # the test has hung up
            return


@pytest.mark.bar(9)
@in_parts("rounds", short=1, full=10, part=5)
def test_redis_may_go_in_every_way(
    open_shop: Callable[..., Shop], own_redis: RedisServer, run: Run, rounds: int
) -> None:
    """Flushed, killed, restarted and paused while customers escalate: nothing is lost, open streams stay current."""
    shop = open_shop(environment={"RELEVO_REDIS_URL": own_redis.url})
    crowd = Crowd(shop=shop)
    crowd.hire()
    arrivals = crowd.customers(rounds * 12, run.random)
    redis = own_redis
    faults = [redis.flush, redis.kill, redis.restart, redis.pause, lambda: _go_on(redis), redis.flush]
    slowest = 0.0
    for number in range(rounds):
        for fault in faults:
            fault()
            slowest = max(slowest, _until_current(shop, crowd.book, f"{number}-{faults.index(fault)}-{time.time_ns()}"))
        redis.restart()
    arrivals.join()
    drain_and_prove(shop, crowd)
    run.count(faults=rounds * len(faults), escalations=rounds * 12)
    run.tell(slowest_stream_seconds=round(slowest, 2), paused_seconds=PAUSE)


def _go_on(server: RedisServer) -> None:
    """The end of a pause; customers were served meanwhile."""
    time.sleep(PAUSE)
    server.resume()


def _until_current(shop: Shop, book: Book, name: str) -> float:
    """A customer's question and its answer arrive on their open stream; returns the seconds that took."""
    guest = Guest(shop=shop, book=book, name=name)
    listener = Listener(guest)
    listener.start()
    began = time.monotonic()
    guest.says(QUESTION)
    wait_until(
        lambda: any('"entry"' in line for line in listener.heard),
        seconds=CURRENT_WITHIN * SLACK,
        what="the answer on the stream",
    )
    guest.http.close()
    return time.monotonic() - began
