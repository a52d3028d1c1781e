"""What only supervisors may do with cases, what an agent has really seen, and the note that goes with a transfer."""

from collections.abc import Iterator
from typing import Any

import pytest

from handoff.clock import utc_now
from handoff.service.base.core import work
from handoff.service.telling.alerts import alert
from tests.integration.test_desk_api import Seat, code, sit
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Customer, Desk, eventually, running


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with running(make_core(database_url, hours=ALWAYS, undo_seconds=0)) as desk:
        yield desk


def held(desk: Desk, seat: Seat, *said: str) -> Customer:
    """The sweeper may offer the case while it is being claimed: then it is claimed at the version after that."""
    customer = desk.case(*said)
    eventually(lambda: bool(seat.act(customer.reference, "claim").status_code == 200))
    return customer


def away(*seats: Seat) -> None:
    """Nobody is offered anything from here on."""
    for seat in seats:
        seat.put("/presence", {"status": "away"})


def id_of(seat: Seat) -> str:
    return str(seat.get("/session").json()["agent"]["id"])


def test_a_supervisor_gives_a_chat_to_somebody_else_and_everybody_hears(desk: Desk) -> None:
    ana, luis, boss = sit(desk, "Ana"), sit(desk, "Luis"), sit(desk, "Marta", "supervisor")
    customer = held(desk, ana, "hola")
    answer = boss.act(customer.reference, "reassign", agent=id_of(luis))
    assert answer.status_code == 200, answer.text
    assert answer.json()["item"]["agent"]["name"] == "Luis"
    assert "Luis" in customer.heard()[-1]
    assert [each["kind"] for each in ana.get("/alerts").json()["alerts"]] == ["reassigned_away"]
    assert [each["kind"] for each in luis.get("/alerts").json()["alerts"]] == ["reassigned_to"]
    assert code(ana.act(customer.reference, "reply", client_id="r", text="still me")) == (409, "already_held")


def test_a_reassignment_that_cannot_be_is_refused_with_the_reason(desk: Desk) -> None:
    ana, luis, boss = sit(desk, "Ana"), sit(desk, "Luis"), sit(desk, "Marta", "supervisor")
    gone = desk.agent("Eva")
    customer = held(desk, ana, "hola")
    target = id_of(luis)
    assert code(ana.act(customer.reference, "reassign", agent=target)) == (403, "forbidden")
    assert code(boss.act(customer.reference, "reassign", agent=gone.id)) == (409, "at_capacity")
    assert code(boss.act(customer.reference, "reassign", agent=id_of(ana))) == (409, "transition_refused")
    assert code(boss.act(customer.reference, "reassign", agent="nobody")) == (422, "invalid_input")
    assert code(boss.act(customer.reference, "reassign")) == (422, "invalid_input")
    stale = boss.post(f"/handoffs/{customer.reference}/reassign", {"version": 0, "agent": target})
    assert code(stale) == (409, "stale_version")
    away(ana, luis, boss)
    waiting = desk.case("hola")
    assert code(boss.act(waiting.reference, "reassign", agent=target)) == (409, "transition_refused")


@pytest.mark.bar(31)
@pytest.mark.parametrize("path", ["/handoffs/{reference}/reassign", "/handoffs/bulk-resolve"])
def test_a_write_without_the_csrf_header_changes_nothing(desk: Desk, path: str) -> None:
    boss, luis = sit(desk, "Marta", "supervisor"), sit(desk, "Luis")
    customer = held(desk, boss, "hola")
    body: dict[str, Any] = {"version": 1, "agent": id_of(luis)}
    if "bulk" in path:
        body = {"cases": [listed(boss, customer.reference)], "outcome": "abuse", "reason": "flood"}
    url = path.format(reference=customer.reference)
    assert code(boss.post(url, body, **{"X-Relevo-CSRF": "another"})) == (403, "forbidden")
    assert code(boss.post(url, body, Origin="https://evil.example")) == (403, "forbidden")
    assert boss.read(customer.reference)["item"]["state"] == "active"


