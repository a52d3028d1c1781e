"""Alerts: what happened to a case reaches the people it is for, until somebody has seen to it."""

import pytest
from sqlalchemy import select

from handoff import service
from handoff.errors import NotFound
from handoff.models import Alert, LedgerRow
from handoff.service import Failed, Sent
from handoff.service.base.core import work
from handoff.service.base.views import AgentView, AlertView
from handoff.service.cases.holding import open_case
from handoff.service.telling.alerts import alert
from tests.support.core import World

PHONE = "+34600111222"
OURS = "+34900000000"
GONE = Failed(code="30005", message="Ask for another way.", message_es="Pedir otra forma.", retry=False)


def alerts(world: World, actor: AgentView) -> tuple[AlertView, ...]:
    return service.read_alerts(world.core, actor, now=world.now)


def kinds(world: World, actor: AgentView) -> list[str]:
    return [each.kind for each in alerts(world, actor)]


def send_next(world: World, result: Sent | Failed) -> None:
    """The next delivery that is still true is tried, with this result."""
    begun = False
    while not begun:
        (outgoing,) = service.lease_deliveries(world.core, channel="sms", owner="relay", limit=5, now=world.now)
        begun = service.begin_sending(world.core, outgoing.id, "relay", now=world.now)
    service.finish_sending(world.core, outgoing.id, "relay", result, now=world.now)


def fail_next(world: World) -> None:
    send_next(world, GONE)


def text_case(world: World, ana: AgentView) -> str:
    """A case by SMS that Ana holds, one of whose messages could not be delivered."""
    conversation = world.text(PHONE, "hola", "SM1").conversation_id
    for number in ("S1", "S2"):  # the disclosure, in both languages
        send_next(world, Sent(carrier_id=number))
    reference = world.open_case(conversation)
    world.claim(ana, reference)
    fail_next(world)
    return reference


def test_a_message_that_died_is_told_to_every_agent_with_what_to_do(world: World) -> None:
    ana, luis = world.agent(), world.agent("Luis")
    reference = text_case(world, ana)
    for actor in (ana, luis):
        (told,) = [each for each in alerts(world, actor) if each.kind == "delivery_dead"]
        assert (told.reference, told.customer_label) == (reference, "•••1222")
        assert told.data == {"code": "30005", "message": "Ask for another way.", "message_es": "Pedir otra forma."}


def test_it_stays_after_the_case_has_ended_until_somebody_is_done_with_it(world: World) -> None:
    ana, luis = world.agent(), world.agent("Luis")
    reference = text_case(world, ana)
    service.mark_seen(world.core, ana, reference, now=world.now)
    version = world.case(ana, reference).version
    service.resolve(world.core, ana, reference, version, "solved", "", now=world.now)
    world.sweep(seconds=11)
    assert world.case(ana, reference).state == "resolved"
    (told,) = alerts(world, luis)
    service.finish_alert(world.core, luis, told.id, now=world.now)
    assert alerts(world, ana) == alerts(world, luis) == ()
    with pytest.raises(NotFound):
        service.finish_alert(world.core, ana, told.id, now=world.now)
    with world.core.database.read() as session:
        rows = session.execute(select(LedgerRow).where(LedgerRow.kind == "alert.done")).scalars().all()
    assert [(row.actor, row.data["kind"]) for row in rows] == [(f"agent:{luis.id}", "delivery_dead")]


def test_a_message_that_died_without_a_case_is_told_too(world: World) -> None:
    ana = world.agent()
    world.text(PHONE, "hola", "SM1")
    fail_next(world)
    (told,) = alerts(world, ana)
    assert (told.kind, told.reference, told.customer_label) == ("delivery_dead", None, "•••1222")
    service.finish_alert(world.core, ana, told.id, now=world.now)
    assert alerts(world, ana) == ()


def test_a_carriers_late_report_is_told(world: World) -> None:
    ana = world.agent()
    world.text(PHONE, "hola", "SM1")
    send_next(world, Sent(carrier_id="S1"))
    service.record_status(
        world.core, channel="sms", account=OURS, carrier_id="S1", status="undelivered", error_code="30003",
        message="Call later.", message_es="Llamar más tarde.", now=world.now,
    )  # fmt: skip
    assert alerts(world, ana)[0].data["message_es"] == "Llamar más tarde."


def test_a_missed_answer_reaches_the_desk_until_somebody_takes_the_case(world: World) -> None:
    ana = world.agent()
    reference = world.open_case(world.visit())
    assert kinds(world, ana) == []
    while "answer_by_missed" not in kinds(world, ana):
        world.sweep(minutes=1)
    world.later(seconds=1)
    world.claim(ana, reference)
    assert kinds(world, ana) == []


def test_what_a_supervisor_is_told_is_not_shown_to_agents_and_is_told_once(world: World) -> None:
    ana, boss = world.agent(), world.agent("Marta", role="supervisor")
    reference = world.open_case(world.visit())
    with work(world.core, world.now) as unit:
        row = open_case(unit, reference).row
        for audience in ("supervisor", "on_call", "agent"):
            alert(unit, "promise_missed", audience, row)
        alert(unit, "safety", "supervisor", row)
        alert(unit, "chat_taken_away", ana.id, row)
    assert sorted(kinds(world, ana)) == ["chat_taken_away", "promise_missed"]
    assert sorted(kinds(world, boss)) == ["promise_missed", "safety"]
    safety = next(each for each in alerts(world, boss) if each.kind == "safety")
    with pytest.raises(NotFound):
        service.finish_alert(world.core, ana, safety.id, now=world.now)
    missed = next(each for each in alerts(world, boss) if each.kind == "promise_missed")
    service.finish_alert(world.core, boss, missed.id, now=world.now)
    assert kinds(world, boss) == ["safety"]
    assert kinds(world, ana) == ["chat_taken_away"]


