"""The live board, and what supervisors do from it: a team in a meeting, listening, taking over, today's hours."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from handoff import service
from handoff.errors import AlreadyHeld, AtCapacity, Forbidden, InvalidInput, TransitionRefused
from handoff.service.base import today
from handoff.service.base.core import work
from handoff.service.base.ledger import conversation_stream, read_facts
from handoff.service.base.settings import SettingsChanged
from handoff.service.base.views import AgentView
from handoff.service.cases import overseeing
from handoff.service.cases.feed import desk_changes
from handoff.service.people import accounts, pauses
from handoff.service.people.presence import present_with_room
from handoff.service.people.staffing import Staffing, set_agent
from handoff.service.proof import reports
from handoff.sweeper import Sweeper
from tests.support.core import MONDAY_NOON, World
from tests.support.history import History, local

DAY = "2026-11-23"


def board(world: World) -> reports.BoardView:
    return reports.read_board(world.core, world.now)


def boss(world: World) -> AgentView:
    return world.agent("Marta", "supervisor")


def in_team(world: World, name: str, *skills: str) -> AgentView:
    agent = world.agent(name)
    set_agent(world.core, email=f"{name.lower()}@example.com", staffing=Staffing(skills=skills), now=world.now)
    accounts.beat(world.core, agent, "online", now=world.now)
    return agent


def beat(world: World, *agents: AgentView) -> None:
    for agent in agents:
        accounts.beat(world.core, agent, "online", now=world.now)


def follow(world: World) -> None:
    """As the application does within a second: the stored settings are in force."""
    stored = service.load_business(world.core.database)
    assert stored is not None
    world.core = replace(world.core, business=stored[1])


def test_the_board_shows_who_waits_how_today_goes_and_what_falls_due(world: World) -> None:
    history = History.begun(world)
    oldest = history.needs(history.visitor())
    world.later(seconds=100)
    held = history.needs(history.visitor())
    history.takes(held)
    promised = history.visitor()
    due = history.promises(promised)
    world.later(seconds=100)
    found = board(world)
    assert (found.waiting, found.held, found.promises, found.broken_promises) == (1, 1, 1, 0)
    assert found.oldest is not None
    assert (found.oldest.reference, found.oldest.waiting_since) == (oldest, MONDAY_NOON)
    assert (found.today.cases, found.today.in_time, found.today.share) == (2, 1, 50.0)
    assert [(each.agent.name, each.status, each.holding) for each in found.agents] == [("Ana", "offline", 1)]
    assert {each.reference for each in found.next} >= {oldest, held}
    assert sorted(each.deadline_at for each in found.next) == [each.deadline_at for each in found.next]
    world.at(due + timedelta(seconds=1))
    found = board(world)
    assert found.broken_promises == 1
    assert [(each.deadline_kind, each.deadline_at) for each in found.broken] == [("due_at", due)]


def test_yesterdays_cases_are_not_todays(world: World) -> None:
    history = History.begun(world)
    world.at(local("2026-11-22", "12:00"))
    history.needs(history.visitor())
    world.at(local(DAY, "12:00"))
    assert board(world).today.cases == 0


def test_nobody_of_a_team_in_a_meeting_is_offered_a_chat_until_it_is_over(world: World) -> None:
    ana, luis = in_team(world, "Ana", "billing"), in_team(world, "Luis", "billing", "returns")
    pauses.pause_team(world.core, boss(world), "billing", world.now + timedelta(minutes=30), now=world.now)
    reference = world.open_case(History(world=world, agent=ana).visitor())
    assert service.offer_waiting(world.core, world.now) == 0
    with work(world.core, world.now) as unit:
        assert present_with_room(unit) == frozenset()
    found = {team.name: team for team in board(world).teams}
    assert (found["billing"].members, found["returns"].paused_until, found["*"].members) == (2, None, 3)
    assert (found["billing"].reason, found["billing"].set_by) == ("meeting", "Marta")
    world.later(minutes=30)
    beat(world, ana, luis)
    assert service.offer_waiting(world.core, world.now) == 1
    assert world.case(ana, reference).state == "offered"
    assert {team.paused_until for team in board(world).teams} == {None}


def test_a_pause_ends_early_leaves_others_alone_and_is_in_the_ledger(world: World) -> None:
    ana, eva, marta = in_team(world, "Ana", "billing"), in_team(world, "Eva", "returns"), boss(world)
    until = world.now + timedelta(hours=1)
    pauses.pause_team(world.core, marta, "billing", until, "training", now=world.now)
    shown = {each.agent.name: each.paused_until for each in accounts.list_presence(world.core, now=world.now)}
    assert shown == {"Ana": until, "Eva": None, "Marta": None}
    reference = world.open_case(History(world=world, agent=ana).visitor())
    assert service.offer_waiting(world.core, world.now) == 1
    offered = world.case(eva, reference).offered_to
    assert offered is not None
    assert offered.id == eva.id
    pauses.resume_team(world.core, marta, "billing", now=world.now)
    pauses.resume_team(world.core, marta, "billing", now=world.now)
    assert accounts.list_presence(world.core, now=world.now)[0].paused_until is None
    with world.core.database.read() as session:
        facts = [fact.kind for fact in read_facts(session, "settings") if fact.actor == f"agent:{marta.id}"]
    assert facts == ["team.paused", "team.resumed"]


def test_everybody_may_be_paused_and_one_of_two_teams_ending_leaves_the_other(world: World) -> None:
    ana, marta = in_team(world, "Ana", "billing"), boss(world)
    pauses.pause_team(world.core, marta, "*", world.now + timedelta(hours=1), now=world.now)
    pauses.pause_team(world.core, marta, "billing", world.now + timedelta(hours=2), now=world.now)
    pauses.resume_team(world.core, marta, "billing", now=world.now)
    shown = {each.agent.name: each.paused_until for each in accounts.list_presence(world.core, now=world.now)}
    assert shown[ana.name] == world.now + timedelta(hours=1)


@pytest.mark.parametrize(
    ("team", "minutes", "reason", "field"),
    [
        ("nobody-is-in-it", 30, "meeting", "team"),
        ("billing", 0, "meeting", "until"),
        ("billing", 24 * 60 + 1, "meeting", "until"),
        ("billing", 30, "holiday", "reason"),
    ],
)
def test_a_pause_that_makes_no_sense_is_refused_and_nothing_is_stored(
    world: World, team: str, minutes: int, reason: str, field: str
) -> None:
    in_team(world, "Ana", "billing")
    marta = boss(world)
    with pytest.raises(InvalidInput) as refused:
        pauses.pause_team(world.core, marta, team, world.now + timedelta(minutes=minutes), reason, now=world.now)
    assert list(refused.value.fields) == [field]
    assert {each.paused_until for each in board(world).teams} == {None}


def test_listening_disturbs_nobody_and_is_in_the_ledger(world: World) -> None:
    history = History.begun(world)
    marta = boss(world)
    talk = history.visitor()
    reference = history.needs(talk)
    history.takes(reference)
    history.says(talk, "is anybody there")
    before = world.case(history.agent, reference)
    cursor = desk_changes(world.core, marta, None, world.now).cursor
    heard, told = world.texts(talk), service.read_alerts(world.core, history.agent, now=world.now)
    overseeing.begin_listening(world.core, marta, reference, now=world.now)
    service.mark_seen(world.core, marta, reference, now=world.now)
    overseeing.end_listening(world.core, marta, reference, now=world.now)
    assert world.case(history.agent, reference) == before
    assert before.unseen == 1
    assert desk_changes(world.core, marta, cursor, world.now).cursor == cursor
    assert world.texts(talk) == heard
    assert service.read_alerts(world.core, history.agent, now=world.now) == told
    with world.core.database.read() as session:
        facts = [fact for fact in read_facts(session, conversation_stream(talk)) if fact.kind.startswith("listening")]
    assert [fact.kind for fact in facts] == ["listening.began", "listening.ended"]
    assert {fact.actor for fact in facts} == {f"agent:{marta.id}"}
    assert facts[0].data == {"reference": reference, "holder": history.agent.id}


def test_only_a_supervisor_listens_and_only_to_a_chat_that_somebody_else_holds(world: World) -> None:
    history = History.begun(world)
    marta, luis = boss(world), world.agent("Luis")
    reference = history.needs(history.visitor())
    with pytest.raises(TransitionRefused):
        overseeing.begin_listening(world.core, marta, reference, now=world.now)
    history.takes(reference)
    with pytest.raises(Forbidden):
        overseeing.begin_listening(world.core, luis, reference, now=world.now)
    version = world.case(marta, reference).version
    overseeing.take_over(world.core, marta, reference, version, now=world.now)
    with pytest.raises(AlreadyHeld):
        overseeing.begin_listening(world.core, marta, reference, now=world.now)


def test_a_supervisor_takes_over_whatever_their_room_and_everybody_is_told(world: World) -> None:
    history = History.begun(world)
    marta = world.agent("Marta", "supervisor", capacity=1)
    own = history.needs(history.visitor())
    world.claim(marta, own)
    talk = history.visitor()
    reference = history.needs(talk)
    history.takes(reference)
    version = world.case(marta, reference).version
    with pytest.raises(Forbidden):
        overseeing.take_over(world.core, world.agent("Luis"), reference, version, now=world.now)
    with pytest.raises(AtCapacity):
        service.reassign(world.core, marta, reference, version, marta.id, now=world.now)
    overseeing.take_over(world.core, marta, reference, version, now=world.now)
    found = world.case(marta, reference)
    assert found.agent is not None
    assert (found.agent.id, found.version > version) == (marta.id, True)
    assert [each.kind for each in service.read_alerts(world.core, history.agent, now=world.now)] == ["reassigned_away"]
    assert "Marta" in world.texts(talk)[-1]


def test_closing_early_moves_promises_and_sends_who_waits_on(world: World) -> None:
    """At noon we close at 13:00: a callback promised for 14:00 goes to tomorrow, and who waits at 13:00 is asked."""
    store(world)
    history = History.begun(world)
    marta, talk, waits = boss(world), history.visitor(), history.visitor()
    assert history.promises(talk) == local(DAY, "14:00")
    sweeper = Sweeper(service.CoreBox(world.core), lambda: world.now)
    sweeper.tick(world.now)
    today.close_early(world.core, marta, "13:00", world.now)
    shown = today.read_today(world.core, world.now)
    assert (shown.intervals, shown.planned, shown.is_open) == (("09:00-13:00",), ("09:00-18:00",), True)
    assert shown.closes_at == local(DAY, "13:00")
    follow(world)
    sweeper._box.core = world.core
    sweeper.tick(world.later(seconds=1))
    assert world.notices(talk).count("promise_moved") == 1
    handoff = service.read_conversation(world.core, talk, now=world.now).handoff
    assert handoff is not None
    assert handoff.due_at == local("2026-11-24", "11:00")  # two hours of business from when it was due
    world.at(local(DAY, "12:59:30"))
    history.needs(waits)
    sweeper.tick(world.now)
    assert world.state(waits) == "waiting"
    sweeper.tick(world.at(local(DAY, "13:00")).now)
    assert world.state(waits) == "callback"
    assert world.notices(waits)[-1] == "ask_message"


def test_closing_now_and_taking_it_back(world: World) -> None:
    marta = boss(world)
    store(world)
    world.at(local(DAY, "12:00:40"))
    number = today.close_early(world.core, marta, None, world.now)
    shown = today.read_today(world.core, world.now)
    assert (shown.is_open, shown.intervals, shown.next_opening) == (
        False,
        ("09:00-12:00",),
        local("2026-11-24", "09:00"),
    )
    assert today.as_planned(world.core, marta, world.now) == number + 1
    shown = today.read_today(world.core, world.now)
    assert (shown.is_open, shown.intervals, shown.changed) == (True, ("09:00-18:00",), False)
    with world.core.database.read() as session:
        saved = [fact for fact in read_facts(session, "settings") if fact.actor == f"agent:{marta.id}"]
    assert [(fact.kind, fact.data["number"]) for fact in saved] == [("settings.saved", 2), ("settings.saved", 3)]


def test_what_was_planned_for_today_before_comes_back_with_its_name(world: World) -> None:
    planned = {"date": DAY, "intervals": ["10:00-14:00"], "name": {"en": "Half day", "es": "Media jornada"}}
    marta = boss(world)
    store(world, exceptions=[planned])
    world.at(local(DAY, "11:00"))
    today.close_early(world.core, marta, "12:00", world.now)
    today.close_early(world.core, marta, "11:30", world.now)
    assert today.read_today(world.core, world.now).planned == ("10:00-14:00",)
    today.as_planned(world.core, marta, world.now)
    follow(world)
    assert [each.model_dump(mode="json") for each in world.core.business.exceptions] == [planned]


def test_opening_early_takes_who_waits_for_the_morning(world: World) -> None:
    history = History.begun(world)
    marta = boss(world)
    world.at(local(DAY, "07:30"))
    early = history.visitor()
    history.needs(early)
    assert world.state(early) == "callback"
    today.open_early(world.core, marta, None, None, world.now)
    shown = today.read_today(world.core, world.now)
    assert (shown.is_open, shown.intervals) == (True, ("07:30-18:00",))
    follow(world)
    sweeper = Sweeper(service.CoreBox(world.core), lambda: world.now)
    sweeper.tick(world.later(seconds=1))
    assert world.state(early) == "waiting"


def test_opening_on_a_day_without_hours_needs_an_end(world: World) -> None:
    marta = boss(world)
    world.at(local("2026-11-22", "10:00"))
    with pytest.raises(InvalidInput) as refused:
        today.open_early(world.core, marta, "11:00", None, world.now)
    assert list(refused.value.fields) == ["until"]
    today.open_early(world.core, marta, "11:00", "12:30", world.now)
    assert today.read_today(world.core, world.now).intervals == ("11:00-12:30",)


@pytest.mark.parametrize(
    ("act", "at", "until", "field"),
    [
        ("close", "11:59", None, "at"),
        ("close", "18:00", None, "at"),
        ("close", "25:00", None, "at"),
        ("close", "noon", None, "at"),
        ("open", "13:00", "14:00", "at"),
        ("open", "19:00", None, "until"),
        ("open", "19:00", "19:00", "until"),
        ("open", "11:00", "20:00", "at"),
    ],
)
def test_hours_that_make_no_sense_are_refused(world: World, act: str, at: str, until: str | None, field: str) -> None:
    marta = boss(world)
    opening = partial(today.open_early, world.core, marta, at, until)
    closing = partial(today.close_early, world.core, marta, at)
    with pytest.raises(InvalidInput) as refused:
        (closing if act == "close" else opening)(world.now)
    assert list(refused.value.fields) == [field]
    assert service.settings_number(world.core.database) == 0


def test_who_edits_settings_meanwhile_is_not_overwritten(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    marta = boss(world)
    store(world)
    stale = service.load_business(world.core.database)
    service.save_business(world.core, world.core.business.model_dump(mode="json"), actor="other", now=world.now)
    monkeypatch.setattr(today, "load_business", lambda _: stale)
    with pytest.raises(SettingsChanged):
        today.close_early(world.core, marta, "13:00", world.now)


def store(world: World, **changes: Any) -> None:
    """Settings that stood before today."""
    world.settle(undo_seconds=0, **changes)
    data = world.core.business.model_dump(mode="json")
    service.save_business(world.core, data, actor="test", now=local("2026-11-01", "00:00"))


def test_a_pause_holds_back_no_work_in_hand(world: World) -> None:
    ana = in_team(world, "Ana", "billing")
    talk = History(world=world, agent=ana).visitor()
    reference = world.open_case(talk)
    world.claim(ana, reference)
    pauses.pause_team(world.core, boss(world), "billing", world.now + timedelta(minutes=30), now=world.now)
    version = world.case(ana, reference).version
    service.reply(world.core, ana, reference, version, "r1", "one moment", now=world.now)
    assert world.texts(talk)[-1] == "one moment"
    with work(world.core, world.now) as unit:
        assert present_with_room(unit) == frozenset()
