"""Line 16: an agent's browser is gone; the customer is told and is first in the queue again within a minute."""

import time
from collections.abc import Callable

import pytest

from handoff import service
from handoff.service.people import accounts
from tests.faults.guest import Guest
from tests.faults.load import AgentThread, Crowd
from tests.faults.proof import drain_and_prove
from tests.faults.shop import Shop
from tests.faults.sizes import FULL, SLACK, Run
from tests.support.core import World

AGAIN_WITHIN = 60.0  # seconds after the last sign of life, the bar's


@pytest.mark.bar(16)
def test_the_desk_shows_who_lost_their_agent_first(world: World) -> None:
    """Before those who have waited longer: the order in which the customer was told that they come."""
    earlier, lost = world.open_case(world.visit()), _of_another_customer(world)
    ana, ben = world.agent("Ana"), world.agent("Ben")
    accounts.beat(world.core, ana, "online", now=world.now)
    world.claim(ana, lost)
    for _ in range(5):
        world.sweep(seconds=15)
    assert [row.reference for row in service.read_queue(world.core, ben, now=world.now).waiting] == [lost, earlier]


def _of_another_customer(world: World) -> str:
    started = service.start_conversation(
        world.core, channel="web", account="web", address="another", language="en", now=world.now
    )
    return world.open_case(started.conversation_id)


@pytest.mark.bar(16)
@pytest.mark.parametrize("prepared", ["sqlite", "postgresql"] if FULL else ["sqlite"], indirect=True)
def test_who_held_the_chat_is_gone_and_the_customer_is_first_again(open_shop: Callable[..., Shop], run: Run) -> None:
    """No sign of life any more: the case is at the front, before one that has waited longer; the customer hears so."""
    shop = open_shop()
    crowd = Crowd(shop=shop)
    gone, other = (AgentThread.hired(shop, crowd.book, name) for name in ("gone", "other"))
    crowd.agents += [gone, other]
    earlier = Guest(shop=shop, book=crowd.book, name="earlier")
    guest = Guest(shop=shop, book=crowd.book, name="guest")
    first, reference = earlier.asks_person(), guest.asks_person()
    gone._does("PUT", "/presence", status="online")
    row = next(row for row in gone.http.get("/queue").json()["waiting"] if row["reference"] == reference)
    gone._claim(row)
    assert guest.view()["state"] == "agent"
    began = time.monotonic()  # the claim was the last sign of life
    before = len(guest.view()["messages"])
    while guest.view()["state"] == "agent":
        assert time.monotonic() - began < AGAIN_WITHIN * SLACK
        time.sleep(1)
    took = time.monotonic() - began
    told = guest.view()
    assert told["state"] == "waiting"
    assert [each["author"] for each in told["messages"][before:]][:1] == ["system"]
    other._does("PUT", "/presence", status="away")  # looks, and is offered nothing
    waiting = [row["reference"] for row in other.http.get("/queue").json()["waiting"]]
    assert waiting[:2] == [reference, first]
    other.start()
    drain_and_prove(shop, crowd)
    run.count(agents_gone=1)
    run.tell(again_after_seconds=round(took, 1))
