"""How a chat's way by text ends by itself, and what else is on its way to the same phone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from handoff import service
from handoff.models import Address, Customer, Delivery
from handoff.models.talk import TextRoute
from handoff.service.base.views import AgentView
from handoff.service.cases import text_ends
from handoff.service.cases.text_ends import end_old_asks
from handoff.service.cases.writing import TooManySegments
from handoff.service.telling.deliveries import Failed
from tests.integration.core.test_texting import (  # noqa: F401
    PHONE,
    _sender,
    held,
    move,
    notices,
    reach,
    reply,
    sent,
)
from tests.support.core import World, business


def kinds(world: World, agent: AgentView) -> list[str]:
    return [each.kind for each in service.read_alerts(world.core, agent, now=world.now)]


def asked_before(world: World, *, hours: float) -> None:
    with world.core.database.write() as session:
        session.execute(update(TextRoute).values(asked_at=world.now - timedelta(hours=hours)))


def test_an_ask_without_a_yes_ends_by_itself_after_a_day_and_the_agents_hear_of_it(world: World) -> None:
    _, ana, reference = held(world)
    move(world, ana, reference)
    sent(world)
    asked_before(world, hours=24)
    assert end_old_asks(world.core, world.now) == 0
    assert end_old_asks(world.core, world.later(seconds=1)) == 1
    found = reach(world, ana, reference)
    assert (found.status, found.ended_by) == ("over", "expired")
    assert "text_unanswered" in kinds(world, ana)
    assert end_old_asks(world.core, world.now) == 0
    move(world, ana, reference)
    assert reach(world, ana, reference).status == "asked"


def test_an_ask_that_was_never_sent_is_taken_back_when_it_ends(world: World) -> None:
    _, ana, reference = held(world)
    move(world, ana, reference)
    asked_before(world, hours=25)
    assert end_old_asks(world.core, world.now) == 1
    assert sent(world) == []


def test_a_yes_that_comes_while_the_sweeper_looks_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweeper has read which asks are old; the yes is committed before it locks the conversation."""
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    sent(world)
    look = text_ends._old_asks

    def slow(core: service.Core, now: object) -> object:
        found = look(core, world.now + timedelta(days=2))
        world.text(PHONE, "yes", "SM1")
        return found

    monkeypatch.setattr(text_ends, "_old_asks", slow)
    assert end_old_asks(world.core, world.now) == 0
    assert reach(world, ana, reference).status == "live"
    assert conversation


def test_an_unclear_send_is_not_taken_for_the_same_words_in_the_phones_other_conversation(world: World) -> None:
    """The phone's own chat and a web chat that goes on there say the same: each is told the other's carrier id."""
    _, ana, reference = held(world)
    own = world.text(PHONE, "hola", "SM0").conversation_id
    move(world, ana, reference)
    sent(world)
    world.text(PHONE, "yes", "SM1")
    sent(world)
    reply(world, ana, reference, "one moment")
    (leased,) = service.lease_deliveries(world.core, channel="sms", owner="r", limit=1, now=world.now)
    assert leased.conversation_id != own
    assert service.begin_sending(world.core, leased.id, "r", now=world.now)
    unclear = Failed(code="timeout", message="no answer", retry=True, ambiguous=True)
    service.finish_sending(world.core, leased.id, "r", unclear, now=world.now)
    (again,) = service.lease_deliveries(world.core, channel="sms", owner="r", limit=1, now=world.later(seconds=10))
    assert again.id == leased.id
    with world.core.database.read() as session:
        statement = select(Delivery.carrier_id).where(Delivery.conversation_id == own, Delivery.carrier_id.is_not(None))
        theirs = set(session.execute(statement).scalars())
    assert theirs
    assert theirs <= again.others


def test_the_place_of_a_typed_number_is_the_one_its_phone_writes_from(world: World) -> None:
    _, ana, reference = held(world)
    move(world, ana, reference)
    with world.core.database.read() as session:
        people = session.execute(select(func.count()).select_from(Customer)).scalar_one()
    world.text(PHONE, "who is this?", "SM1")
    with world.core.database.read() as session:
        assert session.execute(select(func.count()).where(Address.value == PHONE)).scalar_one() == 1
        assert session.execute(select(func.count()).select_from(Customer)).scalar_one() == people


def test_a_reply_by_text_has_at_most_as_many_texts_as_the_settings_say_its_reference_counted(world: World) -> None:
    world.core = replace(world.core, business=business(channels={"sms": {"max_segments": 2}}))
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    world.text(PHONE, "yes", "SM1")
    tail = len(f"\n({reference})")
    with pytest.raises(TooManySegments) as refused:
        reply(world, ana, reference, "a" * (307 - tail))
    assert refused.value.body()["error"] == {
        "code": "too_many_segments",
        "message": TooManySegments().message,
        "fields": {"segments": "3", "max_segments": "2"},
    }
    assert "a" * (307 - tail) not in world.texts(conversation)
    reply(world, ana, reference, "a" * (306 - tail))
    world.write(conversation, "I am back on the page", "back")
    reply(world, ana, reference, "b" * 2000)
