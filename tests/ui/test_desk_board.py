"""The live board, the reports and the callbacks' calendar, in a real browser."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from handoff import service
from handoff.clock import utc_now
from handoff.service.base.ledger import conversation_stream, read_facts
from tests.support.desk import Customer, Desk, eventually
from tests.ui.conftest import Open
from tests.ui.test_desk_alerts import fits
from tests.ui.test_desk_guarantee import claimed, place, sit_as
from tests.ui.test_desk_safety import findings


def on_board(desk: Desk, sit: Open, **how: Any) -> Page:
    page = sit_as(desk, sit, "Marta", "supervisor", **how)
    place(page, "Board" if not how.get("locale", "en").startswith("es") else "Tablero").click()
    expect(page.locator(".board-cards")).to_be_visible()
    return page


def held_by(desk: Desk, name: str, *said: str) -> Customer:
    agent = next((each.agent for each in desk.present() if each.agent.name == name), None) or desk.agent(name)
    customer = desk.case(*said)
    claimed(desk, agent, customer)
    return customer


def figure(page: Page, name: str) -> Any:
    return page.locator(".board-figures li").filter(has_text=name)


def kinds(desk: Desk, customer: Customer) -> list[str]:
    with desk.core.database.read() as session:
        facts = read_facts(session, conversation_stream(customer.conversation_id))
    return [fact.kind for fact in facts if fact.kind.startswith("listening")]


def test_the_board_is_current_within_seconds(desk: Desk, sit: Open) -> None:
    page = on_board(desk, sit)
    expect(figure(page, "Waiting now")).to_contain_text("nobody waits")
    page.get_by_role("button", name=re.compile("Marta")).click()
    page.get_by_label("Away").check()
    page.keyboard.press("Escape")
    expect(figure(page, "Agents")).to_contain_text("0 online")
    customer = desk.case("hola")
    expect(figure(page, "Waiting now").locator("strong")).to_have_text("1")
    expect(page.get_by_role("region", name="Falls due next")).to_contain_text(customer.reference)
    claimed(desk, desk.agent("Ana"), customer)
    expect(figure(page, "Waiting now").locator("strong")).to_have_text("0")
    expect(page.get_by_role("region", name="Chats in hand")).to_contain_text("with Ana")
    expect(figure(page, "Within 3 minutes today")).to_contain_text("100 %")
    expect(page.get_by_role("region", name="Agents")).to_contain_text("1 of 4 chats")


def test_a_supervisor_listens_and_the_agent_notices_nothing(desk: Desk, sit: Open) -> None:
    ana = sit("Ana")
    customer = held_by(desk, "Ana", "me han robado")
    page = on_board(desk, sit)
    page.get_by_role("button", name=f"Listen quietly to {customer.reference}").click()
    panel = page.get_by_role("region", name="Listening quietly")
    expect(panel.get_by_role("log")).to_contain_text("me han robado")
    eventually(lambda: kinds(desk, customer) == ["listening.began"])
    customer.says("sigo aquí")
    expect(panel.get_by_role("log")).to_contain_text("sigo aquí")
    item = service.read_case(desk.core, desk.present()[0].agent, customer.reference, now=utc_now()).item
    assert item.unseen > 0
    expect(ana.locator(".note:not(.hidden)")).to_have_count(0)
    expect(place(ana, "Notices").locator(".count")).to_have_count(0)
    panel.get_by_role("button", name="Stop listening").last.click()
    expect(panel).to_have_count(0)
    eventually(lambda: kinds(desk, customer) == ["listening.began", "listening.ended"])


def test_a_supervisor_takes_over_from_the_board(desk: Desk, sit: Open) -> None:
    customer = held_by(desk, "Ana", "hola")
    page = on_board(desk, sit)
    page.get_by_role("button", name=f"Take over {customer.reference}").click()
    expect(page).to_have_url(re.compile(f"#/case/{customer.reference}$"))
    expect(page.get_by_label("Your reply to")).to_be_visible()


def test_giving_a_chat_to_somebody_else_is_one_click_from_the_board(desk: Desk, sit: Open) -> None:
    customer = held_by(desk, "Ana", "hola")
    sit("Luis")
    page = on_board(desk, sit)
    page.get_by_role("button", name=f"Give {customer.reference} to somebody else").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Luis").check()
    dialog.get_by_role("button", name="Give it to them").click()
    expect(page.locator(".bar")).to_contain_text("Luis has this chat")


def test_a_team_in_a_meeting_is_offered_nothing_until_it_is_over(desk: Desk, sit: Open) -> None:
    ana = sit("Ana")
    page = on_board(desk, sit)
    teams = page.get_by_role("region", name="Teams")
    teams.get_by_role("form", name="Offer nothing to Everybody").get_by_role("button", name="Set").click()
    expect(teams).to_contain_text(re.compile(r"In a meeting until \d\d:\d\d \(set by Marta\)"))
    expect(page.get_by_role("region", name="Agents")).to_contain_text("offered nothing until")
    desk.case("hola")
    expect(ana.locator(".group.waiting .row")).to_have_count(1)
    expect(ana.locator(".banner")).to_have_count(0)
    teams.get_by_role("button", name="End the pause of Everybody").click()
    eventually(lambda: ana.locator(".banner").count() + page.locator(".banner").count() == 1)


def test_closing_now_is_asked_and_taken_back(desk: Desk, sit: Open) -> None:
    settings = desk.core.business.model_dump(mode="json")
    service.save_business(desk.core, settings, actor="test", now=utc_now() - timedelta(days=2))
    page = on_board(desk, sit)
    hours = page.get_by_role("region", name="Today's hours")
    hours.get_by_role("button", name="Close now").click()
    hours.get_by_role("button", name="Yes, close now").click()
    expect(hours).to_contain_text("Closed.")
    expect(hours).to_contain_text("Planned were: 00:00-24:00")
    hours.get_by_role("button", name="As planned").click()
    expect(hours).to_contain_text("Open.")
    hours.get_by_label("Close at").fill("00:00")
    hours.get_by_role("button", name="Close early").click()
    expect(hours.get_by_role("alert")).to_be_visible()


@pytest.mark.bar(32)
def test_an_agent_has_neither_board_nor_reports(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    expect(place(page, "Board")).to_have_count(0)
    expect(place(page, "Reports")).to_have_count(0)
    for view in ("board", "reports"):
        page.evaluate(f"location.hash = '#/{view}'")
        page.reload()
        expect(page.locator(".queue")).to_be_visible()
        expect(page.locator(f".{view}")).to_have_count(0)


def test_reports_show_numbers_their_tables_and_how_they_are_counted(desk: Desk, sit: Open) -> None:
    held_by(desk, "Ana", "hola")
    page = sit_as(desk, sit, "Marta", "supervisor")
    place(page, "Reports").click()
    waits = page.get_by_role("region", name="Wait for a person", exact=True)
    expect(waits).to_contain_text("100 % within 3 minutes 1 of 1 cases that opened in hours")
    expect(waits.get_by_role("img").first).to_be_visible()
    expect(waits.get_by_role("row")).to_have_count(30)  # head, total and 28 days
    waits.get_by_text("How this is counted").click()
    expect(waits).to_contain_text("Ley 10/2025")
    page.get_by_label("Split by").select_option("language")
    expect(waits.get_by_role("row")).to_have_count(3)
    expect(waits.get_by_role("rowheader", name="Spanish")).to_be_visible()
    page.get_by_role("combobox", name="Language", exact=True).select_option("en")
    expect(waits).to_contain_text("Nothing in this range.")
    page.get_by_role("combobox", name="Language", exact=True).select_option("")
    reasons = page.get_by_role("region", name="Handoffs by reason", exact=True)
    with page.expect_download() as download:
        reasons.get_by_role("link", name="Export as CSV: Handoffs by reason").click()
    assert download.value.path().read_text(encoding="utf-8-sig").splitlines() == ["key,reason,cases", "es,request,1"]


def test_a_range_that_makes_no_sense_is_not_asked_for(desk: Desk, sit: Open) -> None:
    page = sit_as(desk, sit, "Marta", "supervisor")
    place(page, "Reports").click()
    expect(page.get_by_role("region", name="Promises kept", exact=True)).to_contain_text("Nothing in this range.")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("From").fill("2030-01-01")
    expect(page.get_by_label("From")).to_have_attribute("aria-invalid", "true")
    assert [url for url in asked if "from=2030" in url] == []
    page.get_by_role("button", name="Last 7 days").click()
    expect(page.get_by_role("region", name="Wait for a person: table").get_by_role("row")).to_have_count(9)


NO_PHONE = (
    """window.dialled = []; HTMLAnchorElement.prototype.click = function () { window.dialled.push(this.href) }; 0"""
)


def promised(desk: Desk, name: str, phone: str = "+34600111222") -> Customer:
    customer = desk.case("¿y mi pedido?")
    customer.leaves_message("Llegó roto", name=name, phone=phone)
    return customer


def test_a_call_is_two_clicks_from_the_list(desk: Desk, sit: Open) -> None:
    customer = promised(desk, "Carmen Ruiz")
    page = sit("Ana")
    place(page, "Callbacks").click()
    expect(page.get_by_text("•••1222")).to_be_visible()  # until the call begins
    page.evaluate(NO_PHONE)
    button = page.get_by_role("button", name=f"Call Carmen Ruiz: {customer.reference}")
    button.click()
    expect(page.get_by_role("link", name="+34600111222")).to_have_attribute("href", "tel:+34600111222")
    assert page.evaluate("window.dialled") == ["tel:+34600111222"]
    page.get_by_role("button", name=f"No answer: {customer.reference}").click()
    expect(button).to_be_visible()
    expect(page.get_by_text("•••1222")).to_be_visible()
    expect(page.locator(f"[data-reference={customer.reference}]")).to_contain_text("1 tries so far")


def test_a_reached_customer_is_asked_about_at_once(desk: Desk, sit: Open) -> None:
    customer = promised(desk, "Carmen Ruiz")
    page = sit("Ana")
    place(page, "Callbacks").click()
    page.evaluate(NO_PHONE)
    page.get_by_role("button", name="Call Carmen Ruiz").click()
    page.get_by_role("button", name=f"Reached: {customer.reference}").click()
    expect(page.get_by_role("dialog", name="How did it end?")).to_be_visible()


def test_the_week_is_walked_by_keys_and_opens_a_callback(desk: Desk, sit: Open) -> None:
    customer = promised(desk, "Carmen Ruiz")
    page = sit("Ana")
    place(page, "Callbacks").click()
    page.get_by_role("button", name="Week", exact=True).click()
    expect(page.locator(".calendar-day")).to_have_count(7)
    expect(page.locator(".chat")).to_be_hidden()
    call = page.locator(f".calendar-call[data-reference={customer.reference}]")
    title = page.locator(".calendar-head h2")
    week = title.inner_text()
    page.locator(".calendar-day").first.focus()
    page.keyboard.press("PageUp")
    expect(title).not_to_have_text(week)
    expect(call).to_have_count(0)
    page.keyboard.press("Home")
    expect(title).to_have_text(week)
    page.keyboard.press("Home")
    if call.count() == 0:  # it falls due next week
        page.keyboard.press("PageDown")
    expect(call).to_be_visible()
    page.locator(".calendar-day").first.focus()
    for _ in range(7):
        if call.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
        if not call.evaluate("element => element === document.activeElement"):
            page.keyboard.press("ArrowRight")
    expect(call).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"#/callbacks/{customer.reference}$"))
    expect(page.get_by_role("log")).to_contain_text("Llegó roto")
    page.keyboard.press("Escape")
    expect(page.locator(".calendar")).to_be_visible()


@pytest.mark.bar(42)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_board_reports_and_calendar_fit_a_phone_in_spanish_and_have_no_axe_findings(
    desk: Desk, sit: Open, scheme: str
) -> None:
    customer = held_by(desk, "Ana", "me han robado")
    promised(desk, "Carmen Ruiz")
    page = on_board(desk, sit, width=360, height=740, locale="es-ES", scheme=scheme)
    assert fits(page)
    assert findings(page) == []
    page.get_by_role("button", name=f"Escuchar {customer.reference}").click()
    expect(page.get_by_role("log")).to_contain_text("me han robado")
    assert fits(page)
    assert findings(page) == []
    page.get_by_role("button", name="Dejar de escuchar").last.click()
    place(page, "Informes").click()
    expect(page.get_by_role("region", name="Espera hasta una persona", exact=True)).to_contain_text("100 %")
    assert fits(page)
    assert findings(page) == []
    place(page, "Llamadas").click()
    page.get_by_role("button", name="Día", exact=True).click()
    expect(page.locator(".calendar-day")).to_have_count(1)
    assert fits(page)
    assert findings(page) == []
