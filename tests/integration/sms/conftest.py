from collections.abc import Iterator

import pytest

from tests.support.texting import Sms, running_sms


@pytest.fixture
def sms(database_url: str) -> Iterator[Sms]:
    with running_sms(database_url) as running:
        yield running
