"""A shop that runs: the whole product as a process, shared by all tests, once on each database.

What they leave behind must stand up to the audit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from handoff.clock import utc_now
from tests.acceptance.people import AgentAtDesk, Phone, Visitor
from tests.support.product import Product, closed_now, copy_models


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Which kind of database the shops run on."""
    return str(request.param)


@contextmanager
def running(product: Product, trained: Path) -> Iterator[Product]:
    """A started product; at its end the audit must find nothing, and it must stop in good order."""
    copy_models(trained, product.var)
    product.start()
    yield product
    audit = product.run("audit")
    assert product.stop() == 0
    assert audit.returncode == 0, audit.stdout + audit.stderr


@contextmanager
def fresh_url(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    """A database of its own for one shop."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'relevo.db'}"
        return
    with request.getfixturevalue("postgres").fresh_database() as url:
        yield url


@pytest.fixture(scope="session")
def open_shop(
    request: pytest.FixtureRequest, database: str, trained: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """A shop that never closes."""
    folder = tmp_path_factory.mktemp("open")
    with (
        fresh_url(request, database, folder) as url,
        running(Product(var=folder / "var", database_url=url), trained) as product,
    ):
        yield product


@pytest.fixture(scope="session")
def closed_shop(
    request: pytest.FixtureRequest, database: str, trained: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """A shop outside its opening hours."""
    folder = tmp_path_factory.mktemp("closed")
    with fresh_url(request, database, folder) as url:
        product = Product(var=folder / "var", database_url=url, settings=closed_now(utc_now()))
        with running(product, trained) as started:
            yield started


@pytest.fixture(scope="module")
def shop(request: pytest.FixtureRequest, database: str) -> Product:
    """The running product; a module that sets CLOSED gets the one that is closed."""
    closed = getattr(request.module, "CLOSED", False)
    product: Product = request.getfixturevalue("closed_shop" if closed else "open_shop")
    return product


@pytest.fixture
def visitor(shop: Product) -> Iterator[Visitor]:
    """A customer at the web API."""
    with Visitor.arriving(shop) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def signed_in(shop: Product) -> Iterator[AgentAtDesk]:
    """The demo agent at the desk's API, for the whole module."""
    with AgentAtDesk.signed_in(shop) as agent:
        yield agent


@pytest.fixture
def agent(signed_in: AgentAtDesk) -> AgentAtDesk:
    """The demo agent, who has just given a sign of life."""
    signed_in.beats()
    return signed_in


@pytest.fixture
def phone(shop: Product) -> Phone:
    """A customer's phone at the carrier's double."""
    return Phone(shop)


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of its own."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 860})
    yield context
    context.close()
