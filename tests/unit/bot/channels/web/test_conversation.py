"""The customer's calls, as design section 7 gives them."""

from typing import Any
from uuid import uuid4

import pytest
from httpx import Client

from handoff import service
from handoff.clock import utc_now
from handoff.service import Core, EntryRef, Reply, Said


@pytest.mark.bar(39)
def test_the_first_message_discloses_that_a_bot_speaks(visit: Any) -> None:
    first = visit.started["messages"][0]
    assert first["author"] == "bot"
    assert "disclosure en web" in first["text"]
    assert set(visit.started) == {"conversation_id", "token", "cursor", "messages"}


def test_a_greeting_offers_suggested_questions(visit: Any) -> None:
    choices = visit.started["messages"][1]["choices"]
    assert [choice["value"] for choice in choices] == ["first question", "second question"]


def test_a_repeated_start_with_the_same_key_is_the_same_conversation(client: Client) -> None:
    body, headers = {"language": "es"}, {"Idempotency-Key": uuid4().hex}
    first = client.post("/api/v1/conversations", json=body, headers=headers)
    again = client.post("/api/v1/conversations", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = client.post("/api/v1/conversations", json={"language": "en"}, headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "idempotency_key_reused")


def test_a_region_is_served_in_its_language(client: Client) -> None:
    started = client.post("/api/v1/conversations", json={"language": "es-MX"}).json()
    assert started["messages"][0]["language"] == "es"


@pytest.mark.bar(5)
def test_a_message_is_taken_once_however_often_it_is_sent(visit: Any) -> None:
    first, again = visit.send("hello"), visit.send("hello")
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json()
    assert set(first.json()) == {"message_id", "cursor"}
    said = [message for message in visit.read()["messages"] if message["author"] == "customer"]
    assert [(message["text"], message["client_id"]) for message in said] == [("hello", "c1")]


def test_the_same_client_id_with_another_text_is_a_conflict(visit: Any, code_of: Any) -> None:
    visit.send("hello")
    assert code_of(visit.send("something else")) == (409, "client_id_reused")
    assert [m["text"] for m in visit.read()["messages"] if m["author"] == "customer"] == ["hello"]


def test_a_message_holds_what_the_design_names(visit: Any) -> None:
    visit.send("hello")
    message = visit.read()["messages"][-1]
    assert {"id", "cursor", "author", "kind", "text", "language", "at"} <= set(message)
    assert message["at"].endswith("Z")


@pytest.mark.bar(20)
def test_a_person_is_one_call_away_and_needs_no_engine(visit: Any) -> None:
    response = visit.post("/handoff", {})
    assert response.status_code == 201
    assert response.json()["reference"].startswith("R-")
    found = visit.read()
    assert found["state"] == "waiting"
    assert found["handoff"]["reference"] == response.json()["reference"]


def test_a_person_can_be_asked_for_without_a_body(visit: Any) -> None:
    assert visit.call("POST", "/handoff").status_code == 201


def test_asking_again_with_the_same_key_is_the_same_case(visit: Any) -> None:
    key = {"Idempotency-Key": "k"}
    assert visit.post("/handoff", {}, headers=key).json() == visit.post("/handoff", {}, headers=key).json()


@pytest.mark.bar(14)
def test_a_message_left_gives_a_reference_and_a_due_time(visit: Any) -> None:
    response = visit.post("/callback", {"message": "Call me", "name": " Ana ", "phone": "+34 600-123 456"})
    assert response.status_code == 201
    body = response.json()
    assert body["reference"].startswith("R-")
    assert body["due_at"].endswith("Z")
    found = visit.read()
    assert (found["state"], found["handoff"]["due_at"]) == ("callback", body["due_at"])


def test_a_case_is_withdrawn_only_as_it_was_seen(visit: Any, code_of: Any) -> None:
    case = visit.post("/handoff", {}).json()
    stale = {"reference": case["reference"], "version": case["version"] + 5}
    assert code_of(visit.post("/withdraw", stale)) == (409, "stale_version")
    assert visit.read()["state"] == "waiting"
    done = visit.post("/withdraw", {"reference": case["reference"], "version": case["version"]})
    assert (done.status_code, visit.read()["state"]) == (200, "bot")


def test_language_rating_and_typing(visit: Any, code_of: Any) -> None:
    spoken = visit.call("PUT", "/language", json={"language": "es"})
    assert (spoken.status_code, spoken.json()) == (200, {"language": "es"})
    assert visit.read()["language"] == "es"
    assert visit.post("/rating", {"stars": 5, "comment": "bien"}).status_code == 204
    assert visit.post("/typing").status_code == 204
    assert code_of(visit.call("PUT", "/language", json={"language": "fr"})) == (422, "invalid_input")
    assert code_of(visit.post("/rating", {"stars": 6})) == (422, "invalid_input")


def test_an_answer_can_be_judged_and_judged_again(visit: Any, core: Core) -> None:
    visit.send("how long does it take?")
    turns = service.take_turns(core, owner="t", limit=99, now=utc_now())
    (turn,) = [each for each in turns if each.conversation_id == visit.id]
    entry = EntryRef(id="e", version=1, title="T", source="S")
    service.finish_turn(core, turn, Reply(said=[Said(text="Two days", entry=entry, release=1)]), now=utc_now())
    answer = visit.read()["messages"][-1]
    where = f"/messages/{answer['id']}/helped"
    for helped in (True, False):
        response = visit.call("PUT", where, json={"helped": helped})
        assert (response.status_code, response.json()) == (200, {"message": answer["id"], "helped": helped})
    assert visit.read()["messages"][-1]["helped"] is False


@pytest.mark.parametrize(("message", "body", "expected"), [
    ("nobody", {"helped": True}, (404, "not_found")),
    ("..%2f..", {"helped": True}, (404, "not_found")),
    ("nobody", {"helped": "yes"}, (422, "invalid_input")),
    ("nobody", {}, (422, "invalid_input")),
])  # fmt: skip
def test_what_cannot_be_judged_is_refused(visit: Any, code_of: Any, message: str, body: Any, expected: Any) -> None:
    response = visit.call("PUT", f"/messages/{message}/helped", json=body)
    assert response.status_code == expected[0]
    assert "error" not in response.json() or code_of(response) == expected


def test_first_questions_follow_the_language(visit: Any) -> None:
    assert visit.call("GET", "/suggestions").json() == {
        "language": "en",
        "questions": ["first question", "second question"],
    }
    visit.call("PUT", "/language", json={"language": "es"})
    assert visit.call("GET", "/suggestions").json()["language"] == "es"
