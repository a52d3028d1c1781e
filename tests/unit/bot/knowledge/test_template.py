"""Approved texts with places for values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.template import TemplateInvalid, parse


def test_a_place_takes_its_value() -> None:
    assert parse("Order {order}.").fill({"order": "A-1"}) == "Order A-1."


def test_an_optional_section_is_left_out_without_its_value() -> None:
    template = parse("On its way[[, expected on {date}]].")
    assert template.fill({}) == "On its way."
    assert template.fill({"date": "24 November"}) == "On its way, expected on 24 November."
    assert template.required == frozenset()
    assert template.names == {"date"}


def test_a_missing_required_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        parse("Order {order}.").fill({})


@pytest.mark.parametrize("text", ["{", "}", "{Order}", "{a.b}", "{0}", "{}", "[[words]]", "[[{a}", "{a}]]", "{{a}}"])
def test_anything_else_with_braces_is_refused(text: str) -> None:
    with pytest.raises(TemplateInvalid):
        parse(text)


@given(st.text())
def test_a_value_is_never_read_as_a_template(value: str) -> None:
    assert parse("<{a}|{b}>").fill({"a": value, "b": "{a}[[{b}]]"}) == f"<{value}|{{a}}[[{{b}}]]>"
