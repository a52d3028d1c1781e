"""The whole path while the shop is closed: a message, a promise, and the desk that has it."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.acceptance.people import AgentAtDesk, Phone, Visitor, eventually
from tests.acceptance.test_open_hours import SECONDS, open_widget, write
from tests.support.product import Product

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]
CLOSED = True


def test_the_form_in_the_widget_promises_a_callback(shop: Product, window: BrowserContext, agent: AgentAtDesk) -> None:
    page, panel = open_widget(window, shop)
    expect(panel.get_by_role("log").locator(".message.bot").first).to_be_visible(timeout=SECONDS)
    write(panel, "I need a human please")
    message = panel.get_by_label("Message", exact=True)
    expect(message).to_be_visible(timeout=SECONDS)
    message.fill("My lamp arrived broken")
    panel.get_by_label("Phone").fill("+34 600 111 222")
    panel.get_by_role("button", name="Send message").click()
    status = panel.get_by_role("status").first
    expect(status).to_contain_text(re.compile(r"by .+R-[A-Z0-9]{6}"), timeout=SECONDS)
    reference = re.findall(r"R-[A-Z0-9]{6}", status.inner_text())[0]
    row = agent.sees(reference, "callbacks")
    assert row["message"] == "My lamp arrived broken"
    assert row["contact"] == "•••1222"  # whole once somebody begins the call
    page.reload()
    page.get_by_role("button", name=re.compile("chat", re.IGNORECASE)).first.click()
    expect(page.frame_locator("#relevo-panel").get_by_role("status").first).to_contain_text(reference, timeout=SECONDS)


@pytest.mark.bar(14)
def test_the_form_over_the_api_gives_reference_and_due_time(visitor: Visitor, agent: AgentAtDesk) -> None:
    form = {"message": "call me about my order", "email": "luz@example.com"}
    promised = visitor.http.post(f"/conversations/{visitor.id}/callback", json=form)
    assert promised.status_code == 201
    body = promised.json()
    assert re.fullmatch(r"R-[A-Z0-9]{6}", body["reference"])
    assert body["due_at"]
    assert visitor.conversation()["state"] == "callback"
    listed = {row["reference"]: row for row in agent.http.get("/callbacks").json()["callbacks"]}
    assert listed[body["reference"]]["due_at"] == body["due_at"]


def test_while_the_promise_stands_approved_questions_are_still_answered(visitor: Visitor) -> None:
    form = {"message": "call me", "phone": "+34600111222"}
    visitor.http.post(f"/conversations/{visitor.id}/callback", json=form)
    visitor.says("how long does delivery take?")
    eventually(lambda: any(m["kind"] == "answer" for m in visitor.messages()), what="the answer")
    assert visitor.conversation()["state"] == "callback"


def test_on_sms_the_next_text_is_the_message(phone: Phone, agent: AgentAtDesk) -> None:
    phone.texts("agente")
    phone.hears("mensaje")
    phone.texts("mi pedido llego roto, llamadme")
    reference = re.findall(r"R-[A-Z0-9]{6}", phone.hears("R-"))[0]
    row = agent.sees(reference, "callbacks")
    assert (row["contact"], row["message"]) == (f"•••{phone.number[-4:]}", "mi pedido llego roto, llamadme")
