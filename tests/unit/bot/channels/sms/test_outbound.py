"""The channel's way out, with the real client against the double."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.channels.base import Channel
from bot.channels.sms.failures import advice_for
from bot.channels.sms.outbound import SmsChannel
from bot.channels.sms.settings import Account
from bot.channels.sms.twilio_carrier import TwilioCarrier
from handoff.clock import utc_now
from handoff.service import CoreBox, Failed, Outgoing, Sent
from tests.support.core import business
from tests.support.sms import NUMBER, SID, TOKEN, Double

Make = Callable[..., SmsChannel]


@pytest.fixture
def make(double: Double) -> Make:
    def build(*, timeout: float = 5, sender: str = NUMBER, **settings: Any) -> SmsChannel:
        account = Account(account_sid=SID, auth_token=TOKEN, sender=sender, api_base=double.base, signing_key=TOKEN)
        carrier = TwilioCarrier(SID, TOKEN, api_base=double.base, timeout=timeout)
        core = SimpleNamespace(business=business(channels={"sms": settings}))  # all that the way out asks of it
        return SmsChannel(carrier, account, cast("CoreBox", SimpleNamespace(core=core)))

    return build


@pytest.fixture
def phone() -> str:
    return f"+346{time.time_ns() // 1000 % 10**8:08d}"


def _outgoing(phone: str, text: str = "Su pedido está en camino.", **more: object) -> Outgoing:
    values: dict[str, object] = {
        "id": f"{time.time_ns():032x}",
        "conversation_id": "c",
        "channel": "sms",
        "account": NUMBER,
        "address": phone,
        "text": text,
        "language": "es",
        "author": "bot",
        "tries": 0,
        "created_at": utc_now(),
    }
    return Outgoing(**{**values, **more})  # type: ignore[arg-type]


def _again(outgoing: Outgoing) -> Outgoing:
    return _outgoing(outgoing.address, outgoing.text, id=outgoing.id, created_at=outgoing.created_at, tries=1)


async def test_accepted_text_arrives_word_for_word(make: Make, double: Double, phone: str) -> None:
    channel: Channel = make()
    sent = await channel.deliver(_outgoing(phone, "¡Hola! ¿Qué tal? 🙂"))
    assert isinstance(sent, Sent)
    assert sent.segments == 1
    assert [(text["sid"], text["body"]) for text in double.thread(phone)] == [(sent.carrier_id, "¡Hola! ¿Qué tal? 🙂")]


@pytest.mark.bar(24)
@pytest.mark.parametrize("code", [21610, 21211, 21614, 21408, 21606, 12345])
async def test_refusal_is_final_and_says_what_to_do(make: Make, double: Double, phone: str, code: int) -> None:
    double.faults(answer="refuse", status=400, code=code)
    failed = await make().deliver(_outgoing(phone))
    advice = advice_for(str(code))
    blocked = code == 21610
    assert failed == Failed(code=str(code), message=advice.en, message_es=advice.es, retry=False, blocked=blocked)


@pytest.mark.parametrize(("status", "ambiguous"), [(429, False), (503, False), (500, True), (502, True)])
async def test_passing_faults_are_tried_again(
    make: Make, double: Double, phone: str, status: int, ambiguous: bool
) -> None:
    double.faults(answer="refuse", status=status, code=20000 + status)
    failed = await make().deliver(_outgoing(phone))
    assert isinstance(failed, Failed)
    assert (failed.retry, failed.ambiguous) == (True, ambiguous)


@pytest.mark.bar(26)
@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("fault", ["hang_after", "garbage_after"])
async def test_taken_but_unanswered_is_found_and_not_sent_twice(
    make: Make, double: Double, phone: str, fault: str, restarted: bool
) -> None:
    channel, outgoing = make(timeout=0.5), _outgoing(phone)
    double.faults(answer=fault, hang=2)
    failed = await channel.deliver(outgoing)
    assert isinstance(failed, Failed)
    assert failed.ambiguous
    double.faults()
    sent = await (make() if restarted else channel).deliver(_again(outgoing))
    assert isinstance(sent, Sent)
    assert [text["sid"] for text in double.thread(phone)] == [sent.carrier_id]


@pytest.mark.bar(26)
async def test_not_taken_and_unanswered_is_sent_once_in_the_end(make: Make, double: Double, phone: str) -> None:
    channel, outgoing = make(timeout=0.5), _outgoing(phone)
    double.faults(answer="hang", hang=1)
    assert isinstance(await channel.deliver(outgoing), Failed)
    double.faults()
    assert isinstance(await channel.deliver(_again(outgoing)), Sent)
    assert len(double.thread(phone)) == 1


@pytest.mark.bar(26)
async def test_nothing_is_sent_while_the_list_cannot_be_read(make: Make, double: Double, phone: str) -> None:
    outgoing = _outgoing(phone)
    double.faults(delay=2)
    failed = await make(timeout=0.5).deliver(_again(outgoing))
    assert isinstance(failed, Failed)
    assert (failed.code, failed.retry, failed.ambiguous) == ("list_failed", True, True)
    double.faults()
    assert double.thread(phone) == []


@pytest.mark.bar(24)
async def test_found_but_not_delivered_is_final_with_the_carriers_code(make: Make, double: Double, phone: str) -> None:
    outgoing = _outgoing(phone)
    double.faults(answer="hang_after", hang=2, outcome="undelivered", outcome_code=30003)
    assert isinstance(await make(timeout=0.5).deliver(outgoing), Failed)
    double.faults()
    failed = await make().deliver(_again(outgoing))
    advice = advice_for("30003")
    assert failed == Failed(code="30003", message=advice.en, message_es=advice.es, retry=False)
    assert len(double.thread(phone)) == 1


async def test_same_words_sent_before_are_another_delivery(make: Make, double: Double, phone: str) -> None:
    channel = make()
    first = await channel.deliver(_outgoing(phone, "Gracias."))
    second = await channel.deliver(_again(_outgoing(phone, "Gracias.")))
    assert isinstance(first, Sent)
    assert isinstance(second, Sent)
    assert first.carrier_id != second.carrier_id
    assert len(double.thread(phone)) == 2


async def test_older_text_is_not_mistaken_after_a_restart(make: Make, double: Double, phone: str) -> None:
    await make().deliver(_outgoing(phone, "Gracias."))
    later = _outgoing(phone, "Gracias.", created_at=utc_now() + timedelta(minutes=1), tries=1)
    await make().deliver(later)
    assert len(double.thread(phone)) == 2


async def test_too_long_and_unreachable_never_leave(make: Make, double: Double, phone: str) -> None:
    for outgoing, code in ((_outgoing(phone, "x" * 1601), "too_long"), (_outgoing("web-visitor"), "21211")):
        failed = await make().deliver(outgoing)
        assert isinstance(failed, Failed)
        assert (failed.code, failed.retry) == (code, False)
    assert double.thread(phone) == []


def test_callback_is_left_out_where_the_carrier_could_not_reach_it() -> None:
    assert Account(public_url="http://localhost:8080").callback is None
    assert Account(public_url="https://shop.example").callback == "https://shop.example/channels/sms/status"
    assert Account(public_url="http://localhost:8080", api_base="http://127.0.0.1:8079").callback is not None


@pytest.mark.parametrize("code", ["21610", "30003", "30005", "30006", "99999", "timeout"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_code_has_advice_in_both_languages(code: str, language: str) -> None:
    assert len(advice_for(code).in_language(language)) > 20


@pytest.mark.bar(26)
async def test_an_agents_reply_over_the_limit_is_refused_with_advice(make: Make, double: Double, phone: str) -> None:
    failed = await make(max_segments=2).deliver(replace(_outgoing(phone), text="a" * 307, author="agent"))
    assert isinstance(failed, Failed)
    assert (failed.code, failed.retry) == ("too_many_segments", False)
    assert ("in parts" in failed.message, "en partes" in failed.message_es) == (True, True)
    assert double.thread(phone) == []
    sent = await make(max_segments=2).deliver(replace(_outgoing(phone), text="a" * 306, author="agent"))
    assert isinstance(sent, Sent)
    assert sent.segments == 2


async def test_what_the_system_must_say_is_sent_whatever_the_limit(make: Make, phone: str) -> None:
    sent = await make(max_segments=1).deliver(replace(_outgoing(phone), text="a" * 200, author="system"))
    assert isinstance(sent, Sent)
    assert sent.segments == 2


@pytest.mark.bar(26)
async def test_punctuation_becomes_plain_only_where_the_settings_ask_for_it(
    make: Make, double: Double, phone: str
) -> None:
    text = "«Sí» — ¡mañana a las 9…!"
    await make().deliver(replace(_outgoing(phone), id="one", text=text))
    await make(plain_punctuation=True).deliver(replace(_outgoing(phone), id="two", text=text))
    assert [each["body"] for each in double.thread(phone)] == [text, '"Sí" - ¡mañana a las 9...!']


@pytest.mark.bar(26)
async def test_a_text_whose_punctuation_became_plain_is_found_again(make: Make, double: Double, phone: str) -> None:
    outgoing = replace(_outgoing(phone), text="«hola»…")
    sent = await make(plain_punctuation=True).deliver(outgoing)
    assert isinstance(sent, Sent)
    again = await make(plain_punctuation=True).deliver(replace(outgoing, tries=1))
    assert again == sent
    assert len(double.thread(phone)) == 1
