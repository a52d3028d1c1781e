"""The closing summary names what was not run, and why."""

from pathlib import Path

import pytest

from scripts.check import DOTS, Summary, closing, count, main

REPORT = """<testsuites><testsuite>
<testcase name="a"/>
<testcase name="b"><failure message="no">…</failure></testcase>
<testcase name="c"><error message="no">…</error></testcase>
<testcase name="d"><skipped message="not run, this machine has no PostgreSQL"/></testcase>
<testcase name="e"><skipped message="only on Linux"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def summary(tmp_path: Path) -> Summary:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    made = Summary()
    count(report, made)
    count(report, made)
    return made


def test_an_error_counts_as_failed(summary: Summary) -> None:
    assert closing(summary).splitlines()[-1] == "2 passed, 4 failed, 4 skipped"


def test_what_the_machine_lacks_is_named_apart_from_other_skips(summary: Summary) -> None:
    text = closing(summary)
    assert "not run: 2 tests, because this machine has no PostgreSQL" in text
    assert "skipped: 2 tests: only on Linux" in text


def test_every_failed_stage_is_listed(summary: Summary) -> None:
    summary.failed += ["types", "ui"]
    assert "failed stage: types\nfailed stage: ui" in closing(summary)


def test_an_unknown_stage_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["check", "everything"])
    assert main() == 2
    assert "everything" in capsys.readouterr().out


def test_lines_of_dots_are_left_out_of_a_log_and_nothing_else_is() -> None:
    said = [
        "..F.s...  [ 12%]\n",
        "bringing up nodes...\n",
        "\n",
        "E   assert 1 == 2\n",
        "FAILED tests/x.py::y\n",
        "F\n",
    ]
    assert [line for line in said if not DOTS.fullmatch(line)] == said[3:]
