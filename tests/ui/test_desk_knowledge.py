"""The knowledge at the desk, in a real browser: found, written, reviewed, approved, taken out, and looked back on."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.knowledge import approving, drafting, reading
from bot.knowledge.content import Entry
from bot.knowledge.release import build_release
from bot.knowledge.review import import_folder
from bot.knowledge.routes import router
from bot.knowledge.tables import migrate
from handoff.clock import utc_now
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Desk, running
from tests.support.knowledge import entry, every_notice, library_in, write_folder
from tests.support.missing import need
from tests.ui.conftest import DIST, Open
from tests.ui.test_desk_alerts import fits
from tests.ui.test_desk_guarantee import place, sit_as
from tests.ui.test_desk_safety import findings

ID = "shop-hours"
WEB = "Answer on the web, English"
PAST = date(2026, 1, 31)

Room = Callable[..., Page]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with an answer in service, one past its review, and the system's own words."""
    need("built desk page (npm run build)", (DIST / "index.html").is_file() or None)
    core = make_core(f"sqlite:///{tmp_path / 'desk.db'}", hours=ALWAYS)
    migrate(core.database)
    items = (entry(), _other("lamp-care", "Care of lamps", topic="lamps", review_by=PAST), *every_notice())
    import_folder(library_in(core), write_folder(tmp_path / "kb", *items), utc_now(), by="Pilar")
    build_release(library_in(core), utc_now(), by="Pilar")
    with running(core, more=[router()]) as desk:
        yield desk


@pytest.fixture
def room(desk: Desk, sit: Open) -> Room:
    """Somebody at the desk, with the knowledge open; `page` as in the address."""

    def opened(name: str = "Elena", role: str = "supervisor", page: str = "", **how: Any) -> Page:
        browser = sit_as(desk, sit, name, role, **how)
        place(browser, "Knowledge" if how.get("locale", "en").startswith("en") else "Conocimiento").click()
        if page:
            browser.evaluate(f"location.hash = '#/knowledge/{page}'")
        return browser

    return opened


def _other(item_id: str, title: str, **changes: Any) -> Entry:
    asked = {
        "en": [f"{item_id} something {n}" for n in range(8)],
        "es": [f"{item_id} alguna cosa {n}" for n in range(8)],
    }
    return entry(item_id, title={"en": title, "es": f"{title} (es)"}, phrasings=asked, **changes)


def somebody_saves(desk: Desk, base: int, **changes: Any) -> None:
    """Pilar saves a draft of the opening hours meanwhile."""
    drafting.save_draft(library_in(desk.core), entry(ID, **changes), base_version=base, author="Pilar", now=utc_now())


def newest(desk: Desk, item_id: str = ID) -> reading.ItemView:
    return reading.read_item(desk.core.database, item_id, utc_now())


def row(page: Page, item_id: str) -> Any:
    return page.locator(f"[data-item={item_id}]")


def saved(page: Page, version: int) -> None:
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text(f"Saved as version {version}, a draft.")).to_be_visible()


def test_everybody_finds_answers_in_both_languages(room: Room) -> None:
    page = room("Ana", "agent")
    expect(page).to_have_url(re.compile("#/knowledge$"))
    expect(row(page, ID)).to_contain_text("Opening hours")
    expect(row(page, ID)).to_contain_text("In service")
    expect(row(page, ID)).to_contain_text("Customers get it")
    page.get_by_label("Search in both languages").fill("cuando abren")
    expect(row(page, "lamp-care")).to_have_count(0)
    expect(page.get_by_text("1 found")).to_be_visible()
    expect(row(page, ID)).to_be_visible()
    page.get_by_label("Search in both languages").fill("zzz nothing")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("button", name="Show everything").click()
    expect(row(page, "lamp-care")).to_be_visible()


def test_the_list_says_what_is_past_its_review_and_not_given(room: Room) -> None:
    page = room()
    expect(row(page, "lamp-care")).to_contain_text("No longer given")
    expect(row(page, "lamp-care").locator(".deadline.past")).to_contain_text("Review was due Jan 31, 2026")
    page.get_by_label("Topic").select_option("lamps")
    expect(row(page, ID)).to_have_count(0)
    page.get_by_label("State").select_option("Draft")
    expect(page.get_by_text("Nothing matches")).to_be_visible()


def test_the_list_is_walked_and_opened_by_keys_and_keeps_what_was_looked_for(room: Room) -> None:
    page = room()
    page.get_by_label("Topic").select_option("shop")
    expect(row(page, "lamp-care")).to_have_count(0)
    page.get_by_role("heading", name="Knowledge", exact=True).click()
    page.keyboard.press("j")
    expect(row(page, ID)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"#/knowledge/entry/{ID}$"))
    expect(page.get_by_label(WEB)).to_have_value("Open **every day**.")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Topic")).to_have_value("shop")


