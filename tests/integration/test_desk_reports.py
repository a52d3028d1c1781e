"""The reports and the board over HTTP: who may, what is refused, and the export."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from handoff import service
from handoff.clock import utc_now
from handoff.service.proof import reports
from tests.integration.test_desk_api import ROOT, Seat, code, sit
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Customer, Desk, eventually, running

NAMES = ("answers", "ratings", "returns", "promises", "waits", "reasons", "suggestions", "gaps")
WRITES: dict[str, Any] = {
    "/reports/board/hours": {"act": "close"},
    "/reports/board/team": {"team": "*", "until": None},
    "/handoffs/R-XXXXXX/listen": None,
    "/handoffs/R-XXXXXX/unlisten": None,
    "/handoffs/R-XXXXXX/takeover": {"version": 1},
}


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with running(make_core(database_url, hours=ALWAYS, undo_seconds=0)) as desk:
        yield desk


def held(desk: Desk, seat: Seat) -> Customer:
    customer = desk.case("hola")
    eventually(lambda: bool(seat.act(customer.reference, "claim").status_code == 200))
    return customer


@pytest.mark.parametrize("name", NAMES)
def test_each_report_is_answered_and_exported_with_the_same_rows(desk: Desk, name: str) -> None:
    ana, boss = sit(desk, "Ana"), sit(desk, "Marta", "supervisor")
    held(desk, ana)
    for query in ("", "?by=language&language=es", "?by=channel&channel=web&from=2026-01-01&until=2026-12-31"):
        answer = boss.get(f"/reports/{name}{query}")
        assert answer.status_code == 200, answer.text
        found = answer.json()
        export = boss.get(f"/reports/{name}.csv{query}")
        assert export.headers["content-type"] == "text/csv; charset=utf-8"
        assert export.headers["content-disposition"].startswith(f'attachment; filename="{name}-')
        table = list(csv.DictReader(io.StringIO(export.content.decode("utf-8-sig"))))
        shown = [{field: "" if value is None else str(value) for field, value in row.items()} for row in found["rows"]]
        assert table == shown
    assert boss.get(f"/reports/{name}?by=day").json()["time_zone"] == "Europe/Madrid"


def test_a_case_is_in_the_reports_as_soon_as_it_is_settled(desk: Desk) -> None:
    ana, boss = sit(desk, "Ana"), sit(desk, "Marta", "supervisor")
    held(desk, ana)
    found = boss.get("/reports/waits").json()
    assert (found["total"]["cases"], found["total"]["share"], len(found["rows"])) == (1, 100.0, 28)
    assert boss.get("/reports/reasons").json()["total"] == [{"key": "", "reason": "request", "cases": 1}]


@pytest.mark.parametrize(
    "query",
    ["from=yesterday", "from=2026-11-24&until=2026-11-23", "from=2024-01-01&until=2026-01-01", "by=agent",
     "language=fr", "channel=fax", "until=0001-01-01", "from=9999-12-31"],
)  # fmt: skip
def test_a_range_that_makes_no_sense_is_refused(desk: Desk, query: str) -> None:
    boss = sit(desk, "Marta", "supervisor")
    for suffix in ("", ".csv"):
        assert code(boss.get(f"/reports/waits{suffix}?{query}")) == (422, "invalid_input")


@pytest.mark.bar(32)
def test_an_agent_sees_no_report_and_no_board(desk: Desk) -> None:
    ana = sit(desk, "Ana")
    for name in (*NAMES, "board"):
        assert code(ana.get(f"/reports/{name}")) == (403, "forbidden")
    for name in NAMES:
        assert code(ana.get(f"/reports/{name}.csv")) == (403, "forbidden")
    for path, body in WRITES.items():
        assert code(ana.post(path, body)) == (403, "forbidden")


@pytest.mark.bar(31)
@pytest.mark.parametrize("path", sorted(WRITES))
def test_a_write_without_the_csrf_header_or_from_elsewhere_changes_nothing(desk: Desk, path: str) -> None:
    boss = sit(desk, "Marta", "supervisor")
    body = WRITES[path]
    assert code(boss.post(path, body, **{"X-Relevo-CSRF": "another"})) == (403, "forbidden")
    assert code(boss.post(path, body, Origin="https://evil.example")) == (403, "forbidden")
    boss.http.cookies.clear()
    assert code(boss.post(path, body)) == (401, "not_authenticated")
    assert reports.read_board(desk.core, utc_now()).hours.changed is False


def test_the_board_pauses_a_team_and_changes_todays_hours(desk: Desk) -> None:
    boss = sit(desk, "Marta", "supervisor")
    settings = desk.core.business.model_dump(mode="json")
    service.save_business(desk.core, settings, actor="test", now=utc_now() - timedelta(days=2))
    until = (utc_now() + timedelta(minutes=30)).isoformat()
    assert boss.post("/reports/board/team", {"team": "*", "until": until, "reason": "training"}).status_code == 204
    team = boss.get("/reports/board").json()["teams"][0]
    assert (team["name"], team["reason"], team["set_by"]) == ("*", "training", "Marta")
    assert boss.post("/reports/board/team", {"team": "*", "until": None}).status_code == 204
    assert boss.get("/reports/board").json()["teams"][0]["paused_until"] is None
    answer = boss.post("/reports/board/hours", {"act": "close"})
    assert (answer.status_code, answer.json()["is_open"]) == (200, False)
    assert code(boss.post("/reports/board/hours", {"act": "close"})) == (422, "invalid_input")
    assert boss.post("/reports/board/hours", {"act": "planned"}).json()["is_open"] is True


@pytest.mark.parametrize(
    "body",
    [{"team": "*", "until": "2026-11-23T10:00:00"}, {"team": "*", "until": "soon"}, {"until": None},
     {"team": "*", "until": None, "reason": "lunch"}, {"team": "x\x00", "until": None}],
)  # fmt: skip
def test_a_pause_that_cannot_be_read_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    boss = sit(desk, "Marta", "supervisor")
    assert code(boss.post("/reports/board/team", body)) == (422, "invalid_input")


def test_a_supervisor_listens_and_takes_over(desk: Desk) -> None:
    ana, boss = sit(desk, "Ana"), sit(desk, "Marta", "supervisor")
    customer = held(desk, ana)
    before = ana.read(customer.reference)
    answer = boss.post(f"/handoffs/{customer.reference}/listen")
    assert answer.status_code == 200
    assert answer.json()["transcript"][-1] == before["transcript"][-1]
    customer.says("still there?")
    assert boss.read(customer.reference)["transcript"][-1]["text"] == "still there?"
    assert ana.read(customer.reference)["item"]["unseen"] == before["item"]["unseen"] + 1
    assert boss.post(f"/handoffs/{customer.reference}/unlisten").status_code == 204
    taken = boss.act(customer.reference, "takeover")
    assert taken.json()["item"]["agent"]["name"] == "Marta"
    assert code(ana.act(customer.reference, "reply", client_id="r", text="me")) == (409, "already_held")
    assert code(boss.post(f"/handoffs/{customer.reference}/takeover", {"version": 1})) == (409, "already_held")
    assert code(boss.post("/handoffs/R-NOBODY/listen")) == (404, "not_found")


def test_a_cell_that_a_spreadsheet_would_run_is_text(desk: Desk) -> None:
    boss = sit(desk, "Marta", "supervisor")
    desk.case("hola", reason="=HYPERLINK(1)")
    lines = boss.http.get(ROOT + "/reports/reasons.csv").text.splitlines()
    assert lines[1].split(",")[1] == "'=HYPERLINK(1)"
