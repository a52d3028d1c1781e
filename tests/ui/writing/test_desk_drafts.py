"""Drafts survive the death of the page and of the whole browser."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from tests.support.browser import find_chromium, launch_arguments
from tests.support.desk import Desk, eventually
from tests.support.missing import need
from tests.ui.conftest import Open
from tests.ui.test_desk import claim
from tests.ui.writing.test_desk_writing import HOURS, asks, composer, recorded, suggestion


def test_a_draft_survives_the_death_of_its_page(desk: Desk, sit: Open) -> None:
    customer = asks(desk)
    page = sit("Ana")
    claim(page, customer.reference)
    suggestion(page).get_by_role("button", name="Insert").click()
    page.keyboard.type(" Half wr")
    expect(composer(page)).to_have_value(f"{HOURS} Half wr")
    with page.expect_event("crash"), suppress(Error):  # the call itself dies with the page
        page.goto("chrome://crash", timeout=10_000)
    again = page.context.new_page()
    again.goto(f"{desk.url}/desk/#/case/{customer.reference}")
    expect(composer(again)).to_have_value(f"{HOURS} Half wr")
    composer(again).press("Enter")
    eventually(lambda: recorded(desk, customer) == [[("shop-hours", 1, "edited")]])


def test_a_draft_survives_the_killing_of_the_browser(desk: Desk, playwright: Playwright, tmp_path: Path) -> None:
    """The whole browser is killed in the middle of a word, as when the power fails, and started again."""
    customer = asks(desk)
    desk.agent("Ana")
    before = started(playwright, tmp_path / "profile")
    page = signed_in(before, desk)
    claim(page, customer.reference)
    suggestion(page).get_by_role("button", name="Insert").click()
    page.keyboard.type(" Half wr")
    eventually(lambda: "Half wr" in on_disk(page, f"draft.{customer.reference}"))
    kill(tmp_path / "profile")
    with suppress(Error):
        before.close()
    after = started(playwright, tmp_path / "profile")
    page = signed_in(after, desk)  # the session's cookie has gone with the browser
    page.evaluate(f"location.hash = '#/case/{customer.reference}'")
    expect(composer(page)).to_have_value(f"{HOURS} Half wr")
    composer(page).press("Enter")
    eventually(lambda: recorded(desk, customer) == [[("shop-hours", 1, "edited")]])
    eventually(lambda: on_disk(page, f"draft.{customer.reference}") == "")
    kill(tmp_path / "profile")
    with suppress(Error):
        after.close()
    last = started(playwright, tmp_path / "profile")
    page = signed_in(last, desk)
    page.evaluate(f"location.hash = '#/case/{customer.reference}'")
    expect(page.get_by_role("log")).to_contain_text("Half wr")
    expect(composer(page)).to_have_value("")  # what was sent does not come back as a draft
    last.close()


def started(playwright: Playwright, folder: Path) -> BrowserContext:
    """A browser that keeps what it knows in `folder`."""
    how = launch_arguments(need("Chromium", find_chromium()))
    return playwright.chromium.launch_persistent_context(str(folder), locale="en-GB", **how)


def signed_in(browser: BrowserContext, desk: Desk) -> Page:
    page = browser.pages[0]
    page.goto(desk.link("Ana"))
    page.get_by_role("dialog").get_by_role("button", name="Later").click()
    return page


def on_disk(page: Page, key: str) -> str:
    """What the browser has written down for good under that key."""
    read = """key => new Promise((resolve) => {
        const opened = indexedDB.open('relevo.desk', 1);
        opened.onsuccess = () => {
            const asked = opened.result.transaction('work').objectStore('work').get(key);
            asked.onsuccess = () => { opened.result.close(); resolve(asked.result?.value ?? ''); };
        };
    })"""
    return str(page.evaluate(read, key))


def kill(folder: Path) -> None:
    """The browser over that folder, which this test has started, and all its processes."""
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and str(folder).encode() in (entry / "cmdline").read_bytes():
                os.kill(int(entry.name), signal.SIGKILL)
