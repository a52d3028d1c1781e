"""What a customer says of an answer, and what they are told of having been read."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from handoff import service
from handoff.audit import audit_database
from handoff.errors import NotFound
from handoff.service.proof import reports
from handoff.service.proof.questions import unsettled
from tests.support.core import World
from tests.support.desk import ALWAYS
from tests.support.history import History, asked, local

DAY = "2026-11-23"
EIGHT_DAYS_LATER = local("2026-12-01", "12:00")


def answer_in(world: World, conversation: str) -> str:
    """The id of the bot's last answer."""
    messages = service.read_conversation(world.core, conversation, now=world.now).messages
    return [each.id for each in messages if each.entry][-1]


def judge(world: World, conversation: str, helped: bool) -> None:
    service.tell_helped(world.core, conversation, answer_in(world, conversation), helped, now=world.now)


def test_the_last_word_counts_and_every_page_hears_it_once(world: World) -> None:
    history = History.begun(world)
    talk = history.visitor()
    history.asks_bot(talk)
    before = service.read_conversation(world.core, talk, now=world.now).cursor
    for helped in (True, True, False):
        judge(world, talk, helped)
    items = service.read_stream(world.core, talk, before)
    assert [(each.kind, each.data["helped"]) for each in items] == [("helped", True), ("helped", False)]
    assert service.read_conversation(world.core, talk, now=world.now).messages[-1].helped is False
    assert audit_database(world.core.database, world.core.secret, world.now).clean


@pytest.mark.parametrize("wrong", ["the customer's", "of another conversation", "nobody's"])
def test_only_an_answer_in_this_conversation_can_be_judged(world: World, wrong: str) -> None:
    history = History.begun(world)
    mine, other = history.visitor(), history.visitor()
    history.asks_bot(mine)
    history.asks_bot(other)
    theirs = service.read_conversation(world.core, mine, now=world.now).messages
    said = next(each.id for each in theirs if each.author == "customer")
    message = {"the customer's": said, "of another conversation": answer_in(world, other), "nobody's": "nobody"}[wrong]
    with pytest.raises(NotFound):
        service.tell_helped(world.core, mine, message, False, now=world.now)
    assert service.read_conversation(world.core, other, now=world.now).messages[-1].helped is None


def test_an_answer_that_helped_is_confirmed_and_one_that_did_not_is_unsolved(world: World) -> None:
    history = History.begun(world)
    world.at(local(DAY, "10:00"))
    helped, unhelped, mended, starred, quiet = (history.visitor() for _ in range(5))
    for each in (helped, unhelped, mended, starred, quiet):
        history.asks_bot(each)
    judge(world, helped, True)
    judge(world, unhelped, False)
    judge(world, mended, False)
    judge(world, starred, False)
    world.later(minutes=1)
    history.asks_bot(mended)
    judge(world, mended, True)
    history.rates(starred, 5)  # stars are of the whole, and stand before a word on one answer
    world.at(EIGHT_DAYS_LATER)
    total = reports.read_answers(world.core, asked(DAY), world.now).total
    assert (total.answered, total.confirmed, total.quiet, total.unsolved) == (5, 3, 1, 1)


def test_a_question_whose_answer_did_not_help_is_unsettled(world: World) -> None:
    world.settle(hours=ALWAYS)
    history = History.begun(world)
    helped, unhelped = history.visitor(), history.visitor()
    history.says(helped, "when do you open?")
    history.bot()
    history.says(unhelped, "can I return a lamp without its box?")
    history.bot()
    judge(world, helped, True)
    judge(world, unhelped, False)
    found = unsettled(world.core.database, world.now - timedelta(days=1))
    assert [(one.text, one.outcome, one.refused) for one in found] == [
        ("can I return a lamp without its box?", "not_helped", False)
    ]
    judge(world, unhelped, True)
    assert unsettled(world.core.database, world.now - timedelta(days=1)) == ()


def test_the_page_hears_how_far_a_person_has_read(world: World, kinds: Callable[..., list[str]]) -> None:
    world.settle(hours=ALWAYS)
    talk, ana = world.visit(), world.agent()
    first = world.write(talk, "hello").cursor
    item = world.claim(ana, world.open_case(talk))
    assert service.read_conversation(world.core, talk, now=world.now).read_upto is None
    second = world.write(talk, "anybody?").cursor
    service.mark_seen(world.core, ana, item.reference, upto=first, now=world.now)
    service.mark_seen(world.core, ana, item.reference, now=world.now)
    service.mark_seen(world.core, ana, item.reference, now=world.now)
    assert kinds(talk) == [first, second]
    assert service.read_conversation(world.core, talk, now=world.now).read_upto == second


@pytest.fixture
def kinds(world: World) -> Callable[..., list[str]]:
    def read(conversation: str) -> list[str]:
        items = service.read_stream(world.core, conversation, None)
        return [each.data["upto"] for each in items if each.kind == "read"]

    return read


def test_who_chooses_a_language_before_saying_anything_is_greeted_in_it(world: World) -> None:
    talk = world.visit("en")
    service.set_language(world.core, talk, "es", now=world.now)
    service.set_language(world.core, talk, "es", now=world.now)
    found = service.read_conversation(world.core, talk, now=world.now).messages
    assert [(each.language, bool(each.choices)) for each in found] == [
        ("en", False), ("en", True), ("es", False), ("es", True)
    ]  # fmt: skip
    world.write(talk, "hola")
    service.set_language(world.core, talk, "en", now=world.now)
    assert len(service.read_conversation(world.core, talk, now=world.now).messages) == 5
    assert audit_database(world.core.database, world.core.secret, world.now).clean
