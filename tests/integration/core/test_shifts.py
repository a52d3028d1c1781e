"""Shifts: outside theirs an agent is offered nothing new, keeps what they hold, and the supervisor hears of it."""

import pytest

from handoff import service
from handoff.errors import InvalidInput, NotAuthenticated, NotFound
from handoff.service.base.views import AgentView
from handoff.service.people import accounts
from handoff.service.people.staffing import Staffing, set_agent
from tests.support.core import World
from tests.support.offers import beat, hold, offer, staff, version, wait

MORNING = "mon 09:00-12:04"  # the world begins on Monday at 12:00


def alerts(world: World, actor: AgentView) -> list[str]:
    return [each.kind for each in service.read_alerts(world.core, actor, now=world.now)]


def watch(world: World) -> int:
    return service.watch_shifts(world.core, world.now)


def test_after_the_shift_nothing_is_offered_and_claiming_is_free(world: World) -> None:
    ana = staff(world, "Ana", shift=MORNING)
    first = wait(world)
    assert offer(world) == 1
    service.accept(world.core, ana, first, version(world, first), now=world.now)
    world.later(minutes=4)
    beat(world, ana)
    service.expire(world.core, world.now)
    second = wait(world)
    assert offer(world) == 0
    assert world.claim(ana, second).state == "active"


def test_a_shift_that_ends_leaves_chats_where_they_are_and_tells_the_supervisor_once(world: World) -> None:
    ana, boss = staff(world, "Ana", shift=MORNING), world.agent("Bo", role="supervisor")
    held = [hold(world, ana), hold(world, ana)]
    for reference in held:
        service.reply(world.core, ana, reference, version(world, reference), reference, "hello", now=world.now)
    assert watch(world) == 0
    world.later(minutes=4)
    beat(world, ana)
    assert watch(world) == 1
    assert [world.case(ana, each).state for each in held] == ["active", "active"]
    (told,) = service.read_alerts(world.core, boss, now=world.now)
    assert (told.kind, told.data["owner"]) == ("shift_over", "Ana")
    service.finish_alert(world.core, boss, told.id, now=world.now)
    world.later(seconds=1)
    assert watch(world) == 0
    assert alerts(world, boss) == []
    assert alerts(world, ana) == []


def test_a_chat_taken_after_the_shift_is_the_agents_own_wish(world: World) -> None:
    ana = staff(world, "Ana", shift="mon 09:00-11:00")
    hold(world, ana)
    assert watch(world) == 0


def test_the_desk_sees_who_is_in_shift_and_with_which_skills(world: World) -> None:
    staff(world, "Ana", shift=MORNING, skills=("Billing", "billing", "returns"))
    (seen,) = accounts.list_presence(world.core, now=world.now)
    assert (seen.shift, seen.in_shift, seen.agent.skills) == (MORNING, True, ("billing", "returns"))
    (later,) = accounts.list_presence(world.core, now=world.later(hours=1))
    assert not later.in_shift


@pytest.mark.parametrize(
    ("field", "staffing"),
    [
        ("shift", Staffing(shift="mon 9-14")),
        ("shift", Staffing(shift="someday 09:00-14:00")),
        ("shift", Staffing(shift="mon 09:00-14:00 13:00-15:00")),
        ("shift", Staffing(shift="09:00-14:00")),
        ("skills", Staffing(skills=("not a slug",))),
        ("role", Staffing(role="boss")),
        ("capacity", Staffing(capacity=0)),
        ("languages", Staffing(languages=())),
    ],
)
def test_what_cannot_be_stored_is_named(world: World, field: str, staffing: Staffing) -> None:
    world.agent("Ana")
    with pytest.raises(InvalidInput) as caught:
        set_agent(world.core, email="ana@example.com", staffing=staffing, now=world.now)
    assert set(caught.value.fields) == {field}


def test_changing_an_agent_changes_what_is_given_and_nothing_else(world: World) -> None:
    world.agent("Ana", capacity=3)
    changed = set_agent(
        world.core, email="Ana@example.com", staffing=Staffing(skills=("billing",), shift=MORNING), now=world.now
    )
    assert (changed.skills, changed.capacity, changed.role) == (("billing",), 3, "agent")
    cleared = set_agent(world.core, email="ana@example.com", staffing=Staffing(skills=(), shift=""), now=world.now)
    assert cleared.skills == ()
    (seen,) = accounts.list_presence(world.core, now=world.now)
    assert seen.shift == ""
    with pytest.raises(NotFound):
        set_agent(world.core, email="nobody@example.com", staffing=Staffing(), now=world.now)


@pytest.mark.parametrize("staffing", [Staffing(role="supervisor"), Staffing(disabled=True)])
def test_a_new_role_or_being_disabled_ends_the_sessions(world: World, staffing: Staffing) -> None:
    world.agent("Ana")
    token = accounts.invite(world.core, email="ana@example.com", now=world.now)
    opened = accounts.open_session(world.core, invite=token, now=world.now)
    set_agent(world.core, email="ana@example.com", staffing=staffing, now=world.now)
    with pytest.raises(NotAuthenticated):
        accounts.read_session(world.core, opened.session_token, now=world.now)


def test_who_is_disabled_is_offered_nothing_and_may_be_enabled_again(world: World) -> None:
    ana = staff(world, "Ana")
    set_agent(world.core, email="ana@example.com", staffing=Staffing(disabled=True), now=world.now)
    wait(world)
    assert offer(world) == 0
    set_agent(world.core, email="ana@example.com", staffing=Staffing(disabled=False), now=world.now)
    beat(world, ana)
    assert offer(world) == 1
