"""The challenge set was written before the rules; they must hold it."""

from pathlib import Path

import pytest

from handoff.detection import Detectors, Memory, PastTurn

CHALLENGE = Path(__file__).parents[3] / "dialogue" / "challenge"


def sentences(name: str) -> list[str]:
    lines = (CHALLENGE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def kinds(detectors: Detectors, text: str, language: str) -> set[str]:
    signals = detectors.before_engine([PastTurn(role="customer", text=text)], language)
    return {signal.kind for signal in signals if signal.strength >= 0.5}


@pytest.mark.parametrize("language", ["en", "es"])
def test_nearly_every_request_for_a_person_is_heard(detectors: Detectors, language: str) -> None:
    asked = sentences(f"requests.{language}")
    missed = [text for text in asked if "request" not in kinds(detectors, text, language)]
    assert len(asked) >= 150
    assert len(missed) <= 0.02 * len(asked), missed


@pytest.mark.parametrize("language", ["en", "es"])
def test_nearly_no_near_miss_is_taken_for_a_request(detectors: Detectors, language: str) -> None:
    near = sentences(f"near_misses.{language}")
    wrong = [text for text in near if "request" in kinds(detectors, text, language)]
    assert len(near) >= 150
    assert len(wrong) <= 0.01 * len(near), wrong


@pytest.mark.parametrize("language", ["en", "es"])
def test_urgency_is_heard_on_its_axis(detectors: Detectors, language: str) -> None:
    urgent = [line.split(": ", 1) for line in sentences(f"urgent.{language}")]
    missed = [(axis, text) for axis, text in urgent if f"urgency.{axis}" not in kinds(detectors, text, language)]
    assert len(urgent) >= 80
    assert not [each for each in missed if each[0] in {"safety", "fraud"}]
    assert len(missed) <= 0.02 * len(urgent), missed


@pytest.mark.parametrize("language", ["en", "es"])
def test_anger_denial_past_and_ordinary_words_are_not_urgent(detectors: Detectors, language: str) -> None:
    calm = sentences(f"not_urgent.{language}")
    wrong = [text for text in calm if any(kind.startswith("urgency") for kind in kinds(detectors, text, language))]
    assert len(calm) >= 80
    assert len(wrong) <= 0.02 * len(calm), wrong


@pytest.mark.parametrize("language", ["en", "es"])
def test_near_misses_never_bring_a_person_by_force(detectors: Detectors, language: str) -> None:
    for text in sentences(f"near_misses.{language}"):
        signals = detectors.before_engine([PastTurn(role="customer", text=text)], language)
        assert detectors.decide(signals, Memory())[0].kind != "handoff", text
