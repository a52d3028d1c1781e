"""A shop that runs: the whole product as a process, shared by the tests of a module, once on each database."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from handoff.clock import utc_now
from tests.acceptance.people import AgentAtDesk, Phone, Visitor
from tests.support.product import Product, closed_now, copy_models


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A fresh database of each kind for the module."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('shop') / 'relevo.db'}"
        return
    with request.getfixturevalue("postgres").fresh_database() as url:
        yield url


@pytest.fixture(scope="module")
def shop(
    request: pytest.FixtureRequest, database: str, trained: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """The running product; a module that sets CLOSED runs it outside its opening hours."""
    closed = getattr(request.module, "CLOSED", False)
    product = Product(var=tmp_path_factory.mktemp("shop") / "var", database_url=database)
    if closed:
        product.settings = closed_now(utc_now())
    copy_models(trained, product.var)
    product.start()
    yield product
    assert product.stop() == 0


@pytest.fixture
def stack(shop: Product) -> Iterator[ExitStack]:
    """Closes what people have open; what the test leaves behind must stand up to the audit."""
    with ExitStack() as opened:
        yield opened
    audit = shop.run("audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr


@pytest.fixture
def visitor(shop: Product, stack: ExitStack) -> Visitor:
    """A customer at the web API."""
    return stack.enter_context(Visitor.arriving(shop))


@pytest.fixture
def agent(shop: Product, stack: ExitStack) -> AgentAtDesk:
    """The demo agent, signed in at the desk's API."""
    return stack.enter_context(AgentAtDesk.signed_in(shop))


@pytest.fixture
def phone(shop: Product) -> Phone:
    """A customer's phone at the carrier's double."""
    return Phone(shop)


@pytest.fixture
def window(browser: Browser, stack: ExitStack) -> BrowserContext:
    """A browser of its own."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 860})
    stack.callback(context.close)
    return context
