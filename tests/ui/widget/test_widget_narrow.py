"""Hard places: 400% zoom, right to left, forced colours, slow 3G, and a host page that is still busy."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.support.web import Site, eventually
from tests.ui.widget.conftest import PHONE, OpenPage, Widget


@pytest.mark.bar(42)
def test_at_400_percent_zoom_everything_can_be_reached(visit: OpenPage, site: Site) -> None:
    """1280 by 1024 at 400% are 320 by 256 points."""
    widget = visit(viewport={"width": 320, "height": 256}).open()
    widget.say("hello")
    site.answer("A rather long answer " * 20)
    expect(widget.panel.locator(".helped")).to_be_attached()
    for name in ("Close chat", "Menu", "Send", "Talk to a person"):
        button = widget.panel.get_by_role("button", name=name, exact=True).last
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport()
    widget.panel.get_by_role("button", name="Menu").click()
    keep = widget.panel.get_by_role("button", name="Save this conversation")
    keep.scroll_into_view_if_needed()
    expect(keep).to_be_in_viewport()
    wide: int = widget.frame.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide == 0


def test_written_from_right_to_left_the_sides_change(visit: OpenPage, site: Site) -> None:
    widget = visit(viewport=PHONE).open()
    widget.say("hello")
    site.answer("An answer")
    expect(widget.panel.locator(".message.bot").last).to_contain_text("An answer")
    widget.frame.evaluate("document.documentElement.dir = 'rtl'")
    mine = widget.panel.locator(".message.customer .bubble").bounding_box()
    theirs = widget.panel.locator(".message.bot .bubble").last.bounding_box()
    face = widget.panel.locator(".face").bounding_box()
    assert mine
    assert theirs
    assert face
    assert mine["x"] < 60 < theirs["x"]
    assert face["x"] > 250
    wide: int = widget.frame.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide == 0
    assert widget.complaints() == []


@pytest.mark.bar(42)
def test_forced_colours_leave_borders_and_words(visit: OpenPage, site: Site) -> None:
    widget = visit(forced_colors="active")
    expect(widget.launcher).to_have_css("border-top-width", "2px")
    widget.open()
    widget.say("hello")
    site.answer("An answer")
    bubbles = widget.panel.locator(".messages .bubble")
    expect(bubbles).to_have_count(4)
    for bubble in bubbles.all():
        expect(bubble).to_have_css("border-top-style", "solid")
    expect(widget.panel.locator(".who").first).to_have_text("Automatic assistant")
    assert widget.complaints() == []


def test_on_slow_3g_one_can_write_at_once_and_nothing_is_lost(browser: Browser, site: Site) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    slow = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    session.send("Network.emulateNetworkConditions", slow)
    page.goto(site.url)
    widget = Widget(page=page)
    widget.launcher.click()
    widget.say("hello")
    widget.expect_said(["hello"])
    site.answer("An answer")
    expect(widget.panel.locator(".message.bot").last).to_contain_text("An answer")
    page.context.close()


def test_nothing_is_fetched_before_the_page_is_loaded_and_idle(browser: Browser, site: Site) -> None:
    """A picture that is slow to come holds the page's load event back: until then only the loader is there."""
    page = browser.new_context(locale="en-GB").new_page()
    asked: list[str] = []
    held: list[Any] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/demo/plant.svg", lambda route: held.append(route))  # noqa: PLW0108 - Playwright keeps a note on the handler
    page.goto(site.url, wait_until="domcontentloaded")
    eventually(lambda: bool(page.evaluate("typeof Relevo === 'object' && 'open' in Relevo")))
    assert page.evaluate("document.readyState") == "interactive"
    assert not [each for each in asked if "/widget/" in each or "/api/" in each]
    assert page.locator("#relevo-panel").count() == 0
    held.pop().continue_()
    expect(page.locator("#relevo-panel")).to_be_attached()
    assert not [each for each in asked if "/api/" in each]  # before it is opened nothing begins
    page.context.close()
