"""A proven phone after the case is over: the last reply still reaches it, and nothing of the old case stays on it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from handoff import service
from handoff.audit import audit_database
from handoff.models.talk import TextRoute
from handoff.service.base.views import AgentView
from handoff.service.sweep.untold import follow_untold
from tests.integration.core.test_texting import OURS, PHONE, reply, sent
from tests.integration.test_contact_proof import ask, followed, prove, waiting
from tests.support.core import World, make_core


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = World(core=replace(make_core(database_url), text_sender=OURS))
    yield made
    service.expire(made.core, made.now)
    report = audit_database(made.core.database, made.core.secret, made.now)
    assert report.clean, report.as_text()
    made.core.database.dispose()


def resolve(world: World, agent: AgentView, reference: str) -> None:
    service.mark_seen(world.core, agent, reference, now=world.now)
    version = world.case(agent, reference).version
    service.resolve(world.core, agent, reference, version, "solved", "", now=world.now)
    world.later(seconds=11)
    service.expire(world.core, world.now)


def last_word(world: World) -> tuple[str, AgentView, str]:
    """Back on the page and gone again; the agent's reply is the last thing before the case is over."""
    chat, ana, reference = followed(world)
    sent(world)
    world.write(chat, "I am back here")
    reply(world, ana, reference, "it left today")
    resolve(world, ana, reference)
    assert sent(world) == []
    world.later(seconds=61)
    return chat, ana, reference


def routes(world: World) -> set[str]:
    with world.core.database.read() as session:
        return set(session.execute(select(TextRoute.status)).scalars())


def test_the_last_reply_of_an_ended_case_reaches_the_phone_and_opens_no_way_for_more(world: World) -> None:
    chat, _, reference = last_word(world)
    follow_untold(world.core, world.now)
    assert sent(world) == [(PHONE, f"it left today\n({reference})")]
    assert routes(world) == {"over"}
    world.later(days=9)
    assert world.text(PHONE, "something else", "SM9").conversation_id != chat


def test_the_next_case_of_the_same_person_may_prove_the_same_phone(world: World) -> None:
    last_word(world)
    follow_untold(world.core, world.now)
    world.later(days=9)
    later = waiting(world)
    ask(world, later)
    assert prove(world, later).status == "proven"


def test_a_last_reply_that_no_phone_may_have_any_more_is_the_desks_task(world: World) -> None:
    _, ana, _ = last_word(world)
    world.text(PHONE, "STOP", "SM1", control="stop")
    follow_untold(world.core, world.now)
    assert not [words for _, words in sent(world) if "it left today" in words]
    found = service.read_alerts(world.core, ana, now=world.now)
    assert [each.data for each in found if each.kind == "untellable"] == [{"notice": "reply"}]
