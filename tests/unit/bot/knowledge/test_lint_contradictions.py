"""Two entries that say different figures of one subject, told from two that merely have figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.content import Entry
from bot.knowledge.format import parse_folder
from bot.knowledge.lint.contradictions import check
from tests.support.knowledge import DEMO, entry


def saying(item_id: str, english: str, spanish: str = "Nada.") -> Entry:
    return entry(item_id, answers={"en": {"web": english}, "es": {"web": spanish}})


DEADLINE = saying(
    "returns-deadline",
    "There are **30 days** from the day of delivery to return an item, unused. In the shop, until 20:30.",
    "Hay **30 días** desde la entrega para devolver un artículo, sin usar.",
)


@pytest.mark.parametrize(
    "other",
    [
        saying("refund", "We are sorry. You have 14 days to return an item."),
        saying("refund", "Nothing.", "Lo sentimos. Hay 14 días para devolver el artículo."),
        saying("refund", "Items are returned within two weeks of delivery."),
    ],
)
def test_another_number_of_days_for_the_same_is_advice_with_both_sentences(other: Entry) -> None:
    (found,) = check([DEADLINE, other])
    assert (found.level, found.item) == ("advice", "refund")
    assert "returns-deadline (answers." in found.message
    assert "30 d" in found.message
    assert "item" in found.message or "artículo" in found.message
    assert "sorry" not in found.message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Standard delivery costs €3.90.", "Standard delivery in Spain costs €4.90."),
        ("Orders before 13:00 leave on the same day.", "An order before 15:00 leaves on the same day."),
        ("Gift cards are valid 3 years.", "Our gift cards are valid for five years."),
        ("Gifts can be exchanged until 15 January.", "Exchange gifts until 31 January."),
        ("The newsletter brings 10% off an order.", "With our newsletter: 15% off the next order."),
    ],
)
def test_money_times_dates_years_and_shares_count(first: str, second: str) -> None:
    assert len(list(check([saying("one", first), saying("two", second)]))) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("There are 30 days to return an item.", "You have 30 days to return an item."),
        ("There are 2 weeks to return an item.", "You have 14 days to return an item."),
        ("You have 30 days to return an item.", "You have €30 to return an item."),
        ("You have 30 days to return an item.", "We pay back within 5 days."),
        ("Standard delivery in Spain costs €3.90.", "Express delivery in Spain costs €6.90."),
        ("The refund takes 5 days.", "The bank takes 3 days."),
        ("It takes 30 days.", "It takes 14 days."),
        ("Return an item within 30 days, gifts within 60 days.", "Return an item within 60 days."),
    ],
)
def test_other_figures_of_other_things_are_left_alone(first: str, second: str) -> None:
    assert list(check([saying("one", first), saying("two", second)])) == []


def test_one_entry_may_have_many_figures() -> None:
    assert list(check([saying("one", "You have 30 days to return an item. You have 14 days to return an item.")])) == []


def test_two_sentences_are_told_once_however_many_figures_they_have() -> None:
    first = saying("one", "Parcels to Spain and Portugal cost €5 and €9.")
    second = saying("two", "Parcels to Spain and Portugal cost €6 and €8.")
    assert len(list(check([first, second]))) == 1


def test_a_seeded_contradiction_is_found_among_the_demo_shop_s_entries() -> None:
    demo = [one.item for one in parse_folder(DEMO)]
    before = set(check(demo))
    after = set(check([*demo, saying("seeded", "You can return an item within 14 days of delivery.")]))
    assert {"returns-deadline" in one.message for one in after - before} == {True}


_WORDS = "return item 30 days 14 € 5 delivery order . ; within shop 20:30 working"
_SENTENCES = st.lists(st.sampled_from(_WORDS.split()), max_size=12).map(" ".join).filter(str.strip)


@given(st.lists(_SENTENCES, max_size=5))
def test_every_pair_is_told_once_whichever_comes_first(texts: list[str]) -> None:
    items = [saying(f"item-{at}", text) for at, text in enumerate(texts)]
    there, back = (
        [(frozenset(item.id for item in items if item.id == one.item or f"{item.id} (" in one.message)) for one in some]
        for some in (list(check(items)), list(check(items[::-1])))
    )
    assert sorted(map(sorted, there)) == sorted(map(sorted, back))
