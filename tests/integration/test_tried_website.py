"""Who tries the website is an obligation like any other, but no figure of how customers are served and no gap."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from handoff import service
from handoff.models.reports import TEST_ACCOUNT
from handoff.service import CallbackForm, Reply, Said
from handoff.service.proof.questions import asked_lately, unsettled
from handoff.service.proof.scores import first_scores
from tests.support.core import World
from tests.support.core import world as make_world


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    yield from make_world(database_url)


def visit(world: World, account: str) -> str:
    started = service.start_conversation(
        world.core, channel="web", account=account, address=account, language="en", now=world.now
    )
    return started.conversation_id


def refuse(world: World, chat: str, said: str) -> None:
    world.write(chat, said)
    (turn,) = service.take_turns(world.core, owner="t", limit=1, now=world.now)
    facts = {"decision": "refuse", "score": 0.2, "release": 1, "model": "m", "language": "en"}
    reply = Reply(said=(Said(notice="refuse"),), decision="refuse", facts=facts)
    assert service.finish_turn(world.core, turn, reply, now=world.now)


def test_a_tried_website_is_an_open_case_but_no_figure_of_the_guarantee(world: World) -> None:
    reference = world.open_case(visit(world, TEST_ACCOUNT))
    world.later(minutes=5)
    found = service.read_guarantee(world.core, now=world.now)
    assert ([each.reference for each in found.next], found.open[0].number) == ([reference], 1)
    assert found.reached.cases == 0
    world.open_case(visit(world, "web"))
    world.later(minutes=5)
    assert service.read_guarantee(world.core, now=world.now).reached.cases == 1


def test_a_promise_to_who_tries_the_website_falls_due_but_counts_as_neither_kept_nor_missed(world: World) -> None:
    ana = world.agent()
    form = CallbackForm(message="call me", phone="+34600111222")
    reference = service.submit_form(world.core, visit(world, TEST_ACCOUNT), form, now=world.now).reference
    due = world.case(ana, reference).due_at
    assert due is not None
    world.at(due + timedelta(seconds=1))
    found = service.read_guarantee(world.core, now=world.now).promises
    assert (found.open, found.overdue) == (1, 1)
    service.expire(world.core, world.now)
    found = service.read_guarantee(world.core, now=world.now).promises
    assert (found.missed_today, found.missed_week, found.kept_share) == (0, 0, None)
    assert "promise_missed" in {each.kind for each in service.read_alerts(world.core, ana, now=world.now)}


def test_what_was_asked_to_try_the_website_is_no_gap_and_no_question_of_a_customer(world: World) -> None:
    refuse(world, visit(world, TEST_ACCOUNT), "does it work?")
    refuse(world, visit(world, "web"), "do you sell gift cards?")
    since, database = world.now - timedelta(days=1), world.core.database
    assert [each.text for each in unsettled(database, since)] == ["do you sell gift cards?"]
    assert [each.text for each in asked_lately(database, since, 9)] == ["do you sell gift cards?"]
    assert len(first_scores(database, since, 1)) == 1


def test_a_case_or_an_answer_that_did_not_help_while_trying_the_website_is_no_gap(world: World) -> None:
    tried = visit(world, TEST_ACCOUNT)
    world.write(tried, "does it work?")
    (turn,) = service.take_turns(world.core, owner="t", limit=1, now=world.now)
    answer = Reply(said=(Said(notice="greeting"),), decision="answer", facts={"decision": "answer"})
    assert service.finish_turn(world.core, turn, answer, now=world.now)
    world.open_case(tried)
    assert unsettled(world.core.database, world.now - timedelta(days=1)) == ()
