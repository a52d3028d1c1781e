"""Hard cases, crowds: an engine outage that sends two hundred chats to two agents, and thirty in a queue whose last
agent leaves.
"""

from collections import Counter

import pytest
from sqlalchemy import func, select

from handoff import service
from handoff.detection.signals import Signal
from handoff.errors import AtCapacity
from handoff.models import Notification
from handoff.service import Need, Reply, Said
from handoff.service.base.views import AgentView
from handoff.service.people.accounts import beat
from tests.support.cases import alerts, take, told, visitor
from tests.support.core import World

MANY, CAPACITY = 200, 4
ON_CALL = {"notify": {"on_call": {"emails": ["oncall@example.com"]}, "supervisor": {"emails": ["boss@example.com"]}}}


def outage(world: World, number: int) -> list[str]:
    """That many who each asked a question when the engine had died."""
    conversations = [visitor(world) for _ in range(number)]
    for n, conversation in enumerate(conversations):
        world.write(conversation, f"question {n}")
    ill = Signal(kind="engine", strength=1.0, language="en", evidence="refused")
    need = Need(reason="engine_down", signals=(ill,), actor="system")
    for turn in take(world):
        assert service.finish_turn(world.core, turn, Reply(said=(Said(notice="engine_down"),), need=need), world.now)
    return conversations


def notifications(world: World) -> int:
    with world.core.database.read() as session:
        return session.execute(select(func.count()).select_from(Notification)).scalar_one()


def two_agents(world: World) -> tuple[AgentView, AgentView]:
    ana, ben = world.agent("Ana", capacity=CAPACITY), world.agent("Ben", capacity=CAPACITY)
    beat_all(world, ana, ben)
    return ana, ben


def beat_all(world: World, *agents: AgentView) -> None:
    for agent in agents:
        beat(world.core, agent, "online", now=world.now)


def take_all_they_can(world: World, ana: AgentView, ben: AgentView) -> None:
    waiting = service.read_queue(world.core, ana, now=world.now).waiting
    assert len(waiting) == MANY
    for agent, items in ((ana, waiting[:CAPACITY]), (ben, waiting[CAPACITY : 2 * CAPACITY])):
        for item in items:
            service.claim(world.core, agent, item.reference, item.version, now=world.now)
    with pytest.raises(AtCapacity):
        service.claim(world.core, ana, waiting[-1].reference, waiting[-1].version, now=world.now)


def answer_all(world: World, conversations: list[str]) -> list[str]:
    """The bot answers what is due, each their own question; returns whose turns there were."""
    turns = take(world)
    for turn in turns:
        assert turn.text == f"question {conversations.index(turn.conversation_id)}"
        answer = Reply(said=(Said(text="an answer", release=1),), facts={})
        assert service.finish_turn(world.core, turn, answer, world.now)
    return sorted(turn.conversation_id for turn in turns)


@pytest.mark.bar(12)
@pytest.mark.timeout(900)  # two hundred of everything, on a machine that is busy
def test_an_engine_outage_sends_two_hundred_chats_to_two_agents(world: World) -> None:
    world.settle(**ON_CALL)
    ana, ben = two_agents(world)
    conversations = outage(world, MANY)
    assert {tuple(told(world, conversation)[-2:]) for conversation in conversations} == {
        ("engine_down", "handoff_waiting")
    }
    assert notifications(world) == 0, "two hundred opened cases are two hundred rows of the queue, and no mail"
    take_all_they_can(world, ana, ben)
    held = [conversation for conversation in conversations if world.state(conversation) == "agent"]
    rest = [conversation for conversation in conversations if conversation not in held]
    world.later(minutes=3, seconds=1)
    beat_all(world, ana, ben)
    service.expire(world.core, world.now)
    assert {told(world, conversation)[-1] for conversation in rest} == {"still_waiting"}
    shown = service.read_alerts(world.core, ana, now=world.now)
    assert 0 < len(shown) < 10, "alerts of a kind are one at the desk"
    assert notifications(world) <= 4, "and one message a matter"

    assert service.offer_bot_back(world.core, world.now) == MANY - 2 * CAPACITY
    assert not any("engine_back" in told(world, conversation) for conversation in held)
    takers, stayers = rest[::2], rest[1::2]
    for conversation in takers:
        world.write(conversation, "[try_bot en web]")
    for conversation in stayers[:5]:
        world.write(conversation, "[keep_waiting en web]")
    assert Counter(world.state(conversation) for conversation in rest) == {"bot": len(takers), "waiting": len(stayers)}
    assert answer_all(world, conversations) == sorted(takers)
    heard = {tuple(told(world, conversation)[2:]) for conversation in takers}
    assert heard == {("engine_down", "handoff_waiting", "still_waiting", "engine_back", "try_bot", "withdrawn")}
    queue = service.read_queue(world.core, ana, now=world.now)
    assert (len(queue.waiting), len(queue.mine), len(queue.others)) == (len(stayers), CAPACITY, CAPACITY)
    assert all(item.deadline_at is not None and item.deadline_at > world.now for item in queue.waiting)


