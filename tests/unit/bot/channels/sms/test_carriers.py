"""What every carrier adapter must do; a second real carrier joins the fixture below."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.sms.carrier import Carrier, Refused, TextMessage, TryLater, Unclear
from bot.channels.sms.console import ConsoleCarrier
from bot.channels.sms.twilio_carrier import TwilioCarrier
from handoff.clock import utc_now
from tests.support.ports import free_port
from tests.support.sms import NUMBER, PHONE, SID, TOKEN, Double

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def _twilio(double: Double, timeout: float = 5) -> TwilioCarrier:
    return TwilioCarrier(SID, TOKEN, api_base=double.base, timeout=timeout)


@pytest.fixture(params=["console", "twilio"])
def carrier(request: pytest.FixtureRequest, double: Double) -> Carrier:
    return ConsoleCarrier() if request.param == "console" else _twilio(double)


def _text(body: str, to: str = PHONE, **more: str) -> TextMessage:
    return TextMessage(sender=NUMBER, to=to, body=body, **more)


def test_accepted_text_is_in_the_list_word_for_word(carrier: Carrier) -> None:
    body = f"¿Qué tal? ¡Bien! ñ € 🙂\n{time.time_ns()}"
    accepted = carrier.send(_text(body))
    listed = carrier.list_sent(sender=NUMBER, to=PHONE, since=LONG_AGO)
    assert [item.body for item in listed if item.carrier_id == accepted.carrier_id] == [body]


def test_list_is_newest_first_and_of_one_number(carrier: Carrier) -> None:
    phone = f"+346{time.time_ns() % 10**8:08d}"
    made = [carrier.send(_text(str(number), phone)).carrier_id for number in range(3)]
    assert [item.carrier_id for item in carrier.list_sent(sender=NUMBER, to=phone, since=LONG_AGO)] == made[::-1]
    assert carrier.list_sent(sender=NUMBER, to=f"{phone}0", since=LONG_AGO) == []


def test_list_ends_at_since(carrier: Carrier) -> None:
    carrier.send(_text("hola"))
    assert carrier.list_sent(sender=NUMBER, to=PHONE, since=utc_now() + timedelta(minutes=1)) == []


def test_segments_are_counted(carrier: Carrier) -> None:
    assert carrier.send(_text("é" * 160)).segments == 1
    assert carrier.send(_text("á" * 71)).segments == 2


@pytest.mark.parametrize(
    ("number", "code"),
    [("+15005550001", "21211"), ("+15005550004", "21610"), ("+15005550009", "21614"), ("+15005550003", "21408")],
)
def test_refusals_are_final_with_the_carriers_code(double: Double, number: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        _twilio(double).send(_text("hola", number))
    assert refused.value.code == code


def test_wrong_account_is_final(double: Double) -> None:
    with pytest.raises(Refused) as refused:
        TwilioCarrier(SID, "wrong", api_base=double.base).send(_text("hola"))
    assert refused.value.code == "20003"


@pytest.mark.parametrize(
    ("faults", "fault"),
    [
        ({"answer": "refuse", "status": 429, "code": 20429}, TryLater),
        ({"answer": "refuse", "status": 503, "code": 20503}, TryLater),
        ({"answer": "refuse", "status": 500, "code": 20500}, Unclear),
        ({"answer": "refuse", "status": 400, "code": 21610}, Refused),
        ({"answer": "hang", "hang": 3}, Unclear),
        ({"answer": "hang_after", "hang": 3}, Unclear),
        ({"answer": "garbage_after"}, Unclear),
    ],
)
def test_every_fault_has_its_kind(double: Double, faults: dict[str, object], fault: type[Exception]) -> None:
    double.faults(**faults)
    with pytest.raises(fault):
        _twilio(double, timeout=0.5).send(_text("hola"))


def test_nobody_listening_means_not_sent() -> None:
    carrier = TwilioCarrier(SID, TOKEN, api_base=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(TryLater):
        carrier.send(_text("hola"))


def test_settings_of_the_carriers_client_do_not_move_our_base(double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert _twilio(double).send(_text("hola")).carrier_id.startswith("SM")


def test_messaging_service_sends_without_a_number(double: Double) -> None:
    carrier = TwilioCarrier(SID, TOKEN, api_base=double.base, messaging_service="MG" + "a" * 32)
    accepted = carrier.send(TextMessage(sender="", to=PHONE, body="servicio"))
    assert accepted.carrier_id in {item.carrier_id for item in carrier.list_sent(sender="", to=PHONE, since=LONG_AGO)}


@pytest.mark.bar(36)
def test_no_number_and_no_word_is_logged(double: Double, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    carrier = _twilio(double)
    carrier.send(_text("un secreto"))
    carrier.list_sent(sender=NUMBER, to=PHONE, since=LONG_AGO)
    ours = [record.getMessage() for record in caplog.records if record.name != "httpx"]
    assert not any(PHONE in line or PHONE.removeprefix("+") in line or "secreto" in line for line in ours)


def test_a_carrier_that_accepts_us_says_so(carrier: Carrier) -> None:
    carrier.check()


def test_a_wrong_token_and_a_carrier_that_is_away_are_told_apart(double: Double) -> None:
    with pytest.raises(Refused) as refused:
        TwilioCarrier(SID, "another-token", api_base=double.base).check()
    assert refused.value.code == "20003"
    with pytest.raises(TryLater):
        TwilioCarrier(SID, TOKEN, api_base=f"http://127.0.0.1:{free_port()}").check()


def test_a_text_of_ours_is_found_by_its_id(carrier: Carrier) -> None:
    accepted = carrier.send(_text("¿por dónde va?"))
    found = carrier.fetch(accepted.carrier_id)
    assert found is not None
    assert (found.carrier_id, found.body) == (accepted.carrier_id, "¿por dónde va?")
    assert carrier.fetch("SM" + "f" * 32) is None


def test_nobody_has_texted_a_number_that_is_not_ours(carrier: Carrier) -> None:
    assert list(carrier.list_received(to="+15550009999", since=LONG_AGO)) == []


@pytest.mark.bar(23)
def test_what_customers_sent_is_listed_oldest_first_by_the_carriers_date(double: Double) -> None:
    phone = f"+346{time.time_ns() % 10**8:08d}"
    for text, ago in (("dos", 50), ("tres", 10), ("uno", 90), ("cuatro", 10)):
        double.text_in(text, phone, ago=ago)
    listed = _twilio(double).list_received(to=NUMBER, since=utc_now() - timedelta(seconds=200))
    mine = [each for each in listed if each.sender == phone]
    assert [each.body for each in mine] == ["uno", "dos", "tres", "cuatro"]
    assert {each.to for each in mine} == {NUMBER}
    assert all(each.at.tzinfo is not None for each in mine)


@pytest.mark.bar(23)
def test_since_is_an_instant_and_not_a_day(double: Double) -> None:
    phone = f"+346{time.time_ns() % 10**8:08d}"
    double.text_in("antes", phone, ago=300)
    double.text_in("ahora", phone, ago=100)
    listed = _twilio(double).list_received(to="", since=utc_now() - timedelta(seconds=200))
    assert [each.body for each in listed if each.sender == phone] == ["ahora"]


@pytest.mark.bar(27)
def test_what_came_with_a_text_is_listed_where_the_webhook_would_have_said(double: Double) -> None:
    made = double.text_in("con foto", picture=True)
    (picture,) = _twilio(double).list_media(made["sid"])
    assert picture.content_type == "image/png"
    assert picture.url.startswith(f"{double.base}/2010-04-01/Accounts/{SID}/Messages/")
    assert double.get(picture.url).headers["content-type"] == "image/png"


@pytest.mark.bar(23)
def test_a_list_that_breaks_off_is_a_fault_and_no_half_list(double: Double) -> None:
    double.faults(lists="refused")
    with pytest.raises(Unclear):
        _twilio(double).list_received(to=NUMBER, since=LONG_AGO)
