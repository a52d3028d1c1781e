"""Hard cases, races: two who act in the same instant. Threads are real; whoever wins, nothing is lost and nobody is
told something false.

Two agents who claim in the same millisecond: test_obligations.test_of_eight_who_claim_at_once_one_has_the_chat, and
with their words here. Messages under a claim: test_regressions. A message in the time to undo: test_obligations.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from time import sleep

import pytest
from sqlalchemy import text, update

from handoff import service
from handoff.errors import AlreadyHeld, RelevoError, StaleVersion, TransitionRefused, UnseenMessages
from handoff.models import Agent
from handoff.service.base.core import work
from handoff.service.people.accounts import beat
from handoff.service.people.presence import lock_agent
from handoff.service.people.staffing import Staffing, set_agent
from tests.support.cases import FORM, alerts, attempt, call, offer, promise, take, told
from tests.support.core import World

ROUNDS = 6


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Runs the acts in threads that start together; each gives "done" or its error's code."""
    line = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        line.wait(30)
        try:
            act()
        except RelevoError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.bar(4)
def test_two_agents_claim_in_the_same_millisecond(world: World) -> None:
    ana, ben = world.agent("Ana", capacity=ROUNDS), world.agent("Ben", capacity=ROUNDS)
    for _ in range(ROUNDS):
        conversation = world.visit()
        reference = world.open_case(conversation)
        version = world.case(ana, reference).version
        codes = at_once(
            partial(service.claim, world.core, ana, reference, version, now=world.now),
            partial(service.claim, world.core, ben, reference, version, now=world.now),
        )
        case = world.case(ana, reference)
        assert codes.count("done") == 1
        assert set(codes) <= {"done", AlreadyHeld.code, StaleVersion.code}
        assert case.agent is not None
        assert case.agent.name == ("Ana" if codes[0] == "done" else "Ben")
        assert told(world, conversation).count("agent_joined") == 1
        assert world.texts(conversation)[-1].endswith(f"agent={case.agent.name} reference={reference}")


def test_an_agent_accepts_as_accept_by_passes(world: World) -> None:
    for number in range(ROUNDS):
        ana, conversation = world.agent(f"Ana{number}"), world.visit()
        item = offer(world, ana, world.open_case(conversation))
        world.later(seconds=46)
        beat(world.core, ana, "online", now=world.now)
        accept = partial(service.accept, world.core, ana, item.reference, item.version, now=world.now)
        accepted, swept = at_once(accept, partial(service.expire, world.core, world.now))
        case = world.case(ana, item.reference)
        assert swept == "done"
        if accepted == "done":
            assert (case.state, told(world, conversation)[-1]) == ("active", "agent_joined")
        else:
            assert accepted in {StaleVersion.code, TransitionRefused.code, AlreadyHeld.code}
            assert (case.state, case.agent) == ("waiting", None)
            assert "agent_joined" not in told(world, conversation)
        assert case.deadline_at is not None
        assert case.deadline_at > world.now


def test_the_customer_writes_while_being_returned_to_the_bot(world: World) -> None:
    ana = world.agent(capacity=ROUNDS)
    for number in range(ROUNDS):
        conversation = world.visit()
        item = world.claim(ana, world.open_case(conversation))
        service.return_to_bot(world.core, ana, item.reference, item.version, now=world.now)
        world.later(seconds=11)
        beat(world.core, ana, "online", now=world.now)
        codes = at_once(
            partial(world.write, conversation, f"wait {number}"),
            partial(service.expire, world.core, world.now),
        )
        assert codes == ["done", "done"]
        service.expire(world.core, world.now)
        case = world.case(ana, item.reference)
        if case.state == "returned":  # the message came after: it is the bot's turn, and not skipped by the watermark
            assert [turn.text for turn in take(world) if turn.conversation_id == conversation] == [f"wait {number}"]
            assert told(world, conversation)[-1] == "returned"
        else:  # it came before: the agent still has the chat, has it unseen, and knows why it was not returned
            assert (case.state, case.unseen, case.pending) == ("active", 1, None)
            assert "pending_refused" in alerts(world, ana)
            assert "returned" not in told(world, conversation)
        assert world.texts(conversation).count(f"wait {number}") == 1


