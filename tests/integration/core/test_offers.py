"""Offers: each case that waits is reserved for the best agent who is free, and for nobody else."""

from typing import Any

import pytest

from handoff import service
from handoff.service import Sent
from handoff.service.cases import holding
from handoff.service.sweep import offering
from handoff.states import Urgency
from tests.support.core import SUNDAY_NIGHT, World
from tests.support.offers import beat, conversation_of, hold, offer, offered_to, staff, version, visit, wait

PHONE = "+34600111222"


def test_a_case_is_offered_to_who_is_there_and_accepting_it_takes_it(world: World) -> None:
    ana, reference = staff(world, "Ana"), wait(world)
    assert offer(world) == 1
    item = world.case(ana, reference)
    assert (item.state, item.deadline_kind) == ("offered", "accept_by")
    service.accept(world.core, ana, reference, item.version, now=world.now)
    assert world.case(ana, reference).state == "active"
    assert offer(world) == 0


@pytest.mark.parametrize("status", ["away", "offline"])
def test_nobody_is_offered_a_case_who_is_not_online(world: World, status: str) -> None:
    ana, reference = staff(world, "Ana"), wait(world)
    beat(world, ana, status=status)
    assert offer(world) == 0
    assert world.case(ana, reference).state == "waiting"


def test_nobody_is_offered_a_case_without_a_sign_of_life_for_40_s(world: World) -> None:
    staff(world, "Ana")
    world.later(seconds=40)
    wait(world)
    assert offer(world) == 0


def test_who_is_away_and_answers_a_chat_stays_away(world: World) -> None:
    ana = staff(world, "Ana")
    held = hold(world, ana)
    beat(world, ana, status="away")
    service.reply(world.core, ana, held, world.case(ana, held).version, "r1", "I am still here", now=world.now)
    wait(world)
    assert offer(world) == 0


def test_who_is_away_may_claim_all_the_same(world: World) -> None:
    ana, reference = staff(world, "Ana"), wait(world)
    beat(world, ana, status="away")
    assert world.claim(ana, reference).state == "active"


def test_the_language_comes_before_everything_and_later_somebody_is_better_than_nobody(world: World) -> None:
    ana = staff(world, "Ana", languages=("es",), capacity=9)
    reference = wait(world, "en")
    assert offer(world) == 0
    world.later(minutes=3)
    beat(world, ana)
    service.expire(world.core, world.now)
    assert world.case(ana, reference).rung == 1
    bea = staff(world, "Bea", languages=("en",), capacity=1)
    assert offer(world) == 1
    assert offered_to(world, ana, reference) == "Bea"
    service.decline(world.core, bea, reference, world.case(bea, reference).version, now=world.now)
    assert offer(world) == 1
    assert offered_to(world, ana, reference) == "Ana"


def test_a_team_is_a_must_until_the_rung_rises(world: World) -> None:
    ana, bea = staff(world, "Ana"), staff(world, "Bea", skills=("billing",))
    beat(world, bea, status="away")
    reference = hold(world, ana)
    version = world.case(ana, reference).version
    service.transfer(world.core, ana, reference, version, team="Billing", now=world.now)
    world.sweep(seconds=11)
    beat(world, ana)
    assert offer(world) == 0
    beat(world, bea)
    assert offer(world) == 1
    assert offered_to(world, ana, reference) == "Bea"


def test_who_passes_a_case_to_a_team_is_not_offered_it_back(world: World) -> None:
    ana = staff(world, "Ana", skills=("billing",))
    reference = hold(world, ana)
    service.transfer(world.core, ana, reference, world.case(ana, reference).version, team="billing", now=world.now)
    world.sweep(seconds=11)
    beat(world, ana)
    assert offer(world) == 0


def test_the_same_agent_is_first_when_a_case_is_opened_again(world: World) -> None:
    ana = staff(world, "Ana", capacity=1)
    conversation = visit(world, "en")
    item = world.claim(ana, world.open_case(conversation))
    service.resolve(world.core, ana, item.reference, item.version, "solved", now=world.now)
    world.sweep(seconds=11)
    staff(world, "Bea", capacity=9)
    beat(world, ana)
    again = world.open_case(conversation)
    assert again != item.reference
    offer(world)
    assert offered_to(world, ana, again) == "Ana"


