"""The desk's "send me a test": the widget in a tab of its own, in a conversation that is marked."""

from playwright.sync_api import Browser, expect

from handoff.clock import utc_now
from handoff.service.people import accounts
from handoff.service.talk.testing import start_test
from tests.support.web import Site


def test_the_panel_opens_the_conversation_that_the_address_names_and_forgets_the_address(
    site: Site, browser: Browser
) -> None:
    admin = accounts.add_agent(
        site.core, email="ada@example.com", name="Ada", role="admin", languages=("en",), now=utc_now()
    )
    started = start_test(site.core, admin, now=utc_now())
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{site.url}/widget/#test={started.conversation_id}:{started.token}")
    expect(page.locator(".messages .message").first).to_be_visible()
    assert "#" not in page.url
    page.locator("#composer").fill("is this a test?")
    page.locator("#composer").press("Enter")
    expect(page.locator(".messages .message.customer .bubble")).to_contain_text("is this a test?")
    kept = page.evaluate("JSON.stringify({...localStorage})")
    assert started.conversation_id not in kept
    context.close()
