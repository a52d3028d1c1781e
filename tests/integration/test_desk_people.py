"""People over the desk's API: inviting, changing, disabling, the last administrator, and the second factor."""

from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from handoff.clock import utc_now
from handoff.desk.auth import SIGN_INS
from handoff.errors import NotFound
from handoff.models import LedgerRow
from handoff.service.base.core import work
from handoff.service.people import accounts, directory
from handoff.states import State
from tests.integration.test_desk_api import Seat, browser, code, sit
from tests.integration.test_desk_settings import Told, sends
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Desk, eventually, running

NEW = {"email": "bea@example.com", "name": "Bea", "role": "agent", "languages": ["es"]}


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    with running(make_core(sqlite_url, hours=ALWAYS)) as desk:
        yield desk


@pytest.fixture
def admin(desk: Desk) -> Seat:
    return sit(desk, "Ada", role="admin")


def patch(seat: Seat, path: str, body: Any) -> Any:
    headers = {"Origin": seat.origin, "X-Relevo-CSRF": seat.csrf}
    return seat.http.patch(f"/api/v1/desk{path}", json=body, headers=headers)


def named(seat: Seat, name: str) -> Any:
    return next(each for each in seat.get("/people").json()["people"] if each["name"] == name)


def open_link(desk: Desk, link: str) -> Any:
    return browser(desk).post("/session", {"invite": link.partition("#invite=")[2]})


def test_a_new_person_gets_a_link_that_is_shown_once_and_works_once(desk: Desk, admin: Seat) -> None:
    added = admin.post("/people", NEW).json()
    assert added["person"]["invited_until"] is not None
    assert added["link"] not in admin.get("/people").text
    assert open_link(desk, added["link"]).json()["agent"]["name"] == "Bea"
    assert code(open_link(desk, added["link"])) == (401, "not_authenticated")
    assert code(admin.post("/people", NEW)) == (409, "conflict")


def test_a_link_can_go_by_e_mail_and_the_message_alone_does_not_hold_it(desk: Desk, admin: Seat) -> None:
    added = admin.post("/people", {**NEW, "mail": True}).json()
    token = added["link"].partition("#invite=")[2]
    with desk.core.database.read() as session:
        stored = session.connection().exec_driver_sql("SELECT data FROM notifications").fetchall()
    assert token not in repr(stored)
    mail = Told("email")
    sends(desk, mail)
    assert token in mail.seen[0].content.text
    assert mail.seen[0].target == "bea@example.com"
    assert admin.get(f"/people/sent/{added['mail']}").json()["status"] == "sent"


def test_an_e_mail_whose_link_is_over_is_not_sent(desk: Desk, admin: Seat) -> None:
    added = admin.post("/people", {**NEW, "mail": True}).json()
    assert open_link(desk, added["link"]).status_code == 200
    mail = Told("email")
    sends(desk, mail)
    assert mail.seen == []
    assert admin.get(f"/people/sent/{added['mail']}").json()["status"] == "superseded"


def test_what_is_wrong_is_named(admin: Seat) -> None:
    refused = admin.post("/people", {**NEW, "email": "x", "languages": ["fr"], "capacity": 0, "shift": "noon"})
    assert code(refused) == (422, "invalid_input")
    assert set(refused.json()["error"]["fields"]) == {"email", "languages", "capacity", "shift"}


def test_a_person_is_changed_and_a_new_role_ends_their_session(desk: Desk, admin: Seat) -> None:
    ana = sit(desk, "Ana")
    person = named(admin, "Ana")["id"]
    shift = "mon-fri 09:00-14:00"
    seen = patch(admin, f"/people/{person}", {"skills": ["Billing"], "capacity": 2, "shift": shift}).json()
    assert (seen["skills"], seen["capacity"]) == (["billing"], 2)
    assert seen["shift"].startswith("mon 09:00-14:00")
    assert ana.get("/queue").status_code == 200
    assert patch(admin, f"/people/{person}", {"role": "supervisor", "capacity": None}).json()["capacity"] is None
    assert ana.get("/queue").status_code == 401


def test_the_chats_of_somebody_who_is_disabled_go_back(desk: Desk, admin: Seat) -> None:
    ana = sit(desk, "Ana")
    reference = desk.case("A person, please").reference
    assert ana.act(reference, "claim").status_code == 200
    person = named(admin, "Ana")["id"]
    assert admin.post(f"/people/{person}/disable").json()["disabled_at"] is not None
    assert code(ana.get("/queue")) == (401, "not_authenticated")
    eventually(lambda: admin.read(reference)["item"]["state"] != State.ACTIVE.value, seconds=20)
    assert admin.read(reference)["item"]["front"] is True
    assert code(admin.post(f"/people/{person}/invite", {})) == (409, "conflict")
    assert admin.post(f"/people/{person}/enable").json()["disabled_at"] is None
    assert open_link(desk, admin.post(f"/people/{person}/invite", {}).json()["link"]).status_code == 200


