"""What owners have already arrives as drafts, beside what is approved, and goes out again as a table."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result

from bot.knowledge.approving import approve, retire
from bot.knowledge.content import Entry
from bot.knowledge.errors import ApprovalRefused, KnowledgeInvalid
from bot.knowledge.imports.bring import bring_in, export_table
from bot.knowledge.imports.drafts import Given
from bot.knowledge.library import Library
from bot.knowledge.review import import_drafts, import_folder, list_versions, stored
from tests.support.knowledge import DEMO, NOW, command_line, entry, library_of, notice, submitted, write_folder

BY = Given(user="pilar", owner="Nuria", author="Marta")
TABLE = "question_en,question_es,answer_en,answer_es\nHow long?,¿Cuánto?,14 days.,14 días.\nWho pays?,,We do.,\n"
PAGE = """<html lang="en"><title>Help</title><script type="application/ld+json">
{"@type": "FAQPage", "mainEntity": [{"@type": "Question", "name": "Do you ship?",
"acceptedAnswer": {"@type": "Answer", "text": "<p>Yes. <img src='x'></p>"}}]}</script></html>"""
Run = Callable[..., Result]


@pytest.fixture
def library(database_url: str) -> Iterator[Library]:
    library = library_of(database_url)
    yield library
    library.database.dispose()


@pytest.fixture
def run(sqlite_url: str) -> Iterator[Run]:
    with command_line(sqlite_url) as invoke:
        yield invoke


def table(folder: Path, text: str = TABLE, name: str = "faq.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def items(library: Library) -> dict[str, Entry]:
    return {one.item.id: one.item for one in stored(library.database) if isinstance(one.item, Entry)}


def states(library: Library, item_id: str) -> list[tuple[int, str]]:
    return [(one.version, one.state) for one in list_versions(library.database, item_id)]


def test_a_table_arrives_as_drafts_that_approval_still_refuses(library: Library, tmp_path: Path) -> None:
    brought = bring_in(library, table(tmp_path), BY, NOW)
    assert brought.report.drafts == ["how-long", "who-pays"]
    assert states(library, "who-pays") == [(1, "draft")]
    assert (items(library)["how-long"].owner, items(library)["how-long"].author) == ("Nuria", "Marta")
    assert any(one.startswith("answers.es.web") for one in brought.needs["who-pays"])
    with pytest.raises(ApprovalRefused, match="phrasings"):
        approve(library, "who-pays", version=1, approver="Elena", now=NOW)


def test_the_same_file_again_changes_nothing_on_any_day(library: Library, tmp_path: Path) -> None:
    bring_in(library, table(tmp_path), BY, NOW)
    again = bring_in(library, table(tmp_path), Given(user="somebody"), NOW + timedelta(days=40))
    assert (again.report.drafts, sorted(again.report.unchanged)) == ([], ["how-long", "who-pays"])
    assert states(library, "how-long") == [(1, "draft")]


def test_an_edited_file_is_a_new_draft_beside_what_was_approved(library: Library, tmp_path: Path) -> None:
    bring_in(library, table(tmp_path), BY, NOW)
    whole = entry("how-long", title={"en": "How long?", "es": "¿Cuánto?"})
    import_folder(library, write_folder(tmp_path / "whole", whole), NOW, by="Pilar")
    assert bring_in(library, table(tmp_path), BY, NOW).report.drafts == []
    assert states(library, "how-long") == [(1, "draft"), (2, "approved")]
    bring_in(library, table(tmp_path, TABLE.replace("14 days", "30 days")), BY, NOW)
    assert states(library, "how-long") == [(1, "draft"), (2, "approved"), (3, "draft")]


def test_an_import_never_takes_the_id_of_something_else(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", entry("how-long"), notice("who-pays")), NOW, by="Pilar")
    assert bring_in(library, table(tmp_path), BY, NOW).report.drafts == ["how-long-2", "who-pays-2"]
    assert states(library, "how-long") == [(1, "approved")]
    again = bring_in(library, table(tmp_path), BY, NOW)
    assert sorted(again.report.unchanged) == ["how-long-2", "who-pays-2"]


def test_an_id_that_a_file_names_must_be_an_entry_s(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", notice("greeting")), NOW, by="Pilar")
    with pytest.raises(KnowledgeInvalid, match="greeting") as found:
        bring_in(library, table(tmp_path, "id,question_en\nnew,New\ngreeting,Hi\n"), BY, NOW)
    assert "faq.csv row 3 id" in found.value.fields
    assert [one.item_id for one in list_versions(library.database)] == ["greeting"]


def test_a_question_that_another_entry_answers_is_named(library: Library, tmp_path: Path) -> None:
    import_folder(
        library, write_folder(tmp_path / "a", entry("term", title={"en": "How long", "es": "Plazo"})), NOW, by="Pilar"
    )
    needs = bring_in(library, table(tmp_path), BY, NOW).needs
    assert any("also in term" in one for one in needs["how-long"])
    retire(library, "term", NOW, by="Pilar")
    needs = bring_in(library, table(tmp_path, TABLE.replace("14 days", "30 days")), BY, NOW).needs
    assert not any("also in term" in one for one in needs["how-long"])


def test_a_draft_that_claims_an_approval_is_a_draft(library: Library) -> None:
    report = import_drafts(library, lambda _: [submitted(entry())], NOW, by="Pilar")
    assert report.drafts == ["shop-hours"]
    assert states(library, "shop-hours") == [(1, "draft")]


def test_what_is_wrong_stores_nothing(library: Library, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeInvalid):
        bring_in(library, table(tmp_path, TABLE + ",,Nobody asked.,\n"), BY, NOW)
    with pytest.raises(KnowledgeInvalid, match=r"\.csv table"):
        bring_in(library, table(tmp_path, name="faq.txt"), BY, NOW)
    assert list_versions(library.database) == ()


def test_what_goes_out_as_a_table_comes_in_unchanged(library: Library, tmp_path: Path) -> None:
    import_folder(library, DEMO, NOW, by="Pilar")
    number, left_out = export_table(library.database, tmp_path / "all.csv")
    assert number == len(items(library))
    assert {"greeting", "negatives"} <= set(left_out)
    before = list_versions(library.database)
    brought = bring_in(library, tmp_path / "all.csv", Given(user="pilar"), NOW)
    assert (len(brought.report.unchanged), list_versions(library.database)) == (number, before)


def test_the_command_chooses_by_what_the_path_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "x.en.md").write_text("# Do you gift-wrap?\nYes.")
    assert "2 drafts, 0 unchanged, 0 left out" in run("import", table(tmp_path), "--owner", "Nuria").output
    output = run("import", table(tmp_path, PAGE, "help.HTM"), "--topic", "delivery").output
    assert "1 drafts, 0 unchanged, 1 left out" in output
    assert "left out: help.HTM question 1: a picture was left out" in output
    assert "  answers.en.sms: this text is missing" in output
    assert "draft: do-you-gift-wrap" in run("import", tmp_path / "pages", "--review-by", "2027-01-31").output
    assert run("list", "--state", "draft").output.count("\n") == 4
    assert "4 entries, 0 left out" in run("export", tmp_path / "out.csv", "--semicolon").output
    assert (tmp_path / "out.csv").read_bytes().startswith("\ufeffid;topic;".encode())
    assert "0 drafts, 4 unchanged" in run("import", tmp_path / "out.csv").output


def test_a_folder_of_yaml_is_what_it_was(run: Run, tmp_path: Path) -> None:
    (write_folder(tmp_path / "a", entry()) / "README.md").write_text("# Read me\nFirst.")
    assert "1 approved, 0 drafts" in run("import", tmp_path / "a").output
    assert "name owner" in run("import", tmp_path / "a", "--owner", "Nuria", code=2).output
    assert "does not exist" in run("import", tmp_path / "nowhere", code=2).output
    run("export", tmp_path / "out")
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["shop.yml"]
    assert "only a folder of YAML" not in run("export", tmp_path / "out.csv").output
