"""The chat's extras over HTTP: who may leave a note or go on by text, and hints both ways, which nothing keeps."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from queue import Queue
from typing import Any

import httpx
import pytest

from bot.channels.web.routes import router as web_router
from handoff.clock import utc_now
from handoff.service.base.tokens import make_token
from tests.integration.test_desk_api import ROOT, Seat, browser, code, sit
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Customer, Desk, running

PHONE = "+34600111222"


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    core = replace(make_core(database_url, hours=ALWAYS), text_sender="+15005550006")
    with running(core, more=(web_router(),)) as desk:
        yield desk


@contextmanager
def following(client: httpx.Client, path: str, wanted: str, **headers: str) -> Iterator["Queue[dict[str, Any]]"]:
    """The data of the stream's events called `wanted`, as they come."""
    heard: Queue[dict[str, Any]] = Queue()
    opened = threading.Event()
    with client.stream("GET", path, headers=headers, timeout=30) as answer:
        assert answer.status_code == 200

        def read() -> None:
            opened.set()
            name = ""
            try:
                for line in answer.iter_lines():
                    if line.startswith("event:"):
                        name = line[6:].strip()
                    elif line.startswith("data:") and name == wanted:
                        heard.put(json.loads(line[5:]))
            except (httpx.HTTPError, RuntimeError, ValueError):
                return

        reading = threading.Thread(target=read, daemon=True)
        reading.start()
        assert opened.wait(5)
        yield heard
        # Closing alone would leave the connection open for as long as the thread waits in it.
        answer.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        reading.join(5)


def hints(seat: Seat, reference: str) -> Any:
    return following(seat.http, f"{ROOT}/handoffs/{reference}/hints", "hint")


def next_of(heard: "Queue[dict[str, Any]]", **wanted: str) -> dict[str, Any]:
    """The next event with these values; fails when none comes."""
    while True:
        event = heard.get(timeout=10)
        if wanted.items() <= event.items():
            return event


def page_of(desk: Desk, customer: Customer) -> tuple[str, dict[str, str]]:
    token = make_token(desk.core, customer.conversation_id, utc_now())
    return f"{desk.url}/api/v1/conversations/{customer.conversation_id}", {"Authorization": f"Bearer {token}"}


def test_notes_need_a_session_a_csrf_header_and_words(desk: Desk) -> None:
    customer = desk.case("hola")
    ana, body = sit(desk, "Ana"), {"client_id": "n1", "text": "nota"}
    path = f"/handoffs/{customer.reference}/notes"
    assert code(browser(desk).post(path, body)) == (401, "not_authenticated")
    assert code(ana.post(path, body, **{"X-Relevo-CSRF": "wrong"})) == (403, "forbidden")
    assert code(ana.post(path, body, Origin="https://evil.example")) == (403, "forbidden")
    assert code(ana.post("/handoffs/R-000000/notes", body)) == (404, "not_found")
    for wrong in ({"client_id": "n1", "text": " "}, {"client_id": "n1"}, {**body, "more": 1}):
        assert code(ana.post(path, wrong))[0] == 422
    first = ana.post(path, body)
    assert (first.status_code, first.json()["kind"]) == (201, "note")
    assert ana.post(path, body).json()["id"] == first.json()["id"]
    assert code(ana.post(path, {**body, "text": "otra"}))[0] == 409
    assert [each["text"] for each in ana.read(customer.reference)["notes"]] == ["nota"]
    assert "nota" not in customer.heard()


def test_only_the_holder_goes_on_by_text(desk: Desk) -> None:
    customer = desk.case("hola")
    customer.leaves_message("hola", phone=PHONE)
    ana, sol = sit(desk, "Ana"), sit(desk, "Sol", role="supervisor")
    assert ana.act(customer.reference, "claim").status_code == 200
    assert code(sol.act(customer.reference, "by-text")) == (409, "already_held")
    assert code(ana.post(f"/handoffs/{customer.reference}/by-text", {"version": 0})) == (409, "stale_version")
    moved = ana.act(customer.reference, "by-text")
    assert (moved.status_code, moved.json()["reach"]["status"]) == (200, "asked")
    assert sol.read(customer.reference)["reach"]["phone"] == PHONE
    assert ana.act(customer.reference, "by-page").json()["reach"]["status"] == "over"


def test_who_reads_only_sees_the_phone_masked(desk: Desk) -> None:
    customer = desk.case("hola")
    customer.leaves_message("hola", phone=PHONE)
    sit(desk, "Ana").act(customer.reference, "claim")
    seen = sit(desk, "Ben").read(customer.reference)
    assert PHONE not in json.dumps(seen)
    assert (seen["masked"], seen["reach"]["phone"]) == (True, "•••1222")


def test_colleagues_hear_of_one_another(desk: Desk) -> None:
    customer = desk.case("hola")
    ana, ben = sit(desk, "Ana"), sit(desk, "Ben")
    with hints(ana, customer.reference) as heard:
        second = Seat(httpx.Client(base_url=desk.url, cookies=ben.http.cookies, timeout=30))
        with hints(second, customer.reference):
            here = next_of(heard, what="here")
            assert ben.post(f"/handoffs/{customer.reference}/typing", {"what": "note"}).status_code == 204
            assert next_of(heard, what="note")["who"] == here["who"]
        second.http.close()


def test_typing_goes_both_ways_but_only_the_holders_to_the_customer(desk: Desk) -> None:
    customer = desk.case("hola")
    ana, ben = sit(desk, "Ana"), sit(desk, "Ben")
    ana.act(customer.reference, "claim")
    url, bearer = page_of(desk, customer)
    path = f"/handoffs/{customer.reference}/typing"
    listener = httpx.Client(timeout=30)
    watcher = Seat(httpx.Client(base_url=desk.url, cookies=ana.http.cookies, timeout=30))
    with following(listener, f"{url}/events", "typing", **bearer) as page, hints(watcher, customer.reference) as heard:
        assert next_of(heard, who="customer")["what"] == "here"
        assert ben.post(path, {"what": "reply"}).status_code == 204
        assert ana.post(path, {"what": "note"}).status_code == 204
        assert ana.post(path, {"what": "reply"}).status_code == 204
        assert page.get(timeout=10) == {"agent": "Ana"}
        assert page.empty()
        httpx.post(f"{url}/typing", headers=bearer, json={}).raise_for_status()
        assert next_of(heard, what="typing")["who"] == "customer"
    listener.close()
    watcher.http.close()


def test_hints_need_a_session_and_a_case(desk: Desk) -> None:
    ana = sit(desk, "Ana")
    assert code(ana.get("/handoffs/R-000000/hints")) == (404, "not_found")
    assert code(browser(desk).get("/handoffs/R-000000/hints")) == (401, "not_authenticated")
    reference = desk.case("hola").reference
    assert code(browser(desk).post(f"/handoffs/{reference}/typing", {"what": "reply"}))[0] == 401
    assert code(ana.post(f"/handoffs/{reference}/typing", {"what": "singing"}))[0] == 422
