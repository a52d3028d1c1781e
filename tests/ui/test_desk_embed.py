"""The page that gives the widget's line: options, the sites, and the real thing in a frame."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.channels.web.routes import router as web_router
from bot.channels.web.static import static_router as widget_static
from handoff import service
from handoff.clock import utc_now
from handoff.service.base.versions import read_settings
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Desk, eventually, running
from tests.support.missing import need
from tests.support.web import DIST as WIDGET
from tests.ui.conftest import DIST, Open
from tests.ui.test_desk_safety import findings


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """With the widget beside it, as the product serves both."""
    need("built desk page (npm run build)", (DIST / "index.html").is_file() or None)
    need("build of the widget (npm ci && npm run build)", WIDGET if (WIDGET / "widget.js").exists() else None)
    core = make_core(f"sqlite:///{tmp_path / 'desk.db'}", hours=ALWAYS, undo_seconds=3)
    service.save_business(core, core.business.model_dump(mode="json"), actor="relevo.toml", now=utc_now())
    with running(core, more=(web_router(), widget_static(WIDGET))) as desk:
        yield desk


def at_embed(desk: Desk, sit: Open, role: str = "admin", **how: Any) -> Page:
    desk.agent("Ada", role=role)
    page = sit("Ada", **how)
    page.evaluate("location.hash = '#/settings/embed'")
    expect(page.locator("#embed-line")).to_be_visible()
    return page


def test_the_line_has_what_is_chosen_and_the_preview_shows_it(desk: Desk, sit: Open) -> None:
    page = at_embed(desk, sit)
    line = page.locator("#embed-line")
    expect(line).to_have_text(f'<script async src="{desk.url}/widget.js" data-relevo></script>')
    page.get_by_label("Place of the button").select_option("left")
    page.get_by_label("Accent colour").fill("#ffcc00")
    expect(line).to_have_text(
        f'<script async src="{desk.url}/widget.js" data-relevo data-position="left" data-accent="#ffcc00"></script>'
    )
    assert findings(page) == []
    page.get_by_role("button", name="Show the preview").click()
    preview = page.frame_locator(".embed-preview")
    page.locator(".embed-preview").scroll_into_view_if_needed()
    launcher = preview.locator("button[aria-expanded]")
    expect(launcher).to_have_css("background-color", "rgb(255, 204, 0)")
    launcher.click()
    expect(preview.frame_locator("#relevo-panel").locator(".message").first).to_be_visible()
    page.get_by_label("Place of the button").select_option("")
    expect(launcher).to_have_css("right", "20px")


def test_a_site_is_added_through_the_settings(desk: Desk, sit: Open) -> None:
    page = at_embed(desk, sit)
    page.get_by_label("Websites that may show the chat").fill("https://shop.example")
    page.get_by_role("button", name="Save", exact=True).click()
    eventually(lambda: read_settings(desk.core).data["sites"] == ["https://shop.example"])


def test_a_supervisor_reads_and_an_agent_does_not_come_here(desk: Desk, sit: Open) -> None:
    page = at_embed(desk, sit, "supervisor", locale="es-ES")
    expect(page.get_by_label("Webs que pueden mostrar el chat")).to_be_disabled()
    desk.agent("Leo")
    agent = sit("Leo")
    agent.evaluate("location.hash = '#/settings/embed'")
    expect(agent.locator("#embed-line")).to_have_count(0)


def test_it_fits_a_phone_in_the_dark(desk: Desk, sit: Open) -> None:
    page = at_embed(desk, sit, width=390, height=844, scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert findings(page) == []
