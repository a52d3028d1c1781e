"""Frustration grows over the dialogue."""

from collections.abc import Callable

import pytest

from handoff.detection import Detectors, Memory, PastTurn

Dialogue = Callable[..., list[PastTurn]]


def strength(detectors: Detectors, turns: list[PastTurn]) -> float:
    signals = detectors.before_engine(turns, "en")
    return max((signal.strength for signal in signals if signal.kind == "frustration"), default=0.0)


@pytest.mark.parametrize(
    "text",
    ["that is not what I asked", "eso no es lo que pregunté", "ya te lo dije", "you are useless", "eres un inútil"],
)
def test_a_complaint_about_the_bot_is_worth_an_offer(detectors: Detectors, dialogue: Dialogue, text: str) -> None:
    signals = detectors.before_engine(dialogue(f"customer: {text}"), "en")
    assert detectors.decide(signals, Memory())[0].kind == "offer"


@pytest.mark.parametrize(
    "text",
    [
        "where is my order", "quiero devolver unos zapatos", "great, thank you again", "my skype is not working",
        "¡¡Gracias!!", "la camiseta es fea?", "pinché un enlace", "aceite de oliva virgen", "puedo coger el paquete?",
        "a trash can, 50 litres", "cono de helado",
    ],
)  # fmt: skip
def test_ordinary_messages_are_not_frustration(detectors: Detectors, dialogue: Dialogue, text: str) -> None:
    assert strength(detectors, dialogue(f"customer: {text}")) == 0.0


def test_complaints_and_repetition_add_up_to_a_person(detectors: Detectors, dialogue: Dialogue) -> None:
    turns = dialogue(
        "customer: how do I return a damaged lamp",
        "bot[returns.how]: You can return within 30 days.",
        "customer: that is not what I asked",
        "bot[returns.how]: You can return within 30 days.",
        "customer: I ALREADY TOLD YOU, HOW DO I RETURN A DAMAGED LAMP???",
    )
    assert strength(detectors, turns[:1]) < strength(detectors, turns[:3]) < strength(detectors, turns)
    assert detectors.decide(detectors.before_engine(turns, "en"), Memory())[0].kind == "handoff"


def test_repeating_a_short_yes_is_not_rephrasing(detectors: Detectors, dialogue: Dialogue) -> None:
    turns = dialogue("customer: yes please", "bot[a]: A?", "customer: yes please", "bot[b]: B?", "customer: yes please")
    assert strength(detectors, turns) == 0.0


def test_old_anger_fades(detectors: Detectors, dialogue: Dialogue) -> None:
    angry = ["customer: you are useless", "bot[a]: A."]
    later = [*angry, "customer: ok and the delivery time?", "bot[b]: B.", "customer: thanks, which sizes are there"]
    assert strength(detectors, dialogue(*later)) < 0.5


def test_the_score_names_what_each_feature_gave(detectors: Detectors, dialogue: Dialogue) -> None:
    score = detectors.explain_frustration(dialogue("customer: you are useless!!!"))
    assert set(score.contributions) == {"insult", "marks"}
    assert score.evidence == "you are useless"
