"""What helps an agent to write: suggested answers, saved replies, and the cost of a text message."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from handoff import service
from handoff.clock import utc_now
from handoff.service.people import canned
from handoff.service.people.canned_drafts import Draft
from tests.support.desk import Customer, Desk, eventually
from tests.support.engine import ScriptedEngine
from tests.ui.conftest import Open
from tests.ui.test_desk import claim, row
from tests.ui.test_desk_safety import findings

HOURS = "Open **every day**."


def keep(desk: Desk, name: str, en: str, es: str, topic: str = "greeting") -> None:
    drafts = [*canned.team_canned(desk.core), Draft(name=name, topic=topic, texts={"en": en, "es": es})]
    canned.import_canned(desk.core, drafts, actor="test", now=utc_now())


def asks(desk: Desk, text: str = "when are you open?", channel: str = "web", language: str = "en") -> Customer:
    return desk.case(text, reason="urgency.deadline", evidence="hurry", channel=channel, language=language)


def composer(page: Page) -> Locator:
    return page.locator("#composer")


def suggestion(page: Page) -> Locator:
    return page.get_by_role("region", name="Suggested answer")


def finder(page: Page, name: str = "Find a saved reply") -> Locator:
    return page.get_by_role("combobox", name=name)


def recorded(desk: Desk, customer: Customer) -> list[Any]:
    """What each agent's message says of the answers it was made of."""
    actor = next(each.agent for each in desk.present())
    said = service.read_case(desk.core, actor, customer.reference, now=utc_now()).transcript
    return [
        [(use.id, use.version, use.used) for use in each.suggested or ()] for each in said if each.author == "agent"
    ]


def test_tab_inserts_the_suggested_answer_and_the_reply_records_it(desk: Desk, sit: Open) -> None:
    customer = asks(desk)
    page = sit("Ana")
    claim(page, customer.reference)
    expect(suggestion(page)).to_contain_text("Opening hours")
    expect(suggestion(page)).to_contain_text("Open every day.")  # as the customer reads it
    composer(page).focus()
    page.keyboard.press("Tab")
    expect(composer(page)).to_have_value(HOURS)
    expect(composer(page)).to_be_focused()
    expect(suggestion(page)).to_be_hidden()
    page.keyboard.press("Enter")
    eventually(lambda: HOURS in customer.heard())
    assert recorded(desk, customer) == [[("shop-hours", 1, "as_is")]]
    expect(page.get_by_role("log")).to_contain_text("Approved answer: Opening hours")
    customer.says("and on Sundays?")
    expect(page.get_by_role("log")).to_contain_text("and on Sundays?")
    expect(suggestion(page)).to_be_hidden()  # they were told already


def test_an_edited_answer_is_recorded_as_edited_and_one_that_is_gone_not_at_all(desk: Desk, sit: Open) -> None:
    customer = asks(desk)
    page = sit("Ana")
    claim(page, customer.reference)
    suggestion(page).get_by_role("button", name="Insert").click()
    page.keyboard.press("End")
    page.keyboard.type(" Sundays too.")
    page.reload()
    expect(composer(page)).to_have_value(f"{HOURS} Sundays too.")
    composer(page).press("Enter")
    eventually(lambda: f"{HOURS} Sundays too." in customer.heard())
    assert recorded(desk, customer) == [[("shop-hours", 1, "edited")]]
    expect(page.get_by_role("log")).to_contain_text("Approved answer, edited: Opening hours")
    composer(page).fill("opening hours")
    suggestion(page).get_by_role("button", name="Insert").click()
    expect(composer(page)).to_have_value(HOURS)  # the search has given way
    composer(page).fill("I will look.")
    composer(page).press("Enter")
    eventually(lambda: "I will look." in customer.heard())
    assert recorded(desk, customer)[-1] == []


