"""For everyone: axe in each state and theme, narrow screens, still motion; and text that attacks stays text."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.web import Site
from tests.ui.widget.conftest import PHONE, OpenPage

ATTACKS = (
    "<script>document.title='broken'</script>",
    "<img src=x onerror=\"document.title='broken'\">",
    "[click](javascript:document.title='broken')",
    "**<svg onload=document.title='broken'>**",
    "pay \u202egpj.exe\u200b here",
)


@pytest.mark.bar(42)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(visit: OpenPage, site: Site, scheme: str) -> None:
    widget = visit(viewport=PHONE, color_scheme=scheme).open()
    found = {"first view": widget.complaints()}
    widget.say("hello")
    site.answer("**Two** days\n\n- a\n- b\n\n[guide](https://example.com)")
    expect(widget.panel.locator(".source")).to_be_visible()
    found["answer"] = widget.complaints()
    widget.panel.locator(".person").click()
    widget.expect_state("waiting")
    found["waiting"] = widget.complaints()
    widget.panel.get_by_role("button", name="Leave a message").click()
    widget.panel.get_by_role("button", name="Send message").click()
    found["form"] = widget.complaints()
    widget.panel.get_by_role("button", name="Not now").click()
    widget.panel.get_by_role("button", name="I no longer need this").click()
    found["withdraw"] = widget.complaints()
    reference = site.claim()
    site.says(reference, "Hello")
    expect(widget.panel.locator(".message.agent")).to_be_visible()
    found["agent"] = widget.complaints()
    widget.page.context.set_offline(True)
    widget.say("kept")
    expect(widget.panel.locator(".unsent")).to_be_visible()
    found["offline"] = widget.complaints()
    assert {state: complaints for state, complaints in found.items() if complaints} == {}


@pytest.mark.bar(42)
@pytest.mark.parametrize("width", [320, 360])
def test_nothing_is_cut_off_on_a_narrow_screen(visit: OpenPage, site: Site, width: int) -> None:
    widget = visit(viewport={"width": width, "height": 568}).open()
    widget.say("x" * 300)
    site.answer("A very_long_word_" + "that_goes_on_" * 20)
    expect(widget.panel.locator(".source")).to_be_visible()
    wide: dict[str, Any] = widget.frame.evaluate(
        "({page: document.documentElement.scrollWidth - innerWidth,"
        " log: document.querySelector('.scroller').scrollWidth - document.querySelector('.scroller').clientWidth})"
    )
    assert wide == {"page": 0, "log": 0}
    expect(widget.panel.get_by_role("button", name="Talk to a person")).to_be_in_viewport()
    expect(widget.panel.get_by_role("button", name="Close chat")).to_be_in_viewport()


@pytest.mark.bar(39)
def test_the_disclosure_is_in_view_first_even_on_a_small_screen(visit: OpenPage) -> None:
    widget = visit(viewport={"width": 320, "height": 480}).open()
    expect(widget.panel.locator(".choice").first).to_be_attached()
    expect(widget.panel.locator(".message").first).to_be_in_viewport(ratio=1)


@pytest.mark.bar(42)
def test_every_target_is_large_enough(visit: OpenPage) -> None:
    widget = visit(viewport=PHONE).open()
    for each in widget.panel.get_by_role("button").all():
        box = each.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24


def test_motion_can_be_off(visit: OpenPage) -> None:
    widget = visit(reduced_motion="reduce").open()
    button = widget.panel.locator(".person")
    assert button.evaluate("(element) => getComputedStyle(element).transitionDuration") == "0s"


@pytest.mark.bar(30)
def test_text_that_attacks_stays_text(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    title = widget.frame.title()
    for number, attack in enumerate(ATTACKS, 1):
        widget.say(attack)
        site.answer(attack, source=attack)
        expect(widget.panel.locator(".message.bot .source")).to_have_count(number)
        expect(widget.panel.locator(".queue .message")).to_have_count(0)
    assert widget.frame.title() == title
    assert widget.panel.locator(".bubble script, .bubble img, .bubble a").count() == 0
    assert "\u202e" not in widget.panel.locator(".log").inner_text()
    assert "pay gpj.exe here" in widget.panel.locator(".log").inner_text()
