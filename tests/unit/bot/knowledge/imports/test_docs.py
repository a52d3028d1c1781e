"""The examples on the owners' page are what the import reads."""

import re
from datetime import UTC, datetime
from pathlib import Path

from bot.knowledge.imports.columns import COLUMNS
from bot.knowledge.imports.drafts import Given, Reading, complete
from bot.knowledge.imports.faq import parse_page
from bot.knowledge.imports.front import KEYS
from bot.knowledge.imports.pages import read_pages
from bot.knowledge.imports.rows import parse_table

DOCS = (Path(__file__).parents[5] / "docs" / "knowledge.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BY = Given(user="pilar", language="en")


def examples(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", DOCS, re.DOTALL)


def titles(reading: Reading) -> list[str]:
    assert reading.left_out == []
    return [one.item.title["en"] for one in complete(reading, BY, NOW)]


def test_the_table_is_read() -> None:
    (table,) = examples("csv")
    assert titles(parse_table(table, "faq.csv", BY)) == ["Cost of a return", "Opening hours"]


def test_the_pages_are_read(tmp_path: Path) -> None:
    for number, text in enumerate(examples("markdown")):
        (tmp_path / f"{number}.md").write_text(text, encoding="utf-8")
    asked = ["How long can I return something?", "Who pays?", "How long is the warranty?"]
    assert titles(read_pages(tmp_path, BY)) == asked


def test_the_saved_page_is_read() -> None:
    (page,) = examples("html")
    assert titles(parse_page(page, "help.html", BY)) == ["Do you ship to Portugal?"]


def test_every_column_and_key_is_named() -> None:
    assert not {one for one in (*COLUMNS, *KEYS) if f"`{one}`" not in DOCS}
