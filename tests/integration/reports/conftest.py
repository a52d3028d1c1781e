"""A world on each of the two databases. Its clock jumps without a sweeper, so deadlines pass unserved on purpose."""

from collections.abc import Iterator

import pytest

from tests.support.core import World
from tests.support.core import world as make_world


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    for made in make_world(database_url):
        made.settle(undo_seconds=0)
        yield made
