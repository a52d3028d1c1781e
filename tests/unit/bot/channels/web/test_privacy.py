"""Being known and being forgotten over HTTP, and that nothing of it shows in logs, errors or metrics."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
import structlog
from httpx import Client
from prometheus_client import generate_latest

from handoff.clock import utc_now
from handoff.service import Core, read_facts
from tests.support.identity import identities, sign
from tests.support.web import make_app, serving


@pytest.fixture(scope="module")
def client(core: Core) -> Iterator[Client]:
    app = make_app(core)
    app.state.identities = identities()
    with ExitStack() as opened:
        url = opened.enter_context(serving(app))
        yield opened.enter_context(Client(base_url=url))


def start(client: Client, **body: Any) -> Any:
    return client.post("/api/v1/conversations", json={"language": "en", **body})


def call(client: Client, started: Any, path: str, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {started['token']}"}
    return client.post(f"/api/v1/conversations/{started['conversation_id']}{path}", json=body, headers=headers)


def test_a_start_with_an_identity_and_a_second_device(client: Client) -> None:
    first = start(client, identity=sign("ana", name="Ana Ruiz")).json()
    reference = call(client, first, "/handoff", {}).json()["reference"]
    second = start(client, identity=sign("ana")).json()
    assert (second["conversation_id"], second["token"]) == (first["conversation_id"], first["token"])
    third = start(client).json()
    found = call(client, third, "/identity", {"identity": sign("ana")})
    assert found.status_code == 200
    assert found.json() == {
        "elsewhere": {
            "conversation_id": first["conversation_id"],
            "token": first["token"],
            "reference": reference,
        }
    }


@pytest.mark.bar(28)
def test_refusals_are_typed_and_start_nothing(client: Client) -> None:
    used = sign("bea")
    assert start(client, identity=used).status_code == 201
    other = start(client).json()
    refused = {
        "identity_replayed": start(client, identity=used),
        "identity_expired": start(client, identity=sign(exp=utc_now() - timedelta(seconds=1))),
        "identity_wrong_audience": call(client, other, "/identity", {"identity": sign(aud="https://other.example")}),
        "identity_invalid": call(client, other, "/identity", {"identity": "no.token.at-all"}),
    }
    assert {code: each.json()["error"]["code"] for code, each in refused.items()} == {code: code for code in refused}
    assert {each.status_code for each in refused.values()} == {403, 409}
    assert call(client, other, "/identity", {}).status_code == 422
    assert call(client, other, "/identity", {"identity": "x" * 4097}).status_code == 422


def test_a_conversation_of_another_person_is_not_handed_over(client: Client) -> None:
    first = start(client, identity=sign("carla")).json()
    refused = call(client, first, "/identity", {"identity": sign("diego")})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "identity_conflict")


def test_who_has_no_token_of_the_conversation_neither_identifies_nor_erases(client: Client) -> None:
    first, other = start(client).json(), start(client).json()
    stranger = {**first, "token": other["token"]}
    assert call(client, stranger, "/identity", {"identity": sign()}).status_code == 401
    assert call(client, stranger, "/erase", {}).status_code == 401


def test_forgetting_names_the_open_case_first(client: Client) -> None:
    visit = start(client).json()
    case = call(client, visit, "/handoff", {}).json()
    refused = call(client, visit, "/erase", {})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "stale_version")
    seen = {"reference": case["reference"], "version": case["version"]}
    done = call(client, visit, "/erase", {"case": seen})
    assert (done.status_code, done.json()) == (200, {"withdrawn": [case["reference"]], "done": True})
    assert call(client, visit, "/erase", {}).json() == {"withdrawn": [], "done": True}
    assert call(client, visit, "/messages", {"client_id": "c", "text": "hello"}).status_code == 404


def test_forgetting_names_the_cases_of_other_conversations_too(client: Client) -> None:
    here = start(client, identity=sign("elena")).json()
    there = start(client, identity=sign("elena")).json()
    cases = [call(client, visit, "/handoff", {}).json() for visit in (here, there)]
    first = {"reference": cases[0]["reference"], "version": cases[0]["version"]}
    refused = call(client, here, "/erase", {"case": first})
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (409, [cases[1]["reference"]])
    second = {"reference": cases[1]["reference"], "version": int(*refused.json()["error"]["fields"].values())}
    done = call(client, here, "/erase", {"cases": [first, second]})
    assert (done.status_code, len(done.json()["withdrawn"])) == (200, 2)


def test_the_form_says_which_consent_line_stood_above_it(client: Client, core: Core) -> None:
    visit = start(client).json()
    form = {"message": "call me", "phone": "+34600111222", "consent": "contact_consent@1/7"}
    assert call(client, visit, "/callback", form).status_code == 201
    with core.database.read() as session:
        facts = read_facts(session, f"conversation:{visit['conversation_id']}")
    assert [dict(each.data) for each in facts if each.kind == "consent.contact"] == [{"version": "contact_consent@1/7"}]


@pytest.mark.parametrize("version", ["I never agreed", "contact_consent@1", "contact_consent@1/7\n", "a@1/7 Zzname"])
def test_what_is_no_version_of_ours_never_reaches_the_ledger(client: Client, version: str) -> None:
    visit = start(client).json()
    refused = call(client, visit, "/callback", {"message": "m", "phone": "+34600111222", "consent": version})
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, ["consent"])


@pytest.mark.bar(36)
def test_names_and_numbers_are_in_no_log_error_or_metric(
    client: Client, core: Core, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    canaries = ("zzcanaryname", "zzcanary@example.com", "+34699000111", "699000111", "zzcanarysub", "zzcanarytext")
    answers = []
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as logged:
        known = {"name": "zzcanaryname", "email": "zzcanary@example.com", "phone": "+34699000111"}
        visit = start(client, identity=sign("zzcanarysub", **known)).json()
        call(client, visit, "/messages", {"client_id": "c", "text": "zzcanarytext"})
        form = {"message": "zzcanarytext", "name": "zzcanaryname", "phone": "+34699000111"}
        answers.append(call(client, visit, "/callback", {**form, "consent": "zzcanarytext"}))
        answers.append(call(client, visit, "/identity", {"identity": sign("zzcanarysub-2", name="zzcanaryname")}))
        answers.append(call(client, visit, "/identity", {"identity": sign("zzcanarysub", phone="zzcanarytext")}))
        answers.append(call(client, visit, "/erase", {"case": {"reference": "zzcanarytext", "version": 1}}))
        call(client, visit, "/erase", {})
    out = capfd.readouterr()
    seen = {
        "logs": str(logged) + caplog.text + out.out + out.err,
        "errors": " ".join(each.text for each in answers if each.status_code >= 400),
        "metrics": generate_latest().decode(),
    }
    assert len(seen["errors"]) > 100
    assert {place: [each for each in canaries if each in text] for place, text in seen.items()} == {
        "logs": [], "errors": [], "metrics": []
    }  # fmt: skip
