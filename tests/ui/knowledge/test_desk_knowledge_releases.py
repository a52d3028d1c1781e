"""Releases at the desk, in a real browser over the real routes; a host is played by the test."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from bot.knowledge import builds, engines
from bot.knowledge import release as releases
from bot.knowledge.certainty.telling import watch_drift
from bot.knowledge.engines import Engine
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.lint import Finding
from bot.knowledge.mends import mend
from handoff.clock import utc_now
from tests.support.desk import Desk
from tests.support.knowledge import library_in
from tests.support.measured import CONTENT, MODEL, OTHER, USUAL, asked, certificate, certified
from tests.ui.knowledge.room import Room, refused
from tests.ui.test_desk_alerts import fits
from tests.ui.test_desk_safety import findings

HOST = "a"
REPORT = {
    "questions": 40, "right": 36, "asked": 2, "refused": 1, "wrong": 1,
    "wrong_ones": [{"question": "open on sunday?", "language": "en", "expected": "shop-hours", "found": "gifts"}],
    "changed": [{"question": "gift cards?", "language": "en", "before": "refuse", "after": "gifts"}],
}  # fmt: skip
LANGUAGES = {"en": certificate(), "es": certificate("es", USUAL, status="too_few", bound=None, outside_bound=None)}


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
    builds.switch(library_in(desk.core), build.id, HOST, utc_now())


def measured(desk: Desk, release: int, model: str = MODEL, content: str = CONTENT) -> None:
    """A host runs this release with a model that it has measured."""
    certified(desk.core.database, utc_now(), model=model, content=content, release=release, languages=LANGUAGES)
    engine = Engine(host=HOST, release=release, url="http://127.0.0.1:1", model=model, ready=True, seen_at=utc_now())
    engines.announce(desk.core.database, HOST, [engine], utc_now())


def test_a_release_is_asked_for_and_followed_to_its_end(desk: Desk, room: Room) -> None:
    page = room("releases")
    following = page.get_by_role("region", name="What the next release changes")
    expect(following).to_contain_text("Gift cards")
    expect(page.get_by_role("region", name="In service now")).to_contain_text("Release 1")
    expect(page.get_by_text("Release 1 was not measured, so nothing is promised of it.")).to_be_visible()
    following.get_by_role("button", name="Make a release").click()
    making = page.get_by_role("region", name="The newest release in the making")
    expect(making).to_contain_text("Waiting to begin")
    expect(following.get_by_role("button", name="Make a release")).to_be_disabled()
    build = taken(desk)
    note(desk, build, step="train")
    expect(making.locator("[aria-current=step]")).to_contain_text("Teach the bot")
    number = releases.freeze(library_in(desk.core), utc_now(), by="Elena")
    note(desk, build, step="switch", number=number, report=REPORT)
    measured(desk, number)
    builds.switch(library_in(desk.core), build.id, HOST, utc_now())
    now = page.get_by_role("region", name="In service now")
    expect(now).to_contain_text("Release 2")
    expect(now).to_contain_text(
        "English: with 95% confidence at most 5% of the answers given are wrong; measured on 400 questions"
    )
    expect(now).to_contain_text("Spanish: no promise yet, because 8 test questions are too few")
    expect(now).to_contain_text("English: not looked at yet.")
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
    found = [Finding("error", "gifts", "answers.en.sms", mend("text_missing")).as_dict()]
    note(desk, build, step="lint", findings=found)
    wrong = KnowledgeInvalid("lint")
    wrong.code = "lint_failed"  # type: ignore[misc]
    builds.fail(desk.core.database, build.id, HOST, utc_now(), wrong)
    expect(page.get_by_text("Customers get what they got before.")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Mend what is listed below")
    expect(page.locator(".build")).to_contain_text("Answer by SMS, English: this text is missing; write it")
    assert findings(page) == []
    spanish = room("releases", "Pilar", locale="es-ES")
    expect(spanish.locator(".build")).to_contain_text("Respuesta por SMS, inglés: falta este texto; escríbelo")
    expect(spanish.get_by_role("alert")).to_have_text(re.compile("^Algo en las respuestas aprobadas [^.]*[.][^.]*[.]$"))
    page.locator(".build").get_by_role("link", name="gifts").click()
    expect(page).to_have_url(re.compile("#/knowledge/entry/gifts$"))


@pytest.mark.parametrize(("width", "locale"), [(1280, "en-GB"), (390, "es-ES")])
def test_a_build_that_no_server_takes_says_so_and_is_called_off(
    desk: Desk, room: Room, width: int, locale: str
) -> None:
    spanish = locale == "es-ES"
    builds.ask_build(library_in(desk.core), utc_now() - builds.PATIENCE, by="Pilar")
    page = room("releases", width=width, locale=locale)
    waits = "No hay ningún servidor que haga funcionar" if spanish else "No server that runs the bot is there"
    expect(page.get_by_role("alert")).to_contain_text(waits)
    assert (fits(page), findings(page)) == (True, [])
    page.get_by_role("button", name="Cancelar la publicación" if spanish else "Call it off").click()
    expect(page.get_by_role("alert")).to_have_text("Se canceló." if spanish else "It was called off.")
    expect(page.get_by_role("button", name="Publicar" if spanish else "Make a release", exact=True)).to_be_enabled()


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


def test_the_first_start_and_a_roll_back_show_the_certificate_of_what_runs(desk: Desk, room: Room) -> None:
    measured(desk, 1)
    page = room("releases")
    now = page.get_by_role("region", name="In service now")
    expect(now).to_contain_text("measured on 400 questions")
    switched(desk)
    measured(desk, 2, OTHER, "2" * 64)
    page.reload()
    expect(now).to_contain_text("Release 2")
    earlier = page.get_by_role("region", name="All releases")
    earlier.get_by_text("How sure we could be of release 1").click()
    expect(earlier).to_contain_text("No server runs this release now.")
    expect(earlier).to_contain_text("measured on 400 questions")
    releases.switch_to(library_in(desk.core), 1, utc_now(), by="Elena")
    page.reload()
    expect(now).to_contain_text("No server runs this release now.")
    measured(desk, 1, "f" * 64, "3" * 64)
    page.reload()
    expect(now).not_to_contain_text("No server runs this release now.")
    expect(now).to_contain_text("measured on 400 questions")


@pytest.mark.parametrize("locale", ["en-GB", "es-ES"])
def test_a_drift_is_said_beside_the_certificate_and_told_to_supervisors(desk: Desk, room: Room, locale: str) -> None:
    measured(desk, 1)
    asked(desk.core, utc_now(), [0.1, 0.2, 0.3, 0.9] * 30)
    assert watch_drift(desk.core, utc_now()) == 1
    page = room("releases", locale=locale)
    drifted = page.locator(".drift .drifted")
    spanish = locale == "es-ES"
    expect(drifted).to_contain_text("De 120 primeras preguntas" if spanish else "Of 120 first questions")
    expect(drifted).to_contain_text("90 (75 %)" if spanish else "90 (75%)")
    told = "Añade preguntas recientes" if spanish else "Add newer questions of customers"
    expect(page.locator("#main, main").first).to_contain_text(told)
    assert (fits(page), findings(page)) == (True, [])


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


@pytest.mark.bar(42)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "locale"), [(1280, "en-GB"), (390, "es-ES")])
def test_these_pages_fit_and_have_no_axe_findings(desk: Desk, room: Room, scheme: str, width: int, locale: str) -> None:
    switched(desk)
    measured(desk, 2)
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
