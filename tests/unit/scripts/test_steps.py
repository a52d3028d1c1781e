"""A step is done once, and again when what it depends on has changed."""

from pathlib import Path

import pytest

from scripts.steps import Runner, Step, StepFailed, digest_of


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    (source / "inner").mkdir(parents=True)
    (source / "inner" / "file").write_text("one")
    return source


def make_step(source: Path, done: list[str]) -> Step:
    return Step(
        name="build",
        stamp=source.parent / "stamp",
        digest=lambda: digest_of([source]),
        act=lambda run: done.append("built"),
    )


def test_nothing_is_done_again_until_a_file_changes(source: Path) -> None:
    done: list[str] = []
    for _ in range(2):
        Runner(total=1).run(make_step(source, done))
    assert done == ["built"]
    (source / "inner" / "file").write_text("two")
    Runner(total=1).run(make_step(source, done))
    assert done == ["built", "built"]


def test_builds_and_caches_are_no_part_of_the_digest(source: Path) -> None:
    before = digest_of([source])
    (source / "dist").mkdir()
    (source / "dist" / "bundle.js").write_text("built")
    assert digest_of([source]) == before
    (source / "inner" / "file").rename(source / "inner" / "other")
    assert digest_of([source]) != before


def test_a_failed_step_is_tried_again_and_shows_the_end_of_the_output(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.steps.LOG", source.parent / "log")
    step = Step(
        name="install",
        stamp=source.parent / "stamp",
        digest=lambda: "same",
        act=lambda run: run.command(["sh", "-c", "echo no space left; exit 3"]),
    )
    for _ in range(2):
        with pytest.raises(StepFailed, match="ended with 3:\nno space left"):
            Runner(total=1).run(step)
