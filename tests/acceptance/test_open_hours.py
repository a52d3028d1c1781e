"""The whole path while the shop is open: answers, a person, SMS, and what breaks."""

import re
import time

import httpx
import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.acceptance.people import AgentAtDesk, Phone, Visitor, eventually
from tests.support.product import Product

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]
SECONDS = 45_000  # of patience with a browser on a loaded machine, in milliseconds
REFERENCE = re.compile(r"R-[A-Z0-9]{6}")


def open_widget(window: BrowserContext, shop: Product) -> tuple[Page, FrameLocator]:
    """The demo shop with the chat opened."""
    page = window.new_page()
    page.goto(shop.url)
    page.get_by_role("button", name=re.compile("chat", re.IGNORECASE)).first.click()
    return page, page.frame_locator("#relevo-panel")


def write(panel: FrameLocator, text: str) -> None:
    panel.get_by_role("textbox").first.fill(text)
    panel.get_by_role("textbox").first.press("Enter")


@pytest.mark.parametrize(
    ("language", "question", "words"),
    [
        ("en-GB", "how many days do i have to send something back?", "30"),
        ("es-ES", "cuantos dias tengo para devolver algo?", "30"),
    ],
)
def test_a_question_is_answered_with_its_source(
    shop: Product, window: BrowserContext, browser: object, language: str, question: str, words: str
) -> None:
    context = window.browser.new_context(locale=language)  # type: ignore[union-attr]
    page, panel = open_widget(context, shop)
    log = panel.get_by_role("log")
    expect(log).to_contain_text(re.compile("automated|automático"), timeout=SECONDS)
    write(panel, question)
    answer = log.locator(".message.bot").last
    expect(answer).to_contain_text(words, timeout=SECONDS)
    expect(answer.locator(".source")).to_contain_text(re.compile(r"(Source|Fuente).+ · "))
    page.close()
    context.close()


def test_a_person_takes_over_both_talk_and_the_bot_answers_again(shop: Product, window: BrowserContext) -> None:
    shopper, panel = open_widget(window, shop)
    log = panel.get_by_role("log")
    expect(log.locator(".message.bot").first).to_be_visible(timeout=SECONDS)
    write(panel, "quiero hablar con una persona")
    told = panel.get_by_role("status").first
    expect(told).to_contain_text(REFERENCE, timeout=SECONDS)
    reference = REFERENCE.findall(told.inner_text())[0]
    desk = window.new_page()
    token = shop.run("agents", "invite", "ana@demo.example").stdout.split("invite=")[-1].split()[0]
    desk.goto(f"{shop.url}/desk/#invite={token}")
    skip_password(desk)
    desk.locator(f".queue [data-reference={reference}]").click(timeout=SECONDS)
    take = desk.locator("footer.bar").get_by_role("button", name=re.compile("^(Claim|Accept)"))
    take.click(timeout=SECONDS)  # the case's own button: what others left waiting may be offered on top of the page
    expect(panel.get_by_role("status").first).to_contain_text("Ana", timeout=SECONDS)
    box = desk.get_by_role("textbox", name=re.compile("Your reply"))
    box.fill("Hola, soy Ana, ¿qué ha pasado?")
    box.press("Enter")
    expect(log).to_contain_text("Hola, soy Ana", timeout=SECONDS)
    write(panel, "la lampara llego rota")
    expect(desk.locator("body")).to_contain_text("la lampara llego rota", timeout=SECONDS)
    desk.get_by_role("button", name="Return to the bot").first.click()
    desk.get_by_role("dialog").get_by_role("button", name=re.compile("Return")).first.click(timeout=SECONDS)
    expect(panel.get_by_role("status").first).to_contain_text(re.compile("guides|guías"), timeout=SECONDS + 12_000)
    write(panel, "cuanto cuesta el envio?")
    expect(log.locator(".message.bot .source").last).to_be_visible(timeout=SECONDS)
    shopper.close()


