"""The packet at takeover: what the customer wants, what is known of them, and who may see how to reach them."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from handoff import service
from handoff.detection.signals import Signal
from handoff.service import Need
from handoff.service.base.core import work
from handoff.service.base.rows import lock_conversation
from handoff.service.base.views import CaseView
from handoff.service.cases.opening import open_handoff
from tests.support.core import World


def packet(world: World, *said: str, language: str = "en") -> CaseView:
    conversation = world.visit(language)
    for number, words in enumerate(said):
        world.write(conversation, words, f"c{number}")
        world.later(seconds=1)
    reference = world.open_case(conversation)
    return service.read_case(world.core, world.agent(), reference, now=world.now)


@pytest.mark.parametrize(
    ("said", "want"),
    [
        (("Can I return worn shoes?", "I want to talk to a person"), "Can I return worn shoes?"),
        (("¿Puedo devolver zapatos usados?", "quiero hablar con una persona"), "¿Puedo devolver zapatos usados?"),
        (("When do you open?", "hello", "agent"), "When do you open?"),
        (("I want a person because my parcel is broken",), "I want a person because my parcel is broken"),
        (("hola", "gracias", "una persona"), "una persona"),
        (("refund", "human please"), "refund"),
        (("Where is order A-104820?", "no", "ok thanks", "let me speak to a human"), "Where is order A-104820?"),
    ],
)  # fmt: skip
def test_what_they_want_is_their_last_sentence_that_says_something(
    world: World, said: tuple[str, ...], want: str
) -> None:
    assert packet(world, *said).want == want


def test_who_said_nothing_before_says_it_after(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "agent")
    reference = world.open_case(conversation)
    world.later(seconds=5)
    world.write(conversation, "my lamp arrived in pieces")
    found = service.read_case(world.core, world.agent(), reference, now=world.now)
    assert found.want == "my lamp arrived in pieces"


@pytest.mark.parametrize(
    ("before", "angry", "quote", "want"),
    [
        (
            "quiero devolver unos zapatos",
            "no me sirve, ya lo he probado tres veces",
            "no me sirve",
            "quiero devolver unos zapatos",
        ),
        ("When is my parcel coming?", "This is USELESS!!", "useless", "When is my parcel coming?"),
        (
            "how long does delivery take",
            "this is useless, the lamp came broken",
            "this is useless",
            "this is useless, the lamp came broken",
        ),
        (
            "cuánto tarda el envío",
            "qué desastre, me habéis cobrado dos veces",
            "qué desastre",
            "qué desastre, me habéis cobrado dos veces",
        ),
    ],
)  # fmt: skip
def test_anger_says_how_they_feel_and_not_what_they_want(
    world: World, before: str, angry: str, quote: str, want: str
) -> None:
    conversation = world.visit("es")
    world.write(conversation, before, "c0")
    world.later(seconds=1)
    world.write(conversation, angry, "c1")
    signal = Signal(kind="frustration", strength=0.9, language="es", evidence=quote)
    with work(world.core, world.now) as unit:
        row = open_handoff(unit, lock_conversation(unit, conversation), Need(reason="frustration", signals=(signal,)))
        reference = row.reference
    assert service.read_case(world.core, world.agent(), reference, now=world.now).want == want


@pytest.mark.parametrize(
    ("said", "language", "known"),
    [
        (("quiero devolver unos zapatos",), "es", True),
        (("I want to return a pair of shoes",), "en", True),
        (("ok",), "es", False),
        (("A-104820",), "en", False),
        (("I want to return a pair of shoes",), "es", False),
    ],
)
def test_the_language_is_known_once_it_is_clearly_written(
    world: World, said: tuple[str, ...], language: str, known: bool
) -> None:
    assert packet(world, *said, language=language).language_known is known


STATE: dict[str, Any] = {
    "v": 1,
    "events": [
        {"event": "slot", "name": "order_number", "value": "A-104820"},
        {"event": "slot", "name": "second_fact", "value": "marta@example.com"},
        {"event": "slot", "name": "requested_slot", "value": "second_fact"},
    ],
    "tries": {"count": 0, "since": 0},
    "said": [
        {
            "kind": "notice",
            "id": "order_status",
            "values": {
                "order": {"kind": "pattern", "value": "A-104820"},
                "status": {"kind": "enum", "value": "shipped"},
            },
        }
    ],
    "offered": [],
}


def test_facts_come_from_the_dialogue_and_are_confirmed_by_the_companys_own_answer(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    reference = world.open_case(conversation)
    with world.core.database.write() as session:
        statement = text("UPDATE conversations SET dialogue = :state WHERE id = :id")
        session.execute(statement, {"state": json.dumps(STATE), "id": conversation})
    shown = {
        each.name: (each.value, each.confirmed)
        for each in service.read_case(world.core, ana, reference, now=world.now).facts
    }
    assert shown == {
        "order_number": ("A-104820", True),
        "second_fact": ("m•••@example.com", False),
        "status": ("shipped", True),
    }


PHONE, EMAIL = "+34600111222", "marta@example.com"


def test_contact_is_masked_until_the_agent_holds_the_case(world: World) -> None:
    conversation, ana, ben = world.visit(), world.agent(), world.agent("Ben")
    sol, ada = world.agent("Sol", role="supervisor"), world.agent("Ada", role="admin")
    reference = world.open_case(conversation)
    form = service.CallbackForm(message="call me", name="Marta", phone=PHONE, email=EMAIL)
    service.submit_form(world.core, conversation, form, now=world.now)

    def seen(agent: Any) -> list[str]:
        found = service.read_case(world.core, agent, reference, now=world.now)
        assert found.masked == (PHONE not in {each.value for each in found.contact})
        assert found.reach.phone == next(each.value for each in found.contact if each.kind == "phone")
        return [each.value for each in found.contact]

    masked = ["Marta", "•••1222", "m•••@example.com"]
    assert seen(ana) == seen(ben) == masked
    assert seen(sol) == seen(ada) == ["Marta", PHONE, EMAIL]
    world.claim(ana, reference)
    assert seen(ana) == ["Marta", PHONE, EMAIL]
    assert seen(ben) == masked


def test_a_phone_that_texts_is_masked_too(world: World) -> None:
    conversation = world.text(PHONE, "my lamp?", "SM1").conversation_id
    reference = service.ask_person(world.core, conversation, now=world.now).reference
    found = service.read_case(world.core, world.agent(), reference, now=world.now)
    assert [each.value for each in found.contact] == ["•••1222"]
    assert (found.reach.phone, found.reach.page, found.reach.proven) == ("•••1222", False, True)
    assert found.language_known is False
