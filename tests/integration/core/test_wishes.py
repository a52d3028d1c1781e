"""What customers ask of their open case in a click or a few words: the bot again, a callback, to withdraw it."""

import pytest

from handoff import service
from handoff.detection.signals import Signal
from handoff.errors import NotFound, StaleVersion
from handoff.service import Need, Reply, Said
from handoff.service.base.core import work
from handoff.service.cases.holding import open_case
from handoff.service.cases.moving import Act, move
from handoff.service.people.accounts import beat
from handoff.states import EventKind
from tests.support.core import SUNDAY_NIGHT, World

PHONE = "+34600111222"
MASKED = "•••" + PHONE[-4:]  # as every agent sees it until the call begins
ILL = Signal(kind="engine", strength=1.0, language="en", evidence="refused")


def take(world: World) -> tuple[service.Turn, ...]:
    return service.take_turns(world.core, owner="one", limit=300, now=world.now)


def break_engine(world: World, *more: Signal, evidence: str = "refused") -> None:
    """Ends every turn that is due as a dead engine does."""
    ill = Signal(kind="engine", strength=1.0, language="en", evidence=evidence)
    need = Need(reason="engine_down", signals=(*more, ill), actor="system")
    for turn in take(world):
        assert service.finish_turn(world.core, turn, Reply(said=(Said(notice="engine_down"),), need=need), world.now)


def outage(world: World, text: str = "how do I return a lamp?") -> tuple[str, str]:
    """A conversation on the web that waits only because the engine was down, and its case."""
    conversation = world.visit()
    world.write(conversation, text)
    break_engine(world)
    return conversation, reference_of(world, conversation)


def reference_of(world: World, conversation: str) -> str:
    handoff = service.read_conversation(world.core, conversation, now=world.now).handoff
    assert handoff is not None
    return handoff.reference


def choices_of(world: World, conversation: str) -> list[str]:
    view = service.read_conversation(world.core, conversation, now=world.now)
    return [choice.value for choice in view.messages[-1].choices or ()]


def test_who_waits_only_for_the_engine_is_offered_the_bot_once(world: World) -> None:
    conversation, _ = outage(world)
    assert service.waits_for_engine(world.core, world.now)
    assert service.offer_bot_back(world.core, world.later(seconds=30)) == 1
    assert world.notices(conversation)[-1] == "engine_back"
    assert choices_of(world, conversation) == ["[try_bot en web]", "[keep_waiting en web]"]
    assert not service.waits_for_engine(world.core, world.now)
    assert service.offer_bot_back(world.core, world.later(seconds=30)) == 0
    assert world.state(conversation) == "waiting"


def test_the_click_withdraws_the_case_and_the_unanswered_question_is_the_bots_turn_again(world: World) -> None:
    conversation, reference = outage(world)
    world.write(conversation, "in the blue box")
    service.offer_bot_back(world.core, world.later(seconds=30))
    world.write(conversation, "[try_bot en web]")
    assert (world.state(conversation), world.notices(conversation)[-1]) == ("bot", "withdrawn")
    assert world.case(world.agent(), reference).state == "withdrawn"
    (turn,) = take(world)
    assert turn.text == "how do I return a lamp?\nin the blue box"
    answer = Reply(said=(Said(text="an answer", release=1),), facts={})
    assert service.finish_turn(world.core, turn, answer, world.now)
    assert take(world) == ()
    assert world.texts(conversation)[-1] == "an answer"


def test_only_what_the_bot_had_not_answered_comes_back(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "first")
    (turn,) = take(world)
    world.write(conversation, "second")
    assert service.finish_turn(
        world.core, turn, Reply(said=(Said(text="to the first", release=1),), facts={}), world.now
    )
    break_engine(world)
    service.offer_bot_back(world.core, world.later(seconds=30))
    world.write(conversation, "[try_bot es web]")
    assert [turn.text for turn in take(world)] == ["second"]


def test_a_second_click_finds_nothing_to_withdraw_and_is_no_second_case(world: World) -> None:
    conversation, _ = outage(world)
    service.offer_bot_back(world.core, world.later(seconds=30))
    world.write(conversation, "[try_bot en web]", "one")
    world.write(conversation, "[try_bot en web]", "two")
    assert world.notices(conversation).count("withdrawn") == 1
    assert [turn.text for turn in take(world)] == ["how do I return a lamp?"]


