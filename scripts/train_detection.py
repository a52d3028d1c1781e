"""Trains the small classifier of handoff/detection on sentences of this repository, and writes its coefficients.

Usage: python scripts/train_detection.py [--without-part-4] [--out FILE] [--check]

It reads tests/dialogue/training, the challenge set without its blind parts (5 and 6), and of the
ordinary messages every other line: those that are left tell how often it speaks up for nothing. The same sentences give
the same coefficients.
"""

import argparse
import base64
import json
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from handoff.detection.classifier import HEADS, packed  # noqa: E402
from handoff.detection.signals import AXES  # noqa: E402
from handoff.detection.traits import BUCKETS, Traits  # noqa: E402

CHALLENGE = ROOT / "tests" / "dialogue" / "challenge"
TRAINING = ROOT / "tests" / "dialogue" / "training"
OUT = ROOT / "handoff" / "detection" / "lexicons" / "coefficients.json"
ABOUT = (
    "Logistic weights of hashed features (handoff/detection/traits.py), one signed byte a bucket, compressed. "
    "Made by scripts/train_detection.py from tests/dialogue/training and tests/dialogue/challenge (without the fifth "
    "and sixth parts and every second ordinary message). Written for Relevo, 2026; no outside data."
)
DECAY = 1.5e-5  # of the squared weights
EMPHASIS = 2.0  # of a positive sentence, of which there are fewer
HARD = 3.0  # of an ordinary message, of a near miss for requests, and of what only sounds urgent for urgency
KIN = 0.15  # of a sentence that is urgent for another reason: it may well be for this one too
ROUNDS = 400
STEP = 1 / (0.25 * 8 * HARD * 0.35 + DECAY)  # below the inverse of the largest curvature
LARGEST = 127  # of a signed byte
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    text: str
    head: str  # empty: none of them
    near: str = ""  # "request" or "urgent" where it sounds like that and is not; "ordinary" where nothing does


def examples(*, part_4: bool = True) -> list[Example]:
    """All sentences to learn from, in a fixed order."""
    parts = ("", ".4") if part_4 else ("",)
    found: list[Example] = []
    for language in ("en", "es"):
        for kind in ("requests", "near_misses", "urgent", "not_urgent", "ordinary"):
            for file in sorted(TRAINING.glob(f"{kind}.{language}*.txt")):
                found += [_labelled(kind, line) for line in _lines(file)]
            for file in (CHALLENGE / f"{kind}.{language}{part}.txt" for part in parts if kind != "ordinary"):
                found += [_labelled(kind, line) for line in _lines(file)]
        found += [_labelled("ordinary", line) for line in _lines(CHALLENGE / f"ordinary.{language}.txt", step=2)]
    measuring = {line for language in ("en", "es") for line in _held(language)}
    return [example for example in found if example.text not in measuring]


def train(found: list[Example], heads: Sequence[str] = HEADS) -> dict[str, Any]:
    """The coefficients of these heads, as they are stored."""
    matrix = _Matrix.of(list(_rows(found)))
    biases, scales, weights = {}, {}, {}
    for head in heads:
        column, bias = _fit(matrix, head)
        scale = float(np.abs(column).max()) / LARGEST
        biases[head], scales[head] = round(bias, 6), round(scale, 9)
        weights[head] = packed(np.rint(column / scale).astype(np.int8).tobytes())
    return {"about": ABOUT, "biases": biases, "scales": scales, "weights": weights}


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> int:
    """The largest difference of a stored weight, in its own steps; arithmetic may differ by one between machines."""
    return max(int(np.abs(_bytes(first, head) - _bytes(second, head)).max()) for head in first["weights"])


@dataclass(frozen=True)
class _Matrix:
    """Examples as sparse rows."""

    heads: list[str]
    near: list[str]
    row: NDArray[np.int64]
    bucket: NDArray[np.int64]
    share: Floats

    @classmethod
    def of(cls, rows: list[tuple[Mapping[int, float], Example]]) -> "_Matrix":
        lengths = [len(features) for features, _ in rows]
        return cls(
            heads=[example.head for _, example in rows],
            near=[example.near for _, example in rows],
            row=np.repeat(np.arange(len(rows)), lengths),
            bucket=np.array([bucket for features, _ in rows for bucket in features], dtype=np.int64),
            share=np.array([share for features, _ in rows for share in features.values()], dtype=np.float64),
        )


def _fit(matrix: _Matrix, head: str) -> tuple[Floats, float]:
    """Accelerated gradient descent; the bias is the last weight, and does not decay."""
    size = len(matrix.heads)
    truth = np.array([float(each == head) for each in matrix.heads])
    beside = np.array([each in AXES and head in AXES and each != head for each in matrix.heads])
    hard = np.isin(matrix.near, ("urgent" if head in AXES else head, "ordinary"))
    emphasis = np.where(truth > 0, EMPHASIS, np.where(beside, KIN, np.where(hard, HARD, 1.0))) / size
    weights = np.zeros(BUCKETS + 1)
    ahead, pace = weights.copy(), 1.0
    for _ in range(ROUNDS):
        odds = np.bincount(matrix.row, weights=ahead[matrix.bucket] * matrix.share, minlength=size) + ahead[-1]
        error = (1 / (1 + np.exp(-odds)) - truth) * emphasis
        slope = np.empty(BUCKETS + 1)
        slope[:-1] = np.bincount(matrix.bucket, weights=error[matrix.row] * matrix.share, minlength=BUCKETS)
        slope[:-1] += DECAY * ahead[:-1]
        slope[-1] = error.sum()
        moved = ahead - STEP * slope
        faster = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = moved + (pace - 1) / faster * (moved - weights)
        weights, pace = moved, faster
    return weights[:-1], float(weights[-1])


def _rows(found: list[Example]) -> Iterator[tuple[Mapping[int, float], Example]]:
    """What is asked for stands somewhere in its message; where nothing is, nothing is in any of its sentences."""
    traits = Traits()
    for example in found:
        if example.head:
            yield traits.whole(example.text), example
        else:
            yield from ((segment.features, example) for segment in traits.read(example.text))


def _labelled(kind: str, line: str) -> Example:
    if kind == "urgent":
        axis, text = line.split(": ", 1)
        return Example(text, axis)
    near = {"near_misses": "request", "not_urgent": "urgent", "ordinary": "ordinary"}
    return Example(line, "request" if kind == "requests" else "", near.get(kind, ""))


def _held(language: str) -> list[str]:
    """The half of the ordinary messages that tells how often it speaks up for nothing."""
    return (CHALLENGE / f"ordinary.{language}.txt").read_text("utf-8").splitlines()[1::2]


def _lines(file: Path, step: int = 1) -> list[str]:
    lines = file.read_text("utf-8").splitlines()[::step]
    return [line for line in lines if line and not line.startswith("#")]


def _bytes(data: Mapping[str, Any], head: str) -> NDArray[np.int64]:
    return np.frombuffer(zlib.decompress(base64.b64decode(data["weights"][head])), dtype=np.int8).astype(np.int64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-part-4", action="store_true", help="to measure on it")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--check", action="store_true", help="only compare with the stored coefficients")
    options = parser.parse_args()
    made = train(examples(part_4=not options.without_part_4))
    if options.check:
        print(f"largest difference: {differences(made, json.loads(options.out.read_text('utf-8')))} steps")
        return
    options.out.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