def test_the_customer_writes_as_the_agent_resolves(world: World) -> None:
    world.settle(undo_seconds=0)
    ana = world.agent(capacity=ROUNDS)
    for number in range(ROUNDS):
        conversation = world.visit()
        item = world.claim(ana, world.open_case(conversation))
        wrote, resolved = at_once(
            partial(world.write, conversation, f"one more {number}"),
            partial(service.resolve, world.core, ana, item.reference, item.version, "solved", now=world.now),
        )
        case = world.case(ana, item.reference)
        assert wrote == "done"
        if resolved == "done":
            assert (case.state, told(world, conversation)[-1]) == ("resolved", "resolved")
            assert [turn.text for turn in take(world) if turn.conversation_id == conversation] == [f"one more {number}"]
        else:
            assert (resolved, case.state, case.unseen) == (UnseenMessages.code, "active", 1)


def test_returned_and_triggered_again_at_once(world: World) -> None:
    world.settle(undo_seconds=0)
    ana, conversation = world.agent(), world.visit()
    world.write(conversation, "an old question")
    item = world.claim(ana, world.open_case(conversation))
    service.mark_seen(world.core, ana, item.reference, now=world.now)
    codes = at_once(
        partial(service.return_to_bot, world.core, ana, item.reference, item.version, now=world.now),
        partial(service.ask_person, world.core, conversation, now=world.now),
    )
    assert codes == ["done", "done"]
    (old,) = [world.case(ana, item.reference)]
    handoff = service.read_conversation(world.core, conversation, now=world.now).handoff
    assert old.state == "returned"
    if handoff is None:  # asked first: the case said how it stands, and was returned after that
        assert told(world, conversation)[-2:] == ["case_told", "returned"]
    else:  # returned first: a new case, in the queue
        assert (handoff.reference != item.reference, world.state(conversation)) == (True, "waiting")
        assert told(world, conversation)[-2:] == ["returned", "handoff_waiting"]
    assert take(world) == (), "what people have dealt with is never a turn"


def test_transfer_to_an_agent_who_just_left(world: World) -> None:
    ana, ben, conversation = world.agent("Ana"), world.agent("Ben"), world.visit()
    beat(world.core, ben, "online", now=world.now)
    item = world.claim(ana, world.open_case(conversation))
    service.transfer(world.core, ana, item.reference, item.version, agent=ben.id, now=world.now)
    beat(world.core, ben, "offline", now=world.later(seconds=9))
    world.sweep(seconds=2)
    case = world.case(ana, item.reference)
    assert case.agent is not None
    assert (case.state, case.agent.name, case.pending) == ("active", "Ana", None)
    assert "pending_refused" in alerts(world, ana)
    assert "transferred" not in told(world, conversation)


def test_the_customer_withdraws_while_the_agent_dials(world: World) -> None:
    ana = world.agent(capacity=ROUNDS)
    for _ in range(ROUNDS):
        conversation = world.visit()
        promise(world, conversation)
        handoff = service.read_conversation(world.core, conversation, now=world.now).handoff
        assert handoff is not None
        item = call(world, ana, handoff.reference)
        withdrew, tried = at_once(
            partial(service.withdraw, world.core, conversation, item.reference, item.version, now=world.now),
            partial(service.record_attempt, world.core, ana, item.reference, item.version, "no_answer", now=world.now),
        )
        case = world.case(ana, item.reference)
        assert "done" in (withdrew, tried)
        if withdrew == "done":
            assert (tried, case.state, case.due_at) == (StaleVersion.code, "withdrawn", None)
            assert told(world, conversation)[-2:] == ["agent_calling", "withdrawn"]
            assert "withdrawn" in alerts(world, ana)
        else:  # the call had ended: what the customer confirmed is older than that, so they are asked again
            assert (withdrew, case.state) == (StaleVersion.code, "promised")
            assert told(world, conversation)[-1] == "attempt_failed"


