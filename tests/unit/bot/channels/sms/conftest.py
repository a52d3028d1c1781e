from collections.abc import Iterator

import pytest

from tests.support.sms import Double, running_double


@pytest.fixture(scope="module")
def shared_double() -> Iterator[Double]:
    with running_double() as double:
        yield double


@pytest.fixture
def double(shared_double: Double) -> Iterator[Double]:
    """The carrier's double, without faults at the beginning and the end."""
    shared_double.faults()
    yield shared_double
    shared_double.faults()
