"""The settings over the desk's API: versions, concurrent edits, import and export, previews, tests, and roles."""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handoff import service
from handoff.clock import utc_now
from handoff.models import LedgerRow
from handoff.notify import Notifications, NotificationView
from handoff.service import CoreBox, Failed, Sent, save_business
from handoff.service.base import tokens
from handoff.service.base.core import work
from tests.integration.test_desk_api import Seat, code, sit
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Desk, running


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    core = make_core(database_url, hours=ALWAYS)
    save_business(core, core.business.model_dump(mode="json"), actor="relevo.toml", now=utc_now())
    with running(core) as desk:
        yield desk


@pytest.fixture
def admin(desk: Desk) -> Seat:
    return sit(desk, "Ada", role="admin")


def put(seat: Seat, base: int, data: Any) -> Any:
    return seat.put("/settings", {"base": base, "data": data})


def changed(seat: Seat, **values: Any) -> tuple[int, dict[str, Any]]:
    read = seat.get("/settings").json()
    return read["number"], {**read["data"], **values}


def test_a_change_is_a_version_with_who_and_what(desk: Desk, admin: Seat) -> None:
    base, data = changed(admin, name="Aurora II", undo_seconds=20)
    saved = put(admin, base, data).json()
    assert (saved["number"], saved["by"], saved["data"]["name"]) == (base + 1, "Ada", "Aurora II")
    newest = admin.get("/settings/versions").json()["versions"][0]
    assert (newest["number"], newest["by"]) == (base + 1, "Ada")
    assert set(newest["changed"]) == {"name", "undo_seconds"}
    diff = admin.get(f"/settings/diff?from={base}&to={base + 1}").json()
    assert {"path": "name", "before": "Aurora", "after": "Aurora II"} in diff
    with work(desk.core, utc_now()) as unit:
        rows = unit.session.execute(select(LedgerRow).where(LedgerRow.stream == "settings")).scalars().all()
        told = max(rows, key=lambda row: row.seq)
        assert told.data == {"number": base + 1, "changed": ["name", "undo_seconds"]}
        assert told.actor.startswith("agent:")


def test_a_concurrent_edit_is_refused_and_the_other_s_change_can_be_read(desk: Desk, admin: Seat) -> None:
    other = sit(desk, "Alan", role="admin")
    base, mine = changed(admin, name="Mine")
    _, theirs = changed(other, undo_seconds=5)
    assert put(other, base, theirs).status_code == 200
    refused = put(admin, base, mine)
    assert code(refused) == (409, "settings_changed")
    newest = int(refused.json()["error"]["fields"]["number"])
    assert admin.get(f"/settings/diff?from={base}&to={newest}").json() == [
        {"path": "undo_seconds", "before": 10, "after": 5}
    ]
    assert admin.get("/settings").json()["data"]["name"] == "Aurora"


def test_what_is_wrong_is_named_by_its_path_and_nothing_is_stored(admin: Seat) -> None:
    base, data = changed(admin, name="", time_zone="Mars", exceptions=[{"date": "2026-12-24", "intervals": ["9-5"]}])
    refused = put(admin, base, data)
    assert code(refused) == (422, "settings_invalid")
    codes = refused.json()["error"]["codes"]
    assert codes == {"name": "missing", "time_zone": "invalid", "exceptions[0].intervals[0]": "invalid"}
    assert set(refused.json()["error"]["fields"]) == set(codes)
    assert admin.get("/settings").json()["number"] == base


ODD_BODIES = (
    b'{"base": %d, "data": {"name": "\\ud800"}}',
    b'{"base": %d, "data": {"\\ud800": 1}}',
    b'{"base": %d, "data": {"undo_seconds": NaN}}',
    b'{"base": %d, "data": {"hours": {"mon": ["25:00-26:00"]}, "levels": {"normal": {"answer_by": -1e400}}}}',
    b'{"base": %d, "data": {"notify": {"on_call": {"webhooks": ["https://h.example:99999/x"]}}}}',
    b'{"base": %d, "data": {"notify": {"on_call": {"emails": ["a@b.example\\nBcc: c@d.example"]}}}}',
    b'{"base": %d, "data": {"detection": {"signals": {"loop": {"nobody": 1}}}}}',
)


def test_odd_values_are_refused_by_name_and_nothing_is_half_written(admin: Seat) -> None:
    base = admin.get("/settings").json()["number"]
    headers = {"Origin": admin.origin, "X-Relevo-CSRF": admin.csrf, "Content-Type": "application/json"}
    for body in ODD_BODIES:
        for method, path in (("PUT", "/settings"), ("POST", "/settings/preview/hours")):
            content = body % base if path == "/settings" else body.replace(b'"base": %d, ', b"")
            answer = admin.http.request(method, f"/api/v1/desk{path}", content=content, headers=headers)
            assert answer.status_code == 422, (body, answer.text)
            assert answer.json()["error"]["fields"], body
    assert admin.get("/settings").json()["number"] == base


