"""The desk's changes are read once for all pages of a process, and are never another page's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from handoff import service
from handoff.service import Feed
from handoff.service.base.tokens import make_cursor
from handoff.service.people import accounts
from tests.support.core import World
from tests.support.offers import beat, staff, wait


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """What is asked of the database within the block."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(world.core.database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(world.core.database.engine, "before_cursor_execute", note)


def references(found: Any) -> list[str]:
    return [case.reference for case in found.cases]


def test_pages_at_one_place_cost_one_reading_of_the_cases(world: World) -> None:
    ana, ben, feed = staff(world, "Ana"), staff(world, "Ben"), Feed()
    before = feed.changes(world.core, ana, None, world.now).cursor
    first, second = wait(world), wait(world)
    found = feed.changes(world.core, ana, before, world.now)
    with statements(world) as asked:
        again = feed.changes(world.core, ben, before, world.now)
    assert references(found) == references(again) == [first, second]
    assert (found.cursor, found.cases, found.presence) == (again.cursor, again.cases, again.presence)
    assert not [each for each in asked if "FROM messages" in each or "FROM presence" in each]


def test_a_page_that_stands_elsewhere_gets_its_own(world: World) -> None:
    ana, feed = staff(world, "Ana"), Feed()
    before = feed.changes(world.core, ana, None, world.now).cursor
    first = wait(world)
    middle = feed.changes(world.core, ana, before, world.now)
    second = wait(world)
    assert references(feed.changes(world.core, ana, middle.cursor, world.now)) == [second]
    assert references(feed.changes(world.core, ana, before, world.now)) == [first, second]
    assert references(feed.changes(world.core, ana, make_cursor(0), world.now)) == [first, second]
    assert feed.changes(world.core, ana, make_cursor(10**6), world.now).reset


def test_what_changes_again_is_read_again(world: World) -> None:
    ana, feed = staff(world, "Ana"), Feed()
    before = feed.changes(world.core, ana, None, world.now).cursor
    reference = wait(world)
    assert [case.state for case in feed.changes(world.core, ana, before, world.now).cases] == ["waiting"]
    world.claim(ana, reference)
    (case,) = feed.changes(world.core, ana, before, world.now).cases
    assert (case.state, case.agent.id if case.agent else None) == ("active", ana.id)


def test_alerts_are_each_agents_own(world: World) -> None:
    ana, ben, feed = staff(world, "Ana"), staff(world, "Ben"), Feed()
    boss = staff(world, "Bea", role="supervisor")
    item = world.claim(ana, wait(world))
    service.reassign(world.core, boss, item.reference, item.version, ben.id, now=world.now)
    told = {agent.name: feed.changes(world.core, agent, None, world.now).alerts for agent in (ana, ben, boss)}
    kinds = {name: [each.kind for each in alerts] for name, alerts in told.items()}
    assert kinds == {"Ana": ["reassigned_away"], "Ben": ["reassigned_to"], "Bea": []}


def test_presence_that_ends_by_the_clock_alone_is_seen(world: World) -> None:
    ana, ben, feed = staff(world, "Ana"), staff(world, "Ben"), Feed()
    world.later(seconds=30)
    beat(world, ana)
    status = {each.agent.name: each.status for each in feed.changes(world.core, ana, None, world.now).presence}
    assert status == {"Ana": "online", "Ben": "online"}
    world.later(seconds=11)
    status = {each.agent.name: each.status for each in feed.changes(world.core, ben, None, world.now).presence}
    assert status == {"Ana": "online", "Ben": "offline"}


def test_new_settings_count_at_once(world: World) -> None:
    ana, feed = world.agent(), Feed()
    accounts.beat(world.core, ana, "online", now=world.now)
    assert feed.changes(world.core, ana, None, world.now).presence[0].agent.capacity != 9
    world.settle(desk={"capacity": 9})
    assert feed.changes(world.core, ana, None, world.now).presence[0].agent.capacity == 9
