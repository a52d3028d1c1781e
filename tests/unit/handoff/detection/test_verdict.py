"""The table of thresholds and the memory."""

import json

import pytest

from handoff.detection import Detectors, Memory, Signal
from handoff.detection.thresholds import thresholds
from handoff.errors import SettingsInvalid
from handoff.states import Urgency


def signal(kind: str, strength: float) -> Signal:
    return Signal(kind=kind, strength=strength, language="en", evidence="…")


def test_without_signals_the_bot_continues(detectors: Detectors) -> None:
    verdict, memory = detectors.decide((), Memory())
    assert (verdict.kind, verdict.reason, verdict.urgency) == ("continue", "none", Urgency.NORMAL)
    assert memory == Memory()


@pytest.mark.parametrize(("strength", "kind"), [(0.49, "continue"), (0.5, "offer"), (0.79, "offer"), (0.8, "handoff")])
def test_frustration_goes_by_strength(detectors: Detectors, strength: float, kind: str) -> None:
    assert detectors.decide((signal("frustration", strength),), Memory())[0].kind == kind


def test_the_business_sets_its_own_thresholds() -> None:
    strict = thresholds({"offer": 0.3, "handoff": 0.4, "urgency.fraud.handoff": 0.95, "fuel": 5})
    rows = {row.kind: row for row in strict.rows}
    assert (rows["frustration"].offer, rows["frustration"].handoff) == (0.3, 0.4)
    assert rows["urgency.fraud"].handoff == 0.95
    assert strict.fuel == 5


@pytest.mark.parametrize("settings", [{"ofer": 0.5}, {"offer": "high"}, {"fuel": 0}, {"fuel": 2.5}, {"offer": True}])
def test_a_wrong_setting_is_named(settings: dict[str, object]) -> None:
    with pytest.raises(SettingsInvalid) as error:
        thresholds(settings)
    assert list(error.value.fields) == [f"detection.{name}" for name in settings]


def test_memory_survives_json_and_a_foreign_version() -> None:
    memory = Memory(fuel=2, acts=("answer|a||",), told=("loop",), declined=True)
    assert Memory.load(json.loads(json.dumps(memory.dump()))) == memory
    assert Memory.load({**memory.dump(), "unknown": 1}) == memory
    assert Memory.load(None) == Memory()


def test_an_offer_passed_over_is_counted_and_closed(detectors: Detectors) -> None:
    _, memory = detectors.decide((signal("frustration", 0.6),), Memory())
    assert memory.offered
    _, memory = detectors.decide((), memory)
    assert (memory.offered, memory.offers) == (False, 1)
