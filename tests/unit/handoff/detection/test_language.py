"""Which language, or none of ours."""

import pytest

from handoff.detection import Detectors


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where is my order", "en"), ("refund", "en"), ("hello", "en"), ("my package hasn't come", "en"),
        ("donde esta mi pedido", "es"), ("hola", "es"), ("gracias", "es"), ("no me funciona la lámpara", "es"),
        ("kiero un agente", "es"), ("¿cuánto tarda?", "es"), ("necesito un reembolso please", "es"),
        ("huele a gas", "es"), ("talk to a person", "en"), ("cuanto cuesta el envio", "es"),
    ],
)  # fmt: skip
def test_short_messages_of_customers_are_recognised(detectors: Detectors, text: str, language: str | None) -> None:
    assert detectors.language_of(text)[0] == language


@pytest.mark.parametrize(
    "text",
    [
        "où est ma commande", "je voudrais parler à quelqu'un", "bonjour", "onde está meu pedido",
        "quero falar com uma pessoa", "wo ist meine Bestellung", "ich möchte mit jemandem sprechen",
        "vorrei parlare con qualcuno", "dov'è il mio ordine", "vull parlar amb una persona", "Где мой заказ",
        "我的订单在哪里", "", "12345", "🙂", "R-7K3M9Q",
    ],
)  # fmt: skip
def test_other_languages_and_no_language_are_neither(detectors: Detectors, text: str) -> None:
    assert detectors.language_of(text)[0] is None


def test_a_business_with_one_language_knows_no_other() -> None:
    language, confidence = Detectors(["es"]).language_of("where is my order")
    assert language is None
    assert confidence > 0.9