def test_an_answer_is_edited_with_its_preview_and_saved_as_a_draft(desk: Desk, room: Room) -> None:
    page = room("Ana", "agent", f"entry/{ID}")
    page.get_by_label(WEB).fill("Open **on Mondays**, see [the guide](https://example.com/a).")
    shown = page.get_by_role("figure", name="On the web, English")
    expect(shown.locator("strong")).to_have_text("on Mondays")
    expect(shown.get_by_role("link", name="the guide")).to_have_attribute("href", "https://example.com/a")
    expect(shown).to_contain_text("Source: Guide · 1")
    page.get_by_label("Answer by SMS, English").fill("Open on Mondays ✓")
    sms = page.get_by_role("figure", name="By SMS, English")
    expect(sms).to_contain_text("1 segment · UCS-2")
    expect(sms).to_contain_text("✓ makes every text cost about double")
    saved(page, 2)
    expect(page.locator(".of-entry")).to_contain_text("Draft")
    expect(page.locator(".of-entry")).to_contain_text("Version 1 is in service")
    expect(page.get_by_text("A supervisor puts it in review")).to_be_visible()
    expect(page.get_by_role("button", name="Put in review")).to_have_count(0)
    assert newest(desk).author == "Ana (ana@example.com)"


def test_what_was_not_saved_survives_a_reload_and_can_be_thrown_away_and_brought_back(room: Room) -> None:
    page = room(page=f"entry/{ID}")
    page.get_by_label(WEB).fill("Never on Sundays.")
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Your unsaved work from before is here again.")).to_be_visible()
    expect(page.get_by_label(WEB)).to_have_value("Never on Sundays.")
    page.get_by_role("button", name="Throw my changes away").click()
    expect(page.get_by_label(WEB)).to_have_value("Open **every day**.")
    page.get_by_role("button", name="Bring them back").click()
    expect(page.get_by_label(WEB)).to_have_value("Never on Sundays.")


def test_two_people_at_one_answer_lose_nothing(desk: Desk, room: Room) -> None:
    page = room(page=f"entry/{ID}")
    page.get_by_label(WEB).fill("Mine.")
    page.get_by_label("Answer by SMS, English").fill("Mine, short.")
    theirs = {"en": {"web": "Theirs.", "sms": "Open every day."}, "es": {"web": "Suya.", "sms": "Suya."}}
    somebody_saves(desk, 1, answers=theirs)
    page.keyboard.press("Control+s")
    conflict = page.get_by_role("alert").filter(has_text="Somebody else saved version 2")
    expect(conflict).to_contain_text("Nothing of yours is lost.")
    expect(conflict).to_contain_text("Theirs.")
    assert findings(page) == []
    expect(page.get_by_label(WEB)).to_have_value("Mine.")
    expect(page.get_by_role("button", name="Save draft")).to_be_disabled()
    conflict.get_by_role("button", name="Keep both").click()
    expect(page.get_by_label(WEB)).to_have_value("Mine.")
    expect(page.get_by_label("Answer by SMS, English")).to_have_value("Mine, short.")
    expect(page.get_by_label("Answer on the web, Spanish")).to_have_value("Suya.")
    expect(page.locator(".merged")).to_contain_text("Theirs.")
    saved(page, 3)


def test_taking_theirs_keeps_mine_aside(desk: Desk, room: Room) -> None:
    page = room(page=f"entry/{ID}")
    page.get_by_label(WEB).fill("Mine.")
    somebody_saves(desk, 1, owner="Pilar")
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("You changed different places")
    page.get_by_role("button", name="Take theirs, keep mine aside").click()
    expect(page.get_by_label("Who answers for it")).to_have_value("Pilar")
    page.get_by_role("button", name="Bring them back").click()
    expect(page.get_by_label(WEB)).to_have_value("Mine.")


def test_what_the_server_refuses_is_said_at_its_field(room: Room) -> None:
    page = room(page=f"entry/{ID}")
    page.get_by_label(re.compile("^Topic")).fill("Not a topic!")
    page.get_by_role("button", name="Save draft").click()
    field = page.get_by_label(re.compile("^Topic"))
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#field-topic-told")).to_contain_text("has characters that are not allowed here")
    expect(page.get_by_text("Mend what is marked and save again.")).to_be_visible()
    expect(field).to_have_value("Not a topic!")


