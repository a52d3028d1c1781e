import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.sms.forms import Form
from bot.channels.sms.inbound import MOST_CHARACTERS, inbound_of
from handoff.errors import InvalidInput

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _form(name: str = "inbound", **changes: str) -> Form:
    fields = json.loads(Path(f"tests/fixtures/twilio/{name}.json").read_text())
    return Form(list((fields | changes).items()))


def test_text_is_taken_word_for_word() -> None:
    (text,) = inbound_of(_form(), NOW)
    assert (text.channel, text.account, text.address) == ("sms", "+15005550006", "+34600000001")
    assert text.text == "¿Dónde está mi pedido? ¡Gracias!"
    assert text.carrier_id == "SM" + "5e" * 16
    assert (text.media, text.control, text.at) == (0, None, NOW)


def test_unknown_fields_do_no_harm() -> None:
    assert inbound_of(_form(SomethingNew="1"), NOW) == inbound_of(_form(), NOW)


@pytest.mark.bar(27)
def test_pictures_without_words_are_counted() -> None:
    (text,) = inbound_of(_form("inbound_mms"), NOW)
    assert (text.text, text.media) == ("", 2)


@pytest.mark.parametrize("number", ["", "-1", "x", "²", "99999"])
def test_strange_media_count_is_none(number: str) -> None:
    assert inbound_of(_form(NumMedia=number), NOW)[0].media == 0


@pytest.mark.bar(25)
def test_carriers_opt_out_goes_before_the_words() -> None:
    assert inbound_of(_form("inbound_opt_out"), NOW)[0].control == "stop"
    assert inbound_of(_form("inbound_opt_out", Body="no me escriban"), NOW)[0].control == "stop"


def test_over_long_text_is_kept_whole_in_several_messages() -> None:
    words = "ñ🙂" * MOST_CHARACTERS
    texts = inbound_of(_form(Body=words), NOW)
    assert "".join(text.text for text in texts) == words
    assert all(len(text.text.encode()) <= 8192 for text in texts)
    assert len({text.carrier_id for text in texts}) == len(texts) == 2


def test_control_characters_are_left_out() -> None:
    assert inbound_of(_form(Body="a\x00b\x07\r\nc\ud800"), NOW)[0].text == "ab\nc?"


def test_empty_text_is_still_a_message() -> None:
    assert [text.text for text in inbound_of(_form(Body=" "), NOW)] == [""]


@pytest.mark.parametrize("field", ["From", "To"])
@pytest.mark.parametrize(
    "number", ["", "600000001", "+0123456789", "+1", "whatsapp:+34600000001", "ACME", "+34 600000001", "+١٢٣٤٥٦٧٨"]
)
def test_nobody_to_answer_is_named(field: str, number: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        inbound_of(_form(**{field: number}), NOW)
    assert list(refused.value.fields) == [field]


def test_missing_id_is_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        inbound_of(_form(MessageSid=""), NOW)
    assert list(refused.value.fields) == ["MessageSid"]


def test_short_codes_are_numbers() -> None:
    assert inbound_of(_form(From="72345"), NOW)[0].address == "72345"
