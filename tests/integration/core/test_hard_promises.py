"""Hard cases, promises: the form in every state and after every end, and a customer who cannot be called.

The customer withdraws while the agent dials, and writes during the call that uses up the attempts: test_hard_races.
Fifty due at opening, overdue after a gap, holidays: test_hard_hours. Links and calendars: test_promises.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from handoff import service
from handoff.errors import StaleVersion
from handoff.service import Failed, Sent
from handoff.service.base.views import AgentView
from tests.support.cases import FORM, PHONE, alerts, attempt, call, due_of, offer, promise, take, told, visitor
from tests.support.core import SUNDAY_NIGHT, World

Bring = Callable[[World, AgentView, str], None]


def reference_of(world: World, conversation: str) -> str:
    handoff = service.read_conversation(world.core, conversation, now=world.now).handoff
    assert handoff is not None
    return handoff.reference


def waiting(world: World, _: AgentView, conversation: str) -> None:
    world.open_case(conversation)


def offered(world: World, ana: AgentView, conversation: str) -> None:
    offer(world, ana, world.open_case(conversation))


def active(world: World, ana: AgentView, conversation: str) -> None:
    world.claim(ana, world.open_case(conversation))


def collecting(world: World, _: AgentView, conversation: str) -> None:
    world.open_case(conversation)
    service.ask_callback(world.core, conversation, now=world.now)


def promised(world: World, _: AgentView, conversation: str) -> None:
    promise(world, conversation)


def calling(world: World, ana: AgentView, conversation: str) -> None:
    promise(world, conversation)
    call(world, ana, reference_of(world, conversation))


@pytest.mark.parametrize(
    ("bring", "state", "hears"),
    [
        (waiting, "promised", ["promised"]),
        (offered, "promised", ["promised"]),
        (active, "active", ["added_to_case"]),
        (collecting, "promised", ["promised"]),
        (promised, "promised", ["added_to_case"]),
        (calling, "calling", ["added_to_case"]),
    ],
    ids=["waiting", "offered", "active", "collecting", "promised", "calling"],
)
def test_the_form_is_accepted_in_every_state(world: World, bring: Bring, state: str, hears: list[str]) -> None:
    ana, conversation = world.agent(), visitor(world)
    bring(world, ana, conversation)
    before, unseen = told(world, conversation), world.case(ana, reference_of(world, conversation)).unseen
    brief = service.submit_form(world.core, conversation, FORM, now=world.now)
    case = world.case(ana, brief.reference)
    assert (brief.state, case.state, case.unseen) == (state, state, unseen + 1)
    assert told(world, conversation)[len(before) :] == hears
    assert case.deadline_at is not None
    if state == "promised":
        assert (case.due_at, brief.due_at) == (due_of(world, conversation), due_of(world, conversation))
        shown = service.read_callbacks(world.core, ana, now=world.now)
        assert [(each.contact, each.message) for each in shown] == [(f"•••{PHONE[-4:]}", FORM.message)]


def resolved(world: World, ana: AgentView, conversation: str) -> None:
    item = world.claim(ana, world.open_case(conversation))
    service.resolve(world.core, ana, item.reference, item.version, "solved", now=world.now)


def returned(world: World, ana: AgentView, conversation: str) -> None:
    item = world.claim(ana, world.open_case(conversation))
    service.return_to_bot(world.core, ana, item.reference, item.version, now=world.now)


def withdrawn(world: World, _: AgentView, conversation: str) -> None:
    brief = service.ask_person(world.core, conversation, now=world.now)
    service.withdraw(world.core, conversation, brief.reference, brief.version, now=world.now)


def unreachable(world: World, ana: AgentView, conversation: str) -> None:
    promise(world, conversation)
    reference = reference_of(world, conversation)
    service.mark_seen(world.core, ana, reference, now=world.now)
    for _ in range(3):
        call(world, ana, reference)
        attempt(world, ana, reference, "no_answer")


@pytest.mark.parametrize(
    ("bring", "end"),
    [(resolved, "resolved"), (returned, "returned"), (withdrawn, "withdrawn"), (unreachable, "unreachable")],
    ids=["resolved", "returned", "withdrawn", "unreachable"],
)
def test_the_form_after_every_end_is_a_new_promise(world: World, bring: Bring, end: str) -> None:
    world.settle(undo_seconds=0)
    ana, conversation = world.agent(), visitor(world)
    bring(world, ana, conversation)
    assert (world.state(conversation), told(world, conversation)[-1]) == ("bot", end)
    brief = service.submit_form(world.core, conversation, FORM, now=world.now)
    assert (brief.state, world.state(conversation)) == ("promised", "callback")
    assert told(world, conversation)[-2:] == [end, "promised"]
    case = service.read_case(world.core, ana, brief.reference, now=world.now)
    assert (case.item.unseen, case.item.due_at) == (1, brief.due_at)
    assert take(world) == ()


def test_a_number_that_is_wrong_voids_the_promise_and_the_customer_is_told(world: World) -> None:
    ana, conversation = world.agent(), visitor(world)
    promise(world, conversation)
    reference = reference_of(world, conversation)
    call(world, ana, reference)
    attempt(world, ana, reference, "wrong_number")
    case = world.case(ana, reference)
    assert (case.state, case.due_at, world.state(conversation)) == ("waiting", None, "waiting")
    assert told(world, conversation)[-2:] == ["agent_calling", "wrong_number"]
    assert service.read_callbacks(world.core, ana, now=world.now) == ()
    assert case.deadline_at is not None


def test_a_wrong_number_after_hours_asks_for_another_way_and_takes_it(world: World) -> None:
    ana, conversation = world.agent(), visitor(world.at(SUNDAY_NIGHT))
    promise(world, conversation)
    reference = reference_of(world, conversation)
    call(world, ana, reference)
    attempt(world, ana, reference, "wrong_number")
    assert world.case(ana, reference).state == "waiting"
    assert told(world, conversation)[-2:] == ["wrong_number", "handoff_waiting_closed"]
    right = service.CallbackForm(message="sorry, this one", phone="+34600999888")
    brief = service.submit_form(world.core, conversation, right, now=world.now)
    (item,) = service.read_callbacks(world.core, ana, now=world.now)
    assert (brief.state, item.contact, told(world, conversation)[-1]) == ("promised", "•••9888", "promised")


@pytest.mark.parametrize("outcome", ["no_answer", "voicemail"])
def test_each_failed_attempt_tells_a_new_time_and_the_last_one_how_to_come_back(world: World, outcome: str) -> None:
    ana, conversation = world.agent(), visitor(world)
    promise(world, conversation)
    reference = reference_of(world, conversation)
    service.mark_seen(world.core, ana, reference, now=world.now)
    for tried in range(3):
        call(world, ana, reference)
        attempt(world, ana, reference, outcome)
        if tried < 2:
            assert due_of(world, conversation) > world.now
        world.later(minutes=1)
    assert told(world, conversation)[-6:] == ["agent_calling", "attempt_failed"] * 2 + [
        "agent_calling",
        "unreachable",
    ]
    world.write(conversation, "I am back")
    assert (world.state(conversation), told(world, conversation)[-1]) == ("waiting", "handoff_waiting")


def test_attempts_are_not_used_up_over_words_that_nobody_has_read(world: World) -> None:
    ana, conversation = world.agent(), visitor(world)
    promise(world, conversation)
    reference = reference_of(world, conversation)
    for _ in range(4):
        call(world, ana, reference)
        attempt(world, ana, reference, "no_answer")
    assert (world.case(ana, reference).state, told(world, conversation)[-1]) == ("promised", "attempt_failed")


def test_a_phone_that_the_carrier_cannot_reach_leaves_the_promise_and_tells_the_desk(world: World) -> None:
    conversation = world.at(SUNDAY_NIGHT).text(PHONE, "agente", "SM1").conversation_id
    (turn,) = take(world)
    service.finish_turn(world.core, turn, service.Reply(need=service.Need(reason="asked_for_person")), now=world.now)
    world.text(PHONE, "mi lampara llego rota", "SM2")
    ana, reference = world.agent(), reference_of(world, conversation)
    due = due_of(world, conversation)
    unreached = Failed(code="30003", message="unreachable handset", retry=False)
    while leased := service.lease_deliveries(world.core, channel="sms", owner="r", limit=9, now=world.now):
        for outgoing in leased:
            if service.begin_sending(world.core, outgoing.id, "r", now=world.now):
                last = "[promised" in outgoing.text
                result = unreached if last else Sent(carrier_id=f"SM-{outgoing.id}")
                service.finish_sending(world.core, outgoing.id, "r", result, now=world.now)
    assert "delivery_dead" in alerts(world, ana), "the customer does not know of the promise: a person must"
    assert (world.case(ana, reference).state, due_of(world, conversation)) == ("promised", due)


def test_an_attempt_for_a_case_that_was_withdrawn_is_refused_and_not_kept(world: World) -> None:
    ana, conversation = world.agent(), visitor(world)
    promise(world, conversation)
    item = call(world, ana, reference_of(world, conversation))
    service.withdraw(world.core, conversation, item.reference, item.version, now=world.now)
    with pytest.raises(StaleVersion):
        service.record_attempt(world.core, ana, item.reference, item.version, "no_answer", now=world.now)
    assert told(world, conversation)[-1] == "withdrawn"


def test_a_promise_survives_every_change_of_state_until_it_is_kept(world: World) -> None:
    """Promised, asked for a person again, claimed, lost, claimed by another: one promise, one time."""
    world.settle(undo_seconds=0)
    ana, ben, conversation = world.agent("Ana"), world.agent("Ben"), visitor(world)
    due, reference = promise(world, conversation), reference_of(world, conversation)
    service.ask_person(world.core, conversation, now=world.now)
    assert (world.state(conversation), due_of(world, conversation)) == ("waiting", due)
    world.claim(ana, reference)
    world.sweep(seconds=41)
    assert (world.state(conversation), due_of(world, conversation)) == ("waiting", due)
    item = world.claim(ben, reference)
    assert due_of(world, conversation) == due
    service.mark_seen(world.core, ben, reference, now=world.now)
    service.resolve(world.core, ben, reference, item.version, "solved", now=world.now)
    heard = told(world, conversation)
    assert heard[heard.index("promised") :] == [
        "promised", "handoff_waiting", "agent_joined", "agent_lost", "agent_joined", "resolved",
    ]  # fmt: skip
    world.at(due + timedelta(minutes=1)).sweep()
    assert told(world, conversation)[-1] == "resolved"
