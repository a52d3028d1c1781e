"""Notes, attachments, who is around, and going on by text at the desk, in a real browser."""

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.channels.web.routes import router as web_router
from handoff import service
from handoff.clock import utc_now
from handoff.service.base.inbound import Attached
from handoff.service.base.tokens import make_token
from handoff.service.cases.hints import desk_topic
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Customer, Desk, eventually, running
from tests.support.missing import need
from tests.ui.conftest import DIST, Open
from tests.ui.test_desk import claim, row

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
NUMBER, PHONE = "+15005550006", "+34600111222"


class Keeps:
    """A carrier's store without a network."""

    def __init__(self) -> None:
        self.fetched: list[str] = []

    def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        return PIXEL if url.endswith("picture") else b"<script>document.title = 'taken'</script>"


@pytest.fixture
def store() -> Keeps:
    return Keeps()


@pytest.fixture
def desk(tmp_path: Path, store: Keeps) -> Iterator[Desk]:
    need("built desk page (npm run build)", (DIST / "index.html").is_file() or None)
    core = make_core(f"sqlite:///{tmp_path / 'desk.db'}", hours=ALWAYS, undo_seconds=3)
    core = replace(core, text_sender=NUMBER)
    with running(core, more=(web_router(),), media={"sms": store}) as desk:
        yield desk


