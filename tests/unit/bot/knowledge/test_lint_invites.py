"""No text of ours invites a word with which a carrier stops all texts."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.knowledge.format import parse_folder
from bot.knowledge.lint import errors_of
from bot.knowledge.lint.invites import invited
from tests.support.knowledge import DEMO, notice


@pytest.mark.parametrize(
    "text",
    [
        "Reply CANCEL to change it.",
        "Text END when done.",
        "Responde CANCELAR para anular el pedido.",
        "Con CANCELAR se anula.",
        'Reply "cancel" to call it off.',
        "Escribe «parar» para terminar.",
        "YES to go on, CANCEL to leave.",
        "ALTO: dejar la consulta.",
    ],
)
def test_what_invites_such_a_word_is_found(text: str) -> None:
    assert list(invited(text))


@pytest.mark.parametrize(
    "text",
    [
        "STOP to get no more messages. BAJA para no recibir más.",
        "Write to us to cancel the order.",
        "Se puede cancelar el pedido en la cuenta.",
        "In the end we send it again.",
        "El armario es alto.",
        "Change or cancel: https://shop.example/a",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert list(invited(text)) == []


@pytest.mark.bar(25)
def test_it_keeps_a_text_from_being_approved_and_is_said_of_texts_only() -> None:
    words = {"web": "Reply CANCEL.", "sms": "Reply CANCEL."}
    found = errors_of(notice(texts={"en": words, "es": {"web": "a", "sms": "a"}}))
    assert list(found) == ["texts.en.sms"]
    assert "CANCEL" in found["texts.en.sms"]


@pytest.mark.bar(25)
def test_neither_the_knowledge_nor_the_canned_replies_nor_our_own_words_invite_it() -> None:
    texts = [text for each in parse_folder(DEMO) for _, channel, text in each.item.wordings() if channel == "sms"]
    replies = tomllib.loads(Path("data/replies.toml").read_text())["replies"]
    texts += [text for reply in replies for text in reply["texts"].values()]
    for source in ("handoff/words/en.py", "handoff/words/es.py"):
        texts += re.findall(r'"((?:[^"\\]|\\.)*)"', Path(source).read_text())
    assert len(texts) > 200
    assert [(text, word) for text in texts for word in invited(text)] == []
