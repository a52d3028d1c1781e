"""A phone on which another customer's chat goes on stays theirs when the one who wrote from it first is erased."""

from dataclasses import replace

import pytest

from handoff import service
from handoff.models import Address, ContactProof, Conversation
from handoff.models.talk import TextRoute
from handoff.service.privacy.erasing import erase, finish_erasures
from handoff.service.talk.proving import ask_code, prove
from handoff.service.telling.proofs import code_of
from tests.support.cases import FORM, visitor
from tests.support.core import World
from tests.support.traces import hits

OURS, PHONE = "+34900000000", "+34611222333"


@pytest.fixture
def first(world: World) -> str:
    """Who wrote from the phone first; another's chat, with an open case, goes on there by now."""
    world.core = replace(world.core, text_sender=OURS)
    phone = world.text(PHONE, "zzfirst", "SM1").conversation_id
    with world.core.database.read() as session:
        return session.get_one(Conversation, phone).customer_id


@pytest.fixture
def chat(world: World, first: str) -> str:
    conversation = visitor(world)
    service.submit_form(world.core, conversation, replace(FORM, phone=None, email="a@b.co"), now=world.now)
    ask_code(world.core, conversation, phone=PHONE, now=world.now)
    with world.core.database.read() as session:
        code = code_of(world.core, session.query(ContactProof).one())
    prove(world.core, conversation, code, now=world.now)
    return conversation


def place(world: World) -> Address:
    with world.core.database.read() as session:
        (route,) = session.query(TextRoute)
        return session.get_one(Address, route.address_id)


def customer_of(world: World, conversation: str) -> str:
    with world.core.database.read() as session:
        return session.get_one(Conversation, conversation).customer_id


def test_a_phone_with_another_customers_chat_becomes_theirs(world: World, first: str, chat: str) -> None:
    assert place(world).customer_id == first
    erase(world.core, first, actor="operator", now=world.now)
    finish_erasures(world.core, world.later(minutes=31))
    assert (place(world).value, place(world).customer_id) == (PHONE, customer_of(world, chat))
    assert place(world).proven
    assert hits(world, "zzfirst") == set()
    assert world.text(PHONE, "is my parcel there?", "SM2").conversation_id == chat


def test_a_phone_that_was_only_asked_is_not_proven_to_be_theirs(world: World, first: str, chat: str) -> None:
    with world.core.database.write() as session:
        session.query(TextRoute).update({"status": "asked", "typed": True})
        session.get_one(Conversation, chat).text_route_id = None
    erase(world.core, first, actor="operator", now=world.now)
    finish_erasures(world.core, world.later(minutes=31))
    assert (place(world).value, place(world).proven) == (PHONE, False)


def test_a_phone_goes_when_the_other_chat_is_over(world: World, first: str, chat: str) -> None:
    erase(world.core, customer_of(world, chat), actor="operator", now=world.now)
    erase(world.core, first, actor="operator", now=world.now)
    finish_erasures(world.core, world.later(minutes=31))
    finish_erasures(world.core, world.later(minutes=31))
    assert hits(world, PHONE) == set()
