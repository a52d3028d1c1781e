"""The folder format is read strictly and written without loss."""

from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import yaml_tree
from bot.knowledge.content import Entry, from_content
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.format import dump_folder, parse_folder, parse_text
from tests.support.knowledge import DEMO, entry, notice, submitted, write_folder

HEAD = "format: 1\ntopic: shop\nentries:\n"


def text_of(folder: Path, name: str = "shop.yml") -> str:
    return (folder / name).read_text(encoding="utf-8")


def test_a_folder_comes_back_as_it_was_written(tmp_path: Path) -> None:
    items = [submitted(entry()), submitted(entry("other"), approver=None), submitted(notice())]
    dump_folder(items, tmp_path)
    back = {one.item.id: (one.item, one.approval) for one in parse_folder(tmp_path)}
    assert back == {one.item.id: (one.item, one.approval) for one in items}


@pytest.mark.parametrize("topic", ["notices", "negatives"])
def test_a_topic_named_like_one_of_the_other_files_comes_back_too(tmp_path: Path, topic: str) -> None:
    items = [submitted(entry(topic=topic)), submitted(notice())]
    dump_folder(items, tmp_path)
    assert {one.item.id: one.item for one in parse_folder(tmp_path)} == {one.item.id: one.item for one in items}


def test_the_demo_files_are_written_byte_for_byte_as_they_stand(tmp_path: Path) -> None:
    for path in dump_folder(parse_folder(DEMO), tmp_path):
        assert path.read_bytes() == (DEMO / path.name).read_bytes()


@given(st.text(min_size=1, max_size=60))
def test_any_printable_phrasing_survives_the_round_trip(words: str) -> None:
    try:
        item = entry(title={"en": words, "es": words})
    except ValueError:
        return
    text = yaml_tree.dump({"format": 1, "topic": "shop", "entries": [_raw(item)]})
    (back,) = parse_text(text, "shop.yml")
    assert back.item == item


def test_stored_content_gives_the_same_item_and_digest() -> None:
    item = entry(suggested=True)
    again = from_content("entry", item.content())
    assert again == item
    assert again.digest() == item.digest()


@pytest.mark.parametrize(
    "change",
    [
        {"title": {"en": "Hours", "es": "Horario"}},
        {"owner": "Somebody"},
        {"author": "Somebody"},
        {"review_by": date(2027, 7, 1)},
        {"audience": "customers"},
        {"suggested": True},
        {"follow_ups": {"returns": {"en": ["and returns?"]}}},
        {"topic": "other"},
        {"values": {"order": {"kind": "number"}}},
    ],
)
def test_the_digest_covers_every_part(change: dict[str, Any]) -> None:
    assert entry(**change).digest() != entry().digest()


