"""What a site can ask of the widget: options of the tag, the one global, inline, single-page apps, the way back."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.support.web import Site
from tests.ui.widget.conftest import PHONE, OpenPage, Widget

OpenHost = Callable[..., Widget]


@pytest.fixture
def shop(site: Site, visit: OpenPage) -> OpenHost:
    """A page of a listed site with these attributes of the tag."""

    def go(tag: str = "data-language='en'", *, early: bool = False, direction: str = "ltr", **context: Any) -> Widget:
        query = urlencode({"tag": tag, "early": early, "direction": direction})
        return visit(f"/host?{query}", host=f"http://localhost:{site.port}", **context)

    return go


def styled(widget: Widget, name: str) -> str:
    found: str = widget.launcher.evaluate(f"(button) => getComputedStyle(button)['{name}']")
    return found


def test_the_tag_decides_where_it_stands_and_how_it_looks(shop: OpenHost) -> None:
    place = "data-language='es' data-position='left' data-layer='77'"
    widget = shop(f"{place} data-accent='#ffcc00' data-radius='0' data-scheme='dark'").open()
    expect(widget.launcher).to_have_accessible_name("Cerrar el chat")
    box = widget.launcher.bounding_box()
    assert box
    assert box["x"] < 40
    assert (styled(widget, "background-color"), styled(widget, "color")) == ("rgb(255, 204, 0)", "rgb(0, 0, 0)")
    assert styled(widget, "z-index") == "77"
    frame = widget.page.locator("#relevo-panel")
    expect(frame).to_have_css("border-radius", "0px")
    expect(widget.panel.locator("html")).to_have_css("color-scheme", "dark")
    assert widget.complaints() == []


@pytest.mark.bar(42)
@pytest.mark.parametrize("accent", ["#ffee00", "#ff00aa", "#101010", "#f4f4f4"])
def test_any_accent_can_be_read_in_both_themes(shop: OpenHost, site: Site, accent: str) -> None:
    widget = shop(f"data-language='en' data-accent='{accent}'", reduced_motion="reduce").open()
    widget.say("hello")
    site.answer("See [the guide](https://example.com)")
    expect(widget.panel.locator(".helped")).to_be_visible()
    found = {}
    for scheme in ("light", "dark"):
        widget.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found[scheme] = widget.complaints()
    assert found == {"light": [], "dark": []}


def test_wrong_options_are_left_aside(shop: OpenHost) -> None:
    widget = shop(
        "data-language='xx' data-accent='url(//evil)' data-radius='1;x' data-layer='a' data-scheme='b'"
    ).open()
    assert styled(widget, "background-color") == "rgb(11, 106, 98)"
    assert styled(widget, "z-index") == "2147483000"


def test_without_a_launcher_the_page_opens_it_and_gets_the_keys_back(shop: OpenHost) -> None:
    widget = shop("data-language='en' data-launcher='hidden'")
    expect(widget.page.locator("#relevo-panel")).to_be_attached()
    expect(widget.launcher).to_be_hidden()
    theirs = widget.page.get_by_role("button", name="Theirs")
    theirs.focus()
    widget.page.evaluate("Relevo.toggle()")
    expect(widget.composer).to_be_focused()
    widget.page.keyboard.press("Escape")
    expect(theirs).to_be_focused()
    expect(widget.page.locator("#relevo-panel")).to_be_hidden()


def test_inline_it_stands_in_the_page_and_comes_back_with_its_element(shop: OpenHost) -> None:
    widget = shop("data-language='en' data-inline='#help'")
    expect(widget.panel.locator(".message").first).to_be_visible()
    expect(widget.launcher).to_be_hidden()
    expect(widget.panel.get_by_role("button", name="Close chat")).to_be_hidden()
    widget.say("hello")
    widget.expect_said(["hello"])
    widget.page.evaluate("document.querySelector('#help').remove()")
    expect(widget.page.locator("#relevo-panel")).to_have_count(0)
    widget.page.evaluate("document.body.append(Object.assign(document.createElement('section'), {id: 'help'}))")
    widget.expect_said(["hello"])
    widget.say("again")
    widget.expect_said(["hello", "again"])


def test_calls_of_before_it_is_there_are_made_in_order(shop: OpenHost) -> None:
    widget = shop(early=True)
    expect(widget.composer).to_have_value("my order")
    expect(widget.panel.get_by_role("button", name="Hablar con una persona")).to_be_visible()
    widget.page.evaluate("Relevo.push(['close'])")
    expect(widget.launcher).to_have_attribute("aria-expanded", "false")


def test_the_page_hears_what_happens_and_never_a_word_of_it(shop: OpenHost, site: Site) -> None:
    widget = shop()
    widget.launcher.wait_for()
    widget.page.evaluate(
        """() => {
            window.heard = [];
            for (const name of ['ready', 'open', 'close', 'unread', 'message', 'handoff'])
                Relevo.on(name, (detail) => heard.push([name, detail]));
        }"""
    )
    assert widget.page.evaluate("Relevo.ready.then((relevo) => relevo === Relevo)")
    widget.open()
    widget.say("my secret")
    widget.expect_said(["my secret"])
    widget.panel.get_by_role("button", name="Close chat").click()
    site.answer("A private answer")
    expect(widget.launcher).to_have_accessible_name("Open chat (1 new message)")
    widget.page.evaluate("Relevo.open()")
    widget.panel.get_by_role("button", name="Talk to a person", exact=True).last.click()
    widget.expect_state("waiting")
    widget.page.wait_for_function("heard.some(([name]) => name === 'handoff')")
    heard = widget.page.evaluate("heard")
    names = [name for name, _ in heard]
    assert names[0] == "ready"
    assert [name for name in names if name in {"open", "close"}] == ["open", "close", "open"]
    assert ["unread", 1] in heard
    assert {detail["author"] for name, detail in heard if name == "message"} >= {"customer", "bot"}
    (case,) = [detail for name, detail in heard if name == "handoff"]
    assert case["state"] == "waiting"
    assert re.fullmatch(r"R-[2-9A-Z]{6}", case["reference"])
    assert "secret" not in str(heard)
    assert "private" not in str(heard)


def test_a_single_page_app_may_exchange_its_whole_body(shop: OpenHost) -> None:
    widget = shop().open()
    widget.say("hello")
    widget.expect_said(["hello"])
    widget.page.evaluate(
        """() => {
            history.pushState({}, '', '/host?early=0#next');
            const body = document.createElement('body');
            body.append('The next page');
            document.body.replaceWith(body);
        }"""
    )
    widget.expect_said(["hello"])
    expect(widget.composer).to_be_visible()


def test_a_second_tag_changes_nothing(visit: OpenPage) -> None:
    widget = visit().open()
    widget.page.evaluate(
        """() => new Promise((resolve) => {
            const tag = Object.assign(document.createElement('script'), {src: '/widget.js', onload: resolve});
            tag.dataset.relevo = '';
            document.head.append(tag);
        })"""
    )
    expect(widget.page.locator("#relevo-panel")).to_have_count(1)
    expect(widget.composer).to_be_visible()


def test_the_way_back_leads_to_the_same_conversation(shop: OpenHost, site: Site) -> None:
    widget = shop().open()
    widget.say("hello")
    widget.expect_said(["hello"])
    length = widget.page.evaluate("history.length")
    widget.page.get_by_role("link", name="Another").click()
    widget.open()
    widget.expect_said(["hello"])
    site.answer("An answer")
    expect(widget.panel.locator(".message.bot").last).to_contain_text("An answer")
    assert widget.page.evaluate("history.length") == length + 1
    widget.page.go_back()
    if widget.launcher.get_attribute("aria-expanded") == "false":
        widget.open()
    expect(widget.panel.locator(".message.bot").last).to_contain_text("An answer")


def test_a_page_written_from_right_to_left_has_it_on_the_left(shop: OpenHost) -> None:
    widget = shop(direction="rtl").open()
    box = widget.launcher.bounding_box()
    assert box
    assert box["x"] < 40
    expect(widget.panel.locator("html")).to_have_attribute("dir", "ltr")  # as its own language is written


def test_on_a_phone_it_fills_the_screen_that_the_keyboard_leaves(shop: OpenHost) -> None:
    widget = shop(viewport=PHONE).open()
    widget.page.set_viewport_size({"width": 360, "height": 400})
    frame = widget.page.locator("#relevo-panel")
    expect(frame).to_have_css("height", "400px")
    expect(widget.composer).to_be_in_viewport()
    expect(widget.panel.get_by_role("button", name="Talk to a person")).to_be_in_viewport()