def test_the_customer_writes_during_the_call_that_uses_up_the_attempts(world: World) -> None:
    ana, conversation = world.agent(), world.visit()
    due = promise(world, conversation)
    handoff = service.read_conversation(world.core, conversation, now=world.now).handoff
    assert handoff is not None
    for _ in range(2):
        call(world, ana, handoff.reference)
        attempt(world, ana, handoff.reference, "no_answer")
        service.mark_seen(world.core, ana, handoff.reference, now=world.now)
    item = call(world, ana, handoff.reference)
    wrote, tried = at_once(
        partial(world.write, conversation, "I am here, call me at five"),
        partial(service.record_attempt, world.core, ana, item.reference, item.version, "no_answer", now=world.now),
    )
    case = world.case(ana, handoff.reference)
    assert (wrote, tried) == ("done", "done")
    if case.state == "unreachable":  # written a moment after the end: a new case, at once
        again = service.read_conversation(world.core, conversation, now=world.now).handoff
        assert again is not None
        assert (again.reference != case.reference, world.state(conversation)) == (True, "waiting")
        assert told(world, conversation)[-2:] == ["unreachable", "handoff_waiting"]
    else:  # written during the call: back to the queue, and the promise stands with its attempts afresh
        assert (case.state, case.unseen, told(world, conversation)[-1]) == ("waiting", 1, "handoff_waiting")
        assert case.due_at is not None
        assert case.due_at >= due


def test_the_form_and_a_claim_at_once_keep_both(world: World) -> None:
    ana = world.agent(capacity=ROUNDS)
    for _ in range(ROUNDS):
        conversation = world.visit()
        reference = world.open_case(conversation)
        version = world.case(ana, reference).version
        formed, claimed = at_once(
            partial(service.submit_form, world.core, conversation, FORM, now=world.now),
            partial(service.claim, world.core, ana, reference, version, now=world.now),
        )
        case = world.case(ana, reference)
        assert formed == "done"
        assert case.unseen == 1
        if claimed == "done":
            assert (case.state, told(world, conversation)[-1]) == ("active", "added_to_case")
        else:
            assert (case.state, told(world, conversation)[-1]) == ("promised", "promised")


def test_handing_off_twice_at_once_is_one_case(world: World) -> None:
    conversation = world.visit()
    codes = at_once(*[partial(service.ask_person, world.core, conversation, now=world.now)] * 6)
    assert codes == ["done"] * 6
    assert told(world, conversation).count("handoff_waiting") == 1
    assert told(world, conversation).count("case_told") == 5
    assert len({message for message in world.texts(conversation) if "reference=" in message}) == 2


def test_an_agent_is_disabled_while_they_are_given_a_case(world: World) -> None:
    """Both lock the agent's presence first, so neither waits for the other for ever."""
    ana = world.agent()
    beat(world.core, ana, "online", now=world.now)
    disable = partial(set_agent, world.core, email="ana@example.com", staffing=Staffing(disabled=True), now=world.now)
    with ThreadPoolExecutor(1) as pool:
        with work(world.core, world.now) as unit:
            lock_agent(unit, ana.id)
            disabling = pool.submit(disable)
            until_somebody_waits(world)
            unit.session.execute(update(Agent).where(Agent.id == ana.id).values(last_assigned_at=world.now))
        disabling.result(30)
    with pytest.raises(TransitionRefused):
        offer(world, ana, world.open_case(world.visit()))


def until_somebody_waits(world: World) -> None:
    """For a lock; on SQLite the write transaction is the only one, and nobody is ahead of it."""
    if world.core.database.is_sqlite:
        return
    for _ in range(3000):
        with world.core.database.read() as session:
            if session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
        sleep(0.01)
    raise AssertionError("nobody waits")
