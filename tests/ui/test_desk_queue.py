"""The queue in a real browser: order and facts of a row, filters, standing still, news, keys, and every width."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from handoff import service
from handoff.clock import utc_now
from handoff.service.base.views import AgentView
from handoff.states import Urgency
from tests.support.boxes import box_of
from tests.support.desk import Customer, Desk, eventually
from tests.ui.conftest import Open


def row(page: Page, customer: Customer) -> Locator:
    return page.locator(f".queue [data-reference={customer.reference}]")


def take(desk: Desk, agent: AgentView, customer: Customer) -> None:
    """The agent claims the case, from wherever they are."""
    version = service.read_case(desk.core, agent, customer.reference, now=utc_now()).item.version
    service.claim(desk.core, agent, customer.reference, version, now=utc_now())


def listed(page: Page, group: str) -> list[str]:
    return [str(each.get_attribute("data-reference")) for each in page.locator(f".group.{group} .row").all()]


def away(desk: Desk, page: Page, name: str) -> None:
    """So that nothing is offered to this agent: what waits stays among what waits."""
    page.get_by_role("button", name=f"You: {name}").click()
    page.get_by_label("Away").check()
    page.keyboard.press("Escape")
    page.mouse.move(2, 2)  # the menu lay over the list, which stands still under the pointer
    eventually(lambda: all(each.status != "online" for each in desk.present()))


def test_the_most_urgent_stand_first_then_the_nearest_deadline(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    away(desk, page, "Ana")
    first, second = desk.case("uno"), desk.case("dos")
    urgent = desk.case("fraude", reason="urgency.fraud", urgency=Urgency.HIGH)
    danger = desk.case("gas", reason="urgency.safety", urgency=Urgency.SAFETY)
    expect(page.locator(".waiting .row")).to_have_count(4)
    assert listed(page, "waiting") == [each.reference for each in (danger, urgent, first, second)]


def test_a_row_says_reason_evidence_language_channel_and_how_long_they_wait(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    away(desk, page, "Ana")
    customer = desk.case("no me sirve", evidence="no me sirve", reason="frustration", channel="sms")
    found = row(page, customer)
    for words in ("frustrated", "“no me sirve”", "es", "SMS"):
        expect(found).to_contain_text(words)
    expect(found.locator(".waits")).to_have_text(re.compile(r"waits \d+:\d\d"))
    expect(found.locator(".words")).to_have_css("white-space", "nowrap")


def test_a_countdown_turns_near_its_end_and_after_it_in_words_too(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    away(desk, page, "Ana")
    customer = desk.case("hola")
    found = row(page, customer).locator(".deadline")
    expect(found).to_have_class("deadline calm")
    page.clock.install()
    page.clock.fast_forward("02:30")
    expect(found).to_have_class("deadline near")
    page.clock.fast_forward("02:00")
    expect(found).to_have_class("deadline past")
    expect(found).to_contain_text("late")


def test_an_offer_is_declined_in_its_row_and_goes_to_the_other(desk: Desk, sit: Open) -> None:
    desk.agent("Luis")
    page = sit("Ana")
    customer = desk.case("hola")
    offer = page.locator(".offers")
    expect(offer).to_contain_text(customer.reference, timeout=15_000)
    expect(offer).to_contain_text(re.compile(r"accept in \d:\d\d"))
    offer.get_by_role("button", name="Decline", exact=True).click()
    expect(page.locator(".offers")).to_have_count(0)
    expect(page.locator(".waiting")).to_contain_text(customer.reference)
    expect(page.locator(".transcript")).to_have_count(0)  # nothing was opened for it


def test_others_chats_say_who_has_them_and_mine_what_is_unread(desk: Desk, sit: Open) -> None:
    ana, luis = desk.agent("Ana"), desk.agent("Luis")
    mine, theirs = desk.case("uno"), desk.case("dos")
    take(desk, ana, mine)
    take(desk, luis, theirs)
    page = sit("Ana")
    expect(page.locator(".others")).to_contain_text("with Luis")
    before = row(page, mine).locator(".badge.new")
    expect(before).to_have_text("1 new")
    mine.says("¿sigue ahí?")
    expect(before).to_have_text("2 new")
    expect(row(page, mine)).to_contain_text("“¿sigue ahí?”")
    row(page, mine).click()
    expect(before).to_have_count(0)


def test_filters_choose_chats_stay_in_the_address_and_are_let_go(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    away(desk, page, "Ana")
    spanish = desk.case("hola", channel="sms")
    english = desk.case("hello", language="en", reason="loop")
    expect(page.locator(".waiting .row")).to_have_count(2)
    page.keyboard.press("Shift+F")
    panel = page.get_by_role("group", name="Filters")
    expect(panel.get_by_label("Whose")).to_be_focused()
    panel.get_by_label("Language").select_option("en")
    expect(row(page, spanish)).to_have_count(0)
    expect(page.get_by_text("1 more are hidden by the filters.")).to_be_visible()
    row(page, english).click()
    assert page.url.endswith(f"#/case/{english.reference}?language=en")
    page.reload()
    expect(row(page, english)).to_be_visible()
    expect(row(page, spanish)).to_have_count(0)
    expect(page.get_by_role("button", name="Filters: 1 chosen")).to_be_visible()
    page.get_by_role("button", name="Remove the filter English").click()
    expect(row(page, spanish)).to_be_visible()
    assert "?" not in page.url


@pytest.mark.parametrize(
    ("query", "shown"),
    [("channel=sms", "spanish"), ("reason=loop", "english"), ("urgency=high", "urgent"), ("who=others", "theirs")],
)
def test_an_address_with_a_filter_opens_the_queue_filtered(desk: Desk, sit: Open, query: str, shown: str) -> None:
    chats = {
        "spanish": desk.case("hola", channel="sms"),
        "english": desk.case("hello", language="en", reason="loop"),
        "urgent": desk.case("fraude", reason="urgency.fraud", urgency=Urgency.HIGH),
        "theirs": desk.case("otro"),
    }
    take(desk, desk.agent("Luis"), chats["theirs"])
    page = sit("Ana")
    page.goto(f"{desk.url}/desk/#/?{query}")
    page.reload()
    expect(page.locator(".queue .row")).to_have_count(1)
    expect(row(page, chats[shown])).to_be_visible()


def still(page: Page, target: Locator, happen: Callable[[], object], until: Callable[[], object]) -> None:
    """The row does not move by a pixel while that happens."""
    before = box_of(target)
    happen()
    until()
    assert box_of(target) == before


def test_a_row_under_the_pointer_stays_while_others_come_and_go(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    away(desk, page, "Ana")
    gone, target = desk.case("uno"), desk.case("dos")
    expect(page.locator(".waiting .row")).to_have_count(2)
    row(page, target).hover()
    came = page.locator(".came")
    still(
        page,
        row(page, target),
        lambda: desk.case("fraude", reason="urgency.fraud", urgency=Urgency.HIGH),
        lambda: expect(came).to_have_text("1 new chat, urgent"),
    )
    still(
        page,
        row(page, target),
        lambda: take(desk, desk.agent("Luis"), gone),
        lambda: expect(row(page, gone)).to_contain_text("with Luis"),
    )
    page.locator("#search").hover()  # the pointer leaves the list
    expect(page.locator(".waiting .row").first).to_contain_text("fraud")
    expect(page.locator(".others")).to_contain_text(gone.reference)
    expect(came).to_have_text("")


def test_a_row_with_the_focus_stays_and_what_came_is_let_in_by_a_press(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    away(desk, page, "Ana")
    target = desk.case("dos")
    expect(row(page, target)).to_be_visible()
    page.locator("#filters").focus()
    page.keyboard.press("Tab")
    expect(row(page, target)).to_be_focused()
    came = page.get_by_role("button", name="1 new chat, urgent")
    still(
        page,
        row(page, target),
        lambda: desk.case("fraude", reason="urgency.fraud", urgency=Urgency.HIGH),
        lambda: expect(came).to_be_visible(),
    )
    came.press("Enter")
    expect(page.locator(".waiting .row").first).to_contain_text("fraud")


def test_five_hundred_waiting_chats_are_all_there_and_drawn_only_where_one_looks(desk: Desk, sit: Open) -> None:
    """Rows come over the wire as the server sends them: made up here, for five hundred cases take a minute to open."""
    page = sit("Ana")
    away(desk, page, "Ana")
    desk.case("hola")
    expect(page.locator(".waiting .row")).to_have_count(1)
    page.route("**/api/v1/desk/queue", lambda route: route.fulfill(json=multiplied(route.fetch().json(), 500)))
    page.reload()
    expect(page.locator(".waiting .row")).to_have_count(500)
    heights = page.locator(".queue .list").evaluate(
        "(list) => [list.scrollHeight, list.querySelector('.row').offsetHeight]"
    )
    last = page.locator(".waiting .row").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    drawn = "(rows) => rows.filter((row) => row.checkVisibility({ contentVisibilityAuto: true })).length"
    assert page.locator(".waiting .row").evaluate_all(drawn) < 60
    assert abs(heights[0] / 500 - heights[1]) < 4, "rows that were never drawn count with another height"


def multiplied(queue: dict[str, object], number: int) -> dict[str, object]:
    waiting = queue["waiting"]
    assert isinstance(waiting, list)
    return queue | {"waiting": [waiting[0] | {"reference": f"R-{at:06d}"} for at in range(number)]}


def test_the_title_counts_and_sound_and_notifications_come_only_when_chosen(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    page.context.grant_permissions(["notifications"])
    page.evaluate("""() => {
        window.told = []; window.tones = 0;
        window.Notification = class { constructor(title, more) { window.told.push([title, more.body]); }
          static permission = 'granted'; static requestPermission() { return Promise.resolve('granted'); } };
        const make = AudioContext.prototype.createOscillator;
        AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };
        Object.defineProperty(document, 'hidden', { get: () => true });
    }""")
    away(desk, page, "Ana")
    desk.case("uno")
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    assert page.evaluate("[window.told.length, window.tones]") == [0, 0]
    page.get_by_role("button", name="You: Ana").click()
    page.get_by_label("Browser notifications").check()
    page.get_by_label("Sound for new chats").check()
    tones = page.evaluate("window.tones")
    second = desk.case("me han robado", reason="urgency.fraud", urgency=Urgency.HIGH)
    expect(page).to_have_title(re.compile(r"^\(2\) "))
    eventually(lambda: bool(page.evaluate("window.told.length")))
    assert ["A person is needed", f"fraud · {second.reference}"] in page.evaluate("window.told")
    assert page.evaluate("window.tones") > tones


def test_keys_lead_to_every_page_and_all_keys_are_shown(desk: Desk, sit: Open) -> None:
    desk.agent("Marta", role="supervisor")
    page = sit("Marta")
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Callbacks")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Live board")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page.locator("#search")).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.locator("#search").blur()
    page.keyboard.press("?")
    shown = page.get_by_role("dialog", name="Keys")
    for words in (
        "Next chat",
        "Claim or accept",
        "Filters",
        "Calendar of callbacks",
        "Week before",
        "Supervisors",
        "Board",
    ):
        expect(shown).to_contain_text(words)
    expect(shown.get_by_role("button", name="Close")).to_be_focused()


def test_an_agent_is_shown_no_keys_of_supervisors_and_they_do_nothing(desk: Desk, sit: Open) -> None:
    page = sit("Ana")
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.keyboard.press("x")
    page.keyboard.press("?")
    shown = page.get_by_role("dialog", name="Keys")
    expect(shown).to_contain_text("Calendar of callbacks")
    expect(shown).not_to_contain_text("Supervisors")
    assert page.url.endswith("#/")


def test_a_supervisor_chooses_several_by_keys(desk: Desk, sit: Open) -> None:
    desk.agent("Marta", role="supervisor")
    page = sit("Marta")
    away(desk, page, "Marta")
    first, _ = desk.case("uno"), desk.case("dos")
    expect(page.locator(".waiting .row")).to_have_count(2)
    page.keyboard.press("x")
    page.keyboard.press("j")
    expect(row(page, first)).to_have_attribute("aria-current", "true")
    page.keyboard.press("x")
    expect(page.get_by_label(f"Choose {first.reference}")).to_be_checked()
    expect(page.locator(".bulk")).to_contain_text("1")


@pytest.mark.parametrize(("width", "height"), [(360, 740), (768, 1024), (1440, 900), (2560, 1440), (3840, 2160)])
def test_queue_and_chat_fit_every_width(desk: Desk, sit: Open, width: int, height: int) -> None:
    word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    customer = desk.case(f"{word}{word} https://shop.example/{'a' * 300}", reason="loop")
    for number in range(3):
        desk.case(f"hola {number}")
    page = sit("Ana", width=width, height=height)
    away(desk, page, "Ana")
    page.locator("#filters").click()
    expect(page.get_by_role("group", name="Filters")).to_be_visible()
    assert overflowing(page) == []
    row(page, customer).click()
    expect(page.locator(".transcript")).to_contain_text(word)
    assert overflowing(page) == []
    widest = page.locator(".said").evaluate_all("(all) => Math.max(...all.map((each) => each.offsetWidth))")
    assert widest <= 900  # a line that one can read
    if width >= 2560:
        boxes = [box for each in page.locator(".queue .waiting .row").all() if (box := each.bounding_box())]
        assert max(box["width"] for box in boxes) < 600


def overflowing(page: Page) -> list[str]:
    """What reaches beyond the window or beyond a column that does not scroll sideways."""
    found: list[str] = page.evaluate("""() => {
        const wide = document.documentElement.scrollWidth > innerWidth ? ['page'] : [];
        for (const each of document.querySelectorAll('.queue, .queue .list, .queue .head, .chat, .transcript, .bar'))
          if (each.offsetParent && each.scrollWidth > each.clientWidth + 1) wide.push(each.className);
        return wide; }""")
    return found