def test_escape_hides_a_suggestion_and_tab_then_leaves_the_field(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    claim(page, asks(desk).reference)
    expect(suggestion(page)).to_be_visible()
    composer(page).focus()
    expect(composer(page)).to_have_accessible_description(
        "Suggested answer: Opening hours. Tab inserts it, Escape hides it."
    )
    page.keyboard.press("Escape")
    expect(suggestion(page)).to_be_hidden()
    expect(composer(page)).to_be_focused()
    page.keyboard.press("Tab")
    expect(composer(page)).not_to_be_focused()
    expect(composer(page)).to_have_value("")


def test_an_ill_engine_is_never_in_the_way(desk: Desk, sit: Open, engine: ScriptedEngine) -> None:
    engine.script = lambda asked: b"garbage"
    customer = asks(desk)
    page = sit("Ana")
    claim(page, customer.reference)
    composer(page).fill("opening hours")
    expect(suggestion(page)).to_contain_text("Opening hours")  # found by words
    composer(page).fill("hello")
    expect(suggestion(page)).to_be_hidden()
    expect(page.get_by_role("alert")).to_have_count(0)
    composer(page).press("Enter")
    eventually(lambda: "hello" in customer.heard())


def test_a_slash_finds_a_saved_reply_by_keys_and_fills_it_from_the_case(desk: Desk, sit: Open) -> None:
    keep(desk, "hello", "Hello {customer_name}, I am {agent_name} of {business}.", "Hola, {customer_name}.")
    keep(desk, "case", "Your case is {reference}.", "El caso es {reference}.", topic="closing")
    customer = asks(desk)
    page = sit("Ana")
    claim(page, customer.reference)
    composer(page).focus()
    page.keyboard.press("/")
    expect(finder(page)).to_be_focused()
    options = page.get_by_role("listbox", name="Find a saved reply").get_by_role("option")
    expect(options).to_have_count(2)
    expect(finder(page)).to_have_attribute(
        "aria-activedescendant", re.compile(options.first.get_attribute("id") or "?")
    )
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(composer(page)).to_be_focused()
    page.keyboard.type("/clos")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    expect(composer(page)).to_have_value(f"Your case is {customer.reference}.")
    composer(page).fill("")
    page.keyboard.type("/hel")
    page.keyboard.press("Enter")
    expect(composer(page)).to_have_value("Hello {customer_name}, I am Ana of Aurora.")


def test_a_place_that_the_case_does_not_know_must_be_filled_before_sending(desk: Desk, sit: Open) -> None:
    keep(desk, "hello", "Hello {customer_name}.", "Hola, {customer_name}.")
    customer = asks(desk)
    page = sit("Ana")
    claim(page, customer.reference)
    composer(page).focus()
    page.keyboard.type("/hello")
    expect(page.get_by_role("option", name="/hello")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Fill in or remove before sending:")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    composer(page).press("End")
    page.keyboard.press("Enter")
    expect(composer(page)).to_have_value("Hello {customer_name}.")  # and the place is selected
    page.keyboard.type("Eva")
    expect(composer(page)).to_have_value("Hello Eva.")
    page.keyboard.press("Enter")
    eventually(lambda: "Hello Eva." in customer.heard())


def test_a_slash_can_also_be_just_a_slash(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    claim(page, asks(desk).reference)
    composer(page).focus()
    page.keyboard.press("/")
    expect(finder(page)).to_be_focused()
    page.keyboard.press("/")
    expect(composer(page)).to_be_focused()
    expect(composer(page)).to_have_value("/")
    page.keyboard.type("a/b")
    expect(composer(page)).to_have_value("/a/b")


def test_an_approved_answer_is_found_by_words_and_inserted(desk: Desk, sit: Open) -> None:
    customer = asks(desk, language="es")
    page = sit("Ana")
    claim(page, customer.reference)
    composer(page).fill("Hola, Eva:")
    page.get_by_role("button", name="Approved answers").click()
    find = finder(page, "Find an approved answer")
    find.fill("zeppelin")
    expect(page.get_by_text("Nothing has these words.")).to_be_visible()
    find.fill("horar")
    expect(page.get_by_role("option")).to_contain_text("Abierto todos los días.")
    page.keyboard.press("Enter")
    expect(composer(page)).to_have_value("Hola, Eva:\nAbierto **todos los días**.")
    page.keyboard.press("Control+z")
    expect(composer(page)).to_have_value("Hola, Eva:")
    page.keyboard.press("Control+y")
    composer(page).press("Enter")
    eventually(lambda: recorded(desk, customer) == [[("shop-hours", 1, "edited")]])


def test_a_text_message_tells_its_cost_and_its_limit_before_it_is_sent(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    claim(page, asks(desk, channel="sms").reference)
    composer(page).fill("a" * 161)
    expect(page.get_by_text("2 texts · 161 of 306 characters")).to_be_visible()
    composer(page).fill("“hi” " + "a" * 80)
    expect(page.get_by_text("“ ” makes this 2 texts instead of 1.")).to_be_visible()
    page.get_by_role("button", name="Use plain signs").click()
    expect(composer(page)).to_have_value('"hi" ' + "a" * 80)
    expect(page.get_by_text("1 text · 85 of 160 characters")).to_be_visible()
    composer(page).fill("a" * 613)
    expect(page.get_by_text("5 texts, and 4 is the most for one message.")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    composer(page).fill("a" * 612)
    expect(page.get_by_role("button", name="Send")).to_be_enabled()


def test_the_web_counts_no_texts(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    claim(page, asks(desk).reference)
    composer(page).fill("ó" * 200)
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    expect(page.locator(".sms-cost, .dear")).to_have_count(0)


def replies_page(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("button", name=re.compile("^(You|Tú|Ana|Elena)")).click()
    page.get_by_role("button", name="Saved replies").click()
    expect(page.get_by_role("heading", name="Saved replies")).to_be_visible()


def fill(page: Page, name: str, english: str, spanish: str = "") -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Short name").fill(name)
    dialog.get_by_label("Text in English", exact=True).fill(english)
    dialog.get_by_label("Text in Spanish", exact=True).fill(spanish)
    dialog.get_by_role("button", name="Save").click()


def test_a_supervisor_keeps_the_teams_replies_and_an_agent_their_own(desk: Desk, sit: Open) -> None:
    desk.agent("Elena", role="supervisor")
    boss = sit("Elena")
    replies_page(boss)
    boss.get_by_role("button", name="New reply").click()
    fill(boss, "Order Number", "Which {oder}?")
    dialog = boss.get_by_role("dialog")
    expect(dialog.get_by_label("Short name")).to_have_value("order-number")
    expect(dialog.get_by_label("Text in Spanish", exact=True)).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Text in English", exact=True).fill("About ")
    dialog.get_by_role("button", name="Add the case's reference to the text in English").click()
    expect(dialog.get_by_label("Text in English", exact=True)).to_have_value("About {reference}")
    dialog.get_by_label("Text in Spanish", exact=True).fill("Sobre {reference}")
    dialog.get_by_role("button", name="Save").click()
    expect(boss.get_by_text("“order-number” is saved.")).to_be_visible()
    page = sit("Ana")
    replies_page(page)
    team, mine = page.get_by_role("region", name="For the team"), page.get_by_role("region", name="Only for me")
    expect(team).to_contain_text("Sobre {reference}")
    expect(team.get_by_role("button")).to_have_count(0)
    page.get_by_role("button", name="New reply").click()
    fill(page, "mine", "My own.")
    expect(mine).to_contain_text("/mine")
    mine.get_by_role("button", name="Remove mine").click()
    expect(mine).not_to_contain_text("/mine")
    page.get_by_role("button", name="Undo").click()
    expect(mine).to_contain_text("/mine")
    boss.reload()
    expect(boss.get_by_role("region", name="For the team")).to_contain_text("/order-number")
    expect(boss.get_by_role("region", name="Only for me")).not_to_contain_text("/mine")


@pytest.mark.parametrize(("width", "locale", "scheme"), [(1440, "en-GB", "light"), (360, "es-ES", "dark")])
def test_the_helps_fit_and_have_no_axe_findings(desk: Desk, sit: Open, width: int, locale: str, scheme: str) -> None:
    keep(desk, "hello", "Hello {customer_name}.", "Hola, {customer_name}: " + "palabras " * 40)
    customer = asks(desk, channel="sms", language="es")
    page = sit("Ana", width=width, height=800, locale=locale, scheme=scheme)
    row(page, customer.reference)
    page.locator("footer.bar button.primary").click()
    expect(page.locator(".suggestion")).to_be_visible()
    composer(page).fill("Aquí " + "a" * 90)
    expect(page.locator(".dear")).to_be_visible()
    clean(page)
    composer(page).fill("")
    page.keyboard.press("/")
    expect(page.get_by_role("option")).to_have_count(1)
    clean(page)
    page.keyboard.press("Enter")
    expect(page.locator(".unfilled")).to_be_visible()
    clean(page)
    page.evaluate("location.hash = '#/replies'")
    expect(page.locator(".saved-reply")).to_have_count(1)
    clean(page)
    page.locator(".saved-replies .head button").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    clean(page)


def clean(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert findings(page) == []
