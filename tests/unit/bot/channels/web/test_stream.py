"""The stream: every row once and in order, whatever happens between two readings."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from httpx import Client, Response
from sqlalchemy import select

from bot.channels.web import stream as web_stream
from bot.processes import dies_with_parent
from handoff import service
from handoff.errors import Unavailable
from handoff.models import Delivery
from handoff.service import Core
from tests.support.ports import free_port, wait_listening
from tests.support.processes import stop
from tests.support.web import eventually
from tests.unit.bot.channels.web.conftest import start

Event = dict[str, Any]


def events_of(response: Response) -> Iterator[Event]:
    """Events as they come; comments and heartbeats are passed over."""
    event: Event = {}
    for line in response.iter_lines():
        if line.startswith(":"):
            continue
        if not line and "data" in event:
            yield {**event, "data": json.loads(event["data"])}
        if not line:
            event = {}
            continue
        name, _, value = line.partition(": ")
        event[name] = value


@contextmanager
def following(visit: Any, after: str | None = None, **headers: str) -> Iterator[Iterator[Event]]:
    where = f"{visit.client.base_url}/api/v1/conversations/{visit.id}/events"
    params = {"after": after} if after else {}
    head = {"Authorization": f"Bearer {visit.token}", **headers}
    with Client(timeout=20) as http, http.stream("GET", where, params=params, headers=head) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        yield events_of(response)


def test_it_begins_after_the_cursor_and_goes_on_live(visit: Any) -> None:
    with following(visit, visit.started["cursor"]) as events:
        started = time.monotonic()
        visit.send("hello")
        event = next(events)
        assert (event["event"], event["data"]["text"], event["data"]["client_id"]) == ("message", "hello", "c1")
        assert event["id"] == event["data"]["cursor"]
        assert time.monotonic() - started < 1.5  # woken, not polled


def test_without_a_cursor_it_begins_at_the_beginning(visit: Any) -> None:
    with following(visit) as events:
        first = next(events)
        assert first["data"]["id"] == visit.started["messages"][0]["id"]


def test_last_event_id_resumes_too(visit: Any) -> None:
    visit.send("hello")
    with following(visit, **{"Last-Event-ID": visit.started["cursor"]}) as events:
        assert next(events)["data"]["text"] == "hello"


def test_a_change_of_state_is_told(visit: Any) -> None:
    with following(visit, visit.started["cursor"]) as events:
        reference = visit.post("/handoff", {}).json()["reference"]
        state = next(event for event in events if event["event"] == "state")
        assert state["data"]["state"] == "waiting"
        assert state["data"]["handoff"]["reference"] == reference


@pytest.mark.bar(18)
def test_resuming_anywhere_gives_the_rest_without_gap_or_double(visit: Any) -> None:
    for each in range(5):
        visit.send(f"text {each}", f"c{each}")
    visit.post("/handoff", {})
    with following(visit) as events:
        whole = [next(events) for _ in range(9)]
    assert len({event["id"] for event in whole}) == 9
    for at in range(8):
        with following(visit, whole[at]["id"]) as events:
            assert [next(events)["id"] for _ in range(8 - at)] == [event["id"] for event in whole[at + 1 :]]


@pytest.mark.bar(10)
def test_a_lost_wake_is_made_up_for_by_the_poll(visit: Any, core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    with following(visit, visit.started["cursor"]) as events:
        monkeypatch.setattr(type(core.wake), "notify", lambda _self, _topic: None)
        started = time.monotonic()
        visit.send("hello")
        assert next(events)["data"]["text"] == "hello"
        assert time.monotonic() - started < 5


def test_a_page_ends_in_good_order_when_the_database_is_gone(visit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes again with its cursor; a broken answer would be an error in the log for each page."""

    def gone(*_: object, **__: object) -> None:
        raise Unavailable

    with following(visit, visit.started["cursor"]) as events:
        monkeypatch.setattr(service, "read_stream", gone)
        visit.send("hello")
        assert list(events) == []
    monkeypatch.undo()
    with following(visit, visit.started["cursor"]) as events:
        assert next(events)["data"]["text"] == "hello"


def test_what_a_page_has_seen_counts_as_delivered(visit: Any, core: Core) -> None:
    def statuses() -> set[str]:
        with core.database.read() as session:
            found = select(Delivery.status).where(Delivery.conversation_id == visit.id)
            return set(session.execute(found).scalars())

    assert statuses() == {"pending"}
    with following(visit) as events:
        next(events)
        eventually(lambda: statuses() == {"delivered"})


def test_a_quiet_stream_has_heartbeats(visit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_stream, "HEARTBEAT_SECONDS", 0.2)
    where = f"/api/v1/conversations/{visit.id}/events?after={visit.started['cursor']}"
    with visit.client.stream("GET", where, headers={"Authorization": f"Bearer {visit.token}"}) as response:
        assert next(line for line in response.iter_lines() if line.startswith(": ping"))


def test_streams_of_one_conversation_are_limited(visit: Any, monkeypatch: pytest.MonkeyPatch, code_of: Any) -> None:
    monkeypatch.setattr(web_stream, "MOST_STREAMS", 1)
    with following(visit) as events:
        next(events)
        assert code_of(visit.call("GET", "/events")) == (429, "rate_limited")
    eventually(lambda: _opens(visit))


def _opens(visit: Any) -> bool:
    where = f"/api/v1/conversations/{visit.id}/events"
    with visit.client.stream("GET", where, headers={"Authorization": f"Bearer {visit.token}"}) as response:
        return bool(response.status_code == 200)


@pytest.mark.bar(11)
def test_a_server_that_is_told_to_stop_ends_its_streams(sqlite_url: str) -> None:
    """Otherwise a restart would wait for every open page."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "tests.support.web:standalone", "--port", str(port)]
    environment = {**os.environ, "TEST_DATABASE_URL": sqlite_url}
    server = subprocess.Popen(
        [*command, "--log-level", "error"],
        env=environment,
        stderr=subprocess.PIPE,
        preexec_fn=dies_with_parent(),  # noqa: PLW1509 - only a system call
    )
    try:
        assert wait_listening(port, seconds=30)
        with Client(base_url=f"http://127.0.0.1:{port}") as client:
            visit = start(client)
            with following(visit) as events:
                next(events)
                server.send_signal(signal.SIGTERM)
                assert len(list(events)) <= 1  # the rest, then the end
        _, complaints = server.communicate(timeout=10)
        assert server.returncode in {0, -signal.SIGTERM}
        assert complaints == b""
    finally:
        stop(server)
