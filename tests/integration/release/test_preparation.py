"""The first start seeds the knowledge from the folder; afterwards the database is the truth."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.knowledge import questions
from bot.knowledge import release as releases
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.library import Library
from bot.knowledge.questions import Question
from bot.knowledge.review import import_folder
from bot.preparation import release_knowledge
from tests.support.knowledge import NOW, entry, every_notice, library_of, write_folder

ASKED = "text,language,entry\nwhen are you open,en,shop-hours\nvendéis coches,es,\n"


@pytest.fixture
def empty(sqlite_url: str) -> Iterator[Library]:
    library = library_of(sqlite_url)
    yield library
    library.database.dispose()


def test_the_folder_is_read_at_the_first_start_only(empty: Library, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "a", entry(), *every_notice())
    (folder / "questions.csv").write_text(ASKED)
    assert release_knowledge(empty, NOW, folder).number == 1
    assert questions.stored(empty.database) == (
        Question(text="when are you open", language="en", entry="shop-hours"),
        Question(text="vendéis coches", language="es"),
    )
    write_folder(folder, entry("another"))
    assert release_knowledge(empty, NOW, folder).number == 1
    import_folder(empty, folder, NOW, by="Pilar")
    assert release_knowledge(empty, NOW, folder).number == 1, "what is approved waits for a release"


def test_a_notice_that_an_update_needs_is_taken_from_the_folder_and_nothing_else(
    empty: Library, tmp_path: Path
) -> None:
    older = [one for one in every_notice() if one.id != "engine_back"]
    import_folder(empty, write_folder(tmp_path / "a", *older, entry()), NOW, by="Pilar")
    with empty.write(NOW) as change:  # as a release of the version before this one was made
        releases.make_current(change, releases._find_or_add(change, releases.approved_rows(change.session), "P"), "P")
    updated = release_knowledge(empty, NOW, write_folder(tmp_path / "b", *every_notice(), entry("another")))
    assert updated.number == 2
    assert "engine_back" in updated.notices
    assert set(updated.entries) == {"shop-hours"}


def test_a_release_that_was_forgotten_is_made(empty: Library, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "a", *every_notice())
    import_folder(empty, folder, NOW, by="Pilar")
    assert release_knowledge(empty, NOW, folder).number == 1


def test_a_table_of_questions_with_mistakes_names_each_and_changes_nothing(empty: Library, tmp_path: Path) -> None:
    table = tmp_path / "questions.csv"
    table.write_text(f"{ASKED}hello,fr,\n,en,\nhours,en,Shop Hours\n")
    with pytest.raises(KnowledgeInvalid) as refused:
        questions.read_file(table)
    assert set(refused.value.fields) == {f"questions.csv line {n}" for n in (4, 5, 6)}
    table.write_text("question,language\nhello,en\n")
    with pytest.raises(KnowledgeInvalid, match=r".*"):
        questions.read_file(table)


def test_questions_go_out_as_they_came_in(empty: Library, tmp_path: Path) -> None:
    table = tmp_path / "questions.csv"
    table.write_text(ASKED + '"one, with a comma and ""quotes""",en,shop-hours\n')
    found = questions.read_file(table)
    questions.replace_all(empty, found, NOW, by="Pilar")
    questions.write_file(questions.stored(empty.database), tmp_path / "out.csv")
    assert questions.read_file(tmp_path / "out.csv") == found
