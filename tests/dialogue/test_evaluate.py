"""`relevo evaluate answers` on a small labelled set, through the engine's own Python."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

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


def evaluate(folder: Path, train: str, test: str) -> Result:
    files = ["--train", str(folder / train), "--test", str(folder / test), "--out", str(folder / "out.csv")]
    return CliRunner().invoke(evaluate_answers, files)


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