def test_from_a_new_answer_to_its_approval(desk: Desk, room: Room, sit: Open) -> None:
    page = room("Ana", "agent")
    page.get_by_role("link", name="New answer").click()
    _write_it(page)
    expect(page.get_by_label(re.compile("^Short name"))).to_have_value("is-there-parking")
    saved(page, 1)
    expect(page).to_have_url(re.compile("entry/is-there-parking$"))
    boss = room(page="entry/is-there-parking")
    boss.get_by_role("button", name="Put in review").click()
    expect(boss.get_by_text("It is in review now.")).to_be_visible()
    boss.get_by_role("button", name="Send back…").click()
    boss.get_by_label("What is to be mended").fill("Say the street.")
    boss.get_by_role("dialog").get_by_role("button", name="Send back").click()
    expect(boss.get_by_role("region", name="History")).to_contain_text("“Say the street.”")
    boss.get_by_role("button", name="Put in review").click()
    boss.get_by_role("button", name="Approve…").click()
    dialog = boss.get_by_role("dialog")
    for words in ("Behind the shop.", "Detrás de la tienda.", "Who answers for it", "Guide · 2"):
        expect(dialog).to_contain_text(words)
    expect(dialog.locator("code")).to_have_attribute("title", newest(desk, "is-there-parking").digest)
    assert findings(boss) == []
    dialog.get_by_role("button", name="Approve version 1").click()
    expect(boss.get_by_text("Approved. Customers get it with the next release.")).to_be_visible()
    found = newest(desk, "is-there-parking")
    assert (found.state, found.approver) == ("approved", "Elena (elena@example.com)")


def _write_it(page: Page) -> None:
    for language, words in {"English": "Behind the shop.", "Spanish": "Detrás de la tienda."}.items():
        title = "Is there parking?" if language == "English" else "¿Hay aparcamiento?"
        page.get_by_label(f"Title, {language}").fill(title)
        page.get_by_label(f"Answer on the web, {language}").fill(words)
        page.get_by_label(f"Answer by SMS, {language}").fill(words)
        asked = "\n".join(f"parking {language} {n}" for n in range(8))
        page.get_by_label(f"Questions, as customers ask them, {language}").fill(asked)
        page.get_by_label(f"Source, {language}", exact=True).fill("Guide")
        page.get_by_label(f"Section of the source, {language}").fill("2")
    page.get_by_label(re.compile("^Topic")).fill("shop")
    expect(page.get_by_text("Nothing stands in the way of a review.")).to_be_visible()


