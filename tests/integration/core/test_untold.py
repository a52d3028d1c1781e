"""Invariant 10: what a page has not confirmed goes to a proven phone, else by e-mail, else it is the desk's task."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handoff import service
from handoff.models import Address, Conversation, Delivery, LedgerRow, Message, Notification
from handoff.service import CallbackForm, Failed
from handoff.service.base.core import work
from handoff.service.base.views import AgentView
from handoff.service.cases.holding import open_case
from handoff.service.people import accounts
from handoff.service.telling.notices import tell
from handoff.service.telling.saying import MUST_BE_HEARD
from tests.support.core import MONDAY_NOON, SUNDAY_NIGHT, World

PHONE = "+34600111222"
BY_PHONE = CallbackForm(message="call me", phone="+34911000000")
BY_MAIL = CallbackForm(message="call me", phone="+34911000000", email="ana@example.com")


def rows(world: World, kind: type[Any]) -> Sequence[Any]:
    with world.core.database.read() as session:
        return session.execute(select(kind)).scalars().all()


def leave(world: World, form: CallbackForm = BY_PHONE) -> str:
    """A visitor who leaves a message at night, reads the promise, and closes the page."""
    conversation = world.at(SUNDAY_NIGHT).visit()
    service.submit_form(world.core, conversation, form, now=world.now)
    confirm(world, conversation)
    return conversation


def confirm(world: World, conversation: str) -> None:
    cursor = service.read_conversation(world.core, conversation, now=world.now).cursor
    service.confirm_stream(world.core, conversation, cursor, now=world.now)


def miss(world: World) -> None:
    """The promise is missed: Monday 11:00 in Madrid passes."""
    world.at(MONDAY_NOON - timedelta(hours=1))
    for _ in range(3):  # the reminder first
        world.sweep(seconds=1)


def follow(world: World, **delta: float) -> int:
    world.later(**delta)
    return service.follow_untold(world.core, world.now)


def prove_phone(world: World, conversation: str) -> str:
    """The same customer has texted from a phone; returns that conversation."""
    texting = world.text(PHONE, "hola", "SM1").conversation_id
    with world.core.database.write() as session:
        customer = session.get_one(Conversation, conversation).customer_id
        phone = session.get_one(Conversation, texting)
        phone.customer_id = session.get_one(Address, phone.address_id).customer_id = customer
    for turn in service.take_turns(world.core, owner="o", limit=5, now=world.now):
        service.finish_turn(world.core, turn, service.Reply(said=()), now=world.now)
    return texting


def alerts(world: World, agent: AgentView | None = None) -> list[tuple[str, str | None]]:
    found = service.read_alerts(world.core, agent or world.agent(), now=world.now)
    return [(alert.kind, alert.data.get("notice")) for alert in found if alert.kind == "untellable"]


def ways(world: World) -> list[tuple[str, str]]:
    return [(row.data["notice"], row.data["way"]) for row in rows(world, LedgerRow) if row.kind == "untold"]


def test_what_the_page_has_confirmed_needs_no_other_way(world: World) -> None:
    conversation = leave(world)
    miss(world)
    confirm(world, conversation)
    assert follow(world, seconds=120) == 0
    assert alerts(world) == []


def test_nothing_is_hurried_before_a_minute_is_over(world: World) -> None:
    leave(world)
    miss(world)
    assert follow(world, seconds=50) == 0
    assert follow(world, seconds=10) == 1


def test_without_another_way_it_is_the_desks_task_once(world: World) -> None:
    conversation = leave(world)
    miss(world)
    assert follow(world, seconds=60) == 1
    assert follow(world, seconds=60) == 0
    assert alerts(world) == [("untellable", "promise_missed")]
    assert ways(world) == [("promise_missed", "nobody")]
    assert world.notices(conversation)[-1] == "promise_missed"  # still there for when they come back


def test_a_proven_phone_hears_it_in_its_own_words(world: World) -> None:
    conversation = leave(world)
    texting = prove_phone(world, conversation)
    miss(world)
    assert follow(world, seconds=60) == 1
    assert world.texts(texting)[-1].startswith("[promise_missed")
    assert " sms]" in world.texts(texting)[-1]
    (outgoing,) = (row for row in rows(world, Delivery) if row.channel == "sms" and row.handoff_id)
    assert (outgoing.address, outgoing.status) == (PHONE, "pending")
    assert alerts(world) == []
    assert ways(world) == [("promise_missed", "sms")]


def test_a_typed_phone_is_not_told_of_somebodys_case(world: World) -> None:
    leave(world)
    miss(world)
    follow(world, seconds=60)
    assert [row for row in rows(world, Delivery) if row.channel == "sms"] == []


def test_an_opted_out_phone_is_left_alone(world: World) -> None:
    conversation = leave(world)
    prove_phone(world, conversation)
    world.text(PHONE, "BAJA", "SM2", control="stop")
    miss(world)
    follow(world, seconds=60)
    assert ways(world) == [("promise_missed", "nobody")]


def test_what_was_mailed_with_the_promise_is_not_mailed_twice(world: World) -> None:
    leave(world, BY_MAIL)
    miss(world)
    assert follow(world, seconds=60) == 1
    assert sorted(row.kind for row in rows(world, Notification) if row.audience == "customer") == [
        "promise_missed",
        "promised",
    ]
    assert ways(world) == [("promise_missed", "email")]
    assert alerts(world) == []


def test_another_notice_goes_by_mail_when_there_is_an_address(world: World) -> None:
    conversation = leave(world, BY_MAIL)
    world.at(MONDAY_NOON - timedelta(hours=2))
    agent = world.agent()
    accounts.beat(world.core, agent, "online", now=world.now)
    service.expire(world.core, world.now)
    world.claim(agent, service.read_queue(world.core, agent, now=world.now).callbacks[0].reference)
    confirm(world, conversation)
    world.sweep(seconds=41)  # the agent's page is gone
    assert world.notices(conversation)[-1] == "agent_lost"
    assert follow(world, seconds=61) == 1
    assert ("agent_lost", "email") in ways(world)


def test_a_notice_that_is_no_longer_true_is_not_sent_on(world: World) -> None:
    conversation = leave(world)
    miss(world)
    reference = service.read_queue(world.core, world.agent(), now=world.now).callbacks[0].reference
    version = service.read_conversation(world.core, conversation, now=world.now).handoff
    assert version is not None
    service.withdraw(world.core, conversation, reference, version.version, now=world.now)
    assert follow(world, seconds=120) == 0
    assert ways(world) == []


@pytest.mark.tampers  # each notice is told by itself, without the transition that it belongs to
@pytest.mark.parametrize("notice", sorted(MUST_BE_HEARD))
def test_a_text_about_a_case_that_cannot_be_delivered_alerts_with_its_case(world: World, notice: str) -> None:
    """Whatever the notice: its delivery knows the case, and when it dies the alert names it."""
    texting = world.text(PHONE, "AGENTE", "SM1").conversation_id
    reference = service.ask_person(world.core, texting, now=world.now).reference
    say_about(world, reference, notice)
    (delivery,) = [each for each in rows(world, Delivery) if each.handoff_id and of_notice(world, each) == notice]
    for _ in range(20):
        for leased in service.lease_deliveries(world.core, channel="sms", owner="r", limit=9, now=world.now):
            if service.begin_sending(world.core, leased.id, "r", now=world.now):
                failed = Failed(code="30005", message="unknown number", retry=False)
                service.finish_sending(world.core, leased.id, "r", failed, now=world.now)
        world.later(seconds=1)
    assert next(each.status for each in rows(world, Delivery) if each.id == delivery.id) == "dead"
    found = service.read_alerts(world.core, world.agent("Eva"), now=world.now)
    assert reference in {alert.reference for alert in found if alert.kind == "delivery_dead"}


def say_about(world: World, reference: str, notice: str) -> None:
    """The notice is told as a transition would tell it."""
    with work(world.core, world.now) as unit:
        case = open_case(unit, reference)
        tell(unit, case.conversation, notice, handoff=case.row)


def of_notice(world: World, delivery: Delivery) -> str | None:
    with world.core.database.read() as session:
        return session.get_one(Message, delivery.message_id).notice
