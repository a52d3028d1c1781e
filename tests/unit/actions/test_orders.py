"""The order book: two facts or nothing, and wrong attempts counted over all conversations."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from actions.orders import MOST_WRONG, WINDOW, OrderBook
from actions.seed import DEMO, seed

NOW = 1_790_000_000


@pytest.fixture
def book(tmp_path: Path) -> OrderBook:
    assert seed(tmp_path / "orders.db", NOW) == len(DEMO)
    return OrderBook(tmp_path / "orders.db")


@pytest.mark.parametrize("fact", ["lucia@example.com", " LUCIA@EXAMPLE.COM ", "28013"])
def test_second_fact_opens_the_order(book: OrderBook, fact: str) -> None:
    found = book.look_up("A-104820", fact, NOW)
    assert found.order is not None
    assert (found.result, found.order.status, found.order.expected) == ("found", "shipped", "2026-09-23")


@pytest.mark.parametrize("fact", ["james@example.com", "28014", "", "' OR 1=1 --", "%", "lucia@example.co"])
def test_wrong_fact_tells_nothing(book: OrderBook, fact: str) -> None:
    found = book.look_up("A-104820", fact, NOW)
    assert (found.result, found.order) == ("wrong", None)


def test_number_is_locked_after_wrong_attempts_and_opens_after_the_window(book: OrderBook) -> None:
    results = [book.look_up("A-104820", "guess", NOW + i).result for i in range(MOST_WRONG + 2)]
    assert results == ["wrong"] * MOST_WRONG + ["locked"] * 2
    assert book.look_up("A-104820", "28013", NOW + 10).result == "locked"
    assert book.look_up("A-104821", "08002", NOW + 10).result == "found"
    assert book.look_up("A-104820", "28013", NOW + WINDOW + 10).result == "found"


def test_unknown_number_behaves_as_a_known_one(book: OrderBook) -> None:
    results = [book.look_up("A-999999", "28013", NOW).result for _ in range(MOST_WRONG + 1)]
    assert results == ["wrong"] * MOST_WRONG + ["locked"]


def test_guessers_at_once_get_no_more_attempts(book: OrderBook) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda i: book.look_up("A-104823", f"guess{i}", NOW).result, range(24)))
    assert results.count("wrong") == MOST_WRONG


def test_seeding_again_changes_nothing(book: OrderBook, tmp_path: Path) -> None:
    assert seed(tmp_path / "orders.db", NOW + 99 * 86400) == len(DEMO)
    found = book.look_up("A-104820", "28013", NOW)
    assert found.order is not None
    assert found.order.expected == "2026-09-23"