@pytest.mark.parametrize(
    ("find", "put", "place"),
    [
        ("owner:", "ownr:", "shop.yml.entries[0].ownr"),
        ("review_by: 2027-06-30", "review_by: soon", "shop.yml.entries[0].review_by"),
        ("web: Open **every day**.", "web: 12", "shop.yml.entries[0].answers.en.web"),
        ("web: Open **every day**.", "wob: x", "shop.yml.entries[0].answers.en.wob"),
        ("en: Opening hours", "en: no", "shop.yml.entries[0].title.en"),
        ("id: shop-hours", "id: Shop Hours", "shop.yml.entries[0].id"),
        ("id: shop-hours", 'id: "shop-hours\\n"', "shop.yml.entries[0].id"),
        ("en: Opening hours", 'en: "Opening\\u202ehours"', "shop.yml.entries[0].title.en"),
        ("en: Opening hours", 'en: "  "', "shop.yml.entries[0].title.en"),
        ("digest: sha256:", "digest: sha512:", "shop.yml.entries[0].digest"),
    ],
)
def test_an_error_names_the_place_and_what_to_mend(tmp_path: Path, find: str, put: str, place: str) -> None:
    text = text_of(write_folder(tmp_path, entry()))
    assert find in text
    with pytest.raises(KnowledgeInvalid) as refused:
        parse_text(text.replace(find, put, 1), "shop.yml")
    assert any(where.startswith(place) for where in refused.value.fields), refused.value.fields
    assert refused.value.code == "knowledge_invalid"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "format: 2\nentries: []\n",
        "just words",
        "format: 1\n",
        "format: 1\nentries: []\n",
        "format: 1\ntopic: a\nentries: []\nnotices: []\n",
        HEAD + "  - 3\n",
        HEAD + "  - {id: a, id: b}\n",
        "format: 1\nformat: 1\ntopic: a\nentries: []\n",
        "format: 1\ntopic: &t a\nentries: [*t]\n",
        "format: 1\ntopic: !!python/object/apply:os.system [ls]\nentries: []\n",
        "format: 1\ntopic: !custom a\nentries: []\n",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "format: 1\ntopic: a\nentries: [\n",
        "format: 1\ntopic: a\nentries: []\n--- \nformat: 1\n",
        "\x00",
        "format: 1\ntopic: a\nentries: []\n1: x\n",
        "format: 1\nnegatives: []\n",
        "format: 1.0\nnotices: []\n",
    ],
)
def test_broken_files_are_typed_errors(text: str) -> None:
    with pytest.raises(KnowledgeInvalid) as refused:
        parse_text(text, "shop.yml")
    assert refused.value.fields


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    with suppress(KnowledgeInvalid):
        parse_text(text, "any.yml")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_lists_in_lists_without_end_are_an_error_and_not_the_end_of_the_process(opening: str) -> None:
    with pytest.raises(KnowledgeInvalid, match=r"deeper|not YAML"):
        parse_text(f"format: 1\ntopic: x\nentries: {opening * 100_000}", "x.yml")


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True),
        st.fixed_dictionaries({one: st.lists(st.text(min_size=1, max_size=30), max_size=3) for one in ("en", "es")}),
        max_size=4,
    )
)
def test_any_follow_ups_survive_the_round_trip(follow_ups: dict[str, dict[str, list[str]]]) -> None:
    try:
        item = entry(follow_ups=follow_ups)
    except ValueError:
        return
    text = yaml_tree.dump({"format": 1, "topic": "shop", "entries": [_raw(item)]})
    (back,) = parse_text(text, "shop.yml")
    assert (back.item, back.item.digest()) == (item, item.digest())


def test_entries_from_before_there_were_follow_ups_keep_their_digest() -> None:
    assert "follow_ups" not in entry().content()
    assert entry(follow_ups={}).digest() == entry().digest()


def test_a_follow_up_names_its_target_by_an_id() -> None:
    with pytest.raises(ValueError, match="follow_ups"):
        entry(follow_ups={"Not an id": {"en": ["and?"]}})


def test_all_errors_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("format: 2\n")
    (tmp_path / "b.yml").write_bytes(b"\xff\xfe")
    with pytest.raises(KnowledgeInvalid) as refused:
        parse_folder(tmp_path)
    assert set(refused.value.fields) == {"a.yml", "b.yml"}


def test_one_id_stands_for_one_item_in_the_whole_folder(tmp_path: Path) -> None:
    write_folder(tmp_path, entry("same"), notice("same"))
    with pytest.raises(KnowledgeInvalid, match="also the id"):
        parse_folder(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeInvalid):
        parse_folder(tmp_path)


def test_decomposed_letters_are_composed() -> None:
    assert entry(title={"en": "Cafe\u0301", "es": "x"}).title["en"] == "Caf\u00e9"


def _raw(item: Entry) -> dict[str, Any]:
    raw: dict[str, Any] = item.model_dump(mode="python", exclude_defaults=True)
    raw.pop("topic")
    raw["phrasings"] = {language: list(some) for language, some in item.phrasings.items()}
    for to, asked in raw.pop("follow_ups", {}).items():
        told = {language: list(some) for language, some in asked.items()}
        raw.setdefault("follow_ups", {})[to] = told
    return raw
