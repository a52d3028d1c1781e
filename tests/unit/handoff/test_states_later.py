"""One example of each of the edges j to z and of their refusals; `go` checks what must always hold."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handoff.errors import AlreadyHeld, AtCapacity, NaiveDatetime, TransitionRefused, UnseenMessages
from handoff.states import (
    ENDS,
    DeadlineKind,
    EffectKind,
    EventKind,
    State,
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
    deadline_of,
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


@pytest.mark.parametrize("closed_state", [promised, lambda: go(calling(), K.CUSTOMER_WRITES).after])
def test_v_a_due_time_that_has_passed_unnoticed_is_never_told(closed_state: object) -> None:
    before = closed_state()  # type: ignore[operator]
    late = before.promise.due_at + MINUTE
    made = go(before, K.ASK_AGAIN, late, facts=world(late, is_open=False))
    assert (made.edge, told(made)) == ("v", ["promise_missed"])
    assert made.after.promise
    assert made.after.promise.due_at > late


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


def test_w_a_case_that_waits_for_opening_comes_to_the_queue_first() -> None:
    with pytest.raises(TransitionRefused):
        go(until_opening(), K.NOBODY_LEFT, facts=world(present=()))


def test_x_a_promise_moves_with_the_hours_and_the_customer_is_told() -> None:
    made = go(promised(), K.HOURS_EDITED, facts=CLOSED, due_at=NOW + 30 * HOUR)
    assert (made.edge, told(made)) == ("x", ["promise_moved"])
    for unmoved in (None, NOW - MINUTE):
        assert go(promised(), K.HOURS_EDITED, facts=CLOSED, due_at=unmoved).effects == ()


def test_x_one_time_is_told_when_the_queue_closes_and_the_promise_moves_at_once() -> None:
    waits = replace(waiting(), promise=promised().promise)
    made = go(waits, K.HOURS_EDITED, facts=CLOSED, due_at=NOW + 30 * HOUR)
    assert (made.after.state, told(made)) == (S.PROMISED, ["promise_moved"])
    assert made.after.promise
    assert made.after.promise.due_at == NOW + 30 * HOUR


def test_x_a_promise_that_is_overdue_was_missed_and_edited_hours_do_not_hide_it() -> None:
    made = go(promised(), K.HOURS_EDITED, NOW + 15 * HOUR, facts=CLOSED, due_at=NOW + 30 * HOUR)
    assert made.effects == ()
    waits = replace(waiting(), promise=promised().promise)
    closed = world(NOW + 15 * HOUR, is_open=False)
    made = go(waits, K.HOURS_EDITED, NOW + 15 * HOUR, facts=closed, due_at=NOW + 30 * HOUR)
    assert (made.after.state, told(made)) == (S.PROMISED, ["promise_missed"])
    assert made.after.promise
    assert made.after.promise.breaches == 1


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
