"""Deliveries: in order, leased, superseded when false, and never lost in silence."""

import pytest
from sqlalchemy import select

from handoff import service
from handoff.models import Delivery
from handoff.service import Failed, Outgoing, Reply, Said, Sent
from tests.support.core import World

PHONE = "+34600111222"
OURS = "+34900000000"


def lease(world: World, owner: str = "relay") -> tuple[Outgoing, ...]:
    return service.lease_deliveries(world.core, channel="sms", owner=owner, limit=50, now=world.now)


def send_all(world: World) -> list[str]:
    sent = []
    while leased := lease(world):
        for outgoing in leased:
            if service.begin_sending(world.core, outgoing.id, "relay", now=world.now):
                sent.append(outgoing.text)
                result = Sent(carrier_id=f"SM-{outgoing.id}")
                service.finish_sending(world.core, outgoing.id, "relay", result, now=world.now)
    return sent


def answer(world: World, *texts: str) -> None:
    (turn,) = service.take_turns(world.core, owner="o", limit=5, now=world.now)
    said = tuple(Said(text=text, release=1) for text in texts)
    assert service.finish_turn(world.core, turn, Reply(said=said), now=world.now)


@pytest.mark.bar(22)
def test_messages_to_one_phone_go_out_one_by_one_in_order(world: World) -> None:
    world.text(PHONE, "hola", "SM1")
    answer(world, "one", "two")
    assert len(lease(world)) == 1
    world.later(seconds=31)
    assert send_all(world)[-2:] == ["one", "two"]


def test_a_lease_keeps_others_off_until_it_ends(world: World) -> None:
    world.text(PHONE, "hola", "SM1")
    assert len(lease(world, "one")) == 1
    assert lease(world, "two") == ()
    world.later(seconds=31)
    assert len(lease(world, "two")) == 1


def test_the_bots_queued_words_are_taken_back_when_a_person_takes_over(world: World) -> None:
    recorded = world.text(PHONE, "hola", "SM1")
    send_all(world)
    answer(world, "an answer that is too late")
    reference = world.open_case(recorded.conversation_id)
    assert all("too late" not in text for text in send_all(world))
    assert reference


def test_a_notice_of_a_state_that_is_no_longer_is_not_sent(world: World) -> None:
    recorded = world.text(PHONE, "hola", "SM1")
    send_all(world)
    reference = world.open_case(recorded.conversation_id)
    world.claim(world.agent(), reference)
    sent = send_all(world)
    assert [text.split(" ")[0] for text in sent] == ["[agent_joined"]


def test_what_can_pass_later_is_tried_again_and_what_cannot_tells_an_agent(world: World) -> None:
    recorded = world.text(PHONE, "hola", "SM1")
    reference = world.open_case(recorded.conversation_id)
    ana = world.agent()
    send_all(world)
    item = world.claim(ana, reference)
    send_all(world)
    service.reply(world.core, ana, reference, item.version, "r1", "can you hear me", now=world.now)
    (outgoing,) = lease(world)
    service.begin_sending(world.core, outgoing.id, "relay", now=world.now)
    busy = Failed(code="20429", message="busy", retry=True)
    service.finish_sending(world.core, outgoing.id, "relay", busy, now=world.now)
    assert lease(world) == ()
    world.later(seconds=3)
    (again,) = lease(world)
    assert (again.id, again.tries) == (outgoing.id, 1)
    service.begin_sending(world.core, again.id, "relay", now=world.now)
    gone = Failed(code="21610", message="opted out: call instead", retry=False)
    service.finish_sending(world.core, again.id, "relay", gone, now=world.now)
    transcript = service.read_case(world.core, ana, reference, now=world.now).transcript
    assert transcript[-1].delivery == "dead"


@pytest.mark.bar(24)
def test_a_status_never_goes_backwards(world: World) -> None:
    recorded = world.text(PHONE, "hola", "SM1")
    reference = world.open_case(recorded.conversation_id)
    ana = world.agent()
    send_all(world)
    item = world.claim(ana, reference)
    send_all(world)
    service.reply(world.core, ana, reference, item.version, "r1", "hello", now=world.now)
    (outgoing,) = lease(world)
    service.begin_sending(world.core, outgoing.id, "relay", now=world.now)
    service.finish_sending(world.core, outgoing.id, "relay", Sent(carrier_id="SM9"), now=world.now)
    for status in ("delivered", "sent", "queued", "failed"):
        service.record_status(
            world.core, channel="sms", account=OURS, carrier_id="SM9", status=status, error_code=None, now=world.now
        )
    assert service.read_case(world.core, ana, reference, now=world.now).transcript[-1].delivery == "delivered"


def test_a_status_of_an_unknown_message_changes_nothing(world: World) -> None:
    service.record_status(
        world.core, channel="sms", account=OURS, carrier_id="SM0", status="sent", error_code=None, now=world.now
    )


def test_what_the_page_has_read_is_delivered(world: World) -> None:
    conversation = world.visit()
    items = service.read_stream(world.core, conversation, None)
    assert service.confirm_stream(world.core, conversation, items[-1].cursor, now=world.now) == len(items)
    assert service.confirm_stream(world.core, conversation, items[-1].cursor, now=world.now) == 0


def test_a_sending_that_breaks_off_every_time_ends_and_tells_an_agent(world: World) -> None:
    world.text(PHONE, "hola", "SM1")
    for _ in range(12):
        (leased,) = lease(world)
        assert service.begin_sending(world.core, leased.id, "relay", now=world.now)
        world.later(seconds=31)
    (stuck,) = lease(world)
    assert not service.begin_sending(world.core, stuck.id, "relay", now=world.now)
    (following,) = lease(world)
    assert following.id != stuck.id
    boss = world.agent("Bea", role="supervisor")
    assert [alert.data["code"] for alert in service.read_alerts(world.core, boss, now=world.now)] == ["unfinished"]


def test_three_that_wait_for_one_another_go_out_all_the_same(world: World) -> None:
    """A web chat on a phone brings older words along, behind newer ones: A1 waits for A0, A0 for B1, B1 for A1."""
    here = world.text(PHONE, "hola", "SM1").conversation_id
    there = world.text("+34600111333", "hola", "SM2").conversation_id
    send_all(world)
    with world.core.database.write() as session:
        (one,) = session.execute(select(Delivery).where(Delivery.conversation_id == here).limit(1)).scalars()
        columns = {each.key: getattr(one, each.key) for each in Delivery.__table__.columns}
        fresh = {**columns, "status": "pending", "carrier_id": None, "address": PHONE, "tries": 0, "author": "system"}
        for number, conversation, position in ((1, here, 102), (2, there, 101), (3, here, 101)):
            placed = {"id": f"zz{number}", "conversation_id": conversation, "position": position}
            session.add(Delivery(**{**fresh, **placed}))
    sent = []
    while leased := lease(world):
        for each in leased:
            assert service.begin_sending(world.core, each.id, "relay", now=world.now)
            service.finish_sending(world.core, each.id, "relay", Sent(carrier_id=each.id), now=world.now)
            sent.append(each.id)
    assert sent == ["zz2", "zz3", "zz1"]
