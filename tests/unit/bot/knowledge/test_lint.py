"""What keeps an item from being approved, and what is only advice."""

from typing import Any

import pytest

from bot.knowledge.content import LANGUAGES, Entry, Negatives
from bot.knowledge.format import parse_folder
from bot.knowledge.lint import errors_of, folded, lint, lint_between, lint_item
from tests.support.knowledge import DEMO, entry, notice

GOOD = {"en": {"web": "Open.", "sms": "Open."}, "es": {"web": "Abierto.", "sms": "Abierto."}}


def answers(**changes: dict[str, str | None]) -> dict[str, Any]:
    return {language: {**GOOD[language], **changes.get(language, {})} for language in GOOD}


def test_a_good_entry_has_nothing_to_mend() -> None:
    assert list(lint_item(entry())) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"answers": answers(es={"sms": None})}, "answers.es.sms"),
        ({"answers": {"en": GOOD["en"]}}, "answers.es.web"),
        ({"answers": answers(en={"web": "<b>Open</b>"})}, "answers.en.web"),
        ({"answers": answers(en={"web": "Order {order}"})}, "answers.en.web"),
        ({"answers": answers(en={"web": "Order {"})}, "answers.en.web"),
        ({"answers": answers(en={"sms": "a" * 613})}, "answers.en.sms"),
        ({"answers": answers(es={"sms": "á" * 269})}, "answers.es.sms"),
        ({"answers": answers(en={"web": "Within 14 days."}, es={"web": "En 15 días."})}, "answers.es.web"),
        ({"phrasings": {"en": ["a"], "es": ["b"]}}, "phrasings.en"),
        ({"title": {"en": "Hours"}}, "title.es"),
        ({"values": {"order": {"kind": "number"}}}, "values.order"),
        ({"values": {"name": {"kind": "text"}}, "answers": answers(en={"web": "{name}"})}, "values.name"),
    ],
)
def test_what_keeps_an_entry_from_approval(changes: dict[str, Any], place: str) -> None:
    assert place in errors_of(entry(**changes))


def test_an_optional_value_stands_in_a_section() -> None:
    values = {"date": {"kind": "date", "optional": True}}
    assert errors_of(entry(values=values, answers=answers(en={"web": "Due {date}."}, es={"web": "El {date}."})))
    inside = answers(en={"web": "Due[[ {date}]]."}, es={"web": "El[[ {date}]]."})
    assert not errors_of(entry(values=values, answers=inside))


def test_a_long_text_message_is_measured_with_its_values_in_it() -> None:
    values = {"status": {"kind": "enum", "labels": {"a": {"en": "x" * 600, "es": "x"}, "b": {"en": "y", "es": "y"}}}}
    text = answers(en={"sms": "It is {status} now, thank you for asking"}, es={"sms": "{status}"})
    assert "answers.en.sms" in errors_of(entry(values=values, answers=text))


def test_four_segments_are_advice() -> None:
    findings = list(lint_item(entry(answers=answers(es={"sms": "á" * 202}))))
    assert [(one.level, one.place) for one in findings] == [("advice", "answers.es.sms")]


def test_the_same_question_in_two_entries_is_found_without_accents_and_case() -> None:
    first = entry("first", phrasings={"en": ["When do you open?"], "es": ["¿Cuándo abren?"]})
    title = {"en": "Another", "es": "Otro"}
    second = entry("second", title=title, phrasings={"en": ["when  do you open"], "es": ["cuando abren"]})
    findings = list(lint_between([first, second]))
    assert [(one.item, one.level) for one in findings] == [("second", "error"), ("second", "error")]


def test_a_title_is_a_question_too() -> None:
    first = entry(phrasings={"en": ["when"], "es": ["cuando"]})
    second = entry("second", title={"en": "Other", "es": "Otro"}, phrasings={"en": ["opening hours"], "es": ["a"]})
    assert [one.item for one in lint_between([first, second])] == ["second"]


def test_the_same_words_in_two_languages_are_no_clash() -> None:
    assert not list(lint_between([entry("one", phrasings={"en": ["paypal"], "es": ["paypal"]})]))


def test_folding_keeps_the_tilde_of_n_apart_from_nothing() -> None:
    assert folded("¿Mañana ABREN?") == "manana abren"


def test_a_notice_may_have_the_core_s_words() -> None:
    assert not errors_of(notice("promised", ("reference", "due")))


def test_the_demo_shop_has_no_errors_and_little_advice() -> None:
    findings = lint(one.item for one in parse_folder(DEMO))
    assert {(one.level, one.item, one.place) for one in findings} <= {
        ("advice", "returns-furniture", "answers.en.web"),  # returning furniture costs another price, as it says
        ("advice", "returns-furniture", "answers.es.web"),
    }


def test_the_demo_shop_is_large_enough() -> None:
    entries = [one.item for one in parse_folder(DEMO) if isinstance(one.item, Entry)]
    assert len(entries) >= 44
    assert all(len(some) >= 9 for item in entries for some in item.phrasings.values())
    assert sum(item.suggested for item in entries) == 4


def test_the_demo_shop_knows_what_it_does_not_answer() -> None:
    (negatives,) = (one.item for one in parse_folder(DEMO) if isinstance(one.item, Negatives))
    assert all(len(set(negatives.of(language))) >= 250 for language in LANGUAGES)
    assert min(len(some) for kind in (negatives.near, negatives.far) for some in kind.values()) >= 100
