"""Many pages are answered by one reading: each with its own session, place and alerts, or with what is wrong."""

from handoff.errors import InvalidInput, NotAuthenticated
from handoff.service import Feed
from handoff.service.cases.feed import Ask, Told
from handoff.service.people import accounts
from tests.integration.core.test_feed import references, statements
from tests.support.core import World
from tests.support.offers import staff, wait


def signed_in(world: World, name: str) -> str:
    """An agent's session."""
    staff(world, name)
    invite = accounts.invite(world.core, email=f"{name.lower()}@example.com", now=world.now)
    opened = accounts.open_session(world.core, invite=invite, now=world.now)
    return opened.session_token


def told(found: object) -> Told:
    assert isinstance(found, Told)
    return found


def test_each_page_of_a_round_gets_its_own_answer(world: World) -> None:
    ana, ben, feed = signed_in(world, "Ana"), signed_in(world, "Ben"), Feed()
    (first,) = feed.answer(world.core, [Ask(token=ana, after=None)], world.now)
    before = told(first).changes.cursor
    case = wait(world)
    asked = [
        Ask(token=ana, after=before),
        Ask(token="no such session", after=before),
        Ask(token=ben, after="not a cursor"),
        Ask(token=ben, after=None),
    ]
    one, two, three, four = feed.answer(world.core, asked, world.now)
    assert (told(one).session.agent.name, references(told(one).changes)) == ("Ana", [case])
    assert (type(two), type(three)) == (NotAuthenticated, InvalidInput)
    assert (told(four).session.agent.name, told(four).changes.reset) == ("Ben", True)


def test_a_round_of_fifty_costs_hardly_more_than_a_round_of_one(world: World) -> None:
    tokens, feed = [signed_in(world, f"Agent{number}") for number in range(6)], Feed()
    before = told(feed.answer(world.core, [Ask(token=tokens[0], after=None)], world.now)[0]).changes.cursor
    wait(world)
    with statements(world) as one:
        feed.answer(world.core, [Ask(token=tokens[0], after=before)], world.now)
    with statements(world) as many:
        answers = feed.answer(world.core, [Ask(token=token, after=before) for token in tokens], world.now)
    assert len(many) <= len(one)
    assert len({id(told(each).changes.cases) for each in answers}) == 1  # written as JSON once


def test_a_session_that_ended_gets_nothing_more(world: World) -> None:
    ana, feed = signed_in(world, "Ana"), Feed()
    feed.answer(world.core, [Ask(token=ana, after=None)], world.now)
    accounts.close_session(world.core, ana, now=world.now)
    assert isinstance(feed.answer(world.core, [Ask(token=ana, after=None)], world.now)[0], NotAuthenticated)
