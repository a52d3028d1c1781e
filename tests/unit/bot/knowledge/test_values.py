"""Values are checked against their declaration and said per language."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.knowledge.errors import ValueRefused
from bot.knowledge.values import Value, ValueSpec, checked, clean_word, say

STATUS = ValueSpec.model_validate(
    {"kind": "enum", "labels": {"shipped": {"en": "is on its way[[, due {date}]]", "es": "está en camino[[, {date}]]"}}}
)
DATE = ValueSpec(kind="date", optional=True)


def spec(kind: str, **rest: Any) -> ValueSpec:
    return ValueSpec.model_validate({"kind": kind, **rest})


@pytest.mark.parametrize(
    ("declared", "value", "english", "spanish"),
    [
        (spec("money", currency="EUR"), "1234.5", "€1,234.50", "1234,50 €"),
        (spec("money", currency="EUR"), "12345.00", "€12,345.00", "12.345,00 €"),
        (spec("money", currency="USD"), "9.99", "$9.99", "9,99 US$"),
        (spec("money", currency="EUR"), "-3.9", "-€3.90", "-3,90 €"),
        (spec("number"), 1234567, "1,234,567", "1.234.567"),
        (spec("number"), "0.25", "0.25", "0,25"),
        (spec("date"), "2026-11-04", "4 November 2026", "4 de noviembre de 2026"),
        (spec("time"), "08:05", "08:05", "08:05"),
        (spec("pattern", pattern="A-[0-9]{6}"), "A-104820", "A-104820", "A-104820"),
    ],
)
def test_values_in_both_languages(declared: ValueSpec, value: str | int, english: str, spanish: str) -> None:
    assert say(declared, Value(declared.kind, value), "en") == english
    assert say(declared, Value(declared.kind, value), "es") == spanish


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        (spec("money", currency="EUR"), "12.345"),
        (spec("money", currency="EUR"), "1e3"),
        (spec("number"), "NaN"),
        (spec("number"), "١٢"),
        (spec("date"), "20261104"),
        (spec("date"), "2026-02-30"),
        (spec("date"), 20261104),
        (spec("time"), "25:00"),
        (spec("time"), "18:30+01:00"),
        (spec("pattern", pattern=".*"), "come to http://evil.example"),
        (spec("pattern", pattern=".*"), "A-1\n"),
        (spec("pattern", pattern="[A-Z]+"), "abc"),
        (STATUS, "stolen"),
        (STATUS, 1),
    ],
)
def test_ill_formed_values_are_refused(declared: ValueSpec, value: str | int) -> None:
    with pytest.raises(ValueRefused):
        say(declared, Value(declared.kind, value), "en")


def test_a_value_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueRefused):
        say(spec("number"), Value("date", "2026-11-04"), "en")


def test_free_text_is_never_a_value_of_an_entry() -> None:
    with pytest.raises(ValueRefused):
        say(spec("text"), Value("text", "anything"), "en")


def test_the_words_of_an_enum_may_name_other_values() -> None:
    given_values = {"status": Value("enum", "shipped"), "date": Value("date", "2026-11-24")}
    fill = checked({"status": STATUS, "date": DATE}, given_values, "en")
    assert fill("Order {status}.") == "Order is on its way, due 24 November 2026."


def test_an_absent_optional_value_leaves_its_section_out() -> None:
    fill = checked({"status": STATUS, "date": DATE}, {"status": Value("enum", "shipped")}, "es")
    assert fill("El pedido {status}.") == "El pedido está en camino."


@pytest.mark.parametrize("values", [{}, {"status": Value("enum", "shipped"), "more": Value("number", 1)}])
def test_missing_and_extra_values_are_refused(values: dict[str, Value]) -> None:
    with pytest.raises(ValueRefused):
        checked({"status": STATUS}, values, "en")


@pytest.mark.parametrize(
    "data", [None, [], "x", {"kind": "enum"}, {"kind": "text", "value": "x"}, {"kind": "number", "value": True}, {1: 2}]
)
def test_only_an_object_of_kind_and_value_is_a_value(data: object) -> None:
    with pytest.raises(ValueRefused):
        Value.parse(data)


@pytest.mark.parametrize(
    "raw", [{"kind": "enum"}, {"kind": "money"}, {"kind": "pattern"}, {"kind": "date", "pattern": "x"},
            {"kind": "pattern", "pattern": "("}]
)  # fmt: skip
def test_an_incomplete_declaration_is_refused(raw: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ValueSpec.model_validate(raw)


@given(st.text())
def test_words_of_the_core_become_one_harmless_line(word: str) -> None:
    clean = clean_word(word)
    assert clean.isprintable()
    assert not set(clean) & set("<>[]{}*`\\|")
    assert len(clean) <= 160


def test_the_words_of_a_name_are_kept() -> None:
    assert clean_word("María José Ñúñez-O'Neill") == "María José Ñúñez-O'Neill"
