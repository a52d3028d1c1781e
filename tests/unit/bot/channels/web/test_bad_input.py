"""Bad input: a typed error with a stable code, and nothing half-written."""

import json
from typing import Any

import pytest
from httpx import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

START = "/api/v1/conversations"


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        (b'{"language": NaN}', 400, "malformed_json"),
        (b"[" * 5000, 400, "malformed_json"),
        (b"[]", 422, "invalid_input"),
        (b'"text"', 422, "invalid_input"),
        (b'{"colour": "red"}', 422, "invalid_input"),
        (b'{"language": 5}', 422, "invalid_input"),
        (b'{"language": "fr"}', 422, "invalid_input"),
        (b'{"identity": "eyJhbGciOiJub25lIn0.e30."}', 422, "invalid_input"),
        (b'{"time_zone": "\\ud800"}', 422, "invalid_input"),
        (b'{"language": "' + b"x" * 70_000 + b'"}', 413, "too_large"),
    ],
)
def test_a_bad_start_is_a_typed_error(client: Client, raw: bytes, status: int, code: str, code_of: Any) -> None:
    response = client.post(START, content=raw, headers={"Content-Type": "application/json"})
    assert code_of(response) == (status, code)


def test_a_body_in_chunks_is_limited_too(client: Client, code_of: Any) -> None:
    chunks = (b"x" * 10_000 for _ in range(10))
    assert code_of(client.post(START, content=chunks, headers={"Content-Type": "application/json"})) == (
        413,
        "too_large",
    )


def test_a_form_is_not_json(client: Client, code_of: Any) -> None:
    assert code_of(client.post(START, data={"language": "en"})) == (422, "invalid_input")


@pytest.mark.bar(34)
@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 422, "invalid_input"),
        (" \n\t ", 422, "invalid_input"),
        ("a\x00b", 422, "invalid_input"),
        ("\x1b[31m", 422, "invalid_input"),
        ("ñ" * 4097, 413, "too_large"),
        ("\ud83d", 422, "invalid_input"),
        (5, 422, "invalid_input"),
        (None, 422, "invalid_input"),
    ],
)
def test_a_bad_text_is_refused_and_nothing_is_written(
    visit: Any, text: Any, status: int, code: str, code_of: Any
) -> None:
    before = visit.read()
    body = json.dumps({"client_id": "c1", "text": text})
    response = visit.call("POST", "/messages", content=body, headers={"Content-Type": "application/json"})
    assert code_of(response) == (status, code)
    assert visit.read() == before


def test_8_kib_are_taken(visit: Any) -> None:
    assert visit.send("ñ" * 4096).status_code == 202


@pytest.mark.parametrize("client_id", ["", "x" * 65, "a b", "a\n", "<b>", "é"])
def test_a_client_id_is_plain_and_short(visit: Any, client_id: str, code_of: Any) -> None:
    assert code_of(visit.send("hello", client_id)) == (422, "invalid_input")


@pytest.mark.parametrize(
    "text",
    ["\u202etxt.exe", "a\u200bb", "\u202b\u062a\u062c", "<script>alert(1)</script>", "\U0001f469\u200d\U0001f467"],
)
def test_text_that_only_misleads_the_eye_is_kept_as_it_is(visit: Any, text: str) -> None:
    assert visit.send(text).status_code == 202
    assert visit.read()["messages"][-1]["text"] == text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"message": " ", "phone": "600123456"}, "message"),
        ({"message": "hi"}, "phone"),
        ({"message": "hi", "phone": "call me"}, "phone"),
        ({"message": "hi", "phone": "12345"}, "phone"),
        ({"message": "hi", "phone": "٠١٢٣٤٥٦٧"}, "phone"),
        ({"message": "hi", "email": "ana@"}, "email"),
        ({"message": "hi", "email": "a@b.c\r\nBcc: x@y.z"}, "email"),
        ({"message": "hi", "phone": "600123456", "name": "a\nb"}, "name"),
        ({"message": "hi", "phone": "600123456", "vip": "yes"}, "vip"),
    ],
)
def test_the_form_names_the_field_to_mend(visit: Any, form: dict[str, str], field: str, code_of: Any) -> None:
    response = visit.post("/callback", form)
    assert code_of(response) == (422, "invalid_input")
    assert field in response.json()["error"]["fields"]
    assert visit.read()["state"] == "bot"


@pytest.mark.parametrize("cursor", ["x", "%00", "djE6OTk5OTk5OTk5OTk5OTk5OTk5", "a" * 201])
def test_a_foreign_cursor_is_a_typed_error(visit: Any, cursor: str, code_of: Any) -> None:
    assert code_of(visit.call("GET", f"/events?after={cursor}")) == (422, "invalid_input")


@pytest.mark.parametrize("key", ["", "x" * 129, "a b"])
def test_a_key_is_plain_and_short(visit: Any, key: str, code_of: Any) -> None:
    assert code_of(visit.post("/handoff", {}, headers={"Idempotency-Key": key})) == (422, "invalid_input")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_no_body_breaks_the_server(visit: Any, body: Any) -> None:
    for path in ("/messages", "/callback", "/withdraw", "/rating", "/typing"):
        response = visit.post(path, body)
        assert response.status_code < 500
        assert response.status_code == 204 or "code" in response.json()["error"]
