"""Urgency by axis, and the way each axis takes through the policy."""

import pytest

from handoff.detection import Detectors, Memory, PastTurn, Verdict
from handoff.states import Urgency


def verdict_on(detectors: Detectors, text: str) -> Verdict:
    return detectors.decide(detectors.before_engine([PastTurn(role="customer", text=text)], "en"), Memory())[0]


@pytest.mark.parametrize("text", ["huele a gas en la cocina", "my heater is on fire", "quiero suicidarme"])
def test_safety_brings_a_person_before_all_others(detectors: Detectors, text: str) -> None:
    verdict = verdict_on(detectors, text)
    assert (verdict.kind, verdict.reason, verdict.urgency) == ("handoff", "urgency_safety", Urgency.SAFETY)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("me hackearon la cuenta", "urgency_fraud"), ("my flight leaves in 2 hours", "urgency_deadline")],
)
def test_fraud_and_a_near_deadline_bring_a_person_with_high_urgency(
    detectors: Detectors, text: str, reason: str
) -> None:
    verdict = verdict_on(detectors, text)
    assert (verdict.kind, verdict.reason, verdict.urgency) == ("handoff", reason, Urgency.HIGH)


@pytest.mark.parametrize("text", ["se ha caído el sistema", "soy ciega y no puedo leer la pantalla"])
def test_outage_and_vulnerability_offer_a_person(detectors: Detectors, text: str) -> None:
    verdict = verdict_on(detectors, text)
    assert (verdict.kind, verdict.urgency) == ("offer", Urgency.HIGH)


def test_a_request_by_someone_in_danger_keeps_the_danger(detectors: Detectors) -> None:
    verdict = verdict_on(detectors, "there is a gas leak, let me talk to a person")
    assert (verdict.reason, verdict.urgency) == ("urgency_safety", Urgency.SAFETY)
    assert {signal.kind for signal in verdict.signals} == {"request", "urgency.safety"}


def test_the_word_urgent_alone_is_weak(detectors: Detectors) -> None:
    verdict = verdict_on(detectors, "URGENT")
    assert (verdict.kind, verdict.urgency) == ("continue", Urgency.NORMAL)
    assert [signal.kind for signal in verdict.signals] == ["urgency.deadline"]


@pytest.mark.parametrize("text", ["what is the price excluding delivery", "cuanto es excluyendo el envio"])
def test_an_ordinary_word_that_looks_like_a_danger_is_none(detectors: Detectors, text: str) -> None:
    assert verdict_on(detectors, text).kind == "continue"
