"""Releases, gaps and trials at the desk, in a real browser over the real routes; a host is played by the test."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.engine import EngineClient
from bot.knowledge import builds, reading
from bot.knowledge import release as releases
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.review import import_folder
from bot.knowledge.routes import router
from bot.knowledge.tables import migrate
from handoff import service
from handoff.clock import utc_now
from handoff.service import Reply, Said
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Customer, Desk, running
from tests.support.engine import ScriptedEngine, engine_in_a_thread, explained, outcome
from tests.support.knowledge import entry, every_notice, library_in, write_folder
from tests.support.missing import need
from tests.ui.conftest import DIST, Open
from tests.ui.test_desk_alerts import fits
from tests.ui.test_desk_guarantee import place, sit_as
from tests.ui.test_desk_safety import findings

HOST = "a"
REPORT = {
    "questions": 40, "right": 36, "asked": 2, "refused": 1, "wrong": 1,
    "wrong_ones": [{"question": "open on sunday?", "language": "en", "expected": "shop-hours", "found": "gifts"}],
    "changed": [{"question": "gift cards?", "language": "en", "before": "refuse", "after": "gifts"}],
}  # fmt: skip
CERTIFICATE = {
    "language": "en", "rows": 412, "answered": 300, "wrong": 2, "risk": 0.02, "delta": 0.05, "day": "2026-11-20",
    "status": "certified", "bound": 0.02, "outside_bound": None,
}  # fmt: skip
TOO_FEW = {**CERTIFICATE, "language": "es", "rows": 20, "status": "too_few", "bound": None}

Room = Callable[..., Page]


@pytest.fixture
def engine() -> Iterator[ScriptedEngine]:
    with engine_in_a_thread() as engine:
        engine.explain = explained
        yield engine


@pytest.fixture
def desk(tmp_path: Path, engine: ScriptedEngine) -> Iterator[Desk]:
    """Release 1 is in service; the answer about gifts is approved and waits for the next one."""
    need("built desk page (npm run build)", (DIST / "index.html").is_file() or None)
    core = make_core(f"sqlite:///{tmp_path / 'desk.db'}", hours=ALWAYS)
    migrate(core.database)
    library = library_in(core)
    import_folder(library, write_folder(tmp_path / "one", entry(), *every_notice()), utc_now(), by="Pilar")
    releases.build_release(library, utc_now(), by="Pilar")
    gifts = entry("gifts", title={"en": "Gift cards", "es": "Tarjetas regalo"})
    import_folder(library, write_folder(tmp_path / "two", gifts), utc_now(), by="Pilar")
    client = EngineClient(engine.url, "a-secret-of-good-length", timeout=5)
    answers = SimpleNamespace(
        release=releases.current(core.database, utc_now()), engine=client, released=lambda number: None
    )
    with running(core, more=[router()], parts=SimpleNamespace(answering=lambda: answers)) as desk:
        yield desk


@pytest.fixture
def room(desk: Desk, sit: Open) -> Room:
    """Somebody at the desk, on this page of the knowledge."""

    def opened(page: str, name: str = "Elena", role: str = "supervisor", **how: Any) -> Page:
        browser = sit_as(desk, sit, name, role, **how)
        place(browser, "Knowledge" if how.get("locale", "en").startswith("en") else "Conocimiento").click()
        browser.evaluate(f"location.hash = '#/knowledge/{page}'")
        return browser

    return opened


def taken(desk: Desk) -> builds.Build:
    """The build that was asked for, now worked by the host."""
    build = builds.take(desk.core.database, HOST, utc_now())
    assert build is not None
    return build


def note(desk: Desk, build: builds.Build, **found: Any) -> None:
    builds.note(desk.core.database, build.id, HOST, utc_now(), **found)


def switched(desk: Desk, by: str = "Elena") -> None:
    """Asks for a build and works it to its end."""
    builds.ask_build(library_in(desk.core), utc_now(), by=by)
    build = taken(desk)
    note(desk, build, number=releases.freeze(library_in(desk.core), utc_now(), by=by), step="switch", report=REPORT)
    note(desk, build, certificate={"en": CERTIFICATE, "es": TOO_FEW})
    builds.switch(library_in(desk.core), build.id, HOST, utc_now())


def refused(desk: Desk, text: str) -> None:
    """A customer asks this and the bot has no answer."""
    Customer.arrives(desk.core, language="en").says(text)
    (turn,) = service.take_turns(desk.core, owner="t", limit=1, now=utc_now())
    weighed = {"decision": "refuse", "candidates": [{"id": "shop-hours", "score": 0.3}]}
    reply = Reply(said=(Said(notice="refuse"),), decision="refuse", facts=weighed)
    assert service.finish_turn(desk.core, turn, reply, now=utc_now())


def test_a_release_is_asked_for_and_followed_to_its_end(desk: Desk, room: Room) -> None:
    page = room("releases")
    following = page.get_by_role("region", name="What the next release changes")
    expect(following).to_contain_text("Gift cards")
    expect(page.get_by_role("region", name="In service now")).to_contain_text("Release 1")
    expect(page.get_by_text("Whether release 1 was measured is not known here.")).to_be_visible()
    following.get_by_role("button", name="Make a release").click()
    making = page.get_by_role("region", name="The newest release in the making")
    expect(making).to_contain_text("Waiting to begin")
    expect(page.get_by_text("What was measured for release 1 is not shown meanwhile")).to_be_visible()
    expect(following.get_by_role("button", name="Make a release")).to_be_disabled()
    build = taken(desk)
    note(desk, build, step="train")
    expect(making.locator("[aria-current=step]")).to_contain_text("Teach the bot")
    number = releases.freeze(library_in(desk.core), utc_now(), by="Elena")
    note(desk, build, step="switch", number=number, report=REPORT, certificate={"en": CERTIFICATE, "es": TOO_FEW})
    builds.switch(library_in(desk.core), build.id, HOST, utc_now())
    now = page.get_by_role("region", name="In service now")
    expect(now).to_contain_text("Release 2")
    expect(now).to_contain_text(
        "English: with 95% confidence at most 2% of the answers given are wrong; measured on 412 questions"
    )
    expect(now).to_contain_text("Spanish: no promise yet, because 20 test questions are too few")
    expect(following).to_contain_text("Everything approved is in service.")
    ended = page.get_by_role("region", name="How the newest one was made")
    expect(ended).to_contain_text("36 of 40 right, 2 asked back, 1 passed to a person, 1 wrong")
    ended.get_by_text("Answered wrongly (1)").click()
    expect(ended).to_contain_text("open on sunday?")
    ended.get_by_text("Answered otherwise than before (1)").click()
    expect(ended).to_contain_text("before: a person · now: gifts")


def test_a_build_that_fails_says_so_plainly_and_changes_nothing(desk: Desk, room: Room) -> None:
    page = room("releases")
    page.get_by_role("button", name="Make a release").click()
    expect(page.get_by_text("Waiting to begin")).to_be_visible()
    build = taken(desk)
    found = {"level": "error", "item": "gifts", "place": "answers.en.sms", "message": "this text is missing; write it"}
    note(desk, build, step="lint", findings=[found])
    wrong = KnowledgeInvalid("lint")
    wrong.code = "lint_failed"  # type: ignore[misc]
    builds.fail(desk.core.database, build.id, HOST, utc_now(), wrong)
    expect(page.get_by_text("Customers get what they got before.")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Mend what is listed below")
    expect(page.locator(".build")).to_contain_text("Answer by SMS, English: this text is missing; write it")
    assert findings(page) == []
    page.locator(".build").get_by_role("link", name="gifts").click()
    expect(page).to_have_url(re.compile("#/knowledge/entry/gifts$"))


def test_a_supervisor_rolls_back_after_a_question(desk: Desk, room: Room) -> None:
    switched(desk)
    page = room("releases")
    page.get_by_role("button", name="Roll back to this: 1").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Serve release 1 from now on?")
    assert findings(page) == []
    dialog.get_by_role("button", name="Roll back to this").click()
    expect(page.get_by_role("region", name="Switching to release 1")).to_be_visible()
    build = taken(desk)
    assert (build.kind, build.number) == ("switch", 1)
    builds.switch(library_in(desk.core), build.id, HOST, utc_now())
    expect(page.get_by_role("region", name="In service now")).to_contain_text("Release 1")
    expect(page.get_by_role("button", name="Switch to this: 2")).to_be_enabled()


def test_what_somebody_else_asked_for_first_is_said_and_shown(desk: Desk, room: Room) -> None:
    page = room("releases")
    expect(page.get_by_role("button", name="Make a release")).to_be_enabled()
    builds.ask_build(library_in(desk.core), utc_now(), by="Pilar")
    page.get_by_role("button", name="Make a release").click()
    expect(page.get_by_role("alert")).to_contain_text("A release is being made already.")
    expect(page.get_by_text("Asked for by Pilar")).to_be_visible()


def test_an_agent_reads_the_releases_and_makes_none(desk: Desk, room: Room) -> None:
    switched(desk)
    page = room("releases", "Ana", "agent")
    expect(page.get_by_text("A supervisor makes releases.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("release|Roll back"))).to_have_count(0)


def test_from_a_gap_to_a_draft(desk: Desk, room: Room) -> None:
    for text in ("can you wrap it as a present?", "do you wrap it as a present", "is there parking"):
        refused(desk, text)
    page = room("gaps", "Ana", "agent")
    first = page.locator(".gaps > li").first
    expect(first).to_contain_text("2 times")
    expect(first.get_by_role("link", name="Opening hours")).to_have_attribute("href", "#/knowledge/entry/shop-hours")
    first.get_by_text("The questions", exact=True).click()
    expect(first).to_contain_text("do you wrap it as a present")
    page.get_by_label("Language").select_option("Spanish")
    expect(page.get_by_text("No gaps")).to_be_visible()
    page.get_by_label("Language").select_option("English")
    page.locator(".gaps > li").first.get_by_role("link", name=re.compile("^Write an answer")).click()
    expect(page.get_by_text("From a gap:")).to_be_visible()
    asked = page.get_by_label("Questions, as customers ask them, English")
    expect(asked).to_have_value(re.compile("wrap it as a present"))
    page.get_by_label("Title, English").fill("Gift wrapping")
    page.get_by_label("Answer on the web, English").fill("We wrap presents.")
    page.reload()
    expect(page.get_by_label("Answer on the web, English")).to_have_value("We wrap presents.")
    page.get_by_label("Topic").fill("shop")
    page.get_by_label("Short name").fill("gift-wrapping")
    page.get_by_role("button", name="Save draft").click()
    expect(page).to_have_url(re.compile("entry/gift-wrapping$"))
    assert reading.read_item(desk.core.database, "gift-wrapping", utc_now()).state == "draft"


def test_a_question_is_tried_and_explained(room: Room, engine: ScriptedEngine) -> None:
    page = room("try", "Ana", "agent")
    page.get_by_label("Question").fill("shop-hours when open 3")
    page.keyboard.press("Enter")
    result = page.get_by_role("region", name="What happens")
    expect(result).to_contain_text("It answers.")
    expect(result).to_contain_text("How well the best answer fits: 90 of 100. It is given from 40 on.")
    expect(result.locator(".bubble strong")).to_have_text("every day")
    weighed = page.get_by_role("region", name="Answers that came into question")
    expect(weighed.get_by_role("link", name="Opening hours").first).to_have_attribute(
        "href", "#/knowledge/entry/shop-hours"
    )
    expect(weighed).to_contain_text("shop-hours when open 3")
    expect(weighed).to_contain_text("100 of 100 alike")
    engine.script = lambda asked: outcome(asked, decision="refuse", say=[{"kind": "notice", "id": "refuse"}], score=0.1)
    page.get_by_label("Where").select_option("SMS")
    page.get_by_role("button", name="Ask").click()
    expect(result).to_contain_text("It gives no answer and offers a person.")


def test_an_engine_that_does_not_answer_is_said(room: Room, engine: ScriptedEngine) -> None:
    engine.script = lambda asked: b"nonsense"
    page = room("try")
    page.get_by_label("Question").fill("hello")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("alert")).to_contain_text("The bot cannot be asked at the moment.")


def test_an_answer_tells_which_questions_it_would_take(desk: Desk, room: Room) -> None:
    page = room("entry/shop-hours")
    page.get_by_label("Questions, as customers ask them, English").fill("gifts when open 1\ngifts when open 2")
    takes = page.get_by_role("region", name="Which questions would this answer take?")
    takes.get_by_role("button", name="Look").click()
    expect(takes.get_by_role("button", name="Look again")).to_be_visible()
    expect(takes.get_by_role("alert")).to_have_count(0)


@pytest.mark.bar(42)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "locale"), [(1280, "en-GB"), (390, "es-ES")])
def test_these_pages_fit_and_have_no_axe_findings(desk: Desk, room: Room, scheme: str, width: int, locale: str) -> None:
    switched(desk)
    refused(desk, "can you wrap it as a present?")
    page = room("releases", width=width, locale=locale, scheme=scheme)
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.locator(".promises li").first).to_be_visible()
    assert (fits(page), findings(page)) == (True, [])
    page.evaluate("location.hash = '#/knowledge/gaps'")
    page.locator(".gaps summary").click()
    assert (fits(page), findings(page)) == (True, [])
    page.evaluate("location.hash = '#/knowledge/try'")
    page.locator("input[name=text]").fill("shop-hours when open 3")
    page.keyboard.press("Enter")
    expect(page.locator(".score").first).to_be_visible()
    assert (fits(page), findings(page)) == (True, [])
