"""The matcher meets labelled questions, in the engine's own Python: certificates, thresholds, and what is left out."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.certificate import Certificate
from tests.dialogue.engines import PYTHON, RELEASE, ROOT, told_by

pytestmark = pytest.mark.timeout(180)
# The matcher is fitted once, on all phrasings but the last two of each; a case is a list of rows to calibrate by.
SCRIPT = """
import json, sys
from bot.dialogue.calibration import calibrate
from bot.dialogue.matcher import ENTRY, OUTSIDE, Matcher
from bot.dialogue.questions import Question

release, cases = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
texts, labels = [], []
for entry in release["entries"]:
    for phrasings in entry["phrasings"].values():
        texts += phrasings
        labels += [ENTRY + entry["id"]] * len(phrasings)
for negatives in release["negatives"].values():
    texts += negatives
    labels += [OUTSIDE] * len(negatives)
fitted = Matcher.fit(texts, labels)
told = []
for rows in cases:
    made, certificates = calibrate(fitted, texts, [Question(*row) for row in rows], release="r", day="2026-11-20")
    told.append({"thresholds": dict(made.selection.thresholds), "learnt": fitted.selection.threshold,
        "cautious": fitted.selection.cautious, "weights": made.selection.weights == fitted.selection.weights,
        "certificates": {language: each.dump() for language, each in certificates.items()},
        "decided": [made.decide(row[0], row[1]).decision for row in rows]})
print(json.dumps(told))
"""
WORDS = "please today friend quickly again maybe there really somehow honestly".split()


def varied(entries: list[dict[str, Any]], language: str) -> list[list[str]]:
    """Every phrasing with words around it that change nothing: distinct texts that the matcher knows well."""
    return [
        [f"{first} {phrasing} {second}", language, entry["id"]]
        for entry in entries
        for at, phrasing in enumerate(entry["phrasings"][language])
        for first, second in ((WORDS[at % 10], WORDS[(at + 3) % 10]), (WORDS[(at + 5) % 10], WORDS[(at + 7) % 10]))
    ]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    entries = json.loads(RELEASE.read_text())["entries"]
    known = [[text, "en", entry["id"]] for entry in entries for text in entry["phrasings"]["en"]]
    wrong = [[text, language, ""] for text, language, _ in varied(entries, "es")]
    cases = [
        [],
        known,
        varied(entries, "en"),
        wrong,
        [*varied(entries, "en"), ["do you rent boats", "en", "no-such-id"]],
    ]
    path: Path = tmp_path_factory.mktemp("calibration") / "cases.json"
    path.write_text(json.dumps(cases))
    read: list[dict[str, Any]] = told_by(SCRIPT, str(RELEASE), str(path))
    return read


def certificate(of: dict[str, Any], language: str) -> Certificate:
    return Certificate.parse(of["certificates"][language])


def test_without_questions_nothing_is_claimed_and_the_threshold_is_cautious(told: list[dict[str, Any]]) -> None:
    for language in ("en", "es"):
        made = certificate(told[0], language)
        assert (made.status, made.bound, made.rows) == ("too_few", None, 0)
        assert told[0]["thresholds"][language] == pytest.approx(told[0]["cautious"], abs=1e-4)
    assert told[0]["learnt"] < told[0]["cautious"] < 0.95


def test_what_was_trained_on_proves_nothing(told: list[dict[str, Any]]) -> None:
    assert certificate(told[1], "en").rows == 0


def test_enough_right_answers_are_certified_for_their_language_alone(told: list[dict[str, Any]]) -> None:
    made = certificate(told[2], "en")
    assert (made.status, made.bound) == ("certified", made.risk)
    assert made.rows > 100
    assert told[2]["thresholds"]["en"] == made.threshold
    assert certificate(told[2], "es").status == "too_few"
    assert told[2]["weights"], "the model is not fitted again"


def test_what_is_counted_is_what_is_decided(told: list[dict[str, Any]]) -> None:
    made = certificate(told[2], "en")
    assert made.answered == told[2]["decided"].count("answer")


def test_answers_to_what_nothing_answers_are_wrong(told: list[dict[str, Any]]) -> None:
    made = certificate(told[3], "es")
    assert (made.status, made.bound) == ("not_reached", None)
    assert made.wrong == made.outside_answered == made.answered > 0


def test_an_entry_that_the_release_lacks_counts_as_outside(told: list[dict[str, Any]]) -> None:
    assert certificate(told[4], "en").outside == 1


def test_questions_that_cannot_be_used_stop_the_training_with_their_place(tmp_path: Path) -> None:
    questions = tmp_path / "questions.csv"
    questions.write_text("text,language,entry\nhello,fr,\n")
    given = ["--release", str(RELEASE), "--out", str(tmp_path / "model"), "--questions", str(questions)]
    command = [str(PYTHON), "-W", "ignore", "-m", "bot.dialogue.train", *given]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    assert done.returncode == 2
    assert "questions.csv line 2: the language is en or es" in done.stderr
    assert not (tmp_path / "model").exists()
