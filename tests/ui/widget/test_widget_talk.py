"""A customer talks: with the bot, with a person, in both languages, by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.web import Site
from tests.ui.widget.conftest import PHONE, OpenPage


@pytest.mark.bar(39)
def test_the_first_view_discloses_the_bot_and_offers_questions_and_a_person(visit: OpenPage) -> None:
    widget = visit().open()
    expect(widget.panel.locator(".message").first).to_contain_text("disclosure en web")
    expect(widget.panel.get_by_role("button", name="first question")).to_be_visible()
    expect(widget.panel.get_by_role("button", name="Talk to a person")).to_be_visible()


def test_an_answer_shows_its_source(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    widget.panel.get_by_role("button", name="first question").click()
    site.answer(
        "It takes **two days**.\n\n- one\n- two\n\nSee [the guide](https://example.com/).", source="Guide, section 2"
    )
    answer = widget.panel.locator(".message.bot").last
    expect(answer.locator("strong")).to_have_text("two days")
    expect(answer.locator("li")).to_have_count(2)
    expect(answer.get_by_text("Guide, section 2")).to_be_hidden()
    answer.locator("summary", has_text="Source").click()
    expect(answer.get_by_text("Guide, section 2")).to_be_visible()
    expect(answer.get_by_role("link", name="the guide")).to_have_attribute("rel", "noopener noreferrer")
    widget.expect_said(["first question"])
    expect(widget.panel.locator(".choices")).to_have_count(0)


@pytest.mark.bar(20)
def test_a_person_is_asked_for_comes_talks_and_leaves(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    widget.panel.get_by_role("button", name="Talk to a person").click()
    widget.expect_state("waiting")
    expect(widget.panel.locator(".choices")).to_have_count(1)
    expect(widget.panel.get_by_role("status").first).to_have_text(re.compile(r"Waiting: place 1\s· R-"))
    expect(widget.panel.get_by_role("region", name="Your case")).to_contain_text("They read everything")
    reference = site.claim("Ana Ruiz")
    widget.expect_state("agent")
    expect(widget.panel.locator(".choices")).to_have_count(0)  # nobody leaves a message beside a person
    expect(widget.panel.get_by_text("Ana Ruiz is here")).to_be_visible()
    site.says(reference, "Hello, I am Ana")
    expect(widget.panel.locator(".message.agent .who")).to_have_text("ARAna Ruiz · our team")
    widget.say("Thank you")
    expect(widget.panel.locator(".messages .message.customer").last).to_contain_text("Thank you")
    site.resolve(reference)
    widget.expect_state("bot")
    widget.panel.get_by_role("button", name="4 stars of 5").click()
    expect(widget.panel.get_by_text("Thank you, noted.")).to_be_visible()


def test_an_offered_person_is_one_reply_away(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    widget.say("my flying carpet is broken")
    site.offer_person()
    buttons = widget.panel.locator(".choice")
    expect(buttons).to_have_count(2)
    buttons.first.click()
    expect(widget.panel.locator(".messages .message.customer")).to_have_count(2)


def test_the_browsers_language_is_first_and_can_be_switched(visit: OpenPage, site: Site) -> None:
    widget = visit(locale="es-ES").open()
    expect(widget.panel.get_by_role("button", name="Hablar con una persona")).to_be_visible()
    expect(widget.panel.locator(".message").first).to_contain_text("disclosure es web")
    widget.panel.get_by_role("button", name="Menú").click()
    widget.panel.get_by_role("combobox", name="Idioma").select_option("en")
    expect(widget.panel.get_by_role("button", name="Talk to a person")).to_be_visible()
    expect(widget.panel.locator("html")).to_have_attribute("lang", "en")
    widget.page.reload()
    widget.open()
    expect(widget.panel.get_by_role("button", name="Talk to a person")).to_be_visible()
    del site


def test_everything_works_by_keyboard(visit: OpenPage) -> None:
    widget = visit()
    widget.launcher.focus()
    widget.page.keyboard.press("Enter")
    expect(widget.composer).to_be_focused()
    expect(widget.launcher).to_have_attribute("aria-expanded", "true")
    widget.page.keyboard.type("one")
    widget.page.keyboard.press("Shift+Enter")
    widget.page.keyboard.type("two")
    widget.page.keyboard.press("Enter")
    expect(widget.panel.locator(".messages .message.customer")).to_have_text(
        re.compile("one\ntwo"), use_inner_text=True
    )
    widget.page.keyboard.press("Tab")
    expect(widget.panel.get_by_role("button", name="Send")).to_be_focused()
    widget.page.keyboard.press("Tab")
    expect(widget.panel.get_by_role("button", name="Talk to a person")).to_be_focused()
    widget.page.keyboard.press("Escape")
    expect(widget.launcher).to_have_attribute("aria-expanded", "false")
    expect(widget.launcher).to_be_focused()


def test_messages_are_announced_politely(visit: OpenPage) -> None:
    log = visit().open().panel.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_have_attribute("aria-label", "Conversation")
    assert "Automatic assistant" in log.inner_text()


def test_the_composer_grows_and_stops_growing(visit: OpenPage) -> None:
    widget = visit(viewport=PHONE).open()
    one = widget.composer.bounding_box()
    widget.composer.fill("\n".join("line" for _ in range(30)))
    many = widget.composer.bounding_box()
    assert one
    assert many
    assert one["height"] < many["height"] <= 160
    expect(widget.panel.get_by_role("button", name="Talk to a person")).to_be_in_viewport()


def test_new_messages_are_counted_while_the_panel_is_closed(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    widget.say("hello")
    expect(widget.panel.locator(".messages .message.customer")).to_have_count(1)
    widget.panel.get_by_role("button", name="Close chat").click()
    site.answer("An answer")
    expect(widget.launcher).to_have_accessible_name("Open chat (1 new message)")
    widget.page.reload()
    expect(widget.launcher).to_have_accessible_name("Open chat (1 new message)")
    widget.open()
    widget.panel.get_by_role("button", name="Close chat").click()
    expect(widget.launcher).to_have_accessible_name("Open chat")