def complaints(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(
        "async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}))"
        ".violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target).join())"
    )
    return found


def text_in(desk: Desk, words: str, sid: str, *attached: Attached) -> service.Recorded:
    inbound = service.Inbound(
        channel="sms", account=NUMBER, address=PHONE, text=words, at=utc_now(), carrier_id=sid,
        media=len(attached), attached=attached,
    )  # fmt: skip
    return service.record_inbound(desk.core, inbound, utc_now())


def test_a_note_is_kept_by_keys_alone_and_never_reaches_the_customer(desk: Desk, sit: Open) -> None:
    customer = desk.case("mi lámpara llegó rota")
    page = sit("Ana")
    claim(page, customer.reference)
    page.locator(".transcript").focus()
    page.keyboard.press("n")
    note = page.get_by_label("Only colleagues see this")
    expect(note).to_be_focused()
    page.keyboard.type("llamar después de las seis")
    page.reload()
    expect(page.get_by_label("Only colleagues see this")).to_have_value("llamar después de las seis")
    page.get_by_role("button", name="Keep note").click()
    kept = page.locator(".said.note-of-agent")
    expect(kept).to_contain_text("Only for us")
    expect(kept).to_contain_text("llamar después de las seis")
    expect(page.locator(".packet .note-left")).to_have_text("llamar después de las seis")
    expect(page.get_by_role("button", name="Note for colleagues")).to_be_focused()
    assert not any("llamar" in words for words in customer.heard())
    assert complaints(page) == []


def test_colleagues_see_who_has_the_chat_open_and_who_types(desk: Desk, sit: Open) -> None:
    customer = desk.case("quiero hablar con una persona")
    ana = sit("Ana")
    claim(ana, customer.reference)
    luis = sit("Luis")
    row(luis, customer.reference)
    expect(ana.locator(".colleagues")).to_contain_text("Luis has this chat open")
    expect(luis.locator(".colleagues")).to_contain_text("Ana has this chat open")
    ana.locator("#composer").press_sequentially("Hola")
    expect(luis.locator(".colleagues")).to_contain_text("Ana is typing a reply")
    luis.get_by_role("button", name="Note for colleagues").click()
    luis.get_by_label("Only colleagues see this").press_sequentially("ya hablé con ella")
    expect(ana.locator(".colleagues")).to_contain_text("Luis is writing a note")
    luis.close()
    expect(ana.locator(".colleagues")).to_have_count(0)


def test_the_agent_sees_that_the_customer_types_and_it_goes_again(desk: Desk, sit: Open) -> None:
    customer = desk.case("quiero hablar con una persona")
    page = sit("Ana")
    claim(page, customer.reference)
    topic = desk_topic(customer.conversation_id)
    eventually(lambda: topic in desk.core.wake._subscriptions)  # type: ignore[attr-defined]
    token = make_token(desk.core, customer.conversation_id, utc_now())
    page.request.post(
        f"{desk.url}/api/v1/conversations/{customer.conversation_id}/typing",
        headers={"Authorization": f"Bearer {token}"},
        data={},
    )
    expect(page.locator(".customer-types")).to_have_text("The customer is typing…")
    expect(page.locator(".customer-types")).to_have_text("", timeout=10_000)


def held_with_phone(desk: Desk, page: Page) -> Customer:
    customer = desk.case("¿dónde está mi lámpara?")
    claim(page, customer.reference)
    customer.leaves_message("¿dónde está mi lámpara?", phone=PHONE)
    expect(page.locator(".packet")).to_contain_text(PHONE)
    return customer


def test_a_chat_goes_on_by_text_once_the_customer_has_left_and_the_number_says_yes(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    customer = held_with_phone(desk, page)
    line = page.locator(".reached")
    expect(line).to_contain_text("has left the page", timeout=25_000)
    expect(line).to_contain_text("asks for a yes")
    page.get_by_role("button", name=f"Go on by text to {PHONE}").click()
    expect(line).to_contain_text(f"{PHONE} was asked for a yes")
    text_in(desk, "sí", "SM1")
    expect(line).to_contain_text(f"Replies go by text to {PHONE}")
    text_in(desk, "gracias, sigo por aquí", "SM2")
    log = page.get_by_role("log")
    expect(log).to_contain_text("gracias, sigo por aquí")
    expect(log).to_contain_text("by text")
    page.locator("#composer").fill("Sale mañana")
    page.keyboard.press("Enter")
    expect(log).to_contain_text("Sale mañana")
    leased: list[service.Outgoing] = []

    def taken() -> bool:
        leased.extend(service.lease_deliveries(desk.core, channel="sms", owner="t", limit=5, now=utc_now()))
        for each in leased:
            if service.begin_sending(desk.core, each.id, "t", now=utc_now()):
                service.finish_sending(desk.core, each.id, "t", service.Sent(carrier_id=each.id), now=utc_now())
        return any(each.text == f"Sale mañana\n({customer.reference})" for each in leased)

    eventually(taken)
    assert {each.address for each in leased} == {PHONE}
    assert complaints(page) == []
    page.get_by_role("button", name="Back to the page").click()
    expect(page.get_by_role("button", name="Back to the page")).to_have_count(0)


def test_a_picture_is_fetched_when_it_is_opened_and_anything_else_is_only_saved(
    desk: Desk, sit: Open, store: Keeps
) -> None:
    recorded = text_in(
        desk, "", "MM1",
        Attached(url="https://carrier/picture", content_type="image/png"),
        Attached(url="https://carrier/page", content_type="image/png"),
        Attached(url="https://carrier/page", content_type="text/html"),
    )  # fmt: skip
    reference = service.ask_person(desk.core, recorded.conversation_id, now=utc_now()).reference
    page = sit("Ana")
    claim(page, reference)
    assert store.fetched == []
    assert "carrier" not in page.content()
    page.get_by_role("button", name="Show picture 1").click()
    picture = page.get_by_role("img", name="Picture 1 from the customer")
    expect(picture).to_be_visible()
    eventually(lambda: store.fetched == ["https://carrier/picture"])
    page.get_by_role("button", name="Show picture 2").click()
    expect(page.get_by_text("This picture cannot be shown")).to_be_visible()
    page.get_by_role("button", name=re.compile("File from the customer")).click()
    expect(page.get_by_text("nobody has checked it")).to_be_visible()
    with page.expect_download() as saved:
        page.locator(".attached-warning a").click()
    assert saved.value.suggested_filename.endswith(".bin")
    assert "taken" not in page.title()
    assert complaints(page) == []


def test_the_packet_masks_contact_until_the_chat_is_mine_and_says_what_to_know(desk: Desk, sit: Open) -> None:
    customer = desk.case("¿puedo devolver unos zapatos usados?", "quiero una persona")
    luis, ana = sit("Luis"), sit("Ana")
    claim(luis, customer.reference)
    customer.leaves_message("llamadme", phone=PHONE)
    row(ana, customer.reference)
    packet = ana.locator(".packet")
    expect(packet).to_contain_text("•••1222")
    expect(packet).to_contain_text("Shown in full once you hold this chat")
    expect(packet).not_to_contain_text(PHONE)
    packet = luis.locator(".packet")
    expect(packet).to_contain_text(PHONE)
    expect(packet).not_to_contain_text("Shown in full")
    for words in ("Their time", "not known", "Good to know", "Replies are read while their page is open"):
        expect(packet).to_contain_text(words)
    assert complaints(ana) == []
