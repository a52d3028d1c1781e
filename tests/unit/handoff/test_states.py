"""One example of each lettered edge and of each refusal; `go` checks what must always hold."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handoff.errors import AlreadyHeld, AtCapacity, NaiveDatetime, TransitionRefused, UnseenMessages
from handoff.states import (
    ENDS,
    DeadlineKind,
    EffectKind,
    EventKind,
    Handoff,
    State,
    Urgency,
    afresh,
    bot_may_speak,
    customer_state,
    next_state,
    opened,
)
from tests.unit.handoff.life import (
    HOUR,
    LEVELS,
    MINUTE,
    NOW,
    active,
    calling,
    collecting,
    event,
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


def at_top(handoff: Handoff) -> Handoff:
    return replace(handoff, rung=LEVELS.top_rung)


def deadline_of(handoff: Handoff) -> tuple[str, datetime]:
    assert handoff.deadline
    return handoff.deadline.kind.value, handoff.deadline.at


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


def test_e_at_the_top_without_a_way_to_call_the_alarm_sounds_each_period() -> None:
    handoff = at_top(replace(waiting(), message_asked=True))
    for _ in range(3):
        made = fired(handoff)
        assert made.after.state is S.WAITING
        assert has(made, EffectKind.TELL_SUPERVISOR, "alarm")
        assert told(made) == ["still_waiting"]
        handoff = made.after


def test_f_an_agent_who_vanishes_is_left_out_and_the_customer_goes_to_the_front() -> None:
    made = go(active(), K.AGENT_GONE)
    assert (made.edge, made.after.state, made.after.front) == ("f", S.WAITING, True)
    assert made.after.left_out == {"ana"}
    assert told(made) == ["agent_lost"]
    assert has(made, EffectKind.TELL_SUPERVISOR, "agent_lost")


def test_f_reply_by_and_after_hours() -> None:
    assert fired(active()).edge == "f"
    assert told(go(active(), K.AGENT_GONE, facts=CLOSED)) == ["agent_lost", "ask_message"]


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


def test_j_a_failed_attempt_has_a_new_due_time() -> None:
    made = go(calling(), K.ATTEMPT_FAILED, agent="ana")
    assert (made.edge, made.after.state) == ("j", S.PROMISED)
    assert told(made) == ["attempt_failed"]
    assert made.after.promise
    assert made.after.promise.attempts == 1


def test_j_used_up_attempts_end_it_only_with_nothing_unseen() -> None:
    handoff = calling()
    assert handoff.promise
    last = replace(handoff, promise=replace(handoff.promise, attempts=LEVELS.max_attempts - 1))
    ended = go(last, K.ATTEMPT_FAILED, agent="ana")
    assert ended.after.state is S.UNREACHABLE
    assert told(ended) == ["unreachable"]
    unseen = go(replace(last, unseen=1), K.ATTEMPT_FAILED, agent="ana")
    assert unseen.after.state is S.PROMISED


def test_j_a_customer_who_writes_during_the_last_call_is_not_given_up() -> None:
    handoff = calling()
    assert handoff.promise
    last = replace(handoff, promise=replace(handoff.promise, attempts=LEVELS.max_attempts - 1))
    wrote = go(last, K.CUSTOMER_WRITES).after
    made = go(go(wrote, K.SEEN, agent="ana").after, K.ATTEMPT_FAILED, agent="ana")
    assert made.after.state is S.WAITING
    assert made.after.promise
    assert made.after.promise.attempts == 0


def test_j_a_wrong_number_drops_the_contact_and_the_promise() -> None:
    made = go(calling(), K.WRONG_NUMBER, agent="ana")
    assert (made.after.state, made.after.contact_known, made.after.promise) == (S.WAITING, False, None)
    assert has(made, EffectKind.CLOSE_PROMISE, "void")
    closed = go(calling(), K.WRONG_NUMBER, agent="ana", facts=CLOSED)
    assert told(closed) == ["wrong_number", "handoff_waiting_closed"]


def test_k_agents_are_reminded_and_a_missed_promise_is_renewed_with_an_apology() -> None:
    reminded = fired(promised())
    assert (reminded.edge, reminded.after.state) == ("k", S.PROMISED)
    missed = fired(reminded.after)
    assert (missed.edge, missed.after.state, missed.after.rung) == ("k", S.PROMISED, 1)
    assert told(missed) == ["promise_missed"]
    assert missed.after.promise
    assert missed.after.promise.breaches == 1
    assert missed.after.version == reminded.after.version + 1


def test_k_a_promise_is_breached_in_whatever_open_state_and_the_states_deadline_stands() -> None:
    handoff = go(promised(), K.CLAIM, agent="ana").after
    assert handoff.promise
    due = NOW + MINUTE
    near = replace(handoff, promise=replace(handoff.promise, due_at=due, remind_at=None))
    made = go(near, K.DUE_AT, due)
    assert (made.after.state, made.after.agent) == (S.ACTIVE, "ana")
    assert deadline_of(made.after) == ("reply_by", NOW + LEVELS.reply_by)


def test_k_nobody_is_told_a_due_time_that_is_past() -> None:
    made = go(calling(), K.AGENT_GONE, NOW + 48 * HOUR)
    assert told(made) == ["promise_missed"]
    assert made.after.state is S.PROMISED


@pytest.mark.parametrize("make", [active, calling])
def test_l_resolve_closes_an_open_promise_as_kept(make: object) -> None:
    made = go(make(), K.RESOLVE, agent="ana")  # type: ignore[operator]
    assert (made.edge, made.after.state, made.after.promise) == ("l", S.RESOLVED, None)
    assert customer_state(made.after) == "bot"


@pytest.mark.parametrize("kind", [K.RESOLVE, K.RETURN])
def test_l_m_are_refused_while_a_message_is_unseen_or_by_another(kind: EventKind) -> None:
    wrote = go(active(), K.CUSTOMER_WRITES).after
    with pytest.raises(UnseenMessages):
        go(wrote, kind, agent="ana")
    assert go(go(wrote, K.SEEN, agent="ana").after, kind, agent="ana").after.state in ENDS
    with pytest.raises(AlreadyHeld):
        go(active(), kind, agent="ben")


def test_m_return_sets_the_watermark() -> None:
    made = go(active(), K.RETURN, agent="ana")
    assert (made.edge, made.after.state) == ("m", S.RETURNED)
    assert has(made, EffectKind.SET_WATERMARK)


@pytest.mark.parametrize("make", [waiting, offered, active, collecting, promised, calling, until_opening])
def test_n_withdraw_from_every_open_state(make: object) -> None:
    before = make()  # type: ignore[operator]
    made = go(before, K.WITHDRAW)
    assert (made.edge, made.after.state) == ("n", S.WITHDRAWN)
    assert has(made, EffectKind.CLOSE_PROMISE, "withdrawn") == bool(before.promise)


def test_o_a_call_that_is_lost_leaves_the_promise_standing() -> None:
    handoff = calling()
    for made in (go(handoff, K.AGENT_GONE), fired(handoff)):
        assert (made.edge, made.after.state, made.after.promise) == ("o", S.PROMISED, handoff.promise)
        assert has(made, EffectKind.TELL_SUPERVISOR, "call_lost")


@pytest.mark.parametrize("make", [waiting, offered])
def test_p_the_customer_asks_for_a_callback(make: object) -> None:
    made = go(make(), K.ASK_CALLBACK)  # type: ignore[operator]
    assert (made.edge, made.after.state) == ("p", S.COLLECTING)
    assert not made.after.collecting_for_hour
    with pytest.raises(TransitionRefused):
        go(made.after, K.OPENING)


@pytest.mark.parametrize("make", [collecting, until_opening])
def test_q_opening_brings_those_who_wait_by_the_hour_to_the_queue(make: object) -> None:
    later = NOW + 12 * HOUR
    made = go(make(), K.OPENING, later)  # type: ignore[operator]
    assert (made.edge, made.after.state) == ("q", S.WAITING)
    assert deadline_of(made.after) == ("answer_by", later + LEVELS.answer_by)
    assert not bot_may_speak(made.after)
    assert made.after.version == 2 + (make is until_opening)


def test_q_an_opening_that_a_holiday_took_is_told_anew() -> None:
    made = fired(until_opening(), is_open=False)
    assert told(made) == ["handoff_waiting_closed"]
    assert deadline_of(made.after)[0] == "opening"


def test_q_closing_routes_who_waits_and_offered_and_active_finish() -> None:
    handoff = waiting(facts=world(next_closing=NOW + MINUTE))
    assert deadline_of(handoff) == ("closing", NOW + MINUTE)
    assert fired(handoff, is_open=False).after.state is S.COLLECTING
    assert fired(handoff).after.answer_by == handoff.answer_by
    for finishes in (offered(), active()):
        with pytest.raises(TransitionRefused):
            go(finishes, K.CLOSING, facts=CLOSED)


@pytest.mark.parametrize("make", [promised, calling, until_opening, collecting])
def test_r_a_message_is_unseen_and_acknowledged(make: object) -> None:
    before = make()  # type: ignore[operator]
    made = go(before, K.CUSTOMER_WRITES)
    assert (made.edge, made.after.state, made.after.unseen) == ("r", before.state, before.unseen + 1)
    assert told(made) == ["added_to_case"]


def test_r_attempts_start_afresh() -> None:
    handoff = promised()
    assert handoff.promise
    tried = replace(handoff, promise=replace(handoff.promise, attempts=2))
    after = go(tried, K.CUSTOMER_WRITES).after
    assert after.promise
    assert after.promise.attempts == 0


def test_r_while_active_the_first_message_starts_reply_by_and_the_next_does_not_move_it() -> None:
    quiet = go(active(), K.AGENT_REPLIES, agent="ana").after
    first = go(quiet, K.CUSTOMER_WRITES, NOW + MINUTE).after
    second = go(first, K.CUSTOMER_WRITES, NOW + 2 * MINUTE).after
    assert deadline_of(first) == deadline_of(second) == ("reply_by", NOW + MINUTE + LEVELS.reply_by)
    assert second.unseen == 2


def test_s_an_idle_chat_nudges_the_agent_then_the_supervisor() -> None:
    quiet = go(active(), K.AGENT_REPLIES, agent="ana").after
    nudged = fired(quiet)
    assert (nudged.edge, nudged.after.state) == ("s", S.ACTIVE)
    assert has(fired(nudged.after), EffectKind.TELL_SUPERVISOR, "idle")


def test_t_the_agent_makes_it_a_callback() -> None:
    made = go(active(contact=True), K.MAKE_CALLBACK, agent="ana")
    assert (made.edge, made.after.state) == ("t", S.PROMISED)
    assert told(made) == ["callback_by_agent"]
    with pytest.raises(TransitionRefused):
        go(active(), K.MAKE_CALLBACK, agent="ana")


def test_u_a_supervisor_re_assigns() -> None:
    made = go(active(), K.REASSIGN, agent="ben")
    assert (made.edge, made.after.state, made.after.agent) == ("u", S.ACTIVE, "ben")
    assert [effect.agent for effect in made.effects if effect.agent] == ["ana", "ben"]
    with pytest.raises(AtCapacity):
        go(active(), K.REASSIGN, agent="ben", facts=world(present=["ana"]))


@pytest.mark.parametrize("make", [collecting, promised])
def test_v_asking_again_in_hours_goes_to_the_queue_with_the_promise_kept_open(make: object) -> None:
    before = make()  # type: ignore[operator]
    made = go(before, K.ASK_AGAIN)
    assert (made.edge, made.after.state, made.after.promise) == ("v", S.WAITING, before.promise)
    assert told(go(before, K.ASK_AGAIN, facts=CLOSED)) == ["case_told"]


def test_q_an_open_promise_stands_at_closing_even_when_no_message_was_ever_asked_for() -> None:
    callback = go(active(contact=True), K.MAKE_CALLBACK, agent="ana").after
    made = go(go(callback, K.ASK_AGAIN).after, K.CLOSING, facts=CLOSED)
    assert (made.after.state, made.after.promise) == (S.PROMISED, callback.promise)


def test_k_agents_are_reminded_before_the_due_time_however_soon_it_is() -> None:
    usual = go(collecting(), K.FORM, contact=True).after
    assert deadline_of(usual) == ("remind_at", world().next_due - LEVELS.remind_before)
    soon = go(collecting(), K.FORM, contact=True, facts=world(next_due=NOW + 20 * MINUTE)).after
    assert deadline_of(soon) == ("remind_at", NOW + 10 * MINUTE)


def test_w_nobody_left_is_said_once_until_somebody_takes_it() -> None:
    made = go(waiting(), K.NOBODY_LEFT, facts=world(present=()))
    assert (made.edge, told(made)) == ("w", ["nobody_left"])
    with pytest.raises(TransitionRefused):
        go(made.after, K.NOBODY_LEFT)
    assert not go(made.after, K.OFFER, agent="ana").after.nobody_told


def test_x_a_promise_moves_with_the_hours_and_the_customer_is_told() -> None:
    made = go(promised(), K.HOURS_EDITED, facts=CLOSED, due_at=NOW + 30 * HOUR)
    assert (made.edge, told(made)) == ("x", ["promise_moved"])
    for unmoved in (None, NOW - MINUTE):
        assert go(promised(), K.HOURS_EDITED, facts=CLOSED, due_at=unmoved).effects == ()


def test_x_who_waits_is_routed_by_the_new_hours() -> None:
    assert go(waiting(), K.HOURS_EDITED, facts=CLOSED).after.state is S.COLLECTING
    assert told(go(until_opening(), K.HOURS_EDITED)) == ["handoff_waiting"]
    later = world(is_open=False, next_opening=NOW + 20 * HOUR)
    assert told(go(until_opening(), K.HOURS_EDITED, facts=later)) == ["handoff_waiting_closed"]
    assert go(until_opening(), K.HOURS_EDITED, facts=CLOSED).effects == ()


def test_y_a_reply_that_crossed_with_a_message_leaves_it_unseen_and_reply_by_running() -> None:
    wrote = go(active(), K.CUSTOMER_WRITES).after
    crossed = go(wrote, K.AGENT_REPLIES, NOW + MINUTE, agent="ana", unseen=1).after
    assert (crossed.unseen, crossed.customer_waits) == (1, True)
    assert deadline_of(crossed) == deadline_of(wrote)
    assert deadline_of(go(wrote, K.AGENT_REPLIES, agent="ana").after)[0] == "idle_by"


def test_z_any_agent_sees_a_promised_case_but_only_the_holder_a_held_one() -> None:
    assert go(promised(), K.SEEN, agent="ben").after.unseen == 0
    with pytest.raises(AlreadyHeld):
        go(active(), K.SEEN, agent="ben")


def test_what_the_table_does_not_name_is_refused() -> None:
    for handoff, kind in ((None, K.CLAIM), (waiting(), K.RESOLVE), (active(), K.ACCEPT), (promised(), K.RETURN)):
        with pytest.raises(TransitionRefused):
            go(handoff, kind, agent="ana")


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(NaiveDatetime):
        next_state(None, event(K.OPEN), datetime(2026, 11, 20))  # noqa: DTZ001


def test_opened_is_edge_a_on_nothing() -> None:
    assert opened(event(K.OPEN), NOW) == next_state(None, event(K.OPEN), NOW)


def test_after_a_gap_of_the_sweeper_accept_by_and_idle_by_start_afresh_and_a_promise_does_not() -> None:
    later = NOW + timedelta(hours=6)
    assert deadline_of(afresh(offered(), world(later), later)) == ("answer_by", NOW + LEVELS.answer_by)
    quiet = go(active(), K.AGENT_REPLIES, agent="ana").after
    assert deadline_of(afresh(quiet, world(later), later)) == ("idle_by", later + LEVELS.idle_by)
    assert afresh(promised(), world(later), later) == promised()


def test_every_deadline_has_an_edge_of_the_same_name() -> None:
    assert {kind.value for kind in DeadlineKind} <= {kind.value for kind in EventKind}