@pytest.mark.parametrize(
    ("way", "target"),
    [("webhook", "https://h.example:99999/x"), ("webhook", "https://h.example/\nX: y"),
     ("email", "a@b.example,c@d.example"), ("email", "a@b.example\nBcc: c@d.example")],
)  # fmt: skip
def test_a_test_goes_to_one_address_only(admin: Seat, way: str, target: str) -> None:
    refused = admin.post("/settings/test", {"way": way, "target": target})
    assert code(refused) == (422, "invalid_input")
    assert set(refused.json()["error"]["fields"]) == {"target"}


def test_the_website_is_tried_in_a_marked_conversation(desk: Desk, admin: Seat) -> None:
    supervisor = sit(desk, "Sue", role="supervisor")
    assert code(supervisor.post("/settings/test/web")) == (403, "forbidden")
    found = re.fullmatch(r"/widget/#test=([\w-]+):([\w.-]+)", admin.post("/settings/test/web").json()["url"])
    assert found is not None
    tokens.check_token(desk.core, found[2], found[1], utc_now())
    for _ in range(4):
        assert admin.post("/settings/test/web").status_code == 200
    assert code(admin.post("/settings/test/web")) == (429, "rate_limited")
    with work(desk.core, utc_now()) as unit:
        rows = unit.session.execute(select(LedgerRow.data).where(LedgerRow.kind == "settings.test_sent")).scalars()
        assert list(rows) == [{"way": "web"}] * 5


def test_saving_the_same_again_makes_no_version(admin: Seat) -> None:
    base, data = changed(admin)
    assert put(admin, base, data).json()["number"] == base


def test_going_back_is_a_new_version_with_the_old_content(admin: Seat) -> None:
    base, data = changed(admin, name="Another")
    put(admin, base, data)
    back = admin.post(f"/settings/versions/{base}/restore", {"base": base + 1}).json()
    assert (back["number"], back["data"]["name"]) == (base + 2, "Aurora")
    assert code(admin.post(f"/settings/versions/{base}/restore", {"base": base}))[1] == "settings_changed"
    assert code(admin.post("/settings/versions/99/restore", {"base": base + 2})) == (404, "not_found")


def test_the_toml_goes_out_and_comes_back_the_same(admin: Seat) -> None:
    base, _ = changed(admin)
    out = admin.get("/settings/export")
    assert 'name = "Aurora"' in out.text
    assert "attachment" in out.headers["content-disposition"]
    same = admin.post("/settings/import", {"base": base, "toml": out.text}).json()
    assert (same["changes"], same["number"]) == ([], None)
    other = out.text.replace('name = "Aurora"', 'name = "Aurora Norte"')
    compared = admin.post("/settings/import", {"base": base, "toml": other}).json()
    assert [each["path"] for each in compared["changes"]] == ["name"]
    assert admin.get("/settings").json()["number"] == base
    assert admin.post("/settings/import", {"base": base, "toml": other, "save": True}).json()["number"] == base + 1
    assert code(admin.post("/settings/import", {"base": base, "toml": "name ="})) == (422, "settings_invalid")


def test_supervisors_read_and_try_but_only_administrators_write(desk: Desk, admin: Seat) -> None:
    base, data = changed(admin)
    supervisor, agent = sit(desk, "Sue", role="supervisor"), sit(desk, "Ana")
    assert supervisor.get("/settings").json()["may_edit"] is False
    assert supervisor.post("/settings/preview/hours", {"data": data}).status_code == 200
    writes: tuple[Callable[[Seat], Any], ...] = (
        lambda seat: put(seat, base, data),
        lambda seat: seat.post(f"/settings/versions/{base}/restore", {"base": base}),
        lambda seat: seat.post("/settings/import", {"base": base, "toml": "", "save": True}),
        lambda seat: seat.post("/settings/test", {"way": "email", "target": "a@b.example"}),
        lambda seat: seat.get("/settings/test/1"),
    )
    for seat in (supervisor, agent):
        assert [code(write(seat)) for write in writes] == [(403, "forbidden")] * len(writes)
    reads = ("/settings", "/settings/versions", "/settings/export", f"/settings/diff?from={base}&to={base}")
    assert [code(agent.get(path)) for path in reads] == [(403, "forbidden")] * len(reads)
    for path in ("/settings/preview/hours", "/settings/preview/levels"):
        assert code(agent.post(path, {"data": data})) == (403, "forbidden")


def test_the_preview_has_four_weeks_and_both_clock_changes(admin: Seat) -> None:
    _, data = changed(admin, hours={"sun": ["00:00-06:00"]})
    seen = admin.post("/settings/preview/hours", {"data": data}).json()
    assert len(seen["days"]) == 28
    assert {day["change"]["minutes"] for day in seen["clock_changes"]} == {60, -60}
    lengths = {day["change"]["minutes"]: day["spans"][0]["minutes"] for day in seen["clock_changes"]}
    assert lengths == {60: 7 * 60, -60: 5 * 60}
    sundays = [day for day in seen["days"] if day["weekday"] == 6]
    assert all(set(day["told"]) == {"es", "en"} for day in sundays)


