"""Notifications: people who are not at the desk hear of what only people can mend, once a matter, at least once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handoff import service
from handoff.models import Notification
from handoff.service import Failed, Sent
from handoff.service.base.core import work
from handoff.service.cases.holding import open_case
from handoff.service.telling.alerts import alert
from handoff.service.telling.notifications import (
    BACKOFF,
    NotificationView,
    begin_notification,
    finish_notification,
    lease_notifications,
)
from handoff.service.telling.notifying import queue_email
from tests.support.core import World

EMAIL, PHONE, HOOK = "duty@aurora.example", "+34600111222", "https://hooks.aurora.example/relevo/s3cret"
BOSS = "boss@aurora.example"
NOTIFY = {"on_call": {"emails": [EMAIL], "phones": [PHONE], "webhooks": [HOOK]}, "supervisor": {"emails": [BOSS]}}
LATER = Failed(code="busy", message="Later.", retry=True)
NEVER = Failed(code="no_such_person", message="Mend it.", message_es="Arreglarlo.", retry=False)


@pytest.fixture(autouse=True)
def people_to_tell(world: World) -> None:
    settle(world)
    world.core = replace(world.core, public_url="https://help.aurora.example")


def settle(world: World, **notify: Any) -> None:
    """These people, and nothing that falls due while a test lets time pass."""
    world.settle(notify=notify or NOTIFY, levels={"normal": {"answer_by": "20h"}})


def rows(world: World, *which: Any) -> Sequence[Notification]:
    with world.core.database.read() as session:
        return session.execute(select(Notification).where(*which).order_by(Notification.id)).scalars().all()


def tell(world: World, kind: str, audience: str, *references: str) -> None:
    for reference in references:
        with work(world.core, world.now) as unit:
            alert(unit, kind, audience, open_case(unit, reference).row)


def send(world: World, result: Sent | Failed | None = None, owner: str = "one") -> list[NotificationView]:
    """Everything due now is tried, with this result; None leaves it unfinished, as a killed process does."""
    begun = []
    while leased := lease_notifications(world.core, owner=owner, limit=50, now=world.now):
        for each in leased:
            view = begin_notification(world.core, each, owner, now=world.now)
            if view is None:
                continue
            begun.append(view)
            if result is not None:
                finish_notification(world.core, each, owner, result, now=world.now)
    return begun


def sent(world: World) -> list[NotificationView]:
    world.later(seconds=5)
    return send(world, Sent(carrier_id="x"))


def cases(world: World, number: int) -> list[str]:
    return [world.open_case(visit(world, f"visitor {index}")) for index in range(number)]


def visit(world: World, address: str) -> str:
    """A conversation of a customer of its own."""
    started = service.start_conversation(
        world.core, channel="web", account="web", address=address, language="en", now=world.now
    )
    return started.conversation_id


def told(world: World, kind: str) -> list[str]:
    return sorted({row.target for row in rows(world, Notification.kind == kind)})


def test_the_second_rung_reaches_every_target_on_call_and_the_third_the_supervisor(world: World) -> None:
    world.settle(notify=NOTIFY)
    cases(world, 1)
    world.sweep(minutes=3, seconds=1)
    assert told(world, "answer_by_missed") == []
    world.sweep(minutes=3, seconds=1)
    assert told(world, "answer_by_missed") == sorted([PHONE, EMAIL, HOOK])
    world.sweep(minutes=3, seconds=1)
    assert told(world, "answer_by_missed") == sorted([PHONE, EMAIL, HOOK, BOSS])


def test_a_message_says_what_happened_which_case_since_when_and_where_to_look_and_nothing_of_the_customer(
    world: World,
) -> None:
    conversation = world.visit("en")
    world.write(conversation, "My card 4111 1111 1111 1111, call +34699999999")
    reference = world.open_case(conversation)
    tell(world, "answer_by_missed", "on_call", reference)
    views = {view.channel: view for view in sent(world)}
    content = views["email"].content
    assert content.subject == "Aurora: Un cliente espera y nadie ha respondido a tiempo"
    assert f"- {reference} · inglés · espera desde hoy a las 12:00" in content.text
    assert f"Puesto: https://help.aurora.example/desk/#/case/{reference}" in content.text
    assert views["sms"].content.brief.startswith("Aurora: Un cliente espera y nadie ha respondido a tiempo. R-")
    assert "4111" not in repr(views)
    assert "699999999" not in repr(views)


def test_the_language_is_the_one_that_the_settings_choose(world: World) -> None:
    settle(world, **NOTIFY, language="en")
    tell(world, "answer_by_missed", "supervisor", *cases(world, 2))
    (view,) = sent(world)
    assert view.content.text.startswith("2 customers wait and nobody has answered in time.")


def test_sixty_alarms_are_one_message_to_each_target(world: World) -> None:
    references = cases(world, 60)
    tell(world, "alarm", "on_call", *references, *references[:50])
    views = sent(world)
    assert sorted(view.target for view in views) == sorted([EMAIL, PHONE, HOOK])
    for view in views:
        assert view.content.count == 60
        assert [case["reference"] for case in view.content.cases] == references[49:39:-1]
    assert "y 50 más" in views[0].content.text
    assert len(views[0].content.brief) < 300


def test_the_same_matter_is_told_again_only_after_a_while_and_another_one_at_once(world: World) -> None:
    first, second, third = cases(world, 3)
    tell(world, "alarm", "supervisor", first)
    assert [view.content.count for view in sent(world)] == [1]
    tell(world, "alarm", "supervisor", second)
    world.later(minutes=4)
    tell(world, "alarm", "supervisor", third)
    tell(world, "nobody_left", "supervisor", third)
    assert [view.kind for view in sent(world)] == ["nobody_left"]
    world.later(minutes=1)
    (view,) = sent(world)
    assert {case["reference"] for case in view.content.cases} == {second, third}


def test_danger_is_told_at_once_and_by_itself(world: World) -> None:
    for reference in cases(world, 3):
        tell(world, "safety", "supervisor", reference)
        assert [view.content.count for view in send(world, Sent(carrier_id="x"))] == [1]


def test_who_has_been_answered_meanwhile_is_left_out(world: World) -> None:
    ana = world.agent()
    waiting, taken = cases(world, 2)
    tell(world, "answer_by_missed", "on_call", waiting, taken)
    tell(world, "answer_by_missed", "supervisor", taken)
    world.claim(ana, taken)
    views = sent(world)
    assert {view.target for view in views} == {EMAIL, PHONE, HOOK}
    assert {case["reference"] for view in views for case in view.content.cases} == {waiting}
    assert [row.status for row in rows(world, Notification.target == BOSS)] == ["superseded"]


def test_whom_the_settings_no_longer_name_is_not_told(world: World) -> None:
    tell(world, "alarm", "on_call", *cases(world, 1))
    settle(world, on_call={"emails": [EMAIL]})
    assert [view.target for view in sent(world)] == [EMAIL]


def test_what_a_killed_process_was_sending_goes_out_again_under_the_same_id(world: World) -> None:
    tell(world, "alarm", "supervisor", *cases(world, 1))
    world.later(seconds=5)
    (first,) = send(world, None, owner="killed")
    tell(world, "alarm", "supervisor", *cases(world, 1))
    assert send(world, Sent(carrier_id="x")) == []
    world.later(seconds=31)
    (again,) = send(world, Sent(carrier_id="x"))
    assert (again.id, again.content) == (first.id, first.content)
    assert (first.tries, again.tries) == (0, 1)
    assert finish_notification(world.core, first.id, "killed", NEVER, now=world.now) is None
    world.later(minutes=6)
    (other,) = send(world, Sent(carrier_id="x"))
    assert other.id != first.id
    assert [row.status for row in rows(world)] == ["sent", "sent"]


def test_a_lease_that_was_never_begun_ends_too(world: World) -> None:
    tell(world, "alarm", "supervisor", *cases(world, 1))
    world.later(seconds=5)
    (leased,) = lease_notifications(world.core, owner="killed", limit=5, now=world.now)
    assert lease_notifications(world.core, owner="two", limit=5, now=world.now) == ()
    world.later(seconds=31)
    assert lease_notifications(world.core, owner="two", limit=5, now=world.now) == (leased,)
    assert begin_notification(world.core, leased, "killed", now=world.now) is None


def test_what_never_gets_through_ends_with_the_desk_told_once_whom_it_does_not_reach(world: World) -> None:
    ana = world.agent()
    settle(world, on_call={"webhooks": [HOOK]})
    tell(world, "alarm", "on_call", *cases(world, 1))
    world.later(seconds=5)
    for pause in BACKOFF:
        assert len(send(world, LATER)) == 1
        world.later(seconds=pause)
    assert len(send(world, LATER)) == 1
    tell(world, "alarm", "on_call", *cases(world, 1))
    world.later(seconds=5)
    send(world, NEVER)
    (shown,) = [each for each in service.read_alerts(world.core, ana, now=world.now) if each.kind == "notify_failed"]
    assert shown.data["item"] == "webhook hooks.aurora.example"
    assert shown.data["found_es"] == "No se ha podido avisar a alguien fuera del puesto: webhook hooks.aurora.example."
    assert shown.data["message"] == "Mend it."
    assert {row.status for row in rows(world)} == {"dead"}


def test_a_customer_who_cannot_be_told_is_a_matter_for_who_is_on_call(world: World) -> None:
    (reference,) = cases(world, 1)
    tell(world, "untellable", "agent", reference)
    tell(world, "answer_by_missed", "agent", reference)
    assert told(world, "untellable") == sorted([EMAIL, PHONE, HOOK])
    assert told(world, "answer_by_missed") == []


def test_a_notice_of_a_case_that_dies_at_the_carrier_is_told_too(world: World) -> None:
    conversation = world.text("+34600000009", "hola", "SM1").conversation_id
    world.open_case(conversation)
    codes = iter(["30003"] * 9)
    for _ in range(9):
        for outgoing in service.lease_deliveries(world.core, channel="sms", owner="relay", limit=5, now=world.now):
            if service.begin_sending(world.core, outgoing.id, "relay", now=world.now):
                failed = Failed(code=next(codes), message="", retry=False)
                service.finish_sending(world.core, outgoing.id, "relay", failed, now=world.now)
    assert told(world, "notice_undelivered") == sorted([EMAIL, PHONE, HOOK])


def queue_promise(world: World, reference: str) -> None:
    with work(world.core, world.now) as unit:
        queue_email(
            unit, target="eva@example.com", kind="promised", subject="Llamada", text="Hoy a las 18:00.",
            language="es", row=open_case(unit, reference).row, ics="BEGIN:VCALENDAR",
        )  # fmt: skip


def test_a_customers_email_goes_out_as_it_was_approved_with_its_calendar_file(world: World) -> None:
    queue_promise(world, cases(world, 1)[0])
    (view,) = send(world, Sent(carrier_id="x"))
    assert (view.audience, view.target) == ("customer", "eva@example.com")
    assert (view.content.subject, view.content.text, view.content.ics) == (
        "Llamada", "Hoy a las 18:00.", "BEGIN:VCALENDAR",
    )  # fmt: skip


def test_a_customers_email_is_not_sent_once_the_case_has_moved_on(world: World) -> None:
    ana = world.agent()
    (reference,) = cases(world, 1)
    queue_promise(world, reference)
    world.claim(ana, reference)
    assert send(world, Sent(carrier_id="x")) == []
    assert [row.status for row in rows(world)] == ["superseded"]


def test_a_customers_email_that_dies_is_told_at_the_desk_with_its_case(world: World) -> None:
    ana = world.agent()
    (reference,) = cases(world, 1)
    queue_promise(world, reference)
    send(world, NEVER)
    (shown,) = service.read_alerts(world.core, ana, now=world.now)
    assert (shown.kind, shown.reference) == ("email_dead", reference)


def fail_after_an_alert(world: World, reference: str) -> None:
    with work(world.core, world.now) as unit:
        alert(unit, "alarm", "on_call", open_case(unit, reference).row)
        raise RuntimeError


def test_an_alert_and_its_notification_are_one_transaction(world: World) -> None:
    (reference,) = cases(world, 1)
    with pytest.raises(RuntimeError):
        fail_after_an_alert(world, reference)
    assert rows(world) == []


def test_nothing_is_due_before_its_time(world: World) -> None:
    tell(world, "alarm", "supervisor", *cases(world, 1))
    assert send(world, Sent(carrier_id="x")) == []
    world.now += timedelta(seconds=5)
    assert len(send(world, LATER)) == 1
    assert send(world, Sent(carrier_id="x")) == []
