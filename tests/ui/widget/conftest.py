"""The widget in a real Chromium, on the demo shop or on a host page of another origin, over the real core."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, FrameLocator, Locator, Page, expect

from tests.support.missing import need
from tests.support.web import DIST, Site, running

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 360, "height": 720}
WIDE = {"width": 1180, "height": 800}


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """The files that `npm run build` makes; and patience for a machine that is busy with other tests."""
    expect.set_options(timeout=15_000)
    need("build of the widget (npm ci && npm run build)", DIST / "widget.js" if (DIST / "widget.js").exists() else None)


@pytest.fixture
def site(sqlite_url: str) -> Iterator[Site]:
    with running(sqlite_url) as made:
        yield made


@dataclass(frozen=True, kw_only=True)
class Widget:
    """What a customer sees: the host page with its button, and the panel."""

    page: Page

    @property
    def panel(self) -> FrameLocator:
        return self.page.frame_locator("#relevo-panel")

    @property
    def frame(self) -> Frame:
        handle = self.page.locator("#relevo-panel").element_handle()
        assert handle is not None
        frame = handle.content_frame()
        assert frame is not None
        return frame

    @property
    def launcher(self) -> Locator:
        return self.page.locator("button[aria-expanded]")

    @property
    def composer(self) -> Locator:
        return self.panel.locator("#composer")

    def open(self) -> "Widget":
        self.launcher.click()
        expect(self.panel.locator(".message").first).to_be_visible()
        return self

    def say(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    def expect_said(self, texts: list[str], seconds: float = 20) -> None:
        """In the end the customer's own messages stand in the log, these and no others, and nothing is unsent."""
        log = self.panel.locator(".messages .message.customer .bubble")
        expect(log).to_have_text([re.compile(f"^{re.escape(text)}$") for text in texts], timeout=seconds * 1000)
        expect(self.panel.locator(".unsent")).to_have_count(0)

    def expect_state(self, state: str) -> None:
        expect(self.panel.locator("header")).to_have_attribute("data-state", state)

    def complaints(self) -> list[str]:
        """What axe finds in the panel, with the elements."""
        self.frame.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.frame.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found["violations"]]


OpenPage = Callable[..., Widget]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[OpenPage]:
    """A visitor's page; what the page itself complains about fails the test, but for lost connections."""
    complaints: list[str] = []

    def go(path: str = "/", *, host: str | None = None, **context: Any) -> Widget:
        options = {"viewport": WIDE, "locale": "en-GB", "timezone_id": "Europe/Madrid", **context}
        page = browser.new_context(**options).new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.goto(f"{host or site.url}{path}")
        return Widget(page=page)

    yield go
    for context in browser.contexts:
        context.close()
    expected = ("net::ERR", "Failed to load resource")
    assert [each for each in complaints if not any(part in each for part in expected)] == []
