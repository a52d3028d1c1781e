"""A world on each of the two databases; after every test the audit must be clean."""

from collections.abc import Iterator

import pytest

from handoff.audit import audit_database
from tests.support.core import World
from tests.support.core import world as make_world


@pytest.fixture
def world(database_url: str, request: pytest.FixtureRequest) -> Iterator[World]:
    for made in make_world(database_url):
        yield made
        if request.node.get_closest_marker("tampers") is None:
            report = audit_database(made.core.database, made.core.secret, made.now)
            assert report.clean, report.as_text()
