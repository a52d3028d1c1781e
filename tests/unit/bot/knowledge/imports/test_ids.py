"""Ids come from the question, stay the same at each import, and are never another entry's."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.knowledge.content import Entry, Id, Item
from bot.knowledge.imports.drafts import Given, complete
from bot.knowledge.imports.ids import settle
from bot.knowledge.imports.rows import parse_table
from bot.knowledge.imports.slugs import default_topic, slug
from tests.support.knowledge import entry, notice

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def settled(
    text: str, known: Mapping[str, Sequence[Item]] | None = None, user: str = "pilar", days: int = 0, **said: Any
) -> list[Entry]:
    by = Given(user=user, **said)
    ready = complete(parse_table(text, "faq.csv", by), by, NOW + timedelta(days=days))
    return [one.item for one in settle(ready, known or {}) if isinstance(one.item, Entry)]


def ids(text: str, known: Mapping[str, Sequence[Item]] | None = None) -> list[str]:
    return [one.id for one in settled(text, known)]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("¿Cuánto cuesta el envío?", "cuanto-cuesta-el-envio"),
        ("Don't you ship?", "dont-you-ship"),
        ("R&D", "r-d"),
        ("años — ½", "anos-1-2"),
        ("x" * 100, "x" * 64),
        ("word " * 20, "-".join(["word"] * 13)[:64].removesuffix("-")),
        ("何時", ""),
    ],
)
def test_an_id_is_the_question_in_ascii(question: str, name: str) -> None:
    assert slug(question) == name


@given(st.text(min_size=1, max_size=80).filter(str.strip))
def test_any_question_has_a_valid_id(question: str) -> None:
    name = slug(question)
    assert not name or TypeAdapter(Id).validate_python(name) == name


def test_the_english_question_names_the_entry() -> None:
    assert ids("question_en,question_es\nHow long?,¿Cuánto?\n,¿Quién?\n") == ["how-long", "quien"]
    (odd,) = ids("question_es\n何時\n")
    assert odd.startswith("question-")


def test_an_id_of_something_else_is_not_taken() -> None:
    known: dict[str, list[Item]] = {
        "opening-hours": [entry("opening-hours")],
        "greeting": [notice()],
        "greeting-2": [notice("greeting-2")],
    }
    assert ids("question_en\nOpening hours\nGreeting\n", known) == ["opening-hours-2", "greeting-3"]
    assert ids("id,question_en\nwho,What\n,Who\n") == ["who", "who-2"]


def test_long_ids_leave_room_for_their_number() -> None:
    long = "x" * 70
    assert ids(f"question_en\n{long}\n", {"x" * 64: [entry("y")]}) == ["x" * 62 + "-2"]


def test_the_same_file_is_the_same_content_on_any_day_by_anybody() -> None:
    text = "question_en,answer_en\nHow long?,14 days\n"
    (first,) = settled(text)
    assert settled(text, {first.id: [first]}, user="marta", days=3) == [first]


def test_what_is_said_is_a_change_and_what_is_assumed_is_not() -> None:
    text = "question_en,answer_en\nHow long?,14 days\n"
    (first,) = settled(text)
    (second,) = settled(text, {first.id: [first]}, owner="Nuria")
    assert (second.id, second.owner) == (first.id, "Nuria")
    assert second.digest() != first.digest()


def test_a_question_keeps_its_id_when_its_other_language_comes_or_its_entry_was_edited() -> None:
    (first,) = settled("question_es\n¿Cuánto?\n")
    edited = first.model_copy(update={"title": {"es": "Plazo"}})
    (second,) = settled("question_en,question_es\nHow long?,¿Cuánto?\n", {first.id: [first, edited]})
    assert second.id == first.id == "cuanto"


def test_the_same_question_of_another_document_is_another_entry() -> None:
    (first,) = settled("question_en\nHow long?\n")
    text = "question_en,document_en\nHow long?,Another guide\n"
    assert ids(text, {first.id: [first]}) == ["how-long-2"]


@pytest.mark.parametrize(
    ("name", "topic"), [("Preguntas 2026", "preguntas-2026"), ("notices", "imported"), ("店", "imported")]
)
def test_the_topic_comes_from_the_name(name: str, topic: str) -> None:
    assert default_topic(name) == topic
