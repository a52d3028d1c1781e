"""A folder of Markdown becomes drafts: a question a heading, or a file, and the other language beside it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.content import Entry
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.imports.drafts import Given, complete
from bot.knowledge.imports.limited import is_limited
from bot.knowledge.imports.md_text import to_limited
from bot.knowledge.imports.pages import MAX_FILES, read_pages

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BY = Given(user="pilar")


def write(folder: Path, **files: str) -> Path:
    """`a_en` is the file `a.en.md`, `es__a` is `es/a.md`."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/').replace('_', '.')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def entries(folder: Path, by: Given = BY) -> list[Entry]:
    return [one.item for one in complete(read_pages(folder, by), by, NOW)]


def fields(folder: Path, by: Given = BY) -> dict[str, str]:
    with pytest.raises(KnowledgeInvalid) as found:
        entries(folder, by)
    return found.value.fields


def test_each_heading_is_a_question(tmp_path: Path) -> None:
    write(
        tmp_path,
        faq_en="# Guide\n\nHello.\n\n## How long?\n14 **days**.\n\n### But\nNot food.\n\n## Who *pays*?\nWe do.\n",
    )
    one, two = entries(tmp_path)
    assert (one.title, one.text("en", "web")) == ({"en": "How long?"}, "14 **days**.\n\n**But**\n\nNot food.")
    assert (two.title, two.source.label("en")) == ({"en": "Who pays?"}, "Guide · Who pays?")
    assert "the text before" in read_pages(tmp_path, BY).left_out[0]


def test_what_looks_like_a_heading_in_code_is_none(tmp_path: Path) -> None:
    write(tmp_path, faq_en="## How?\n```\n## not so\n```\nSo.\n")
    (one,) = entries(tmp_path)
    assert one.text("en", "web") == "not so\nSo."


def test_a_file_without_such_headings_is_one_question_and_its_languages_are_one_entry(tmp_path: Path) -> None:
    write(tmp_path, terms__warranty_en="# Warranty?\n\nTwo years.", terms__warranty_es="# ¿Garantía?\n\nDos años.")
    (one,) = entries(tmp_path)
    assert one.title == {"en": "Warranty?", "es": "¿Garantía?"}
    assert (one.text("es", "web"), one.topic) == ("Dos años.", "terms")
    assert one.source.label("es") == "terms/warranty.es.md · ¿Garantía?"


def test_the_language_is_a_folder_an_ending_a_key_or_an_option(tmp_path: Path) -> None:
    write(tmp_path / "a", es__x="# Uno\n1")
    write(tmp_path / "b", x="---\nlanguage: es\n---\n# Uno\n1")
    write(tmp_path / "c", x="# Uno\n1")
    spanish = Given(user="pilar", language="es")
    for folder, by in (("a", BY), ("b", BY), ("c", spanish)):
        assert entries(tmp_path / folder, by)[0].title == {"es": "Uno"}
    assert "--language" in fields(tmp_path / "c")["x.md"]
    assert "which language" in fields(write(tmp_path / "d", es__x_en="# Uno\n1"))["es/x.en.md"]


def test_front_matter_says_more(tmp_path: Path) -> None:
    head = "---\nid: warranty\ntopic: terms\nowner: Nuria\nreview_by: 2027-01-31\nphrasings:\n  - is it covered\n"
    write(
        tmp_path,
        w_en=f"{head}sms: Two years.\ndocument: Terms\nsection: '4'\nlayout: page\n---\n# Warranty?\nTwo **years**.",
    )
    (one,) = entries(tmp_path)
    assert (one.id, one.topic, one.owner, one.review_by) == ("warranty", "terms", "Nuria", date(2027, 1, 31))
    assert (one.phrasings, one.text("en", "sms")) == ({"en": ("is it covered",)}, "Two years.")
    assert one.source.label("en") == "Terms · 4"
    assert read_pages(tmp_path, BY).left_out == ["w.en.md: front matter 'layout'"]


def test_headings_with_the_same_id_are_one_entry(tmp_path: Path) -> None:
    write(tmp_path, a_en="## How long? {#return-time}\n14 days.", b_es="## ¿Cuánto? {#return-time}\n14 días.")
    (one,) = entries(tmp_path)
    assert (one.id, one.title) == ("return-time", {"en": "How long?", "es": "¿Cuánto?"})