def test_who_has_accepted_an_offer_is_the_one_who_had_the_case(world: World) -> None:
    ana = staff(world, "Ana", capacity=1)
    conversation = visit(world, "en")
    reference = world.open_case(conversation)
    offer(world)
    service.accept(world.core, ana, reference, world.case(ana, reference).version, now=world.now)
    service.resolve(world.core, ana, reference, world.case(ana, reference).version, "solved", now=world.now)
    world.sweep(seconds=11)
    staff(world, "Bea", capacity=9)
    beat(world, ana)
    again = world.open_case(conversation)
    offer(world)
    assert offered_to(world, ana, again) == "Ana"


def test_more_free_room_comes_before_a_longer_rest(world: World) -> None:
    ana, bea = staff(world, "Ana", capacity=2), staff(world, "Bea", capacity=4)
    hold(world, bea)
    reference = wait(world)
    offer(world)
    assert offered_to(world, ana, reference) == "Bea"


def test_of_equals_who_has_rested_longest_is_first_and_a_declined_offer_counts(world: World) -> None:
    ana, bea, eva = (staff(world, name) for name in ("Ana", "Bea", "Eva"))
    order = []
    for _ in range(6):
        reference = wait(world)
        offer(world)
        (taker,) = (agent for agent in (ana, bea, eva) if agent.name == offered_to(world, ana, reference))
        order.append(taker.name)
        service.withdraw(world.core, conversation_of(world, reference), reference, version(world, reference), world.now)
        world.later(seconds=1)
    assert len(set(order[:3])) == 3
    assert order[3:] == order[:3]


def test_one_offer_an_agent_at_a_time_and_offers_take_room(world: World) -> None:
    ana = staff(world, "Ana", capacity=2)
    held, first, second = hold(world, ana), wait(world), wait(world)
    assert offer(world) == 1
    assert offer(world) == 0
    service.accept(world.core, ana, first, version(world, first), now=world.now)
    assert offer(world) == 0
    assert {world.case(ana, each).state for each in (held, first)} == {"active"}
    assert world.case(ana, second).state == "waiting"


def test_the_urgent_go_first_then_who_was_lost_then_who_has_waited_longest(world: World) -> None:
    ana = staff(world, "Ana", capacity=1)
    lost = hold(world, ana)
    world.later(seconds=10)
    first = wait(world)
    world.later(seconds=10)
    high, safety = wait(world, urgency=Urgency.HIGH), wait(world, urgency=Urgency.SAFETY)
    world.sweep(seconds=25)  # Ana is gone; her chat is back at the front
    order = []
    for name in ("Bea", "Eva", "Ida", "Olga"):
        staff(world, name, capacity=1)
        assert offer(world) == 1
        order.append(next(each for each in (lost, first, high, safety) if offered_to(world, ana, each) == name))
    assert order == [safety, high, lost, first]


def test_declined_it_goes_to_the_next_and_with_all_left_out_it_waits_until_the_rung_rises(world: World) -> None:
    ana, bea = staff(world, "Ana"), staff(world, "Bea")
    reference = wait(world)
    asked = []
    while offer(world):
        (agent,) = (each for each in (ana, bea) if each.name == offered_to(world, ana, reference))
        asked.append(agent)
        service.decline(world.core, agent, reference, version(world, reference), now=world.now)
    assert {agent.name for agent in asked} == {"Ana", "Bea"}
    world.later(minutes=3)
    beat(world, ana, bea)
    service.expire(world.core, world.now)
    assert offer(world) == 1


