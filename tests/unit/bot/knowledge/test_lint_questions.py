"""The same question in two items, told apart from two questions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.content import Entry, Negatives
from bot.knowledge.lint import lint_between
from bot.knowledge.lint.questions import near
from tests.support.knowledge import entry


def asking(item_id: str, *questions: str, language: str = "en") -> Entry:
    return entry(item_id, title={language: f"about {item_id}"}, phrasings={language: questions})


def negatives(*questions: str) -> Negatives:
    content: dict[str, Any] = {"id": "negatives", "owner": "a", "author": "b", "review_by": "2027-06-30"}
    return Negatives.model_validate({**content, "near": {"en": questions}, "far": {}})


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "where is my parcel", "my parcel, where is it?"),
        ("en", "how do I track my order", "how can we track our orders"),
        ("en", "I can't pay by card", "cannot pay with card"),
        ("en", "gift card balance", "giftcard balance"),
        ("en", "gift card", "giftcard"),
        ("en", "how long does a refund to my bank take", "how long will a refund to the bank account take"),
        ("es", "¿cuándo llega mi pedido?", "cuando llegan los pedidos"),
        ("es", "cancelar el pedido", "quiero cancelar mi pedido por favor"),
    ],
)
def test_nearly_the_same_question_is_advice_that_names_both(language: str, first: str, second: str) -> None:
    (found,) = near([asking("one", first, language=language), asking("two", second, language=language)])
    assert (found.level, found.item, found.place) == ("advice", "two", f"phrasings.{language}")
    assert "one" in found.message
    assert repr(first) in found.message
    assert repr(second) in found.message


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "how much is delivery to usa", "how much for delivery"),
        ("en", "when do you open", "where do you open"),
        ("en", "can I pay by card", "I can't pay by card"),
        ("en", "standard delivery cost", "express delivery cost"),
        ("es", "cuánto cuesta devolver", "cuánto cuesta envolver"),
        ("es", "tienda en madrid", "recoger en la tienda de madrid"),
    ],
)
def test_two_questions_that_share_words_are_two(language: str, first: str, second: str) -> None:
    assert not list(near([asking("one", first, language=language), asking("two", second, language=language)]))


@pytest.mark.parametrize("slip", ["refnud delay", "refundd delay", "refnd delay", "rifund delay"])
def test_a_slip_of_one_letter_is_seen_through(slip: str) -> None:
    assert [one.item for one in near([asking("one", "refund delay"), asking("two", slip)])] == ["two"]


def test_two_words_that_both_stand_elsewhere_are_no_slip() -> None:
    first = asking("one", "cost of delivery", "delivery", "price of winter delivery")
    assert not list(near([first, asking("two", "lost delivery", "winner delivery", "lost", "coat", "winner")]))


def test_the_negatives_are_compared_too() -> None:
    (found,) = near([asking("one", "do you sell gift cards"), negatives("sell a gift card")])
    assert (found.item, "one" in found.message) == ("negatives", True)


def test_the_same_item_may_ask_in_many_ways() -> None:
    assert not list(near([asking("one", "track my order", "track an order", "order: track it")]))


def test_many_pairs_of_two_items_are_one_finding() -> None:
    names = ("lamp", "sofa", "chair", "table", "mirror")
    first = asking("one", *(f"return a {name}" for name in names))
    second = asking("two", *(f"can i return the {name}s" for name in names))
    (found,) = near([first, second])
    assert "and 2 more" in found.message


def test_the_same_words_in_another_order_are_an_error() -> None:
    (found,) = lint_between([asking("one", "shipping to Spain, cost"), asking("two", "cost: shipping to Spain")])
    assert (found.level, found.item) == ("error", "two")
    assert "one" in found.message
    assert not list(near([asking("one", "shipping to Spain, cost"), asking("two", "cost: shipping to Spain")]))


def test_the_same_words_in_another_order_within_one_item_are_fine() -> None:
    assert not list(lint_between([asking("one", "shipping cost", "cost shipping")]))


_QUESTIONS = st.lists(
    st.sampled_from("refund return order late my the lamp how when retrun 24h ¿? no".split()), max_size=6
)


@given(st.lists(st.lists(_QUESTIONS.map(" ".join).filter(str.strip), min_size=1, max_size=4), max_size=5))
def test_every_pair_is_told_once_whichever_comes_first(asked: list[list[str]]) -> None:
    items = [asking(f"item-{at}", *some) for at, some in enumerate(asked)]
    there = [frozenset({one.item, *_named(one.message, items)}) for one in near(items)]
    back = [frozenset({one.item, *_named(one.message, items)}) for one in near(items[::-1])]
    assert len(there) == len(set(there))
    assert set(there) == set(back)


def _named(message: str, items: list[Entry]) -> set[str]:
    return {item.id for item in items if f"{item.id} (" in message}