def test_an_author_is_told_that_somebody_else_must_approve(desk: Desk, room: Room) -> None:
    page = room(page=f"entry/{ID}")
    page.get_by_label(re.compile("^Who answers")).fill("Elena")
    saved(page, 2)
    page.get_by_role("button", name="Put in review").click()
    page.get_by_role("button", name="Approve…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("You wrote this, so somebody else has to approve it.")
    expect(dialog).to_contain_text("What is new since version 1")
    expect(dialog.locator(".diff")).to_contain_text("Carmen")
    expect(dialog.get_by_role("button", name="Approve version")).to_have_count(0)
    assert newest(desk).state == "in_review"


def test_a_step_on_something_that_moved_on_is_refused_and_read_again(desk: Desk, room: Room) -> None:
    somebody_saves(desk, 1, owner="Luis")
    page = room(page=f"entry/{ID}")
    expect(page.get_by_role("button", name="Put in review")).to_be_enabled()
    approving.submit(library_in(desk.core), ID, version=2, by="Pilar", now=utc_now())
    page.get_by_role("button", name="Put in review").click()
    expect(page.get_by_role("alert")).to_contain_text("It has moved on meanwhile")
    expect(page.get_by_role("button", name="Approve…")).to_be_visible()


def test_an_answer_is_taken_out_of_service_after_a_question(desk: Desk, room: Room) -> None:
    page = room(page=f"entry/{ID}")
    page.get_by_role("button", name="Take out of service…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("From now on no customer gets it")
    dialog.get_by_role("button", name="Cancel").click()
    assert newest(desk).served
    page.get_by_role("button", name="Take out of service…").click()
    dialog.get_by_role("button", name="Take out of service").click()
    expect(page.locator(".of-entry")).to_contain_text("Taken out")
    assert not newest(desk).served


def test_taking_out_a_text_of_the_system_promises_nothing_that_does_not_happen(room: Room) -> None:
    page = room(page="entry/greeting")
    page.get_by_role("button", name="Take out of service…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("the release in service goes on saying it")
    expect(dialog).not_to_contain_text("no customer gets it")


def test_any_two_versions_are_compared(desk: Desk, room: Room) -> None:
    somebody_saves(desk, 1, owner="Luis")
    somebody_saves(desk, 2, owner="Nuria")
    page = room(page=f"entry/{ID}")
    compare = page.get_by_role("region", name="Compare two versions")
    expect(compare.locator(".was")).to_contain_text("Luis")
    compare.get_by_label("From").select_option("1")
    expect(compare.locator(".was")).to_contain_text("Carmen")
    expect(compare.locator(".is")).to_contain_text("Nuria")
    compare.get_by_label("To").select_option("1")
    expect(compare).to_contain_text("These two say the same.")


def test_what_was_written_is_never_run(desk: Desk, room: Room) -> None:
    page = room(page=f"entry/{ID}")
    page.get_by_label(WEB).fill("<img src=x onerror=\"document.title='pwned'\"> [a](javascript:document.title='pwned')")
    expect(page.locator("#field-answers-en-web-told")).to_contain_text("HTML")
    expect(page.get_by_role("figure", name="On the web, English")).to_contain_text("<img src=x")
    assert page.locator(".shown img, .shown a").count() == 0
    assert "pwned" not in page.title()


@pytest.mark.bar(42)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "locale"), [(1280, "en-GB"), (390, "es-ES"), (360, "es-ES")])
def test_the_pages_fit_and_have_no_axe_findings(room: Room, scheme: str, width: int, locale: str) -> None:
    page = room(width=width, locale=locale, scheme=scheme)
    expect(row(page, ID)).to_be_visible()
    assert fits(page)
    assert findings(page) == []
    row(page, ID).click()
    expect(page.locator(".bubble.sms").first).to_be_visible()
    assert fits(page)
    assert findings(page) == []
    page.evaluate("location.hash = '#/knowledge/new'")
    expect(page.locator("#field-title-en")).to_be_visible()
    assert fits(page)
    assert findings(page) == []


def test_an_answer_near_its_review_says_so(desk: Desk, room: Room) -> None:
    somebody_saves(desk, 1, review_by=utc_now().date() + timedelta(days=10))
    page = room()
    expect(row(page, ID).locator(".deadline.near")).to_contain_text("Review by")


def test_a_follow_up_is_written_by_keys_and_an_approver_reads_it(desk: Desk, room: Room) -> None:
    page = room("Ana", "agent", f"entry/{ID}")
    finder = page.get_by_role("combobox", name="Lead to another answer")
    finder.fill("zebra")
    expect(page.get_by_text("No answer has these words.")).to_be_visible()
    finder.fill("LAMPS")
    option = page.get_by_role("option", name="Care of lamps")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(finder).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
    assert findings(page) == []
    finder.press("Enter")
    group = page.get_by_role("group", name="Leads to “Care of lamps”")
    english = group.get_by_label("Questions, one a line, English")
    expect(english).to_be_focused()
    expect(group).to_contain_text("this language is missing; write it")
    page.keyboard.type("and lamps?\nwhat about lamps")
    group.get_by_label("Questions, one a line, Spanish").fill("¿y las lámparas?")
    expect(group.get_by_role("list")).to_have_count(0)
    assert findings(page) == []
    saved(page, 2)
    item = reading.read_version(desk.core.database, ID).item
    asked = {"en": ["and lamps?", "what about lamps"], "es": ["¿y las lámparas?"]}
    assert item.content()["follow_ups"] == {"lamp-care": asked}
    boss = room(page=f"entry/{ID}")
    boss.get_by_role("button", name="Put in review").click()
    boss.get_by_role("button", name="Approve…").click()
    dialog = boss.get_by_role("dialog")
    expect(dialog.get_by_text("Asked next, leads to “Care of lamps”, Spanish").first).to_be_visible()
    expect(dialog.locator("ins", has_text="what about lamps")).to_be_visible()


def test_a_follow_up_is_taken_out_and_chosen_again_with_its_words(desk: Desk, room: Room) -> None:
    asked = {"en": ("and lamps?",), "es": ("¿y las lámparas?",)}
    somebody_saves(desk, 1, follow_ups={"lamp-care": asked})
    page = room(page=f"entry/{ID}")
    page.get_by_role("button", name="Take out: leads to “Care of lamps”").click()
    finder = page.get_by_role("combobox", name="Lead to another answer")
    expect(finder).to_be_focused()
    expect(page.get_by_text("“Care of lamps” is taken out.")).to_be_visible()
    finder.press("ArrowDown")
    finder.press("Escape")
    expect(page.locator(".finder [role=option]")).to_have_count(0)
    finder.fill("care")
    page.get_by_role("option", name="Care of lamps").click()
    group = page.get_by_role("group", name="Leads to “Care of lamps”")
    expect(group.get_by_label("Questions, one a line, English")).to_have_value("and lamps?")
    expect(page.get_by_text("Everything is saved.")).to_be_visible()
