"""Following a customer who leaves, over HTTP: what the page asks, and what it is told."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.channels.web.routes import router
from handoff import service
from handoff.clock import utc_now
from handoff.models import ContactProof
from handoff.service.telling.proofs import code_of
from tests.integration.test_desk_api import code
from tests.integration.test_uploads import Visitor, visitor
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Desk, running

PHONE = "+34600111222"


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    core = replace(make_core(sqlite_url, hours=ALWAYS), text_sender="+34900000000")
    with running(core, more=[router()]) as desk:
        yield desk


@pytest.fixture
def luz(desk: Desk) -> Visitor:
    """A customer who waits for a person."""
    made = visitor(desk)
    service.ask_person(desk.core, made.id, now=utc_now())
    return made


@pytest.fixture
def sent_code(desk: Desk) -> Callable[[], str]:
    def read() -> str:
        with desk.core.database.read() as session:
            return code_of(desk.core, session.execute(select(ContactProof)).scalar_one())

    return read


def test_a_number_is_asked_proven_shown_and_stopped(luz: Visitor, sent_code: Callable[[], str]) -> None:
    assert luz.call("GET", "/follow").json() == {"status": "none", "phone": True, "email": False}
    asked = luz.call("POST", "/follow", json={"phone": "600 111 222"})
    assert asked.status_code == 202
    assert (asked.json()["status"], asked.json()["to"]) == ("asked", "•••1222")
    assert sent_code() not in asked.text
    right = sent_code()
    wrong = luz.call("POST", "/follow/code", json={"code": "000000" if right != "000000" else "111111"})
    assert code(wrong) == (422, "code_wrong")
    assert wrong.json()["error"]["fields"] == {"left": "4"}
    proven = luz.call("POST", "/follow/code", json={"code": f"{right[:3]} {right[3:]}"})
    assert (proven.status_code, proven.json()["status"]) == (200, "proven")
    assert PHONE not in luz.call("GET", "/follow").text
    assert luz.call("DELETE", "/follow").status_code == 204
    assert luz.call("GET", "/follow").json()["status"] == "none"
    assert code(luz.call("POST", "/follow/code", json={"code": right})) == (410, "code_expired")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (422, "invalid_input")),
        ({"phone": "12"}, (422, "invalid_input")),
        ({"phone": PHONE, "email": "a@example.com"}, (422, "invalid_input")),
        ({"phone": PHONE, "consent": "yes, all of it"}, (422, "invalid_input")),
        ({"email": "a@example.com"}, (409, "cannot_follow")),
        ({"phone": PHONE, "more": 1}, (422, "invalid_input")),
    ],
)
def test_what_cannot_be_followed_is_said(luz: Visitor, body: dict[str, str], expected: tuple[int, str]) -> None:
    assert code(luz.call("POST", "/follow", json=body)) == expected
    assert luz.call("GET", "/follow").json()["status"] == "none"


def test_codes_of_another_form_and_other_peoples_tokens_are_refused(desk: Desk, luz: Visitor) -> None:
    assert code(luz.call("POST", "/follow/code", json={"code": "12345"})) == (422, "invalid_input")
    assert code(luz.call("POST", "/follow/code", json={"code": "1 2 3 4 5 6 7"})) == (422, "invalid_input")
    thief = replace(visitor(desk), id=luz.id)
    for answer in (
        thief.call("GET", "/follow"),
        thief.call("POST", "/follow", json={"phone": PHONE}),
        thief.call("POST", "/follow/code", json={"code": "123456"}),
        thief.call("DELETE", "/follow"),
    ):
        assert code(answer) == (401, "not_authenticated")


def test_who_has_no_case_and_who_asks_twice_at_once_hear_why(desk: Desk, luz: Visitor) -> None:
    refused = visitor(desk).call("POST", "/follow", json={"phone": PHONE})
    assert code(refused) == (409, "cannot_follow")
    assert refused.json()["error"]["fields"] == {"why": "no_case"}
    assert luz.call("POST", "/follow", json={"phone": PHONE}).status_code == 202
    assert code(luz.call("POST", "/follow", json={"phone": PHONE})) == (429, "rate_limited")
