"""Gaps over HTTP, from what customers really wrote: refused, or ended with a person; and drafts made from them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handoff import service
from handoff.audit import audit_database
from handoff.clock import utc_now
from handoff.detection.signals import Signal
from handoff.service import Need, Reply, Said
from handoff.service.base.views import AgentView
from handoff.service.people import accounts
from handoff.states import Urgency
from tests.support.desk import ALWAYS, Customer
from tests.support.knowledge import command_line
from tests.support.office import Office, Seat, code, open_office

ANSWER = "Yes: gift cards from 10 euros, here and in the shop. Write to ana@example.com or call 600 12 34 56."


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    with open_office(database_url, tmp_path, hours=ALWAYS) as opened:
        yield opened
        report = audit_database(opened.core.database, opened.core.secret, utc_now())
        assert report.clean, report.as_text()


def facts(decision: str, *weighed: str) -> dict[str, Any]:
    return {"decision": decision, "candidates": [{"id": each, "score": 0.3} for each in weighed]}


def ask(office: Office, *said: str, who: Customer | None = None, **reply: Any) -> Customer:
    """Somebody writes these messages, and the bot ends the turn with this reply."""
    customer = who or Customer.arrives(office.core, language="en")
    for text in said:
        customer.says(text)
    (turn,) = service.take_turns(office.core, owner="t", limit=1, now=utc_now())
    assert service.finish_turn(office.core, turn, Reply(**reply), now=utc_now())
    return customer


def refuse(
    office: Office, *said: str, weighed: tuple[str, ...] = ("shop-hours",), who: Customer | None = None
) -> Customer:
    return ask(
        office, *said, who=who, said=(Said(notice="refuse"),), decision="refuse", facts=facts("refuse", *weighed)
    )


def answered(office: Office, *said: str, decision: str = "answer", who: Customer | None = None) -> Customer:
    return ask(office, *said, who=who, said=(Said(notice="greeting"),), decision=decision, facts=facts(decision))


def hand_over(
    office: Office, said: str, reason: str, evidence: str = "", who: Customer | None = None, **more: Any
) -> Customer:
    signal = Signal(kind=reason, strength=0.9, language="en", evidence=evidence)
    need = Need(reason=reason, signals=(signal,), urgency=more.pop("urgency", Urgency.NORMAL))
    return ask(office, said, who=who, need=need, facts=more.pop("facts", {"engine": "not_asked"}))


def version_of(office: Office, agent: AgentView, reference: str) -> int:
    return service.read_case(office.core, agent, reference, now=utc_now()).item.version


def gaps(seat: Seat, **query: Any) -> Any:
    answer = seat.get("/gaps", **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def asked_in(found: Any) -> list[tuple[str, int, int, int]]:
    return [(each["question"], each["count"], each["refused"], each["escalated"]) for each in found["gaps"]]


def test_refused_questions_are_grouped_masked_and_counted(office: Office) -> None:
    refuse(office, "do you sell gift cards?")
    refuse(office, "hello", "gift card, my mail is ana@example.com")
    refuse(office, "is there parking", weighed=("greet", "gone"))
    answered(office, "when do you open?")
    found = gaps(office.sit("Nuria"))
    assert asked_in(found) == [("do you sell gift cards?", 2, 2, 0), ("is there parking", 1, 1, 0)]
    assert (found["total"], found["questions"]) == (2, 3)
    first, second = found["gaps"]
    assert first["nearest"] == {"id": "shop-hours", "title": "Opening hours", "score": 0.3}
    assert second["nearest"] is None
    assert [each["text"] for each in first["questions"]] == [
        "hello gift card, my mail is •••", "do you sell gift cards?",
    ]  # fmt: skip
    assert first["questions"][0]["outcome"] == "refused"
    assert first["questions"][0]["reference"] is None
    assert first["last_at"] == first["questions"][0]["at"]


def test_a_refused_question_that_ends_with_a_person_counts_once_with_its_case(office: Office) -> None:
    who = refuse(office, "do you sell gift cards?")
    hand_over(office, "I want to talk to a person", "asked_for_person", "I want to talk to a person", who)
    (gap,) = gaps(office.sit("Nuria"))["gaps"]
    assert (gap["count"], gap["refused"], gap["escalated"]) == (1, 1, 1)
    (question,) = gap["questions"]
    assert question["outcome"] == "asked_person"
    assert question["reference"].startswith("R-")


def test_the_wish_itself_and_small_talk_are_no_gaps(office: Office) -> None:
    hand_over(office, "an agent please", "asked_for_person", "an agent please")
    wish = "quiero hablar con alguien"
    hand_over(office, f"{wish} que no sea una máquina", "asked_for_person", wish)
    who = answered(office, "hi there", decision="act")
    service.ask_person(office.core, who.conversation_id, now=utc_now())
    assert gaps(office.sit("Nuria"))["gaps"] == []


def test_a_wish_with_a_question_in_it_is_one(office: Office) -> None:
    hand_over(office, "I need a person because my sofa arrived in the wrong colour", "asked_for_person", "a person")
    assert asked_in(gaps(office.sit("Nuria"))) == [
        ("I need a person because my sofa arrived in the wrong colour", 1, 0, 1)
    ]


def test_who_was_angry_had_asked_something_before(office: Office) -> None:
    who = answered(office, "can you pick up my old sofa")
    hand_over(office, "this is useless, useless!", "frustration", "useless", who)
    (gap,) = gaps(office.sit("Nuria"))["gaps"]
    assert (gap["question"], gap["questions"][0]["outcome"]) == ("can you pick up my old sofa", "frustration")


def test_a_second_case_does_not_take_the_question_of_the_first(office: Office) -> None:
    who = refuse(office, "do you sell gift cards?")
    reference = service.ask_person(office.core, who.conversation_id, now=utc_now()).reference
    version = service.read_conversation(office.core, who.conversation_id, now=utc_now()).handoff
    assert version is not None
    service.withdraw(office.core, who.conversation_id, reference, version.version, now=utc_now())
    service.ask_person(office.core, who.conversation_id, now=utc_now())
    (gap,) = gaps(office.sit("Nuria"))["gaps"]
    assert (gap["escalated"], gap["questions"][0]["reference"]) == (1, reference)


@pytest.mark.parametrize(
    ("reason", "urgency"),
    [("urgency_safety", Urgency.SAFETY), ("urgency_fraud", Urgency.HIGH), ("engine_down", Urgency.NORMAL),
     ("entry_expired", Urgency.NORMAL)],
)  # fmt: skip
def test_emergencies_and_an_ill_engine_are_no_gaps(office: Office, reason: str, urgency: Urgency) -> None:
    hand_over(office, "there is smoke coming out of the lamp", reason, urgency=urgency)
    assert gaps(office.sit("Nuria"))["gaps"] == []


def test_what_is_a_phrasing_of_the_release_is_no_gap_any_more(office: Office) -> None:
    refuse(office, "SHOP-HOURS, when open 3?")
    refuse(office, "opening hours 123456")
    assert gaps(office.sit("Nuria"))["gaps"] == []


def test_the_list_is_cut_by_days_language_and_limit(office: Office) -> None:
    nuria = office.sit("Nuria")
    for said in ("do you sell gift cards?", "is there parking", "sofa repair"):
        refuse(office, said)
    found = gaps(nuria, limit=1)
    assert (len(found["gaps"]), found["total"], found["questions"]) == (1, 3, 3)
    assert (gaps(nuria, language="es")["total"], gaps(nuria, language="en")["total"]) == (0, 3)
    for wrong in ({"days": 0}, {"days": 400}, {"language": "fr"}, {"limit": 0}, {"days": "x"}):
        assert code(nuria.get("/gaps", **wrong)) == (422, "invalid_input")


def test_nobody_reads_gaps_without_signing_in(office: Office) -> None:
    seat = Seat(http=office.browser(), csrf="")
    for path in ("/gaps", "/gaps/0123456789ab/draft"):
        assert code(seat.get(path)) == (401, "not_authenticated")


def test_a_draft_has_the_customers_words_and_the_agents_reply_and_is_taken(office: Office) -> None:
    nuria = office.sit("Nuria")
    who = refuse(office, "do you sell gift cards?")
    refuse(office, "gift card for order 104820")
    reference = service.ask_person(office.core, who.conversation_id, now=utc_now()).reference
    elena = accounts.add_agent(
        office.core, email="elena@example.com", name="Elena", role="agent", languages=("en",), now=utc_now()
    )
    service.claim(office.core, elena, reference, version_of(office, elena, reference), now=utc_now())
    for text in ("Hello, Ana here.", ANSWER):
        service.reply(office.core, elena, reference, version_of(office, elena, reference), text, text, now=utc_now())
    (gap,) = gaps(nuria)["gaps"]
    draft = nuria.get(f"/gaps/{gap['id']}/draft").json()
    text = "Yes: gift cards from 10 euros, here and in the shop. Write to ••• or call •••."
    assert draft["content"]["phrasings"] == {"en": ["gift card for order", "do you sell gift cards?"]}
    assert draft["content"]["answers"] == {"en": {"web": text, "sms": text}}
    assert reference not in str(draft["content"])  # customers would read it
    assert draft["content"]["owner"] == "Nuria (nuria@example.com)"
    assert [(each["text"], each["reference"]) for each in draft["replies"]] == [
        (text, reference), ("Hello, Ana here.", reference),
    ]  # fmt: skip
    saved = nuria.send("/entries", {"kind": "entry", "content": draft["content"]})
    assert (saved.status_code, saved.json()["state"]) == (201, "draft")
    assert saved.json()["item_id"] == "do-you-sell-gift-cards"
    again = nuria.get(f"/gaps/{gap['id']}/draft").json()["content"]["id"]
    assert again == f"do-you-sell-gift-cards-{gap['id']}"


def test_a_draft_without_any_reply_has_no_answer_yet(office: Office) -> None:
    nuria = office.sit("Nuria")
    refuse(office, "¿?", weighed=())
    refuse(office, "sofa repair\u200b", weighed=())
    for gap in gaps(nuria)["gaps"]:
        draft = nuria.get(f"/gaps/{gap['id']}/draft").json()
        assert (draft["content"]["answers"], draft["replies"]) == ({}, [])
        assert nuria.send("/entries", {"kind": "entry", "content": draft["content"]}).status_code == 201


def test_a_gap_that_is_not_there_is_a_typed_error(office: Office) -> None:
    nuria = office.sit("Nuria")
    assert code(nuria.get("/gaps/0123456789ab/draft")) == (404, "gap_not_found")
    assert code(nuria.get("/gaps/nothing/draft")) == (422, "invalid_input")


def test_the_command_line_lists_them_as_the_desk_does(office: Office, database_url: str) -> None:
    refuse(office, "do you sell gift cards? I am ana@example.com")
    (gap,) = gaps(office.sit("Nuria"))["gaps"]
    with command_line(database_url) as relevo:
        first, last = relevo("gaps", "--language", "en").output.splitlines()
        assert first.split("\t") == [
            gap["id"], "en", "1 asked, 1 refused, 0 to a person", "near: shop-hours",
            "do you sell gift cards? I am •••",
        ]  # fmt: skip
        assert last.startswith("1 questions in 1 gaps since ")
        assert relevo("gaps", "--language", "es").output.startswith("0 questions in 0 gaps")
