"""Settings, people and the second factor in a real browser."""

import re
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from handoff import service
from handoff.clock import utc_now
from handoff.service.base.versions import read_settings
from handoff.service.people import accounts
from handoff.service.people.staffing import Staffing, set_agent
from tests.support.desk import Desk, eventually
from tests.ui.conftest import Open
from tests.ui.test_desk_alerts import fits
from tests.ui.test_desk_safety import findings

PASSWORD = "correct horse battery"
PARTS = ("people", "business", "hours", "levels", "notify", "channels", "detection", "versions")


@pytest.fixture(autouse=True)
def stored(desk: Desk) -> int:
    """The first version of the settings, as the product has one from its first start on."""
    return service.save_business(
        desk.core, desk.core.business.model_dump(mode="json"), actor="relevo.toml", now=utc_now()
    )


def store(desk: Desk, **changes: Any) -> int:
    """Somebody else's change."""
    data = {**read_settings(desk.core).data, **changes}
    return service.save_business(desk.core, data, actor="operator", now=utc_now())


def newest(desk: Desk) -> Any:
    return read_settings(desk.core).data


def at(page: Page, part: str) -> Page:
    page.evaluate(f"location.hash = '#/settings/{part}'")
    expect(page.locator(".settings .set-card").first).to_be_visible()
    return page


def sit_as(desk: Desk, sit: Open, name: str, role: str, **how: Any) -> Page:
    desk.agent(name, role=role)
    return sit(name, **how)


def put_in_team(desk: Desk, name: str, team: str) -> None:
    desk.agent(name)
    set_agent(desk.core, email=f"{name.lower()}@example.com", staffing=Staffing(skills=[team]), now=utc_now())


def test_a_team_is_renamed_and_its_people_go_along(desk: Desk, sit: Open) -> None:
    put_in_team(desk, "Luis", "billing")
    page = at(sit_as(desk, sit, "Ada", "admin"), "people")
    teams = page.get_by_role("region", name="Teams")
    expect(teams.get_by_role("listitem")).to_contain_text("Luis")
    teams.get_by_role("button", name="Rename billing").click()
    page.get_by_label("New name").fill("two words")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_role("alert")).to_contain_text("small letters")
    page.get_by_label("New name").fill("invoices")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(teams.get_by_role("listitem")).to_contain_text("invoices")
    expect(page.get_by_role("region", name="People").get_by_text("invoices")).to_be_visible()


def test_the_chat_is_tried_in_a_tab_of_its_own(desk: Desk, sit: Open) -> None:
    page = at(sit_as(desk, sit, "Ada", "admin"), "channels")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Try the chat").click()
    expect(opened.value).to_have_url(re.compile(r"/widget/#test=[\w-]+:[\w.-]+$"))


def test_nobody_is_offered_to_reset_their_own_second_factor(desk: Desk, sit: Open) -> None:
    page = sit_as(desk, sit, "Ada", "admin")
    page.get_by_role("button", name=re.compile("Ada")).click()
    page.get_by_role("button", name="Second factor").click()
    enrol(page)
    at(page, "people")
    page.get_by_role("button", name="Change Ada").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="New sign-in link")).to_be_visible()
    expect(dialog.get_by_role("button", name="Reset second factor")).to_have_count(0)
    expect(dialog).to_contain_text("in your own menu")


def test_a_second_factor_asks_for_the_password_where_no_fresh_link_opened_the_page(desk: Desk, sit: Open) -> None:
    page = sit_as(desk, sit, "Ada", "admin")
    ada = next(each.agent for each in desk.present() if each.agent.name == "Ada")
    accounts.set_password(desk.core, ada, PASSWORD, now=utc_now())
    page.reload()
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=re.compile("Ada")).click()
    page.get_by_role("button", name="Second factor").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password").fill("not the password")
    dialog.get_by_role("button", name="Set it up").click()
    expect(dialog.get_by_role("alert")).to_contain_text("not your password")
    assert findings(page) == []
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Set it up").click()
    expect(dialog.get_by_role("img")).to_be_visible()


