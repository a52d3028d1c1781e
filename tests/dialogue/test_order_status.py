"""The order-status dialogue: two matching facts, limited attempts, corrections, changes of topic, dead engines."""

import socket
import time
from pathlib import Path

import pytest

from tests.dialogue.engines import Process, Talk, start_actions, start_engine
from tests.support.ports import free_port

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize(
    ("language", "turns"),
    [
        ("en", ["where is my order?", "A-104820", "lucia@example.com"]),
        ("en", ["wheres my package", "it's a 104820", "my postcode is 28013"]),
        ("es", ["¿dónde está mi pedido?", "104820", "mi correo es LUCIA@example.com"]),
        ("es", ["dnd esta mi pedido A104820", "28013"]),
        ("es", ["A-104820 lucia@example.com"]),
    ],
)
def test_order_is_told_with_two_matching_facts(engine: Process, language: str, turns: list[str]) -> None:
    talk = Talk(engine.port, language)
    for text in turns[:-1]:
        outcome = talk.say(text)
        assert outcome["form"]["name"] == "order_status"
    outcome = talk.say(turns[-1])
    assert [said["id"] for said in outcome["say"]] == ["order_status"]
    values = outcome["say"][0]["values"]
    assert values["status"] == {"kind": "enum", "value": "shipped"}
    assert values["date"]["kind"] == "date"
    assert outcome["form"] is None
    assert outcome["state"]["events"] == [], "nothing personal stays in the state"


def test_number_alone_tells_nothing(talk: Talk) -> None:
    assert talk.ids("status of order A-104820") == ["ask_order_email"]
    assert talk.outcomes[-1]["form"] == {
        "name": "order_status",
        "asked": "second_fact",
        "filled": ["order_number"],
        "attempts": 0,
    }


def test_unknown_number_and_wrong_fact_sound_the_same(engine: Process) -> None:
    for number, fact in (("A-999999", "lucia@example.com"), ("A-104824", "lucia@example.com")):
        talk = Talk(engine.port)
        assert talk.ids(f"order status {number}") == ["ask_order_email"]
        assert talk.ids(fact) == ["order_second_fact_wrong"]


def test_third_wrong_attempt_locks_the_conversation(talk: Talk) -> None:
    talk.say("order status A-777001")
    assert talk.ids("a@example.com") == ["order_second_fact_wrong"]
    assert talk.outcomes[-1]["form"]["attempts"] == 1
    assert talk.ids("10001") == ["order_second_fact_wrong"]
    assert talk.ids("b@example.com") == ["order_locked"]
    assert talk.outcomes[-1]["form"] is None
    assert talk.ids("where is my order A-104820") == ["order_locked"]


def test_new_conversations_do_not_buy_new_attempts_at_one_number(engine: Process) -> None:
    said = []
    for attempt in range(6):
        talk = Talk(engine.port)
        talk.say("order status A-104825")
        said += talk.ids(f"guess{attempt}@example.com")
    assert said == ["order_second_fact_wrong"] * 5 + ["order_locked"]
    talk = Talk(engine.port)
    talk.say("order status A-104825")
    assert talk.ids("emma@example.net") == ["order_locked"], "the right fact too: a guesser must not learn it"


def test_unclear_numbers_are_limited(charla: Talk) -> None:
    charla.say("¿dónde está mi pedido?")
    assert charla.ids("blabla") == ["order_number_invalid"]
    assert charla.ids("12") == ["order_number_invalid"]
    assert charla.ids("ni idea") == ["order_locked"]


def test_question_in_the_middle_is_answered_and_the_form_goes_on(talk: Talk) -> None:
    talk.say("where is my order")
    assert talk.ids("what are your opening hours?") == ["shop-hours", "ask_order_number"]
    assert talk.ids("thanks") == ["thanks", "ask_order_number"]
    assert talk.ids("ok") == ["ask_order_number"]
    assert talk.ids("A-104827") == ["ask_order_email"]
    assert talk.ids("how much is delivery") == ["delivery-cost", "ask_order_email"]
    assert talk.ids("grace@example.com") == ["order_status"]


@pytest.mark.parametrize("words", ["cancel", "never mind", "olvídalo", "no"])
def test_form_can_be_cancelled(talk: Talk, words: str) -> None:
    talk.say("where is my order")
    talk.say("A-104820")
    assert talk.ids(words) == ["order_cancelled_dialogue"]
    assert talk.outcomes[-1]["form"] is None
    assert talk.ids("what are your opening hours?") == ["shop-hours"]


