"""What supervisors see and do, and offers to an agent, in a real browser."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from handoff import service
from handoff.clock import utc_now
from handoff.errors import StaleVersion, TransitionRefused
from handoff.service.base.views import AgentView
from tests.support.desk import Customer, Desk, eventually
from tests.ui.conftest import Open
from tests.ui.test_desk_alerts import fits, tell
from tests.ui.test_desk_safety import findings


def place(page: Page, name: str) -> Any:
    return page.get_by_role("navigation").get_by_role("button", name=name)


def claimed(desk: Desk, agent: AgentView, customer: Customer) -> None:
    """Taken by this agent, whatever the sweeper does with it meanwhile."""

    def take() -> bool:
        found = service.read_case(desk.core, agent, customer.reference, now=utc_now()).item
        try:
            service.claim(desk.core, agent, customer.reference, found.version, now=utc_now())
        except (StaleVersion, TransitionRefused):
            return False
        return True

    eventually(take)


def sit_as(desk: Desk, sit: Open, name: str, role: str, **how: Any) -> Page:
    desk.agent(name, role=role)
    return sit(name, **how)


def test_a_supervisor_sees_the_guarantee_and_the_query_behind_it(desk: Desk, sit: Open) -> None:
    ana = desk.agent("Ana")
    claimed(desk, ana, desk.case("me han robado"))
    page = sit_as(desk, sit, "Marta", "supervisor")
    place(page, "Guarantee").click()
    expect(page).to_have_url(re.compile("#/guarantee$"))
    expect(page.get_by_role("heading", name="The guarantee")).to_be_visible()
    lost = page.get_by_role("region", name="0 lost")
    expect(lost).to_contain_text("0 lost")
    lost.get_by_text("How this was counted").click()
    expect(lost.locator("code")).to_contain_text("SELECT COUNT(*) FROM handoffs WHERE deadline_at < '20")
    expect(page.get_by_role("region", name="Open cases", exact=True)).to_contain_text("in chat")
    expect(page.get_by_role("region", name="Within three minutes")).to_contain_text("100 %")
    page.get_by_role("button", name="Check the open cases now").click()
    expect(page.get_by_text("every invariant holds")).to_be_visible()


def test_the_page_follows_what_happens_and_opens_a_case(desk: Desk, sit: Open) -> None:
    page = sit_as(desk, sit, "Marta", "supervisor")
    place(page, "Guarantee").click()
    expect(page.get_by_text("There is no open case.")).to_be_visible()
    customer = desk.case("hola")
    row = page.get_by_role("button", name=customer.reference)
    expect(page.get_by_role("region", name="Next deadlines").get_by_role("button")).to_have_text(customer.reference)
    row.last.click()
    expect(page.get_by_role("log")).to_contain_text("hola")


@pytest.mark.tampers
def test_what_is_lost_is_said_plainly(desk: Desk, sit: Open) -> None:
    Customer.arrives(desk.core).says("is anybody there")
    with desk.core.database.write() as session:
        session.execute(text("UPDATE conversations SET turn_since = NULL"))
    page = sit_as(desk, sit, "Marta", "supervisor")
    place(page, "Guarantee").click()
    expect(page.get_by_role("region", name="1 lost")).to_contain_text("Somebody is waiting")


@pytest.mark.bar(32)
def test_an_agent_has_no_such_page(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    expect(place(page, "Queue")).to_be_visible()
    expect(place(page, "Guarantee")).to_have_count(0)
    page.evaluate("location.hash = '#/guarantee'")
    page.reload()
    expect(page.locator(".queue")).to_be_visible()
    expect(page.locator(".guarantee")).to_have_count(0)


@pytest.mark.bar(42)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_guarantee_page_speaks_spanish_fits_a_phone_and_has_no_axe_findings(
    desk: Desk, sit: Open, scheme: str
) -> None:
    desk.case("me han robado")
    page = sit_as(desk, sit, "Marta", "supervisor", width=360, height=740, locale="es-ES", scheme=scheme)
    place(page, "Garantía").click()
    expect(page.get_by_role("heading", name="La garantía")).to_be_visible()
    expect(page.get_by_role("region", name="Casos abiertos", exact=True)).to_be_visible()
    page.get_by_text("Cómo se ha contado").click()
    assert fits(page)
    assert findings(page) == []


def test_an_offer_is_said_on_any_page_and_answered_by_a_key(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    place(page, "Callbacks").click()
    customer = desk.case("hola, soy yo")
    banner = page.locator(".banner")
    expect(banner).to_contain_text("Offered to you")
    expect(banner).to_contain_text(re.compile(r"0:\d\d left"))
    expect(page).to_have_title(re.compile(r"^\(1\)"))
    assert findings(page) == []
    page.keyboard.press("a")
    expect(page.get_by_role("log")).to_contain_text("hola, soy yo")
    expect(banner).to_have_count(0)
    expect(page).to_have_url(re.compile(f"#/case/{customer.reference}$"))
    expect(page.get_by_label("Your reply to")).to_be_focused()


def test_a_declined_offer_goes_away_and_the_case_waits(desk: Desk, sit: Open) -> None:
    page = sit("Ana", width=360, height=740)
    desk.case("hola")
    expect(page.locator(".banner")).to_be_visible()
    assert fits(page)
    page.locator(".banner").get_by_role("button", name="Decline").click()
    expect(page.locator(".banner")).to_have_count(0)
    expect(page.locator(".group.waiting .row")).to_have_count(1)


def test_a_supervisor_gives_a_chat_to_somebody_else(desk: Desk, sit: Open) -> None:
    ana, customer = desk.agent("Ana"), desk.case("hola")
    claimed(desk, ana, customer)
    luis = sit("Luis")
    page = sit_as(desk, sit, "Marta", "supervisor")
    page.locator(f"[data-reference='{customer.reference}']").click()
    page.get_by_role("button", name="Give to somebody else").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Luis")).to_be_visible()
    assert findings(page) == []
    dialog.get_by_label("Luis").check()
    dialog.get_by_role("button", name="Give it to them").click()
    expect(luis.locator(".group.mine .row")).to_have_count(1)
    expect(page.locator(".bar")).to_contain_text("Luis has this chat")


def test_the_note_of_a_transfer_is_on_top_of_what_the_next_agent_sees(desk: Desk, sit: Open) -> None:
    page, luis = sit("Ana"), sit("Luis")
    customer = desk.case("hola")
    claimed(desk, next(each.agent for each in desk.present() if each.agent.name == "Ana"), customer)
    page.locator(f"[data-reference='{customer.reference}']").click()
    page.get_by_role("button", name="Transfer").click()
    page.get_by_role("dialog").get_by_label("Luis").check()
    page.get_by_label("Note for them").fill("Identity is checked.")
    page.get_by_role("dialog").get_by_role("button", name="Transfer").click()
    expect(luis.locator(".banner")).to_be_visible()
    luis.locator(".banner").get_by_role("button", name="Accept").click()
    expect(luis.get_by_role("complementary")).to_contain_text("Note from Ana")
    expect(luis.get_by_role("complementary")).to_contain_text("Identity is checked.")
    expect(luis.get_by_role("log")).to_contain_text("The customer does not see it.")


@pytest.mark.bar(34)
def test_a_supervisor_ends_several_at_once_with_a_reason(desk: Desk, sit: Open) -> None:
    page = sit_as(desk, sit, "Marta", "supervisor")
    page.get_by_role("button", name=re.compile("Marta")).click()
    page.get_by_label("Away").check()
    page.keyboard.press("Escape")
    eventually(lambda: all(each.status != "online" for each in desk.present()))
    for _ in range(4):
        desk.case("spam")
    expect(page.locator(".group.waiting .row")).to_have_count(4)
    page.get_by_role("button", name="Choose several").click()
    page.get_by_role("button", name="All 4").click()
    page.locator("input.choose").first.uncheck()
    page.get_by_role("button", name="Resolve 3…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why").fill("a flood from one network")
    assert findings(page) == []
    dialog.get_by_role("button", name="Resolve 3").click()
    expect(page.get_by_text("3 resolved.")).to_be_visible()
    expect(page.locator(".group.waiting .row")).to_have_count(1)


def test_many_notices_of_a_kind_are_one(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    for _ in range(5):
        tell(desk, desk.case("hola"), "delivery_dead")
    place(page, "Notices").click()
    expect(page.locator(".notice")).to_have_count(1)
    expect(page.locator(".notice")).to_contain_text("5 times: A message did not reach the customer.")
    expect(page.locator(".notice a")).to_have_count(5)
    page.locator(".notice").get_by_role("button", name="Done").click()
    expect(page.get_by_text("No notices")).to_be_visible()
