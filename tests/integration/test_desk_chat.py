"""What the chat's actions promise over HTTP: who listens unheard, who sees whom to call, and where a chat may go."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from handoff.service.cases.hints import WHO, desk_topic
from tests.integration.test_desk_api import ROOT, Seat, code, sit
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
