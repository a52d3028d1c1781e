"""A contact that a customer types: one code and nothing else goes there until it came back; then replies follow."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from handoff import service
from handoff.audit import audit_database
from handoff.errors import InvalidInput, RateLimited
from handoff.models import Address, ContactProof, Conversation, Notification
from handoff.models.talk import TextRoute
from handoff.service.base.addresses import address_at
from handoff.service.base.calling import as_international, country_of
from handoff.service.base.views import AgentView
from handoff.service.cases.texting import go_by_text
from handoff.service.sweep.untold import follow_untold
from handoff.service.talk import proving
from handoff.service.talk.proving import CannotFollow, CodeExpired, CodeWrong, Following
from handoff.service.telling.notifications import begin_notification, finish_notification, lease_notifications
from handoff.service.telling.proofs import code_of
from tests.integration.core.test_texting import OURS, PHONE, reach, reply, sent
from tests.support.core import World, make_core

EMAIL = "luz@example.com"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    made = World(core=replace(make_core(database_url), text_sender=OURS))
    yield made
    service.expire(made.core, made.now)
    report = audit_database(made.core.database, made.core.secret, made.now)
    assert report.clean, report.as_text()
    made.core.database.dispose()


def waiting(world: World) -> str:
    chat = world.visit()
    world.write(chat, "where is my lamp?")
    world.open_case(chat)
    return chat


def ask(
    world: World, chat: str, *, phone: str | None = PHONE, email: str | None = None, network: str = ""
) -> Following:
    return proving.ask_code(world.core, chat, phone=phone, email=email, network=network, now=world.now)


def proof(world: World, chat: str) -> ContactProof:
    with world.core.database.read() as session:
        newest = select(ContactProof).where(ContactProof.conversation_id == chat).order_by(ContactProof.asked_at.desc())
        return session.execute(newest.limit(1)).scalar_one()


def code(world: World, chat: str) -> str:
    return code_of(world.core, proof(world, chat))


def prove(world: World, chat: str) -> Following:
    return proving.prove(world.core, chat, code(world, chat), now=world.now)


def followed(world: World, *, email: str | None = None) -> tuple[str, AgentView, str]:
    """A waiting customer who has proven a contact, taken by Ana."""
    chat = waiting(world)
    ask(world, chat, phone=None if email else PHONE, email=email)
    prove(world, chat)
    ana = world.agent()
    reference = service.read_queue(world.core, ana, now=world.now).waiting[0].reference
    world.claim(ana, reference)
    return chat, ana, reference


def mails(world: World) -> list[tuple[str, str, str, str]]:
    """(way, target, kind, words) of what is sent to people by messages of their own now."""
    found = []
    for each in lease_notifications(world.core, owner="t", limit=20, now=world.now):
        view = begin_notification(world.core, each, "t", now=world.now)
        if view is not None:
            found.append((view.channel, view.target, view.kind, view.content.brief or view.content.text))
            finish_notification(world.core, each, "t", service.Sent(carrier_id=each), now=world.now)
    return found


def test_a_typed_number_receives_one_code_and_nothing_of_the_case(world: World) -> None:
    chat = waiting(world)
    asked = ask(world, chat)
    assert (asked.kind, asked.to, asked.status) == ("phone", "•••1222", "asked")
    assert [each[:3] for each in mails(world)] == [("sms", PHONE, "contact_code")]
    world.later(minutes=5)
    follow_untold(world.core, world.now)
    assert sent(world) == []
    assert mails(world) == []
    with world.core.database.read() as session:
        assert session.execute(select(TextRoute)).all() == []
        assert session.execute(select(Address).where(Address.channel == "sms")).all() == []
        stored = session.execute(select(Notification)).scalar_one()
        assert code(world, chat) not in str(stored.data)


def test_after_its_code_replies_go_to_the_phone_and_its_texts_are_messages_of_the_case(world: World) -> None:
    chat, ana, reference = followed(world)
    first, *_ = sent(world)
    assert first[0] == PHONE
    assert first[1].startswith("[contact_follows_text en sms]")
    reply(world, ana, reference, "it left today")
    assert (PHONE, f"it left today\n({reference})") in sent(world)
    assert world.text(PHONE, "thank you", "SM1").conversation_id == chat
    said = service.read_conversation(world.core, chat, now=world.now).messages
    assert [each.text for each in said if each.author in {"agent", "customer"}][-2:] == ["it left today", "thank you"]
    there = reach(world, ana, reference)
    assert (there.proven, there.status, there.phone) == (True, "live", PHONE)


def test_who_writes_on_the_page_again_and_leaves_is_followed_after_a_minute(world: World) -> None:
    chat, ana, reference = followed(world)
    sent(world)
    world.write(chat, "I am back here")
    reply(world, ana, reference, "and gone again?")
    assert sent(world) == []
    world.later(seconds=61)
    assert follow_untold(world.core, world.now) == 1
    assert sent(world) == [(PHONE, f"and gone again?\n({reference})")]
    assert follow_untold(world.core, world.now) == 0
    assert reach(world, ana, reference).status == "live"


def test_what_the_page_has_read_follows_nobody(world: World) -> None:
    chat, ana, reference = followed(world, email=EMAIL)
    mails(world)
    reply(world, ana, reference, "hello")
    cursor = service.read_conversation(world.core, chat, now=world.now).cursor
    service.confirm_stream(world.core, chat, cursor, now=world.now)
    world.later(seconds=61)
    follow_untold(world.core, world.now)
    assert mails(world) == []


def test_a_reply_that_no_page_has_read_goes_to_a_proven_address(world: World) -> None:
    chat, ana, reference = followed(world, email=EMAIL)
    assert [each[:3] for each in mails(world)] == []
    reply(world, ana, reference, "it left today")
    world.later(seconds=61)
    assert follow_untold(world.core, world.now) == 1
    ((way, target, kind, words),) = mails(world)
    assert (way, target, kind) == ("email", EMAIL, "reply")
    assert words.startswith("it left today\n\n[contact_reply_email en sms]")
    assert proving.read_following(world.core, chat, now=world.now) == Following(
        kind="email", to="l•••@example.com", status="proven"
    )


def test_an_unproven_address_is_never_written_to_but_with_its_code(world: World) -> None:
    chat = waiting(world)
    ask(world, chat, phone=None, email=EMAIL)
    ana = world.agent()
    reference = service.read_queue(world.core, ana, now=world.now).waiting[0].reference
    world.claim(ana, reference)
    reply(world, ana, reference, "secret")
    world.later(minutes=2)
    follow_untold(world.core, world.now)
    assert [each[2] for each in mails(world)] == ["contact_code"]


def test_wrong_codes_are_counted_and_the_fifth_ends_it(world: World) -> None:
    chat = waiting(world)
    ask(world, chat)
    right = code(world, chat)
    wrong = "000000" if right != "000000" else "111111"
    for left in (4, 3, 2, 1):
        with pytest.raises(CodeWrong) as refused:
            proving.prove(world.core, chat, wrong, now=world.now)
        assert refused.value.fields == {"left": str(left)}
    with pytest.raises(CodeExpired):
        proving.prove(world.core, chat, wrong, now=world.now)
    with pytest.raises(CodeExpired):
        proving.prove(world.core, chat, right, now=world.now)
    assert proving.read_following(world.core, chat, now=world.now) is None


def test_a_code_lasts_ten_minutes_and_a_later_one_takes_its_place(world: World) -> None:
    chat = waiting(world)
    ask(world, chat)
    first = code(world, chat)
    world.later(minutes=11)
    assert mails(world) == []
    with pytest.raises(CodeExpired):
        proving.prove(world.core, chat, first, now=world.now)
    ask(world, chat)
    if code(world, chat) != first:
        with pytest.raises(CodeWrong):
            proving.prove(world.core, chat, first, now=world.now)
    assert prove(world, chat).status == "proven"
    assert prove(world, chat).status == "proven"


def test_codes_are_limited_by_conversation_number_network_and_country(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats = [
        service.start_conversation(
            world.core, channel="web", account="web", address=f"v{n}", language="en", now=world.now
        ).conversation_id
        for n in range(5)
    ]
    for chat in chats:
        world.open_case(chat)
    ask(world, chats[0])
    with pytest.raises(RateLimited) as refused:
        ask(world, chats[0], phone="+34600111223")
    assert 0 < int(refused.value.fields["retry_after"]) <= 31
    for chat in chats[1:3]:
        ask(world, chat)
    with pytest.raises(RateLimited):
        ask(world, chats[3])
    monkeypatch.setattr(proving, "MOST_OF_NETWORK", (proving.MOST_OF_NETWORK[0], 1))
    ask(world, chats[3], phone="+34600111224", network="192.0.2.1")
    with pytest.raises(RateLimited):
        ask(world, chats[4], phone="+34600111225", network="192.0.2.1")
    monkeypatch.setattr(proving, "MOST_TO_ABROAD", (proving.MOST_TO_ABROAD[0], 0))
    with pytest.raises(RateLimited):
        ask(world, chats[4], phone="+447700900123")
    ask(world, chats[4], phone="+34600111226", network="192.0.2.2")


def test_codes_go_only_to_countries_of_the_settings(world: World) -> None:
    chat = waiting(world)
    sender = world.core
    world.settle(channels={"sms": {"code_countries": ["34", "351"]}})
    assert world.core.text_sender == sender.text_sender
    with pytest.raises(CannotFollow) as refused:
        ask(world, chat, phone="+447700900123")
    assert refused.value.fields == {"why": "country"}
    assert ask(world, chat, phone="+351912345678").to == "•••5678"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("600 111 222", PHONE), ("0034 600-111-222", PHONE), ("+44 7700 900123", "+447700900123"), ("12", None)],
)
def test_a_number_is_stored_as_carriers_want_it(typed: str, stored: str | None) -> None:
    assert as_international(typed, OURS) == stored


@pytest.mark.parametrize(
    ("phone", "country"), [("+34600111222", "34"), ("+12025550123", "1"), ("+351912345678", "351"), ("600", None)]
)
def test_the_country_of_a_number(phone: str, country: str | None) -> None:
    assert country_of(phone) == country


def test_without_a_case_there_is_nothing_that_could_follow(world: World) -> None:
    chat = world.visit()
    with pytest.raises(CannotFollow) as refused:
        ask(world, chat)
    assert refused.value.fields == {"why": "no_case"}
    with pytest.raises(InvalidInput):
        ask(world, chat, email=EMAIL)


def test_a_phone_that_stopped_our_texts_or_has_another_chat_gets_no_code(world: World) -> None:
    world.text(PHONE, "STOP", "SM1", control="stop")
    chat = waiting(world)
    with pytest.raises(CannotFollow) as refused:
        ask(world, chat)
    assert refused.value.fields == {"why": "opted_out"}
    other = "+34600111333"
    mine = world.text(other, "hello", "SM2").conversation_id
    world.open_case(mine)
    with pytest.raises(CannotFollow) as refused:
        ask(world, chat, phone=other)
    assert refused.value.fields == {"why": "in_use"}
    assert mails(world) == []


def test_nobody_finds_out_by_trying_which_numbers_have_a_case(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        world.open_case(world.text(f"+3460011133{n}", "hello", f"SM{n}").conversation_id)
    monkeypatch.setattr(proving, "MOST_OF_NETWORK", (proving.MOST_OF_NETWORK[0], 2))
    chat = waiting(world)
    for n in range(2):
        with pytest.raises(CannotFollow):
            ask(world, chat, phone=f"+3460011133{n}", network="192.0.2.1")
    for phone in ("+34600111332", PHONE):
        with pytest.raises(RateLimited):
            ask(world, chat, phone=phone, network="192.0.2.1")
    assert mails(world) == []
    assert proving.read_following(world.core, chat, now=world.now) is None


def test_a_number_that_is_refused_keeps_what_was_proven_and_may_be_mended_at_once(world: World) -> None:
    world.open_case(world.text("+34600111333", "hello", "SM2").conversation_id)
    chat, _, _ = followed(world)
    world.later(seconds=31)
    with pytest.raises(CannotFollow):
        ask(world, chat, phone="+34600111333")
    following = proving.read_following(world.core, chat, now=world.now)
    assert following is not None
    assert (following.status, following.to) == ("proven", "•••1222")
    assert ask(world, chat, phone="+34600111444").status == "asked"


def test_a_twin_that_makes_the_same_address_first_costs_no_code(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    chat, tries = waiting(world), []
    ask(world, chat)

    def twin(*given: Any, **more: Any) -> Address:
        tries.append(given)
        if len(tries) == 1:
            raise IntegrityError("INSERT INTO addresses", {}, Exception("a twin was first"))
        return address_at(*given, **more)

    monkeypatch.setattr(proving, "address_at", twin)
    assert prove(world, chat).status == "proven"


def test_stop_from_the_phone_and_the_button_on_the_page_both_end_it(world: World) -> None:
    chat, ana, reference = followed(world)
    sent(world)
    world.text(PHONE, "STOP", "SM1", control="stop")
    assert reach(world, ana, reference).ended_by == "opted_out"
    reply(world, ana, reference, "one")
    world.later(seconds=61)
    follow_untold(world.core, world.now)
    assert not [words for _, words in sent(world) if words.startswith("one")]
    proving.stop_following(world.core, chat, now=world.now)
    proving.stop_following(world.core, chat, now=world.now)
    assert proving.read_following(world.core, chat, now=world.now) is None


def test_stopping_on_the_page_takes_back_what_is_queued_for_the_phone(world: World) -> None:
    chat, ana, reference = followed(world)
    sent(world)
    reply(world, ana, reference, "one")
    proving.stop_following(world.core, chat, now=world.now)
    assert sent(world) == []
    assert reach(world, ana, reference).status == "over"


def test_a_new_phone_is_a_customer_of_ours_and_an_agent_may_bring_the_chat_back_to_it(world: World) -> None:
    chat, ana, reference = followed(world)
    with world.core.database.read() as session:
        place = session.execute(select(Address).where(Address.channel == "sms")).scalar_one()
        assert place.proven
        assert place.customer_id == session.get_one(Conversation, chat).customer_id
    world.write(chat, "on the page")
    go_by_text(world.core, ana, reference, world.case(ana, reference).version, now=world.now)
    assert reach(world, ana, reference).status == "live"


def test_the_next_case_of_the_chat_follows_to_the_same_phone(world: World) -> None:
    chat, ana, reference = followed(world)
    sent(world)
    service.mark_seen(world.core, ana, reference, now=world.now)
    version = world.case(ana, reference).version
    service.resolve(world.core, ana, reference, version, "solved", "", now=world.now)
    world.later(seconds=11)
    service.expire(world.core, world.now)
    sent(world)
    again = world.open_case(chat)
    world.claim(ana, again)
    reply(world, ana, again, "once more")
    world.later(seconds=61)
    follow_untold(world.core, world.now)
    assert (PHONE, f"once more\n({again})") in sent(world)