def test_hours_are_previewed_saved_as_a_version_and_taken_back(desk: Desk, sit: Open) -> None:
    page = at(sit_as(desk, sit, "Ada", "admin"), "hours")
    days = page.locator(".set-day")
    expect(days).to_have_count(28)
    expect(page.locator(".set-day.closed")).to_have_count(0)
    page.get_by_label("Sunday").fill("")
    expect(page.locator(".set-day.closed")).to_have_count(4)
    expect(page.get_by_role("region", name="Changes not saved: 1")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    assert newest(desk)["hours"]["sun"] == []
    at(page, "versions")
    second = page.locator(".set-version").first
    expect(second).to_contain_text("Ada")
    second.get_by_role("button", name="What changed").click()
    expect(second).to_contain_text("Hours on Sunday")
    expect(second.locator("del")).to_contain_text("00:00-24:00")
    page.locator(".set-version").nth(1).get_by_role("button", name="Go back to this one").click()
    page.get_by_role("group", name=re.compile("version 1")).get_by_role("button", name="Go back").click()
    expect(page.locator(".set-version")).to_have_count(3)
    assert newest(desk)["hours"]["sun"] == ["00:00-24:00"]


def test_what_is_wrong_is_said_in_its_place_and_in_the_reader_s_language(desk: Desk, sit: Open) -> None:
    page = at(sit_as(desk, sit, "Ada", "admin", locale="es-ES"), "levels")
    field = page.get_by_label("Se responde en").first
    field.fill("pronto")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("alert")).to_contain_text("No se ha guardado: hay 1")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Se escribe así: 45s, 3m o 2h.")).to_be_visible()
    field.fill("2m")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Guardado como versión 2.")).to_be_visible()
    assert newest(desk)["levels"]["normal"]["answer_by"] == "2m"


def test_somebody_else_s_change_is_shown_before_mine_goes_on_top(desk: Desk, sit: Open) -> None:
    page = at(sit_as(desk, sit, "Ada", "admin"), "business")
    page.get_by_label("Name, as customers see it").fill("Aurora Norte")
    store(desk, undo_seconds=33)
    page.get_by_role("button", name="Save").click()
    clash = page.get_by_role("dialog", name="Somebody else was quicker")
    expect(clash).to_contain_text("33")
    expect(clash).to_contain_text("None of these is changed here.")
    clash.get_by_role("button", name="Put mine on top").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved as version 3.")).to_be_visible()
    assert (newest(desk)["name"], newest(desk)["undo_seconds"]) == ("Aurora Norte", 33)


def test_a_supervisor_reads_and_an_agent_has_no_way_there(desk: Desk, sit: Open) -> None:
    page = at(sit_as(desk, sit, "Sue", "supervisor"), "business")
    expect(page.get_by_text("Supervisors read this")).to_be_visible()
    expect(page.get_by_label("Name, as customers see it")).to_be_disabled()
    at(page, "people")
    expect(page.locator(".person")).to_have_count(1)
    expect(page.get_by_role("button", name="Invite somebody")).to_have_count(0)
    other = sit("Ana")
    expect(other.get_by_role("navigation").get_by_role("button", name="Settings")).to_have_count(0)
    other.evaluate("location.hash = '#/settings/people'")
    expect(other.locator(".settings")).to_have_count(0)


def test_the_file_goes_out_and_comes_in_as_an_edit(desk: Desk, sit: Open) -> None:
    page = at(sit_as(desk, sit, "Ada", "admin"), "versions")
    with page.expect_download() as loading:
        page.get_by_role("link", name="Download relevo.toml").click()
    out = loading.value.path().read_text(encoding="utf-8")
    changed = out.replace('name = "Aurora"', 'name = "Aurora Sur"')
    page.get_by_label("Read a file").set_input_files(
        {"name": "relevo.toml", "mimeType": "application/toml", "buffer": changed.encode()}
    )
    expect(page.get_by_role("region", name="Changes not saved: 1")).to_be_visible()
    assert newest(desk)["name"] == "Aurora"
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    assert newest(desk)["name"] == "Aurora Sur"


def test_the_dry_run_says_what_would_have_been_otherwise(desk: Desk, sit: Open) -> None:
    desk.case("A person, please")
    page = at(sit_as(desk, sit, "Ada", "admin"), "levels")
    page.get_by_role("button", name="Try on last week's cases").click()
    expect(page.get_by_text("All 1 cases would have gone the same.")).to_be_visible()
    page.get_by_label("Answered within").first.fill("1s")
    expect(page.get_by_text("The levels have been changed since")).to_be_visible()

    def differs() -> bool:
        """Once the case has waited longer than the level that is tried."""
        page.get_by_role("button", name="Try on last week's cases").click()
        expect(page.get_by_role("button", name="Try on last week's cases")).to_be_enabled()
        return page.get_by_text("1 of 1 cases would have gone otherwise.").is_visible()

    eventually(differs)
    expect(page.get_by_role("row", name=re.compile("The desk is told of a wait"))).to_contain_text("0")


