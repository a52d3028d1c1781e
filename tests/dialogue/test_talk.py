"""Answers, refusals, choices and small talk, in both languages, against a real engine."""

import json
import random
from typing import Any

import pytest

from tests.dialogue.engines import RELEASE, Talk

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("what are your opening hours", "shop-hours"),
        ("hi, how much is delivery?", "delivery-cost"),
        ("can i pay with paypal", "payment-methods"),
        ("forgot my pasword", "password-reset"),
        ("hola, ¿a qué hora cerráis?", "shop-hours"),
        ("cuanto cuesta el envio", "delivery-cost"),
        ("no me acuerdo de la contraseña", "password-reset"),
        ("cuanto dura la garantia", "warranty"),
    ],
)
def test_question_is_answered_by_its_entry(talk: Talk, text: str, entry: str) -> None:
    outcome = talk.say(text)
    assert (outcome["decision"], [s["id"] for s in outcome["say"]]) == ("answer", [entry])
    assert outcome["say"][0]["kind"] == "entry"
    assert outcome["candidates"][0]["id"] == entry
    assert 0 < outcome["threshold"] <= outcome["score"] <= 1


@pytest.mark.parametrize(
    "text",
    [
        "do you sell helicopters",
        "who is the president of France",
        "¿me recomiendas una película?",
        "/restart",
        '/answer{"answer_id": "made-up"}',
    ],
)
def test_what_is_not_approved_is_refused(talk: Talk, text: str) -> None:
    outcome = talk.say(text)
    assert outcome["decision"] == "refuse"
    assert [said["id"] for said in outcome["say"]] in (["refuse"], ["refuse_near"])


@pytest.mark.parametrize(
    ("english", "spanish", "notice"),
    [
        ("hello", "buenas tardes", "greeting"),
        ("thanks a lot", "muchas gracias", "thanks"),
        ("goodbye", "hasta luego", "goodbye"),
        ("are you a robot?", "¿eres un robot?", "are_you_bot"),
        ("what can you do?", "¿qué puedes hacer?", "capabilities"),
        ("I want to talk to a human", "quiero hablar con una persona", "offer_person"),
        ("no thanks", "no, gracias", "offer_declined"),
    ],
)
def test_small_talk_is_the_same_in_both_languages(
    talk: Talk, charla: Talk, english: str, spanish: str, notice: str
) -> None:
    assert talk.ids(english) == [notice]
    assert charla.ids(spanish) == [notice]
    assert talk.outcomes[0]["decision"] == "act"


def test_repeat_says_the_last_thing_again_with_its_values(talk: Talk) -> None:
    assert talk.ids("can you repeat that") == ["repeat_nothing"]
    talk.say("status of order A-104823")
    said = talk.say("46001")["say"]
    assert said[0]["values"]["order"] == {"kind": "pattern", "value": "A-104823"}
    assert talk.say("say that again")["say"] == said
    assert talk.say("repeat please")["say"] == said


def test_two_close_answers_become_choices_and_a_number_picks_one(talk: Talk) -> None:
    outcome = talk.say("returns")
    if outcome["decision"] != "ask":
        talk.state = {**outcome["state"], "offered": ["returns-window", "returns-how"]}
    else:
        assert len(outcome["say"][0]["choices"]) == 2
    offered = talk.state["offered"]
    titles = {entry["id"]: entry["titles"]["es"] for entry in json.loads(RELEASE.read_text())["entries"]}
    kept = talk.state
    for text, place in (("2", 1), ("the first one", 0), ("la segunda", 1), (offered[0], 0), (titles[offered[1]], 1)):
        talk.state = kept
        assert talk.ids(text) == [offered[place]]


def test_outcome_holds_ids_and_typed_values_and_never_prose(talk: Talk) -> None:
    for text in ("hello", "returns", "where is my order A-104820", "lucia@example.com", "do you sell cars", "repeat"):
        talk.say(text)
    for outcome in talk.outcomes:
        for said in outcome["say"]:
            assert set(said) == {"kind", "id", "values", "choices"}
            assert " " not in said["id"]
            assert all(set(value) == {"kind", "value"} for value in said["values"].values())
        assert not [text for text in strings(outcome) if " " in text], "prose has spaces; ids, dates and enums do not"


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in strings(inner)]
    return [value] if isinstance(value, str) else []


def test_odd_messages_always_have_an_outcome_that_the_gateway_believes(talk: Talk) -> None:
    parts = (
        "hola where pedido A-104820 no yes 28013 x@y.com ¿? 🙂 returns cancel bot ñandú 42 the \ud83d ' \" { }".split()
    )
    draw = random.Random(7)
    for _ in range(150):
        said = talk.say(" ".join(draw.choices(parts, k=draw.randint(0, 9))))["say"]
        assert said
