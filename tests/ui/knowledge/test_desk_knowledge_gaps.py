"""The list of answers, gaps and trials at the desk, in a real browser over the real routes."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.knowledge import approving, reading
from bot.knowledge.review import import_folder
from handoff import service
from handoff.clock import utc_now
from handoff.service import Reply, Said
from tests.support.core import World
from tests.support.desk import Desk
from tests.support.engine import ScriptedEngine, outcome
from tests.support.knowledge import entry, library_in, write_folder
from tests.ui.knowledge.room import Room, refused
from tests.ui.test_desk_alerts import fits
from tests.ui.test_desk_safety import findings


def test_from_a_gap_to_a_draft(desk: Desk, room: Room) -> None:
    for text in ("can you wrap it as a present?", "do you wrap it as a present", "is there parking"):
        refused(desk, text)
    page = room("gaps", "Ana", "agent")
    first = page.locator(".gaps > li").first
    expect(first).to_contain_text("2 times")
    expect(first.get_by_role("link", name="Opening hours")).to_have_attribute("href", "#/knowledge/entry/shop-hours")
    first.get_by_text("The questions", exact=True).click()
    expect(first).to_contain_text("do you wrap it as a present")
    page.get_by_label("Language").select_option("Spanish")
    expect(page.get_by_text("No gaps")).to_be_visible()
    page.get_by_label("Language").select_option("English")
    page.locator(".gaps > li").first.get_by_role("link", name=re.compile("^Write an answer")).click()
    expect(page.get_by_text("From a gap:")).to_be_visible()
    asked = page.get_by_label("Questions, as customers ask them, English")
    expect(asked).to_have_value(re.compile("wrap it as a present"))
    page.get_by_label("Title, English").fill("Gift wrapping")
    page.get_by_label("Answer on the web, English").fill("We wrap presents.")
    page.reload()
    expect(page.get_by_label("Answer on the web, English")).to_have_value("We wrap presents.")
    page.get_by_label("Topic").fill("shop")
    page.get_by_label("Short name").fill("gift-wrapping")
    page.get_by_role("button", name="Save draft").click()
    expect(page).to_have_url(re.compile("entry/gift-wrapping$"))
    assert reading.read_item(desk.core.database, "gift-wrapping", utc_now()).state == "draft"


@pytest.mark.parametrize(("width", "locale"), [(1280, "en-GB"), (390, "es-ES")])
def test_a_gap_is_put_aside_undone_and_found_again(desk: Desk, room: Room, width: int, locale: str) -> None:
    spanish = locale == "es-ES"
    for text in ("can you wrap it as a present?", "is there parking"):
        refused(desk, text)
    page = room("gaps", "Ana", "agent", width=width, locale=locale)
    aside = page.get_by_role("button", name="Apartar «is there" if spanish else "Put aside “is there")
    aside.click()
    expect(page.locator(".gaps > li")).to_have_count(1)
    page.get_by_role("button", name="Deshacer" if spanish else "Undo").click()
    expect(page.locator(".gaps > li")).to_have_count(2)
    aside.click()
    page.get_by_role("button", name="Ver las 1 apartadas" if spanish else "Show the 1 put aside").click()
    shown = page.locator(".gaps > li")
    expect(shown).to_contain_text("apartada por Ana" if spanish else "put aside by Ana")
    assert (fits(page), findings(page)) == (True, [])
    shown.get_by_role("button", name=re.compile("Recuperar" if spanish else "Take back")).click()
    expect(page.get_by_text("No hay ninguna apartada" if spanish else "Nothing is put aside")).to_be_visible()


def test_a_gap_seen_in_the_longer_list_is_drafted_from_that_list(desk: Desk, room: Room) -> None:
    world = World(desk.core, utc_now() - timedelta(days=60))
    world.write(world.visit(), "can you wrap it as a present?")
    (turn,) = service.take_turns(desk.core, owner="t", limit=1, now=world.now)
    reply = Reply(said=(Said(notice="refuse"),), decision="refuse", facts={"decision": "refuse", "candidates": []})
    assert service.finish_turn(desk.core, turn, reply, now=world.now)
    page = room("gaps", "Ana", "agent")
    expect(page.get_by_text("No gaps")).to_be_visible()
    page.get_by_label("Of the last").select_option("90 days")
    page.get_by_role("link", name=re.compile("^Write an answer")).click()
    expect(page.get_by_text("From a gap:")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Questions, as customers ask them, English")).to_have_value(re.compile("present"))


@pytest.mark.parametrize(("width", "locale"), [(1280, "en-GB"), (390, "es-ES")])
def test_a_long_list_is_shown_page_by_page_and_stays_so_on_the_way_back(
    desk: Desk, room: Room, tmp_path: Path, width: int, locale: str
) -> None:
    spanish = locale == "es-ES"
    many = [entry(f"many-{number:03}", topic="later" if number > 150 else "shop") for number in range(160)]
    import_folder(library_in(desk.core), write_folder(tmp_path / "many", *many), utc_now(), by="Pilar")
    total = len(reading.list_items(desk.core.database, utc_now()))
    page = room("", width=width, locale=locale)
    some = "Se muestran 200 de {}" if spanish else "200 of {} are shown"
    expect(page.locator(".count-line")).to_have_text(
        some.format(total) + (", por su nombre corto" if spanish else ", by their short names")
    )
    expect(page.locator(".row")).to_have_count(200)
    expect(page.locator(".group").first.locator(".row")).to_have_count(162)
    topic = page.get_by_label("Tema" if spanish else "Topic", exact=True)
    expect(topic.locator("option", has_text="later")).to_have_count(1)
    assert (fits(page), findings(page)) == (True, [])
    page.get_by_role("button", name=re.compile("Mostrar" if spanish else "Show")).click()
    expect(page.locator(".row")).to_have_count(total)
    page.evaluate("location.hash = '#/knowledge/entry/many-159'")
    expect(page.locator("h1")).to_be_visible()
    page.go_back()
    expect(page.locator(".row")).to_have_count(total)
    topic.select_option("later")
    expect(page.locator(".row")).to_have_count(9)


def test_a_text_of_the_system_that_was_taken_out_is_not_shown_as_given(desk: Desk, room: Room) -> None:
    approving.retire(library_in(desk.core), "greeting", utc_now(), by="Elena")
    page = room("")
    row = page.locator("[data-item=greeting]")
    expect(row).to_contain_text("Taken out; still said until the next release")
    expect(row).not_to_contain_text("Customers get it")
    expect(page.locator("[data-item=refuse]")).to_contain_text("Customers get it")


def test_a_question_is_tried_and_explained(room: Room, engine: ScriptedEngine) -> None:
    page = room("try", "Ana", "agent")
    page.get_by_label("Question").fill("shop-hours when open 3")
    page.keyboard.press("Enter")
    result = page.get_by_role("region", name="What happens")
    expect(result).to_contain_text("It answers.")
    expect(result).to_contain_text("How well the best answer fits: 90 of 100. It is given from 40 on.")
    expect(result.locator(".bubble strong")).to_have_text("every day")
    weighed = page.get_by_role("region", name="Answers that came into question")
    expect(weighed.get_by_role("link", name="Opening hours").first).to_have_attribute(
        "href", "#/knowledge/entry/shop-hours"
    )
    expect(weighed).to_contain_text("shop-hours when open 3")
    expect(weighed).to_contain_text("100 of 100 alike")
    engine.script = lambda asked: outcome(asked, decision="refuse", say=[{"kind": "notice", "id": "refuse"}], score=0.1)
    page.get_by_label("Where").select_option("SMS")
    page.get_by_role("button", name="Ask").click()
    expect(result).to_contain_text("It gives no answer and offers a person.")


def test_an_engine_that_does_not_answer_is_said(room: Room, engine: ScriptedEngine) -> None:
    engine.script = lambda asked: b"nonsense"
    page = room("try")
    page.get_by_label("Question").fill("hello")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("alert")).to_contain_text("The bot cannot be asked at the moment.")


def test_an_answer_tells_which_questions_it_would_take(desk: Desk, room: Room) -> None:
    page = room("entry/shop-hours")
    page.get_by_label("Questions, as customers ask them, English").fill("gifts when open 1\ngifts when open 2")
    takes = page.get_by_role("region", name="Which questions would this answer take?")
    takes.get_by_role("button", name="Look").click()
    expect(takes.get_by_role("button", name="Look again")).to_be_visible()
    expect(takes.get_by_role("alert")).to_have_count(0)
