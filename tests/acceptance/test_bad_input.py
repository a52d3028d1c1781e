"""Whatever comes in: a typed error with a stable code that says what to mend, and nothing half-written."""

import json
from typing import Any

import httpx
import pytest

from tests.acceptance.people import AgentAtDesk, Visitor
from tests.support.product import Product

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]
API = "/api/v1"


def error_of(answer: httpx.Response) -> dict[str, Any]:
    error: dict[str, Any] = answer.json()["error"]
    assert set(error) <= {"code", "message", "fields"}
    assert error["message"]
    return error


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        (b"[]", 422, "invalid_input"),
        (b"{}", 422, "invalid_input"),
        (b'{"client_id": "c", "text": ""}', 422, "invalid_input"),
        (b'{"client_id": "c", "text": "  \\n "}', 422, "invalid_input"),
        (b'{"client_id": "", "text": "x"}', 422, "invalid_input"),
        (b'{"client_id": "c", "text": 7}', 422, "invalid_input"),
        (b'{"client_id": "c", "text": "a\\u0000b"}', 422, "invalid_input"),
        (b'{"client_id": "c", "text": "\\ud800"}', 422, "invalid_input"),
        (b'{"client_id": "c", "text": "x", "admin": true}', 422, "invalid_input"),
        (json.dumps({"client_id": "c", "text": "x" * 9000}).encode(), 413, "too_large"),
        (json.dumps({"client_id": "c", "text": "x" * 70_000}).encode(), 413, "too_large"),
    ],
)
def test_a_message_that_cannot_be_kept(visitor: Visitor, body: bytes, status: int, code: str) -> None:
    before = visitor.messages()
    headers = {"Content-Type": "application/json"}
    answer = visitor.http.post(f"/conversations/{visitor.id}/messages", content=body, headers=headers)
    assert (answer.status_code, error_of(answer)["code"]) == (status, code)
    assert visitor.messages() == before


def test_a_repeated_client_id_is_one_message_or_a_conflict(visitor: Visitor) -> None:
    first, again = visitor.says("hello", "c1"), visitor.says("hello", "c1")
    assert (first.status_code, again.status_code, first.json()) == (202, 200, again.json())
    other = visitor.says("something else", "c1")
    assert (other.status_code, error_of(other)["code"]) == (409, "client_id_reused")


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "Bearer", "x" * 5000])
def test_a_wrong_token(shop: Product, visitor: Visitor, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{shop.url}{API}/conversations/{visitor.id}", headers=headers)
    assert (answer.status_code, error_of(answer)["code"]) == (401, "not_authenticated")


@pytest.mark.bar(32)
def test_another_customers_conversation_is_out_of_reach(shop: Product, visitor: Visitor) -> None:
    with Visitor.arriving(shop) as other:
        for method, path, body in (
            ("GET", "", None),
            ("GET", "/events", None),
            ("POST", "/messages", {"client_id": "c", "text": "x"}),
            ("POST", "/handoff", None),
            ("POST", "/callback", {"message": "x", "phone": "+34600111222"}),
            ("POST", "/rating", {"stars": 5}),
        ):
            answer = other.http.request(method, f"/conversations/{visitor.id}{path}", json=body)
            assert answer.status_code == 401, path


@pytest.mark.parametrize("path", ["/nothing", f"{API}/nothing", f"{API}/conversations/%00/messages"])
def test_an_unknown_address(shop: Product, path: str) -> None:
    answer = httpx.get(f"{shop.url}{path}")
    assert answer.status_code in {401, 404, 405}
    assert error_of(answer)["code"] in {"not_found", "not_authenticated", "method_not_allowed"}


@pytest.mark.bar(28)
def test_a_foreign_origin_is_refused(shop: Product) -> None:
    answer = httpx.post(f"{shop.url}{API}/conversations", json={}, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, error_of(answer)["code"]) == (403, "forbidden")


@pytest.mark.bar(21)
@pytest.mark.parametrize("signature", [None, "", "AAAA", "RSOYDt4T1cUTdK1PDd93/VVr8B8="])
def test_a_webhook_with_a_wrong_signature(shop: Product, signature: str | None) -> None:
    form = {"MessageSid": "SM1", "From": "+34600111222", "To": "+15005550006", "Body": "hola"}
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    for path in ("inbound", "status"):
        answer = httpx.post(f"{shop.url}/channels/sms/{path}", data=form, headers=headers)
        assert (answer.status_code, error_of(answer)["code"]) == (403, "signature_invalid")


@pytest.mark.bar(31)
@pytest.mark.parametrize("verb", ["claim", "reply", "resolve", "return", "transfer", "callback", "attempt", "undo"])
def test_the_desk_takes_nothing_without_session_or_csrf(shop: Product, agent: AgentAtDesk, verb: str) -> None:
    path = f"{API}/desk/handoffs/R-7K3M9Q/{verb}"
    stranger = httpx.post(f"{shop.url}{path}", json={"version": 1}, headers={"Origin": shop.url})
    assert stranger.status_code == 401
    forged = agent.http.post(f"/handoffs/R-7K3M9Q/{verb}", json={"version": 1}, headers={"X-Relevo-CSRF": "x"})
    assert forged.status_code == 403


def test_an_unknown_case_at_the_desk(agent: AgentAtDesk) -> None:
    answer = agent.http.get("/handoffs/R-222222")
    assert (answer.status_code, error_of(answer)["code"]) == (404, "not_found")


def test_a_settings_file_with_an_error_is_refused_with_the_place(shop: Product) -> None:
    wrong = shop.var / "wrong.toml"
    wrong.write_text(shop.settings.replace('country = "ES"', 'country = "Atlantis"'), encoding="utf-8")
    done = shop.run("settings", "import", str(wrong))
    assert done.returncode == 1
    assert "settings_invalid" in done.stderr
    assert "country" in done.stderr
    assert shop.run("settings", "export").stdout.count("Atlantis") == 0
