import re
from typing import get_args

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from bot.channels.sms import simulator
from bot.channels.sms.double.faults import Faults
from bot.channels.sms.double.simulator import STATIC
from handoff.errors import RelevoError
from tests.support.ports import free_port
from tests.support.sms import Double, serving


def _words(language: str) -> set[str]:
    script = (STATIC / "simulator.js").read_text(encoding="utf-8")
    start = script.index(f"\n  {language}: {{")
    table = re.sub(r'"(?:[^"\\]|\\.)*"', '""', script[start : script.index("\n  },", start)])
    return set(re.findall(r"(\w+): (?:\"|\[)", table))


def test_page_runs_without_inline_code(double: Double) -> None:
    page = httpx.get(f"{double.base}/simulator")
    assert page.status_code == 200
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "<style" not in page.text
    assert re.findall(r"<script(?![^>]*\bsrc=)", page.text) == []
    assert re.findall(r'\son\w+="|style="', page.text) == []
    for name in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        assert httpx.get(double.base + name).status_code == 200


def test_every_word_is_there_in_both_languages(double: Double) -> None:
    english, spanish = _words("en"), _words("es")
    assert english == spanish
    page = (STATIC / "simulator.html").read_text(encoding="utf-8")
    assert set(re.findall(r'data-t="(\w+)"', page)) <= english


@pytest.mark.parametrize("phone", ["", "600000001", "whatsapp:+34600000001"])
def test_strange_phone_is_refused(double: Double, phone: str) -> None:
    answer = httpx.post(f"{double.base}/simulator/api/texts", json={"phone": phone, "text": "hola"})
    assert answer.status_code == 400
    assert "country code" in answer.json()["message"]


def test_other_sites_forms_cannot_text(double: Double) -> None:
    answer = httpx.post(f"{double.base}/simulator/api/texts", data={"phone": "+34600000001", "text": "hola"})
    assert answer.status_code == 422
    plain = httpx.post(
        f"{double.base}/simulator/api/texts",
        content='{"phone": "+34600000001", "text": "hola"}',
        headers={"Content-Type": "text/plain"},
    )
    assert plain.status_code == 422


def test_segments_are_counted_while_writing(double: Double) -> None:
    answer = httpx.get(f"{double.base}/simulator/api/segments", params={"text": "á"})
    assert answer.json() == {"encoding": "UCS-2", "units": 1, "segments": 1}


def test_text_that_reaches_nobody_says_so(double: Double) -> None:
    double.text_in("hola", phone="+34600000055")
    for _ in range(200):
        (text,) = double.thread("+34600000055")
        if text["webhook"]:
            break
    assert text["webhook"] == "unreachable"


def _gateway(base: str) -> FastAPI:
    gateway = FastAPI()

    @gateway.exception_handler(RelevoError)
    async def translate(_: Request, error: RelevoError) -> JSONResponse:
        return JSONResponse(error.body(), status_code=error.status)

    gateway.include_router(simulator.router(base))
    return gateway


def test_gateway_shows_the_page_and_hands_texts_on(double: Double) -> None:
    with serving(_gateway(double.base)) as base:
        page = httpx.get(f"{base}/simulator")
        assert page.text == httpx.get(f"{double.base}/simulator").text
        assert "script-src 'self'" in page.headers["content-security-policy"]
        sent = httpx.post(f"{base}/simulator/api/texts", json={"phone": "+34600000066", "text": "¡hola!"})
        assert sent.status_code == 201
        thread = httpx.get(f"{base}/simulator/api/threads", params={"phone": "+34600000066"}).json()["texts"]
        assert [text["body"] for text in thread] == ["¡hola!"]
        assert httpx.get(f"{base}/simulator/static/../../app.py").status_code == 404


def test_gateway_says_when_the_double_is_away() -> None:
    with serving(_gateway(f"http://127.0.0.1:{free_port()}")) as base:
        answer = httpx.get(f"{base}/simulator")
        assert (answer.status_code, answer.json()["error"]["code"]) == (502, "simulator_away")


def test_every_fault_of_the_double_can_be_chosen_on_the_page(double: Double) -> None:
    page = (STATIC / "simulator.html").read_text(encoding="utf-8")
    named = set(re.findall(r'<(?:input|select) name="(\w+)"', page))
    assert named - {"number"} == set(Faults.model_fields) - {"hang"}
    for field, known in Faults.model_fields.items():
        for value in get_args(known.annotation):
            if isinstance(value, str):
                assert f'value="{value}"' in page, (field, value)
