"""Conversations from the customer's side."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from handoff import service
from handoff.errors import ClientIdReused, IdempotencyKeyReused, InvalidInput, NotAuthenticated, NotFound, TooLarge
from handoff.service import Inbound
from handoff.service.base.core import take_number
from tests.support.core import World


def start(world: World, key: str | None = None, language: str = "en") -> service.Started:
    return service.start_conversation(
        world.core, channel="web", account="web", address="v", language=language, idempotency_key=key, now=world.now
    )


@pytest.mark.bar(39)
def test_the_first_message_discloses_that_a_bot_answers(world: World) -> None:
    first = start(world).messages[0]
    assert (first.author, first.text) == ("bot", "[disclosure en web]")


def test_the_greeting_suggests_questions(world: World) -> None:
    greeting = start(world).messages[1]
    assert [choice.value for choice in greeting.choices or ()] == ["first question", "second question"]


def test_the_same_idempotency_key_starts_one_conversation(world: World) -> None:
    assert start(world, "a-key-of-mine") == start(world, "a-key-of-mine")


def test_the_same_key_for_another_request_is_refused(world: World) -> None:
    start(world, "a-key-of-mine")
    with pytest.raises(IdempotencyKeyReused):
        start(world, "a-key-of-mine", language="es")


def test_an_old_key_gives_nobody_a_token(world: World) -> None:
    start(world, "a-key-of-mine")
    world.later(hours=2)
    with pytest.raises(IdempotencyKeyReused):
        start(world, "a-key-of-mine")


def test_a_repeated_message_is_kept_once(world: World) -> None:
    conversation = world.visit()
    first, again = world.write(conversation, "hello", "c1"), world.write(conversation, "hello", "c1")
    assert (first.repeated, again.repeated) == (False, True)
    assert first.message_id == again.message_id
    assert first.cursor == again.cursor
    assert world.texts(conversation).count("hello") == 1


def test_the_same_client_id_with_other_text_is_a_conflict(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "hello", "c1")
    with pytest.raises(ClientIdReused):
        world.write(conversation, "good bye", "c1")
    assert "good bye" not in world.texts(conversation)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", InvalidInput),
        (" \n\t", InvalidInput),
        ("a\x00b", InvalidInput),
        ("\ud800", InvalidInput),
        ("ñ" * 4097, TooLarge),
    ],
)
def test_text_that_cannot_be_kept_is_refused_and_nothing_is_written(
    world: World, text: str, error: type[Exception]
) -> None:
    conversation = world.visit()
    before = world.texts(conversation)
    with pytest.raises(error):
        world.write(conversation, text, "c1")
    assert world.texts(conversation) == before


@pytest.mark.parametrize("text", ["\x00\x00", "\ud800", "ñ" * 9000, ""])
def test_a_carriers_text_is_never_turned_away(world: World, text: str) -> None:
    recorded = world.text("+34600111222", text, "SM1")
    assert not recorded.repeated


def test_a_message_to_an_unknown_conversation_is_refused(world: World) -> None:
    with pytest.raises(NotFound):
        world.write("0" * 32, "hello")


@pytest.mark.bar(28)
def test_a_token_opens_only_its_own_conversation_and_only_for_its_time(world: World) -> None:
    one, other = start(world), start(world)
    service.check_token(world.core, one.token, one.conversation_id, now=world.now)
    for token in (other.token, one.token + "x", one.token.replace(".", ".1", 1), "", "a.b.c"):
        with pytest.raises(NotAuthenticated):
            service.check_token(world.core, token, one.conversation_id, now=world.now)
    with pytest.raises(NotAuthenticated):
        service.check_token(world.core, one.token, one.conversation_id, now=world.later(days=31))


def test_a_phone_has_one_conversation_which_discloses_in_both_languages(world: World) -> None:
    first = world.text("+34600111222", "hola", "SM1")
    second = world.text("+34600111222", "sigo aqui", "SM2")
    assert first.conversation_id == second.conversation_id
    disclosures = [text for text in world.texts(first.conversation_id) if "disclosure" in text]
    assert disclosures == ["[disclosure es sms]", "[disclosure en sms]"]


@pytest.mark.bar(5)
def test_a_repeated_carrier_id_is_one_message(world: World) -> None:
    first, again = world.text("+34600111222", "hola", "SM1"), world.text("+34600111222", "hola", "SM1")
    assert again.repeated
    assert again.message_id == first.message_id


@pytest.mark.bar(18)
def test_a_stream_read_from_any_cursor_has_no_gap_and_no_double(world: World) -> None:
    conversation = world.visit()
    for number in range(5):
        world.write(conversation, f"message {number}")
    whole = service.read_stream(world.core, conversation, None)
    for place, item in enumerate(whole):
        assert service.read_stream(world.core, conversation, item.cursor) == whole[place + 1 :]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "djE6LTE", "🤷", "djI6MQ"])
def test_a_foreign_cursor_is_refused(world: World, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        service.read_stream(world.core, world.visit(), cursor)


@pytest.mark.bar(25)
def test_stop_is_confirmed_once_and_then_nothing_is_sent(world: World) -> None:
    recorded = world.text("+34600111222", "hola", "SM1")
    world.text("+34600111222", "STOP", "SM2", control="stop")
    world.text("+34600111222", "STOP", "SM3", control="stop")
    assert world.notices(recorded.conversation_id).count("sms_stopped") == 1
    leased = service.lease_deliveries(world.core, channel="sms", owner="r", limit=10, now=world.now)
    assert ["sms_stopped" in outgoing.text for outgoing in leased] == [True]


def test_start_after_stop_lets_messages_out_again(world: World) -> None:
    recorded = world.text("+34600111222", "STOP", "SM1", control="stop")
    world.text("+34600111222", "START", "SM2", control="start")
    assert world.notices(recorded.conversation_id)[-1] == "sms_started"


def test_a_message_without_client_id_is_never_taken_for_a_repetition(world: World) -> None:
    conversation = world.visit()
    inbound = Inbound(channel="web", account="web", address="", text="hi", at=world.now, conversation_id=conversation)
    one = service.record_inbound(world.core, inbound, now=world.now)
    other = service.record_inbound(world.core, inbound, now=world.now)
    assert one.message_id != other.message_id


def test_where_the_carrier_confirms_the_opt_out_we_send_nothing(world: World) -> None:
    recorded = world.text("+34600111222", "STOP", "SM1", control="stop", carrier_confirms=True)
    assert "sms_stopped" not in world.notices(recorded.conversation_id)
    assert service.lease_deliveries(world.core, channel="sms", owner="r", limit=10, now=world.now) == ()


@pytest.mark.bar(39)
def test_the_disclosure_goes_out_even_when_the_first_text_asks_for_a_person(world: World) -> None:
    recorded = world.text("+34600111222", "agente", "SM1")
    world.open_case(recorded.conversation_id)
    sent = []
    while leased := service.lease_deliveries(world.core, channel="sms", owner="r", limit=10, now=world.now):
        for outgoing in leased:
            if service.begin_sending(world.core, outgoing.id, "r", now=world.now):
                sent.append(outgoing.text.split()[0])
                result = service.Sent(carrier_id=f"SM-{outgoing.id}")
                service.finish_sending(world.core, outgoing.id, "r", result, now=world.now)
    assert sent == ["[disclosure", "[disclosure", "[handoff_waiting"]


def test_the_first_two_uses_of_a_counter_at_once_get_two_numbers(world: World) -> None:
    def take(_: int) -> int:
        with world.core.database.write() as session:
            return take_number(session, "fresh")

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(8))) == list(range(1, 9))


@pytest.mark.bar(5)
def test_sixteen_first_texts_of_one_phone_at_once_are_one_conversation(world: World) -> None:
    with ThreadPoolExecutor(16) as pool:
        recorded = list(pool.map(lambda n: world.text("+34600111222", f"text {n}", f"SM{n}"), range(16)))
    assert len({each.conversation_id for each in recorded}) == 1


def test_what_is_read_together_is_of_one_moment(world: World) -> None:
    """Else a page could show a state whose telling it does not have."""
    count = text("SELECT count(*) FROM conversations")
    with world.core.database.read() as reading:
        before = reading.execute(count).scalar_one()
        start(world)
        assert reading.execute(count).scalar_one() == before
    with world.core.database.read() as reading:
        assert reading.execute(count).scalar_one() == before + 1
