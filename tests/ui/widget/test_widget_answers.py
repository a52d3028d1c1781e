"""What one can do with an answer and a message: judge it, copy it, unfold it, see how far it got, keep them all."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from handoff import service
from handoff.clock import utc_now
from handoff.service.proof.questions import unsettled
from tests.support.web import Site, eventually
from tests.ui.widget.conftest import OpenPage, Widget


def test_an_answer_is_judged_once_in_all_tabs_and_a_no_is_a_gap(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    widget.say("can I return a lamp without its box?")
    site.answer("Within 30 days.")
    asked = widget.panel.locator(".helped")
    expect(asked).to_contain_text("Did this help?")
    other = Widget(page=widget.page.context.new_page())
    other.page.goto(site.url)
    other.open()
    expect(other.panel.locator(".helped")).to_contain_text("Did this help?")
    asked.get_by_role("button", name="Did this help? Not really").click()
    expect(asked).to_contain_text("Noted.")
    expect(other.panel.locator(".helped")).to_contain_text("Noted.")
    (gap,) = unsettled(site.core.database, utc_now() - timedelta(hours=1))
    assert (gap.text, gap.outcome) == ("can I return a lamp without its box?", "not_helped")
    widget.page.reload()
    widget.open()
    expect(asked).to_contain_text("Noted.")
    assert widget.complaints() == []
    asked.get_by_role("button", name="Talk to a person").click()
    widget.expect_state("waiting")


def test_only_the_newest_answer_is_asked_about_and_a_yes_is_thanked_for(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    for number in (1, 2):
        widget.say(f"question {number}")
        site.answer(f"answer {number}")
        expect(widget.panel.locator(".message.bot").last).to_contain_text(f"answer {number}")
    expect(widget.panel.locator(".helped")).to_have_count(1)
    widget.panel.get_by_role("button", name="Did this help? Yes").click()
    expect(widget.panel.locator(".message.bot").last.locator(".helped")).to_have_text("Good to know, thank you.")


def test_a_judgement_that_does_not_get_through_says_so_and_can_be_given_again(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    widget.say("hello")
    site.answer("An answer")
    yes = widget.panel.get_by_role("button", name="Did this help? Yes")
    yes.wait_for()
    widget.page.route("**/helped", lambda route: route.abort())
    yes.click()
    expect(widget.panel.locator(".helped").get_by_role("alert")).to_contain_text("try again")
    widget.page.unroute("**/helped")
    yes.click()
    expect(widget.panel.locator(".helped")).to_have_text("Good to know, thank you.")


def test_a_message_is_sent_then_delivered_then_read(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    widget.say("hello")
    mark = widget.panel.locator(".reached")
    expect(mark).to_have_text("Sent")
    widget.panel.locator(".person").click()
    widget.expect_state("waiting")
    reference = site.claim("Ana Ruiz")
    widget.expect_state("agent")
    widget.say("are you there?")
    widget.expect_said(["hello", "are you there?"])
    expect(mark).to_have_text("Delivered")
    assert site.agent
    service.mark_seen(site.core, site.agent, reference, now=utc_now())
    expect(mark).to_have_text("Read")
    site.says(reference, "Here I am")
    expect(widget.panel.locator(".message.agent")).to_contain_text("Here I am")
    expect(mark).to_have_count(0)


def test_it_is_always_to_be_seen_whether_a_person_speaks(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    expect(widget.panel.locator(".message.bot .who").first).to_have_text("Automatic assistant")
    widget.panel.locator(".person").click()
    widget.expect_state("waiting")
    reference = site.claim("Ana Ruiz")
    site.says(reference, "Hello")
    said = widget.panel.locator(".message.agent")
    expect(said.locator(".portrait")).to_have_text("AR")
    expect(said.locator(".who")).to_contain_text("Ana Ruiz · our team")
    expect(widget.panel.locator("header .face")).to_have_text("AR")


def test_a_long_text_is_folded_and_is_all_there(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    widget.say("tell me everything")
    site.answer("\n\n".join(f"Paragraph {number}: " + "word " * 20 for number in range(12)))
    bubble = widget.panel.locator(".message.bot").last.locator(".long")
    expect(bubble).to_contain_text("Paragraph 11")
    more = widget.panel.get_by_role("button", name="Show all")
    before = bubble.bounding_box()
    more.click()
    less = widget.panel.get_by_role("button", name="Show less")
    expect(less).to_have_attribute("aria-expanded", "true")
    after = bubble.bounding_box()
    assert before
    assert after
    assert after["height"] > 2 * before["height"]
    assert widget.complaints() == []


@pytest.mark.parametrize("clipboard", [True, False], ids=["clipboard", "selection"])
def test_an_answer_can_be_copied(visit: OpenPage, site: Site, clipboard: bool) -> None:
    widget = visit().open()
    if clipboard:
        widget.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
    else:
        widget.frame.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    widget.say("hello")
    site.answer("An **answer** to keep")
    answer = widget.panel.locator(".message.bot").last
    expect(answer).to_contain_text("to keep")
    answer.hover()
    answer.get_by_role("button", name="Copy").click()
    expect(answer.get_by_text("Copied")).to_be_visible()
    widget.composer.focus()
    widget.page.keyboard.press("ControlOrMeta+V")
    expect(widget.composer).to_have_value("An **answer** to keep")


def test_the_conversation_can_be_kept_as_a_file(visit: OpenPage, site: Site, tmp_path: Path) -> None:
    widget = visit().open()
    widget.say("¿cuánto tarda?")
    site.answer("Two days.", source="Guide, section 2")
    expect(widget.panel.locator(".message.bot").last).to_contain_text("Two days.")
    widget.panel.get_by_role("button", name="Menu").click()
    with widget.page.expect_download() as started:
        widget.panel.get_by_role("button", name="Save this conversation").click()
    kept = tmp_path / "chat.txt"
    started.value.save_as(kept)
    text = kept.read_text(encoding="utf-8")
    assert started.value.suggested_filename.endswith(".txt")
    order = [
        "Automatic assistant",
        "disclosure en web",
        "You",
        "¿cuánto tarda?",
        "Two days.",
        "(Source: Guide, section 2)",
    ]
    places = [text.index(each) for each in order]
    assert places == sorted(places)


def test_the_menu_is_closed_by_escape_alone_and_gives_the_focus_back(visit: OpenPage) -> None:
    widget = visit().open()
    button = widget.panel.get_by_role("button", name="Menu")
    button.click()
    expect(widget.panel.get_by_role("combobox", name="Language")).to_be_focused()
    assert widget.complaints() == []
    widget.page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(widget.panel.locator("#menu")).to_be_hidden()
    expect(widget.launcher).to_have_attribute("aria-expanded", "true")
    button.click()
    widget.composer.click()
    expect(widget.panel.locator("#menu")).to_be_hidden()


@pytest.mark.bar(39)
def test_another_language_before_the_first_word_greets_in_it(visit: OpenPage) -> None:
    widget = visit().open()
    widget.panel.get_by_role("button", name="Menu").click()
    widget.panel.get_by_role("combobox", name="Language").select_option("es")
    expect(widget.panel.locator(".message").first).to_contain_text("disclosure es web")
    expect(widget.panel.locator(".message.bot")).to_have_count(2)
    expect(widget.panel.get_by_role("button", name="first question")).to_be_visible()


def test_who_comes_back_after_hours_finds_first_questions(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    widget.say("hello")
    site.answer("An answer")
    expect(widget.panel.locator(".message.bot").last).to_contain_text("An answer")
    expect(widget.panel.locator(".choice")).to_have_count(0)
    widget.page.clock.set_system_time(utc_now() + timedelta(hours=5))
    widget.page.reload()
    widget.open()
    questions = widget.panel.get_by_role("group", name="First questions")
    questions.get_by_role("button", name="second question").click()
    widget.expect_said(["hello", "second question"])
    expect(questions).to_have_count(0)
    eventually(lambda: len(service.take_turns(site.core, owner="t", limit=1, now=utc_now())) == 1)
