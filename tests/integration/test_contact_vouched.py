"""Who vouches for which contact: a number is shown as proven only if it is the very one that was proven."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from handoff import service
from handoff.service import CallbackForm
from handoff.service.base.views import AgentView
from handoff.service.talk.identities import SignedIdentity, identify
from tests.integration.core.test_texting import OURS, PHONE, held, move, sent
from tests.integration.test_contact_proof import followed
from tests.support.core import World, make_core

TYPED, SIGNED = "+34600999999", "+34600777777"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = World(core=replace(make_core(database_url), text_sender=OURS))
    yield made
    made.core.database.dispose()


def phones(world: World, agent: AgentView, reference: str) -> list[tuple[str, bool]]:
    found = service.read_case(world.core, agent, reference, now=world.now).contact
    return [(each.value, each.proven) for each in found if each.kind == "phone"]


def sign(world: World, chat: str) -> None:
    identity = SignedIdentity(
        site="shop", subject="42", digest="d", expires_at=world.now + timedelta(hours=1), details={"phone": SIGNED}
    )
    identify(world.core, chat, identity, now=world.now)


def leave(world: World, chat: str, phone: str) -> str:
    form = CallbackForm(message="call me", phone=phone)
    return service.submit_form(world.core, chat, form, now=world.now).reference


def test_a_number_that_is_typed_after_another_was_proven_is_not_proven(world: World) -> None:
    chat, ana, reference = followed(world)
    assert phones(world, ana, reference) == [(PHONE, True)]
    leave(world, chat, TYPED)
    assert phones(world, ana, reference) == [(TYPED, False)]
    leave(world, chat, PHONE)
    assert phones(world, ana, reference) == [(PHONE, True)]


def test_what_the_site_has_signed_takes_no_proof_from_a_code_and_gives_none(world: World) -> None:
    chat, ana, reference = followed(world)
    sign(world, chat)
    assert phones(world, ana, reference) == [(PHONE, True)]
    leave(world, chat, SIGNED)
    assert phones(world, ana, reference) == [(SIGNED, False)]


def test_a_signed_number_in_a_case_without_one_is_not_proven_by_anybody(world: World) -> None:
    chat = world.visit()
    reference, ana = world.open_case(chat), world.agent()
    world.claim(ana, reference)
    sign(world, chat)
    assert phones(world, ana, reference) == [(SIGNED, False)]


def test_a_phone_that_writes_vouches_for_itself_and_not_for_the_number_in_a_form(world: World) -> None:
    chat = world.text(PHONE, "hello", "SM1").conversation_id
    reference, ana = leave(world, chat, TYPED), world.agent()
    world.claim(ana, reference)
    assert phones(world, ana, reference) == [(TYPED, False), (PHONE, True)]


def test_a_text_is_its_own_proven_contact(world: World) -> None:
    chat = world.text(PHONE, "hello", "SM1").conversation_id
    reference, ana = world.open_case(chat), world.agent()
    world.claim(ana, reference)
    assert phones(world, ana, reference) == [(PHONE, True)]


@pytest.mark.parametrize("typed", ["600111222", "0034 600 111 222"])
def test_a_number_that_was_typed_without_its_country_is_asked_where_it_answers_from(world: World, typed: str) -> None:
    chat, ana, reference = held(world, phone=typed)
    move(world, ana, reference)
    assert [to for to, _ in sent(world)] == [PHONE]
    assert world.text(PHONE, "YES", "SM1").conversation_id == chat
    assert phones(world, ana, reference) == [(PHONE, True)]
