"""The real carrier client against the carrier's published description, which Prism enforces.

As a mock server it refuses what the description does not allow. In front of the double it also reads the answers, so
that the double is held to the description too.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from requests import Response

from bot.channels.sms.carrier import Refused, TextMessage
from bot.channels.sms.twilio_carrier import TwilioCarrier
from handoff.clock import utc_now
from tests.support.missing import need
from tests.support.prism import find_prism, running_prism
from tests.support.sms import NUMBER, PHONE, SID, TOKEN, running_double

BODY = "¿Dónde está? ñ € 🙂\n100 % & más"
SERVICE = "MG" + "a" * 32
CALLBACK = "https://shop.example/channels/sms/status?delivery=1"
# The description calls these absolute addresses; the carrier itself gives paths, as its own examples show.
_PATHS = {"first_page_uri", "next_page_uri", "previous_page_uri", "uri", "media", "feedback"}


@pytest.fixture(scope="module")
def prism() -> list[str]:
    return need("mock carrier (npm ci --prefix tests/prism)", find_prism())


@pytest.fixture(scope="module")
def mock(prism: list[str]) -> Iterator[str]:
    with running_prism(prism, "mock") as base:
        yield base


def _carrier(base: str, **more: Any) -> TwilioCarrier:
    return TwilioCarrier(SID, TOKEN, api_base=base, timeout=20, **more)


def _text(**changes: Any) -> TextMessage:
    return TextMessage(**{"sender": NUMBER, "to": PHONE, "body": BODY, "callback": CALLBACK, **changes})


def test_what_we_send_is_what_the_description_allows(mock: str) -> None:
    assert _carrier(mock).send(_text()).carrier_id
    assert _carrier(mock, messaging_service=SERVICE).send(_text(sender="")).carrier_id
    assert _carrier(mock).fetch("SM" + "a" * 32) is not None


def test_what_the_description_does_not_allow_is_refused_for_good(mock: str) -> None:
    with pytest.raises(Refused) as refused:
        _carrier(mock, messaging_service="MGx").send(_text(sender=""))
    assert refused.value.code == "422"
    with pytest.raises(Refused):
        _carrier(mock).fetch("XX1")


def test_every_call_and_every_answer_of_the_double_is_as_described(
    prism: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.sms.twilio_carrier.PAGE", 2)
    found: list[dict[str, Any]] = []
    asked: list[str] = []

    def look(answer: Response, *_: Any, **__: Any) -> None:
        asked.append(f"{answer.request.method} {answer.status_code}")
        found.extend(json.loads(answer.headers.get("sl-violations", "[]")))

    with running_double() as double, running_prism(prism, "proxy", double.base) as base:
        carrier = _carrier(base)
        carrier._client.http_client.session.hooks["response"].append(look)  # where they pass
        sent = carrier.send(_text())
        for number in range(3):
            double.text_in(f"hola {number}")
        since = utc_now() - timedelta(hours=1)
        assert [each.body for each in carrier.list_sent(sender=NUMBER, to=PHONE, since=since)] == [BODY]
        assert [each.body for each in carrier.list_received(to=NUMBER, since=since)] == ["hola 0", "hola 1", "hola 2"]
        listed = carrier.fetch(sent.carrier_id)
        assert listed is not None
        assert listed.body == BODY
    assert asked[0] == "POST 201"
    assert len(asked) >= 5  # two pages at least
    assert found  # the paths: so it does look
    assert [each for each in found if not _is_path(each)] == []


def _is_path(violation: dict[str, Any]) -> bool:
    return violation["location"][0] == "response" and violation["location"][-1] in _PATHS
