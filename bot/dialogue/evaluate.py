"""Measure the matcher on labelled questions: python -m bot.dialogue.evaluate --train CSV --test CSV --out CSV.

`--model engine.tar.gz` instead of `--train` measures a trained model as it is served, with its thresholds for each
language; `--report FILE.html` writes a page of it.

Columns are text, label, lang; the label OUT_OF_SCOPE is outside. Thresholds come from the training side alone. The
words of a label stand for the title that an entry has.
"""

import argparse
import csv
import json
import re
import sys
import tarfile
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

import numpy as np
from sklearn.metrics import matthews_corrcoef

from bot.dialogue.matcher import ENTRY, OUTSIDE, TALK, Decision, Matcher
from bot.dialogue.report import area, page

COLUMNS = ("text", "label", "lang")
MATCHER = "AnswerMatcher"  # in the name of the folder that a model keeps it in
ADDED = ("decision", "predicted", "score", "threshold")


class BadFile(ValueError):
    """A CSV that cannot be used; the message says what to mend."""


def read(path: Path) -> List[Dict[str, str]]:
    """The rows of a CSV; raises BadFile."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise BadFile(f"{path.name}: the column {missing[0]} is missing; the columns are text,label,lang")
            rows = [{name: row[name] or "" for name in COLUMNS} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(f"{path.name} cannot be read as a UTF-8 CSV: {error}") from error
    if not rows:
        raise BadFile(f"{path.name} has no rows")
    return rows


def titles(labels: Sequence[str]) -> List[Tuple[str, str]]:
    """The words of each label: "card_not_working" is titled "card not working"."""
    return [(re.sub(r"[\W_]+", " ", label), label) for label in sorted(set(labels) - {OUTSIDE})]


def measure(rows: Sequence[Dict[str, str]], decisions: Sequence[Decision]) -> Dict[str, object]:
    """Figures with their counts; a message that is asked about counts as neither right nor wrong."""
    truth = np.array([row["label"] for row in rows])
    best = np.array([decision.label for decision in decisions])
    kind = np.array([decision.decision for decision in decisions])
    inside, outside = truth != OUTSIDE, truth == OUTSIDE
    final = np.where(kind == "refuse", OUTSIDE, best)
    # Small talk is no answer: to a question outside it says nothing that could be wrong.
    answered = (kind == "answer") & ~np.char.startswith(best.astype(str), TALK)
    rescued = np.array([row["label"] in made.choices for row, made in zip(rows, decisions, strict=True)])
    fine = np.where(inside, (answered & (best == truth)) | rescued, ~answered)
    return {
        "rows": len(rows),
        "inside": int(inside.sum()),
        "outside": int(outside.sum()),
        "accuracy_in_scope_best_candidate": _share((best == truth)[inside]),
        "accuracy_in_scope_after_refusal": _share((final == truth)[inside]),
        "out_of_scope_recall": _share((kind == "refuse")[outside]),
        "answered_wrong": _share(((best != truth) & answered)[answered]),
        "wrong_of_all": _share((best != truth) & answered),
        "right_or_rightly_asked": _share(fine),
        "inside_answered_right": _share((answered & (best == truth))[inside]),
        "inside_asked_with_the_right_choice": _share(rescued[inside]),
        "asked": _share(kind == "ask"),
        "refused": _share(kind == "refuse"),
        "aurc": round(area(np.array([made.score for made in decisions]), best == truth), 4),
        "mcc": round(float(matthews_corrcoef(truth, final)), 4),
        "out_of_scope_recall_at_95_inside_kept": _at_kept(decisions, inside, 0.95),
        "outside_answered_at_85_inside_kept": _outside_at(decisions, inside, 0.85),
    }


def _share(hits: np.ndarray) -> Dict[str, object]:
    share = round(float(hits.mean()), 4) if len(hits) else None
    return {"share": share, "count": int(hits.sum()), "of": len(hits)}


def _outside_at(decisions: Sequence[Decision], inside: np.ndarray, kept: float) -> Dict[str, object]:
    """How many outside would pass at the score that keeps this share inside; describes the scores, not the product."""
    scores = np.array([decision.score for decision in decisions])
    at = np.quantile(scores[inside], 1 - kept) if inside.any() else 0.0
    return _share((scores >= at)[~inside])


def _at_kept(decisions: Sequence[Decision], inside: np.ndarray, kept: float) -> Dict[str, object]:
    passed = _outside_at(decisions, inside, kept)
    return _share(np.arange(int(str(passed["of"]))) >= int(str(passed["count"])))


def write(path: Path, rows: Sequence[Dict[str, str]], decisions: Sequence[Decision]) -> None:
    """The test rows with what was decided."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*COLUMNS, *ADDED])
        writer.writeheader()
        for row, made in zip(rows, decisions, strict=True):
            told = {"decision": made.decision, "predicted": made.label}
            writer.writerow({**row, **told, "score": f"{made.score:.4f}", "threshold": f"{made.threshold:.4f}"})


def served(model: Path, folder: Path) -> Matcher:
    """The matcher inside a trained model, as it is served; its files are laid into `folder`. Raises BadFile."""
    try:
        with tarfile.open(model) as archive:
            kept = [each for each in archive if each.isfile() and MATCHER in each.name]
            for each in kept:
                file = archive.extractfile(each)
                (folder / Path(each.name).name).write_bytes(file.read() if file else b"")
        return Matcher.load(folder)
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise BadFile(f"{model.name} cannot be read as a trained model: {error}") from error


def bare(decision: Decision) -> Decision:
    """The same decision in the labels of a CSV: an entry by its id, talk and everything else as it is."""
    shown = tuple((_bare(label), score) for label, score in decision.candidates)
    return replace(decision, label=_bare(decision.label), candidates=shown, choices=tuple(map(_bare, decision.choices)))


def _bare(label: str) -> str:
    return label.removeprefix(ENTRY)


def fitted(path: Path) -> Matcher:
    """A matcher of the questions in a file, held to the thresholds that it learnt from them. Raises BadFile."""
    rows = read(path)
    labels = [row["label"] for row in rows]
    if len(set(labels) - {OUTSIDE}) < 2:
        raise BadFile(f"{path.name} needs at least two labels besides {OUTSIDE}")
    return Matcher.fit([row["text"] for row in rows], labels, titles(labels))


def main() -> int:
    """The command; exits 2 on files that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m bot.dialogue.evaluate")
    known = parser.add_mutually_exclusive_group(required=True)
    known.add_argument("--train", type=Path)
    known.add_argument("--model", type=Path)
    for name in ("--test", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--report", type=Path)
    given = parser.parse_args()
    began = time.monotonic()
    try:
        testing = read(given.test)
        with tempfile.TemporaryDirectory() as folder:
            matcher = fitted(given.train) if given.train else served(given.model, Path(folder))
    except BadFile as error:
        print(f"evaluate answers: {error}", file=sys.stderr)
        return 2
    ready = time.monotonic()
    decisions = [bare(matcher.decide(row["text"], row["lang"])) for row in testing]
    spent = time.monotonic() - ready
    write(given.out, testing, decisions)
    figures = measure(testing, decisions)
    figures["fit_seconds"] = round(ready - began, 2)
    figures["milliseconds_a_text"] = round(1000 * spent / len(testing), 2)
    if given.report:
        given.report.write_text(page(given.test.name, figures, testing, decisions), "utf-8")
    print(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
