"""What agents do at the desk, in a real browser."""

import re

from playwright.sync_api import APIResponse, Page, Route, expect

from handoff.clock import utc_now
from handoff.service.people import accounts
from handoff.states import Urgency
from tests.support.desk import Desk, eventually
from tests.ui.conftest import Open

TAKE = re.compile("^(Claim|Accept)")


def row(page: Page, reference: str) -> None:
    page.locator(f".queue [data-reference={reference}]").click()
    expect(page.locator(".transcript")).to_be_visible()


def claim(page: Page, reference: str) -> None:
    """Takes the case, which the sweeper may have offered to somebody meanwhile."""
    row(page, reference)
    page.locator("footer.bar").get_by_role("button", name=TAKE).click()
    expect(page.locator("#composer")).to_be_enabled()


def test_a_one_time_link_signs_in_and_leaves_the_address(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    assert page.url.endswith("/desk/#/")
    expect(page.get_by_text("Nobody is waiting")).to_be_visible()
    eventually(lambda: desk.present()[0].status == "online")


def test_a_used_link_says_what_to_do(desk: Desk, sit: Open) -> None:
    desk.agent("Ana")
    link = desk.link("Ana")
    token = link.partition("=")[2]
    accounts.open_session(desk.core, invite=token, now=utc_now())
    page = sit("Luis").context.new_page()
    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text("Ask an administrator")


def test_a_case_appears_by_itself_with_reason_evidence_and_countdown(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    customer = desk.case("me han robado la tarjeta", reason="urgency.fraud", urgency=Urgency.HIGH)
    found = page.locator(f"[data-reference={customer.reference}]")
    for words in ("Urgent", "fraud", "“me han robado la tarjeta”", "web", "es"):
        expect(found).to_contain_text(words)
    expect(found.locator(".deadline")).to_be_visible()
    expect(found.locator(".deadline")).to_have_text(re.compile(r"(answer|accept) in \d+:\d\d"))
    expect(page).to_have_title(re.compile(r"^\(1\) "))


def test_claim_talk_and_return_to_the_bot(desk: Desk, sit: Open) -> None:
    customer = desk.case("quiero hablar con una persona")
    page = sit("Ana")
    claim(page, customer.reference)
    page.locator("#composer").fill("Hola, soy Ana")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Hola, soy Ana")
    eventually(lambda: "Hola, soy Ana" in customer.heard())
    customer.says("gracias por venir")
    expect(page.get_by_role("log")).to_contain_text("gracias por venir")
    page.get_by_role("button", name="Return to the bot").click()
    page.get_by_role("dialog").get_by_role("button", name="Return to the bot").click()
    expect(page.locator(".undo")).to_contain_text(customer.reference)
    expect(page.get_by_text("This case is closed: back with the bot.")).to_be_visible(timeout=10_000)


def test_the_packet_s_sections_stand_one_below_the_other(desk: Desk, sit: Open) -> None:
    customer = desk.case("quiero hablar con una persona")
    page = sit("Ana")
    claim(page, customer.reference)
    sections = page.locator(".packet .part")
    expect(sections.nth(2)).to_be_visible()
    boxes = [box for each in sections.all() if (box := each.bounding_box())]
    assert min(box["width"] for box in boxes) > 200
    assert [box["y"] for box in boxes] == sorted({box["y"] for box in boxes})


def test_an_action_can_be_undone(desk: Desk, sit: Open) -> None:
    customer = desk.case("hola")
    page = sit("Ana")
    claim(page, customer.reference)
    page.locator("#composer").blur()
    page.keyboard.press("e")
    page.get_by_role("dialog").get_by_label("Topic").fill("tarjeta")
    page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    page.locator(".undo").get_by_role("button").click()
    expect(page.get_by_text("The chat is still yours")).to_be_visible()
    expect(page.locator("#composer")).to_be_enabled()


def test_the_agent_who_loses_a_claim_is_told_who_won_it(desk: Desk, sit: Open) -> None:
    """Luis looks at a case that Ana claims while his page cannot read it again; then he presses Claim."""
    customer = desk.case("hola")
    luis = sit("Luis")
    row(luis, customer.reference)
    luis.route(f"**/handoffs/{customer.reference}", lambda route: route.abort())
    claim(sit("Ana"), customer.reference)
    luis.locator("footer.bar").get_by_role("button", name=TAKE).click()
    expect(luis.get_by_role("alert")).to_have_text("Ana took this chat first.")
    luis.unroute(f"**/handoffs/{customer.reference}")
    customer.says("¿hola?")
    expect(luis.get_by_text("Ana has this chat")).to_be_visible()


def test_a_draft_survives_a_reload(desk: Desk, sit: Open) -> None:
    customer = desk.case("hola")
    page = sit("Ana")
    claim(page, customer.reference)
    page.locator("#composer").fill("a medio escribir")
    page.reload()
    expect(page.locator("#composer")).to_have_value("a medio escribir")


def test_shift_enter_makes_a_line_and_enter_sends(desk: Desk, sit: Open) -> None:
    customer = desk.case("hola")
    page = sit("Ana")
    claim(page, customer.reference)
    page.locator("#composer").press_sequentially("uno")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("dos")
    page.keyboard.press("Enter")
    expect(page.locator("#composer")).to_have_value("")
    eventually(lambda: "uno\ndos" in customer.heard())


def test_a_reply_that_did_not_leave_is_kept_and_tried_again(desk: Desk, sit: Open) -> None:
    customer = desk.case("hola")
    page = sit("Ana")
    claim(page, customer.reference)
    page.route("**/reply", lambda route: route.abort())
    page.locator("#composer").fill("una sola vez")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not confirmed")).to_be_visible()
    page.unroute("**/reply")
    page.reload()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Not confirmed")).to_be_hidden()
    eventually(lambda: customer.heard().count("una sola vez") == 1)


def test_a_reply_whose_answer_was_lost_is_recognised_and_said_once(desk: Desk, sit: Open) -> None:
    """The server stores it and its answer is lost on the way; the transcript has its client_id."""
    customer = desk.case("hola")
    page = sit("Ana")
    claim(page, customer.reference)
    page.route("**/reply", lambda route: (route.fetch(), route.abort()))
    page.locator("#composer").fill("una sola vez")
    page.keyboard.press("Enter")
    expect(page.locator(".said.agent:not(.unsent)")).to_contain_text("una sola vez")
    expect(page.locator(".unsent")).to_have_count(0)
    assert customer.heard().count("una sola vez") == 1


def test_an_ended_session_asks_to_sign_in_again_in_place_and_keeps_the_draft(desk: Desk, sit: Open) -> None:
    customer = desk.case("hola")
    page = sit("Ana")
    ana = next(each.agent for each in desk.present() if each.agent.name == "Ana")
    accounts.set_password(desk.core, ana, "correct horse battery", now=utc_now())  # ends the page's session
    again = page.get_by_role("dialog")
    expect(again).to_contain_text("Your session has ended", timeout=15_000)
    again.get_by_label("E-mail").fill("ana@example.com")
    again.get_by_label("Password").fill("correct horse battery")
    again.get_by_role("button", name="Sign in").click()
    expect(again).to_be_hidden()
    claim(page, customer.reference)


def test_a_stream_that_broke_catches_up(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    page.context.set_offline(True)
    page.evaluate("fetch('/healthz').catch(() => 0)")
    customer = desk.case("mientras tanto")
    page.context.set_offline(False)
    expect(page.locator(f"[data-reference={customer.reference}]")).to_be_visible(timeout=15_000)


def test_a_promised_callback_stands_by_its_due_time_and_can_be_called(desk: Desk, sit: Open) -> None:
    customer = desk.case("¿y mi pedido?")
    customer.leaves_message("Llegó roto", name="Carmen Ruiz", phone="+34600111222")
    page = sit("Ana")
    page.get_by_role("button", name="Callbacks").click()
    found = page.locator(f"[data-reference={customer.reference}]")
    expect(found).to_contain_text("Carmen Ruiz")
    expect(found.get_by_text(re.compile(r"by (today|tomorrow) \d\d:\d\d"))).to_be_visible()
    found.click()
    expect(page.locator(".packet")).to_contain_text("•••1222")  # in full for whoever makes the call
    page.get_by_role("button", name="Start the call").click()
    expect(page.get_by_role("link", name="+34600111222")).to_have_attribute("href", "tel:+34600111222")
    page.get_by_role("button", name="No answer").click()
    expect(page.locator(".packet")).to_contain_text("No answer")


def test_an_offer_is_accepted_in_its_row(desk: Desk, sit: Open) -> None:
    customer = desk.case("hola")
    ana, luis = sit("Ana"), sit("Luis")
    claim(ana, customer.reference)
    ana.get_by_role("button", name="Transfer").click()
    ana.get_by_role("dialog").get_by_text("Luis").click()
    ana.get_by_role("dialog").get_by_role("button", name="Transfer").click()
    offer = luis.locator(".offers")
    expect(offer).to_contain_text(re.compile(r"accept in \d:\d\d"), timeout=15_000)
    offer.get_by_role("button", name="Accept", exact=True).click()
    expect(luis.locator("#composer")).to_be_enabled()


def test_going_away_is_kept_and_seen_by_the_server(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    page.get_by_role("button", name="You: Ana").click()
    page.get_by_label("Away").check()
    eventually(lambda: desk.present()[0].status == "away")
    page.reload()
    expect(page.get_by_role("button", name="Go online")).to_be_visible()


def test_keys_move_claim_and_write(desk: Desk, sit: Open) -> None:
    first = desk.case("uno", urgency=Urgency.HIGH)
    second = desk.case("dos")
    page = sit("Ana")
    expect(page.locator(".row")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(f"[data-reference={second.reference}]")).to_have_attribute("aria-current", "true")
    page.keyboard.press("k")
    expect(page.locator(f"[data-reference={first.reference}]")).to_have_attribute("aria-current", "true")
    expect(page.locator(".transcript")).to_contain_text("uno")
    page.keyboard.press("c")
    expect(page.locator("#composer")).to_be_focused()
    page.keyboard.type("jkc")
    expect(page.locator("#composer")).to_have_value("jkc")


def test_a_slow_read_does_not_take_back_what_the_agent_has_done(desk: Desk, sit: Open) -> None:
    """The read was answered before the claim and arrives after it: the reply box stays, with focus and words."""
    customer = desk.case("uno")
    page = sit("Ana")
    held: list[tuple[Route, APIResponse]] = []
    row(page, customer.reference)
    expect(page.locator(".transcript")).to_contain_text("uno")
    page.route(f"**/handoffs/{customer.reference}", lambda route: held.append((route, route.fetch())), times=1)
    customer.says("dos")
    while not held:
        page.wait_for_timeout(50)
    page.keyboard.press("c")
    expect(page.locator("#composer")).to_be_focused()
    page.evaluate("window.box = document.getElementById('composer')")
    route, old = held[0]
    route.fulfill(response=old)
    expect(page.locator(".transcript")).to_contain_text("dos")
    assert page.evaluate("window.box.isConnected && document.activeElement === window.box")


def test_the_page_speaks_spanish_where_the_browser_does(desk: Desk, sit: Open) -> None:
    customer = desk.case("hola")
    page = sit("Ana", locale="es-ES")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator(f"[data-reference={customer.reference}]")).to_contain_text("pidió una persona")
    page.get_by_role("button", name="Sesión de Ana").click()
    page.get_by_label("Idioma").select_option("en")
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def test_a_phone_shows_one_column_at_a_time(desk: Desk, sit: Open) -> None:
    customer = desk.case("hola")
    page = sit("Ana", width=360, height=740)
    row(page, customer.reference)
    expect(page.locator(".queue")).to_be_hidden()
    page.get_by_role("button", name="Case details").click()
    expect(page.locator(".transcript")).to_be_hidden()
    expect(page.locator(".packet")).to_be_visible()
    page.get_by_role("button", name="Back to the chat").click()
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator(".queue")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
