"""An author does not pass for somebody else by an accent, a space, or the way they sign."""

import pytest

from bot.knowledge.people import same_person


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marta Gil", " marta  GIL "),
        ("José Núñez", "Jose Nunez"),
        ("Marta Gil (marta@shop.example)", "Marta Gil"),
        ("Marta Gil (marta@shop.example)", "M. Gil (Marta@shop.example)"),
        ("Marta Gil (marta@shop.example)", "marta@shop.example"),
    ],
)
def test_the_same_person(one: str, other: str) -> None:
    assert same_person(one, other)
    assert same_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marta Gil", "Marta Gila"),
        ("Marta (marta@shop.example)", "Elena (elena@shop.example)"),
        ("Marta (devoluciones)", "Elena (devoluciones)"),
        ("", " "),
    ],
)
def test_two_people(one: str, other: str) -> None:
    assert not same_person(one, other)
