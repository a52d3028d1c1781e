"""The page of results: every line of the bar, summed over parts and databases."""

import json
from pathlib import Path
from typing import Any

from scripts.faults_report import KEPT, draw


def keep(folder: Path, name: str, **changes: Any) -> None:
    result = {
        "test": f"tests/faults/test_01_killed.py::test_it[{name}]",
        "bar": [1],
        "says": "Killed at random.",
        "outcome": "passed",
        "full": True,
        "at": "2026-11-20T12:00:00+00:00",
        "session_seed": "7",
        "seed": 8,
        "counted": {"kills": 25},
        "facts": {"drained_in_seconds": 3.5},
        "machine": {"cores": "2"},
    }
    (folder / f"{name}.json").write_text(json.dumps(result | changes))


def row_of(page: str, line: int) -> str:
    return next(row for row in page.splitlines() if row.startswith(f"| {line} |"))


def test_parts_of_one_test_are_summed_for_each_database(tmp_path: Path) -> None:
    keep(tmp_path, "sqlite-part1")
    keep(tmp_path, "sqlite-part2", facts={"drained_in_seconds": 9})
    keep(tmp_path, "postgresql-part1")
    row = row_of(draw(tmp_path, before=tmp_path / "page.md"), 1)
    assert "sqlite: 50 kills<br>postgresql: 25 kills" in row
    assert "drained in seconds at most 9" in row


def test_cases_of_a_test_that_says_nothing_are_one_row_by_its_name(tmp_path: Path) -> None:
    for number in (1, 2):
        keep(tmp_path, f"case{number}", says=f"test_a_fault_is_found[case {number}]", counted={})
    page = draw(tmp_path, before=tmp_path / "page.md")
    assert "| a fault is found | 2 tests |" in row_of(page, 1)


def test_a_line_that_was_never_run_says_so(tmp_path: Path) -> None:
    assert "not run yet" in row_of(draw(tmp_path, before=tmp_path / "page.md"), 19)


def test_a_failure_is_named_with_its_seed(tmp_path: Path) -> None:
    keep(tmp_path, "sqlite-part1", outcome="failed")
    page = draw(tmp_path, before=tmp_path / "page.md")
    assert "1 of 1 failed" in row_of(page, 1)
    assert "test_it[sqlite-part1]`, seed 8" in page


def test_what_was_written_by_hand_below_the_table_is_kept(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"old table\n{KEPT}\n## By hand\n")
    assert draw(tmp_path, before=page).endswith(f"{KEPT}\n## By hand\n")
    assert "old table" not in draw(tmp_path, before=page)


def drawn(results: Path, page: Path) -> str:
    page.write_text(draw(results, before=page))
    return page.read_text()


def test_a_line_without_results_keeps_its_rows_with_their_day_and_seed(tmp_path: Path) -> None:
    page, first, second = tmp_path / "page.md", tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    keep(first, "sqlite-part1", commit="abc")
    keep(first, "claims", bar=[4], says="Many claim.")
    keep(first, "stale", bar=[4], says="A stale holder writes.")
    before = drawn(first, page)
    keep(second, "sqlite-part1", session_seed="9", at="2026-12-01T00:00:00+00:00", counted={"kills": 3})
    after = drawn(second, page)
    assert row_of(before, 1).endswith("| 2026-11-20, full numbers, abc, seed 7 |")
    assert "3 kills" in row_of(after, 1)
    assert row_of(after, 1).endswith("| 2026-12-01, full numbers, seed 9 |")
    assert row_of(after, 4) == row_of(before, 4)
    assert after.count("A stale holder writes.") == 1
    assert after.count("Machine: cores 2.") == 1
    assert drawn(second, page) == after


def test_the_short_form_does_not_replace_full_numbers(tmp_path: Path) -> None:
    page, first, second = tmp_path / "page.md", tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    keep(first, "sqlite-part1")
    keep(second, "sqlite-part1", full=False, counted={"kills": 3})
    before = drawn(first, page)
    assert row_of(drawn(second, page), 1) == row_of(before, 1)