def test_a_message_between_reading_and_replying_stays_unseen(desk: Desk) -> None:
    """The interleaving: the page is drawn, the customer writes, the agent's reply arrives."""
    ana = sit(desk, "Ana")
    customer = held(desk, ana, "hola")
    customer.says("where is my order")
    shown = ana.read(customer.reference)["transcript"][-1]["cursor"]
    customer.says("and my invoice")
    assert ana.act(customer.reference, "reply", client_id="r1", text="On its way.", upto=shown).status_code == 200
    assert ana.read(customer.reference)["item"]["unseen"] == 1
    assert code(ana.act(customer.reference, "resolve", outcome="solved")) == (409, "unseen_messages")
    seen = f"/handoffs/{customer.reference}/seen"
    assert ana.post(seen, {"upto": shown}).status_code == 204
    assert ana.read(customer.reference)["item"]["unseen"] == 1
    newest = ana.read(customer.reference)["transcript"][-1]["cursor"]
    assert ana.post(seen, {"upto": newest}).status_code == 204
    assert ana.read(customer.reference)["item"]["unseen"] == 0
    assert ana.act(customer.reference, "resolve", outcome="solved").json()["item"]["state"] == "resolved"


def test_seen_without_a_cursor_is_everything_and_a_foreign_cursor_is_refused(desk: Desk) -> None:
    ana = sit(desk, "Ana")
    customer = held(desk, ana, "hola")
    customer.says("where is my order")
    seen = f"/handoffs/{customer.reference}/seen"
    assert code(ana.post(seen, {"upto": "nonsense!"})) == (422, "invalid_input")
    assert ana.post(seen).status_code == 204
    assert ana.read(customer.reference)["item"]["unseen"] == 0


def test_the_note_of_a_transfer_reaches_whoever_takes_the_case_and_never_the_customer(desk: Desk) -> None:
    ana, luis = sit(desk, "Ana"), sit(desk, "Luis")
    customer = held(desk, ana, "hola")
    note = "Wants the refund on another card; identity is checked."
    sent = ana.act(customer.reference, "transfer", agent=id_of(luis), note=note)
    assert sent.json()["item"]["offered_to"]["name"] == "Luis"
    assert luis.act(customer.reference, "accept").status_code == 200
    found = luis.read(customer.reference)
    assert [(each["agent"], each["text"]) for each in found["notes"]] == [("Ana", note)]
    assert found["item"]["last_text"] != note
    assert not any(note in text for text in customer.heard())


def listed(seat: Seat, reference: str) -> dict[str, Any]:
    item = seat.read(reference)["item"]
    return {"reference": reference, "version": item["version"], "unseen": item["unseen"]}


@pytest.mark.bar(34)
def test_a_supervisor_ends_a_flood_at_once_one_ledger_row_each(desk: Desk) -> None:
    boss, ana = sit(desk, "Marta", "supervisor"), sit(desk, "Ana")
    taken = held(desk, ana, "a real question")
    away(boss, ana)
    flood = [desk.case("spam", "more spam").reference for _ in range(12)]
    changed = desk.case("hello")
    cases = [listed(boss, reference) for reference in (*flood, taken.reference, changed.reference)]
    changed.says("please, I am real")
    body = {"cases": cases, "outcome": "abuse", "reason": "a flood from one network"}
    assert code(ana.post("/handoffs/bulk-resolve", body)) == (403, "forbidden")
    answer = boss.post("/handoffs/bulk-resolve", body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["resolved"] == flood
    assert answer.json()["refused"] == [
        {"reference": taken.reference, "code": "already_held"},
        {"reference": changed.reference, "code": "unseen_messages"},
    ]
    assert {boss.read(reference)["item"]["state"] for reference in flood} == {"resolved"}
    eventually(lambda: boss.get("/queue").json()["mine"] == [])


def test_many_alerts_of_a_kind_go_together(desk: Desk) -> None:
    ana = sit(desk, "Ana")
    for _ in range(5):
        with work(desk.core, utc_now()) as unit:
            alert(unit, "delivery_dead", "agent", None, {"code": "x"})
    (group,) = ana.get("/alerts").json()["alerts"]
    assert group["count"] == 5
    assert ana.post(f"/alerts/{group['id']}/done?alike=true").status_code == 204
    assert ana.get("/alerts").json()["alerts"] == []
