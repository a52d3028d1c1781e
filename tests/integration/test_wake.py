"""One conformance suite over both wakes; Redis is a real server that the test starts."""

import asyncio
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from handoff.wake import InProcessWake, RedisWake, Subscription, Wake

LONG, SHORT = 5.0, 0.2


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RedisServer:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        arguments = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder))
        self.process = subprocess.Popen(("redis-server", *arguments), stdout=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        pytest.fail("redis-server did not start")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["in process", "redis"])
def wake(request: pytest.FixtureRequest) -> Iterator[Wake]:
    made = redis_wake(request.getfixturevalue("redis_server")) if request.param == "redis" else InProcessWake()
    yield made
    made.close()


def redis_wake(server: RedisServer) -> RedisWake:
    made = RedisWake(server.url)
    assert made.listening.wait(LONG)
    return made


async def quiet(*subscriptions: Subscription) -> None:
    """Let the wake of a first connection pass."""
    for subscription in subscriptions:
        while await subscription.wait(SHORT):
            pass


async def test_a_waiter_is_woken_by_its_topic(wake: Wake) -> None:
    with wake.subscribe(["turns", "desk"]) as subscription:
        asyncio.get_running_loop().call_later(0.05, wake.notify, "desk")
        assert await subscription.wait(LONG)


async def test_a_waiter_sleeps_through_other_topics(wake: Wake) -> None:
    with wake.subscribe(["conversation:1"]) as subscription:
        await quiet(subscription)
        wake.notify("conversation:2")
        assert not await subscription.wait(SHORT)


async def test_a_wake_between_two_waits_is_not_missed(wake: Wake) -> None:
    with wake.subscribe(["turns"]) as subscription:
        await quiet(subscription)
        wake.notify("turns")
        await asyncio.sleep(SHORT)
        assert await subscription.wait(0)
        assert not await subscription.wait(SHORT)


async def test_one_wait_without_a_subscription(wake: Wake) -> None:
    asyncio.get_running_loop().call_later(0.05, wake.notify, "turns")
    assert await wake.wait(["turns"], LONG)
    assert not await wake.wait(["turns"], 0.01)


async def test_every_subscriber_is_woken_from_another_thread(wake: Wake) -> None:
    with wake.subscribe(["turns"]) as one, wake.subscribe(["turns", "desk"]) as other:
        await quiet(one, other)
        threading.Thread(target=wake.notify, args=("turns",)).start()
        assert await one.wait(LONG)
        assert await other.wait(LONG)


def test_notifying_a_loop_that_ended_is_harmless(wake: Wake) -> None:
    async def leave_open() -> None:
        wake.subscribe(["turns"])

    asyncio.run(leave_open())
    wake.notify("turns")


async def test_redis_wakes_another_process(redis_server: RedisServer) -> None:
    here, there = redis_wake(redis_server), redis_wake(redis_server)
    with closing(here), closing(there), there.subscribe(["desk"]) as subscription:
        await quiet(subscription)
        here.notify("desk")
        assert await subscription.wait(LONG)


@pytest.mark.bar(9)
async def test_without_redis_this_process_is_woken_still_and_others_again_once_it_is_back(
    redis_server: RedisServer,
) -> None:
    here, there = redis_wake(redis_server), redis_wake(redis_server)
    with closing(here), closing(there), here.subscribe(["turns"]) as local, there.subscribe(["turns"]) as remote:
        await quiet(local, remote)
        redis_server.stop()
        here.notify("turns")
        assert await local.wait(LONG)
        await asyncio.sleep(SHORT)
        redis_server.start()
        assert await remote.wait(2 * LONG), "a new connection wakes everyone once: hints may have been lost"
        await quiet(local, remote)
        await until_woken(here, remote)


async def until_woken(here: RedisWake, remote: Subscription) -> None:
    for _ in range(50):
        here.notify("turns")
        if await remote.wait(SHORT):
            return
    pytest.fail("the other process is not woken after Redis is back")


async def test_a_redis_that_was_never_there_hinders_nobody() -> None:
    with closing(RedisWake(f"redis://127.0.0.1:{free_port()}/0")) as wake, wake.subscribe(["turns"]) as subscription:
        wake.notify("turns")
        assert await subscription.wait(LONG)


async def test_a_wake_at_the_same_moment_does_not_swallow_a_cancellation(wake: Wake) -> None:
    """A loop that is told to stop just as it is woken: it must not go on."""
    with wake.subscribe(("turns",)) as subscription:
        waiting = asyncio.create_task(subscription.wait(LONG))
        await asyncio.sleep(SHORT)
        subscription._woken.set()
        waiting.cancel()
        await asyncio.wait((waiting,))
    assert waiting.cancelled()
