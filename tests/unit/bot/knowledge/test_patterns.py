"""No pattern that an owner can write makes a customer wait."""

import pytest

from bot.knowledge.patterns import check_pattern


@pytest.mark.parametrize(
    "pattern",
    ["A-[0-9]{6}", r"\d{2,4}-[A-Z+*?()|]+", "(?:ES|PT)[0-9]{9}", "[A-Z]{2}(-[0-9]+)?", r"[]a]\+\(\)", r"[^\]]{3}"],
)
def test_ordinary_patterns_are_taken(pattern: str) -> None:
    assert check_pattern(pattern) == pattern


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(a+)+", "group is repeated"),
        ("(?:a|a)*", "group is repeated"),
        ("(a?){64}", "group is repeated"),
        ("a?" * 30 + "a" * 30, "no fixed length"),
        ("a*a*a*a*b", "no fixed length"),
        ("(a|a)" * 30, "choices"),
        (r"(a)\1", "refers back"),
        ("(?=a)a", "groups"),
        ("[a-", "not a regular expression"),
        ("a{99999999999}", "not a regular expression"),
    ],
)
def test_patterns_that_could_try_for_ever_are_refused(pattern: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_pattern(pattern)