def test_the_preview_counts_the_promises_that_would_move(desk: Desk, admin: Seat) -> None:
    customer = desk.case("A person, please")
    customer.leaves_message("Call me", phone="+34600111222")
    due = customer_due(customer)
    closed = [
        {"date": (due + timedelta(days=each)).date().isoformat(), "intervals": [], "name": {}} for each in (-1, 0, 1)
    ]
    _, same = changed(admin)
    _, data = changed(admin, exceptions=closed)
    assert admin.post("/settings/preview/hours", {"data": same}).json()["promises_moved"] == 0
    assert admin.post("/settings/preview/hours", {"data": data}).json()["promises_moved"] == 1


def test_hours_that_are_saved_move_promises_and_their_customers_hear_of_it(desk: Desk, admin: Seat) -> None:
    customer = desk.case("A person, please")
    customer.leaves_message("Call me", phone="+34600111222")
    due = customer_due(customer)
    days = [(due + timedelta(days=each)).date().isoformat() for each in (-1, 0, 1)]
    base, data = changed(admin, exceptions=[{"date": day, "intervals": [], "name": {}} for day in days])
    assert put(admin, base, data).status_code == 200
    stored = service.load_business(desk.core.database)
    assert stored is not None
    core = replace(desk.core, business=stored[1])  # as the running product takes new settings
    assert service.follow_hours(core, utc_now()) == 1
    assert customer_due(customer) > due
    assert any("promise_moved" in text for text in customer.heard())


def customer_due(customer: Any) -> Any:
    view = service.read_conversation(customer.core, customer.conversation_id, now=utc_now())
    assert view.handoff is not None
    return view.handoff.due_at


def test_the_dry_run_compares_last_week_s_cases_with_the_levels_in_force(desk: Desk, admin: Seat) -> None:
    ana = sit(desk, "Ana")
    reference = desk.case("A person, please").reference
    assert ana.act(reference, "claim").status_code == 200
    _, data = changed(admin)
    same = admin.post("/settings/preview/levels", {"data": data}).json()
    assert (same["cases"], same["differ"], same["now"]) == (1, 0, same["then"])
    assert code(
        admin.post("/settings/preview/levels", {"data": {**data, "levels": {"normal": {"answer_by": "0s"}}}})
    ) == (
        422,
        "settings_invalid",
    )


class Told:
    """A notifier that takes everything, or refuses everything."""

    def __init__(self, channel: str, refusal: Failed | None = None) -> None:
        self.channel, self._refusal = channel, refusal
        self.seen: list[NotificationView] = []

    async def notify(self, notification: NotificationView) -> Sent | Failed:
        self.seen.append(notification)
        return self._refusal or Sent(carrier_id="1")

    async def check(self, targets: Sequence[str]) -> dict[str, Failed]:
        del targets
        return {}


def sends(desk: Desk, *notifiers: Told) -> None:
    asyncio.run(Notifications(CoreBox(desk.core), notifiers, utc_now).round())


def test_a_test_is_sent_and_its_way_can_be_followed(desk: Desk, admin: Seat) -> None:
    sent = admin.post("/settings/test", {"way": "email", "target": "ada@shop.example"}).json()["id"]
    assert admin.get(f"/settings/test/{sent}").json()["status"] == "pending"
    mail = Told("email")
    sends(desk, mail)
    assert "prueba" in mail.seen[0].content.text
    seen = admin.get(f"/settings/test/{sent}").json()
    assert (seen["status"], seen["target"]) == ("sent", "a•••@shop.example")


def test_a_test_that_fails_says_why_at_once(desk: Desk, admin: Seat) -> None:
    sent = admin.post("/settings/test", {"way": "sms", "target": "+34600111222"}).json()["id"]
    sends(desk, Told("sms", Failed(code="busy", message="Later.", message_es="Luego.", retry=True)))
    seen = admin.get(f"/settings/test/{sent}").json()
    assert (seen["status"], seen["code"], seen["message_es"]) == ("dead", "busy", "Luego.")


@pytest.mark.parametrize(
    ("way", "target", "field"),
    [
        ("email", "nobody", "target"),
        ("sms", "600", "target"),
        ("webhook", "http://shop.example/x", "target"),
        ("pigeon", "roof", "way"),
    ],
)
def test_a_test_goes_only_where_its_way_can_reach(admin: Seat, way: str, target: str, field: str) -> None:
    refused = admin.post("/settings/test", {"way": way, "target": target})
    assert code(refused) == (422, "invalid_input")
    assert set(refused.json()["error"]["fields"]) == {field}


def test_five_tests_a_minute_are_enough(admin: Seat) -> None:
    for _ in range(5):
        assert admin.post("/settings/test", {"way": "email", "target": "a@b.example"}).status_code == 200
    assert code(admin.post("/settings/test", {"way": "email", "target": "a@b.example"})) == (429, "rate_limited")
