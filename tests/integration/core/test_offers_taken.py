"""Taking what is offered: in time, too late, by somebody else, and by several at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from handoff import service
from handoff.errors import AlreadyHeld, StaleVersion, TransitionRefused
from tests.support.core import World
from tests.support.offers import beat, offer, offered_to, staff, version, wait

PHONE = "+34600111222"


def test_accepting_just_before_accept_by_passes_takes_the_case(world: World) -> None:
    ana, reference = staff(world, "Ana"), wait(world)
    offer(world)
    seen = version(world, reference)
    world.later(seconds=45)
    beat(world, ana)
    service.accept(world.core, ana, reference, seen, now=world.now)
    service.expire(world.core, world.now)
    assert world.case(ana, reference).state == "active"


def test_accepting_just_after_accept_by_has_passed_is_refused_and_the_case_waits_on(world: World) -> None:
    ana, reference = staff(world, "Ana"), wait(world)
    offer(world)
    seen = version(world, reference)
    world.later(seconds=45)
    beat(world, ana)
    service.expire(world.core, world.now)
    with pytest.raises((StaleVersion, TransitionRefused)):
        service.accept(world.core, ana, reference, seen, now=world.now)
    assert world.case(ana, reference).state == "waiting"


def test_anybody_may_claim_what_is_offered_to_another_and_the_offer_ends(world: World) -> None:
    ana = staff(world, "Ana", capacity=1)
    reference = wait(world)
    offer(world)
    bea = staff(world, "Bea")
    seen = version(world, reference)
    world.claim(bea, reference)
    with pytest.raises(AlreadyHeld):
        service.accept(world.core, ana, reference, seen, now=world.now)
    beat(world, bea, status="away")
    another = wait(world)
    offer(world)
    assert offered_to(world, ana, another) == "Ana"


def test_a_claim_of_what_was_offered_since_it_was_seen_is_as_good_and_an_accept_is_not(world: World) -> None:
    staff(world, "Ana", capacity=1)
    bea, reference = staff(world, "Bea", languages=("es",)), wait(world)
    seen = version(world, reference)
    offer(world)
    with pytest.raises((AlreadyHeld, StaleVersion)):
        service.accept(world.core, bea, reference, seen, now=world.now)
    service.claim(world.core, bea, reference, seen, now=world.now)
    assert world.case(bea, reference).state == "active"


def test_a_claim_older_than_a_change_for_the_customer_is_refused(world: World) -> None:
    ana, reference = staff(world, "Ana"), wait(world)
    seen = version(world, reference)
    world.claim(ana, reference)
    world.later(seconds=40)
    service.expire(world.core, world.now)
    assert world.case(ana, reference).state == "waiting"
    with pytest.raises(StaleVersion):
        service.claim(world.core, ana, reference, seen, now=world.now)


def test_two_sweepers_at_once_reserve_nobody_twice(world: World) -> None:
    agents = [staff(world, f"Agent{number}", capacity=1 + number % 2) for number in range(4)]
    references = [wait(world) for _ in range(12)]
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(service.offer_waiting, world.core, world.now) for _ in range(6)]
    assert sum(each.result() for each in done) == 4
    offers = [offered_to(world, agents[0], reference) for reference in references]
    assert sorted(name for name in offers if name) == sorted(agent.name for agent in agents)


def test_claiming_and_offering_at_once_fill_no_place_twice(world: World) -> None:
    ana = staff(world, "Ana", capacity=1)
    mine, other = wait(world), wait(world)
    seen = version(world, other)

    def claim() -> str:
        try:
            service.claim(world.core, ana, other, seen, now=world.now)
        except StaleVersion:  # it has just been offered
            return "late"
        return "held"

    with ThreadPoolExecutor(2) as pool:
        claimed, offered = pool.submit(claim), pool.submit(service.offer_waiting, world.core, world.now)
    states = sorted(world.case(ana, reference).state for reference in (mine, other))
    if claimed.result() == "held" and offered.result():
        assert states == ["active", "offered"]  # the offer came first; it takes no capacity from a claim
    else:
        assert states in (["active", "waiting"], ["offered", "waiting"])
