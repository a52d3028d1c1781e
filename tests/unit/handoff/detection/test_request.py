"""What asks for a person, and what only sounds so."""

from collections.abc import Callable

import pytest

from handoff.detection import Detectors, Memory, PastTurn, Signal

Dialogue = Callable[..., list[PastTurn]]


def request_in(detectors: Detectors, text: str) -> Signal | None:
    signals = detectors.before_engine([PastTurn(role="customer", text=text)], "es")
    return next((signal for signal in signals if signal.kind == "request"), None)


@pytest.mark.parametrize(
    "text",
    [
        "QUIERO HABLAR CON UNA PERSONA!!!",
        "holaaaa quierooo un agenteee",
        "no quiero más información, quiero hablar con un asesor",
        "no quiero un bot quiero una persona",
        "if you can't fix this get me a human",
        "hi, my order is late. agent",
        "¿me pasas con alguien?",
        "quiero hablar con un human please",
        "hum4n please",
        "agrnt",
        "representitive",
        "ajente",
        "you said you can help, I want to talk to a person",
        "my case needs human eyes, could one of your lot take it on",
        "si quiero hablar con una persona",
    ],
)
def test_a_request_is_heard_however_it_is_written(detectors: Detectors, text: str) -> None:
    assert request_in(detectors, text)


@pytest.mark.parametrize(
    "text",
    [
        "no quiero hablar con una persona",
        "I don't want you to transfer me to an agent",
        "what does an agent do?",
        "my travel agent told me",
        "he said 'I want to talk to a person'",
        "dijo quiero hablar con una persona",
        "if I talked to a person, would it be faster?",
        'the button says "talk to an agent" but it is grey',
        "personal data",
        "",
        "   ",
        "🙂",
    ],
)
def test_denial_supposition_third_persons_and_quotation_are_no_request(detectors: Detectors, text: str) -> None:
    assert request_in(detectors, text) is None


def test_the_evidence_is_quoted_in_the_customers_own_spelling(detectors: Detectors) -> None:
    found = request_in(detectors, "Hola! Quisiera ablar kon un AJENTE, grasias")
    assert found
    assert found.evidence == "Quisiera ablar kon un AJENTE"


def test_zero_asks_for_the_operator_unless_the_bot_waits_for_a_number(detectors: Detectors, dialogue: Dialogue) -> None:
    bare = detectors.before_engine(dialogue("customer: 0"), "en")
    answer = detectors.before_engine(dialogue("customer: hi", "bot: How many do you want?", "customer: 0"), "en")
    assert detectors.decide(bare, Memory())[0].kind == "handoff"
    assert detectors.decide(answer, Memory())[0].kind == "offer"


@pytest.mark.parametrize("text", ["si", "Sí, por favor", "yes", "ok sure", "vale", "Talk to a person", "dale"])
def test_a_yes_right_after_the_offer_is_a_request(detectors: Detectors, dialogue: Dialogue, text: str) -> None:
    signals = detectors.before_engine(dialogue(f"customer: {text}"), "es", Memory(offered=True))
    verdict, memory = detectors.decide(signals, Memory(offered=True))
    assert (verdict.kind, verdict.reason) == ("handoff", "asked_for_person")
    assert not memory.offered


@pytest.mark.parametrize("text", ["si", "yes", "vale", "ok", "ok thanks"])
def test_a_yes_without_an_offer_is_none(detectors: Detectors, dialogue: Dialogue, text: str) -> None:
    assert not detectors.before_engine(dialogue(f"customer: {text}"), "es", Memory())


@pytest.mark.parametrize("text", ["no", "No, gracias", "no thanks", "not now", "ahora no"])
def test_a_no_right_after_the_offer_refuses_it(detectors: Detectors, dialogue: Dialogue, text: str) -> None:
    signals = detectors.before_engine(dialogue(f"customer: {text}"), "es", Memory(offered=True))
    verdict, memory = detectors.decide(signals, Memory(offered=True))
    assert (verdict.kind, verdict.reason) == ("continue", "offer_declined")
    assert memory.declined


@pytest.mark.parametrize("text", ["ok thanks", "gracias", "where is my order", "¿y cuánto tarda?"])
def test_thanks_and_other_questions_after_an_offer_neither_take_nor_refuse_it(
    detectors: Detectors, dialogue: Dialogue, text: str
) -> None:
    assert not detectors.before_engine(dialogue(f"customer: {text}"), "es", Memory(offered=True))
