"""What an agent does with a chat, by keys alone: to a team, to its end, through a promised call."""

import re

from playwright.sync_api import expect

from handoff.clock import utc_now
from handoff.service import export_case
from handoff.service.people import accounts
from tests.support.desk import Desk
from tests.ui.conftest import Open
from tests.ui.test_desk import claim, row
from tests.ui.test_desk_safety import findings


def test_a_chat_goes_to_a_team_with_a_note_for_whoever_takes_it(desk: Desk, sit: Open) -> None:
    accounts.add_agent(
        desk.core, email="luis@example.com", name="Luis", role="agent", languages=("es",), skills=("billing",),
        now=utc_now(),
    )  # fmt: skip
    customer = desk.case("me cobraron dos veces")
    ana, luis = sit("Ana"), sit("Luis")
    claim(ana, customer.reference)
    ana.locator(".transcript").focus()
    ana.keyboard.press("t")
    window = ana.get_by_role("dialog", name="Transfer to")
    expect(window.get_by_text("1 of 1 online")).to_be_visible()
    assert findings(ana) == []
    window.get_by_role("radio", name=re.compile("billing")).check()
    window.get_by_label("Note for them").fill("ya tiene el extracto")
    window.get_by_label("Note for them").press("Tab")
    ana.keyboard.press("Tab")
    ana.keyboard.press("Enter")
    expect(ana.locator(".undo")).to_contain_text(re.compile(r"Transferring .* in \d s"))
    luis.get_by_role("button", name="Accept").first.click(timeout=20_000)
    expect(luis.locator("#composer")).to_be_enabled()
    expect(luis.locator(".packet .note-left")).to_have_text("ya tiene el extracto")
    assert not any("extracto" in words for words in customer.heard())


def test_a_chat_ends_with_an_outcome_and_a_topic_of_the_approved_answers(desk: Desk, sit: Open) -> None:
    customer = desk.case("¿y mi pedido?")
    page = sit("Ana")
    claim(page, customer.reference)
    page.locator(".transcript").focus()
    page.keyboard.press("f")
    expect(page.get_by_role("searchbox", name="Find in this chat")).to_be_focused()
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    window = page.get_by_role("dialog", name="How did it end?")
    expect(window.locator("option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(window.get_by_label("Partly solved")).to_be_checked()
    window.get_by_label("Topic").fill("Delivery")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("This case is closed"))).to_be_visible(timeout=20_000)
    case = export_case(desk.core, customer.reference, now=utc_now()).case
    assert (case["outcome"], case["topic"]) == ("partly", "delivery")


def test_a_promised_call_is_made_and_recorded_by_keys(desk: Desk, sit: Open) -> None:
    customer = desk.case("¿y mi pedido?")
    customer.leaves_message("Llegó roto", name="Carmen Ruiz", phone="+34600111222")
    page = sit("Ana")
    page.get_by_role("button", name="Callbacks").click()
    row(page, customer.reference)
    expect(page.get_by_role("button", name="Start the call")).to_be_visible()
    page.keyboard.press("l")
    expect(page.get_by_role("link", name="+34600111222").first).to_be_visible()
    expect(page.get_by_role("button", name="No answer").first).to_be_enabled()
    page.keyboard.press("3")
    expect(page.locator(".packet")).to_contain_text("No answer")
    expect(page.locator(".packet")).not_to_contain_text("+34600111222")