def test_the_last_agent_goes_offline_with_thirty_in_the_queue(world: World) -> None:
    world.settle(**ON_CALL)
    ana, eva = world.agent("Ana", capacity=1), world.agent("Eva", "supervisor")
    beat(world.core, ana, "online", now=world.now)
    held = visitor(world)
    world.claim(ana, world.open_case(held))
    conversations = [visitor(world) for _ in range(30)]
    for conversation in conversations:
        world.open_case(conversation)
    for _ in range(3):
        beat(world.core, ana, "online", now=world.later(seconds=20))
        service.expire(world.core, world.now)
    assert all(told(world, conversation)[-1] == "handoff_waiting" for conversation in conversations)
    beat(world.core, ana, "offline", now=world.later(seconds=1))
    for _ in range(6):
        world.sweep(seconds=10)
    for conversation in conversations:
        assert told(world, conversation)[-2:] == ["handoff_waiting", "nobody_left"]
        assert told(world, conversation).count("nobody_left") == 1
    assert told(world, held)[-1] in {"agent_lost", "nobody_left"}
    assert len([kind for kind in alerts(world, eva) if kind == "nobody_left"]) == 1
    assert notifications(world) <= 4
    queue = service.read_queue(world.core, eva, now=world.now)
    assert len(queue.waiting) == 31
    assert all(item.deadline_at is not None for item in queue.waiting)
    ben = world.agent("Ben")
    beat(world.core, ben, "online", now=world.now)
    assert service.offer_waiting(world.core, world.now) == 1
    assert world.case(ben, _case(world, held)).state == "offered", "who had an agent goes to the front"


def _case(world: World, conversation: str) -> str:
    handoff = service.read_conversation(world.core, conversation, now=world.now).handoff
    assert handoff is not None
    return handoff.reference


def test_what_thirty_write_while_they_wait_reaches_the_agent_in_order(world: World) -> None:
    ana = world.agent(capacity=30)
    conversations = [visitor(world) for _ in range(10)]
    references = {conversation: world.open_case(conversation) for conversation in conversations}
    for line in range(4):
        for conversation in conversations:
            world.write(conversation, f"line {line}")
        world.later(seconds=1)
    for conversation, reference in references.items():
        world.claim(ana, reference)
        case = service.read_case(world.core, ana, reference, now=world.now)
        written = [message.text for message in case.transcript if message.author == "customer"]
        assert written == [f"line {line}" for line in range(4)]
        assert case.item.unseen == 4
        assert world.state(conversation) == "agent"
    assert take(world) == ()


def test_returned_chats_start_with_fresh_loop_memory(world: World) -> None:
    world.settle(undo_seconds=0)
    ana, conversation = world.agent(), visitor(world)
    world.write(conversation, "first")
    (turn,) = take(world)
    remembered = Reply(said=(Said(text="an answer", release=1),), facts={}, memory={"fuel": 2}, dialogue={"turns": 1})
    assert service.finish_turn(world.core, turn, remembered, world.now)
    world.write(conversation, "second")
    (turn,) = take(world)
    assert turn.memory == {"fuel": 2}
    service.finish_turn(
        world.core, turn, Reply(need=Need(reason="loop", actor="system"), memory={"fuel": 2}), world.now
    )
    item = world.claim(ana, _case(world, conversation))
    service.mark_seen(world.core, ana, item.reference, now=world.now)
    service.return_to_bot(world.core, ana, item.reference, item.version, now=world.now)
    world.write(conversation, "third")
    (turn,) = take(world)
    assert (turn.text, turn.memory, turn.tries) == ("third", None, 1)