def test_the_holder_hears_that_the_customer_withdrew(world: World) -> None:
    ana = world.agent()
    conversation = world.visit()
    item = world.claim(ana, world.open_case(conversation))
    service.withdraw(world.core, conversation, item.reference, item.version, now=world.now)
    assert kinds(world, ana) == ["withdrawn"]


def test_the_desks_stream_brings_alerts_and_moves_its_cursor_when_one_is_done(world: World) -> None:
    ana = world.agent()
    text_case(world, ana)
    before = service.desk_changes(world.core, ana, None, now=world.now)
    assert [each.kind for each in before.alerts] == ["delivery_dead"]
    service.finish_alert(world.core, ana, before.alerts[0].id, now=world.now)
    after = service.desk_changes(world.core, ana, before.cursor, now=world.now)
    assert after.alerts == ()
    assert after.cursor != before.cursor


def test_more_than_three_of_a_kind_are_one_that_stands_for_the_newest(world: World) -> None:
    ana, references = world.agent(), []
    for _ in range(7):
        references.append(world.open_case(world.visit()))
        with work(world.core, world.later(seconds=1)) as unit:
            alert(unit, "delivery_dead", "agent", open_case(unit, references[-1]).row, {"code": "x"})
            alert(unit, "review_due", "agent", None, {"item": "one"})
    group, alone = alerts(world, ana)
    assert (group.kind, group.count, group.at, group.reference) == ("delivery_dead", 7, world.now, None)
    assert group.references == tuple(references[:1:-1])
    assert (alone.kind, alone.count, alone.references) == ("review_due", 1, ())
    with work(world.core, world.later(seconds=1)) as unit:
        alert(unit, "delivery_dead", "agent", None, {"code": "newer than what the page shows"})
    service.finish_alike(world.core, ana, group.id, now=world.now)
    assert [(each.kind, each.count) for each in alerts(world, ana)] == [("delivery_dead", 1), ("review_due", 1)]


def test_of_the_same_instant_the_gravest_stands_first_and_of_its_kind_what_was_told_last(world: World) -> None:
    """Whoever reads twice must not see two that happened at once change places."""
    ana = world.agent()
    with work(world.core, world.now) as unit:
        for kind in ("review_due", "delivery_dead", "notify_failed", "doctor", "email_dead", "shift_over"):
            for item in ("first", "second", "third"):
                alert(unit, kind, "agent", None, {"item": item})
    with work(world.core, world.later(seconds=1)) as unit:
        alert(unit, "withdrawn", "agent", None, {"item": "newer"})
    shown = [(each.kind, each.data["item"]) for each in alerts(world, ana)]
    gravest_first = ("delivery_dead", "email_dead", "notify_failed", "shift_over", "doctor", "review_due")
    assert shown[0] == ("withdrawn", "newer")
    assert shown[1:] == [(kind, item) for kind in gravest_first for item in ("third", "second", "first")]


def test_those_of_a_group_are_named_in_the_order_in_which_they_were_told_last_first(world: World) -> None:
    ana, references = world.agent(), [world.open_case(world.visit()) for _ in range(6)]
    with work(world.core, world.now) as unit:
        for reference in references:
            alert(unit, "delivery_dead", "agent", open_case(unit, reference).row)
    (group,) = alerts(world, ana)
    assert group.references == tuple(references[:0:-1])


def test_a_group_is_taken_away_by_whoever_sees_it_only(world: World) -> None:
    with work(world.core, world.now) as unit:
        alert(unit, "agent_lost", "supervisor", None, {})
    boss = world.agent("Marta", "supervisor")
    (told,) = alerts(world, boss)
    with pytest.raises(NotFound):
        service.finish_alike(world.core, world.agent(), told.id, now=world.now)
    service.finish_alike(world.core, boss, told.id, now=world.now)
    assert alerts(world, boss) == ()


def test_what_lasts_with_its_case_is_done_when_the_case_ends(world: World) -> None:
    """So that reading the alerts costs the same however many cases have ended."""
    conversation, ana = world.visit(), world.agent()
    reference = world.open_case(conversation)
    with work(world.core, world.now) as unit:
        row = open_case(unit, reference).row
        alert(unit, "safety", "supervisor", row)
        alert(unit, "idle", "agent", row)
        alert(unit, "delivery_dead", "agent", row)
    world.later(seconds=5)
    world.claim(ana, reference)
    assert undone(world) == {"safety", "delivery_dead"}
    service.withdraw(world.core, conversation, reference, world.case(ana, reference).version, now=world.now)
    assert undone(world) == {"withdrawn", "delivery_dead"}


def undone(world: World) -> set[str]:
    with world.core.database.read() as session:
        return set(session.execute(select(Alert.kind).where(Alert.done_at.is_(None))).scalars())


def test_an_alert_that_never_was_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        service.finish_alert(world.core, world.agent(), "nothing", now=world.now)
