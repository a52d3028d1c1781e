"""Rate limits: token buckets in this process, or in Redis when several processes serve. One interface.

A bucket holds `burst` tokens and refills with `per_minute`. Nothing is written when a call is refused, so
asking again does not lengthen the wait. Losing Redis loosens the limit to each process's own, never the service.
"""

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import redis
import structlog

from handoff.clock import check_aware
from handoff.errors import RateLimited

log = structlog.get_logger()

MOST_BUCKETS = 50_000
REDIS_TIMEOUT = 0.25  # seconds; a slow Redis must not make the customer wait


@dataclass(frozen=True, kw_only=True)
class Rule:
    """At most `burst` at once and `per_minute` in the long run. `name` keeps buckets of different rules apart."""

    name: str
    burst: int
    per_minute: float

    @property
    def per_second(self) -> float:
        return self.per_minute / 60


class Limits(Protocol):
    def take(self, rule: Rule, key: str, now: datetime) -> float:
        """Takes one token: 0.0 when there was one, else the seconds until there is one. Never raises."""
        ...


def check_limit(limits: Limits, rule: Rule, key: str, now: datetime) -> None:
    """Raises RateLimited with `fields.retry_after` in whole seconds when the bucket is empty."""
    wait = limits.take(rule, key, now)
    if wait > 0:
        seconds = max(1, math.ceil(wait))
        raise RateLimited(
            f"Too many requests; send it again in {seconds} seconds.", fields={"retry_after": str(seconds)}
        )


def _draw(tokens: float, elapsed: float, rule: Rule) -> tuple[float, float]:
    """The tokens left and the seconds to wait, after `elapsed` seconds of refilling."""
    filled = min(float(rule.burst), tokens + max(0.0, elapsed) * rule.per_second)
    return (filled - 1, 0.0) if filled >= 1 else (filled, (1 - filled) / rule.per_second)


class InProcessLimits:
    """Buckets of this process. The longest unused is forgotten when there are too many."""

    def __init__(self, most: int = MOST_BUCKETS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, rule: Rule, key: str, now: datetime) -> float:
        at, where = check_aware(now).timestamp(), (rule.name, key)
        with self._lock:
            tokens, since = self._buckets.get(where, (float(rule.burst), at))
            left, wait = _draw(tokens, at - since, rule)
            if not wait:
                self._buckets[where] = (left, max(at, since))
            if where in self._buckets:
                self._buckets.move_to_end(where)
            while len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        return wait


_DRAW = """
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'since')
local burst, rate, at = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tokens, since = tonumber(bucket[1]) or burst, tonumber(bucket[2]) or at
local filled = math.min(burst, tokens + math.max(0, at - since) * rate)
if filled < 1 then return tostring((1 - filled) / rate) end
redis.call('HSET', KEYS[1], 'tokens', tostring(filled - 1), 'since', string.format('%.6f', math.max(at, since)))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
return '0'
"""


class RedisLimits:
    """Buckets shared by all processes. While Redis fails, each process limits on its own."""

    def __init__(self, url: str, prefix: str = "relevo:limit:") -> None:
        self._client = redis.Redis.from_url(
            url, socket_timeout=REDIS_TIMEOUT, socket_connect_timeout=REDIS_TIMEOUT, decode_responses=True
        )
        self._draw = self._client.register_script(_DRAW)
        self._prefix = prefix
        self._alone = InProcessLimits()

    def take(self, rule: Rule, key: str, now: datetime) -> float:
        at = f"{check_aware(now).timestamp():.6f}"
        try:
            wait = self._draw(keys=[f"{self._prefix}{rule.name}:{key}"], args=[rule.burst, rule.per_second, at])
        except redis.RedisError as error:
            log.warning("limits.redis_failed", error=type(error).__name__, rule=rule.name)
            return self._alone.take(rule, key, now)
        return float(wait)

    def close(self) -> None:
        self._client.close()


def make_limits(redis_url: str | None) -> Limits:
    """Shared buckets with a Redis, else this process's own."""
    return RedisLimits(redis_url) if redis_url else InProcessLimits()
