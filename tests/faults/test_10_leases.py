"""Line 10: what a dead worker held is free within 30 s; without any notification everything still moves within 5 s."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from handoff import service
from handoff.service.talk import turns
from handoff.service.telling import deliveries, notifications
from tests.faults.guest import Guest
from tests.faults.load import PERSON, QUESTION, AgentThread, Crowd, client, send_text
from tests.faults.proof import drain_and_prove
from tests.faults.shop import Shop, wait_until
from tests.faults.sizes import SLACK, Run
from tests.support.core import World

LONGEST = timedelta(seconds=30)
MOVES_WITHIN = 5.0


@pytest.mark.bar(10)
def test_a_dead_workers_leases_end_within_thirty_seconds(world: World) -> None:
    """Turn, delivery and notification are held by somebody who has died; half a minute later others have them."""
    assert max(turns.LEASE, deliveries.LEASE, notifications.LEASE) <= LONGEST
    conversation = world.text("+34600000001", "hello", "SM1").conversation_id
    assert service.take_turns(world.core, owner="dead", limit=5, now=world.now)
    dead = _sendings(world, "dead")
    assert dead
    assert not service.take_turns(world.core, owner="other", limit=5, now=world.now)
    assert not _sendings(world, "other")
    world.later(seconds=LONGEST.total_seconds() + 1)
    (turn,) = service.take_turns(world.core, owner="other", limit=5, now=world.now)
    assert turn.conversation_id == conversation
    assert _sendings(world, "other") == dead


def _sendings(world: World, owner: str) -> list[str]:
    leased = service.lease_deliveries(world.core, channel="sms", owner=owner, limit=5, now=world.now)
    for each in leased:
        assert service.begin_sending(world.core, each.id, owner, now=world.now)
    return [each.id for each in leased]


@pytest.mark.bar(10)
def test_polling_alone_moves_everything(open_shop: Callable[..., Shop], run: Run) -> None:
    """Every wake is lost: answers, texts, cases and replies arrive all the same, in time."""
    shop = open_shop(module=("tests.faults.launch",), environment={"FAULTS_NO_WAKES": "1"})
    crowd = Crowd(shop=shop)
    agent = AgentThread.hired(shop, crowd.book, "ana")
    crowd.agents.append(agent)
    guest, within = Guest(shop=shop, book=crowd.book, name="eva"), MOVES_WITHIN * SLACK
    guest.says(QUESTION)
    wait_until(lambda: any(each.get("entry") for each in guest.view()["messages"]), seconds=within, what="an answer")
    phone = "+34600000077"
    with client(shop) as http:
        send_text(http, shop, crowd.book, phone, "SM77", QUESTION)
    wait_until(lambda: [text for text in shop.taken_texts() if text.to == phone], seconds=within, what="a text")
    guest.says(PERSON, escalates=True)
    wait_until(lambda: guest.view()["state"] == "waiting", seconds=within, what="a case")
    agent.start()
    wait_until(lambda: _has_words_of(guest, "ana"), seconds=within * 2, what="a person's words")
    drain_and_prove(shop, crowd)
    run.count(waits=4)


def _has_words_of(guest: Guest, name: str) -> bool:
    return any(name in each["text"] for each in guest.view()["messages"] if each["author"] == "agent")
