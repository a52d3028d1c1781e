"""Token buckets: the same behaviour in this process and over a real Redis."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from handoff.errors import NaiveDatetime, RateLimited
from handoff.limits import InProcessLimits, Limits, RedisLimits, Rule, check_limit, make_limits
from tests.support.redis import RedisServer

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
RULE = Rule(name="messages", burst=3, per_minute=60)


@pytest.fixture(params=["process", "redis"])
def limits(request: pytest.FixtureRequest) -> Iterator[Limits]:
    if request.param == "process":
        yield InProcessLimits()
        return
    shared = RedisLimits(request.getfixturevalue("redis_url"))
    yield shared
    shared.close()


def test_a_burst_passes_and_the_next_waits(limits: Limits) -> None:
    assert [limits.take(RULE, "a", NOW) for _ in range(3)] == [0, 0, 0]
    assert limits.take(RULE, "a", NOW) == pytest.approx(1, abs=0.01)


def test_it_refills_with_time_and_never_beyond_the_burst(limits: Limits) -> None:
    for _ in range(3):
        limits.take(RULE, "a", NOW)
    assert limits.take(RULE, "a", NOW + timedelta(seconds=0.5)) == pytest.approx(0.5, abs=0.01)
    assert limits.take(RULE, "a", NOW + timedelta(seconds=1)) == 0
    later = NOW + timedelta(hours=1)
    assert [limits.take(RULE, "a", later) > 0 for _ in range(4)] == [False, False, False, True]


def test_asking_again_does_not_lengthen_the_wait(limits: Limits) -> None:
    for _ in range(50):
        limits.take(RULE, "a", NOW)
    assert limits.take(RULE, "a", NOW + timedelta(seconds=1)) == 0


def test_keys_and_rules_are_apart(limits: Limits) -> None:
    for _ in range(4):
        limits.take(RULE, "a", NOW)
    assert limits.take(RULE, "b", NOW) == 0
    assert limits.take(Rule(name="other", burst=1, per_minute=1), "a", NOW) == 0


def test_a_clock_that_goes_back_gives_nothing_away(limits: Limits) -> None:
    for _ in range(3):
        limits.take(RULE, "a", NOW)
    assert limits.take(RULE, "a", NOW - timedelta(hours=1)) > 0
    assert limits.take(RULE, "a", NOW) > 0


def test_many_at_once_take_no_more_than_there_is(limits: Limits) -> None:
    rule = Rule(name="rush", burst=10, per_minute=1)
    taken: list[float] = []
    threads = [
        threading.Thread(target=lambda: taken.extend(limits.take(rule, "a", NOW) for _ in range(10))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(0) == 10


def test_the_error_says_how_long_to_wait(limits: Limits) -> None:
    rule = Rule(name="slow", burst=1, per_minute=2)
    check_limit(limits, rule, "a", NOW)
    with pytest.raises(RateLimited) as refused:
        check_limit(limits, rule, "a", NOW)
    assert refused.value.fields == {"retry_after": "30"}


def test_naive_instants_are_refused(limits: Limits) -> None:
    with pytest.raises(NaiveDatetime):
        limits.take(RULE, "a", datetime(2026, 11, 20))  # noqa: DTZ001 - that is the point


def test_buckets_of_this_process_are_bounded() -> None:
    limits = InProcessLimits(most=100)
    for each in range(1000):
        limits.take(RULE, str(each), NOW)
    assert len(limits._buckets) == 100


def test_two_processes_share_one_bucket(redis_url: str) -> None:
    first, second = make_limits(redis_url), make_limits(redis_url)
    taken = [each.take(RULE, "a", NOW) for each in (first, second, first, second)]
    assert [wait > 0 for wait in taken] == [False, False, False, True]
    for each in (first, second):
        assert isinstance(each, RedisLimits)
        each.close()


@pytest.mark.bar(9)
def test_without_redis_each_process_limits_on_its_own(redis_server: RedisServer) -> None:
    limits = RedisLimits(redis_server.url)
    redis_server.kill()
    try:
        assert [limits.take(RULE, "a", NOW) > 0 for _ in range(4)] == [False, False, False, True]
    finally:
        redis_server.restart()
    assert limits.take(RULE, "a", NOW) == 0
    limits.close()