@pytest.mark.parametrize("word", ["BOT", "asistente", "the assistant please"])
def test_on_a_phone_one_word_takes_the_bot(world: World, word: str) -> None:
    conversation = world.text(PHONE, "como devuelvo una lampara", "SM1").conversation_id
    break_engine(world)
    service.offer_bot_back(world.core, world.later(seconds=30))
    world.text(PHONE, word, "SM2")
    assert world.state(conversation) == "bot"
    assert [turn.text for turn in take(world)] == ["como devuelvo una lampara"]


def test_keep_waiting_is_acknowledged_and_changes_nothing(world: World) -> None:
    conversation, reference = outage(world)
    service.offer_bot_back(world.core, world.later(seconds=30))
    ana = world.agent()
    before = world.case(ana, reference)
    world.write(conversation, "[keep_waiting en web]")
    after = world.case(ana, reference)
    assert (after.version, after.state, after.deadline_at) == (before.version, before.state, before.deadline_at)
    assert (after.unseen, world.notices(conversation)[-1]) == (before.unseen, "case_told")
    assert take(world) == ()


def test_a_claim_that_comes_between_makes_the_click_a_message_to_the_agent(world: World) -> None:
    conversation, reference = outage(world)
    service.offer_bot_back(world.core, world.later(seconds=30))
    ana = world.agent()
    world.claim(ana, reference)
    world.write(conversation, "[try_bot en web]")
    case = world.case(ana, reference)
    assert (case.state, case.unseen) == ("active", 2)
    assert world.texts(conversation)[-2:] == [
        "[agent_joined en web] agent=Ana reference=" + reference,
        "[try_bot en web]",
    ]


def test_who_asks_for_a_person_meanwhile_is_not_offered_the_bot(world: World) -> None:
    conversation, _ = outage(world)
    service.ask_person(world.core, conversation, now=world.now)
    assert service.offer_bot_back(world.core, world.later(seconds=30)) == 0


@pytest.mark.parametrize("evidence", ["turn_broken", "unapproved"])
def test_a_question_that_the_engine_cannot_bear_is_not_offered_to_it_again(world: World, evidence: str) -> None:
    conversation = world.visit()
    world.write(conversation, "a question")
    break_engine(world, evidence=evidence)
    assert service.offer_bot_back(world.core, world.later(seconds=30)) == 0
    assert world.state(conversation) == "waiting"


def test_who_was_angry_too_is_not_offered_the_bot(world: World) -> None:
    world.write(world.visit(), "this is a disgrace")
    break_engine(world, Signal(kind="frustration", strength=0.7, language="en", evidence="disgrace"))
    assert service.offer_bot_back(world.core, world.later(seconds=30)) == 0


def test_an_engine_that_fails_the_same_customer_again_is_not_offered_twice_within_the_hour(world: World) -> None:
    conversation, _ = outage(world)
    service.offer_bot_back(world.core, world.later(seconds=30))
    world.write(conversation, "[try_bot en web]")
    break_engine(world)
    assert world.state(conversation) == "waiting"
    assert service.offer_bot_back(world.core, world.later(seconds=30)) == 0


def test_the_bots_word_is_an_ordinary_text_when_it_was_not_offered(world: World) -> None:
    conversation = world.text(PHONE, "hola", "SM1").conversation_id
    world.open_case(conversation)
    world.text(PHONE, "bot", "SM2")
    assert world.state(conversation) == "waiting"


