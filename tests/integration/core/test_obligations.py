"""Handoffs: opened once, held by one, ended by people; the promise that comes after hours."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from handoff import service
from handoff.errors import (
    AlreadyHeld,
    AtCapacity,
    ClientIdReused,
    InvalidInput,
    NotFound,
    RelevoError,
    StaleVersion,
    TransitionRefused,
    UnseenMessages,
)
from handoff.service import CallbackForm
from handoff.service.base.core import work
from handoff.service.base.rows import lock_conversation
from handoff.service.base.views import AgentView
from handoff.service.cases.opening import open_handoff
from handoff.service.people.accounts import beat
from handoff.states import Urgency
from tests.support.core import SUNDAY_NIGHT, World

FORM = CallbackForm(message="the lamp came broken", name="Luz", phone="+34600111222")


def test_asking_twice_is_one_case(world: World) -> None:
    conversation = world.visit()
    assert world.open_case(conversation) == world.open_case(conversation)
    assert world.state(conversation) == "waiting"
    assert world.notices(conversation)[-2:] == ["handoff_waiting", "case_told"]


def test_the_customer_hears_who_has_joined_and_what_was_said(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    item = world.claim(ana, world.open_case(conversation))
    service.reply(world.core, ana, item.reference, item.version, "r1", "Hello, Ana here", now=world.now)
    view = service.read_conversation(world.core, conversation, now=world.now)
    assert (view.state, view.agent) == ("agent", "Ana")
    assert (view.messages[-1].text, view.messages[-1].agent) == ("Hello, Ana here", "Ana")


@pytest.mark.bar(4)
def test_of_eight_who_claim_at_once_one_has_the_chat(world: World) -> None:
    reference = world.open_case(world.visit())
    agents = [world.agent(f"Agent{number}") for number in range(8)]
    version = world.case(agents[0], reference).version

    def claim(agent: AgentView) -> str:
        try:
            service.claim(world.core, agent, reference, version, now=world.now)
        except (AlreadyHeld, StaleVersion) as error:
            return error.code
        return "claimed"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(claim, agents))
    assert outcomes.count("claimed") == 1
    assert world.case(agents[0], reference).state == "active"


def test_a_lost_claim_says_who_has_the_chat(world: World) -> None:
    ana, ben = world.agent("Ana"), world.agent("Ben")
    reference = world.open_case(world.visit())
    world.claim(ana, reference)
    with pytest.raises(AlreadyHeld) as caught:
        world.claim(ben, reference)
    assert caught.value.fields["agent"] == "Ana"


def test_a_full_agent_cannot_claim(world: World) -> None:
    ana = world.agent(capacity=1)
    world.claim(ana, world.open_case(world.visit()))
    with pytest.raises(AtCapacity):
        world.claim(ana, world.open_case(world.visit()))


def test_a_reply_by_somebody_else_or_with_an_old_version_is_refused(world: World) -> None:
    ana, ben = world.agent("Ana"), world.agent("Ben")
    item = world.claim(ana, world.open_case(world.visit()))
    with pytest.raises(AlreadyHeld):
        service.reply(world.core, ben, item.reference, item.version, "r1", "I too", now=world.now)
    with pytest.raises(StaleVersion):
        service.reply(world.core, ana, item.reference, item.version - 1, "r1", "late", now=world.now)


def test_a_repeated_reply_is_said_once(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    item = world.claim(ana, world.open_case(conversation))
    for _ in range(2):
        service.reply(world.core, ana, item.reference, item.version, "r1", "hello", now=world.now)
    assert world.texts(conversation).count("hello") == 1
    with pytest.raises(ClientIdReused):
        service.reply(world.core, ana, item.reference, item.version, "r1", "other", now=world.now)


def test_resolving_waits_for_an_undo_and_then_happens(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    item = world.claim(ana, world.open_case(conversation))
    service.mark_seen(world.core, ana, item.reference, now=world.now)
    service.resolve(world.core, ana, item.reference, item.version, "solved", "lamp", now=world.now)
    assert world.state(conversation) == "agent"
    world.sweep(seconds=11)
    assert (world.state(conversation), world.notices(conversation)[-1]) == ("bot", "resolved")


def test_an_undone_resolve_does_not_happen(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    item = world.claim(ana, world.open_case(conversation))
    service.resolve(world.core, ana, item.reference, item.version, "solved", now=world.now)
    service.undo(world.core, ana, item.reference, now=world.later(seconds=5))
    world.sweep(seconds=10)
    assert world.state(conversation) == "agent"
    with pytest.raises(NotFound):
        service.undo(world.core, ana, item.reference, now=world.now)


def test_resolving_is_refused_while_a_message_is_unseen(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    item = world.claim(ana, world.open_case(conversation))
    world.write(conversation, "wait")
    with pytest.raises(UnseenMessages):
        service.resolve(world.core, ana, item.reference, item.version, "solved", now=world.now)


def test_a_message_during_the_time_to_undo_stops_the_end(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    item = world.claim(ana, world.open_case(conversation))
    service.return_to_bot(world.core, ana, item.reference, item.version, now=world.now)
    world.write(conversation, "wait")
    world.sweep(seconds=11)
    case = world.case(ana, item.reference)
    assert (case.state, case.pending, case.unseen) == ("active", None, 1)


def test_after_hours_the_form_makes_a_promise_in_business_time(world: World) -> None:
    conversation = world.at(SUNDAY_NIGHT).visit()
    world.open_case(conversation)
    assert (world.state(conversation), world.notices(conversation)[-1]) == ("callback", "ask_message")
    brief = service.submit_form(world.core, conversation, FORM, now=world.now)
    assert brief.due_at is not None
    assert brief.due_at.isoformat() == "2026-11-23T10:00:00+00:00"
    assert world.notices(conversation)[-1] == "promised"
    assert f"reference={brief.reference}" in world.texts(conversation)[-1]


def test_the_promise_stands_at_the_desk_with_its_message_and_contact(world: World) -> None:
    conversation = world.at(SUNDAY_NIGHT).visit()
    brief = service.submit_form(world.core, conversation, FORM, now=world.now)
    (item,) = service.read_callbacks(world.core, world.agent(role="supervisor"), now=world.now)
    assert (item.reference, item.contact, item.message) == (brief.reference, FORM.phone, FORM.message)
    assert not item.overdue


def test_the_same_form_sent_twice_under_one_key_is_one_message(world: World) -> None:
    conversation = world.at(SUNDAY_NIGHT).visit()
    briefs = [
        service.submit_form(world.core, conversation, FORM, idempotency_key="once-only", now=world.now)
        for _ in range(2)
    ]
    assert briefs[0] == briefs[1]
    assert world.texts(conversation).count(FORM.message) == 1


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (CallbackForm(message="call me"), "phone"),
        (CallbackForm(message=" ", phone="+34600111222"), "message"),
        (CallbackForm(message="x", phone="+" + "3" * 300), "phone"),
    ],
)
def test_a_form_that_cannot_be_kept_says_what_to_mend(world: World, form: CallbackForm, field: str) -> None:
    conversation = world.visit()
    with pytest.raises(InvalidInput) as caught:
        service.submit_form(world.core, conversation, form, now=world.now)
    assert field in caught.value.fields
    assert world.state(conversation) == "bot"


def test_while_a_promise_stands_a_message_is_added_to_the_case_and_the_bot_may_answer(world: World) -> None:
    conversation = world.at(SUNDAY_NIGHT).visit()
    service.submit_form(world.core, conversation, FORM, now=world.now)
    world.write(conversation, "what are your hours?")
    assert world.notices(conversation)[-1] == "added_to_case"
    (turn,) = service.take_turns(world.core, owner="o", limit=5, now=world.now)
    assert turn.text == "what are your hours?"


def test_on_sms_after_hours_the_next_text_is_the_message_and_the_phone_the_contact(world: World) -> None:
    recorded = world.at(SUNDAY_NIGHT).text("+34600111222", "agente", "SM1")
    (turn,) = service.take_turns(world.core, owner="o", limit=5, now=world.now)
    service.finish_turn(world.core, turn, service.Reply(need=service.Need(reason="asked_for_person")), now=world.now)
    world.text("+34600111222", "mi lampara llego rota", "SM2")
    (item,) = service.read_callbacks(world.core, world.agent(role="supervisor"), now=world.now)
    assert (item.contact, item.message) == ("+34600111222", "mi lampara llego rota")
    assert world.notices(recorded.conversation_id)[-1] == "promised"


def test_a_missed_promise_is_told_with_a_new_time(world: World) -> None:
    conversation = world.at(SUNDAY_NIGHT).visit()
    brief = service.submit_form(world.core, conversation, FORM, now=world.now)
    assert brief.due_at is not None
    world.at(brief.due_at)
    for _ in range(3):
        world.sweep(seconds=1)
    assert world.notices(conversation)[-1] == "promise_missed"
    (item,) = service.read_callbacks(world.core, world.agent(), now=world.now)
    assert item.overdue
    assert item.due_at > world.now


def test_a_call_that_nobody_answers_is_promised_again(world: World) -> None:
    conversation, ana = world.at(SUNDAY_NIGHT).visit(), world.agent()
    reference = service.submit_form(world.core, conversation, FORM, now=world.now).reference
    world.later(hours=12)
    service.start_call(world.core, ana, reference, world.case(ana, reference).version, now=world.now)
    version = world.case(ana, reference).version
    service.mark_seen(world.core, ana, reference, now=world.now)
    service.record_attempt(world.core, ana, reference, version, "no_answer", now=world.now)
    assert world.case(ana, reference).state == "promised"
    assert world.notices(conversation)[-1] == "attempt_failed"


@pytest.mark.bar(16)
def test_a_vanished_agents_chat_is_back_at_the_front_and_the_customer_told(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    item = world.claim(ana, world.open_case(conversation))
    world.sweep(seconds=39)
    assert world.state(conversation) == "agent"
    world.sweep(seconds=2)
    assert world.state(conversation) == "waiting"
    assert "agent_lost" in world.notices(conversation)
    assert world.case(ana, item.reference).version > item.version


def test_an_agent_who_beats_keeps_the_chat(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    world.claim(ana, world.open_case(conversation))
    for _ in range(6):
        beat(world.core, ana, "online", now=world.later(seconds=20))
        service.expire(world.core, world.now)
    assert world.state(conversation) == "agent"


def test_nobody_answers_so_the_rung_rises_and_at_the_top_a_message_is_taken(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    reference = world.open_case(conversation)
    rungs = []
    for _ in range(4):
        world.sweep(seconds=181)
        rungs.append(world.case(ana, reference).rung)
    assert rungs == [1, 2, 3, 3]
    assert world.case(ana, reference).state == "collecting"
    assert world.notices(conversation).count("still_waiting") == 3


def test_who_waits_at_closing_time_is_asked_for_a_message_and_waits_again_at_opening(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    world.at(world.now.replace(hour=16, minute=59, second=30))
    reference = world.open_case(conversation)
    world.sweep(seconds=31)
    assert (world.state(conversation), world.notices(conversation)[-1]) == ("callback", "ask_message")
    world.sweep(minutes=11)
    assert world.case(ana, reference).state == "waiting"
    world.at(world.now.replace(day=24, hour=8, minute=0, second=1))
    world.sweep(seconds=1)
    assert world.case(ana, reference).deadline_kind == "answer_by"


def test_withdrawing_needs_the_version_that_was_shown(world: World) -> None:
    conversation = world.visit()
    brief = service.ask_person(world.core, conversation, now=world.now)
    with pytest.raises(StaleVersion):
        service.withdraw(world.core, conversation, brief.reference, brief.version + 1, now=world.now)
    with pytest.raises(NotFound):
        service.withdraw(world.core, conversation, "R-AAAAAA", brief.version, now=world.now)
    service.withdraw(world.core, conversation, brief.reference, brief.version, now=world.now)
    assert (world.state(conversation), world.notices(conversation)[-1]) == ("bot", "withdrawn")


def test_a_need_soon_after_a_resolved_case_is_linked_to_it(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    item = world.claim(ana, world.open_case(conversation))
    service.resolve(world.core, ana, item.reference, item.version, "solved", now=world.now)
    world.sweep(seconds=11)
    again = world.open_case(conversation)
    case = service.read_case(world.core, ana, again, now=world.now)
    assert again != item.reference
    assert [earlier.reference for earlier in case.earlier] == [item.reference]


def test_claiming_takes_all_open_cases_of_the_customer(world: World) -> None:
    ana = world.agent()
    one, two = world.visit(), world.visit()
    first, second = world.open_case(one), world.open_case(two)
    world.claim(ana, first)
    assert world.case(ana, second).agent is not None


def test_the_queue_is_ordered_and_split_by_holder(world: World) -> None:
    ana, ben = world.agent("Ana"), world.agent("Ben")
    references = []
    for number in range(3):
        started = service.start_conversation(
            world.core, channel="web", account="web", address=f"v{number}", now=world.later(seconds=1)
        )
        references.append(world.open_case(started.conversation_id))
    world.claim(ana, references[1])
    seen = service.read_queue(world.core, ben, now=world.now)
    assert [item.reference for item in seen.waiting] == [references[0], references[2]]
    assert [item.reference for item in seen.others] == [references[1]]
    assert [item.reference for item in service.read_queue(world.core, ana, now=world.now).mine] == [references[1]]


def test_the_desk_hears_of_every_change_after_its_cursor(world: World) -> None:
    ana = world.agent()
    cursor = service.read_queue(world.core, ana, now=world.now).cursor
    reference = world.open_case(world.visit())
    changes = service.desk_changes(world.core, ana, cursor, now=world.now)
    assert [item.reference for item in changes.cases] == [reference]
    assert not changes.reset
    assert service.desk_changes(world.core, ana, changes.cursor, now=world.now).cases == ()
    assert service.desk_changes(world.core, ana, None, now=world.now).reset


def test_transferring_to_an_absent_agent_is_refused_and_to_a_present_one_offered(world: World) -> None:
    ana, ben = world.agent("Ana"), world.agent("Ben")
    item = world.claim(ana, world.open_case(world.visit()))
    with pytest.raises(TransitionRefused):
        service.transfer(world.core, ana, item.reference, item.version, agent=ben.id, now=world.now)
    beat(world.core, ben, "online", now=world.now)
    service.transfer(world.core, ana, item.reference, item.version, agent=ben.id, now=world.now)
    world.sweep(seconds=11)
    case = world.case(ben, item.reference)
    assert case.state == "offered"
    assert case.offered_to is not None
    assert case.offered_to.name == "Ben"
    service.accept(world.core, ben, item.reference, case.version, now=world.now)
    assert world.case(ben, item.reference).state == "active"


@pytest.mark.parametrize("verb", ["resolve", "return_to_bot", "make_callback", "mark_seen"])
def test_an_unknown_reference_is_not_found(world: World, verb: str) -> None:
    ana = world.agent()
    arguments: dict[str, tuple[object, ...]] = {"resolve": (1, "solved"), "mark_seen": ()}
    with pytest.raises(RelevoError) as caught:
        getattr(service, verb)(world.core, ana, "R-NOSUCH", *arguments.get(verb, (1,)), now=world.now)
    assert caught.value.code == "not_found"


def test_with_nobody_at_the_desk_the_customer_is_told_once(world: World) -> None:
    conversation = world.visit()
    world.open_case(conversation)
    for _ in range(3):
        world.sweep(seconds=41)
    assert world.notices(conversation).count("nobody_left") == 1


def test_a_more_urgent_need_raises_the_open_case(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    reference = world.open_case(conversation)
    with work(world.core, world.now) as unit:
        need = service.Need(reason="urgency_safety", urgency=Urgency.SAFETY)
        open_handoff(unit, lock_conversation(unit, conversation), need)
    assert world.case(ana, reference).urgency == "safety"
    assert "safety" in world.notices(conversation)


def test_a_full_agents_claim_takes_the_customers_other_case_too(world: World) -> None:
    ana = world.agent(capacity=1)
    first, second = world.open_case(world.visit()), world.open_case(world.visit())
    world.claim(ana, first)
    assert world.case(ana, second).state == "active"


def test_longer_hours_bring_who_waits_for_opening_into_the_queue(world: World) -> None:
    conversation, ana = world.at(SUNDAY_NIGHT).visit(), world.agent()
    reference = world.open_case(conversation)
    world.settle(hours={"sun": ["00:00-24:00"]})
    world.sweep(seconds=1)
    assert (world.case(ana, reference).state, world.case(ana, reference).deadline_kind) == ("waiting", "answer_by")
