"""The promise's page in a real browser: readable by everyone, moved and withdrawn by keyboard, on a phone too."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from handoff import service
from handoff.clock import utc_now
from handoff.service import CallbackForm
from tests.support.web import Site, running

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 320, "height": 640}
WIDE = {"width": 1100, "height": 800}
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
Open = Callable[..., Page]


@pytest.fixture
def site(sqlite_url: str) -> Iterator[Site]:
    with running(sqlite_url) as made:
        yield made


def leave(site: Site, language: str = "en") -> str:
    """A promise's page for a message with long words in it."""
    started = service.start_conversation(
        site.core, channel="web", account="web", address="v", language=language, now=utc_now()
    )
    form = CallbackForm(message=f"My parcel {'A' * 90} is lost\nplease call", phone="+34600111222")
    brief = service.submit_form(site.core, started.conversation_id, form, now=utc_now())
    assert brief.links is not None
    return brief.links.page


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """A browser's page; what it complains about fails the test."""
    complaints: list[str] = []

    def go(address: str, **context: Any) -> Page:
        page = browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **context}).new_page()
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.goto(address)
        return page

    yield go
    for context in browser.contexts:
        context.close()
    assert [each for each in complaints if "status of 4" not in each] == []


def complaints(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(f"axe.run(document, {RULES})")
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found["violations"]]


@pytest.mark.bar(42)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "/move", "/withdraw"])
def test_everyone_can_read_it(site: Site, visit: Open, path: str, scheme: str) -> None:
    page = visit(f"{leave(site)}{path}", color_scheme=scheme, viewport=PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_wrong_link_can_be_read_too(site: Site, visit: Open) -> None:
    page = visit(f"{site.url}/promise/nothing", locale="es-ES")
    expect(page.get_by_role("heading", level=1)).to_have_text("No conocemos este enlace")
    assert complaints(page) == []


@pytest.mark.bar(42)
def test_another_time_by_keyboard_alone(site: Site, visit: Open) -> None:
    page = visit(leave(site))
    before = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Another time").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose another time")
    page.keyboard.press("Tab")  # the first time; the arrows choose among all of them
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("input:checked")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Change to this time")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The time has been changed.")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(before)


def test_nothing_is_sent_without_a_time(site: Site, visit: Open) -> None:
    page = visit(f"{leave(site)}/move")
    page.get_by_role("button", name="Change to this time").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose another time")
    assert page.evaluate("document.querySelector('input[name=at]').validity.valueMissing")


def test_not_needed_on_a_phone_and_in_spanish(site: Site, visit: Open) -> None:
    page = visit(leave(site, "es"), viewport=PHONE, locale="es-ES", has_touch=True)
    page.get_by_role("link", name="Ya no hace falta").tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("¿Cerrar el caso R-")
    page.get_by_role("link", name="No, dejarlo abierto").tap()
    page.get_by_role("link", name="Ya no hace falta").tap()
    expect(page.get_by_role("button", name="Sí, cerrarlo")).to_be_visible()
    for control in (*page.get_by_role("link").all(), *page.get_by_role("button").all()):
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    page.get_by_role("button", name="Sí, cerrarlo").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tu caso se ha retirado")


def test_the_calendar_is_a_download(site: Site, visit: Open) -> None:
    page = visit(leave(site))
    with page.expect_download() as download:
        page.get_by_role("link", name="Add to calendar").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith("BEGIN:VCALENDAR")
    assert download.value.suggested_filename.endswith(".ics")
