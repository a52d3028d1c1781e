"""Gaps that are put aside and come back, names that are masked, and drafts from any window; over HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handoff import service
from handoff.audit import audit_database
from handoff.clock import utc_now
from handoff.service import Need, Reply, Said, read_facts
from handoff.service.people import accounts
from tests.support.core import World
from tests.support.desk import ALWAYS, Customer
from tests.support.office import Office, Seat, code, open_office

WEIGHED = {"decision": "refuse", "candidates": []}


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    with open_office(database_url, tmp_path, hours=ALWAYS) as opened:
        yield opened
        report = audit_database(opened.core.database, opened.core.secret, utc_now())
        assert report.clean, report.as_text()


def refuse(office: Office, *said: str, days_ago: int = 0) -> None:
    """Each is asked by somebody else, and refused."""
    world = World(office.core, utc_now() - timedelta(days=days_ago))
    for text in said:
        world.write(world.visit(), text)
        (turn,) = service.take_turns(world.core, owner="t", limit=1, now=world.now)
        reply = Reply(said=(Said(notice="refuse"),), decision="refuse", facts=WEIGHED)
        assert service.finish_turn(world.core, turn, reply, now=world.now)


def hand_over(office: Office, text: str) -> Customer:
    customer = Customer.arrives(office.core, language="en")
    customer.says(text)
    (turn,) = service.take_turns(office.core, owner="t", limit=1, now=utc_now())
    reply = Reply(need=Need(reason="refusals"), facts=WEIGHED)
    assert service.finish_turn(office.core, turn, reply, now=utc_now())
    return customer


def gaps(seat: Seat, **query: Any) -> Any:
    return seat.get("/gaps", **query).raise_for_status().json()


def asked(seat: Seat, **query: Any) -> list[tuple[str, int]]:
    return [(each["question"], each["count"]) for each in gaps(seat, **query)["gaps"]]


def test_a_gap_of_the_longer_list_can_be_drafted_from_it(office: Office) -> None:
    nuria = office.sit("Nuria")
    refuse(office, "do you sell gift cards?", days_ago=60)
    assert asked(nuria) == []
    (gap,) = gaps(nuria, days=90)["gaps"]
    assert code(nuria.get(f"/gaps/{gap['id']}/draft")) == (404, "gap_not_found")
    draft = nuria.get(f"/gaps/{gap['id']}/draft", days=90).json()
    assert draft["content"]["title"] == {"en": "do you sell gift cards?"}
    assert nuria.send(f"/gaps/{gap['id']}/dismiss", {"days": 90}).status_code == 204
    assert asked(nuria, days=90) == []


def test_a_gap_that_is_put_aside_says_by_whom_and_when_and_can_be_taken_back(office: Office) -> None:
    nuria = office.sit("Nuria")
    refuse(office, "do you sell gift cards?", "is there parking")
    gap = next(each for each in gaps(nuria)["gaps"] if "gift" in each["question"])
    assert nuria.send(f"/gaps/{gap['id']}/dismiss", {}).status_code == 204
    found = gaps(nuria)
    assert ([each["question"] for each in found["gaps"]], found["total"], found["aside"]) == (
        ["is there parking"],
        1,
        1,
    )
    (aside,) = gaps(nuria, dismissed=True)["gaps"]
    assert (aside["id"], aside["dismissed"]["by"]) == (gap["id"], "Nuria (nuria@example.com)")
    assert nuria.send(f"/gaps/{gap['id']}/restore", {}).status_code == 204
    assert nuria.send(f"/gaps/{gap['id']}/restore", {}).status_code == 204, "once more changes nothing"
    assert gaps(nuria)["total"] == 2
    with office.core.database.read() as session:
        facts = read_facts(session, "knowledge", gap=gap["id"])
    assert [(each.kind, each.actor, each.data["questions"]) for each in facts] == [
        ("knowledge.gap_dismiss", "Nuria (nuria@example.com)", 1),
        ("knowledge.gap_restore", "Nuria (nuria@example.com)", 1),
    ]
    assert "gift" not in str(facts)


def test_it_comes_back_when_enough_more_is_asked_and_stays_away_before(office: Office) -> None:
    nuria = office.sit("Nuria")
    refuse(office, *["do you sell gift cards?"] * 8)
    (gap,) = gaps(nuria)["gaps"]
    nuria.send(f"/gaps/{gap['id']}/dismiss", {})
    refuse(office, *["gift cards, do you sell them?"] * 3)
    assert asked(nuria) == []
    refuse(office, "do you sell gift cards")
    assert [count for _, count in asked(nuria)] == [12]
    nuria.send(f"/gaps/{gap['id']}/dismiss", {})
    assert asked(nuria) == [], "aside again, from now on"


def test_it_stays_away_though_its_first_question_is_no_longer_in_the_list(office: Office) -> None:
    nuria = office.sit("Nuria")
    refuse(office, "gift cards sold", days_ago=40)
    refuse(office, "gift cards sold gracefully", days_ago=5)
    (gap,) = gaps(nuria, days=90)["gaps"]
    (newer,) = gaps(nuria, days=30)["gaps"]
    assert gap["id"] != newer["id"]
    nuria.send(f"/gaps/{gap['id']}/dismiss", {"days": 90})
    assert (asked(nuria, days=90), asked(nuria, days=30)) == ([], [])


def test_a_gap_that_is_not_there_cannot_be_put_aside(office: Office) -> None:
    nuria = office.sit("Nuria")
    for act in ("dismiss", "restore"):
        assert code(nuria.send(f"/gaps/0123456789ab/{act}", {})) == (404, "gap_not_found")
        assert code(nuria.send(f"/gaps/0123456789ab/{act}", {"days": 0})) == (422, "invalid_input")
        assert code(nuria.send("/gaps/0123456789ab/" + act, {}, **{"X-Relevo-CSRF": "no"}))[0] == 403


def test_the_name_that_a_customer_gave_is_masked_wherever_their_words_are_shown(office: Office) -> None:
    nuria = office.sit("Nuria")
    who = hand_over(office, "I am josé garcia de la Torre, do you sell gift cards?")
    other = hand_over(office, "is the garcia sofa back in stock")
    who.leaves_message("call me", name="José García de la Torre", phone="+34600123456")
    elena = accounts.add_agent(
        office.core, email="elena@example.com", name="Elena", role="agent", languages=("en",), now=utc_now()
    )
    view = service.read_conversation(office.core, who.conversation_id, now=utc_now()).handoff
    assert view is not None
    reference = view.reference
    for act in ("claim", "reply"):
        version = service.read_case(office.core, elena, reference, now=utc_now()).item.version
        if act == "claim":
            service.claim(office.core, elena, reference, version, now=utc_now())
        else:
            text = "Hello José, we do sell gift cards in every shop."
            service.reply(office.core, elena, reference, version, text, text, now=utc_now())
    shown = {each["question"] for each in gaps(nuria)["gaps"]}
    assert shown == {"I am ••• de la •••, do you sell gift cards?", "is the garcia sofa back in stock"}
    gap = next(each for each in gaps(nuria)["gaps"] if "gift" in each["question"])
    draft = nuria.get(f"/gaps/{gap['id']}/draft").json()
    assert "jos" not in str(draft).casefold()
    assert draft["replies"][0]["text"] == "Hello •••, we do sell gift cards in every shop."
    assert other.conversation_id != who.conversation_id
