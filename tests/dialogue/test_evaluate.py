"""`relevo evaluate answers` on a small labelled set, through the engine's own Python."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.dialogue.certificate import Certificate
from bot.evaluate import evaluate_answers
from tests.dialogue.engines import RELEASE

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("csv")
    train, test = [], []
    for entry in json.loads(RELEASE.read_text())["entries"]:
        for language, phrasings in entry["phrasings"].items():
            train += [(text, entry["id"], language) for text in phrasings[:-1]]
            test.append((phrasings[-1], entry["id"], language))
    test += [("do you sell helicopters", "OUT_OF_SCOPE", "en"), ("", "OUT_OF_SCOPE", "es")]
    for name, rows in (("train", train), ("test", test)):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("text", "label", "lang"), *rows])
    (folder / "broken.csv").write_text("words,label\nhello,x\n")
    return folder


def evaluate(folder: Path, train: str, test: str, *more: str) -> Result:
    files = ["--train", str(folder / train), "--test", str(folder / test), "--out", str(folder / "out.csv")]
    return CliRunner().invoke(evaluate_answers, [*files, *more])


def words_of(page: str) -> list[str]:
    return "".join(" " if tag else sign for sign, tag in zip(page, inside_tags(page), strict=True)).split()


def inside_tags(page: str) -> list[bool]:
    inside, marks = False, []
    for sign in page:
        inside = inside or sign == "<"
        marks.append(inside)
        inside = inside and sign != ">"
    return marks


def test_every_row_gets_a_decision_with_score_and_threshold(files: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert evaluate(files, "train.csv", "test.csv").exit_code == 0
    figures = json.loads(capfd.readouterr().out)
    assert (figures["rows"], figures["inside"], figures["outside"]) == (18, 16, 2)
    with (files / "out.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["text", "label", "lang", "decision", "predicted", "score", "threshold"]
    assert {row["decision"] for row in rows} <= {"answer", "ask", "refuse"}
    assert [row["decision"] for row in rows[-2:]] == ["refuse", "refuse"]
    for row in rows:
        assert (float(row["score"]) < float(row["threshold"])) == (row["decision"] == "refuse")


def test_file_without_the_columns_is_named(files: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert evaluate(files, "broken.csv", "test.csv").exit_code == 2
    assert "broken.csv: the column text is missing" in capfd.readouterr().err


def test_report_is_one_page_that_runs_and_fetches_nothing(files: Path, capfd: pytest.CaptureFixture[str]) -> None:
    page = files / "report.html"
    assert evaluate(files, "train.csv", "test.csv", "--report", str(page)).exit_code == 0
    figures = json.loads(capfd.readouterr().out)
    text = page.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert text.count("<svg") == 2
    assert not any(sign in text for sign in ("<script", "http", "src=", "@import", "url(", "onclick"))
    assert "do you sell helicopters" not in text, "what customers wrote is not on the page"
    share = figures["accuracy_in_scope_best_candidate"]
    assert f"{share['count']} of {share['of']}" in text
    assert f"{figures['aurc']:.3f}" in words_of(text)


def test_a_trained_model_is_measured_as_it_is_served(
    files: Path, trained: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    given = ["--model", trained["model"], "--test", str(files / "test.csv"), "--out", str(files / "served.csv")]
    assert CliRunner().invoke(evaluate_answers, given).exit_code == 0
    assert json.loads(capfd.readouterr().out)["rows"] == 18
    with (files / "served.csv").open() as file:
        thresholds = {row["lang"]: float(row["threshold"]) for row in csv.DictReader(file)}
    for language, threshold in thresholds.items():
        assert trained["certificate"][language]["threshold"] == pytest.approx(threshold, abs=1e-4)


def test_the_certificate_beside_the_model_is_the_one_that_was_told(trained: dict[str, Any]) -> None:
    kept = json.loads((Path(trained["model"]).parent / "engine.certificate.json").read_text())
    assert kept == trained["certificate"]
    assert all(Certificate.parse(each).describes(trained["sha256"]) for each in kept.values())


def test_either_questions_or_a_model_is_measured(files: Path) -> None:
    result = CliRunner().invoke(evaluate_answers, ["--test", str(files / "test.csv"), "--out", str(files / "o.csv")])
    assert result.exit_code == 2
    assert "either --train or --model" in result.output
