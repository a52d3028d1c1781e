"""The desk's API over HTTP: sessions, CSRF, Origin, roles, and the way of a case from the queue to its end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from handoff.clock import utc_now
from handoff.service.people import accounts
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Customer, Desk, make_app, running

ROOT = "/api/v1/desk"


@dataclass
class Seat:
    """One agent with their browser."""

    http: httpx.Client
    csrf: str = ""

    @property
    def origin(self) -> str:
        return str(self.http.base_url).rstrip("/")

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"Origin": self.origin, "X-Relevo-CSRF": self.csrf, **headers}
        return self.http.request("POST", ROOT + path, json=body, headers=sent)

    def put(self, path: str, body: Any) -> Any:
        return self.http.put(ROOT + path, json=body, headers={"Origin": self.origin, "X-Relevo-CSRF": self.csrf})

    def get(self, path: str) -> Any:
        return self.http.get(ROOT + path)

    def read(self, reference: str) -> Any:
        return self.get(f"/handoffs/{reference}").json()

    def act(self, reference: str, name: str, **values: Any) -> Any:
        version = self.read(reference)["item"]["version"]
        return self.post(f"/handoffs/{reference}/{name}", {"version": version, **values})


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    with running(make_core(sqlite_url, hours=ALWAYS)) as desk:
        yield desk


@pytest.fixture
def any_desk(database_url: str) -> Iterator[Desk]:
    """A desk on each of the two databases."""
    with running(make_core(database_url, hours=ALWAYS)) as desk:
        yield desk


def browser(desk: Desk, address: str | None = None) -> Seat:
    """A browser, calling from this address of the machine's own."""
    way = httpx.HTTPTransport(local_address=address) if address else None
    http = httpx.Client(base_url=desk.url, timeout=30, transport=way)  # a loaded machine is no failure
    desk.on_close(http.close)
    return Seat(http)


def sit(desk: Desk, name: str, role: str = "agent") -> Seat:
    desk.agent(name, role=role)
    seat = browser(desk)
    answer = seat.post("/session", {"invite": desk.link(name).partition("=")[2]})
    assert answer.status_code == 200
    seat.csrf = answer.json()["csrf"]
    seat.put("/presence", {"status": "online"})
    return seat


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(desk: Desk) -> None:
    desk.agent("Ana")
    plain = browser(desk).post("/session", {"invite": desk.link("Ana").partition("=")[2]})
    cookie = plain.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    with running(desk.core, public_url="https://desk.test") as behind_tls:
        shut = browser(behind_tls).post("/session", {"invite": desk.link("Ana").partition("=")[2]})
    assert "secure" in shut.headers["set-cookie"].lower()


def test_signing_in_says_the_same_whatever_is_wrong(desk: Desk) -> None:
    desk.agent("Ana")
    seat = browser(desk)
    unknown = seat.post("/session", {"email": "nobody@example.com", "password": "x"})
    known = seat.post("/session", {"email": "ana@example.com", "password": "x"})
    assert code(unknown) == (401, "not_authenticated")
    assert unknown.json() == known.json()
    assert code(seat.post("/session", {"invite": "made-up"})) == (401, "not_authenticated")
    assert code(seat.post("/session", {"email": "ana@example.com"})) == (422, "invalid_input")
    assert code(seat.post("/session", {"invite": "x", "role": "admin"})) == (422, "invalid_input")


def test_signing_out_ends_the_session(desk: Desk) -> None:
    seat = sit(desk, "Ana")
    assert seat.get("/session").json()["agent"]["name"] == "Ana"
    kept = dict(seat.http.cookies)
    answer = seat.http.delete(ROOT + "/session", headers={"Origin": seat.origin, "X-Relevo-CSRF": seat.csrf})
    assert answer.status_code == 204
    seat.http.cookies.update(kept)
    assert code(seat.get("/session")) == (401, "not_authenticated")


def routes(desk: Desk) -> list[tuple[str, str]]:
    paths = make_app(desk.core).openapi()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def filled(path: str) -> str:
    """With something in each place of the path that is of the right form."""
    return re.sub(r"\{\w+\}", "1", path)


