"""Nothing lost, nothing doubled: reload, no network, a dead server, two tabs, a token that is refused.

The same at random, many times: tests/faults/test_18_widget.py."""

import pytest
from playwright.sync_api import expect

from tests.support.web import Site
from tests.ui.widget.conftest import OpenPage, Widget


def test_a_conversation_survives_a_reload(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    widget.say("hello")
    site.answer("An answer")
    expect(widget.panel.locator(".message.bot").last).to_contain_text("An answer")
    widget.page.reload()
    widget.open()
    widget.expect_said(["hello"])
    expect(widget.panel.locator(".message.bot").last).to_contain_text("An answer")


def test_a_draft_survives_a_reload(visit: OpenPage) -> None:
    widget = visit().open()
    widget.composer.fill("half a thought")
    widget.page.reload()
    widget.open()
    expect(widget.composer).to_have_value("half a thought")


def test_what_is_written_without_a_network_goes_out_when_it_is_back(visit: OpenPage) -> None:
    widget = visit().open()
    widget.page.context.set_offline(True)
    widget.say("one")
    widget.say("two")
    expect(widget.panel.locator(".unsent")).to_have_count(2)
    expect(widget.panel.locator(".unsent .status").first).to_contain_text("Not sent yet")
    widget.page.context.set_offline(False)
    widget.expect_said(["one", "two"])


@pytest.mark.bar(18)
def test_a_dead_server_loses_nothing_even_over_a_reload(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    site.stop()
    widget.say("while you were away")
    expect(widget.panel.get_by_text("No connection.")).to_be_visible(timeout=15_000)
    site.start()
    widget.page.reload()
    widget.open()
    widget.expect_said(["while you were away"])
    site.answer("An answer")
    expect(widget.panel.locator(".message.bot").last).to_contain_text("An answer")
    expect(widget.panel.get_by_text("No connection.")).to_be_hidden()


def test_a_person_can_be_asked_for_without_a_network(visit: OpenPage) -> None:
    widget = visit().open()
    widget.page.context.set_offline(True)
    widget.panel.locator(".person").click()
    widget.panel.locator(".person").click()
    expect(widget.panel.locator(".unsent")).to_have_count(1)
    widget.page.context.set_offline(False)
    widget.expect_state("waiting")
    expect(widget.panel.locator(".unsent")).to_have_count(0)


def test_the_first_opening_without_a_server_begins_when_it_is_there(visit: OpenPage, site: Site) -> None:
    widget = visit()
    widget.launcher.wait_for()
    expect(widget.panel.locator("header")).to_have_count(1)
    site.stop()
    widget.launcher.click()
    widget.say("am I heard?")
    site.start()
    widget.expect_said(["am I heard?"])


def test_two_tabs_agree(visit: OpenPage, site: Site) -> None:
    one = visit().open()
    page = one.page.context.new_page()
    page.goto(site.url)
    two = Widget(page=page).open()
    one.say("from one")
    two.expect_said(["from one"])
    two.say("from two")
    one.expect_said(["from one", "from two"])
    site.answer("An answer")
    for each in (one, two):
        expect(each.panel.locator(".message.bot").last).to_contain_text("An answer")


def test_a_refused_token_begins_anew_and_keeps_what_is_unsent(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    widget.say("old")
    widget.expect_said(["old"])
    widget.page.context.set_offline(True)
    widget.say("kept")
    expect(widget.panel.locator(".unsent")).to_have_count(1)
    widget.frame.evaluate(
        """() => {
            const stored = JSON.parse(localStorage.getItem('relevo:conversation'));
            localStorage.setItem('relevo:conversation', JSON.stringify({...stored, token: stored.token + 'x'}));
        }"""
    )
    widget.page.goto("about:blank")  # or the running panel, whose token still holds, would send it before the reload
    widget.page.context.set_offline(False)
    widget.page.goto(site.url)
    widget.open()
    widget.expect_said(["kept"])
    expect(widget.panel.get_by_text("This is a new one.")).to_be_visible()


def test_a_message_that_cannot_be_taken_is_marked_and_can_be_deleted(visit: OpenPage) -> None:
    widget = visit().open()
    widget.page.route("**/messages", lambda route: route.fulfill(status=413, json={"error": {"code": "too_large"}}))
    widget.say("no")
    failed = widget.panel.locator(".unsent.failed")
    expect(failed).to_contain_text("longer than one message")
    widget.page.unroute("**/messages")
    failed.get_by_role("button", name="Try again").click()
    widget.expect_said(["no"])
