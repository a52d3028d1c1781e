"""After hours: the message, the promise, and the customer's own end of it."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import ViewportSize, expect

from handoff.clock import utc_now
from tests.support.web import DAYS, Site, running
from tests.ui.widget.conftest import PHONE, WIDE, OpenPage, Widget


@pytest.fixture
def site(sqlite_url: str) -> Iterator[Site]:
    """Closed now; open in three days."""
    opening = DAYS[(utc_now() + timedelta(days=3)).weekday()]
    with running(sqlite_url, hours={opening: ["09:00-14:00"]}) as made:
        yield made


@pytest.fixture
def widget(visit: OpenPage) -> Widget:
    opened = visit(viewport=PHONE).open()
    opened.panel.get_by_role("button", name="Talk to a person").click()
    opened.expect_state("callback")
    expect(opened.panel.get_by_role("form", name="Leave a message")).to_be_visible()
    return opened


def test_the_form_appears_without_taking_the_focus(widget: Widget) -> None:
    expect(widget.panel.get_by_label("Message", exact=True)).not_to_be_focused()


def test_what_is_missing_is_said_in_place_and_nothing_typed_is_lost(widget: Widget) -> None:
    form = widget.panel.get_by_role("form")
    form.get_by_label("Phone").fill("600")
    form.get_by_role("button", name="Send message").click()
    expect(form.get_by_label("Message")).to_be_focused()
    expect(form.get_by_label("Message")).to_have_accessible_description("Write what it is about.")
    expect(form.get_by_label("Phone")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("Phone")).to_have_value("600")


@pytest.mark.bar(14)
def test_a_message_becomes_a_promise_with_reference_and_time(widget: Widget) -> None:
    form = widget.panel.get_by_role("form")
    form.get_by_label("Message").fill("My parcel is lost")
    form.get_by_label("E-mail").fill("ana@example.com")
    form.get_by_role("button", name="Send message").click()
    expect(form).to_be_hidden()
    expect(widget.panel.locator(".state")).to_contain_text("We will get back to you by")
    expect(widget.panel.locator(".state .reference")).to_contain_text("R-")
    expect(widget.composer).to_be_focused()
    widget.expect_said(["My parcel is lost"])


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["phone", "wide"])
def test_a_promise_shows_its_links_and_a_change_on_its_page_comes_back(visit: OpenPage, viewport: ViewportSize) -> None:
    widget = visit(viewport=viewport).open()
    widget.panel.get_by_role("button", name="Talk to a person").click()
    form = widget.panel.get_by_role("form")
    form.get_by_label("Message").fill("My parcel is lost")
    form.get_by_label("Phone").fill("+34 600 123 456")
    form.get_by_role("button", name="Send message").click()
    case = widget.panel.get_by_role("region", name="Your case")
    expect(case).to_contain_text("Our call or e-mail: by")
    expect(case.get_by_role("link", name="Add to calendar")).to_have_attribute(
        "href", re.compile(r"/promise/\w+.*\.ics$")
    )
    assert widget.complaints() == []
    with widget.page.context.expect_page() as opened:
        case.get_by_role("link", name="Change or cancel").click()
    page = opened.value
    expect(page.get_by_role("heading", level=1)).to_contain_text("We will call")
    page.get_by_role("link", name="I no longer need it").click()
    page.get_by_role("button", name="Yes, close it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your case is withdrawn")
    widget.expect_state("bot")
    expect(case).to_be_hidden()


def test_a_form_that_cannot_be_sent_stays_and_is_sent_once(widget: Widget) -> None:
    form = widget.panel.get_by_role("form")
    form.get_by_label("Message").fill("My parcel is lost")
    form.get_by_label("Phone").fill("+34 600 123 456")
    widget.page.context.set_offline(True)
    form.get_by_role("button", name="Send message").click()
    expect(form.get_by_role("alert")).to_contain_text("please try again")
    expect(form.get_by_label("Message")).to_have_value("My parcel is lost")
    widget.page.context.set_offline(False)
    form.get_by_role("button", name="Send message").click()
    expect(widget.panel.locator(".state")).to_contain_text("We will get back to you by")
    widget.expect_said(["My parcel is lost"])


def test_the_case_is_withdrawn_only_after_a_yes(widget: Widget) -> None:
    widget.panel.get_by_role("button", name="I no longer need this").click()
    no = widget.panel.get_by_role("button", name="Keep it open")
    expect(no).to_be_focused()
    no.click()
    widget.expect_state("callback")
    widget.panel.get_by_role("button", name="I no longer need this").click()
    widget.panel.get_by_role("button", name="Yes, close it").click()
    widget.expect_state("bot")
    expect(widget.composer).to_be_focused()
