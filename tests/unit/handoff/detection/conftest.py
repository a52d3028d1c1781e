"""One set of detectors for all tests: building them loads spaCy."""

from collections.abc import Callable

import pytest

from handoff.detection import Detectors, PastTurn


@pytest.fixture(scope="session")
def detectors() -> Detectors:
    return Detectors()


@pytest.fixture(scope="session")
def dialogue() -> Callable[..., list[PastTurn]]:
    """Turns from lines such as "customer: hello" and "bot: hi"; "bot[returns]: ..." names the entry."""

    def make(*lines: str) -> list[PastTurn]:
        turns = []
        for line in lines:
            who, text = line.split(": ", 1)
            role, _, entry = who.removesuffix("]").partition("[")
            turns.append(PastTurn(role=role, text=text, entry=entry or None))  # type: ignore[arg-type]
        return turns

    return make