def test_the_choice_to_leave_a_message_stands_under_the_wait_and_takes_it(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    reference = world.open_case(conversation)
    assert choices_of(world, conversation) == ["[leave_message en web]"]
    world.write(conversation, "[leave_message en web]")
    assert (world.state(conversation), world.notices(conversation)[-1]) == ("callback", "ask_message_asked")
    assert (world.case(ana, reference).state, world.case(ana, reference).unseen) == ("collecting", 0)


@pytest.mark.parametrize("words", ["Call me", "callback please", "¡Llamadme!", "que me llamen"])
def test_on_a_phone_a_callback_is_asked_for_in_words(world: World, words: str) -> None:
    conversation = world.text(PHONE, "hola", "SM1").conversation_id
    reference = world.open_case(conversation)
    world.text(PHONE, words, "SM2")
    assert world.notices(conversation)[-1] == "ask_message_asked"
    world.text(PHONE, "about my lamp", "SM3")
    (item,) = service.read_callbacks(world.core, world.agent(), now=world.now)
    assert (item.reference, item.contact, item.message) == (reference, MASKED, "about my lamp")


def test_those_words_in_a_sentence_are_a_message_to_people(world: World) -> None:
    conversation = world.text(PHONE, "hola", "SM1").conversation_id
    reference = world.open_case(conversation)
    world.text(PHONE, "you said that somebody would call me back yesterday", "SM2")
    assert (world.state(conversation), world.case(world.agent(), reference).unseen) == ("waiting", 2)


def test_after_hours_two_texts_are_enough_for_a_promise_whatever_the_first_says(world: World) -> None:
    conversation = world.at(SUNDAY_NIGHT).text(PHONE, "llamadme", "SM1").conversation_id
    (turn,) = take(world)
    service.finish_turn(world.core, turn, Reply(need=Need(reason="asked_for_person")), now=world.now)
    world.text(PHONE, "call me", "SM2")
    assert world.notices(conversation)[-1] == "promised"


@pytest.mark.parametrize("stand", ["collecting", "promised", "active", "calling"])
def test_a_callback_asked_for_elsewhere_is_refused_calmly(world: World, stand: str) -> None:
    conversation, ana = world.visit(), world.agent()
    reference = world.open_case(conversation)
    if stand == "collecting":
        service.ask_callback(world.core, conversation, now=world.now)
    elif stand == "active":
        world.claim(ana, reference)
    else:
        service.submit_form(world.core, conversation, service.CallbackForm(message="m", phone=PHONE), now=world.now)
        if stand == "calling":
            service.start_call(world.core, ana, reference, world.case(ana, reference).version, now=world.now)
    before = world.case(ana, reference)
    brief = service.ask_callback(world.core, conversation, now=world.now)
    assert (brief.reference, brief.state, world.case(ana, reference)) == (reference, stand, before)
    assert world.notices(conversation)[-1] == ("ask_message_asked" if stand == "collecting" else "case_told")


def test_a_callback_without_a_case_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        service.ask_callback(world.core, world.visit(), now=world.now)


def test_on_a_phone_withdrawing_is_asked_and_a_yes_does_it(world: World) -> None:
    conversation = world.text(PHONE, "hola", "SM1").conversation_id
    reference = world.open_case(conversation)
    world.text(PHONE, "ya no hace falta", "SM2")
    assert (world.state(conversation), world.notices(conversation)[-1]) == ("waiting", "confirm_withdraw")
    world.text(PHONE, "Sí", "SM3")
    assert (world.state(conversation), world.notices(conversation)[-1]) == ("bot", "withdrawn")
    assert world.case(world.agent(), reference).state == "withdrawn"
    assert take(world) == ()


def test_a_no_keeps_the_case(world: World) -> None:
    conversation = world.text(PHONE, "hola", "SM1").conversation_id
    world.open_case(conversation)
    world.text(PHONE, "withdraw my case", "SM2")
    world.text(PHONE, "no", "SM3")
    assert (world.state(conversation), world.notices(conversation)[-1]) == ("waiting", "case_told")


def test_a_yes_that_is_older_than_a_change_of_state_is_asked_again(world: World) -> None:
    conversation = world.text(PHONE, "hola", "SM1").conversation_id
    reference = world.open_case(conversation)
    world.text(PHONE, "withdraw my case", "SM2")
    ana = world.agent()
    world.claim(ana, reference)
    world.text(PHONE, "yes", "SM3")
    assert (world.state(conversation), world.notices(conversation)[-1]) == ("agent", "confirm_withdraw")
    world.text(PHONE, "yes", "SM4")
    assert (world.state(conversation), world.notices(conversation)[-1]) == ("bot", "withdrawn")


def test_a_yes_after_the_agents_word_is_said_to_the_agent(world: World) -> None:
    conversation = world.text(PHONE, "hola", "SM1").conversation_id
    reference = world.open_case(conversation)
    world.text(PHONE, "withdraw my case", "SM2")
    ana = world.agent()
    item = world.claim(ana, reference)
    service.reply(world.core, ana, reference, item.version, "r1", "Shall I look it up?", now=world.now)
    world.text(PHONE, "yes", "SM3")
    assert (world.state(conversation), world.case(ana, reference).unseen) == ("agent", 1)


def test_a_yes_to_nothing_is_a_message(world: World) -> None:
    conversation = world.text(PHONE, "hola", "SM1").conversation_id
    reference = world.open_case(conversation)
    world.text(PHONE, "withdraw my case", "SM2")
    world.text(PHONE, "wait a moment", "SM3")
    world.text(PHONE, "yes", "SM4")
    assert (world.state(conversation), world.case(world.agent(), reference).unseen) == ("waiting", 3)


def test_on_the_web_a_confirmation_from_before_the_claim_is_refused_and_one_from_before_an_offer_is_not(
    world: World,
) -> None:
    conversation, ana = world.visit(), world.agent()
    brief = service.ask_person(world.core, conversation, now=world.now)
    world.claim(ana, brief.reference)
    with pytest.raises(StaleVersion):
        service.withdraw(world.core, conversation, brief.reference, brief.version, now=world.now)
    assert world.state(conversation) == "agent"
    other = world.visit()
    brief = service.ask_person(world.core, other, now=world.now)
    beat(world.core, ana, "online", now=world.now)
    with work(world.core, world.now) as unit:
        case = open_case(unit, brief.reference)
        move(unit, case.conversation, case.row, Act(kind=EventKind.OFFER, actor="system", agent=ana.id))
    service.withdraw(world.core, other, brief.reference, brief.version, now=world.now)
    assert (world.state(other), world.notices(other)[-1]) == ("bot", "withdrawn")


@pytest.mark.parametrize(
    "words", ["talk to a person", "Hablar con una persona", "leave a message", "why not", "great", "ok thanks"]
)
def test_only_a_clear_yes_ends_a_case(world: World, words: str) -> None:
    conversation = world.text(PHONE, "hola", "SM1").conversation_id
    world.open_case(conversation)
    world.text(PHONE, "withdraw my case", "SM2")
    world.text(PHONE, words, "SM3")
    assert world.state(conversation) != "bot"


@pytest.mark.parametrize("words", ["ok no gracias", "vale, no", "no thanks"])
def test_a_no_in_polite_words_keeps_the_case(world: World, words: str) -> None:
    conversation = world.text(PHONE, "hola", "SM1").conversation_id
    world.open_case(conversation)
    world.text(PHONE, "withdraw my case", "SM2")
    world.text(PHONE, words, "SM3")
    assert (world.state(conversation), world.notices(conversation)[-1]) == ("waiting", "case_told")


@pytest.mark.parametrize(
    "words", ["YES", "yes please", "sí, claro", "Si, gracias", "ok", "yes, withdraw it", "[yes en web]"]
)
def test_a_clear_yes_is_understood(world: World, words: str) -> None:
    conversation = world.visit()
    world.open_case(conversation)
    world.write(conversation, "never mind")
    world.write(conversation, words)
    assert (world.state(conversation), world.notices(conversation)[-1]) == ("bot", "withdrawn")


def test_a_yes_after_the_bots_word_answers_the_bot(world: World) -> None:
    conversation = world.at(SUNDAY_NIGHT).visit()
    service.submit_form(world.core, conversation, service.CallbackForm(message="m", phone=PHONE), now=world.now)
    world.write(conversation, "where is my order?")
    (turn,) = take(world)
    world.write(conversation, "never mind")
    asks = Reply(said=(Said(text="Is it order 1234?", release=1),), facts={})
    assert service.finish_turn(world.core, turn, asks, now=world.now)
    world.write(conversation, "yes")
    assert world.state(conversation) == "callback"
    assert [turn.text for turn in take(world)] == ["yes"]


def test_a_wish_is_no_message_that_somebody_must_see(world: World) -> None:
    """The audit, too, must not look for it among the unseen ones."""
    conversation, ana = world.visit(), world.agent()
    reference = world.open_case(conversation)
    service.submit_form(world.core, conversation, service.CallbackForm(message="m", phone=PHONE), now=world.now)
    item = world.claim(ana, reference)
    service.reply(world.core, ana, reference, item.version, "r1", "hello", now=world.now)
    service.make_callback(world.core, ana, reference, world.case(ana, reference).version, now=world.now)
    world.write(conversation, "never mind")
    assert (world.notices(conversation)[-1], world.case(ana, reference).unseen) == ("confirm_withdraw", 0)