def test_somebody_is_invited_changed_and_disabled(desk: Desk, sit: Open, browser: Browser) -> None:
    page = at(sit_as(desk, sit, "Ada", "admin"), "people")
    page.get_by_role("button", name="Invite somebody").click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Make the link").click()
    expect(form.get_by_role("alert")).to_be_visible()
    form.get_by_label("Name").fill("Bea")
    form.get_by_label("E-mail address").fill("bea@example.com")
    form.get_by_label("Shift").fill("sometimes")
    form.get_by_role("button", name="Make the link").click()
    expect(form.get_by_text("Write it as mon-thu")).to_be_visible()
    form.get_by_label("Shift").fill("")
    form.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Sign-in link").input_value()
    assert link.startswith(f"{desk.url}/desk/#invite=")
    page.get_by_role("button", name="I have it").click()
    bea = page.locator(".person", has_text="bea@example.com")
    expect(bea).to_contain_text("Invited")
    context = browser.new_context(locale="en-GB")
    hers = context.new_page()
    hers.goto(link)
    expect(hers.get_by_role("dialog")).to_be_visible()
    bea.get_by_role("button", name="Change Bea").click()
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_text("signed out everywhere at once")).to_be_visible()
    page.get_by_role("button", name="Disable").click()
    expect(bea).to_contain_text("Disabled since")
    page.locator(".person", has_text="ada@example.com").get_by_role("button", name="Change").click()
    page.get_by_role("button", name="Disable").click()
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_text("Nobody would be left who can let others in")).to_be_visible()
    context.close()


def enrol(page: Page) -> tuple[str, list[str]]:
    """Scans, confirms and keeps the codes: the secret and the recovery codes."""
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    page.get_by_text("Type it instead").click()
    secret = page.locator(".factor-secret").inner_text().replace(" ", "")
    page.get_by_label("The six digits that it shows now").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Turn it on").click()
    codes = page.get_by_label("Recovery codes", exact=True).input_value().split()
    expect(page.get_by_role("button", name="Done")).to_be_disabled()
    page.get_by_label("I have kept them").check()
    page.get_by_role("button", name="Done").click()
    return secret, codes


def test_the_second_factor_is_set_up_and_asked_for_on_its_own_step(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    agent = next(each.agent for each in desk.present() if each.agent.name == "Ana")
    page.locator(".you .place").click()
    page.get_by_role("button", name="Second factor").click()
    _, codes = enrol(page)
    assert len(codes) == 10
    accounts.set_password(desk.core, agent, PASSWORD, now=utc_now())
    page.reload()
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    code = page.get_by_label("Code")
    expect(code).to_be_focused()
    expect(page.get_by_label("Password")).to_have_count(0)
    code.fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Wait for the next one")
    code.fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".queue")).to_be_visible()


def test_a_sign_in_link_asks_for_the_code_too(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    page.locator(".you .place").click()
    page.get_by_role("button", name="Second factor").click()
    _, codes = enrol(page)
    page.goto("about:blank")
    page.context.clear_cookies()
    page.goto(desk.link("Ana"))
    page.get_by_label("Code").fill(codes[1])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".desk")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "locale", "scheme"),
    [(1440, "en-GB", "light"), (390, "es-ES", "dark"), (360, "en-GB", "light"), (1440, "es-ES", "dark")],
)
def test_every_part_fits_and_has_no_axe_findings(desk: Desk, sit: Open, width: int, locale: str, scheme: str) -> None:
    put_in_team(desk, "Luis", "billing")
    page = sit_as(desk, sit, "Ada", "admin", width=width, locale=locale, scheme=scheme)
    for part in PARTS:
        at(page, part)
        if part == "hours":
            expect(page.locator(".set-day").first).to_be_visible()
        assert fits(page), part
        assert findings(page) == [], part
    at(page, "people")
    page.locator(".person button").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.locator(".team-row button").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert fits(page)
    assert findings(page) == []
    page.keyboard.press("Escape")
    at(page, "versions")
    expect(page.locator(".settings-parts [aria-current]")).to_be_in_viewport()
