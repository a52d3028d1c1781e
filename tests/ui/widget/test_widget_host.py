"""On another's website: one line, another origin, a strict policy, and nothing of theirs changed."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.support.web import Site
from tests.ui.widget.conftest import OpenPage, Widget


@pytest.fixture
def shop(site: Site) -> str:
    """The origin of a listed site: `localhost`, which is not `127.0.0.1`."""
    return f"http://localhost:{site.port}"


@pytest.mark.bar(29)
def test_it_works_on_a_host_page_with_a_strict_policy(visit: OpenPage, site: Site, shop: str) -> None:
    widget = visit("/host", host=shop).open()
    widget.say("hello")
    site.answer("An answer")
    expect(widget.panel.locator(".message.bot").last).to_contain_text("An answer")
    widget.composer.press("Escape")
    expect(widget.launcher).to_be_focused()
    widget.page.reload()
    widget.open()
    expect(widget.panel.locator(".message.bot").last).to_contain_text("An answer")


def test_it_leaves_the_host_page_as_it_was(visit: OpenPage, shop: str) -> None:
    widget = visit("/host", host=shop)
    widget.launcher.wait_for()
    found: dict[str, Any] = widget.page.evaluate(
        """() => {
            const clean = document.createElement('iframe');
            document.body.append(clean);
            const own = new Set(Object.getOwnPropertyNames(clean.contentWindow));
            clean.remove();
            return {
                globals: Object.getOwnPropertyNames(window).filter((name) => !own.has(name) && isNaN(name)),
                cookie: document.cookie,
                stored: localStorage.length + sessionStorage.length,
                shift: performance.getEntriesByType('layout-shift').length,
                height: document.documentElement.scrollHeight - document.documentElement.clientHeight,
            };
        }"""
    )
    assert [name for name in found["globals"] if not name.startswith("__p")] == ["Relevo"]
    assert (found["cookie"], found["stored"], found["shift"], found["height"]) == ("", 0, 0, 0)


def test_the_host_page_can_open_close_speak_and_prefill(visit: OpenPage, shop: str) -> None:
    widget = visit("/host", host=shop)
    widget.launcher.wait_for()
    widget.page.evaluate("Relevo.prefill('my order'); Relevo.language('es'); Relevo.open()")
    expect(widget.composer).to_have_value("my order")
    expect(widget.panel.get_by_role("button", name="Hablar con una persona")).to_be_visible()
    widget.page.evaluate("Relevo.close()")
    expect(widget.launcher).to_have_attribute("aria-expanded", "false")


def hold_panel(page: Page) -> list[Route]:
    """The panel's page is asked for and does not come until the test lets it."""
    held: list[Route] = []
    page.route("**/widget/?*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright keeps a note on the handler
    return held


def let_go(page: Page, held: list[Route]) -> None:
    while not held:
        page.wait_for_timeout(20)
    held.pop().continue_()


def opened_early(browser: Browser, shop: str) -> tuple[Widget, list[Route]]:
    """The launcher was clicked while the panel's page is still on its way."""
    page = browser.new_context(locale="en-GB").new_page()
    held = hold_panel(page)
    page.goto(f"{shop}/host")
    widget = Widget(page=page)
    widget.launcher.click()
    return widget, held


def test_a_panel_opened_before_it_is_there_gets_the_keys_once_it_is(browser: Browser, site: Site, shop: str) -> None:
    """A frame that is focused while its page arrives looks focused, and yet the keys may go to the host page."""
    widget, held = opened_early(browser, shop)
    page = widget.page
    expect(widget.launcher).to_be_focused()
    let_go(page, held)
    expect(widget.composer).to_be_focused()
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    expect(widget.panel.locator(".messages .message.customer")).to_contain_text("hello")
    page.context.close()


def test_a_panel_that_comes_late_takes_the_keys_from_nobody_who_types(browser: Browser, site: Site, shop: str) -> None:
    widget, held = opened_early(browser, shop)
    page = widget.page
    page.evaluate("document.body.append(document.createElement('input')); document.querySelector('input').focus()")
    page.keyboard.type("an address")
    let_go(page, held)
    expect(widget.panel.locator(".message").first).to_be_visible()
    page.keyboard.type(" of ours")
    expect(page.locator("input")).to_have_value("an address of ours")
    page.context.close()


def test_a_host_page_that_is_too_busy_to_answer_at_once_loses_no_conversation(
    browser: Browser, site: Site, shop: str
) -> None:
    """Where the browser denies the frame storage, the host page has the conversation, and is asked for it."""
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(f"{shop}/host")
    widget = Widget(page=page).open()
    widget.say("hello")
    expect(widget.panel.locator(".messages .message.customer")).to_contain_text("hello")
    held = hold_panel(page)
    page.reload()
    widget.launcher.wait_for()
    page.evaluate("() => void setTimeout(() => { const end = Date.now() + 3000; while (Date.now() < end); })")
    let_go(page, held)
    widget.open()
    expect(widget.panel.locator(".messages .message.customer")).to_contain_text("hello")
    page.context.close()


@pytest.mark.bar(29)
def test_a_site_that_is_not_listed_cannot_frame_the_panel(browser: Browser, site: Site) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    widget = Widget(page=page)
    with page.expect_console_message(lambda line: "frame-ancestors" in line.text):
        page.goto(f"http://other.localhost:{site.port}/host")
        widget.launcher.click()
    expect(widget.panel.locator("#composer")).to_have_count(0)
    page.context.close()


@pytest.mark.bar(29)
def test_nothing_is_asked_of_a_third_party_and_no_token_stands_in_an_address(browser: Browser, site: Site) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright keeps a note on the handler
    page.goto(site.url)
    widget = Widget(page=page).open()
    widget.say("hello")
    site.answer("An answer")
    expect(widget.panel.locator(".message.bot").last).to_contain_text("An answer")
    assert {re.sub(r"(//[^/]+).*", r"\1", each.url) for each in asked if not each.url.startswith("data:")} == {site.url}
    token = widget.frame.evaluate("JSON.parse(localStorage.getItem('relevo:conversation')).token")
    assert not any(token in each.url for each in asked)
    page.context.close()
