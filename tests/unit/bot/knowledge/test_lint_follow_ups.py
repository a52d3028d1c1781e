"""What is asked next leads to one other entry, in every language."""

from typing import Any

import pytest

from bot.knowledge.lint import errors_of, lint, lint_item
from tests.support.knowledge import entry, notice

BOTH = {"en": ["and for furniture?"], "es": ["¿y para muebles?"]}


def test_follow_ups_in_both_languages_have_nothing_to_mend() -> None:
    assert list(lint([entry(follow_ups={"other": BOTH}), entry("other")])) == []


@pytest.mark.parametrize(
    ("follow_ups", "place", "mend"),
    [
        ({"shop-hours": BOTH}, "follow_ups.shop-hours", "itself"),
        ({"other": {"en": ["and?"]}}, "follow_ups.other.es", "missing"),
        ({"other": {"en": [], "es": ["¿y?"]}}, "follow_ups.other.en", "missing"),
        ({"other": {}}, "follow_ups.other.en", "missing"),
        ({"other": BOTH, "third": {**BOTH, "en": ["And for FURNITURE"]}}, "follow_ups.third.en", "follow_ups.other"),
        ({"other": BOTH, "third": {**BOTH, "es": ["y, para muebles"]}}, "follow_ups.third.es", "follow_ups.other"),
    ],
)
def test_what_keeps_follow_ups_from_approval(follow_ups: dict[str, Any], place: str, mend: str) -> None:
    assert mend in errors_of(entry(follow_ups=follow_ups))[place]


def test_the_same_words_twice_under_one_target_are_advice() -> None:
    found = list(lint_item(entry(follow_ups={"other": {**BOTH, "en": ["and sofas?", "and sofas"]}})))
    assert [(one.level, one.place) for one in found] == [("advice", "follow_ups.other.en")]


@pytest.mark.parametrize("others", [[], [notice("other")], [entry("another")]])
def test_a_target_that_is_no_entry_or_retired_is_advice(others: list[Any]) -> None:
    found = list(lint([entry(follow_ups={"other": BOTH}), *others]))
    assert [(one.level, one.item, one.place) for one in found] == [("advice", "shop-hours", "follow_ups.other")]


def test_words_of_the_targets_own_phrasings_are_fine() -> None:
    target = entry("other")
    same = {language: asked[:1] for language, asked in target.phrasings.items()}
    assert list(lint([entry(follow_ups={"other": same}), target])) == []
