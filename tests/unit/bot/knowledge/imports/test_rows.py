"""A table of questions and answers is read as spreadsheets save it, and written so that it comes back."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.knowledge.content import Entry
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.format import parse_folder
from bot.knowledge.imports.drafts import MAX_DRAFTS, Given, Ready, complete
from bot.knowledge.imports.rows import parse_table, read_table
from bot.knowledge.imports.sheet import comes_back, dump_table
from tests.support.knowledge import DEMO, entry

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PILAR = Given(user="pilar")


def ready(text: str, by: Given = PILAR) -> list[Ready]:
    return complete(parse_table(text, "faq.csv", by), by, NOW, topic="faq")


def only(text: str, by: Given = PILAR) -> Entry:
    (one,) = ready(text, by)
    return one.item


def fields(text: str, by: Given = PILAR) -> dict[str, str]:
    with pytest.raises(KnowledgeInvalid) as found:
        ready(text, by)
    return found.value.fields


def test_a_row_is_an_entry_with_both_languages() -> None:
    item = only(
        "question_en,question_es,answer_en,answer_es,sms_es,phrasings_en,phrasings_es\n"
        'Cost of a return,Coste,"It is **free**.\r\n\r\nAlways.",Gratis.,Gratis,'
        'who pays | is it free,"quien paga\ngratis?"\n'
    )
    assert item.title == {"en": "Cost of a return", "es": "Coste"}
    assert item.text("en", "web") == "It is **free**.\n\nAlways."
    assert (item.text("en", "sms"), item.text("es", "sms")) == (None, "Gratis")
    assert item.phrasings == {"en": ("who pays", "is it free"), "es": ("quien paga", "gratis?")}
    assert item.source.label("es") == "faq.csv · Coste"
    assert (item.owner, item.author, item.topic, item.review_by) == ("pilar", "pilar", "faq", date(2027, 11, 20))


def test_semicolons_a_mark_of_order_and_spaces_of_other_kinds_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_bytes("\ufeffQuestion ES;Answer ES\r\n¿Cuánto?;12\xa0€,\tsiempre\r\n;;\r\n".encode()[:-3])
    (draft,) = read_table(path, PILAR).drafts
    assert draft.content["title"] == {"es": "¿Cuánto?"}
    assert draft.content["answers"] == {"es": {"web": "12 €, siempre"}}


def test_columns_without_a_language_take_that_of_the_command() -> None:
    item = only("question,answer\nQué,Sí\n", Given(user="u", language="es", owner="Nuria", topic="shop"))
    assert (item.title, item.owner, item.author, item.topic) == ({"es": "Qué"}, "Nuria", "u", "shop")
    assert "question_en or question_es" in fields("question,answer\nWhat,Yes\n")["faq.csv column question"]


@pytest.mark.parametrize(
    ("text", "place", "mend"),
    [
        ("question_en,colour\nWhat,red\n", "faq.csv column colour", "is not known"),
        ("question_en,question_en\nWhat,red\n", "faq.csv column question_en", "twice"),
        ("topic,answer_en\nshop,red\n", "faq.csv row 1", "question_en or question_es"),
        ("question_en,answer_en\n,red\n", "faq.csv row 2 question_en", "empty"),
        ("question_en\nWhat\n\nWHAT?\n", "faq.csv row 4 question_en", "faq.csv row 2 question_en"),
        ("id,question_en\na,What\na,Why\n", "faq.csv row 3 id", "stands also"),
        ("id,question_en\nA b,What\n", "faq.csv row 2 id", "not allowed"),
        ("question_en,answer_en\nWhat," + "x" * 4001 + "\n", "faq.csv row 2 answer_en", "4000"),
        ("question_en,answer_en\nWhat," + "x" * 200_000 + "\n", "faq.csv line 2", "quotation mark"),
        ("question_en,answer_en\nWhat,a\x07b\n", "faq.csv row 2 answer_en", "control"),
        ("question_en,answer_en\nWhat,a,b\n", "faq.csv row 2", "3 cells"),
        ("question_en,\nWhat,a\n", "faq.csv row 2", "without a name"),
        ('question_en,answer_en\nWhat,"a\n', "faq.csv line 2", "quotation mark"),
        ("question_en,review_by\nWhat,30/06/2027\n", "faq.csv row 2 review_by", "2027-06-30"),
        ("question_en,review_by\nWhat,2027-02-30\n", "faq.csv row 2 review_by", "no such day"),
        ("question_en,suggested\nWhat,perhaps\n", "faq.csv row 2 suggested", "yes or no"),
        ("question_en,audience\nWhat,all\n", "faq.csv row 2 audience", "everyone"),
        ("question_en,topic\nWhat,notices\n", "faq.csv row 2 topic", "another topic"),
        ("question_en,values\nWhat," + "[" * 50_000 + "\n", "faq.csv row 2 values", "leave this column"),
        ("question_en,followups_en\nWhat,and where?\n", "faq.csv row 2 followups_en", "id-of-the-entry: question"),
        ("question_en,followups_en\nWhat,other:\n", "faq.csv row 2 followups_en", "id-of-the-entry: question"),
        ("question_en,followups_en\nWhat,No id: and?\n", "faq.csv row 2 followups_en", "not allowed"),
        ("question_en,values\nWhat,3\n", "faq.csv row 2 values", ""),
        ("question_en\n", "the import", "no questions"),
        ("question_en\n" + "\n".join(f"q{n}" for n in range(MAX_DRAFTS + 9)), "the import", "split"),
    ],
)
def test_what_is_wrong_is_named_with_row_and_column(text: str, place: str, mend: str) -> None:
    assert mend in fields(text)[place]


def test_every_error_is_named_at_once() -> None:
    found = fields("question_en,owner,answer_en,review_by\nWhat,,\x07\n,,x\nWhy," + "x" * 301 + ",y,soon\nWhat,,,\n")
    wrong = {"row 2 answer_en", "row 3 question_en", "row 4 owner", "row 4 review_by", "row 5 question_en"}
    assert set(found) == {f"faq.csv {one}" for one in wrong}


@pytest.mark.parametrize(
    ("data", "mend"),
    [
        (b"PK\x03\x04rest", "workbook"),
        (b"%PDF-1.7", "PDF"),
        ("question_en\nWhat".encode("utf-16"), "UTF-16"),
        ("question_en\nQué".encode("cp1252"), "not UTF-8"),
        (b"question_en\nWh\0t", "NUL"),
        (b"x" * (5 * 1024 * 1024), "larger than 4 MiB"),
        (b" \n", "empty"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_name(tmp_path: Path, data: bytes, mend: str) -> None:
    path = tmp_path / "faq.csv"
    path.write_bytes(data)
    with pytest.raises(KnowledgeInvalid, match=mend) as found:
        read_table(path, PILAR)
    assert next(iter(found.value.fields)).startswith("faq.csv")


def test_a_review_day_in_the_past_is_refused() -> None:
    assert "past" in fields("question_en\nWhat\n", Given(user="u", review_by=date(2025, 1, 1)))["--review-by"]


def came_back(item: Entry, **how: Any) -> Entry:
    return only(dump_table([item], **how), Given(user="somebody else"))


def test_the_demo_s_entries_come_back_from_a_table() -> None:
    entries = [one.item for one in parse_folder(DEMO) if isinstance(one.item, Entry)]
    back = [one.item for one in ready(dump_table(entries, delimiter=";"))]
    assert back == sorted(entries, key=lambda one: one.id)


@pytest.mark.parametrize(
    "change",
    [
        {"phrasings": {"en": ["a | b"], "es": ["a | b", "-c"]}},
        {"title": {"en": "=HYPERLINK(1)", "es": "'-x"}},
        {"answers": {"en": {"web": "- one\n- two", "sms": "+34 600"}}},
        {"values": {"order": {"kind": "pattern", "pattern": "A-[0-9]{6}"}}, "suggested": True, "audience": "customers"},
        {"title": {"es": "Solo"}, "phrasings": {}, "answers": {}},
    ],
)
def test_what_a_spreadsheet_might_spoil_comes_back(change: dict[str, Any]) -> None:
    item = entry(**change)
    if set(item.title) == {"es"}:
        item = entry(**change, source={"document": {"es": "Guía"}, "section": {"es": "1"}})
    assert came_back(item) == item


def test_no_cell_is_a_formula() -> None:
    text = dump_table([entry(title={"en": "=1+1", "es": "@x"}, answers={"en": {"web": "-1", "sms": "+1"}})])
    assert not [one for one in ("=1", "@x", "-1", "+1") if f",{one}" in text]
    assert all(f",'{one}" in text for one in ("=1+1", "@x", "-1", "+1"))


def test_what_a_table_cannot_hold_is_known() -> None:
    assert comes_back(entry())
    assert not comes_back(entry(title={"en": "x", "es": "y", "fr": "z"}))
    assert not comes_back(entry(source={"document": {}, "section": {}}))


LINES = st.text(min_size=1, max_size=30) | st.sampled_from(["a|b", "-x", "'=1", '"', ";,", "\\|"])
BODIES = st.lists(LINES, min_size=1, max_size=3).map("\n".join)
BOTH = st.fixed_dictionaries({"en": LINES}, optional={"es": LINES})


@given(
    title=BOTH,
    phrasings=st.dictionaries(st.sampled_from(["en", "es"]), st.lists(LINES, min_size=1, max_size=3)),
    answers=st.dictionaries(
        st.sampled_from(["en", "es"]), st.fixed_dictionaries({"web": BODIES}, optional={"sms": BODIES})
    ),
    owner=LINES,
    semicolon=st.booleans(),
)
def test_any_entry_comes_back_from_a_table(
    title: dict[str, str],
    phrasings: dict[str, list[str]],
    answers: dict[str, dict[str, str]],
    owner: str,
    semicolon: bool,
) -> None:
    source = {"document": title, "section": title}
    try:
        item = entry(title=title, phrasings=phrasings, answers=answers, owner=owner, source=source)
    except ValidationError:
        return
    assert comes_back(item)
    assert came_back(item, delimiter=";" if semicolon else ",") == item


def test_follow_ups_are_a_line_each_and_come_back() -> None:
    item = only(
        "question_en,question_es,followups_en,followups_es\n"
        'What,Qué,"other: and here: where?\nthird: and?",other: ¿y aquí? | other: y allí\n'
    )
    assert item.follow_ups == {
        "other": {"en": ("and here: where?",), "es": ("¿y aquí?", "y allí")},
        "third": {"en": ("and?",)},
    }
    assert comes_back(item)
    assert "followups" not in dump_table([entry()])


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=4), st.sampled_from([",", ";"]))
def test_any_follow_up_comes_back_from_a_table(asked: list[str], delimiter: str) -> None:
    try:
        item = entry(follow_ups={"other": {"en": asked, "es": asked}, "a-1": {"es": asked}})
    except ValidationError:
        return
    (back,) = ready(dump_table([item], delimiter=delimiter))
    assert back.item.follow_ups == item.follow_ups
