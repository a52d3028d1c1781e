"""The guarantee page's facts: from the rows, for supervisors only, and the same as the audit's."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from handoff import service
from handoff.clock import utc_now
from handoff.errors import Forbidden
from handoff.models import HandoffRow
from handoff.service import CallbackForm, Listed
from handoff.service.base.core import work
from handoff.service.cases.holding import check_supervisor, open_case
from handoff.service.telling.alerts import alert
from tests.integration.test_desk_api import ROOT, code, sit
from tests.support.core import MONDAY_NOON, SUNDAY_NIGHT, World, make_core
from tests.support.core import world as make_world
from tests.support.desk import ALWAYS, Desk, running

PATH = "/reports/guarantee"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    yield from make_world(database_url)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with running(make_core(database_url, hours=ALWAYS)) as desk:
        yield desk


def visit(world: World) -> str:
    """A customer of their own each time: who claims a case claims all of its customer's."""
    started = service.start_conversation(
        world.core, channel="web", account="web", address=secrets.token_hex(4), language="en", now=world.now
    )
    return started.conversation_id


def read(world: World) -> Any:
    return service.read_guarantee(world.core, now=world.now)


def test_open_obligations_are_counted_by_state_with_the_oldest_and_the_next_deadlines(world: World) -> None:
    ana = world.agent()
    first = world.open_case(visit(world))
    world.later(seconds=30)
    held = world.open_case(visit(world))
    world.claim(ana, held)
    form = CallbackForm(message="call me", phone="+34600111222")
    service.submit_form(world.core, visit(world), form, now=world.now)
    found = read(world)
    assert [(each.state, each.number) for each in found.open] == [("waiting", 1), ("active", 1), ("promised", 1)]
    assert found.oldest.reference == first
    assert found.oldest.waiting_since == MONDAY_NOON
    assert [each.reference for each in found.next[:2]] == [first, held]
    assert found.next[1].agent == "Ana"
    assert (found.lost.count, found.promises.open, found.promises.overdue) == (0, 1, 0)
    assert found.at == world.now


def test_of_equal_deadlines_none_changes_its_place_when_another_case_is_touched(world: World) -> None:
    references = [world.open_case(visit(world)) for _ in range(4)]
    before = [each.reference for each in read(world).next]
    assert sorted(before) == sorted(references)
    with world.core.database.write() as session:
        session.execute(update(HandoffRow).where(HandoffRow.reference == before[0]).values(changed_seq=99))
    found = read(world)
    assert [each.reference for each in found.next] == before
    assert found.oldest.reference == before[0]


@pytest.mark.bar(40)
def test_the_share_within_three_minutes_counts_cases_of_opening_hours_only(world: World) -> None:
    ana = world.agent(capacity=9)
    world.at(SUNDAY_NIGHT)
    world.open_case(visit(world))
    world.at(MONDAY_NOON)
    quick, slow = world.open_case(visit(world)), world.open_case(visit(world))
    world.open_case(visit(world))
    world.later(minutes=2)
    world.claim(ana, quick)
    world.later(minutes=2)
    world.claim(ana, slow)
    world.open_case(visit(world))  # not yet three minutes: not counted
    found = read(world).reached
    assert (found.cases, found.in_time, found.share) == (3, 1, 33.3)


def test_there_is_no_share_of_nothing(world: World) -> None:
    found = read(world)
    assert (found.reached.share, found.promises.kept_share, found.open, found.oldest) == (None, None, (), None)


@pytest.mark.bar(15)
def test_missed_and_kept_promises_are_counted_by_day_and_week(world: World) -> None:
    ana = world.agent()
    references = []
    for number in (1, 2):
        form = CallbackForm(message="call me", phone=f"+3460011122{number}")
        references.append(service.submit_form(world.core, visit(world), form, now=world.now).reference)
    kept = references[0]
    service.start_call(world.core, ana, kept, world.case(ana, kept).version, now=world.now)
    service.mark_seen(world.core, ana, kept, now=world.now)
    service.resolve(world.core, ana, kept, world.case(ana, kept).version, "solved", now=world.now)
    world.sweep(seconds=11)
    due = world.case(ana, references[1]).due_at
    assert due is not None
    assert read(world).promises.kept_share == 100.0
    world.at(due + timedelta(seconds=1))
    assert read(world).promises.overdue == 1
    service.expire(world.core, world.now)
    found = read(world).promises
    assert (found.missed_today, found.missed_week, found.kept_week, found.kept_share) == (1, 1, 1, 50.0)
    world.later(days=1)
    assert (read(world).promises.missed_today, read(world).promises.missed_week) == (0, 1)


