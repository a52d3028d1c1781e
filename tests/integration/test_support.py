"""The throw-away servers that other tests stand on."""

import socket

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from tests.support.network import OutsideRefused
from tests.support.redis import RedisServer


def test_each_kind_of_database_is_fresh_and_writable(empty_url: str) -> None:
    engine = sa.create_engine(empty_url)
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []
        connection.execute(sa.text("CREATE TABLE probe (id INTEGER)"))
    engine.dispose()


def test_redis_comes_back_empty_after_a_kill(redis_server: RedisServer) -> None:
    import redis

    with redis.Redis.from_url(redis_server.url) as client:
        client.set("key", "value")
    redis_server.restart()
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.get("key") is None


def test_the_systems_chromium_runs(page: Page) -> None:
    page.set_content("<h1>Relevo</h1>")
    assert page.inner_text("h1") == "Relevo"


def test_a_connection_beyond_loopback_is_refused() -> None:
    with pytest.raises(OutsideRefused):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
