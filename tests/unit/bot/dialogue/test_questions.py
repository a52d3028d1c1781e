from pathlib import Path

import pytest

from bot.dialogue.questions import BadQuestions, Question, of_language, read_questions
from tests.support.knowledge import DEMO


def written(folder: Path, text: str) -> Path:
    path = folder / "questions.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_are_read_as_they_stand(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufefftext,language,entry\n"hi, when?",en,shop-hours\n¿qué tiempo hace?,es,\n')
    rows = read_questions(path)
    assert rows == [Question("hi, when?", "en", "shop-hours"), Question("¿qué tiempo hace?", "es", "")]
    assert of_language(rows, "es") == rows[1:]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("text,lang,entry\nhi,en,x\n", "the column language is missing"),
        ("text,language,entry\nhi,en,x\n ,en,x\n", "line 3: the text is empty"),
        ("text,language,entry\nhi,fr,x\n", "line 2: the language is en or es"),
        ("text,language,entry\nhi\n", "line 2: the language is en or es"),
    ],
)
def test_bad_rows_are_named_with_their_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadQuestions, match=told):
        read_questions(written(tmp_path, text))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b""])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "questions.csv").write_bytes(content)
    with pytest.raises(BadQuestions):
        read_questions(tmp_path / "questions.csv")


def test_the_demo_shop_has_two_hundred_questions_a_language_and_some_outside() -> None:
    rows = read_questions(DEMO / "questions.csv")
    for language in ("en", "es"):
        asked = of_language(rows, language)
        assert len({row.text for row in asked}) == len(asked) >= 200
        assert len({row.entry for row in asked}) >= 59, "every entry and outside"
        assert sum(not row.entry for row in asked) >= 40
