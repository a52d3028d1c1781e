"""Texts that no webhook brought are read in late: they change nothing that the customer or we said after them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handoff import service
from handoff.models import Address, Alert, Message
from handoff.service.base import ledger
from tests.support.core import MONDAY_NOON, World

PHONE = "+34600111222"
CONTROL = {"START": "start", "STOP": "stop"}


def _say(world: World, word: str, *, minute: float, late: bool = False) -> service.Recorded:
    """The word, sent so many minutes after the first text: its webhook came, or it is read from the list now."""
    sent = MONDAY_NOON + timedelta(minutes=minute)
    if not late:
        world.at(sent)
    more = {"sent_at": sent} if late else {}
    return world.text(PHONE, word, f"SM-{word}-{minute}", control=CONTROL.get(word), **more)


def _opted_out(world: World) -> bool:
    with world.core.database.read() as session:
        return session.execute(select(Address.opted_out_at).where(Address.value == PHONE)).scalar_one() is not None


def _consents(world: World, conversation_id: str) -> list[str]:
    with world.core.database.read() as session:
        kinds = [fact.kind for fact in ledger.read_facts(session, ledger.conversation_stream(conversation_id))]
    return [kind for kind in kinds if kind.startswith("consent.")]


def _kind(world: World, recorded: service.Recorded) -> str:
    with world.core.database.read() as session:
        return session.get_one(Message, recorded.message_id).kind


@pytest.mark.parametrize(
    ("came", "late", "stopped"),
    [
        (("STOP 2",), ("START 1",), True),
        (("START 2",), ("STOP 1",), False),
        (("STOP 1",), ("START 2",), False),
        (("START 1",), ("STOP 2",), True),
        ((), ("START 1", "STOP 2"), True),
        ((), ("STOP 1", "START 2"), False),
        (("STOP 1", "STOP 3"), ("START 2",), True),
        (("STOP 1", "hola 3"), ("START 2",), False),
        (("STOP 3",), ("STOP 1", "START 2"), True),
        (("START 3",), ("START 1", "STOP 2"), False),
    ],
)
def test_the_consent_word_that_was_sent_last_holds(
    world: World, came: tuple[str, ...], late: tuple[str, ...], stopped: bool
) -> None:
    """Those that came by webhook, and then those that are read from the list, each with the minute it was sent in."""
    conversation = world.text(PHONE, "hola", "SM0").conversation_id
    for word, minute in (each.split() for each in came):
        _say(world, word, minute=int(minute))
    world.later(minutes=10)
    for word, minute in (each.split() for each in late):
        _say(world, word, minute=int(minute), late=True)
    assert _opted_out(world) is stopped
    assert len(_consents(world, conversation)) == sum("ST" in each for each in (*came, *late))  # all are on record


def test_a_stop_from_about_the_time_of_a_start_stops(world: World) -> None:
    """The carrier's clock is another, and a webhook takes a while: silence is the lesser wrong."""
    world.text(PHONE, "hola", "SM0")
    _say(world, "START", minute=2)
    sent = world.now - timedelta(seconds=2)
    world.later(minutes=3)
    world.text(PHONE, "STOP", "SM9", control="stop", sent_at=sent)
    assert _opted_out(world)


def test_agents_hear_of_a_start_that_a_later_stop_has_overtaken_that_texts_do_not_arrive(world: World) -> None:
    conversation = world.text(PHONE, "hola", "SM0").conversation_id
    _say(world, "STOP", minute=2)
    world.open_case(conversation)
    world.later(minutes=3)
    _say(world, "START", minute=1, late=True)
    with world.core.database.read() as session:
        assert "customer_opted_out" in session.execute(select(Alert.kind)).scalars().all()


def _asked_to_withdraw(world: World) -> str:
    """A case whose customer is asked at minute 1 whether it may be withdrawn."""
    conversation = world.text(PHONE, "hola", "SM0").conversation_id
    world.later(minutes=1)
    world.open_case(conversation)
    world.text(PHONE, "ya no lo necesito", "SM1")
    assert world.notices(conversation)[-1] == "confirm_withdraw"
    return conversation


def test_a_yes_from_before_the_question_withdraws_nothing(world: World) -> None:
    conversation = _asked_to_withdraw(world)
    world.later(minutes=1)
    recorded = _say(world, "si", minute=0.5, late=True)
    assert world.state(conversation) != "withdrawn"
    assert _kind(world, recorded) == "text"


def test_a_yes_to_the_question_that_is_read_in_late_still_counts(world: World) -> None:
    conversation = _asked_to_withdraw(world)
    world.later(minutes=1)
    recorded = _say(world, "si", minute=1.5, late=True)
    assert world.state(conversation) in {"withdrawn", "bot"}
    assert _kind(world, recorded) == "control"


def test_a_number_that_was_sent_before_the_choices_picks_none(world: World) -> None:
    conversation = _asked_to_withdraw(world)
    world.later(minutes=1)
    for word in ("1", "2"):
        assert _kind(world, _say(world, word, minute=0.5, late=True)) == "text"
    assert world.state(conversation) != "withdrawn"


@pytest.mark.parametrize(("minute", "stopped"), [(0.5, True), (1.5, False)])
def test_the_word_for_both_answers_only_what_was_asked_before_it(world: World, minute: float, stopped: bool) -> None:
    """An opt-out, but where a question stood when it was sent."""
    _asked_to_withdraw(world)
    world.later(minutes=1)
    sent = MONDAY_NOON + timedelta(minutes=minute)
    world.text(PHONE, "CANCELAR", "SM9", control="stop", doubtful=True, sent_at=sent)
    assert _opted_out(world) is stopped
