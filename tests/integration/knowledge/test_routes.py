"""The knowledge over HTTP: everybody reads and drafts, supervisors decide, and what is sent wrongly is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handoff.audit import audit_database
from handoff.clock import utc_now
from tests.support.knowledge import entry, every_notice
from tests.support.office import ID, ROOT, Office, Seat, code, open_office, written

STEPS: dict[str, dict[str, Any]] = {"submit": {}, "send-back": {"reason": "no"}, "approve": {}, "retire": {}}
EDITED = {
    "en": {"web": "Open on Mondays.", "sms": "Open on Mondays."},
    "es": {"web": "Abierto los lunes.", "sms": "Abierto los lunes."},
}


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    with open_office(database_url, tmp_path) as opened:
        yield opened


def test_from_an_edit_to_its_approval_and_retirement(office: Office) -> None:
    nuria, elena = office.sit("Nuria"), office.sit("Elena", "supervisor")
    saved = nuria.edit(1, answers=EDITED).json()
    assert (saved["version"], saved["state"], saved["author"]) == (2, "draft", "Nuria (nuria@example.com)")
    assert elena.step("submit", 2).json()["state"] == "in_review"
    assert elena.step("send-back", 2, reason="every Monday?").json()["state"] == "draft"
    elena.step("submit", 2)
    approved = elena.step("approve", 2, digest=saved["digest"]).json()
    assert (approved["state"], approved["approver"]) == ("approved", "Elena (elena@example.com)")
    assert approved["self_approved"] is False
    read = nuria.get(f"/entries/{ID}").json()
    assert (read["item"]["version"], read["item"]["live_version"], read["item"]["served"]) == (2, 1, True)
    assert read["content"]["answers"] == EDITED
    assert [each["kind"].partition(".")[2] for each in read["history"]] == [
        "import", "draft", "submit", "send_back", "submit", "approve",
    ]  # fmt: skip
    assert read["history"][3]["data"]["reason"] == "every Monday?"
    assert elena.step("retire", 2).json()["served"] is False
    assert [each["state"] for each in nuria.get(f"/entries/{ID}").json()["versions"]] == ["retired", "retired"]
    assert audit_database(office.core.database, office.core.secret, utc_now()).clean


def test_the_list_is_searched_filtered_and_paged(office: Office) -> None:
    nuria = office.sit("Nuria")
    nuria.send("/entries", {"content": written("parking", topic="parking")})
    found = nuria.get("/entries", state="draft").json()
    assert ([each["item_id"] for each in found["entries"]], found["total"]) == (["parking"], 1)
    assert [each["item_id"] for each in nuria.get("/entries", topic="shop").json()["entries"]] == [ID]
    assert [each["item_id"] for each in nuria.get("/entries", q="TODOS los dias horario").json()["entries"]] == [ID]
    page = nuria.get("/entries", limit=1, offset=1).json()
    assert (len(page["entries"]), page["total"]) == (1, 2 + len(every_notice()))
    assert page["topics"] == ["parking", "shop"], "of all that were found"
    assert code(nuria.get("/entries", state="lost")) == (422, "invalid_input")


def test_a_new_entry_is_a_draft_and_its_id_is_taken_then(office: Office) -> None:
    nuria = office.sit("Nuria")
    answer = nuria.send("/entries", {"content": {**written("parking"), "author": "Somebody else"}})
    assert (answer.status_code, answer.json()["author"]) == (201, "Nuria (nuria@example.com)")
    assert code(nuria.send("/entries", {"content": written("parking")})) == (409, "entry_exists")
    assert code(nuria.send("/entries", {"content": written("greeting")})) == (409, "entry_exists")


def test_versions_and_what_differs_between_them(office: Office) -> None:
    nuria = office.sit("Nuria")
    nuria.edit(1, answers=EDITED)
    assert nuria.get(f"/entries/{ID}/versions/1").json()["content"] == entry().content()
    changes = nuria.get(f"/entries/{ID}/diff", **{"from": 1, "to": 2}).json()
    assert {"place": "answers.en.sms", "before": "Open every day.", "after": "Open on Mondays."} in changes
    assert code(nuria.get(f"/entries/{ID}/versions/3")) == (404, "entry_not_found")
    assert code(nuria.get(f"/entries/{ID}/diff", **{"from": 1, "to": 9})) == (404, "entry_not_found")
    assert code(nuria.get(f"/entries/{ID}/versions/99999999999999999999")) == (422, "invalid_input")
    assert code(nuria.get(f"/entries/{ID}/diff", **{"from": 1})) == (422, "invalid_input")


def test_a_preview_shows_each_language_and_counts_segments(office: Office) -> None:
    nuria = office.sit("Nuria")
    answers = {
        "en": {"web": "Order **{order}** is here.", "sms": "Order {order} is here."},
        "es": {"web": "El pedido **{order}** está aquí.", "sms": "El pedido {order} está aquí."},
    }
    values = {"order": {"kind": "pattern", "pattern": "A-[0-9]{6}", "example": "A-204518"}}
    shown = nuria.send("/preview", {"content": written(answers=answers, values=values)}).json()
    assert shown["languages"]["en"]["web"] == "Order **A-204518** is here."
    assert shown["languages"]["en"]["sms"]["encoding"] == "GSM-7"
    assert shown["languages"]["es"]["sms"] == {
        "text": "El pedido A-204518 está aquí.", "encoding": "UCS-2", "units": 29, "segments": 1, "outside_gsm": "áí",
    }  # fmt: skip
    assert shown["errors"] == {}
    bad = {"order": {"kind": "pattern", "pattern": "A-[0-9]{6}", "example": "nothing like it"}}
    shown = nuria.send("/preview", {"content": written(answers=answers, values=bad)}).json()
    assert shown["languages"]["en"] == {"web": None, "sms": None}
    assert "answers.en.sms" in shown["errors"]
    assert nuria.get(f"/entries/{ID}").json()["item"]["version"] == 1


@pytest.mark.bar(32)
def test_an_agent_decides_nothing(office: Office) -> None:
    nuria = office.sit("Nuria")
    nuria.edit(1, answers=EDITED)
    for name, more in STEPS.items():
        assert code(nuria.step(name, 2, **more)) == (403, "forbidden")
    assert nuria.get(f"/entries/{ID}").json()["item"]["state"] == "draft"


def test_nobody_approves_their_own_text_unless_the_business_says_so(office: Office) -> None:
    elena = office.sit("Elena", "admin")
    elena.edit(1, answers=EDITED)
    assert code(elena.step("approve", 2)) == (409, "approval_refused")
    assert elena.get(f"/entries/{ID}").json()["self_approval"] is False
    office.settle(knowledge={"self_approval": True})
    assert elena.step("approve", 2).json()["self_approved"] is True
    read = elena.get(f"/entries/{ID}").json()
    assert (read["self_approval"], read["item"]["self_approved"]) == (True, True)


def test_a_write_on_what_has_changed_since_is_refused(office: Office) -> None:
    nuria, elena = office.sit("Nuria"), office.sit("Elena", "supervisor")
    nuria.edit(1, answers=EDITED)
    assert code(elena.edit(1, suggested=True)) == (409, "stale_version")
    for name, more in STEPS.items():
        assert code(elena.step(name, 1, **more)) == (409, "stale_version")
        assert code(elena.step(name, 2, digest=entry().digest(), **more)) == (409, "stale_version")
    assert code(elena.step("send-back", 2, reason="no")) == (409, "step_refused")


def test_what_lint_refuses_is_named(office: Office) -> None:
    elena = office.sit("Elena", "supervisor")
    elena.edit(1, phrasings={})
    answer = elena.step("submit", 2)
    assert code(answer) == (422, "knowledge_invalid")
    assert "phrasings.es" in answer.json()["error"]["fields"]


@pytest.mark.bar(32)
def test_whoever_is_not_signed_in_reads_nothing(office: Office) -> None:
    stranger = Seat(http=office.browser(), csrf="")
    of_entries = ("/entries", f"/entries/{ID}", f"/entries/{ID}/versions/1", f"/entries/{ID}/diff?from=1&to=1")
    for path in (*of_entries, "/releases", "/gaps", "/gaps/0123456789ab/draft"):
        assert code(stranger.get(path)) == (401, "not_authenticated")
    assert code(stranger.step("approve")) == (401, "not_authenticated")
    assert code(stranger.send("/preview", {"content": written()})) == (401, "not_authenticated")


GAP = "0123456789ab"
WRITES = (
    ("POST", "/entries"), ("PUT", f"/entries/{ID}"), ("POST", "/preview"), ("POST", f"/entries/{ID}/submit"),
    ("POST", f"/entries/{ID}/send-back"), ("POST", f"/entries/{ID}/approve"), ("POST", f"/entries/{ID}/retire"),
    ("POST", "/releases"), ("POST", "/releases/1/switch"), ("POST", "/try"), ("POST", "/takes"),
    ("POST", "/suggest"),
    ("POST", "/releases/builds/2/cancel"), ("POST", f"/gaps/{GAP}/dismiss"), ("POST", f"/gaps/{GAP}/restore"),
)  # fmt: skip


@pytest.mark.bar(31)
@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_write_needs_the_own_origin_and_the_token(office: Office, method: str, path: str) -> None:
    elena = office.sit("Elena", "supervisor")
    for headers in ({"Origin": "https://evil.example"}, {"X-Relevo-CSRF": ""}, {"X-Relevo-CSRF": "guessed"}):
        assert code(elena.send(path, {}, method=method, **headers)) == (403, "forbidden")
    sent = {"X-Relevo-CSRF": elena.csrf}
    assert code(elena.http.request(method, ROOT + path, json={}, headers=sent)) == (403, "forbidden")


def test_every_write_is_among_those_that_are_tried_above(office: Office) -> None:
    paths = office.app.openapi()["paths"]
    there = {
        (m.upper(), p.removeprefix(ROOT)) for p, ms in paths.items() if p.startswith(ROOT) for m in ms if m != "get"
    }
    named = {ID: "{item_id}", "1": "{number}", "2": "{build_id}", GAP: "{gap_id}"}
    assert there == {(m, "/".join(named.get(part, part) for part in path.split("/"))) for m, path in WRITES}


def test_unknown_ids_are_not_found(office: Office) -> None:
    elena = office.sit("Elena", "supervisor")
    assert code(elena.get("/entries/nothing")) == (404, "entry_not_found")
    assert code(elena.edit(1, item_id="nothing")) == (404, "entry_not_found")
    for name, more in STEPS.items():
        assert code(elena.step(name, item_id="nothing", **more)) == (404, "entry_not_found")
    for odd in ("Shop", "a b", "%00", "a" * 65):
        assert elena.get(f"/entries/{odd}").status_code in {404, 422}


@pytest.mark.parametrize(
    "content",
    [
        {},
        {**written(), "colour": "red"},
        {**written(), "approval": {"approver": "Elena"}},
        {**written(), "title": {"en": "one\x00two", "es": "Uno"}},
        {**written(), "title": {"en": "one\u202etwo", "es": "Uno"}},
        {**written(), "title": {"en": "one\ntwo", "es": "Uno"}},
        {**written(), "title": "Opening hours"},
        {**written(), "review_by": "some day"},
        {**written(), "phrasings": {"en": ["when"] * 401}},
        {**written(), "values": {"a": {"kind": "enum", "labels": {"x\x00": {"en": "x"}}}}},
        {**written(), "id": "another"},
    ],
)
def test_content_that_is_not_of_the_form_is_refused_and_nothing_is_stored(
    office: Office, content: dict[str, Any]
) -> None:
    nuria = office.sit("Nuria")
    answer = nuria.send(f"/entries/{ID}", {"base_version": 1, "content": content}, method="PUT")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] in {"knowledge_invalid", "invalid_input"}
    assert nuria.get(f"/entries/{ID}").json()["item"]["version"] == 1


RAW = {
    "half a character": (b'{"content": {"title": {"en": "\\ud800"}}}', 422),
    "half a character in a key": (b'{"content": {"\\ud800": 1}}', 422),
    "no JSON": (b'{"content": ', 400),
    "no object": (b"[]", 422),
    "nested without end": (b'{"content": {"title": ' + b"[" * 500 + b"]" * 500 + b"}}", 422),
    "nested deeper than it can be read": (b"[" * 60_000, 400),
    "1 MB": (b'{"content": {"title": "' + b"x" * 1_000_000 + b'"}}', 413),
}


@pytest.mark.parametrize("name", RAW)
def test_bodies_that_are_wrong_in_themselves_are_refused(office: Office, name: str) -> None:
    body, status = RAW[name]
    nuria = office.sit("Nuria")
    headers = {"Origin": office.url, "X-Relevo-CSRF": nuria.csrf, "Content-Type": "application/json"}
    for path in ("/entries", "/preview"):
        answer = nuria.http.post(ROOT + path, content=body, headers=headers)
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    "body",
    [
        {}, {"version": 0}, {"version": "first"}, {"version": 10**12}, {"version": 1, "digest": "sha256:x"},
        {"version": 1, "reason": "no such field here"},
    ],
)  # fmt: skip
def test_a_step_that_is_not_of_the_form_is_refused(office: Office, body: dict[str, Any]) -> None:
    elena = office.sit("Elena", "supervisor")
    assert code(elena.send(f"/entries/{ID}/retire", body)) == (422, "invalid_input")


@pytest.mark.parametrize("reason", [None, "", "  ", "a\x00b", "x" * 301, "two\nlines"])
def test_a_return_needs_a_reason_in_one_line(office: Office, reason: str | None) -> None:
    elena = office.sit("Elena", "supervisor")
    elena.edit(1, answers=EDITED)
    elena.step("submit", 2)
    assert code(elena.step("send-back", 2, reason=reason)) == (422, "invalid_input")