@pytest.mark.bar(32)
def test_without_a_session_every_route_is_closed(desk: Desk) -> None:
    seat = browser(desk)
    for method, path in routes(desk):
        if (method, path) == ("POST", f"{ROOT}/session"):
            continue
        answer = seat.http.request(method, filled(path), headers={"Origin": seat.origin})
        assert code(answer) == (401, "not_authenticated"), (method, path)


@pytest.mark.bar(31)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "own"},
        {"Origin": "own", "X-Relevo-CSRF": "guess"},
        {"X-Relevo-CSRF": "right"},
        {"Origin": "https://evil.test", "X-Relevo-CSRF": "right"},
        {"Origin": "null", "X-Relevo-CSRF": "right"},
    ],
)
def test_every_write_needs_the_csrf_header_and_our_own_origin(desk: Desk, headers: dict[str, str]) -> None:
    seat = sit(desk, "Ana")
    real = {"right": seat.csrf, "own": seat.origin}
    sent = {name: real.get(value, value) for name, value in headers.items()}
    for method, path in routes(desk):
        if method == "GET" or (method, path) == ("POST", f"{ROOT}/session"):
            continue
        answer = seat.http.request(method, filled(path), headers=sent)
        assert code(answer) == (403, "forbidden"), (method, path)


def test_a_foreign_page_cannot_sign_anybody_in(desk: Desk) -> None:
    answer = browser(desk).post("/session", {"invite": "x"}, Origin="https://evil.test")
    assert code(answer) == (403, "forbidden")


def test_a_case_from_the_queue_to_its_end(any_desk: Desk) -> None:
    customer = any_desk.case("me han robado la tarjeta", reason="urgency.fraud", evidence="me han robado")
    reference = customer.reference
    seat = sit(any_desk, "Ana")
    [waiting] = seat.get("/queue").json()["waiting"]
    assert (waiting["reference"], waiting["evidence"], waiting["language"]) == (reference, "me han robado", "es")
    claimed = seat.act(reference, "claim").json()
    assert (claimed["item"]["state"], claimed["item"]["agent"]["name"]) == ("active", "Ana")
    assert seat.post(f"/handoffs/{reference}/seen").status_code == 204
    said = seat.act(reference, "reply", client_id="r1", text="Lo bloqueo ahora")
    assert said.status_code == 200
    again = seat.act(reference, "reply", client_id="r1", text="Lo bloqueo ahora")
    assert again.json()["id"] == said.json()["id"]
    assert customer.heard().count("Lo bloqueo ahora") == 1
    assert code(seat.act(reference, "reply", client_id="r1", text="otra cosa")) == (409, "client_id_reused")
    pending = seat.act(reference, "resolve", outcome="solved", topic="tarjeta").json()
    assert pending["pending"]["kind"] == "resolve"
    assert seat.post(f"/handoffs/{reference}/undo").json()["pending"] is None
    assert seat.act(reference, "return").json()["pending"]["kind"] == "return"


def test_the_second_of_two_claimers_learns_who_was_first(any_desk: Desk) -> None:
    """Both have read the same version; the first claim raises it."""
    reference = any_desk.case("hola").reference
    ana, luis = sit(any_desk, "Ana"), sit(any_desk, "Luis")
    version = luis.read(reference)["item"]["version"]
    assert ana.act(reference, "claim").status_code == 200
    lost = luis.post(f"/handoffs/{reference}/claim", {"version": version})
    assert code(lost) == (409, "already_held")
    assert "Ana" in lost.json()["error"]["message"]
    assert code(luis.act(reference, "reply", client_id="x", text="hola"))[0] == 409
    assert luis.get("/queue").json()["others"][0]["agent"]["name"] == "Ana"


def test_an_offer_is_transferred_accepted_and_declined(desk: Desk) -> None:
    reference = desk.case("hola").reference
    ana, luis = sit(desk, "Ana"), sit(desk, "Luis")
    ana.act(reference, "claim")
    ana.post(f"/handoffs/{reference}/seen")
    mine = next(each for each in ana.get("/agents").json() if each["agent"]["name"] == "Luis")
    both = ana.act(reference, "transfer", agent=mine["agent"]["id"], team="ventas")
    assert code(both) == (422, "invalid_input")
    moved = ana.act(reference, "transfer", agent=mine["agent"]["id"], note="sabe de tarjetas")
    assert moved.json()["pending"]["kind"] == "transfer"
    assert luis.get("/queue").json()["mine"] == []


