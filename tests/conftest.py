"""Fixtures that every test may use: throw-away servers, fresh databases, and no network but loopback."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import network
from tests.support.browser import find_chromium, launch_arguments
from tests.support.missing import need
from tests.support.postgres import PostgresCluster, find_binaries
from tests.support.product import Product, StartProduct, always_open, copy_models, train_once
from tests.support.redis import RedisServer, find_server

sys.addaudithook(network.refuse_outside)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser come last, in whatever order: Playwright leaves a running event loop in the thread."""
    items.sort(key=lambda item: "playwright" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresCluster]:
    """A throw-away PostgreSQL server that is gone after the session."""
    binaries = need("PostgreSQL", find_binaries())
    with PostgresCluster.started(binaries) as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres: PostgresCluster) -> Iterator[str]:
    """A fresh, empty PostgreSQL database as a SQLAlchemy URL."""
    with postgres.fresh_database() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite file (not yet there) as a SQLAlchemy URL."""
    return f"sqlite:///{tmp_path / 'relevo.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, empty database, once for each of the two kinds."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A throw-away Redis server that keeps nothing on disk and is gone after the session."""
    binary = need("Redis", find_server())
    with RedisServer.started(binary) as server:
        yield server


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """An empty Redis."""
    redis_server.flush()
    return redis_server.url


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """pytest-playwright starts the system's Chromium; nothing is downloaded."""
    return launch_arguments(need("Chromium", find_chromium()))


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with a model of the project's own knowledge, trained once a session."""
    return train_once(tmp_path_factory.mktemp("trained") / "var")


@pytest.fixture
def relevo_up(database_url: str, trained: Path, tmp_path: Path) -> Iterator[StartProduct]:
    """Starts the whole product on a fresh database of each kind: `relevo_up(settings=…, **environment)`."""
    started: list[Product] = []

    def start(settings: str | None = None, **environment: str) -> Product:
        product = Product(
            var=tmp_path / f"var{len(started)}",
            database_url=database_url,
            settings=settings or always_open(),
            environment=environment,
        )
        copy_models(trained, product.var)
        started.append(product)
        product.start()
        return product

    yield start
    for product in started:
        product.stop()