def test_the_last_administrator_stays_one(desk: Desk, admin: Seat) -> None:
    ada = named(admin, "Ada")["id"]
    assert code(admin.post(f"/people/{ada}/disable")) == (409, "last_admin")
    assert code(patch(admin, f"/people/{ada}", {"role": "agent"})) == (409, "last_admin")
    alan = desk.agent("Alan", role="admin")
    assert code(patch(admin, f"/people/{ada}", {"role": "agent"})) == (409, "last_admin"), "Alan cannot sign in"
    accounts.set_password(desk.core, alan, "correct horse battery", now=utc_now())
    assert patch(admin, f"/people/{ada}", {"role": "agent"}).json()["role"] == "agent"


def test_an_administrator_without_a_password_may_demote_another_who_has_none(desk: Desk, admin: Seat) -> None:
    """Whoever is signed in can still set one; the only one who can sign in again is not theirs to take away."""
    desk.agent("Alan", role="admin")
    alan = named(admin, "Alan")["id"]
    assert patch(admin, f"/people/{alan}", {"role": "agent"}).status_code == 200
    grace = desk.agent("Grace", role="admin")
    accounts.set_password(desk.core, grace, "correct horse battery", now=utc_now())
    refused = patch(admin, f"/people/{grace.id}", {"role": "agent"})
    assert code(refused) == (409, "last_admin")
    assert "yourself" in refused.json()["error"]["message"]
    assert admin.put("/password", {"password": "an even better one"}).status_code == 204
    assert patch(admin, f"/people/{grace.id}", {"role": "agent"}).status_code == 200


def test_setting_up_a_second_factor_asks_for_the_password_once_the_link_is_no_longer_fresh(desk: Desk) -> None:
    ana = sit(desk, "Ana")
    assert ana.get("/second-factor").json() == {"state": "off", "since": None, "codes_left": 0, "asks_password": False}
    assert ana.put("/password", {"password": "correct horse battery"}).status_code == 204
    seat = browser(desk)
    assert code(seat.post("/session", {"email": "ana@example.com", "password": "guess"})) == (401, "not_authenticated")
    opened = seat.post("/session", {"email": "ana@example.com", "password": "correct horse battery"})
    seat.csrf = opened.json()["csrf"]
    assert seat.get("/second-factor").json()["asks_password"] is True
    for body in (None, {}, {"password": ""}, {"password": "guess"}):
        refused = seat.post("/second-factor/begin", body)
        assert code(refused) == (422, "invalid_input")
        assert set(refused.json()["error"]["fields"]) == {"password"}
    assert seat.get("/second-factor").json()["state"] == "off"
    begun = seat.post("/second-factor/begin", {"password": "correct horse battery"})
    assert begun.json()["secret"]


def test_one_network_that_tries_too_often_holds_up_no_other(desk: Desk) -> None:
    ana = browser(desk)
    desk.agent("Ana")
    guess = {"invite": "made-up"}
    answers = [ana.post("/session", guess) for _ in range(SIGN_INS.burst)]
    assert {code(each) for each in answers} == {(401, "not_authenticated")}
    link = desk.link("Ana").partition("=")[2]
    eventually(lambda: ana.post("/session", guess).status_code == 429)
    refused = ana.post("/session", {"invite": link})
    if refused.status_code == 200:  # the bucket had just got a drop
        refused = ana.post("/session", guess)
    assert code(refused) == (429, "rate_limited")
    assert int(refused.json()["error"]["fields"]["retry_after"]) >= 1
    elsewhere = browser(desk, address="127.0.0.2")
    assert code(elsewhere.post("/session", guess)) == (401, "not_authenticated")


@pytest.mark.parametrize(
    "email", ["a@b.example,c@d.example", "a@b.example\nBcc: c@d.example", "Ana <a@b.example>", "a b@c.example", "a@b"]
)
def test_an_account_has_one_address_and_a_name_in_one_line(admin: Seat, email: str) -> None:
    refused = admin.post("/people", {**NEW, "email": email, "name": "Ana\nMaria"})
    assert code(refused) == (422, "invalid_input")
    assert set(refused.json()["error"]["fields"]) == {"email", "name"}


def test_supervisors_see_people_and_change_nobody(desk: Desk, admin: Seat) -> None:
    person = named(admin, "Ada")["id"]
    supervisor, agent = sit(desk, "Sue", role="supervisor"), sit(desk, "Ana")
    assert supervisor.get("/people").json()["may_edit"] is False
    assert code(agent.get("/people")) == (403, "forbidden")
    assert code(agent.get(f"/people/{person}")) == (403, "forbidden")
    for seat in (supervisor, agent):
        assert code(seat.post("/people", NEW)) == (403, "forbidden")
        assert code(patch(seat, f"/people/{person}", {"name": "X"})) == (403, "forbidden")
        for act in ("disable", "enable", "invite", "second-factor/reset"):
            body: Any = {} if act == "invite" else None
            assert code(seat.post(f"/people/{person}/{act}", body)) == (403, "forbidden")


