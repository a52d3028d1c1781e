"""Hard cases, hours: opening, closing, holidays, both clock changes, a clock that jumps, a sweeper that was away.

A shift that ends with active chats: test_shifts. A holiday and the promises on it, once and after a crash:
test_hours_edited; here with what each customer hears and what the desk is reminded of.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handoff import service
from handoff.service import CoreBox
from handoff.service.base.tokens import make_cursor
from handoff.service.base.views import AgentView
from handoff.service.people.accounts import beat
from handoff.sweeper import Sweeper
from tests.support.cases import alerts, call, due_of, offer, promise, sweeper, take, told, visitor
from tests.support.core import MONDAY_NOON, SUNDAY_NIGHT, WEEK, World, business

CLOSING = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # 18:00 in Madrid
OPENING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PHONE = "+34600111222"


def test_a_handoff_opened_one_second_before_closing(world: World) -> None:
    conversation, ana = visitor(world.at(CLOSING - timedelta(seconds=1))), world.agent()
    reference = world.open_case(conversation)
    case = world.case(ana, reference)
    assert (case.state, case.deadline_kind, case.deadline_at) == ("waiting", "closing", CLOSING)
    world.sweep(seconds=1)
    assert told(world, conversation)[-2:] == ["handoff_waiting", "ask_message"]
    world.sweep(minutes=11)
    case = world.case(ana, reference)
    assert (case.state, case.deadline_kind, case.deadline_at) == ("waiting", "opening", OPENING + timedelta(days=1))
    assert told(world, conversation)[-1] == "handoff_waiting_closed"
    world.at(OPENING + timedelta(days=1)).sweep()
    assert (world.case(ana, reference).deadline_kind, told(world, conversation)[-1]) == (
        "answer_by",
        "handoff_waiting",
    )


def test_a_handoff_opened_at_closing_time_never_waits_for_today(world: World) -> None:
    conversation = visitor(world.at(CLOSING))
    world.open_case(conversation)
    assert (world.state(conversation), told(world, conversation)[-1]) == ("callback", "ask_message")
    assert "handoff_waiting" not in told(world, conversation)


def test_opening_time_with_fifty_promises_due(world: World) -> None:
    world.settle(callback={"within": "1m"})
    world.at(SUNDAY_NIGHT)
    conversations = [visitor(world) for _ in range(50)]
    due = {conversation: promise(world, conversation) for conversation in conversations}
    assert set(due.values()) == {OPENING + timedelta(minutes=1)}
    ana, eva = world.agent(capacity=50), world.agent("Eva", "supervisor")
    world.at(OPENING).sweep()
    item = call(world, ana, service.read_callbacks(world.core, ana, now=world.now)[0].reference)
    beat(world.core, ana, "online", now=world.later(seconds=61))
    world.sweep()
    called = [c for c in conversations if told(world, c)[-2:] == ["agent_calling", "promise_missed"]]
    missed = [c for c in conversations if told(world, c)[-2:] == ["promised", "promise_missed"]]
    assert (len(called), len(missed)) == (1, 49), "who is on the phone hears a new time too: it is not kept yet"
    for conversation in conversations:
        assert due_of(world, conversation) > world.now
        assert told(world, conversation).count("promise_missed") == 1
    assert world.case(ana, item.reference).state == "calling"
    shown = service.read_alerts(world.core, eva, now=world.now)
    assert [alert.kind for alert in shown if alert.kind == "promise_missed"] == ["promise_missed"]


def test_overdue_promises_are_told_oldest_first(world: World) -> None:
    ana = world.agent()
    conversations = []
    for _ in range(4):
        conversations.append(visitor(world))
        promise(world, conversations[-1])
        world.later(minutes=5)
    sweep = sweeper(world)
    sweep.tick(world.later(hours=6))
    assert all(told(world, conversation)[-1] == "promise_missed" for conversation in conversations)
    changed = service.desk_changes(world.core, ana, make_cursor(0), now=world.now).cases
    first = [item.customer_label for item in changed if item.due_at is not None]
    assert first == [f"web {conversation[-4:]}" for conversation in conversations]


def test_a_holiday_declared_while_promises_fall_on_it(world: World) -> None:
    conversations = [visitor(world.at(SUNDAY_NIGHT)) for _ in range(3)]
    phone = world.text(PHONE, "hola", "SM1").conversation_id
    for conversation in (*conversations, phone):
        promise(world, conversation)
    waiting = visitor(world)
    world.open_case(waiting)
    world.sweep(minutes=11)
    box = CoreBox(world.core)
    sweep = Sweeper(box, lambda: world.now)
    sweep.tick(world.now)
    assert told(world, waiting)[-1] == "handoff_waiting_closed"
    box.core = replace(box.core, business=business(exceptions=[{"date": "2026-11-23", "intervals": []}]))
    world.core = box.core
    for _ in range(3):
        sweep.tick(world.later(seconds=1))
    for conversation in (*conversations, phone):
        assert due_of(world, conversation) == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
        assert told(world, conversation)[-2:] == ["promised", "promise_moved"]
    assert told(world, waiting)[-3:] == ["ask_message", "handoff_waiting_closed", "handoff_waiting_closed"]
    sweep.tick(world.at(OPENING).later(hours=3))
    assert "promise_missed" not in told(world, conversations[0]), "the holiday breaks no promise"
    ana = world.agent()
    assert "promise_due_soon" not in alerts(world, ana)


DAY = {"hours": WEEK | {"sun": ["00:00-08:00"]}}


@pytest.mark.parametrize(
    ("night", "due"),
    [
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(2027, 3, 28, 2, 30, tzinfo=UTC)),
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
    ids=["an hour is skipped", "an hour comes twice"],
)
def test_the_night_of_a_clock_change_is_as_long_as_it_is(world: World, night: datetime, due: datetime) -> None:
    """Two open hours are two hours, whatever the clock on the wall shows; one reminder, one breach."""
    world.settle(**DAY)
    ana, conversation = world.agent(), visitor(world.at(night))
    assert promise(world, conversation) == due
    sweep = sweeper(world)
    while world.later(minutes=10) < due:
        sweep.tick(world.now)
        assert told(world, conversation)[-1] == "promised"
        assert ("promise_due_soon" in alerts(world, ana)) == (world.now >= due - timedelta(minutes=30))
    sweep.tick(world.now)
    sweep.tick(world.later(seconds=1))
    assert told(world, conversation)[-2:] == ["promised", "promise_missed"]
    assert due_of(world, conversation) == world.now - timedelta(seconds=1) + timedelta(hours=2)


@pytest.mark.parametrize(
    ("saturday", "monday"),
    [
        (datetime(2027, 3, 27, 12, 0, tzinfo=UTC), datetime(2027, 3, 29, 7, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), datetime(2026, 10, 26, 8, 0, tzinfo=UTC)),
    ],
    ids=["to summer time", "to winter time"],
)
def test_opening_after_a_clock_change_is_at_nine_on_the_wall(
    world: World, saturday: datetime, monday: datetime
) -> None:
    conversation, ana = visitor(world.at(saturday)), world.agent()
    reference = world.open_case(conversation)
    other = visitor(world)
    assert promise(world, other) == monday + timedelta(hours=2)
    world.sweep(minutes=11)
    assert world.case(ana, reference).deadline_at == monday
    world.at(monday - timedelta(seconds=1)).sweep()
    assert told(world, conversation)[-1] == "handoff_waiting_closed"
    world.at(monday).sweep()
    assert (told(world, conversation)[-1], world.case(ana, reference).deadline_kind) == (
        "handoff_waiting",
        "answer_by",
    )


def away_for_six_hours(world: World) -> tuple[dict[str, str], AgentView, AgentView]:
    """One case in each open state, and a sweeper that looks again six hours later."""
    ana, ben = world.agent("Ana", capacity=9), world.agent("Ben")
    beat(world.core, ben, "online", now=world.now)
    cases = {name: visitor(world) for name in ("waiting", "offered", "active", "answered", "collecting", "promised")}
    for name in ("waiting", "offered", "active", "answered", "collecting"):
        world.open_case(cases[name])
    offer(world, ben, _reference(world, cases["offered"]))
    world.claim(ana, _reference(world, cases["active"]))
    item = world.claim(ana, _reference(world, cases["answered"]))
    service.reply(world.core, ana, item.reference, item.version, "r1", "here I am", now=world.now)
    service.ask_callback(world.core, cases["collecting"], now=world.now)
    promise(world, cases["promised"])
    return cases, ana, ben


def _reference(world: World, conversation: str) -> str:
    handoff = service.read_conversation(world.core, conversation, now=world.now).handoff
    assert handoff is not None
    return handoff.reference


def test_the_sweeper_is_down_for_six_hours_and_comes_back(world: World) -> None:
    world.settle(hours=WEEK | {"mon": ["00:00-24:00"]})
    world.at(MONDAY_NOON)
    sweep = sweeper(world)
    cases, ana, ben = away_for_six_hours(world)
    before = {name: told(world, conversation) for name, conversation in cases.items()}
    world.later(hours=6)
    sweep.tick(world.now)
    sweep.tick(world.later(seconds=1))
    heard = {name: told(world, cases[name])[len(before[name]) :] for name in cases}
    assert heard["waiting"] == ["still_waiting"], "told that it takes longer, and once"
    assert heard["offered"] == ["still_waiting"]
    assert heard["active"] == heard["answered"] == [], "nobody could answer; the agent has their full time again"
    assert heard["collecting"] == [], "nobody could leave a message; it is still being taken"
    assert heard["promised"] == ["promise_missed"]
    assert due_of(world, cases["promised"]) > world.now + timedelta(minutes=90)
    for name, kind, span in (("active", "reply_by", 5), ("answered", "idle_by", 15), ("collecting", "collect_by", 10)):
        case = world.case(ana, _reference(world, cases[name]))
        assert (case.deadline_kind, case.deadline_at) == (kind, world.now + timedelta(minutes=span, seconds=-1))
    offered = world.case(ben, _reference(world, cases["offered"]))
    assert offered.state == "offered", "accept-by starts afresh"
    assert "promise_due_soon" not in alerts(world, ana), "it is overdue, not soon"
    assert "idle" not in alerts(world, ana)


def test_after_six_hours_only_who_was_there_at_the_end_counts_as_there(world: World) -> None:
    ana, ben = world.agent("Ana"), world.agent("Ben")
    beat(world.core, ben, "online", now=world.now)
    sweep = sweeper(world)
    beat(world.core, ana, "online", now=world.later(minutes=10))
    sweep.tick(world.now)
    sweep.tick(world.later(hours=4))
    changes = service.desk_changes(world.core, ana, None, now=world.now)
    there = {each.agent.name: each.status for each in changes.presence}
    assert there == {"Ana": "online", "Ben": "offline"}


def test_six_hours_across_closing_time_are_told_once_and_truly(world: World) -> None:
    conversation, ana = visitor(world), world.agent()
    reference = world.open_case(conversation)
    sweep = sweeper(world)
    sweep.tick(world.later(hours=7))
    sweep.tick(world.later(seconds=1))
    assert told(world, conversation)[-2:] == ["handoff_waiting", "ask_message"]
    assert "still_waiting" not in told(world, conversation)
    assert world.case(ana, reference).state == "collecting"


@pytest.mark.bar(15)
@pytest.mark.parametrize("hours", [1, -1], ids=["an hour forward", "an hour back"])
def test_the_clock_jumps(world: World, hours: int) -> None:
    ana, ben = world.agent("Ana", capacity=9), world.agent("Ben")
    waiting, chatting, promised = visitor(world), visitor(world), visitor(world)
    world.open_case(waiting)
    item = world.claim(ana, world.open_case(chatting))
    due = promise(world, promised)
    offered = visitor(world)
    world.open_case(offered)
    offer(world, ben, _reference(world, offered))
    sweep = sweeper(world)
    sweep.tick(world.later(hours=hours))
    beat(world.core, ana, "online", now=world.now)
    sweep.tick(world.later(seconds=1))
    assert due_of(world, promised) == due
    assert told(world, promised)[-1] == "promised"
    for conversation in (waiting, chatting, offered):
        case = world.case(ana, _reference(world, conversation))
        assert case.deadline_at is not None
        assert world.now < case.deadline_at <= world.now + timedelta(minutes=15), (
            "no deadline of minutes is an hour off"
        )
    assert told(world, waiting).count("still_waiting") == (1 if hours > 0 else 0)
    assert told(world, waiting).count("handoff_waiting") == 1
    assert item.reference == _reference(world, chatting)


@pytest.mark.bar(15)
def test_a_clock_set_back_keeps_nobody_at_the_desk_who_has_left(world: World) -> None:
    ana, conversation = world.agent(), visitor(world)
    world.claim(ana, world.open_case(conversation))
    sweep = sweeper(world)
    sweep.tick(world.later(hours=-1))
    for _ in range(6):
        sweep.tick(world.later(seconds=10))
    assert "agent_lost" in told(world, conversation)
    assert world.state(conversation) == "waiting"


def test_a_message_written_before_the_clock_went_back_keeps_its_order(world: World) -> None:
    conversation = visitor(world)
    world.write(conversation, "first")
    world.later(hours=-1)
    world.write(conversation, "second")
    assert world.texts(conversation)[-2:] == ["first", "second"]
    assert [turn.text for turn in take(world)] == ["first\nsecond"]
