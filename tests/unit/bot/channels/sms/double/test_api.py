"""The double against the carrier's own published description of the messages API."""

import json
import time
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from tests.support.sms import NUMBER, PHONE, SID, TOKEN, Double

OPENAPI: dict[str, Any] = json.loads(Path("tests/fixtures/twilio/messages_openapi.json").read_text())
PATH = "/2010-04-01/Accounts/{AccountSid}/Messages"
CREATE = OPENAPI["paths"][f"{PATH}.json"]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"][
    "schema"
]
GOOD = {"To": PHONE, "From": NUMBER, "Body": "hola"}


def _schema(node: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: references followed, `nullable` as a type."""
    if isinstance(node, list):
        return [_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _schema(OPENAPI["components"]["schemas"][node["$ref"].rsplit("/", 1)[1]])
    schema = {key: _schema(value) for key, value in node.items() if key not in {"nullable", "format"}}
    return {"anyOf": [schema, {"type": "null"}]} if node.get("nullable") else schema


def _holds(path: str, method: str, status: str, body: Any) -> None:
    schema = OPENAPI["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]
    jsonschema_rs.validator_for(_schema(schema)).validate(body)


MESSAGE = _schema({"$ref": "#/components/schemas/api.v2010.account.message"})


def test_created_text_has_the_documented_form(double: Double) -> None:
    answer = double.post(**GOOD)
    assert answer.status_code == 201
    _holds(f"{PATH}.json", "post", "201", answer.json())
    assert set(answer.json()) == set(MESSAGE["properties"])
    assert answer.json()["status"] == "queued"
    assert answer.json()["direction"] == "outbound-api"


def test_fetched_text_has_the_documented_form(double: Double) -> None:
    made = double.post(**GOOD).json()
    fetched = double.get(f"{double.base}{made['uri']}")
    _holds(f"{PATH}/{{Sid}}.json", "get", "200", fetched.json())
    assert fetched.json()["sid"] == made["sid"]


def test_list_has_the_documented_form_and_pages(double: Double) -> None:
    phone = "+34600000077"
    made = [double.post(**GOOD | {"To": phone, "Body": str(number)}).json()["sid"] for number in range(5)]
    first = double.get(To=phone, PageSize="2").json()
    _holds(f"{PATH}.json", "get", "200", first)
    seen = [text["sid"] for text in first["messages"]]
    page = first
    while page["next_page_uri"]:
        page = double.get(f"{double.base}{page['next_page_uri']}").json()
        seen += [text["sid"] for text in page["messages"]]
    assert seen == made[::-1]


def test_list_is_filtered_by_number_and_day(double: Double) -> None:
    phone = "+34600000078"
    made = double.post(**GOOD | {"To": phone}).json()["sid"]
    time.sleep(0.2)  # until it is sent
    assert [text["sid"] for text in double.get(To=phone, From=NUMBER).json()["messages"]] == [made]
    assert double.get(To=phone, From="+15550000000").json()["messages"] == []
    assert len(double.get(**{"To": phone, "DateSent>": "2020-01-01T00:00:00Z"}).json()["messages"]) == 1
    assert double.get(**{"To": phone, "DateSent<": "2020-01-01"}).json()["messages"] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "600000001"}, 21211),
        ({"To": "+0123456789"}, 21211),
        ({"From": ""}, 21603),
        ({"From": "nobody"}, 21212),
        ({"From": "+15550000000"}, 21606),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"To": "+15005550001"}, 21211),
        ({"To": "+15005550004"}, 21610),
        ({"To": "+15005550009"}, 21614),
        ({"StatusCallback": "not a url"}, 21609),
        ({"MediaUrl": "not a url"}, 21620),
    ],
)
def test_refusals_have_the_carriers_codes(double: Double, changes: dict[str, str], code: int) -> None:
    answer = double.post(**{name: value for name, value in (GOOD | changes).items() if value})
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert set(answer.json()) == {"code", "message", "more_info", "status"}


def _bad_values() -> list[tuple[str, str]]:
    """A wrong value for every documented parameter that has a narrower type than text."""
    bad = []
    for name, described in CREATE["properties"].items():
        schema = _schema(described)
        kind = schema.get("items", schema) if schema.get("type") == "array" else schema
        narrow = kind.get("pattern") or kind.get("enum") or kind.get("type") in {"integer", "number", "boolean"}
        if narrow or described.get("format") in {"uri", "date-time"}:
            bad.append((name, "§ wrong"))
    return bad


@pytest.mark.parametrize(("name", "value"), _bad_values())
def test_every_documented_type_is_enforced(double: Double, name: str, value: str) -> None:
    assert double.post(**GOOD | {name: value}).status_code == 400


def test_every_documented_way_to_send_is_accepted(double: Double) -> None:
    service = "MG" + "a" * 32
    for fields in (
        {"To": PHONE, "From": NUMBER, "Body": "x" * 1600},
        {"To": PHONE, "MessagingServiceSid": service, "Body": "hola"},
        {"To": PHONE, "From": NUMBER, "MediaUrl": "https://example.org/a.jpg"},
        {"To": PHONE, "From": NUMBER, "ContentSid": "HX" + "b" * 32},
        GOOD | {"SomethingNew": "1", "SmartEncoded": "true", "ValidityPeriod": "60", "SendAt": "2026-11-20T10:00:00Z"},
    ):
        answer = double.post(**fields)
        assert answer.status_code == 201, answer.text
        jsonschema_rs.validator_for(MESSAGE).validate(answer.json())


def test_only_the_account_itself_gets_in(double: Double) -> None:
    for auth in (None, (SID, "wrong"), ("AC" + "f" * 32, TOKEN)):
        answer = httpx.post(double.messages, data=GOOD, auth=auth)
        assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    other = double.messages.replace(SID, "AC" + "f" * 32)
    assert httpx.post(other, data=GOOD, auth=(SID, TOKEN)).status_code == 404


def test_unknown_text_and_other_content_types_are_refused(double: Double) -> None:
    assert double.get(double.messages.replace(".json", f"/SM{'0' * 32}.json")).json()["code"] == 20404
    assert httpx.post(double.messages, json=GOOD, auth=(SID, TOKEN)).status_code == 415


def test_deleted_text_is_gone(double: Double) -> None:
    uri = double.base + double.post(**GOOD).json()["uri"]
    assert httpx.delete(uri, auth=(SID, TOKEN)).status_code == 204
    assert double.get(uri).status_code == 404


def test_faults_end_after_the_chosen_number(double: Double) -> None:
    double.faults(answer="refuse", status=503, code=20503, times=2)
    assert [double.post(**GOOD).status_code for _ in range(3)] == [503, 503, 201]