def skip_password(desk: Page) -> None:
    """A first sign-in suggests a password; it may wait."""
    desk.get_by_role("dialog").get_by_role("button", name="Later").click(timeout=SECONDS)


@pytest.mark.bar(12)
def test_when_the_engine_is_killed_a_person_comes_within_5_seconds_and_the_agent_sees_why(
    shop: Product, visitor: Visitor, agent: AgentAtDesk
) -> None:
    assert visitor.asks("how long does delivery take?")["entry"]["source"]
    shop.kill("engine")
    began = time.monotonic()
    visitor.says("and what does it cost?")
    found = visitor.waits_for("waiting", seconds=5)
    assert time.monotonic() - began < 5
    reference = found["handoff"]["reference"]
    row = agent.sees(reference)
    assert row["reason"] == "engine_down"
    assert any(signal["kind"] == "engine" for signal in agent.case(reference)["why"])
    assert agent.case(reference)["want"] == "and what does it cost?"
    eventually(lambda: engine_is_back(shop), seconds=60, what="the engine's return")


def engine_is_back(shop: Product) -> bool:
    return httpx.get(f"{shop.url}/readyz/engine", timeout=5).status_code == 200


def test_sms_question_answer_person_and_the_persons_reply(shop: Product, phone: Phone, agent: AgentAtDesk) -> None:
    phone.texts("cuanto tarda el envio?")
    assert "STOP" in phone.hears("asistente automático") or "BAJA" in phone.hears("asistente automático")
    phone.hears("laborables")
    phone.texts("agente")
    told = phone.hears("R-")
    reference = REFERENCE.findall(told)[0]
    row = agent.sees(reference)
    assert (row["channel"], row["language"]) == ("sms", "es")
    assert agent.does(reference, "claim").status_code == 200
    agent.says(reference, "Hola, soy Ana. ¿En qué ayudo?")
    phone.hears("soy Ana. ¿En qué ayudo?")
    phone.texts("gracias, ya esta")
    eventually(lambda: agent.case(reference)["transcript"][-1]["text"] == "gracias, ya esta", what="the text")
    eventually(lambda: delivered(agent, reference, "soy Ana. ¿En qué"), what="the carrier's confirmation")


def delivered(agent: AgentAtDesk, reference: str, words: str) -> bool:
    said = [each for each in agent.case(reference)["transcript"] if words in each["text"]]
    return bool(said) and said[0]["delivery"] == "delivered"


@pytest.mark.bar(1)
def test_a_gateway_killed_between_acknowledgement_and_reply_answers_exactly_once(
    shop: Product, visitor: Visitor
) -> None:
    acknowledged = visitor.says("how long does delivery take?")
    shop.kill("serve")
    assert acknowledged.status_code == 202
    eventually(lambda: is_up(shop), seconds=60, what="the gateway's return")
    eventually(lambda: answers(visitor), seconds=30, what="the reply")
    time.sleep(3)
    assert len(answers(visitor)) == 1


def is_up(shop: Product) -> bool:
    try:
        return httpx.get(f"{shop.url}/healthz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def answers(visitor: Visitor) -> list[dict[str, object]]:
    return [message for message in visitor.messages() if message["kind"] == "answer"]


def test_two_agents_cannot_hold_one_chat(shop: Product, visitor: Visitor, agent: AgentAtDesk) -> None:
    visitor.says("I want to talk to a person")
    reference = visitor.waits_for("waiting")["handoff"]["reference"]
    version = agent.sees(reference)["version"]
    with AgentAtDesk.signed_in(shop, "samuel@demo.example") as other:
        first = agent.http.post(f"/handoffs/{reference}/claim", json={"version": version})
        second = other.http.post(f"/handoffs/{reference}/claim", json={"version": version})
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["error"]["code"] == "already_held"
    assert "Ana" in second.json()["error"]["message"]
