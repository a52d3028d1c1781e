"""A desk in a real browser: its own server and database for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.core import make_core
from tests.support.desk import ALWAYS, Desk, running
from tests.support.missing import need

DIST = Path(__file__).resolve().parents[2] / "handoff" / "desk" / "ui" / "dist"
Open = Callable[..., Page]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    need("built desk page (npm run build)", (DIST / "index.html").is_file() or None)
    with running(make_core(f"sqlite:///{tmp_path / 'desk.db'}", hours=ALWAYS, undo_seconds=3)) as desk:
        yield desk


@pytest.fixture
def sit(desk: Desk, browser: Browser) -> Iterator[Open]:
    """Opens the desk for an agent, signed in by a one-time link; every page must stay free of script errors."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opened(
        name: str,
        *,
        width: int = 1440,
        height: int = 860,
        locale: str = "en-GB",
        scheme: str = "light",
        script: str = "",
    ) -> Page:
        if name not in {each.agent.name for each in desk.present()}:
            desk.agent(name)
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            color_scheme="dark" if scheme == "dark" else "light",
            timezone_id="Europe/Madrid",
        )
        contexts.append(context)
        if script:  # runs before the page's own
            context.add_init_script(script)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
        page.goto(desk.link(name))
        page.get_by_role("dialog").get_by_role(
            "button", name="Later" if locale.startswith("en") else "Más tarde"
        ).click()
        expect(page.locator(".queue")).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []
