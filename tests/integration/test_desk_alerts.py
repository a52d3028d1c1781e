"""Alerts over HTTP: read, brought live, taken away once, and only by who may."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from handoff.clock import utc_now
from handoff.service.base.core import work
from handoff.service.base.rows import open_handoff_of
from handoff.service.telling.alerts import alert
from tests.integration.test_desk_stream import cursor, events
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Customer, Desk, running

ROOT = "/api/v1/desk"


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with running(make_core(database_url, hours=ALWAYS)) as desk:
        yield desk


def sit(desk: Desk, name: str, role: str = "agent") -> httpx.Client:
    desk.agent(name, role=role)
    http = httpx.Client(base_url=desk.url, timeout=10, headers={"Origin": desk.url})
    desk.on_close(http.close)
    answer = http.post(f"{ROOT}/session", json={"invite": desk.link(name).partition("=")[2]})
    http.headers["X-Relevo-CSRF"] = answer.json()["csrf"]
    return http


def tell(desk: Desk, customer: Customer, kind: str, audience: str = "agent") -> None:
    with work(desk.core, utc_now()) as unit:
        row = open_handoff_of(unit.session, customer.conversation_id)
        alert(unit, kind, audience, row, {"message": "Call instead.", "conversation": customer.conversation_id})


def read(http: httpx.Client) -> Any:
    return http.get(f"{ROOT}/alerts").raise_for_status().json()["alerts"]


def test_an_alert_is_read_and_taken_away_once(desk: Desk) -> None:
    ana, luis = sit(desk, "Ana"), sit(desk, "Luis")
    customer = desk.case("hola")
    tell(desk, customer, "delivery_dead")
    (told,) = read(ana)
    assert (told["kind"], told["reference"]) == ("delivery_dead", customer.reference)
    assert told["data"] == {"message": "Call instead."}
    done = f"{ROOT}/alerts/{told['id']}/done"
    assert ana.post(done, headers={"X-Relevo-CSRF": "another"}).status_code == 403
    assert ana.post(done).status_code == 204
    assert read(luis) == []
    again = luis.post(done)
    assert (again.status_code, again.json()["error"]["code"]) == (404, "not_found")


def test_what_is_for_supervisors_is_not_an_agents(desk: Desk) -> None:
    ana, boss = sit(desk, "Ana"), sit(desk, "Marta", "supervisor")
    tell(desk, desk.case("hola"), "agent_lost", "supervisor")
    (told,) = read(boss)
    assert read(ana) == []
    assert ana.post(f"{ROOT}/alerts/{told['id']}/done").status_code == 404


def test_nobody_reads_alerts_without_a_session(desk: Desk) -> None:
    assert httpx.get(f"{desk.url}{ROOT}/alerts").status_code == 401


def test_the_stream_brings_an_alert_and_its_going(desk: Desk) -> None:
    ana = sit(desk, "Ana")
    customer = desk.case("hola")
    with ana.stream("GET", f"{ROOT}/events", params={"after": cursor(ana)}) as response:
        stream = events(response)
        assert next(stream)[1]["alerts"] == []
        tell(desk, customer, "delivery_dead")
        (told,) = next(found["alerts"] for _, found in stream if found["alerts"])
        ana_too = httpx.post(
            f"{desk.url}{ROOT}/alerts/{told['id']}/done", headers=dict(ana.headers), cookies=dict(ana.cookies)
        )
        assert ana_too.status_code == 204
        assert any(found["alerts"] == [] for _, found in stream)
