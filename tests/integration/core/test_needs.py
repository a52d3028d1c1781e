"""Fuel belongs to what a customer wants: another conversation does not refill it, and a person's word settles it."""

from typing import Any

from sqlalchemy import update

from handoff import service
from handoff.detection.needs import LASTS, Spent, tank
from handoff.models import Conversation, Customer
from handoff.service import CallbackForm, Reply, Said
from tests.support.core import World

PHONE = "+34600111222"


def turn_of(world: World, conversation: str) -> service.Turn:
    world.write(conversation, "again", f"m{world.later(seconds=1).timestamp()}")
    (turn,) = service.take_turns(world.core, owner="one", limit=1, now=world.now)
    return turn


def spend(world: World, conversation: str, cost: int = 1) -> None:
    turn = turn_of(world, conversation)
    spent = Spent(key="returns", act="answer|a||", cost=cost, full=3)
    reply = Reply(said=(Said(text="an answer", release=1),), facts={}, spent=spent)
    assert service.finish_turn(world.core, turn, reply, now=world.now)


def fuel(world: World, conversation: str) -> int | None:
    turn = turn_of(world, conversation)
    service.finish_turn(world.core, turn, Reply(said=(Said(text="well", release=1),), facts={}), now=world.now)
    found = tank(turn.needs, "returns", world.now)
    return found.fuel if found else None


def by_text(world: World, web: str) -> str:
    """The same customer's phone, as a proven link joins them."""
    texts = world.text(PHONE, "hola", "SM1").conversation_id
    with world.core.database.write() as session:
        mine = session.get_one(Conversation, web).customer_id
        session.execute(update(Conversation).where(Conversation.id == texts).values(customer_id=mine))
    for turn in service.take_turns(world.core, owner="one", limit=9, now=world.now):
        service.finish_turn(world.core, turn, Reply(said=(Said(text="hi", release=1),), facts={}), now=world.now)
    return texts


def needs_of(world: World, conversation: str) -> Any:
    with world.core.database.read() as session:
        customer = session.get_one(Conversation, conversation).customer_id
        return session.get_one(Customer, customer).needs


def ended_chat(world: World, conversation: str, *, word: str | None, back: bool) -> None:
    """A person takes the chat and gives it back, or resolves it."""
    ana = world.agent(f"Ana{world.now.timestamp():.0f}")
    item = world.claim(ana, world.open_case(conversation))
    if word:
        service.reply(world.core, ana, item.reference, item.version, "r1", word, now=world.now)
    item = world.case(ana, item.reference)
    if back:
        service.return_to_bot(world.core, ana, item.reference, item.version, now=world.now)
    else:
        service.resolve(world.core, ana, item.reference, item.version, "solved", now=world.now)
    world.sweep(seconds=15)
    assert world.state(conversation) == "bot"


def test_a_new_conversation_does_not_refill_it(world: World) -> None:
    first, second = world.visit(), world.visit()
    spend(world, first, cost=2)
    assert fuel(world, second) == 1


def test_a_switch_to_text_messages_does_not_refill_it(world: World) -> None:
    web = world.visit()
    texts = by_text(world, web)
    spend(world, web, cost=2)
    world.text(PHONE, "y ahora?", "SM2")
    (turn,) = service.take_turns(world.core, owner="one", limit=1, now=world.now)
    assert turn.conversation_id == texts
    found = tank(turn.needs, "returns", world.now)
    assert found is not None
    assert found.fuel == 1


def test_another_customer_has_a_tank_of_their_own(world: World) -> None:
    spend(world, world.visit(), cost=2)
    other = service.start_conversation(
        world.core, channel="web", account="web", address="another", language="en", now=world.now
    ).conversation_id
    assert fuel(world, other) is None


def test_it_lapses_in_a_day(world: World) -> None:
    conversation = world.visit()
    spend(world, conversation, cost=2)
    world.now += LASTS
    assert fuel(world, conversation) is None


def test_two_conversations_at_once_spend_from_one_tank(world: World) -> None:
    first, second = world.visit(), world.visit()
    turns = [turn_of(world, first), turn_of(world, second)]
    for turn in turns:
        reply = Reply(said=(), facts={}, spent=Spent(key="returns", act="a", cost=1, full=3))
        assert service.finish_turn(world.core, turn, reply, now=world.now)
    assert fuel(world, first) == 1


def test_what_a_person_saw_to_is_settled(world: World) -> None:
    for back in (True, False):
        conversation = world.visit()
        spend(world, conversation, cost=2)
        ended_chat(world, conversation, word="hello, Ana here", back=back)
        assert needs_of(world, conversation) is None


def test_a_chat_that_comes_back_without_a_word_is_nearly_out_of_fuel(world: World) -> None:
    conversation = world.visit()
    spend(world, conversation, cost=0)
    ended_chat(world, conversation, word=None, back=True)
    assert fuel(world, conversation) == 1


def test_who_withdraws_still_wants_it(world: World) -> None:
    conversation = world.visit()
    spend(world, conversation, cost=2)
    form = CallbackForm(message="call", phone=PHONE)
    brief = service.submit_form(world.core, conversation, form, now=world.now)
    service.withdraw(world.core, conversation, brief.reference, brief.version, now=world.now)
    assert fuel(world, conversation) == 1
