"""What happens between the word for an erasure and the erasure: last words, new words, and nobody held up."""

from typing import Any

import pytest

from handoff import service
from handoff.models import Address, Alert
from handoff.service import Reply, Said
from handoff.service.base.core import Work
from handoff.service.privacy import erasing
from handoff.service.privacy.erasing import erase, finish_erasures, who_is
from handoff.service.privacy.finding import read_who
from tests.support.cases import take
from tests.support.core import World
from tests.support.traces import hits, send_all

PHONE = "+34611222333"


def texted(world: World, *phones: str) -> None:
    """An erasure of each of these phones' customers, waiting for the last text."""
    for phone in phones:
        world.open_case(world.text(phone, "hello", f"SM-{phone[-3:]}").conversation_id)
        (found,) = who_is(world.core, read_who(phone))
        erase(world.core, found.customer_id, actor="operator", now=world.now)
        world.later(seconds=1)


def test_what_somebody_writes_while_their_erasure_waits_is_forgotten_too(world: World) -> None:
    texted(world, PHONE)
    world.later(minutes=1)
    world.text(PHONE, "zzlater", "SM9")
    assert finish_erasures(world.core, world.later(minutes=10)) == 0, "the bot has not answered yet"
    assert finish_erasures(world.core, world.later(minutes=20)) == 1
    assert hits(world, "zzlater", PHONE) == set()


def test_who_writes_while_their_erasure_waits_is_answered_first(world: World) -> None:
    texted(world, PHONE)
    send_all(world)
    world.text(PHONE, "zzlater", "SM9")
    assert finish_erasures(world.core, world.later(seconds=1)) == 0
    assert service.finish_turn(world.core, take(world)[0], Reply(said=[Said(text="zzanswer")]), now=world.now)
    assert finish_erasures(world.core, world.later(seconds=1)) == 0
    send_all(world)
    assert finish_erasures(world.core, world.later(seconds=1)) == 1
    assert hits(world, "zzlater", "zzanswer", PHONE) == set()


def test_a_case_that_opens_at_the_last_moment_is_ended_with_a_word_before_it_goes(world: World) -> None:
    texted(world, PHONE)
    send_all(world)
    world.later(minutes=9, seconds=58)
    conversation = world.text(PHONE, "zzlater", "SM9").conversation_id
    world.open_case(conversation)
    assert finish_erasures(world.core, world.later(seconds=10)) == 0
    assert world.notices(conversation)[-1] == "withdrawn"
    send_all(world)
    assert finish_erasures(world.core, world.later(seconds=1)) == 1
    assert delivery_alerts(world) == []


def test_last_words_that_could_not_be_sent_leave_an_alert(world: World) -> None:
    texted(world, PHONE)
    assert finish_erasures(world.core, world.later(minutes=10)) == 1
    assert [each["code"] for each in delivery_alerts(world)] == ["erased"]


def delivery_alerts(world: World) -> list[dict[str, Any]]:
    with world.core.database.read() as session:
        return [each.data for each in session.query(Alert).filter_by(kind="delivery_dead", done_at=None)]


def test_an_erasure_that_fails_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    texted(world, PHONE, "+34611222444")
    with world.core.database.read() as session:
        stuck = session.query(Address.customer_id).filter_by(value=PHONE).scalar()

    def break_one(unit: Work, customer_id: str) -> None:
        if customer_id == stuck:
            raise RuntimeError

    monkeypatch.setattr(erasing, "lock_addresses", break_one)
    assert finish_erasures(world.core, world.later(minutes=10)) == 1
    assert hits(world, "+34611222444") == set()
    assert hits(world, PHONE) != set()
