"""Being known by the site's word, being forgotten by one's own, and what the browser keeps of it: next to nothing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from handoff import service
from handoff.clock import utc_now
from handoff.errors import NotFound
from handoff.models import Conversation, HandoffRow
from tests.support.identity import sign
from tests.support.web import Site, running
from tests.ui.widget.conftest import PHONE, OpenPage, Widget

KEPT = "() => [localStorage, sessionStorage].map((box) => ({...box}))"


def identify(widget: Widget, token: str | None) -> None:
    """As the host page does it; what the page hears of it is kept there."""
    widget.page.evaluate(
        """(token) => {
            window.heard = [];
            Relevo.on("identity", ({ code }) => window.heard.push(code));
            Relevo.identify(token);
        }""",
        token,
    )


def expect_heard(widget: Widget, *codes: str) -> None:
    widget.page.wait_for_function(
        "(codes) => JSON.stringify(window.heard) === codes", arg=json.dumps(codes, separators=(",", ":"))
    )


def stored(widget: Widget) -> list[dict[str, str]]:
    """Everything that both storages hold for our origin; and no cookie and no database beside them."""
    found: list[dict[str, str]] = widget.frame.evaluate(KEPT)
    assert widget.page.context.cookies() == []
    assert widget.frame.evaluate("async () => (await indexedDB.databases()).length") == 0
    assert widget.frame.evaluate("async () => (await caches.keys()).length") == 0
    return found


def conversation_of(widget: Widget) -> str:
    kept: dict[str, Any] = json.loads(stored(widget)[0]["relevo:conversation"])
    return str(kept["id"])


def test_a_signed_in_customer_finds_their_open_case_on_another_device(visit: OpenPage) -> None:
    first = visit()
    identify(first, sign("ana"))
    first.open()
    expect_heard(first, "ok")
    first.say("my lamp is broken")
    first.panel.get_by_role("button", name="Talk to a person").click()
    first.expect_state("waiting")
    second = visit(viewport=PHONE)
    identify(second, sign("ana"))
    second.open()
    second.expect_said(["my lamp is broken"])
    second.expect_state("waiting")


def test_who_signs_in_late_is_led_to_their_case_and_keeps_what_was_said_here(visit: OpenPage) -> None:
    first = visit()
    identify(first, sign("bea"))
    first.open()
    first.panel.get_by_role("button", name="Talk to a person").click()
    first.expect_state("waiting")
    second = visit().open()
    second.say("something else")
    second.expect_said(["something else"])
    identify(second, sign("bea"))
    expect(second.panel.get_by_role("status").filter(has_text="is open in another conversation")).to_be_visible()
    second.expect_said(["something else"])
    second.panel.get_by_role("button", name="Go there").click()
    second.expect_state("waiting")
    second.expect_said([])


def test_a_refused_token_is_told_to_the_page_and_turns_nobody_away(visit: OpenPage) -> None:
    widget = visit()
    identify(widget, "no.token.at-all")
    widget.open()
    expect_heard(widget, "identity_invalid")
    widget.say("hello")
    widget.expect_said(["hello"])


@pytest.mark.bar(28)
def test_the_next_person_at_this_computer_does_not_read_the_one_before(visit: OpenPage) -> None:
    widget = visit()
    identify(widget, sign("carla"))
    widget.open()
    widget.say("a private matter")
    widget.expect_said(["a private matter"])
    before = conversation_of(widget)
    widget.page.reload()
    identify(widget, sign("diego"))
    widget.open()
    widget.expect_said([])
    assert conversation_of(widget) != before


def test_signing_out_leaves_nothing_of_the_customer_behind(visit: OpenPage) -> None:
    widget = visit()
    identify(widget, sign("eva"))
    widget.open()
    widget.say("a private matter")
    widget.expect_said(["a private matter"])
    identify(widget, None)
    widget.expect_said([])
    widget.page.reload()
    widget.open()
    widget.expect_said([])


def test_an_anonymous_visitor_is_not_forgotten_by_a_page_without_anybody_signed_in(visit: OpenPage) -> None:
    widget = visit().open()
    widget.say("hello")
    widget.expect_said(["hello"])
    identify(widget, None)
    widget.page.reload()
    widget.open()
    widget.expect_said(["hello"])


@pytest.mark.bar(41)
def test_the_browser_keeps_a_token_and_what_is_unsent_and_nothing_else(visit: OpenPage) -> None:
    widget = visit()
    token = sign("fay", name="Zzname Zzcanary", email="zzcanary@example.com")
    identify(widget, token)
    widget.open()
    widget.say("zzcanary is what I said")
    widget.expect_said(["zzcanary is what I said"])
    local, session = stored(widget)
    assert {key.rpartition(":")[0] + ":" + key.rpartition(":")[2] for key in local} <= {
        "relevo:conversation", "relevo:seen"
    }  # fmt: skip
    assert set(json.loads(local["relevo:conversation"])) == {"id", "token", "known"}
    everything = json.dumps([local, session]).lower()
    assert "zzcanary" not in everything
    assert token not in everything


class TestForgetMe:
    @pytest.fixture
    def widget(self, visit: OpenPage) -> Widget:
        opened = visit(viewport=PHONE).open()
        opened.say("forget this")
        opened.expect_said(["forget this"])
        return opened

    def ask(self, widget: Widget) -> None:
        widget.panel.get_by_role("button", name="Menu").click()
        widget.panel.get_by_role("button", name="Forget me").click()

    def test_it_is_asked_first_and_can_be_left(self, widget: Widget) -> None:
        self.ask(widget)
        dialog = widget.panel.get_by_role("alertdialog", name="Erase everything?")
        expect(dialog).to_be_visible()
        expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
        assert widget.complaints() == []
        widget.panel.locator("body").press("Escape")
        expect(dialog).to_be_hidden()
        expect(widget.composer).to_be_focused()
        widget.expect_said(["forget this"])

    @pytest.mark.bar(41)
    def test_everything_is_erased_there_and_here(self, widget: Widget, site: Site) -> None:
        conversation = conversation_of(widget)
        self.ask(widget)
        widget.panel.get_by_role("button", name="Erase everything").click()
        expect(widget.panel.get_by_role("alertdialog")).to_contain_text("Everything is erased")
        assert stored(widget) == [{}, {}]
        with pytest.raises(NotFound):
            service.read_conversation(site.core, conversation, now=utc_now())
        widget.panel.get_by_role("button", name="New conversation").click()
        expect(widget.panel.locator(".message").first).to_be_visible()
        widget.expect_said([])

    def test_an_open_case_is_named_before_it_ends(self, widget: Widget, site: Site) -> None:
        widget.panel.get_by_role("button", name="Talk to a person").click()
        widget.expect_state("waiting")
        self.ask(widget)
        dialog = widget.panel.get_by_role("alertdialog")
        expect(dialog).to_contain_text("ends with it. Nobody will get back to you about it.")
        dialog.get_by_role("button", name="Erase everything").click()
        expect(dialog).to_contain_text("Everything is erased")
        with site.core.database.read() as session:
            assert [each.state for each in session.query(HandoffRow)] == ["withdrawn"]

    def test_a_case_of_another_conversation_is_named_before_it_ends(self, widget: Widget, site: Site) -> None:
        other = service.start_conversation(
            site.core, channel="web", account="web", address="elsewhere", now=utc_now()
        ).conversation_id
        reference = service.ask_person(site.core, other, now=utc_now()).reference
        with site.core.database.write() as session:
            mine = session.get_one(Conversation, conversation_of(widget))
            session.get_one(Conversation, other).customer_id = mine.customer_id
        self.ask(widget)
        dialog = widget.panel.get_by_role("alertdialog")
        dialog.get_by_role("button", name="Erase everything").click()
        expect(dialog).to_contain_text(f"Your case {reference} ends with it.")
        expect(dialog.get_by_role("alert")).to_contain_text("Another conversation of yours")
        dialog.get_by_role("button", name="Erase everything").click()
        expect(dialog).to_contain_text("Everything is erased")

    def test_another_tab_hears_of_it(self, widget: Widget) -> None:
        other = widget.page.context.new_page()
        other.goto(widget.page.url)
        second = Widget(page=other)
        second.launcher.click()
        second.expect_said(["forget this"])
        self.ask(widget)
        widget.panel.get_by_role("button", name="Erase everything").click()
        expect(widget.panel.get_by_role("alertdialog")).to_contain_text("Everything is erased")
        expect(second.panel.get_by_role("alertdialog")).to_contain_text("Everything is erased")
        second.expect_said([])
        assert stored(widget) == [{}, {}]


class TestRequired:
    @pytest.fixture
    def site(self, sqlite_url: str) -> Iterator[Site]:
        with running(sqlite_url, channels={"web": {"identity": "required"}}) as made:
            yield made

    def test_a_stranger_is_told_kindly_and_a_person_is_a_step_away(self, visit: OpenPage) -> None:
        widget = visit().open()
        expect(
            widget.panel.get_by_role("status").filter(has_text="please sign in on this website first")
        ).to_be_visible()
        widget.say("hello")
        expect(widget.panel.locator(".unsent")).to_have_count(1)
        widget.panel.get_by_role("button", name="Talk to a person").click()
        widget.expect_state("waiting")

    def test_what_was_written_before_signing_in_goes_out_after_it(self, visit: OpenPage) -> None:
        widget = visit().open()
        widget.say("hello")
        expect(widget.panel.get_by_text("Not sent.")).to_be_visible()
        identify(widget, sign("gil"))
        expect_heard(widget, "ok")
        widget.expect_said(["hello"])
        expect(widget.panel.get_by_text("please sign in")).to_be_hidden()


def test_the_consent_line_stands_before_the_contact_fields_and_is_recorded(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    widget.panel.get_by_role("button", name="Talk to a person").click()
    widget.expect_state("waiting")
    widget.panel.get_by_role("button", name="Leave a message").first.click()
    form = widget.panel.get_by_role("form", name="Leave a message")
    line = form.locator("#form-consent")
    expect(line).to_have_text("[contact_consent en web]")
    assert form.evaluate(
        "form => !!(form.querySelector('#form-consent').compareDocumentPosition(form.querySelector('[name=name]')) & 4)"
    )
    form.get_by_label("Message").fill("call me")
    form.get_by_label("Phone").fill("+34 600 123 456")
    form.get_by_role("button", name="Send message").click()
    expect(form).to_be_hidden()
    with site.core.database.read() as session:
        facts = service.read_facts(session, f"conversation:{conversation_of(widget)}")
    assert [dict(each.data) for each in facts if each.kind == "consent.contact"] == [{"version": "contact_consent@1/1"}]
