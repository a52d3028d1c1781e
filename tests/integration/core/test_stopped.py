"""Who has stopped our texts has stopped them for good: being forgotten does not undo it, and START does."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from handoff import service
from handoff.models import Address, StoppedNumber
from handoff.service.privacy.erasing import erase, finish_erasures, who_is
from handoff.service.privacy.finding import read_who
from handoff.service.privacy.retention import sweep_retention
from handoff.service.talk.proving import CannotFollow, ask_code
from tests.support.cases import FORM, visitor
from tests.support.core import World
from tests.support.traces import hits

PHONE = "+34611222333"


def erased(world: World) -> None:
    (found,) = who_is(world.core, read_who(PHONE))
    erase(world.core, found.customer_id, actor="operator", now=world.now)
    finish_erasures(world.core, world.later(minutes=31))


def too_old(world: World) -> None:
    world.later(days=31)
    sweep_retention(world.core, world.now)


def opted_out(world: World) -> list[bool]:
    with world.core.database.read() as session:
        return [each.opted_out_at is not None for each in session.query(Address).filter_by(value=PHONE)]


@pytest.fixture
def stopped(world: World) -> World:
    world.settle(retention={"conversations": 30, "attachments": 7, "ledger": 60})
    world.core = replace(world.core, text_sender="+34900000000")
    world.text(PHONE, "hello", "SM1")
    world.text(PHONE, "STOP", "SM2", control="stop")
    return world


@pytest.mark.parametrize("forget", [erased, too_old])
def test_a_number_that_was_forgotten_is_sent_no_code(stopped: World, forget: Callable[[World], None]) -> None:
    forget(stopped)
    assert hits(stopped, PHONE) == set()
    conversation = visitor(stopped)
    service.submit_form(stopped.core, conversation, replace(FORM, phone=None, email="a@b.co"), now=stopped.now)
    with pytest.raises(CannotFollow) as refused:
        ask_code(stopped.core, conversation, phone=PHONE, now=stopped.now)
    assert refused.value.fields == {"why": "opted_out"}


def test_only_start_brings_texts_to_a_number_that_was_forgotten(stopped: World) -> None:
    erased(stopped)
    stopped.text(PHONE, "hello again", "SM3")
    assert opted_out(stopped) == [True]
    stopped.text(PHONE, "START", "SM4", control="start")
    assert opted_out(stopped) == [False]
    erased(stopped)
    with stopped.core.database.read() as session:
        assert session.query(StoppedNumber).count() == 0
    stopped.text(PHONE, "and again", "SM5")
    assert opted_out(stopped) == [False]
