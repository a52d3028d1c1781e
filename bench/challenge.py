"""What do the detectors make of the challenge set? Totals a file; a blind part is never shown sentence by sentence.

Usage: python -m bench.challenge [FILE ...] [--misses] [--coefficients FILE]

Without files, all of them. Of requests and urgent messages it counts those that were heard, of the others the false
alarms: signals of 0.5 and more, persons offered, and persons brought by force. Intervals are Wilson's, of 95%.
"""

import argparse
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handoff.detection import Detectors, Memory, PastTurn
from handoff.detection.classifier import Classifier

CHALLENGE = Path(__file__).parents[1] / "tests" / "dialogue" / "challenge"
HEARD = 0.5  # from this strength a signal counts
SEVERE = {"safety", "fraud"}
BLIND = {"5", "6"}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One sentence, with its label's axis where it has one, and what became of it."""

    text: str
    axis: str
    kinds: frozenset[str]
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Count:
    """So many of so many, and which they were not (or, of false alarms, which they were)."""

    name: str
    part: int
    whole: int
    shown: tuple[str, ...]

    def line(self) -> str:
        low, high = wilson(self.part, self.whole)
        return f"{self.name} {self.part}/{self.whole} = {self.part / self.whole:.3f} [{low:.3f}, {high:.3f}]"


def wilson(part: int, whole: int, z: float = 1.96) -> tuple[float, float]:
    """The interval of 95% around a share; (0, 1) of nothing."""
    if not whole:
        return 0.0, 1.0
    share, square = part / whole, z * z / whole
    middle = share + square / 2
    half = z * math.sqrt(share * (1 - share) / whole + square / (4 * whole))
    return max(0.0, (middle - half) / (1 + square)), min(1.0, (middle + half) / (1 + square))


def sentences(file: Path) -> list[str]:
    """The lines of a challenge file that are sentences; of a blind one those that nobody wrote for training too."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [line for line in lines if line.split(": ", 1)[-1] not in _training()] if is_blind(file) else lines


@cache
def _training() -> frozenset[str]:
    """Short sentences that anybody writes stand in both."""
    files = (CHALLENGE.parent / "training").glob("*.txt")
    return frozenset(line.split(": ", 1)[-1] for file in files for line in file.read_text("utf-8").splitlines())


def is_blind(file: Path) -> bool:
    """Is this a fifth or sixth part, of which nobody who writes rules sees a sentence?"""
    return not BLIND.isdisjoint(file.name.split("."))


def readings(detectors: Detectors, file: Path) -> Iterator[Reading]:
    kind, language = file.name.split(".")[:2]
    for line in sentences(file):
        axis, text = line.split(": ", 1) if kind == "urgent" else ("", line)
        signals = detectors.before_engine([PastTurn(role="customer", text=text)], language)
        verdict = detectors.decide(signals, Memory())[0].kind
        kinds = frozenset(signal.kind for signal in signals if signal.strength >= HEARD)
        yield Reading(text=text, axis=axis, kinds=kinds, verdict=verdict)


def counts(kind: str, read: list[Reading]) -> list[Count]:
    """What a file of this kind is asked."""
    if kind == "requests":
        heard = [each for each in read if "request" in each.kinds]
        brought = [each for each in read if each.verdict == "handoff"]
        return [_found("heard", heard, read), _found("brought", brought, read)]
    if kind == "urgent":
        return [*_heard_by_axis(read)]
    alarms = {
        "taken for a request": [each for each in read if "request" in each.kinds],
        "taken for urgent": [each for each in read if _axes(each)],
        "offered": [each for each in read if each.verdict == "offer"],
        "brought": [each for each in read if each.verdict == "handoff"],
    }
    return [
        Count(name=name, part=len(found), whole=len(read), shown=tuple(map(_shown, found)))
        for name, found in alarms.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=sorted(CHALLENGE.glob("*.txt")))
    parser.add_argument("--misses", action="store_true", help="show the sentences; refused for a blind part")
    parser.add_argument("--coefficients", type=Path, help="of scripts/train_detection.py, instead of the stored ones")
    options = parser.parse_args()
    if options.misses and any(map(is_blind, options.files)):
        parser.error("this part is blind: its sentences are not shown")
    detectors = Detectors(classifier=Classifier(options.coefficients))
    for file in options.files:
        print(file.name)
        for count in counts(file.name.split(".")[0], list(readings(detectors, file))):
            print(f"  {count.line()}")
            for sentence in count.shown if options.misses else ():
                print(f"      {sentence}")


def _heard_by_axis(read: list[Reading]) -> Iterator[Count]:
    for axis in sorted({each.axis for each in read}):
        of_axis = [each for each in read if each.axis == axis]
        yield _found(axis, [each for each in of_axis if axis in _axes(each)], of_axis)
    severe = [each for each in read if each.axis in SEVERE]
    yield _found("safety and fraud", [each for each in severe if each.axis in _axes(each)], severe, shown=False)
    yield _found("all", [each for each in read if each.axis in _axes(each)], read, shown=False)


def _found(name: str, found: list[Reading], read: list[Reading], *, shown: bool = True) -> Count:
    missed = tuple(_shown(each) for each in read if each not in found) if shown else ()
    return Count(name=name, part=len(found), whole=len(read), shown=missed)


def _axes(reading: Reading) -> set[str]:
    return {kind.removeprefix("urgency.") for kind in reading.kinds if kind.startswith("urgency.")}


def _shown(reading: Reading) -> str:
    return f"{reading.text}  <{' '.join(sorted(reading.kinds))}; {reading.verdict}>"


if __name__ == "__main__":
    main()