@pytest.mark.parametrize(
    ("language", "start", "correction"),
    [
        ("en", "order status", "sorry, I meant A-104822"),
        ("en", "where is my order", "no wait, it is a 104822"),
        ("es", "estado de mi pedido", "perdón, quería decir A-104822"),
        ("es", "¿dónde está mi pedido?", "me he equivocado, es el A104822"),
    ],
)
def test_number_is_corrected(engine: Process, language: str, start: str, correction: str) -> None:
    talk = Talk(engine.port, language)
    talk.say(start)
    assert talk.ids("A-104820") == ["ask_order_email"]
    assert talk.ids(correction) == ["ask_order_email"]
    assert talk.say("marta@example.org")["say"][0]["values"]["order"]["value"] == "A-104822"


def test_number_is_corrected_after_a_fact_that_did_not_match(talk: Talk) -> None:
    talk.say("order status A-104826")
    assert talk.ids("marta@example.org") == ["order_second_fact_wrong"]
    assert talk.ids("it should be A-104822") == ["ask_order_email"]
    outcome = talk.say("marta@example.org")
    assert outcome["say"][0]["values"]["order"]["value"] == "A-104822"
    assert outcome["state"]["tries"]["count"] == 0


def test_topic_is_changed_in_the_middle_and_the_form_comes_back(engine: Process) -> None:
    for language, start, close, place in (
        ("en", "where is my order", "returns", "the second one"),
        ("es", "¿dónde está mi pedido?", "devoluciones", "la segunda"),
    ):
        talk = Talk(engine.port, language)
        assert talk.ids(start) == ["ask_order_number"]
        outcome = talk.say(close)
        if outcome["decision"] != "ask":
            talk.state = {**outcome["state"], "offered": ["returns-window", "returns-how"]}
        chosen = talk.state["offered"][1]
        assert talk.ids(place) == [chosen, "ask_order_number"]
        assert talk.ids("A-104822") == ["ask_order_email"]
        assert talk.ids(start) == ["ask_order_email"], "asking for the order again stays at its question"
        assert talk.ids("marta@example.org") == ["order_status"]


def test_form_that_was_left_begins_again_and_forgets_what_it_knew(talk: Talk) -> None:
    talk.say("where is my order")
    talk.say("A-104822")
    assert talk.ids("never mind") == ["order_cancelled_dialogue"]
    assert talk.ids("how much is delivery") == ["delivery-cost"]
    assert talk.ids("and how long does it take?") == ["delivery-time"]
    assert talk.ids("where is my order") == ["ask_order_number"]
    assert talk.ids("A-104827") == ["ask_order_email"]
    assert talk.ids("grace@example.com") == ["order_status"]


def test_killing_the_engine_between_two_turns_loses_nothing(model: Path, room: Path, actions: Process) -> None:
    first = start_engine(model, room, actions.port)
    talk = Talk(first.port)
    try:
        assert talk.ids("where is my order?") == ["ask_order_number"]
        assert talk.ids("A-104822") == ["ask_order_email"]
    finally:
        first.kill()
    second = start_engine(model, room, actions.port)
    try:
        talk.port = second.port
        assert talk.ids("marta@example.org") == ["order_status"]
    finally:
        second.kill()


def test_hung_action_server_is_a_notice_before_the_gateways_deadline(model: Path, room: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hung:
        engine = start_engine(model, room, hung.getsockname()[1])
        try:
            talk = Talk(engine.port)
            talk.say("order status A-104820")
            began = time.monotonic()
            assert talk.ids("lucia@example.com") == ["lookup_failed"]
            assert time.monotonic() - began < 3
        finally:
            engine.kill()


def test_dead_action_server_is_a_notice_and_the_next_try_works(model: Path, room: Path, tmp_path: Path) -> None:
    port = free_port()
    engine = start_engine(model, room, port)
    try:
        talk = Talk(engine.port)
        talk.say("order status A-104820")
        outcome = talk.say("lucia@example.com")
        assert [said["id"] for said in outcome["say"]] == ["lookup_failed"]
        assert outcome["form"] is None
        actions = start_actions(room, tmp_path / "orders.db", port)
        try:
            talk.say("order status A-104820")
            assert talk.ids("lucia@example.com") == ["order_status"]
        finally:
            actions.kill()
    finally:
        engine.kill()
