import pytest

from bot.dialogue.odd import OTHER_LANGUAGE, UNREADABLE, odd
from bot.dialogue.text import letter_grams, word_grams

PHRASINGS = (
    "where is my order", "how much is delivery", "can i return a lamp", "what do i have to pay", "thanks for the help",
    "dónde está mi pedido", "cuánto cuesta el envío", "quiero devolver una lámpara", "puedo pagar con tarjeta",
)  # fmt: skip
KNOWN = frozenset(word for text in PHRASINGS for word in word_grams(text))
LETTERS = frozenset(group for text in PHRASINGS for group in letter_grams(text))


@pytest.mark.parametrize(
    "text", ["", " ", "...", "¿?", "🙂🙂", "👍🏽", "\u200b", "jkhsdfkjh", "xxxxx zzzzz", "qqq www"]
)
def test_signs_and_senseless_letters_are_unreadable(text: str) -> None:
    assert odd(text, KNOWN, LETTERS) == UNREADABLE


@pytest.mark.parametrize(
    "text",
    [
        "où est ma commande",
        "bonjour",
        "wann kommt meine bestellung",
        "onde está o meu pedido",
        "dove è il mio ordine",
        "quan arriba la meva comanda",
        "我的订单在哪里",
        "где мой заказ",
        "أين طلبي 104820",
    ],
)
def test_other_languages_are_known_by_their_words_or_letters(text: str) -> None:
    assert odd(text, KNOWN, LETTERS) == OTHER_LANGUAGE


@pytest.mark.parametrize(
    "text",
    [
        "where is my order 🙂",
        "WHERE IS MY ORDER",
        "donde esta mi pedido",
        "merci, where is my order",
        "where is my order, danke schön",
        "A-104820",
        "104820",
        "lucia@example.com",
        "can i pay",
        "el envio please, cuanto cuesta",
    ],
)
def test_questions_and_facts_are_not_odd(text: str) -> None:
    assert odd(text, KNOWN, LETTERS) is None
