"""`relevo knowledge …`: from a folder to a release and back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from handoff.errors import RelevoError
from tests.support.knowledge import DEMO, command_line, entry, every_notice, write_folder

Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_url: str) -> Iterator[Run]:
    with command_line(sqlite_url) as invoke:
        yield invoke


def test_the_demo_is_imported_released_and_exported(run: Run, tmp_path: Path) -> None:
    assert "0 drafts" in run("import").output
    assert "release 1: " in run("release", "--export", tmp_path / "release.json").output
    assert (tmp_path / "release.json").exists()
    run("export", tmp_path / "out")
    assert {one.name for one in (tmp_path / "out").iterdir()} == {one.name for one in DEMO.glob("*.yml")}


def test_a_draft_is_listed_and_approved_by_a_second_person(run: Run, tmp_path: Path) -> None:
    run("import", write_folder(tmp_path / "a", *every_notice()))
    run("import", write_folder(tmp_path / "b", entry(), approver=None))
    assert "shop-hours\tv1\tentry\tdraft" in run("list", "--state", "draft").output
    assert "approved by Elena" in run("approve", "shop-hours", "--version", "1", "--approver", "Elena").output
    assert "release 1: 1 entries" in run("release").output
    assert "retired" in run("retire", "shop-hours").output
    assert "release 2: 0 entries" in run("release").output


def test_a_draft_goes_into_review_and_back(run: Run, tmp_path: Path) -> None:
    run("import", write_folder(tmp_path, entry(), approver=None))
    assert "version 1 is in review" in run("submit", "shop-hours", "--version", "1").output
    assert "v1\tentry\tin_review" in run("list", "--state", "in_review").output
    assert "draft again" in run("send-back", "shop-hours", "--version", "1", "--reason", "which days?").output
    with pytest.raises(RelevoError, match="not in_review"):
        run("send-back", "shop-hours", "--version", "1", "--reason", "again")


def test_approving_one_s_own_text_is_refused(run: Run, tmp_path: Path) -> None:
    run("import", write_folder(tmp_path, entry(), approver=None))
    with pytest.raises(RelevoError, match="second person"):
        run("approve", "shop-hours", "--version", "1", "--approver", "Marta")
    done = run("approve", "shop-hours", "--version", "1", "--approver", "Marta", "--allow-self-approval")
    assert "approved by Marta (the author)" in done.output
    assert "Marta (the author)" in run("list", "shop-hours").output


def test_lint_exits_1_when_something_is_wrong(run: Run, tmp_path: Path) -> None:
    assert "0 errors" in run("lint").output
    result = run("lint", write_folder(tmp_path, entry(phrasings={})), code=1)
    assert "error: shop-hours: phrasings.en" in result.output


def test_with_no_host_alive_a_release_and_its_roll_back_are_current_at_once(run: Run, tmp_path: Path) -> None:
    run("import", write_folder(tmp_path / "a", *every_notice()))
    run("release")
    with pytest.raises(RelevoError, match="before this one"):
        run("rollback")
    run("import", write_folder(tmp_path / "b", entry()))
    assert "release 2: 1 entries" in run("release").output
    assert "release 1 is served" in run("rollback").output
    assert "release 2 is served" in run("rollback", "2").output
    with pytest.raises(RelevoError, match="no release 9"):
        run("rollback", "9")


def test_test_questions_come_in_and_go_out(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "questions.csv"
    table.write_text("text,language,entry\nwhen are you open,en,shop-hours\nvendéis coches,es,\n")
    assert "2 questions, 1 of them outside" in run("questions", "import", table).output
    assert "2 questions" in run("questions", "export", tmp_path / "out.csv").output
    assert (tmp_path / "out.csv").read_text() == table.read_text()
