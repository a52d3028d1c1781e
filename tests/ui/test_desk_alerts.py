"""Notices at the desk: what went otherwise than it should, in a real browser."""

import re

from playwright.sync_api import Page, expect

from handoff.clock import utc_now
from handoff.service.base.core import work
from handoff.service.base.rows import open_handoff_of
from handoff.service.telling.alerts import alert
from tests.support.desk import Customer, Desk
from tests.ui.conftest import Open

ADVICE = {"message": "The phone is off. Call later.", "message_es": "El teléfono está apagado. Llamar más tarde."}


def tell(desk: Desk, customer: Customer, kind: str, **data: str) -> None:
    with work(desk.core, utc_now()) as unit:
        alert(unit, kind, "agent", open_handoff_of(unit.session, customer.conversation_id), data)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_notice_comes_by_itself_opens_its_case_and_goes_from_every_desk(desk: Desk, sit: Open) -> None:
    customer = desk.case("hola")
    page, other = sit("Ana"), sit("Luis")
    place = page.get_by_role("navigation").get_by_role("button", name="Notices")
    place.click()
    expect(page.get_by_text("No notices")).to_be_visible()
    tell(desk, customer, "delivery_dead", **ADVICE)
    expect(place.locator(".count")).to_have_text("1")
    notice = page.locator(".notice")
    expect(notice).to_contain_text("A message did not reach the customer.")
    expect(notice).to_contain_text("The phone is off. Call later.")
    notice.get_by_role("link", name=f"Open {customer.reference}").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("hola")
    expect(page).to_have_url(re.compile(rf"#/notices/{customer.reference}$"))
    other.get_by_role("navigation").get_by_role("button", name="Notices").click()
    expect(other.locator(".notice")).to_have_count(1)
    notice.get_by_role("button", name="Done").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("No notices")).to_be_visible()
    expect(other.get_by_text("No notices")).to_be_visible()


def test_notices_speak_spanish_and_fit_a_phone(desk: Desk, sit: Open) -> None:
    customer = desk.case("hola")
    tell(desk, customer, "delivery_dead", **ADVICE)
    tell(desk, customer, "promise_missed")
    page = sit("Ana", width=360, height=740, locale="es-ES", scheme="dark")
    page.get_by_role("navigation").get_by_role("button", name="Avisos").click()
    expect(page.locator(".notice")).to_have_count(2)
    expect(page.locator(".notices")).to_contain_text("El teléfono está apagado. Llamar más tarde.")
    expect(page.locator(".notices")).to_contain_text("No se llamó a la hora prometida")
    assert fits(page)
    page.get_by_role("link", name=f"Abrir {customer.reference}").first.click()
    expect(page.get_by_role("log")).to_contain_text("hola")
    page.get_by_role("button", name="Volver a la lista").click()
    page.locator(".notice").first.get_by_role("button", name="Hecho").click()
    expect(page.locator(".notice")).to_have_count(1)


def test_a_notice_that_cannot_be_taken_away_stays_and_says_why(desk: Desk, sit: Open) -> None:
    tell(desk, desk.case("hola"), "delivery_dead")
    page = sit("Ana")
    page.get_by_role("navigation").get_by_role("button", name="Notices").click()
    page.route("**/done", lambda route: route.abort())
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".notice").get_by_role("alert")).to_contain_text("server cannot be reached")
    expect(page.locator(".notice").get_by_role("button", name="Done")).to_be_enabled()
