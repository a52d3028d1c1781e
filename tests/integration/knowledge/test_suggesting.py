"""Approved answers for an agent who writes: suggested, found by words, and recorded as used or edited."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.engine import EngineClient
from bot.evidence import as_lines, evidence_of
from bot.knowledge import approving
from bot.knowledge import release as releases
from handoff.audit import audit_database
from handoff.clock import utc_now
from handoff.service.base.uses import MOST
from tests.support.desk import ALWAYS, Desk
from tests.support.engine import ScriptedEngine, engine_in_a_thread, outcome
from tests.support.knowledge import entry, library_in
from tests.support.office import Office, Seat, code, open_office

CASES = "/api/v1/desk/handoffs"


def words(en: str, es: str) -> dict[str, Any]:
    return {"en": {"web": en, "sms": en}, "es": {"web": es, "sms": es}}


GIFTS = entry(
    "gifts",
    title={"en": "Gift cards", "es": "Tarjetas regalo"},
    phrasings={"en": [f"voucher present {n}" for n in range(8)], "es": [f"bono regalo {n}" for n in range(8)]},
    answers=words("A gift card is valid for two years.", "La tarjeta regalo vale dos años."),
)
OLD = entry("old", review_by=date(2020, 1, 1), title={"en": "Gift wrapping", "es": "Envoltorio de regalo"})


@dataclass
class Help:
    """An office whose desk can reach a scripted engine."""

    office: Office
    engine: ScriptedEngine
    seat: Seat

    def answers(self, said: str = "", typed: str = "", **more: Any) -> list[dict[str, Any]]:
        answer = self.seat.send("/suggest", {"said": said, "typed": typed, "language": "en", **more})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["answers"])

    def ids(self, said: str = "", typed: str = "", **more: Any) -> list[tuple[str, str]]:
        return [(each["id"], each["by"]) for each in self.answers(said, typed, **more)]

    def found(self, q: str = "", **more: Any) -> list[str]:
        answer = self.seat.get("/answers", q=q, **{"language": "en", **more})
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["answers"]]


@pytest.fixture
def help_(database_url: str, tmp_path: Path) -> Iterator[Help]:
    with (
        open_office(database_url, tmp_path, GIFTS, OLD, hours=ALWAYS) as office,
        engine_in_a_thread() as engine,
    ):
        client = EngineClient(engine.url, "a-secret-of-good-length", timeout=5)
        release = releases.current(office.core.database, utc_now())
        answers = SimpleNamespace(release=release, engine=client, released=lambda number: None)
        office.app.state.parts = SimpleNamespace(answering=lambda: answers)
        yield Help(office, engine, office.sit("Nuria"))


def test_what_the_engine_would_answer_is_suggested_in_the_customers_language_and_channel(help_: Help) -> None:
    (found,) = help_.answers("when are you open", language="es", channel="sms")
    token = found.pop("token")
    assert found == {
        "id": "shop-hours", "version": 1, "release": 1, "title": "Horario", "text": "Abierto todos los días.",
        "source": "Guía · 1", "by": "customer",
    }  # fmt: skip
    assert token
    assert help_.answers("when are you open")[0]["text"] == "Open **every day**."
    assert [each["state"] for each in help_.engine.asked] == [None, None]


def test_a_typed_line_comes_first_and_what_was_told_already_is_left_out(help_: Help) -> None:
    assert help_.ids("when are you open", "the gift card is") == [("gifts", "typed"), ("shop-hours", "customer")]
    assert help_.ids("when are you open", "Hello Ana,") == [("shop-hours", "customer")]
    assert help_.ids("when are you open", but=["shop-hours"]) == []
    assert help_.ids("", "gift cards", but=["gifts"]) == [("gifts", "typed")]  # whoever types it wants it
    assert help_.ids() == []


def test_what_the_engine_is_unsure_about_is_offered_and_what_it_refuses_is_not(help_: Help) -> None:
    choices = [{"kind": "notice", "id": "ask_choices", "values": {}, "choices": ["gifts", "gone", "shop-hours"]}]
    help_.engine.script = lambda asked: outcome(asked, decision="ask", say=choices)
    assert help_.ids("present or open") == [("gifts", "customer"), ("shop-hours", "customer")]
    help_.engine.script = lambda asked: outcome(asked, decision="refuse")
    assert help_.ids("whatever") == []


@pytest.mark.parametrize("answer", [b"garbage", b"", b"x" * 200_000])
def test_an_ill_engine_only_means_fewer(help_: Help, answer: bytes) -> None:
    help_.engine.script = lambda asked: answer
    assert help_.ids("when are you open") == []
    assert help_.ids("when are you open", "gift cards") == [("gifts", "typed")]
    assert help_.found("gift") == ["gifts"]


def test_a_hanging_engine_is_not_waited_for_and_is_not_held_against_it(help_: Help) -> None:
    help_.engine.hold.clear()
    assert [help_.ids("when are you open") for _ in range(2)] == [[], []]
    help_.engine.hold.set()
    assert help_.ids("when are you open") == [("shop-hours", "customer")]


def test_the_second_fact_of_an_order_does_not_reach_the_engine(help_: Help) -> None:
    help_.answers("where is A-104820, ana@example.com 28013")
    assert [each["text"] for each in help_.engine.asked] == ["where is A-104820, ••• •••"]


def test_words_find_answers_of_the_current_release_only(help_: Help) -> None:
    assert help_.found("gift") == ["gifts"]  # the wrapping is past its review
    assert help_.found("GIF") == ["gifts"]
    assert help_.found("regalo", language="es") == ["gifts"]
    assert help_.found("zeppelin") == []
    assert help_.found() == ["gifts", "shop-hours"]
    approving.retire(library_in(help_.office.core), "gifts", version=1, by="Pilar", now=utc_now())
    parts = help_.office.app.state.parts.answering()
    parts.release = releases.current(help_.office.core.database, utc_now())
    assert help_.found("gift") == []
    assert help_.ids("", "gift cards") == []


def test_odd_input_is_refused_or_read_and_never_breaks(help_: Help) -> None:
    assert help_.ids("\x00\u202e\n😀" * 100, "\ud7ff \u2028") == [("shop-hours", "customer")]
    for bad in (
        {"said": "x"},
        {"language": "fr"},
        {"language": "en", "said": 7},
        {"language": "en", "said": "x" * 20_000},
        {"language": "en", "but": ["Not An Id"]},
        {"language": "en", "more": 1},
    ):
        assert code(help_.seat.send("/suggest", bad))[0] == 422, bad
    assert help_.seat.get("/answers", q="x" * 201, language="en").status_code == 422


def test_it_is_for_people_at_the_desk(help_: Help) -> None:
    body = {"said": "x", "language": "en"}
    assert help_.seat.send("/suggest", body, **{"X-Relevo-CSRF": "wrong"}).status_code == 403
    assert help_.seat.send("/suggest", body, Origin="https://evil.example").status_code == 403
    stranger = Seat(http=help_.office.browser(), csrf="")
    assert stranger.send("/suggest", body).status_code == 401
    assert stranger.get("/answers", language="en").status_code == 401


def test_a_reply_says_which_answer_it_is_made_of_and_whether_it_was_edited(help_: Help) -> None:
    desk = Desk(core=help_.office.core, url=help_.office.url)
    customer = desk.case("when are you open?", language="en")
    claim(help_, customer.reference)
    found = help_.answers("when are you open?")[0]
    as_it_is = reply(help_, customer.reference, "1", f"  {found['text'].replace(' ', chr(10))} ", [found["token"]] * 2)
    edited = reply(help_, customer.reference, "2", f"{found['text']} Even Sundays.", [found["token"]])
    forged = reply(help_, customer.reference, "3", "Free for all.", [found["token"][:-3] + "AAA", "x", ".", "é.é"])
    used = {"id": "shop-hours", "version": 1, "release": 1, "title": "Opening hours"}
    assert as_it_is["suggested"] == [{**used, "used": "as_is"}]
    assert edited["suggested"] == [{**used, "used": "edited"}]
    assert forged["suggested"] is None
    again = reply(help_, customer.reference, "2", f"{found['text']} Even Sundays.", [])
    assert (again["id"], again["suggested"]) == (edited["id"], edited["suggested"])
    assert_in_the_evidence(help_, customer.reference)
    too_many = {"version": 1, "client_id": "4", "text": "x", "suggested": ["x"] * (MOST + 1)}
    assert post(help_, customer.reference, "reply", too_many).status_code == 422


def assert_in_the_evidence(help_: Help, reference: str) -> None:
    core = help_.office.core
    evidence = evidence_of(core, reference, utc_now())
    said = [each["suggested"] for each in evidence["said"] if each["author"] == "agent"]
    use = {"id": "shop-hours", "version": 1}
    assert said == [[{**use, "used": "as_is"}], [{**use, "used": "edited"}], []]
    assert ("shop-hours", 1) in [(each["id"], each["version"]) for each in evidence["approvals"]]
    lines = "\n".join(as_lines(evidence))
    assert "made of approved answer shop-hours version 1, as it is" in lines
    assert "made of approved answer shop-hours version 1, edited" in lines
    assert audit_database(core.database, core.secret, utc_now()).clean


def test_a_place_that_is_not_filled_is_never_sent(help_: Help) -> None:
    desk = Desk(core=help_.office.core, url=help_.office.url)
    customer = desk.case("hello", language="en")
    claim(help_, customer.reference)
    body = {"version": 1, "client_id": "1", "text": "Hello {customer_name}, it is {due}. {not_ours}"}
    body["version"] = version(help_, customer.reference)
    refused = post(help_, customer.reference, "reply", body)
    assert code(refused) == (422, "invalid_input")
    assert refused.json()["error"]["fields"] == {"text": "unfilled: {customer_name}, {due}"}
    assert reply(help_, customer.reference, "1", "Hello Ana. {not_ours}", [])["text"] == "Hello Ana. {not_ours}"


def test_what_fills_a_canned_reply_comes_from_the_case(help_: Help) -> None:
    desk = Desk(core=help_.office.core, url=help_.office.url)
    customer = desk.case("hello", language="en")
    told = read_help(help_, customer.reference)
    assert told["values"] == {"agent_name": "Nuria", "business": "Aurora", "reference": customer.reference}
    assert (told["language"], told["channel"], told["max_segments"]) == ("en", "web", None)
    customer.leaves_message("call me", name="Ana", phone="+34600111222")
    told = read_help(help_, customer.reference)
    assert told["values"]["customer_name"] == "Ana"
    assert " by " in told["values"]["due"]
    by_phone = desk.case("hola", channel="sms")
    assert read_help(help_, by_phone.reference)["max_segments"] == 4
    assert help_.office.browser().get(f"{CASES}/{customer.reference}/writing").status_code == 401
    assert help_.seat.http.get(f"{CASES}/R-NOBODY/writing").status_code == 404


def read_help(help_: Help, reference: str) -> Any:
    return help_.seat.http.get(f"{CASES}/{reference}/writing").json()


def version(help_: Help, reference: str) -> int:
    return int(help_.seat.http.get(f"{CASES}/{reference}").json()["item"]["version"])


def post(help_: Help, reference: str, act: str, body: dict[str, Any]) -> Any:
    seat = help_.seat
    headers = {"Origin": str(seat.http.base_url).rstrip("/"), "X-Relevo-CSRF": seat.csrf}
    return seat.http.post(f"{CASES}/{reference}/{act}", json=body, headers=headers)


def claim(help_: Help, reference: str) -> None:
    assert post(help_, reference, "claim", {"version": version(help_, reference)}).status_code == 200


def reply(help_: Help, reference: str, client_id: str, text: str, tokens: list[str]) -> Any:
    body = {"version": version(help_, reference), "client_id": client_id, "text": text, "suggested": tokens}
    answer = post(help_, reference, "reply", body)
    assert answer.status_code == 200, answer.text
    return answer.json()