@pytest.mark.parametrize(
    ("text", "place", "mend"),
    [
        ("# One\n1\n# Two\n2", "x.en.md line 3", "second # heading"),
        ("Only text.", "x.en.md line 1 heading", "empty"),
        ("## One\n1\n##\n2", "x.en.md line 3 heading", "empty"),
        ("---\nphrasings: [a]\n---\n## One\n1", "x.en.md phrasings", "one question"),
        ("---\nreview_by: soon\n---\n# One\n1", "x.en.md review_by", "2027-06-30"),
        ("---\nsms: 12\n---\n# One\n1", "x.en.md sms", "text"),
        ("---\n- a\n---\n# One\n1", "x.en.md", "key: value"),
        ("---\na: [\n---\n# One\n1", "x.en.md", "not YAML"),
        ("---\na: " + "[" * 60_000 + "\n---\n# One\n1", "x.en.md", "nested"),
        ("---\nowner: [a]\n---\n# One\n1", "x.en.md line 4 owner", "text"),
        ("## One\n1\n## one?\n2", "x.en.md line 3 heading", "x.en.md line 1 heading"),
        ("# One\n" + "x" * 4001, "x.en.md line 1 text", "4000"),
        ("# One\n" + "x " * 30_000, "x.en.md line 1 text", "4000"),
        ("# One\na\x07b", "x.en.md line 1 text", "control"),
        ("# " + "x" * 301 + "\na", "x.en.md line 1 heading", "300"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, place: str, mend: str) -> None:
    assert mend in fields(write(tmp_path, x_en=text))[place]


def test_the_errors_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    write(tmp_path, a="# A\n1", b_en="# One\n1\n# Two\n2")
    (tmp_path / "c.en.md").write_bytes("# Qué".encode("cp1252"))
    assert set(fields(tmp_path)) == {"a.md", "b.en.md line 3", "c.en.md line 1"}


def test_two_files_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    write(tmp_path, w_en="---\nowner: A\n---\n# W\n1", w_es="---\nowner: B\n---\n# V\n1")
    assert "another than" in fields(tmp_path)["w.es.md line 4 owner"]
    same = write(tmp_path / "same", a_en="## W {#w}\n1", b_en="## V {#w}\n1")
    assert "same language" in fields(same)["b.en.md line 1"]


def test_what_is_wrong_in_one_of_two_files_is_named_there(tmp_path: Path) -> None:
    write(tmp_path, w_en="# W\n1", w_es="---\ndocument: [a]\nphrasings: [b, '']\n---\n# V\n" + "x" * 4001)
    assert set(fields(tmp_path)) == {"w.es.md document", "w.es.md phrasings", "w.es.md line 5 text"}


def test_other_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, x_en="# One\n1")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "y.md").write_text("# Y")
    (tmp_path / "shop.png").write_bytes(b"\x89PNG")
    reading = read_pages(tmp_path, BY)
    assert (len(reading.drafts), reading.left_out) == (1, ["shop.png: is not Markdown"])


def test_a_folder_without_pages_or_with_too_many_is_refused(tmp_path: Path) -> None:
    assert "neither" in fields(tmp_path)[tmp_path.name]
    for number in range(MAX_FILES + 1):
        (tmp_path / f"{number}.md").touch()
    assert "more than" in fields(tmp_path)[tmp_path.name]


@pytest.mark.parametrize(
    ("markdown", "text", "note"),
    [
        ("a [b](https://x.example 'c')", "a [b](https://x.example)", None),
        ('a [b](https://x.example "c")', "a [b](https://x.example)", None),
        ("a [b](http://x.example)", "a b", "link"),
        ("a [b](other.md)", "a b", "link"),
        ("![shop](x.png) `code` <https://x.example>", "shop code [x.example](https://x.example)", "picture"),
        ("__a__ _b_ *c* ***d***", "**a** *b* *c* **d**", None),
        ("* a\n    * b\n3) c", "- a\n- b\n3. c", None),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a · b\n\n1 · 2", "table"),
        ("~~~\n# x {y}\n~~~", "x (y)", "code"),
        ("a\\*b\n\n---\n\n> quote", "a∗b\n\nquote", "signs"),
        ("<b>a</b> <script>alert(1)</script><style>\nb", "a", "script"),
        ("    indented", "indented", None),
    ],
)
def test_markdown_becomes_limited(markdown: str, text: str, note: str | None) -> None:
    made, notes = to_limited(markdown)
    assert is_limited(made)
    assert made == text
    assert any(note in one for one in notes) if note else not notes


SIGNS = (
    "# ## ### #### 1. - * ** *** _ __ ` ``` ~~~ | [ ] ( ) [a](https://x.example) [b](x) ![c](d) < > <b> <!-- --> \\ { }"
    " \\* [[ ]] & &lt; https:// http://a.b www.x data: --- ==="
).split(" ")
PIECES = st.sampled_from([*SIGNS, "\n"]) | st.text(max_size=5)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_whatever_the_markdown_the_text_is_limited(markdown: str) -> None:
    made, _ = to_limited(markdown)
    assert is_limited(made)
