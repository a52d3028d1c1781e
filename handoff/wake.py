"""Wakes: hints that something is to do, so that nobody waits for the next poll. Losing every one loses nothing."""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable, Collection
from time import monotonic
from typing import Any, Protocol, Self
from uuid import uuid4

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger()
CHANNEL = "relevo:wake"
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


MOST_WORDS = 64  # kept for one subscription between two looks: older ones are hints that nobody misses


class Subscription:
    """Remembers a wake that comes between two waits. Use it in one event loop; close it, or use it as a context."""

    def __init__(self, wake: "InProcessWake", topics: Collection[str]) -> None:
        self._wake = wake
        self.topics = frozenset(topics)
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._words: deque[str] = deque(maxlen=MOST_WORDS)

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109
        """Until woken, which is True, or `timeout` seconds have passed, which is False."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):  # Python 3.11's wait_for loses a cancellation that comes with the wake
                await self._woken.wait()
        woken = self._woken.is_set()
        self._woken.clear()
        return woken

    def words(self) -> tuple[str, ...]:
        """What the wakes since the last look said: "typing:ana" of a wake of "chat:7 typing:ana"."""
        words = []
        with contextlib.suppress(IndexError):
            while True:
                words.append(self._words.popleft())
        return tuple(words)

    def wake(self, word: str = "") -> None:
        """From any thread; a loop that is closed already has nobody to wake."""
        if word:
            self._words.append(word)
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._woken.set)

    def close(self) -> None:
        self._wake.forget(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Wake(Protocol):
    """Topics: "turns", "deliveries", "desk", "conversation:<id>", "chat:<id>"; after a space a wake may say a word."""

    def notify(self, topic: str) -> None:
        """Wake whoever waits for `topic`. From any thread; never raises, never blocks on a network."""

    def subscribe(self, topics: Collection[str]) -> Subscription:
        """From here on no wake of these topics is missed. Call it inside the event loop that waits."""

    async def wait(self, topics: Collection[str], timeout: float) -> bool:  # noqa: ASYNC109
        """One wait; a wake before the call is missed, so loops hold a subscription instead."""

    def close(self) -> None:
        """Let go of threads and connections."""


class InProcessWake:
    """Wakes within this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscriptions: dict[str, set[Subscription]] = {}

    def notify(self, topic: str) -> None:
        self._wake_here(topic)

    def subscribe(self, topics: Collection[str]) -> Subscription:
        subscription = Subscription(self, topics)
        with self._lock:
            for topic in subscription.topics:
                self._subscriptions.setdefault(topic, set()).add(subscription)
        return subscription

    def forget(self, subscription: Subscription) -> None:
        with self._lock:
            for topic in subscription.topics:
                waiting = self._subscriptions.get(topic, set())
                waiting.discard(subscription)
                if not waiting:
                    self._subscriptions.pop(topic, None)

    async def wait(self, topics: Collection[str], timeout: float) -> bool:  # noqa: ASYNC109
        with self.subscribe(topics) as subscription:
            return await subscription.wait(timeout)

    def close(self) -> None:
        """Nothing to let go of."""

    def _wake_here(self, topic: str) -> None:
        name, _, word = topic.partition(" ")
        with self._lock:
            waiting = tuple(self._subscriptions.get(name, ()))
        for subscription in waiting:
            subscription.wake(word)

    def _wake_everyone(self) -> None:
        with self._lock:
            waiting = set().union(*self._subscriptions.values())
        for subscription in waiting:
            subscription.wake()


class RedisWake(InProcessWake):
    """Wakes across processes over Redis; those of this process do not need it. Failures are logged, never raised."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._redis = redis.Redis.from_url(
            url, socket_timeout=5, socket_connect_timeout=2, health_check_interval=15, retry=Retry(NoBackoff(), 0)
        )
        self._self = uuid4().hex
        self._closed = threading.Event()
        self._to_publish: set[str] = set()
        self._something = threading.Event()
        self.listening = threading.Event()
        self._threads = [self._thread("listen", self._listen), self._thread("publish", self._publish)]

    def notify(self, topic: str) -> None:
        self._wake_here(topic)
        with self._lock:
            self._to_publish.add(topic)
        self._something.set()

    def close(self) -> None:
        self._closed.set()
        self._something.set()
        for thread in self._threads:
            thread.join(timeout=3)
        self._redis.close()

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=self._forever, args=(name, work), name=f"wake-{name}", daemon=True)
        thread.start()
        return thread

    def _forever(self, name: str, work: Callable[[], None]) -> None:
        """`work` until closed; after failures in a row with a growing pause."""
        pause = FIRST_PAUSE
        while not self._closed.is_set():
            began = monotonic()
            try:
                work()
            except (redis.RedisError, OSError) as exc:
                pause = FIRST_PAUSE if monotonic() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
                log.warning("wake_failed", part=name, error=type(exc).__name__, again_in=pause)
                self._closed.wait(pause)
            else:
                pause = FIRST_PAUSE

    def _listen(self) -> None:
        with self._redis.pubsub() as pubsub:  # type: ignore[no-untyped-call]
            try:
                pubsub.subscribe(CHANNEL)
                while not self._closed.is_set():
                    self._heard(pubsub.get_message(timeout=0.5))
            finally:
                self.listening.clear()

    def _heard(self, message: dict[str, Any] | None) -> None:
        if message is None:
            return
        if message["type"] == "subscribe":
            # hints were lost while we were not listening
            self.listening.set()
            self._wake_everyone()
        elif message["type"] == "message":
            sender, _, topic = message["data"].decode(errors="replace").partition(" ")
            if sender != self._self:
                self._wake_here(topic)

    def _publish(self) -> None:
        self._something.wait(1.0)
        self._something.clear()
        with self._lock:
            topics, self._to_publish = self._to_publish, set()
        for topic in topics:
            self._redis.publish(CHANNEL, f"{self._self} {topic}")
