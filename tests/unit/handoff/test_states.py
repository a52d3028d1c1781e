"""One example of each of the edges a to i and of their refusals; `go` checks what must always hold."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handoff.errors import AlreadyHeld, AtCapacity, TransitionRefused
from handoff.states import (
    ENDS,
    EffectKind,
    EventKind,
    State,
    Urgency,
    bot_may_speak,
)
from tests.unit.handoff.life import (
    HOUR,
    LEVELS,
    MINUTE,
    NOW,
    active,
    at_top,
    calling,
    collecting,
    deadline_of,
    fired,
    go,
    has,
    offered,
    promised,
    told,
    until_opening,
    waiting,
    world,
)

K, S = EventKind, State
CLOSED = world(is_open=False)


def test_a_open_in_hours_waits_with_answer_by() -> None:
    made = go(None, K.OPEN, urgency=Urgency.HIGH, since=NOW - MINUTE)
    assert made.edge == "a"
    assert made.after.state is S.WAITING
    assert made.after.waiting_since == NOW - MINUTE
    assert deadline_of(made.after) == ("answer_by", NOW + LEVELS.answer_by)
    assert told(made) == ["handoff_waiting"]


def test_a_open_after_hours_takes_a_message_until_opening_at_the_latest() -> None:
    made = go(None, K.OPEN, facts=CLOSED)
    assert made.after.state is S.COLLECTING
    assert told(made) == ["ask_message"]
    assert deadline_of(made.after) == ("collect_by", NOW + LEVELS.collect_by)
    soon = go(None, K.OPEN, facts=world(is_open=False, next_opening=NOW + MINUTE)).after
    assert deadline_of(soon) == ("opening", NOW + MINUTE)


def test_a_a_need_for_safety_hears_the_emergency_number_first() -> None:
    assert told(go(None, K.OPEN, urgency=Urgency.SAFETY)) == ["safety", "handoff_waiting"]


def test_a_opening_again_only_adds_evidence_and_never_lowers_the_urgency() -> None:
    handoff = waiting(urgency=Urgency.HIGH)
    assert go(handoff, K.OPEN, urgency=Urgency.NORMAL).after == handoff
    raised = go(handoff, K.OPEN, urgency=Urgency.SAFETY)
    assert raised.after.urgency is Urgency.SAFETY
    assert told(raised) == ["safety"]


@pytest.mark.parametrize("end", sorted(ENDS))
def test_a_after_an_end_a_new_handoff_begins(end: State) -> None:
    ended = replace(waiting(), state=end, version=7, deadline=None, answer_by=None, contact_known=True)
    made = go(ended, K.OPEN, NOW + HOUR)
    assert made.before == ended
    assert (made.after.version, made.after.waiting_since) == (1, NOW + HOUR)
    assert made.after.contact_known


def test_a_any_message_after_unreachable_needs_a_person() -> None:
    ended = replace(waiting(), state=S.UNREACHABLE, deadline=None, answer_by=None)
    assert go(ended, K.CUSTOMER_WRITES).after.unseen == 1
    with pytest.raises(TransitionRefused):
        go(replace(ended, state=S.RESOLVED), K.CUSTOMER_WRITES)


def test_b_offer_keeps_answer_by_running() -> None:
    handoff = waiting()
    made = go(handoff, K.OFFER, agent="ana")
    assert (made.edge, made.after.state, made.after.agent) == ("b", S.OFFERED, "ana")
    assert made.after.answer_by == handoff.answer_by
    assert deadline_of(made.after) == ("accept_by", NOW + LEVELS.accept_by)


def test_b_nobody_is_offered_a_case_who_is_away_or_left_out_or_after_hours() -> None:
    for handoff, facts in (
        (waiting(), world(present=())),
        (replace(waiting(), left_out=frozenset({"ana"})), world()),
        (waiting(), CLOSED),
        (until_opening(), world()),
    ):
        with pytest.raises(TransitionRefused):
            go(handoff, K.OFFER, facts=facts, agent="ana")


def test_c_the_reserved_agent_accepts_and_nobody_else() -> None:
    made = go(offered(), K.ACCEPT, agent="ana")
    assert (made.edge, made.after.state, made.after.agent) == ("c", S.ACTIVE, "ana")
    assert told(made) == ["agent_joined"]
    assert has(made, EffectKind.TAKE_ALL)
    with pytest.raises(AlreadyHeld):
        go(offered(), K.ACCEPT, agent="ben")


@pytest.mark.parametrize("make", [waiting, offered, collecting, promised, until_opening])
def test_c_claim_from_every_state_that_nobody_holds(make: object) -> None:
    made = go(make(), K.CLAIM, agent="ben")  # type: ignore[operator]
    assert (made.after.state, made.after.agent) == (S.ACTIVE, "ben")
    assert deadline_of(replace(made.after, promise=None)) == ("reply_by", NOW + LEVELS.reply_by)


def test_c_capacity_is_checked_and_a_held_chat_is_not_claimed() -> None:
    with pytest.raises(AtCapacity):
        go(waiting(), K.CLAIM, agent="ana", facts=world(present=["ben"]))
    for held in (active(), calling()):
        with pytest.raises(AlreadyHeld):
            go(held, K.CLAIM, agent="ben")


def test_c_a_claim_tells_the_agent_whose_offer_it_ends() -> None:
    alerts = [effect for effect in go(offered(), K.CLAIM, agent="ben").effects if effect.agent]
    assert [(alert.agent, alert.value) for alert in alerts] == [("ana", "offer_ended")]


def test_c_call_and_from_the_call_to_the_chat() -> None:
    handoff = calling()
    assert deadline_of(handoff) == ("call_by", NOW + LEVELS.call_by)
    made = go(handoff, K.TO_CHAT, agent="ana")
    assert made.after.state is S.ACTIVE
    assert made.after.promise == handoff.promise
    with pytest.raises(TransitionRefused):
        go(replace(promised(), contact_known=False), K.START_CALL, agent="ana")


@pytest.mark.parametrize("kind", [K.DECLINE, K.AGENT_GONE])
def test_d_an_offer_that_ends_keeps_its_place_and_leaves_the_agent_out(kind: EventKind) -> None:
    handoff = offered()
    made = go(handoff, kind, NOW + timedelta(seconds=10), agent="ana")
    assert (made.edge, made.after.state) == ("d", S.WAITING)
    assert made.after.answer_by == handoff.answer_by
    assert made.after.left_out == {"ana"}


def test_d_accept_by_only_when_it_has_passed() -> None:
    assert fired(offered()).edge == "d"
    with pytest.raises(TransitionRefused):
        go(offered(), K.ACCEPT_BY)


def test_d_after_hours_an_offer_that_ends_takes_a_message() -> None:
    assert fired(offered(), is_open=False).after.state is S.COLLECTING


def test_e_answer_by_climbs_and_forgives() -> None:
    made = fired(replace(waiting(), left_out=frozenset({"ana"})))
    assert (made.edge, made.after.state, made.after.rung) == ("e", S.WAITING, 1)
    assert not made.after.left_out
    assert told(made) == ["still_waiting"]
    assert deadline_of(made.after) == ("answer_by", NOW + 2 * LEVELS.answer_by)


def test_e_higher_rungs_reach_those_on_call_and_then_the_supervisor() -> None:
    second = fired(replace(waiting(), rung=1))
    assert has(second, EffectKind.TELL_ON_CALL, "answer_by_missed")
    third = fired(replace(waiting(), rung=2))
    assert has(third, EffectKind.TELL_SUPERVISOR, "answer_by_missed")


def test_e_at_the_top_a_message_is_taken_and_the_chat_stays_claimable() -> None:
    made = fired(at_top(waiting()))
    assert made.after.state is S.COLLECTING
    assert told(made) == ["ask_message_busy"]
    assert go(made.after, K.CLAIM, agent="ana").after.state is S.ACTIVE


def test_e_at_the_top_an_open_promise_or_a_known_contact_gives_the_promise() -> None:
    again = go(promised(), K.ASK_AGAIN).after
    assert fired(at_top(again)).after.promise == again.promise
    asked = at_top(replace(waiting(contact=True), message_asked=True))
    assert fired(asked).after.state is S.PROMISED


def test_e_without_a_way_to_call_the_alarm_sounds_each_period_and_the_customer_hears_it_ever_more_rarely() -> None:
    handoff = at_top(replace(waiting(), message_asked=True))
    heard = []
    for alarm in range(1, 10):
        made = fired(handoff)
        assert made.after.state is S.WAITING
        assert has(made, EffectKind.TELL_ON_CALL, "alarm")
        assert has(made, EffectKind.TELL_SUPERVISOR, "alarm")
        if told(made) == ["still_waiting"]:
            heard.append(alarm)
        handoff = made.after
    assert heard == [1, 2, 4, 8]


def test_f_an_agent_who_vanishes_is_left_out_and_the_customer_goes_to_the_front() -> None:
    made = go(active(), K.AGENT_GONE)
    assert (made.edge, made.after.state, made.after.front) == ("f", S.WAITING, True)
    assert made.after.left_out == {"ana"}
    assert told(made) == ["agent_lost"]
    assert has(made, EffectKind.TELL_SUPERVISOR, "agent_lost")


def test_f_reply_by_and_after_hours() -> None:
    assert fired(active()).edge == "f"
    assert told(go(active(), K.AGENT_GONE, facts=CLOSED)) == ["agent_lost_closed", "ask_message"]


def test_g_transfer_to_a_team_or_to_an_agent_who_is_there() -> None:
    team = go(active(), K.TRANSFER, team="returns", by="ana")
    assert (team.edge, team.after.state, team.after.team) == ("g", S.WAITING, "returns")
    agent = go(active(), K.TRANSFER, agent="ben", by="ana")
    assert (agent.after.state, agent.after.agent) == (S.OFFERED, "ben")


def test_g_a_transfer_that_cannot_arrive_is_refused() -> None:
    for facts, agent, team in (
        (CLOSED, None, "returns"),
        (world(present=["ana"]), "ben", None),
        (world(), "ana", None),
        (world(), None, None),
    ):
        with pytest.raises(TransitionRefused):
            go(active(), K.TRANSFER, facts=facts, agent=agent, team=team)
    with pytest.raises(AlreadyHeld):
        go(active(), K.TRANSFER, agent="ben", by="ben")


@pytest.mark.parametrize("make", [waiting, offered, collecting])
def test_h_the_form_makes_a_promise(make: object) -> None:
    made = go(make(), K.FORM, contact=True)  # type: ignore[operator]
    assert (made.edge, made.after.state) == ("h", S.PROMISED)
    assert made.after.unseen == 1
    assert told(made) == ["promised"]
    assert made.after.promise
    assert made.after.promise.due_at == world().next_due


@pytest.mark.parametrize("make", [active, calling, promised])
def test_h_the_form_is_added_to_a_case_that_is_in_hands(make: object) -> None:
    before = make()  # type: ignore[operator]
    made = go(before, K.FORM, contact=True)
    assert made.after.state is before.state
    assert made.after.unseen == before.unseen + 1
    assert told(made) == ["added_to_case"]


def test_h_a_form_without_a_way_to_call_asks_for_one() -> None:
    for handoff in (waiting(), collecting(), None):
        made = go(handoff, K.FORM)
        assert told(made) == ["ask_contact"]
        assert made.after.unseen == 1


@pytest.mark.parametrize("end", [None, *sorted(ENDS)])
def test_h_after_an_end_the_form_begins_a_new_handoff(end: State | None) -> None:
    ended = replace(waiting(), state=end, deadline=None, answer_by=None) if end else None
    made = go(ended, K.FORM, contact=True)
    assert (made.edge, made.after.state, made.after.version) == ("h", S.PROMISED, 1)


def test_i_collect_by_promises_when_there_is_a_way_to_call() -> None:
    assert told(fired(collecting(contact=True), is_open=False)) == ["promised"]


def test_i_collect_by_without_one_waits_for_people() -> None:
    closed = fired(collecting(), is_open=False)
    assert (closed.edge, closed.after.state) == ("i", S.WAITING)
    assert told(closed) == ["handoff_waiting_closed"]
    assert bot_may_speak(closed.after)
    assert told(fired(collecting())) == ["still_waiting"]
