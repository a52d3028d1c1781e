"""The desk's stream over HTTP: snapshots after a cursor, live, and no longer than the session."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from handoff.clock import utc_now
from handoff.service.people import accounts
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Desk, eventually, running

ROOT = "/api/v1/desk"


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with running(make_core(database_url, hours=ALWAYS)) as desk:
        desk.agent("Ana")
        yield desk


def signed_in(desk: Desk) -> httpx.Client:
    http = httpx.Client(base_url=desk.url, timeout=10)
    desk.on_close(http.close)
    http.post(f"{ROOT}/session", json={"invite": desk.link("Ana").partition("=")[2]}).raise_for_status()
    return http


def events(response: httpx.Response) -> Iterator[tuple[str, Any]]:
    name = ""
    for line in response.iter_lines():
        kind, _, value = line.partition(": ")
        if kind == "event":
            name = value
        elif kind == "data":
            yield name, json.loads(value)


def cursor(http: httpx.Client) -> str:
    return str(http.get(f"{ROOT}/queue").json()["cursor"])


def references(found: Any) -> list[str]:
    return [case["reference"] for case in found["cases"]]


@pytest.mark.bar(18)
def test_a_page_that_comes_back_gets_what_it_missed_and_nothing_twice(desk: Desk) -> None:
    http = signed_in(desk)
    before = cursor(http)
    first = desk.case("hola").reference
    with http.stream("GET", f"{ROOT}/events", params={"after": before}) as response:
        _, missed = next(events(response))
    assert references(missed) == [first]
    second = desk.case("hello").reference
    with http.stream("GET", f"{ROOT}/events", headers={"Last-Event-ID": missed["cursor"]}) as response:
        _, fresh = next(events(response))
    assert references(fresh) == [second]


def test_a_change_comes_while_the_page_listens(desk: Desk) -> None:
    http = signed_in(desk)
    with http.stream("GET", f"{ROOT}/events", params={"after": cursor(http)}) as response:
        stream = events(response)
        next(stream)  # who is present
        began = utc_now()
        reference = desk.case("hola").reference
        assert references(next(stream)[1]) == [reference]
    assert (utc_now() - began).total_seconds() < 1.5, "it was polled, not woken"


def test_the_stream_ends_with_the_session(desk: Desk) -> None:
    http = signed_in(desk)
    token = http.cookies["relevo_desk"]
    with http.stream("GET", f"{ROOT}/events", params={"after": cursor(http)}) as response:
        stream = events(response)
        next(stream)
        accounts.close_session(desk.core, token, now=utc_now())
        assert any(name == "signed_out" for name, _ in stream)


def test_a_cursor_that_is_not_ours_is_refused_before_the_stream_begins(desk: Desk) -> None:
    answer = signed_in(desk).get(f"{ROOT}/events", params={"after": "nonsense"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_input")


def test_a_page_that_leaves_is_forgotten(desk: Desk) -> None:
    http = signed_in(desk)
    with http.stream("GET", f"{ROOT}/events") as response:
        stream = events(response)
        next(stream)
        assert desk.listening() == 1
    eventually(lambda: desk.listening() == 0)
