"""Measure the matcher on labelled questions: python -m bot.dialogue.evaluate --train CSV --test CSV --out CSV.

Columns are text, label, lang; the label OUT_OF_SCOPE is outside. Thresholds come from the training side alone. The
words of a label stand for the title that an entry has.
"""

import argparse
import csv
import json
import re
import sys
import time
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

import numpy as np
from sklearn.metrics import matthews_corrcoef

from bot.dialogue.matcher import OUTSIDE, Decision, Matcher

COLUMNS = ("text", "label", "lang")
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
    answered = kind == "answer"
    return {
        "rows": len(rows),
        "inside": int(inside.sum()),
        "outside": int(outside.sum()),
        "accuracy_in_scope_best_candidate": _share((best == truth)[inside]),
        "accuracy_in_scope_after_refusal": _share((final == truth)[inside]),
        "out_of_scope_recall": _share((kind == "refuse")[outside]),
        "answered_wrong": _share(((best != truth) & answered)[answered]),
        "asked": _share(kind == "ask"),
        "refused": _share(kind == "refuse"),
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


def main() -> int:
    """The command; exits 2 on files that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m bot.dialogue.evaluate")
    for name in ("--train", "--test", "--out"):
        parser.add_argument(name, type=Path, required=True)
    given = parser.parse_args()
    try:
        training, testing = read(given.train), read(given.test)
        if len({row["label"] for row in training} - {OUTSIDE}) < 2:
            raise BadFile(f"{given.train.name} needs at least two labels besides {OUTSIDE}")
    except BadFile as error:
        print(f"evaluate answers: {error}", file=sys.stderr)
        return 2
    began = time.monotonic()
    labels = [row["label"] for row in training]
    matcher = Matcher.fit([row["text"] for row in training], labels, titles(labels))
    fitted = time.monotonic()
    decisions = [matcher.decide(row["text"]) for row in testing]
    spent = time.monotonic() - fitted
    write(given.out, testing, decisions)
    figures = measure(testing, decisions)
    figures["fit_seconds"] = round(fitted - began, 2)
    figures["milliseconds_a_text"] = round(1000 * spent / len(testing), 2)
    print(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
