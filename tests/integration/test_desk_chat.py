"""What the chat's actions promise over HTTP: who listens unheard, who sees whom to call, and where a chat may go."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from handoff.clock import utc_now
from handoff.service import export_case
from handoff.service.cases.ending import carry_out_due
from handoff.service.cases.hints import WHO, desk_topic
from tests.integration.test_desk_api import ROOT, Seat, browser, code, sit
from tests.integration.test_desk_extras import following, hints, next_of
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Desk, running


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    with running(make_core(sqlite_url, hours=ALWAYS)) as desk:
        yield desk


def quietly(seat: Seat, reference: str) -> Any:
    return following(seat.http, f"{ROOT}/handoffs/{reference}/hints?quiet=1", "hint")


def test_a_listening_supervisor_hears_everybody_and_is_heard_by_nobody(desk: Desk) -> None:
    customer = desk.case("hola")
    ana, boss = sit(desk, "Ana"), sit(desk, "Rosa", role="supervisor")
    agent = Seat(httpx.Client(base_url=desk.url, cookies=ana.http.cookies, timeout=30))
    listener = Seat(httpx.Client(base_url=desk.url, cookies=boss.http.cookies, timeout=30))
    with hints(agent, customer.reference) as heard, quietly(listener, customer.reference) as overheard:
        assert next_of(overheard, what="here")["who"] != "customer"
        assert ana.post(f"/handoffs/{customer.reference}/typing", {"what": "reply"}).status_code == 204
        assert next_of(overheard, what="reply")
        desk.core.wake.notify(f"{desk_topic(customer.conversation_id)} {WHO}")  # everybody says that they are here
        third = Seat(httpx.Client(base_url=desk.url, cookies=sit(desk, "Ben").http.cookies, timeout=30))
        with hints(third, customer.reference):
            here = next_of(heard, what="here")
        assert here["who"] == next(each.agent.id for each in desk.present() if each.agent.name == "Ben")
        third.http.close()
    for seat in (agent, listener):
        seat.http.close()
    assert code(ana.get(f"/handoffs/{customer.reference}/hints?quiet=1")) == (403, "forbidden")


def contact_of(seat: Seat, reference: str) -> Any:
    listed = {each["reference"]: each for each in seat.get("/callbacks").json()["callbacks"]}
    queued = {each["reference"]: each for each in seat.get("/queue").json()["callbacks"]}
    assert queued[reference]["contact"] == listed[reference]["contact"]
    return listed[reference]["contact"]


def test_a_callbacks_number_is_for_whoever_calls_and_for_supervisors(desk: Desk) -> None:
    customer = desk.case("¿y mi pedido?")
    customer.leaves_message("Llegó roto", name="Carmen", phone="+34600111222")
    ana, ben, boss = sit(desk, "Ana"), sit(desk, "Ben"), sit(desk, "Rosa", role="supervisor")
    assert [contact_of(each, customer.reference) for each in (ana, ben)] == ["•••1222", "•••1222"]
    assert contact_of(boss, customer.reference) == "+34600111222"
    begun = ana.act(customer.reference, "call").json()
    assert {"kind": "phone", "value": "+34600111222", "proven": False} in begun["contact"]
    assert contact_of(ana, customer.reference) == "+34600111222"
    assert contact_of(ben, customer.reference) == "•••1222"
    ana.act(customer.reference, "attempt", outcome="no_answer")
    assert contact_of(ana, customer.reference) == "•••1222"


def test_the_endings_are_the_services_and_a_known_topic_is_stored_by_its_name(desk: Desk) -> None:
    ana = sit(desk, "Ana")
    told = ana.get("/endings").json()
    assert told == {
        "outcomes": ["solved", "partly", "not_solved", "wrong_channel", "abuse"],
        "topics": ["delivery", "returns"],
    }
    assert code(browser(desk).get("/endings")) == (401, "not_authenticated")
    reference = desk.case("hola").reference
    ana.act(reference, "claim")
    ana.post(f"/handoffs/{reference}/seen")
    assert code(ana.act(reference, "resolve", outcome="gone", topic="")) == (422, "invalid_input")
    assert code(ana.act(reference, "resolve", outcome="partly", topic="a\u202eb"))[1] == "invalid_input"
    assert ana.act(reference, "resolve", outcome="partly", topic=" Delivery ").status_code == 200
    later = desk.core.business.undo_seconds + 1
    assert carry_out_due(desk.core, utc_now() + timedelta(seconds=later)) == 1
    found = export_case(desk.core, reference, now=utc_now())
    assert (found.case["outcome"], found.case["topic"]) == ("partly", "delivery")