def test_many_whom_everybody_free_has_declined_hold_up_nobody_behind_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One look takes a batch of the queue; a batch in which nobody can be served is not the end of it."""
    monkeypatch.setattr(offering, "BATCH", 2)
    ana = staff(world, "Ana")
    declined = [wait(world) for _ in range(4)]
    for reference in declined:
        assert offer(world) == 1
        assert offered_to(world, ana, reference) == "Ana"
        service.decline(world.core, ana, reference, version(world, reference), now=world.now)
    last = wait(world)
    assert offer(world) == 1
    assert offered_to(world, ana, last) == "Ana"


def test_who_lets_an_offer_pass_is_not_asked_again_before_the_rung_rises(world: World) -> None:
    ana, reference = staff(world, "Ana"), wait(world)
    offer(world)
    world.later(seconds=45)
    beat(world, ana)
    service.expire(world.core, world.now)
    assert (world.case(ana, reference).state, offer(world)) == ("waiting", 0)


def test_a_case_that_cannot_be_offered_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    staff(world, "Ana")
    bea = staff(world, "Bea")
    broken, sound = wait(world), wait(world)
    real = holding.open_case

    def fail(unit: Any, reference: str) -> Any:
        if reference == broken:
            raise RuntimeError
        return real(unit, reference)

    monkeypatch.setattr(offering, "open_case", fail)
    assert offer(world) == 1
    assert [world.case(bea, each).state for each in (broken, sound)] == ["waiting", "offered"]


def test_outside_hours_nothing_is_offered(world: World) -> None:
    world.at(SUNDAY_NIGHT)
    staff(world, "Ana")
    wait(world)
    assert offer(world) == 0


def test_the_last_agent_goes_with_thirty_in_the_queue_and_comes_back(world: World) -> None:
    ana = staff(world, "Ana", capacity=1)
    conversations = [visit(world, "en") for _ in range(30)]
    for conversation in conversations:
        world.open_case(conversation)
    offer(world)
    for _ in range(6):
        world.sweep(seconds=10)
    assert all(world.notices(each).count("nobody_left") == 1 for each in conversations)
    beat(world, ana)
    assert offer(world) == 1
    world.later(seconds=5)
    service.expire(world.core, world.now)
    assert all(world.notices(each).count("nobody_left") == 1 for each in conversations)


def send_texts(world: World) -> list[str]:
    sent = []
    while leased := service.lease_deliveries(world.core, channel="sms", owner="r", limit=50, now=world.now):
        for outgoing in leased:
            if service.begin_sending(world.core, outgoing.id, "r", now=world.now):
                sent.append(outgoing.text.split(" ")[0])
                service.finish_sending(world.core, outgoing.id, "r", Sent(carrier_id=outgoing.id), now=world.now)
    return sent


def test_a_queued_notice_of_waiting_is_sent_though_the_offer_came_and_not_once_an_agent_has_joined(
    world: World,
) -> None:
    ana = staff(world, "Ana")
    conversation = world.text(PHONE, "hola", "SM1").conversation_id
    send_texts(world)
    reference = world.open_case(conversation)
    offer(world)
    assert send_texts(world) == ["[handoff_waiting"]
    service.decline(world.core, ana, reference, version(world, reference), now=world.now)
    other = world.open_case(world.text("+34600111333", "hola", "SM2").conversation_id)
    bea = staff(world, "Bea", languages=("es",))
    offer(world)
    world.claim(bea, other)
    sent = send_texts(world)
    assert "[agent_joined" in sent
    assert "[handoff_waiting" not in sent


def test_a_team_that_nobody_has_does_not_keep_the_others_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offering, "BATCH", 2)
    ana = staff(world, "Ana")
    stuck = [hold(world, ana) for _ in range(3)]
    for reference in stuck:
        service.transfer(world.core, ana, reference, world.case(ana, reference).version, team="Nobody's", now=world.now)
    world.sweep(seconds=11)
    later, ben = wait(world), staff(world, "Ben")
    assert [world.case(ben, each).state for each in stuck] == ["waiting"] * 3
    assert offer(world) == 1
    assert offered_to(world, ben, later) is not None


def test_cases_that_no_single_agent_fits_do_not_keep_the_others_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One speaks their language and another is in their team, but nobody is both."""
    monkeypatch.setattr(offering, "BATCH", 2)
    first = staff(world, "First")
    stuck = [hold(world, first) for _ in range(3)]
    for reference in stuck:
        version = world.case(first, reference).version
        service.transfer(world.core, first, reference, version, team="returns", now=world.now)
    world.sweep(seconds=11)
    beat(world, first, status="offline")
    ana = staff(world, "Ana", languages=("en",))
    staff(world, "Ben", languages=("es",), skills=("returns",))
    plain = wait(world)
    offer(world)
    assert offered_to(world, ana, plain) == "Ana"