def test_a_promised_callback_is_called_and_each_try_is_kept(any_desk: Desk) -> None:
    customer = any_desk.case("¿y mi pedido?")
    customer.leaves_message("Llegó roto", name="Carmen", phone="+34600111222")
    seat = sit(any_desk, "Ana")
    [promised] = seat.get("/callbacks").json()["callbacks"]
    assert (promised["customer_label"], promised["message"], promised["overdue"]) == ("Carmen", "Llegó roto", False)
    assert seat.act(customer.reference, "call").json()["item"]["state"] == "calling"
    tried = seat.act(customer.reference, "attempt", outcome="no_answer").json()
    assert tried["item"]["state"] == "promised"
    assert [each["outcome"] for each in tried["promise"]["attempts"]] == ["no_answer"]
    assert code(seat.act(customer.reference, "attempt", outcome="shrug")) == (422, "invalid_input")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"client_id": "a", "text": "ñ" * 5000}, (413, "too_large")),
        ({"client_id": "a", "text": "  "}, (422, "invalid_input")),
        ({"client_id": "a", "text": "a\x00b"}, (422, "invalid_input")),
        ({"client_id": "", "text": "a"}, (422, "invalid_input")),
        ({"client_id": "a", "text": 7}, (422, "invalid_input")),
        ({"client_id": "a", "text": "a", "as": "Luis"}, (422, "invalid_input")),
    ],
)
def test_a_bad_reply_is_refused_with_a_stable_code(desk: Desk, body: dict[str, Any], expected: tuple[int, str]) -> None:
    customer = desk.case("hola")
    seat = sit(desk, "Ana")
    seat.act(customer.reference, "claim")
    before = customer.heard()
    assert code(seat.act(customer.reference, "reply", **body)) == expected
    assert customer.heard() == before


def test_text_that_is_not_unicode_and_bodies_that_are_not_json_are_refused(any_desk: Desk) -> None:
    seat = sit(any_desk, "Ana")
    headers = {"Origin": seat.origin, "X-Relevo-CSRF": seat.csrf, "Content-Type": "application/json"}
    path = f"{ROOT}/handoffs/R-1/reply"
    lone = '{"version": 1, "client_id": "a", "text": "\\ud800"}'
    assert code(seat.http.post(path, content=lone, headers=headers)) == (422, "invalid_input")
    assert code(seat.http.post(path, content="{", headers=headers)) == (400, "malformed_json")


def test_an_unknown_case_is_not_found_by_any_action(desk: Desk) -> None:
    seat = sit(desk, "Ana")
    assert code(seat.get("/handoffs/R-NOSUCH")) == (404, "not_found")
    for name in ("claim", "accept", "decline", "call", "chat", "callback", "return"):
        assert code(seat.post(f"/handoffs/R-NOSUCH/{name}", {"version": 1})) == (404, "not_found"), name


def test_presence_is_seen_by_colleagues(desk: Desk) -> None:
    ana = sit(desk, "Ana")
    sit(desk, "Luis").put("/presence", {"status": "away"})
    assert {each["agent"]["name"]: each["status"] for each in ana.get("/agents").json()} == {
        "Ana": "online",
        "Luis": "away",
    }
    assert code(ana.put("/presence", {"status": "asleep"})) == (422, "invalid_input")


def test_a_password_can_be_set_and_used(desk: Desk) -> None:
    ana = sit(desk, "Ana")
    assert code(ana.put("/password", {"password": "short"})) == (422, "invalid_input")
    assert ana.put("/password", {"password": "correct horse battery"}).status_code == 204
    other = browser(desk)
    answer = other.post("/session", {"email": "ana@example.com", "password": "correct horse battery"})
    assert answer.json()["has_password"] is True


def test_a_customer_can_be_in_the_queue_while_nobody_works_here(desk: Desk) -> None:
    customer = Customer.arrives(desk.core)
    customer.says("hola")
    assert accounts.list_agents(desk.core, now=utc_now()) == ()
