"""Segment counting against the published limits: 160/153 for GSM-7, 70/67 for UCS-2."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.segments import Segments, count, outside_gsm, split

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments("GSM-7", 0, 0)),
        ("a" * 160, Segments("GSM-7", 160, 1)),
        ("a" * 161, Segments("GSM-7", 161, 2)),
        ("a" * 306, Segments("GSM-7", 306, 2)),
        ("a" * 307, Segments("GSM-7", 307, 3)),
        ("á" * 70, Segments("UCS-2", 70, 1)),
        ("á" * 71, Segments("UCS-2", 71, 2)),
        ("á" * 134, Segments("UCS-2", 134, 2)),
        ("á" * 135, Segments("UCS-2", 135, 3)),
        ("€" * 80, Segments("GSM-7", 160, 1)),
        ("€" * 81, Segments("GSM-7", 162, 2)),
        ("😀" * 35, Segments("UCS-2", 70, 1)),
        ("😀" * 36, Segments("UCS-2", 72, 2)),
    ],
)
def test_limits_of_both_encodings(text: str, expected: Segments) -> None:
    assert count(text) == expected


def test_an_escaped_character_is_never_split_between_segments() -> None:
    assert count("a" * 152 + "€" + "a" * 152).segments == 3
    assert count("a" * 152 + "€" + "a" * 151).segments == 2


def test_a_surrogate_pair_is_never_split_between_segments() -> None:
    assert count("á" * 66 + "😀" + "á" * 66).segments == 3


@pytest.mark.parametrize("character", "éñüÑ¿¡àèìòùÉ")
def test_these_spanish_letters_stay_in_gsm(character: str) -> None:
    assert count(character).encoding == "GSM-7"


@pytest.mark.parametrize("character", "áíóúÁÍÓÚç“”’—…")
def test_these_letters_need_ucs2(character: str) -> None:
    assert count(character).encoding == "UCS-2"
    assert outside_gsm(f"abc{character}{character}") == character


@given(st.text(max_size=700), st.integers(1, 4))
def test_split_keeps_every_word_and_the_limit(text: str, limit: int) -> None:
    parts = split(text, max_segments=limit)
    assert all(0 < count(part).segments <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_split_cuts_between_words() -> None:
    assert all(part.split()[0] == "word" for part in split("word " * 100, max_segments=1))


def test_the_desks_own_count_is_held_to_the_same_examples() -> None:
    examples = json.loads((FIXTURES / "segments.json").read_text(encoding="utf-8"))["cases"]
    assert len(examples) > 20
    for each in examples:
        assert count(each["text"]) == Segments(each["encoding"], each["units"], each["segments"]), each["name"]
        assert outside_gsm(each["text"]) == each["outside"], each["name"]
