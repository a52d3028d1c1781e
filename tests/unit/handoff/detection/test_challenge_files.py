"""The form of the challenge set's files, in every language and part; what the detectors make of them is not asked.

Failures name places, never sentences: the fifth and sixth parts are blind.
"""

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

CHALLENGE = Path(__file__).parents[3] / "dialogue" / "challenge"
LANGUAGES = ("en", "es")
KINDS = {"requests", "near_misses", "urgent", "not_urgent", "ordinary"}
AXES = {"safety", "fraud", "outage", "deadline", "vulnerable"}
LEAST = {
    "requests": {"4": 150, "5": 100, "6": 120},
    "near_misses": {"4": 150, "5": 100, "6": 100},
    "urgent": {"4": 150, "5": 80, "6": 150},
    "not_urgent": {"4": 150, "5": 80, "6": 100},
    "ordinary": {"": 700},
}
FILES = sorted(CHALLENGE.glob("*.txt"))


class Name(NamedTuple):
    """What `<kind>.<language>[.<part>].txt` says; the part is empty where the name has none."""

    kind: str
    language: str
    part: str


class Line(NamedTuple):
    """One sentence and where it stands, as `file:number`, and whether that is among the first parts."""

    place: str
    first: bool
    axis: str
    text: str


def name_of(file: Path) -> Name:
    kind, language, *part = file.name.removesuffix(".txt").split(".")
    return Name(kind, language, ".".join(part))


def lines_of(file: Path) -> list[Line]:
    name, lines = name_of(file), []
    first = not name.part and name.kind != "ordinary"
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        axis, _, text = line.partition(": ") if name.kind == "urgent" else ("", "", line)
        if line and not line.startswith("#"):
            lines.append(Line(f"{file.name}:{number}", first, axis, text))
    return lines


def folded(text: str) -> str:
    """Letters and digits alone, without case; a text that has neither stays itself."""
    bare = text.casefold().replace("'", "").replace("’", "")
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split()) or text


def is_repeated(found: list[Line]) -> bool:
    """Whether lines of one folded text are one too many; `agent` and `Agent!` may both stand in the first parts."""
    all_first = all(line.first for line in found)
    return len(found) > (len({line.text for line in found}) if all_first else 1)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_named_for_what_it_holds(file: Path) -> None:
    name = name_of(file)
    assert name.kind in KINDS
    assert name.language in LANGUAGES
    assert name.part == "" or name.part.isdecimal()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_plain_utf8_with_one_sentence_a_line(file: Path) -> None:
    written = file.read_bytes()
    assert written[-1:] == b"\n"
    lines = written.decode("utf-8").split("\n")
    odd = {"\r", "\t", "\ufeff", "\ufffd"}
    assert [number for number, line in enumerate(lines, start=1) if line != line.strip() or odd & set(line)] == []


@pytest.mark.parametrize("file", [file for file in FILES if name_of(file).kind == "urgent"], ids=lambda file: file.name)
def test_every_urgent_sentence_has_a_known_axis(file: Path) -> None:
    lines = lines_of(file)
    assert [line.place for line in lines if line.axis not in AXES or not line.text.strip()] == []
    assert {line.axis for line in lines} == AXES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stands_twice_within_a_language(language: str) -> None:
    alike: dict[str, list[Line]] = defaultdict(list)
    for file in FILES:
        for line in lines_of(file) if name_of(file).language == language else ():
            alike[folded(line.text)].append(line)
    assert [[line.place for line in found] for found in alike.values() if is_repeated(found)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "part"), [(kind, part) for kind, parts in LEAST.items() for part in parts])
def test_a_later_part_is_large_enough_to_measure_by(kind: str, part: str, language: str) -> None:
    file = CHALLENGE / f"{'.'.join(filter(None, (kind, language, part)))}.txt"
    assert file.is_file(), "not written yet"
    assert len(lines_of(file)) >= LEAST[kind][part]
