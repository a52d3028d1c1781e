"""Fixtures that every test may use: throw-away servers, fresh databases, and no network but loopback."""

import functools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import create_ssl_context
from httpx._transports import default as transports
from hypothesis import HealthCheck, settings

from tests.support import network, schema
from tests.support.browser import find_chromium, launch_arguments
from tests.support.missing import need
from tests.support.postgres import PostgresCluster, find_binaries
from tests.support.product import Product, StartProduct, always_open, copy_models, train_once
from tests.support.redis import RedisServer, find_server
from tests.support.workers import Dealer

sys.addaudithook(network.refuse_outside)

# Hundreds of processes are started, and each would spend 3 s on compiling what the one before it had compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A loaded machine makes an example slow, not wrong; what must be fast is measured in bench/.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# Every client would load all authorities of TLS anew, 20 ms each, and none of them meets TLS.
transports.create_ssl_context = functools.cache(create_ssl_context)  # type: ignore[attr-defined]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser come last, in whatever order: Playwright leaves a running event loop in the thread."""
    items.sort(key=lambda item: "playwright" in getattr(item, "fixturenames", ()))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Dealer:
    """Deals the tests out to the workers."""
    return Dealer(config, log)


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


@pytest.fixture(scope="session")
def core_template(postgres: PostgresCluster) -> str:
    """The name of a PostgreSQL database with the core's schema, to be copied."""
    name = "relevo_template"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    schema.make(postgres.url_of(name))
    return name


@pytest.fixture
def postgres_url(postgres: PostgresCluster, core_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database with the core's schema as a SQLAlchemy URL."""
    with postgres.fresh_database(core_template) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite file with the core's schema as a SQLAlchemy URL."""
    path = tmp_path / "relevo.db"
    path.write_bytes(schema.sqlite_file())
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with the core's schema, once for each of the two kinds."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, empty database (of SQLite's the file is not yet there), once for each of the two kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with request.getfixturevalue("postgres").fresh_database() as url:
        yield url


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
    """A state folder with a model of the project's own knowledge, trained once a session, by one of its workers."""
    folder = tmp_path_factory.getbasetemp()
    return train_once((folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "trained-model")


@pytest.fixture
def relevo_up(empty_url: str, trained: Path, tmp_path: Path) -> Iterator[StartProduct]:
    """Starts the whole product on an empty database of each kind: `relevo_up(settings=…, **environment)`."""
    started: list[Product] = []

    def start(settings: str | None = None, **environment: str) -> Product:
        product = Product(
            var=tmp_path / f"var{len(started)}",
            database_url=empty_url,
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
