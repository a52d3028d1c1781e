"""Two questions in one message, other languages, letters without sense, greetings around, languages mixed."""

import pytest

from tests.dialogue.engines import Talk

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("what are your opening hours? and can i pay with paypal?", ["shop-hours", "payment-methods"]),
        ("hola, cuanto cuesta el envio y cuanto dura la garantia?", ["delivery-cost", "warranty"]),
    ],
)
def test_two_questions_get_two_answers_in_their_order(talk: Talk, text: str, entries: list[str]) -> None:
    outcome = talk.say(text)
    assert outcome["decision"] == "answer"
    assert [(said["kind"], said["id"]) for said in outcome["say"]] == [("entry", entry) for entry in entries]


def test_two_answers_can_be_said_again(talk: Talk) -> None:
    said = talk.say("what are your opening hours? and can i pay with paypal?")["say"]
    assert len(said) == 2
    assert talk.say("say that again")["say"] == said


@pytest.mark.parametrize(
    "text", ["what are your opening hours, please and thank you", "opening hours of the shop and the shop"]
)
def test_one_question_is_not_taken_for_two(talk: Talk, text: str) -> None:
    assert len(talk.say(text)["say"]) == 1


@pytest.mark.parametrize(
    "text",
    [
        "bonjour, où est ma commande ?",
        "wo ist meine bestellung und wann kommt sie",
        "onde está a minha encomenda?",
        "dove è il mio ordine, grazie",
        "quan arriba la meva comanda",
        "你好，我的订单在哪里",
        "أين طلبي",
        "где мой заказ",
    ],
)
def test_another_language_is_told_so_and_offered_a_person(talk: Talk, charla: Talk, text: str) -> None:
    for each in (talk, charla):
        outcome = each.say(text)
        assert outcome["decision"] == "refuse"
        assert [said["id"] for said in outcome["say"]] == ["language_unsupported", "offer_person"]


@pytest.mark.parametrize("text", ["🙂🙂", "...", "¿¿??", " ", "", "\x00\u202e\u200b", "jkhsdfkjh", "xzkqw vbnmq"])
def test_what_cannot_be_read_is_not_guessed(talk: Talk, text: str) -> None:
    outcome = talk.say(text)
    assert (outcome["decision"], [said["id"] for said in outcome["say"]]) == ("refuse", ["text_unreadable"])


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("good morning, what are your opening hours pls", "shop-hours"),
        ("hola buenas tardes, cuanto cuesta el envio, gracias", "delivery-cost"),
        ("CUANTO CUESTA EL ENVÍO???", "delivery-cost"),
        ("q horario de apertura teneis", "shop-hours"),
        ("hola! can i pay with paypal por favor", "payment-methods"),
        ("what are your oppening hours 🙂", "shop-hours"),
    ],
)
def test_what_stands_around_a_question_does_not_hide_it(talk: Talk, text: str, entry: str) -> None:
    outcome = talk.say(text)
    offered = [choice for said in outcome["say"] for choice in said["choices"]]
    assert entry in [*(said["id"] for said in outcome["say"]), *offered]


def test_odd_texts_in_the_middle_of_a_form_leave_it_waiting(talk: Talk) -> None:
    talk.say("where is my order?")
    for text in ("🙂", "bonjour merci"):
        outcome = talk.say(text)
        assert outcome["form"]["asked"] == "order_number"
    assert talk.ids("A-104820") == ["ask_order_email"]


def test_topic_changes_in_the_middle_of_a_form_and_back(talk: Talk) -> None:
    assert talk.ids("where is my order?") == ["ask_order_number"]
    assert talk.ids("what are your opening hours") == ["shop-hours", "ask_order_number"]
    assert talk.ids("A-104820") == ["ask_order_email"]
    assert talk.ids("can i pay with paypal") == ["payment-methods", "ask_order_email"]
    assert talk.ids("lucia@example.com") == ["order_status"]


def test_unsure_text_becomes_a_choice_of_at_most_three(talk: Talk) -> None:
    outcomes = [talk.say(text) for text in ("return", "money back", "delivery", "pay", "something about returns")]
    asked = [outcome for outcome in outcomes if outcome["decision"] == "ask"]
    assert asked, "none of them is clear"
    assert all(2 <= len(outcome["say"][0]["choices"]) <= 3 for outcome in asked)
