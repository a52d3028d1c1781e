"""A web chat that goes on by text: to whom, with whose yes, in which order, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from handoff import service
from handoff.errors import AlreadyHeld, StaleVersion, TextMissing
from handoff.models import Address, Delivery, Message
from handoff.models.talk import TextRoute
from handoff.service.base.views import AgentView, MessageView, ReachView
from handoff.service.cases.texting import NotByText, back_to_page, go_by_text
from handoff.service.cases.writing import read_writing
from handoff.service.sweep.untold import follow_untold
from tests.support.core import PlainTexts, World

OURS, PHONE = "+34900000000", "+34600111222"


@pytest.fixture(autouse=True)
def _sender(world: World) -> None:
    world.core = replace(world.core, text_sender=OURS)


def held(world: World, *, phone: str | None = PHONE) -> tuple[str, AgentView, str]:
    """A web chat that Ana holds; the customer typed a phone number."""
    conversation = world.visit()
    world.write(conversation, "where is my lamp?")
    ana = world.agent()
    reference = world.open_case(conversation)
    if phone is not None:
        form = service.CallbackForm(message="where is my lamp?", phone=phone)
        service.submit_form(world.core, conversation, form, now=world.now)
    world.claim(ana, reference)
    return conversation, ana, reference


def move(world: World, agent: AgentView, reference: str) -> None:
    go_by_text(world.core, agent, reference, world.case(agent, reference).version, now=world.now)


def reply(world: World, agent: AgentView, reference: str, said: str) -> MessageView:
    version = world.case(agent, reference).version
    return service.reply(world.core, agent, reference, version, said, said, now=world.now)


def sent(world: World) -> list[tuple[str, str]]:
    """What the relay sends now, in order: (phone, words)."""
    found = []
    while leased := service.lease_deliveries(world.core, channel="sms", owner="r", limit=10, now=world.now):
        for each in leased:
            if service.begin_sending(world.core, each.id, "r", now=world.now):
                found.append((each.address, each.text))
                result = service.Sent(carrier_id=f"SM{each.id}")
                service.finish_sending(world.core, each.id, "r", result, now=world.now)
    return found


def reach(world: World, agent: AgentView, reference: str) -> ReachView:
    return service.read_case(world.core, agent, reference, now=world.now).reach


def notices(said: list[tuple[str, str]]) -> list[str]:
    return [words[1:].split()[0] if words.startswith("[") else words for _, words in said]


def test_a_typed_number_is_asked_and_hears_nothing_of_the_case_before_its_yes(world: World) -> None:
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    reply(world, ana, reference, "it left yesterday")
    assert notices(sent(world)) == ["text_route_asked"]
    assert reach(world, ana, reference).status == "asked"
    world.text(PHONE, "Sí", "SM1")
    assert reach(world, ana, reference).status == "live"
    reply(world, ana, reference, "are you there?")
    assert notices(sent(world)) == ["text_route_live", f"are you there?\n({reference})"]
    assert world.case(ana, reference).channel == "sms"
    assert "it left yesterday" in world.texts(conversation)  # for the page alone


def test_the_answer_by_text_is_in_the_same_case_and_unseen(world: World) -> None:
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    world.text(PHONE, "yes", "SM1")
    recorded = world.text(PHONE, "thanks, and my bulb?", "SM2")
    assert recorded.conversation_id == conversation
    found = service.read_case(world.core, ana, reference, now=world.now)
    assert [(each.text, each.by) for each in found.transcript][-1] == ("thanks, and my bulb?", "sms")
    assert found.item.unseen > 0
    assert world.text(PHONE, "thanks, and my bulb?", "SM2").repeated
    assert service.take_turns(world.core, owner="bot", limit=5, now=world.now) == ()


def test_words_that_are_no_yes_from_a_typed_number_stay_with_that_phone(world: World) -> None:
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    assert world.text(PHONE, "who is this?", "SM1").conversation_id != conversation
    assert reach(world, ana, reference).status == "asked"


def test_a_no_ends_it_and_the_agent_is_told(world: World) -> None:
    _, ana, reference = held(world)
    move(world, ana, reference)
    sent(world)
    world.text(PHONE, "no", "SM1")
    found = reach(world, ana, reference)
    assert (found.status, found.ended_by) == ("over", "declined")
    kinds = [each.kind for each in service.read_alerts(world.core, ana, now=world.now)]
    assert "text_declined" in kinds


def test_stop_ends_it_and_nothing_more_is_sent(world: World) -> None:
    _, ana, reference = held(world)
    move(world, ana, reference)
    world.text(PHONE, "yes", "SM1")
    sent(world)
    reply(world, ana, reference, "one more thing")
    world.text(PHONE, "STOP", "SM2", control="stop")
    assert notices(sent(world)) == ["sms_stopped"]
    found = reach(world, ana, reference)
    assert (found.status, found.ended_by, found.opted_out) == ("over", "opted_out", True)
    with pytest.raises(NotByText) as refused:
        move(world, ana, reference)
    assert refused.value.fields["why"] == "opted_out"


def test_to_a_proven_phone_it_goes_on_at_once_and_takes_the_unread_along(world: World) -> None:
    world.text(PHONE, "hello", "SM0")
    conversation, ana, reference = held(world, phone=None)
    with world.core.database.write() as session:  # as when the same customer has both
        session.execute(
            text(
                "UPDATE addresses SET customer_id = (SELECT customer_id FROM conversations WHERE id = :c)"
                " WHERE channel = 'sms'"
            ),
            {"c": conversation},
        )
    sent(world)
    reply(world, ana, reference, "first")
    reply(world, ana, reference, "second")
    move(world, ana, reference)
    reply(world, ana, reference, "third")
    said = sent(world)
    assert {phone for phone, _ in said} == {PHONE}
    assert notices(said) == ["text_route_live", *(f"{each}\n({reference})" for each in ("first", "second", "third"))]


def test_replies_go_where_the_customer_wrote_last(world: World) -> None:
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    world.text(PHONE, "yes", "SM1")
    sent(world)
    world.write(conversation, "I am back on the page", "back")
    assert reach(world, ana, reference).status == "paused"
    reply(world, ana, reference, "welcome back")
    assert sent(world) == []
    assert world.text(PHONE, "now by text again", "SM2").conversation_id == conversation
    reply(world, ana, reference, "fine")
    assert notices(sent(world)) == [f"fine\n({reference})"]


def test_the_agent_may_go_back_to_the_page(world: World) -> None:
    _, ana, reference = held(world)
    move(world, ana, reference)
    world.text(PHONE, "yes", "SM1")
    back_to_page(world.core, ana, reference, world.case(ana, reference).version, now=world.now)
    reply(world, ana, reference, "on the page")
    assert f"on the page\n({reference})" not in notices(sent(world))


def test_it_is_over_with_the_case_and_the_next_text_is_the_bots(world: World) -> None:
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    world.text(PHONE, "yes", "SM1")
    service.mark_seen(world.core, ana, reference, now=world.now)
    version = world.case(ana, reference).version
    service.resolve(world.core, ana, reference, version, "solved", "", now=world.now)
    world.sweep(seconds=11)
    assert reach(world, ana, reference).status == "over"
    assert "resolved" in notices(sent(world))
    assert world.text(PHONE, "another question", "SM2").conversation_id != conversation


def test_two_chats_never_share_a_phone(world: World) -> None:
    _, ana, reference = held(world)
    move(world, ana, reference)
    other = world.visit()
    brief = service.submit_form(world.core, other, service.CallbackForm(message="mine", phone=PHONE), now=world.now)
    ben = world.agent("Ben")
    world.claim(ben, brief.reference)
    with pytest.raises(NotByText) as refused:
        move(world, ben, brief.reference)
    assert refused.value.fields["why"] == "in_use"


def test_who_may_move_and_what_is_in_the_way(world: World) -> None:
    _, ana, reference = held(world, phone=None)
    version = world.case(ana, reference).version
    with pytest.raises(AlreadyHeld):
        go_by_text(world.core, world.agent("Ben"), reference, version, now=world.now)
    with pytest.raises(StaleVersion):
        go_by_text(world.core, ana, reference, version - 1, now=world.now)
    with pytest.raises(NotByText) as refused:
        go_by_text(world.core, ana, reference, version, now=world.now)
    assert refused.value.fields["why"] == "no_phone"


def test_without_a_number_of_ours_nothing_is_begun(world: World) -> None:
    world.core = replace(world.core, text_sender="")
    _, ana, reference = held(world)
    with pytest.raises(NotByText) as refused:
        move(world, ana, reference)
    assert refused.value.fields["why"] == "not_set_up"


def test_a_phone_with_a_case_of_its_own_is_served_there(world: World) -> None:
    own = world.text(PHONE, "I want a person", "SM0").conversation_id
    brief = service.ask_person(world.core, own, now=world.now)
    _, ana, reference = held(world)
    with pytest.raises(NotByText) as refused:
        move(world, ana, reference)
    assert refused.value.fields == {"why": "other_case", "reference": brief.reference}


def test_a_vanished_agent_leaves_the_chat_on_the_phone(world: World) -> None:
    """The notices of the case are texts then, too, and another agent goes on there."""
    _, ana, reference = held(world)
    move(world, ana, reference)
    world.text(PHONE, "yes", "SM1")
    sent(world)
    world.sweep(minutes=10)
    assert any(name.startswith("agent_lost") or name == "ask_message_busy" for name in notices(sent(world)))


@pytest.mark.parametrize("said", ["ok", "sure", "great", "bueno", "por favor", "yes please"])
def test_only_the_word_that_the_ask_names_is_its_yes(world: World, said: str) -> None:
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    sent(world)
    assert world.text(PHONE, said, "SM1").conversation_id != conversation
    assert reach(world, ana, reference).status == "asked"


@pytest.mark.parametrize("said", ["YES", "y", "Si.", "¡SÍ!", '"yes"'])
def test_a_yes_is_heard_however_it_is_spelt(world: World, said: str) -> None:
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    sent(world)
    assert world.text(PHONE, said, "SM1").conversation_id == conversation
    assert reach(world, ana, reference).status == "live"


@pytest.mark.parametrize(("hours", "status"), [(24, "live"), (24.1, "over")])
def test_an_ask_lasts_a_day(world: World, hours: float, status: str) -> None:
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    sent(world)
    with world.core.database.write() as session:
        session.execute(update(TextRoute).values(asked_at=world.now - timedelta(hours=hours)))
    assert (world.text(PHONE, "yes", "SM1").conversation_id == conversation) == (status == "live")
    found = reach(world, ana, reference)
    assert (found.status, found.ended_by) == (status, None if status == "live" else "expired")


def test_a_yes_to_what_the_phone_heard_later_stays_with_the_phone(world: World) -> None:
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    world.later(minutes=1)
    own = world.text(PHONE, "who is this?", "SM1").conversation_id
    sent(world)
    world.later(minutes=1)
    assert world.text(PHONE, "yes", "SM2").conversation_id == own != conversation
    assert reach(world, ana, reference).status == "asked"


def test_a_yes_from_a_phone_with_an_open_case_is_for_that_case(world: World) -> None:
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    own = world.text(PHONE, "I want a person", "SM1").conversation_id
    service.ask_person(world.core, own, now=world.now)
    assert world.text(PHONE, "yes", "SM2").conversation_id == own != conversation
    assert reach(world, ana, reference).status == "asked"


@dataclass(frozen=True)
class NeedsAgent(PlainTexts):
    """A release whose first words name the agent, or that has none at all."""

    none: bool = False

    def render(self, notice: str, language: str, channel: str, values: Mapping[str, str]) -> service.Text:
        if notice == "text_route_live" and (self.none or "agent" not in values):
            raise TextMissing
        return super().render(notice, language, channel, values)


def test_a_yes_after_the_agent_was_lost_goes_on_in_the_name_of_who_asked(world: World) -> None:
    world.core = replace(world.core, texts=NeedsAgent())
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    sent(world)
    world.sweep(minutes=10)
    assert world.case(ana, reference).agent is None
    assert world.text(PHONE, "yes", "SM1").conversation_id == conversation
    assert reach(world, ana, reference).status == "live"
    assert any(words.startswith("[text_route_live") and "agent=Ana" in words for _, words in sent(world))


def test_a_yes_that_no_words_answer_is_kept_with_the_phone_and_ends_the_ask(world: World) -> None:
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    sent(world)
    world.core = replace(world.core, texts=NeedsAgent(none=True))
    recorded = world.text(PHONE, "yes", "SM1")
    assert recorded.conversation_id != conversation
    assert "yes" in world.texts(recorded.conversation_id)
    found = reach(world, ana, reference)
    assert (found.status, found.ended_by) == ("over", "no_text")
    assert "untellable" in [each.kind for each in service.read_alerts(world.core, ana, now=world.now)]


def test_what_an_agent_writes_on_a_phone_has_the_phones_limits(world: World) -> None:
    _, ana, reference = held(world)
    move(world, ana, reference)
    assert read_writing(world.core, ana, reference, now=world.now).channel == "web"
    world.text(PHONE, "yes", "SM1")
    found = read_writing(world.core, ana, reference, now=world.now)
    assert (found.channel, found.max_segments) == ("sms", world.core.business.channels.sms.max_segments)


def test_a_typed_number_is_proven_once_its_phone_writes(world: World) -> None:
    _, ana, reference = held(world)
    move(world, ana, reference)
    world.text(PHONE, "who is this?", "SM1")
    with world.core.database.read() as session:
        assert session.execute(select(Address.proven).where(Address.value == PHONE)).scalar_one() is True


def test_what_must_be_heard_outlives_the_phone_it_was_queued_for(world: World) -> None:
    conversation, ana, reference = held(world)
    move(world, ana, reference)
    world.text(PHONE, "yes", "SM1")
    sent(world)
    world.sweep(minutes=10)  # the agent is lost, and a text that says so is queued
    leased = service.lease_deliveries(world.core, channel="sms", owner="r", limit=10, now=world.now)
    world.text(PHONE, "STOP", "SM2", control="stop")
    assert [service.begin_sending(world.core, each.id, "r", now=world.now) for each in leased] == [False]
    assert notices(sent(world)) == ["sms_stopped"]
    with world.core.database.read() as session:
        statement = (
            select(Delivery)
            .join(Message, Message.id == Delivery.message_id)
            .where(Delivery.conversation_id == conversation, Message.notice.in_(("agent_lost", "ask_message_busy")))
        )
        waiting = session.execute(statement).scalars().all()
        assert waiting
        for each in waiting:
            assert (each.channel, each.status) == ("web", "pending")
            assert each.follow_at == world.now + timedelta(seconds=60)
    world.sweep(seconds=61)
    follow_untold(world.core, world.now)
    assert "untellable" in [each.kind for each in service.read_alerts(world.core, ana, now=world.now)]


def test_going_back_to_the_phone_takes_along_what_the_page_has_not_read(world: World) -> None:
    conversation, ana, reference = held(world)
    reply(world, ana, reference, "before the yes")
    move(world, ana, reference)
    world.later(seconds=5)
    world.text(PHONE, "yes", "SM1")
    sent(world)
    world.write(conversation, "I am back on the page", "back")
    reply(world, ana, reference, "welcome back")
    move(world, ana, reference)
    assert notices(sent(world)) == [f"welcome back\n({reference})"]