def test_what_did_not_arrive_counts_once_until_somebody_has_seen_to_it(world: World) -> None:
    reference = world.open_case(visit(world))
    with work(world.core, world.now) as unit:
        row = open_case(unit, reference).row
        for audience in ("agent", "supervisor"):
            alert(unit, "delivery_dead", audience, row)
            alert(unit, "untellable", audience, row, {"notice": "promised"})
    assert (read(world).undelivered, read(world).untold) == (1, 1)
    boss = world.agent("Marta", "supervisor")
    for told in service.read_alerts(world.core, boss, now=world.now):
        service.finish_alert(world.core, boss, told.id, now=world.now)
    assert (read(world).undelivered, read(world).untold) == (0, 0)


LOSSES = {
    "an open case whose deadline nobody served": "UPDATE handoffs SET deadline_at = '2020-01-01 00:00:00+00'",
    "a message that nobody has": "UPDATE conversations SET turn_since = NULL",
    "a promise past due": "UPDATE promises SET due_at = '2020-01-01 00:00:00+00'",
}


@pytest.mark.tampers
@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_who_is_lost_is_counted_by_the_query_that_is_shown(world: World, loss: str) -> None:
    if "message" in loss:
        world.write(visit(world), "hello")
    elif "promise" in loss:
        form = CallbackForm(message="call me", phone="+34600111222")
        service.submit_form(world.core, visit(world), form, now=world.now)
    else:
        world.open_case(visit(world))
    assert read(world).lost.count == 0
    with world.core.database.write() as session:
        session.execute(text(LOSSES[loss]))
    lost = read(world).lost
    assert lost.count == 1
    with world.core.database.read() as session:
        assert session.execute(text(lost.query), lost.parameters).scalar_one() == 1


@pytest.mark.tampers
def test_the_open_cases_can_be_checked_at_once(world: World) -> None:
    world.open_case(visit(world))
    ended = visit(world)
    world.write(ended, "never mind")
    checked = service.check_open(world.core, now=world.now)
    assert (checked.cases, checked.violations) == (1, ())
    with world.core.database.write() as session:
        session.execute(text("UPDATE handoffs SET version = 7"))
        session.execute(text("UPDATE messages SET text = 'x' WHERE text = 'never mind'"))  # in no open case
    found = {each.invariant for each in service.check_open(world.core, now=world.now).violations}
    assert found == {"ledger_equals_state", "stream_equals_state"}


@pytest.mark.bar(32)
def test_only_supervisors_see_it(desk: Desk) -> None:
    ana, boss, admin = sit(desk, "Ana"), sit(desk, "Marta", "supervisor"), sit(desk, "Root", "admin")
    desk.case("hola")
    for path in (PATH, f"{PATH}/check"):
        assert code(ana.get(path)) == (403, "forbidden")
        assert [seat.get(path).status_code for seat in (boss, admin)] == [200, 200]
    found = boss.get(PATH).json()
    assert found["lost"]["count"] == 0
    assert found["lost"]["query"].startswith("SELECT")
    assert found["open"][0]["number"] == 1
    assert boss.get(f"{PATH}/check").json()["violations"] == []
    with pytest.raises(Forbidden):
        check_supervisor(desk.agent("Eva"))
    assert ROOT in str(boss.http.get(ROOT + PATH).url)
    assert utc_now().isoformat()[:10] == found["at"][:10]


def test_clearing_the_queue_keeps_no_promise_and_brings_nobody_a_person(world: World) -> None:
    """What a supervisor clears away must not polish the numbers."""
    boss = world.agent("Eva", role="supervisor")
    form = CallbackForm(message="call me", phone="+34600111222")
    promised = service.submit_form(world.core, visit(world), form, now=world.now).reference
    waiting = world.open_case(visit(world))
    listed = [
        Listed(reference=item.reference, version=item.version, unseen=item.unseen)
        for item in (world.case(boss, promised), world.case(boss, waiting))
    ]
    assert not service.resolve_many(world.core, boss, listed, "abuse", "the same advert again", now=world.now).refused
    world.later(minutes=4)
    found = read(world)
    assert (found.promises.kept_week, found.promises.kept_share, found.promises.open) == (0, None, 0)
    assert (found.reached.cases > 0, found.reached.in_time) == (True, 0)
