"""Turns: serial, retaken after a crash, and dropped when a person took over."""

from handoff import service
from handoff.service import Need, Reply, Said
from tests.support.core import World


def take(world: World, owner: str = "one") -> tuple[service.Turn, ...]:
    return service.take_turns(world.core, owner=owner, limit=10, now=world.now)


def finish(world: World, turn: service.Turn, text: str = "an approved answer", **more: object) -> bool:
    reply = Reply(said=(Said(text=text, release=1),), facts={"decision": "answer"}, **more)  # type: ignore[arg-type]
    return service.finish_turn(world.core, turn, reply, now=world.now)


def test_a_burst_is_one_turn(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "where is")
    world.write(conversation, "my order")
    (turn,) = take(world)
    assert turn.text == "where is\nmy order"
    assert finish(world, turn)
    assert take(world) == ()


def test_a_turn_belongs_to_one_worker_until_its_lease_ends(world: World) -> None:
    world.write(world.visit(), "hello")
    assert len(take(world, "one")) == 1
    assert take(world, "two") == ()
    world.later(seconds=11)
    assert len(take(world, "two")) == 1


def test_a_late_worker_whose_turn_was_retaken_says_nothing(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "hello")
    (slow,) = take(world, "slow")
    world.later(seconds=11)
    (quick,) = take(world, "quick")
    assert finish(world, quick, "from quick")
    assert not finish(world, slow, "from slow")
    assert world.texts(conversation).count("from quick") == 1
    assert "from slow" not in world.texts(conversation)


def test_a_message_that_came_during_the_turn_is_the_next_turn(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "hello")
    (turn,) = take(world)
    world.write(conversation, "and one more thing")
    assert finish(world, turn)
    (after,) = take(world)
    assert after.text == "and one more thing"


def test_a_reply_is_dropped_when_a_person_is_asked_for_meanwhile(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "hello")
    (turn,) = take(world)
    world.open_case(conversation)
    assert not finish(world, turn, "too late")
    assert "too late" not in world.texts(conversation)
    assert take(world) == ()


def test_the_dialogue_state_is_committed_with_the_reply(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "hello")
    (turn,) = take(world)
    finish(world, turn, dialogue={"slot": "A1"}, memory={"fuel": 2})
    world.write(conversation, "again")
    (after,) = take(world)
    assert (after.dialogue, after.memory) == ({"slot": "A1"}, {"fuel": 2})


def test_a_turn_that_needs_a_person_opens_the_case_in_the_same_commit(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "a person please")
    (turn,) = take(world)
    reply = Reply(need=Need(reason="asked_for_person"))
    assert service.finish_turn(world.core, turn, reply, now=world.now)
    assert world.state(conversation) == "waiting"


def test_a_language_that_was_found_is_followed(world: World) -> None:
    conversation = world.visit("en")
    world.write(conversation, "hola")
    (turn,) = take(world)
    finish(world, turn, language="es")
    assert service.read_conversation(world.core, conversation, now=world.now).language == "es"


def test_words_said_to_an_agent_are_never_a_turn(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    reference = world.open_case(conversation)
    item = world.claim(ana, reference)
    world.write(conversation, "only for Ana")
    service.reply(world.core, ana, reference, item.version, "r1", "yes", now=world.now)
    service.return_to_bot(world.core, ana, reference, item.version, now=world.now)
    world.sweep(seconds=11)
    assert take(world) == ()
    world.write(conversation, "for the bot again")
    (turn,) = take(world)
    assert turn.text == "for the bot again"


def test_a_turn_given_back_is_taken_at_once(world: World) -> None:
    world.write(world.visit(), "hello")
    (turn,) = take(world, "one")
    service.release_turn(world.core, turn, now=world.now)
    assert len(take(world, "two")) == 1