def enrolled(seat: Seat) -> tuple[str, list[str]]:
    secret = seat.post("/second-factor/begin").json()["secret"]
    codes = seat.post("/second-factor/confirm", {"code": pyotp.TOTP(secret).now()})
    assert codes.status_code == 200
    return secret, codes.json()["recovery_codes"]


def test_the_second_factor_is_set_up_by_its_owner_and_asked_for_at_the_next_sign_in(desk: Desk) -> None:
    ana = sit(desk, "Ana")
    begun = ana.post("/second-factor/begin").json()
    assert begun["uri"].startswith("otpauth://totp/")
    assert begun["secret"] in begun["uri"]
    assert begun["path"].startswith("M")
    assert code(ana.post("/second-factor/confirm", {"code": "nothing"})) == (422, "invalid_input")
    _, codes = enrolled(ana)
    assert ana.get("/second-factor").json()["state"] == "on"
    token = desk.link("Ana").partition("=")[2]
    fresh = browser(desk)
    assert code(fresh.post("/session", {"invite": token})) == (401, "second_factor_needed")
    assert code(fresh.post("/session", {"invite": token, "code": "x"})) == (401, "second_factor_wrong")
    assert fresh.post("/session", {"invite": token, "code": codes[0]}).status_code == 200


def test_a_reset_lets_somebody_in_who_has_lost_their_phone(desk: Desk, admin: Seat) -> None:
    ana = sit(desk, "Ana")
    enrolled(ana)
    person = named(admin, "Ana")
    assert person["second_factor"] == "on"
    assert admin.post(f"/people/{person['id']}/second-factor/reset").json()["second_factor"] == "off"
    assert code(ana.get("/queue")) == (401, "not_authenticated")
    assert open_link(desk, desk.link("Ana")).status_code == 200


def test_a_role_that_must_have_it_does_nothing_else_before(sqlite_url: str) -> None:
    with running(make_core(sqlite_url, hours=ALWAYS, desk={"second_factor": ["admin"]})) as desk:
        admin, ana = sit(desk, "Ada", role="admin"), sit(desk, "Ana")
        assert admin.get("/session").json()["must_enrol"] is True
        for path in ("/queue", "/people", "/settings", "/events"):
            assert code(admin.get(path)) == (403, "second_factor_required")
        assert ana.get("/queue").status_code == 200
        enrolled(admin)
        assert admin.get("/queue").status_code == 200


def test_an_operator_lets_the_last_administrator_in_again(desk: Desk, admin: Seat) -> None:
    enrolled(admin)
    directory.reset_second_factor_of(desk.core, email=" ADA@example.com", now=utc_now())
    assert open_link(desk, desk.link("Ada")).status_code == 200
    with pytest.raises(NotFound):
        directory.reset_second_factor_of(desk.core, email="nobody@example.com", now=utc_now())


def test_an_administrator_does_not_reset_their_own(desk: Desk, admin: Seat) -> None:
    """It would need no code; their own menu asks for one."""
    enrolled(admin)
    ada = named(admin, "Ada")["id"]
    refused = admin.post(f"/people/{ada}/second-factor/reset")
    assert code(refused) == (403, "forbidden")
    assert "your own menu" in refused.json()["error"]["message"]
    assert named(admin, "Ada")["second_factor"] == "on"


def test_who_must_set_it_up_is_not_online_and_follows_nothing(sqlite_url: str) -> None:
    with running(make_core(sqlite_url, hours=ALWAYS, desk={"second_factor": ["admin"]})) as desk:
        admin = sit(desk, "Ada", role="admin")
        assert code(admin.put("/presence", {"status": "online"})) == (403, "second_factor_required")
        assert [each.status for each in desk.present()] == ["offline"]
        _, codes = enrolled(admin)
        assert admin.put("/presence", {"status": "online"}).status_code == 204
        with admin.http.stream("GET", "/api/v1/desk/events") as response:
            next(response.iter_lines())
            assert admin.post("/second-factor/off", {"code": codes[0]}).status_code == 204
            eventually(lambda: desk.listening() == 0, seconds=8)
        assert code(admin.get("/events")) == (403, "second_factor_required")


def test_the_ledger_says_which_role_was_given_and_which_taken(desk: Desk, admin: Seat) -> None:
    desk.agent("Ana")
    ana = named(admin, "Ana")["id"]
    assert patch(admin, f"/people/{ana}", {"role": "supervisor"}).status_code == 200
    assert patch(admin, f"/people/{ana}", {"name": "Ana Maria"}).json()["role"] == "supervisor"
    with work(desk.core, utc_now()) as unit:
        rows = unit.session.execute(select(LedgerRow.data).where(LedgerRow.kind == "agent_changed")).scalars().all()
    assert rows == [
        {"changed": ["role"], "role": {"before": "agent", "after": "supervisor"}},
        {"changed": ["name"]},
    ]
