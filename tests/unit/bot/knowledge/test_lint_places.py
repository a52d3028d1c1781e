"""Places for values that cannot be filled, never are, or are missing in one language."""

from typing import Any

import pytest

from bot.knowledge.lint.places import check
from tests.support.knowledge import every_notice, notice

DATE = {"date": {"kind": "date", "optional": True}}
STATUS = {"kind": "enum", "labels": {"a": {"en": "on {date}", "es": "el {date}"}}}


def found(english: str, spanish: str, values: dict[str, Any], item_id: str = "said") -> set[tuple[str, str]]:
    texts = {"en": {"web": english, "sms": english}, "es": {"web": spanish, "sms": spanish}}
    return {(one.level, one.place) for one in check(notice(item_id, texts=texts, values=values))}


def both(level: str, *places: str) -> set[tuple[str, str]]:
    return {(level, f"{place}.{channel}") for place in places for channel in ("web", "sms")}


def test_what_every_text_says_is_in_order() -> None:
    assert found("Due[[ on {date}]].", "Llega[[ el {date}]].", DATE) == set()
    assert not [one for item in every_notice() for one in check(item)]


def test_a_value_that_no_text_uses_is_dead() -> None:
    assert found("Due.", "Llega.", DATE) == {("error", "values.date")}


def test_a_value_of_one_language_only_is_an_error_when_it_is_always_given() -> None:
    values = {"order": {"kind": "number"}}
    assert found("Order {order}.", "El pedido.", values) == both("error", "texts.es")
    assert found("Order[[ of {date}]].", "El pedido.", DATE) == both("advice", "texts.es")


def test_a_value_that_the_other_channel_has_is_only_advice() -> None:
    texts = {"en": {"web": "It: {order}", "sms": "It: {order}"}, "es": {"web": "Es {order}", "sms": "Es"}}
    item = notice("said", texts=texts, values={"order": {"kind": "number"}})
    assert [(one.level, one.place) for one in check(item)] == [("advice", "texts.es.sms")]


def test_a_value_inside_the_words_of_an_enum_is_used() -> None:
    values = {"status": STATUS, "date": {"kind": "date"}}
    assert found("It comes {status}.", "Llega {status}.", values) == set()


@pytest.mark.parametrize(
    ("label", "values"),
    [
        ("on {day}", {}),
        ("on {date}", DATE),
        ("{other}", {"other": {"kind": "enum", "labels": {"x": {"en": "x", "es": "x"}}}}),
        ("on {", {}),
    ],
)
def test_the_words_of_an_enum_must_be_fillable(label: str, values: dict[str, Any]) -> None:
    enum = {"kind": "enum", "labels": {"a": {"en": label, "es": "hoy"}}}
    used = "".join(f"[[{{{name}}}]]" if "optional" in spec else f"{{{name}}}" for name, spec in values.items())
    places = found(f"It: {{status}}{used}", f"Es: {{status}}{used}", {"status": enum, **values})
    assert ("error", "values.status.labels.a.en") in places


def test_an_enum_without_words_can_never_be_filled() -> None:
    assert ("error", "values.s") in found(
        "It[[ {s}]]", "Es[[ {s}]]", {"s": {"kind": "enum", "labels": {}, "optional": True}}
    )


def test_brackets_around_what_is_always_there_are_advice() -> None:
    assert found("It[[ {n}]]", "Es[[ {n}]]", {"n": {"kind": "number"}}) == both("advice", "texts.en", "texts.es")


def test_what_the_system_never_gives_to_a_notice_is_named_with_what_it_gives() -> None:
    values = {"reference": {"kind": "text"}, "wait": {"kind": "text", "optional": True}}
    texts = {language: {"web": "{reference}[[ {wait}]]", "sms": "{reference}[[ {wait}]]"} for language in ("en", "es")}
    (one,) = check(notice("resolved", texts=texts, values=values))
    assert (one.level, one.place) == ("advice", "values.wait")
    assert "{reference}" in one.message
