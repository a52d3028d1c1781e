"""Several sweepers, and one that comes back: only a time in which nobody swept gives people their minutes again."""

from contextlib import suppress
from datetime import timedelta

import pytest

from handoff import service
from handoff.errors import Unavailable
from handoff.service import last_sweep
from handoff.sweeper import Sweeper
from tests.support.cases import sweeper
from tests.support.core import World
from tests.support.offers import beat, offer, offered_to, staff, visit, wait


def fresh(world: World) -> Sweeper:
    """The sweeper of a process that has just started; it has not looked yet."""
    return Sweeper(service.CoreBox(world.core), lambda: world.now)


def tick(world: World, sweep: Sweeper, seconds: int) -> None:
    for _ in range(seconds):
        sweep.tick(world.later(seconds=1))


def test_one_that_starts_beside_another_gives_nobody_more_time(world: World) -> None:
    sweep = sweeper(world)
    reference = wait(world)
    reader = world.agent("Bea", role="supervisor")
    due = world.case(reader, reference).deadline_at
    tick(world, sweep, 30)
    fresh(world).tick(world.later(seconds=1))
    assert world.case(reader, reference).deadline_at == due


def test_one_that_starts_where_nobody_swept_gives_people_their_time_again(world: World) -> None:
    sweep = sweeper(world)
    ana = staff(world, "Ana")
    reference = wait(world)
    offer(world)
    assert offered_to(world, ana, reference) == "Ana"
    tick(world, sweep, 3)
    beat(world, ana)
    offered = world.case(ana, reference).deadline_at
    world.later(minutes=10)
    fresh(world).tick(world.now)
    renewed = world.case(ana, reference).deadline_at
    assert offered
    assert renewed
    assert renewed - offered >= timedelta(minutes=9)
    assert offered_to(world, ana, reference) == "Ana"  # it was not taken away for a time in which nobody looked


def test_a_restart_takes_no_offer_away(world: World) -> None:
    ana, sweep = staff(world, "Ana"), sweeper(world)
    reference = wait(world)
    for _ in range(3):
        tick(world, sweep, 10)
        beat(world, ana)
    world.later(seconds=18)  # of the 45 s, 30 had passed
    fresh(world).tick(world.now)
    assert offered_to(world, ana, reference) == "Ana"


def test_one_that_stood_still_beside_another_revives_nobody(world: World) -> None:
    ana, bea = staff(world, "Ana"), staff(world, "Bea")
    reference = world.claim(ana, wait(world)).reference
    steady, halting = sweeper(world), sweeper(world)
    for second in range(44):  # Ana is gone
        world.later(seconds=1)
        beat(world, bea)
        steady.tick(world.now)
        if second >= 38:
            halting.tick(world.now)
    assert world.case(bea, reference).state != "active"


@pytest.mark.parametrize("minutes", [1, 60])
def test_while_the_database_is_away_nobody_is_lost(world: World, minutes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, conversation = staff(world, "Ana"), visit(world)
    world.claim(ana, world.open_case(conversation))
    sweep = sweeper(world)

    def away(*_: object, **__: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(type(world.core.database), "_session", away)
        for _ in range(minutes * 6):
            with suppress(Unavailable):
                sweep.tick(world.later(seconds=10))
    sweep.tick(world.later(seconds=1))
    assert "agent_lost" not in world.notices(conversation)
    tick(world, sweep, 41)  # now it was their turn to give a sign of life
    assert "agent_lost" in world.notices(conversation)


def test_the_sign_of_life_is_kept_every_few_seconds(world: World) -> None:
    assert last_sweep(world.core) is None
    sweep = sweeper(world)
    begun = last_sweep(world.core)
    assert begun == world.now
    tick(world, sweep, 1)
    assert last_sweep(world.core) == begun
    tick(world, sweep, 1)
    assert last_sweep(world.core) == world.now


def test_a_clock_that_was_set_back_keeps_the_sign_of_life_true(world: World) -> None:
    sweep = sweeper(world)
    sweep.tick(world.later(hours=-1))
    assert last_sweep(world.core) == world.now
