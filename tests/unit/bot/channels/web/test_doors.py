"""Who may call: tokens, origins and limits."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx import Client

from bot.channels.web.access import Door, WebRules
from bot.channels.web.origins import parse_origin, same_host
from handoff.limits import Rule
from tests.unit.bot.channels.web.conftest import SITE, start

CALLS = [
    ("GET", "", None),
    ("GET", "/events", None),
    ("POST", "/messages", {"client_id": "c", "text": "hi"}),
    ("POST", "/handoff", {}),
    ("POST", "/callback", {"message": "hi", "phone": "600123456"}),
    ("POST", "/withdraw", {"reference": "R-7K3M9Q", "version": 1}),
    ("POST", "/rating", {"stars": 5}),
    ("POST", "/typing", {}),
    ("PUT", "/language", {"language": "es"}),
]


@pytest.mark.bar(32)
@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_every_call_needs_this_conversations_token(
    client: Client, visit: Any, method: str, path: str, body: Any, code_of: Any
) -> None:
    other = start(client)
    where = f"/api/v1/conversations/{visit.id}{path}"
    before = visit.read()
    for headers in (
        {},
        {"Authorization": "Bearer"},
        {"Authorization": f"Basic {visit.token}"},
        {"Authorization": f"Bearer {other.token}"},
        {"Authorization": f"Bearer {visit.token[:-1]}"},
        {"Authorization": "Bearer " + "x" * 500},
    ):
        assert code_of(client.request(method, where, json=body, headers=headers)) == (401, "not_authenticated")
    assert visit.read() == before


@pytest.mark.parametrize("wrong", ["nobody", "..", "%00", "x" * 65, "a%2Fb"])
def test_an_unknown_conversation_is_not_there(client: Client, visit: Any, wrong: str) -> None:
    response = client.get(f"/api/v1/conversations/{wrong}", headers={"Authorization": f"Bearer {visit.token}"})
    assert response.status_code in {401, 404}


@pytest.mark.bar(28)
@pytest.mark.parametrize(("method", "path", "body"), CALLS)
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://shop.example", "https://shop.example.evil.example"]
)
def test_foreign_origins_are_refused(visit: Any, method: str, path: str, body: Any, origin: str, code_of: Any) -> None:
    assert code_of(visit.call(method, path, json=body, headers={"Origin": origin})) == (403, "forbidden")


@pytest.mark.bar(28)
def test_our_own_origin_and_the_sites_may_call(visit: Any) -> None:
    own = str(visit.client.base_url).rstrip("/")
    for origin in (SITE, SITE + ":443", own):
        assert visit.call("GET", headers={"Origin": origin}).status_code == 200
    assert visit.call("GET", headers={"Origin": own.replace("http:", "https:") + "0"}).status_code == 403


def test_the_public_address_may_call_whatever_the_proxy_says(make_client: Callable[..., Client]) -> None:
    client = make_client(Door(public_url="https://chat.example"))
    response = client.post("/api/v1/conversations", json={}, headers={"Origin": "https://chat.example"})
    assert response.status_code == 201


@pytest.mark.parametrize("text", ["", "null", "ftp://a", "https://a/b", "https://u@a", "https://a:x", "https://", "a"])
def test_what_is_no_origin_is_none(text: str) -> None:
    assert parse_origin(text) is None


def test_a_proxy_that_ends_tls_is_the_same_host() -> None:
    assert same_host(("https", "shop.example", 443), "shop.example")
    assert same_host(("http", "localhost", 8080), "localhost:8080")
    assert not same_host(("http", "localhost", 8081), "localhost:8080")


@pytest.mark.bar(34)
def test_a_flood_of_messages_is_limited_and_others_are_not(make_client: Callable[..., Client], code_of: Any) -> None:
    client = make_client(Door(rules=WebRules(messages=Rule(name="m", burst=3, per_minute=1))))
    flooder, other = start(client), start(client)
    assert [flooder.send("hi", f"c{each}").status_code for each in range(3)] == [202] * 3
    refused = flooder.send("hi", "c9")
    assert code_of(refused) == (429, "rate_limited")
    assert int(refused.json()["error"]["fields"]["retry_after"]) >= 50
    assert other.send("hi").status_code == 202


@pytest.mark.bar(34)
def test_opens_are_limited_per_network_while_the_form_still_accepts(
    make_client: Callable[..., Client], code_of: Any
) -> None:
    client = make_client(Door(rules=WebRules(people=Rule(name="p", burst=2, per_minute=1))))
    visits = [start(client) for _ in range(3)]
    answers = [visit.post("/handoff", {}) for visit in visits]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert visits[2].post("/callback", {"message": "hi", "phone": "600123456"}).status_code == 201


@pytest.mark.bar(20)
def test_reading_and_typing_never_use_up_the_calls_for_a_person(make_client: Callable[..., Client]) -> None:
    visit = start(make_client(Door()))
    for _ in range(80):
        visit.call("GET")
        visit.post("/typing")
    assert visit.call("GET").status_code == 429
    assert visit.post("/handoff", {}).status_code == 201


def test_a_stranger_who_knows_the_id_cannot_spend_the_customers_calls(
    make_client: Callable[..., Client],
) -> None:
    client = make_client(Door(rules=WebRules(messages=Rule(name="m", burst=2, per_minute=1))))
    visit = start(client)
    for each in range(5):
        client.post(
            f"/api/v1/conversations/{visit.id}/messages",
            json={"client_id": f"x{each}", "text": "hi"},
            headers={"Authorization": "Bearer wrong"},
        )
    assert visit.send("hi").status_code == 202
