"""Whatever a file holds, it becomes entries or a KnowledgeInvalid that names places; nothing else comes out."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.imports.columns import COLUMNS
from bot.knowledge.imports.drafts import Given, Reading, complete
from bot.knowledge.imports.faq import parse_page
from bot.knowledge.imports.files import MAX_BYTES
from bot.knowledge.imports.pages import read_pages
from bot.knowledge.imports.rows import parse_table, read_table

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BY = Given(user="pilar", language="en")
ANY = st.text(st.characters(exclude_categories=[]), max_size=20)
CELLS = ANY | st.sampled_from(["2027-06-30", "yes", "customers", '{"a": {"kind": "number"}}', "[[1]]", '"', "a\nb"])
WORDS = st.sampled_from(
    "@id @type @graph @value FAQPage Question Answer mainEntity name text acceptedAnswer #1 https://schema.org/FAQPage".split()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS | ANY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=20,
)


def wrong(read_it: Callable[[], Reading]) -> dict[str, str]:
    """The places that are named; empty when all of it became entries."""
    try:
        ready = complete(read_it(), BY, NOW)
    except KnowledgeInvalid as exc:
        return exc.fields or {"no place": exc.message}
    assert all(one.item.title for one in ready)
    return {}


def starts(places: Iterable[str], *names: str) -> bool:
    return all(place.startswith(names) for place in places)


@given(st.lists(st.sampled_from(COLUMNS), unique=True, max_size=6), st.lists(st.lists(CELLS, max_size=6), max_size=4))
def test_any_cells(head: list[str], rows: list[list[str]]) -> None:
    lines = [",".join(head), *(",".join(f'"{cell}"' for cell in row) for row in rows)]
    assert starts(wrong(lambda: parse_table("\n".join(lines), "faq.csv", BY)), "faq.csv", "the import")


@given(JSON, ANY)
def test_any_json_and_any_text_round_it(stated: Any, text: str) -> None:
    script = f'<script type="application/ld+json">{json.dumps({"@type": "FAQPage", "mainEntity": stated})}</script>'
    assert starts(wrong(lambda: parse_page(f"{text}{script}{text}", "faq.html", BY)), "faq.html")


@given(st.lists(ANY | st.sampled_from(["---\n", "# A\n", "## B\n", "```\n", "id: x\n", "{#a}", "- ", "title: 2\n"])))
def test_any_page(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "a.md").write_bytes("".join(pieces).encode("utf-8", "surrogatepass"))
    assert starts(wrong(lambda: read_pages(folder, BY)), "a.md")


@given(st.binary(max_size=200))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("files") / "a.csv"
    path.write_bytes(data)
    assert starts(wrong(lambda: read_table(path, BY)), "a.csv", "the import")


@pytest.mark.parametrize("unit", ["<a ", "<a b='", "<div>", "<!--", "</a", "&a", "<b>x", "<li>", "[", '{"@graph":'])
def test_long_nonsense_takes_seconds_not_minutes(unit: str) -> None:
    text = unit * (MAX_BYTES // 32 // len(unit))
    with pytest.raises(KnowledgeInvalid):
        parse_page(f'{text}<script type="application/ld+json">{text}', "faq.html", BY)
