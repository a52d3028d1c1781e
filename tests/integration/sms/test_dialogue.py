"""The talk by text around a case: choices by number or word, a person at any time, and the night in two texts."""

from collections.abc import Iterator

import pytest

from handoff import service
from handoff.audit import audit_database
from handoff.service import Choice, Reply, Said, Sent
from handoff.states import State
from tests.support.core import SUNDAY_NIGHT, World
from tests.support.core import world as make_world

PHONE = "+34600000001"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    for made in make_world(database_url):
        yield made
        report = audit_database(made.core.database, made.core.secret, made.now)
        assert report.clean, report.as_text()


def _waiting(world: World) -> str:
    conversation = world.text(PHONE, "hola", "SM0").conversation_id
    world.open_case(conversation)
    return conversation


def _state(world: World) -> str:
    with world.core.database.engine.connect() as connection:
        query = "SELECT state FROM handoffs ORDER BY opened_at DESC LIMIT 1"
        return str(connection.exec_driver_sql(query).scalar_one())


def _heard(world: World) -> list[str]:
    """What the phone gets now, in order."""
    texts: list[str] = []
    while due := service.lease_deliveries(world.core, channel="sms", owner="relay", limit=50, now=world.now):
        for each in due:
            if service.begin_sending(world.core, each.id, "relay", now=world.now):
                texts.append(each.text)
                service.finish_sending(world.core, each.id, "relay", Sent(carrier_id=each.id), now=world.now)
    return texts


def test_choices_are_numbered_lines(world: World) -> None:
    _waiting(world)
    said = _heard(world)[-1].split("\n")
    assert said[0].startswith("[handoff_waiting")
    assert said[1] == "1. [leave_message es sms]"


@pytest.mark.parametrize(
    "text", ["1", "1.", "la 1", "el uno", "Opción 1", "primera", "[leave_message es sms]", "leave mesage es sms"]
)
def test_a_choice_is_taken_by_number_word_or_nearly_the_word(world: World, text: str) -> None:
    _waiting(world)
    world.text(PHONE, text, "SM1")
    assert _state(world) == State.COLLECTING.value


@pytest.mark.parametrize("text", ["2", "11", "1 cosa más", "tengo 1 problema con el pedido"])
def test_what_picks_nothing_is_a_message(world: World, text: str) -> None:
    _waiting(world)
    world.text(PHONE, text, "SM1")
    assert _state(world) == State.WAITING.value


def test_a_number_belongs_to_the_choices_that_came_last(world: World) -> None:
    _waiting(world)
    ana = world.agent()
    (item,) = service.read_queue(world.core, ana, now=world.now).waiting
    world.claim(ana, item.reference)
    world.text(PHONE, "1", "SM1")
    assert _state(world) == State.ACTIVE.value


@pytest.mark.bar(14, 40)
def test_at_night_a_message_and_a_convenient_time_take_two_texts(world: World) -> None:
    """The phone is the contact: nothing is asked but the message."""
    world.at(SUNDAY_NIGHT)
    conversation = world.text(PHONE, "hola", "SM0").conversation_id
    _heard(world)
    world.open_case(conversation)
    asked = _heard(world)
    world.text(PHONE, "No ha llegado el pedido. Mejor mañana por la tarde", "SM1")
    promised = _heard(world)
    assert [text.split(" ")[0] for text in (*asked, *promised)] == ["[ask_message", "[promised"]
    assert _state(world) == State.PROMISED.value
    assert "due=" in promised[0]


@pytest.mark.bar(22)
def test_several_texts_in_quick_succession_are_one_turn_in_their_order(world: World) -> None:
    for number, text in enumerate(("mi pedido", "el A-104820", "dónde está")):
        world.text(PHONE, text, f"SM{number}")
        world.later(seconds=1)
    (turn,) = service.take_turns(world.core, owner="bot", limit=5, now=world.now)
    assert turn.text == "mi pedido\nel A-104820\ndónde está"
    assert turn.burst == 3


def test_what_is_offered_by_the_bot_stays_the_bots_to_read(world: World) -> None:
    """Numbers under the bot's own question go to the engine, which asked it."""
    conversation = world.text(PHONE, "envío", "SM0").conversation_id
    (turn,) = service.take_turns(world.core, owner="bot", limit=1, now=world.now)
    offered = (Choice(label="Coste", value="Coste"), Choice(label="Plazo", value="Plazo"))
    reply = Reply(said=[Said(text="¿Cuál?\n1. Coste\n2. Plazo", release=1, choices=offered)])
    assert service.finish_turn(world.core, turn, reply, now=world.now)
    world.text(PHONE, "2", "SM1")
    (turn,) = service.take_turns(world.core, owner="bot", limit=1, now=world.now)
    assert (turn.conversation_id, turn.text) == (conversation, "2")
