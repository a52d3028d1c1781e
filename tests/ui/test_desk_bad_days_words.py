"""Days on which something is wrong with what customers wrote, with how much there is, or with the agent's clock."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert, update

from handoff import service
from handoff.clock import utc_now
from handoff.models import Conversation, Message
from handoff.service.base.inbound import Attached
from handoff.service.base.ledger import new_salt
from handoff.store import new_id
from tests.support.boxes import box_of
from tests.support.desk import Customer, Desk
from tests.ui.conftest import Open
from tests.ui.test_desk import TAKE, claim, row

MARKS = (
    '<img src=x onerror="window.ran=1">',
    "<script>window.ran=1</script>",
    '"><svg onload=window.ran=1>',
    '<a href="javascript:window.ran=1">x</a>',
    '<iframe srcdoc="<script>parent.ran=1</script>"></iframe>',
    "javascript:window.ran=1",
    "'-window.ran=1-'",
    "{{constructor.constructor('window.ran=1')()}}",
    "</textarea><script>window.ran=1</script>",
    "<style>*{display:none}</style>",
    "&lt;script&gt;window.ran=1&lt;/script&gt;",
)
RLO = "\u202e"  # turns what follows round
STRANGE = "script, img[src='x'], svg[onload], iframe, style, a[href^='javascript:' i], object, embed"


def many(desk: Desk, customer: Customer, count: int) -> None:
    """As many messages more, written at once; only the desk reads them."""
    now = utc_now()
    with desk.core.database.write() as session:
        talk = session.get_one(Conversation, customer.conversation_id)
        first = talk.next_seq
        rows = [
            {
                "id": new_id(now), "conversation_id": talk.id, "seq": first + at, "author": "customer", "kind": "text",
                "text": f"mensaje número {at}" + (" con la lámpara" if at == 40 else ""), "salt": new_salt(),
                "language": "es", "at": now, "channel": "web", "account": "shop", "media": 0, "seen_at": now,
            }
            for at in range(count)
        ]  # fmt: skip
        session.execute(insert(Message), rows)
        session.execute(update(Conversation).where(Conversation.id == talk.id).values(next_seq=first + count))


def top_of(page: Page, words: str) -> float:
    box = box_of(page.get_by_text(words, exact=True))
    return box["y"]


def test_a_chat_of_two_thousand_messages_opens_scrolls_grows_and_is_searched(desk: Desk, sit: Open) -> None:
    customer = desk.case("hola")
    many(desk, customer, 2000)
    page = sit("Ana")
    row(page, customer.reference)
    expect(page.get_by_text("mensaje número 1999")).to_be_in_viewport()
    assert page.locator(".transcript li").count() < 300
    claim(page, customer.reference)
    page.locator(".transcript").focus()
    page.keyboard.press("Home")
    older = page.get_by_role("button", name=re.compile(r"^\d+ earlier messages$"))
    expect(older).to_be_in_viewport()
    first = page.locator(".said .bubble").first.inner_text()
    before = top_of(page, first)
    older.click()
    expect(page.locator(".transcript li")).to_have_count(401, timeout=10_000)
    assert abs(top_of(page, first) - before) < 60  # what was read stays where it was
    page.keyboard.press("f")
    page.get_by_role("searchbox", name="Find in this chat").fill("LAMPARA")
    expect(page.get_by_text("mensaje número 40 con la lámpara")).to_be_in_viewport()
    expect(page.get_by_role("search").get_by_role("status")).to_have_text("1 of 1")
    page.get_by_role("searchbox", name="Find in this chat").fill("número 12")
    expect(page.get_by_role("search").get_by_role("status")).to_have_text("1 of 111")
    page.keyboard.press("Enter")
    expect(page.get_by_role("search").get_by_role("status")).to_have_text("2 of 111")
    page.keyboard.press("Escape")
    expect(page.get_by_role("search")).to_have_count(0)
    customer.says("y uno más")
    page.get_by_role("button", name="New message below").click()
    expect(page.locator(".bubble").get_by_text("y uno más")).to_be_in_viewport()
    page.locator("#composer").fill("aquí estoy")
    page.keyboard.press("Enter")
    expect(page.locator(".said.agent").get_by_text("aquí estoy")).to_be_in_viewport()


def test_right_to_left_words_keep_their_order_and_turn_nothing_else_round(desk: Desk, sit: Open) -> None:
    customer = desk.case("مرحبا بالعالم", f"{RLO}txet desrever", "شكرا, order 1234")
    customer.leaves_message("أين طلبي؟", name=f"{RLO}esrever", phone="+34600111222")
    page = sit("Ana")
    page.get_by_role("button", name="Callbacks").click()
    found = page.locator(f".row[data-reference={customer.reference}]")
    name, due = box_of(found.locator(".name")), box_of(found.locator(".deadline"))
    assert name["x"] < due["x"]
    row(page, customer.reference)
    direction = "(element) => getComputedStyle(element).direction"
    bubble = page.locator(".said.customer .bubble")
    assert bubble.nth(0).evaluate(direction) == "rtl"
    assert bubble.nth(2).evaluate(direction) == "rtl"
    isolated = "(element) => getComputedStyle(element).unicodeBidi"
    assert all(each.evaluate(isolated) in {"isolate", "plaintext"} for each in bubble.all())
    assert page.locator("h1", has_text="esrever").first.evaluate(isolated) in {"isolate", "plaintext"}


def test_eight_kibibytes_of_emoji_are_one_row_and_one_bubble(desk: Desk, sit: Open) -> None:
    emoji = "👩🏽‍🚀" * 546  # 15 bytes each
    assert len(emoji.encode()) <= 8192
    customer = desk.case(emoji)
    desk.case("otra cosa")
    for width in (1440, 360):
        page = sit("Ana" if width == 1440 else "Luis", width=width)
        found = page.locator(f".queue [data-reference={customer.reference}]")
        assert box_of(found)["height"] < 160
        found.click()
        expect(page.locator(".said.customer .bubble").first).to_contain_text(emoji)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("footer.bar").get_by_role("button", name=TAKE).click()
    page.locator("#composer").fill("😀" * 2049)
    expect(page.get_by_text("Too long by 4 bytes")).to_be_visible()


def everywhere(desk: Desk, mark: str) -> list[Customer]:
    """A chat on the web and one by text with marks in every field that customers fill or that comes with a picture."""
    web = desk.case(mark, evidence=mark)
    short = " ".join(MARKS[:4])  # a field of the form has at most 200 characters
    web.leaves_message(mark, name=short, phone=short, email=short)
    with desk.core.database.write() as session:
        session.execute(update(Conversation).where(Conversation.id == web.conversation_id).values(time_zone=mark))
    sms = desk.case("hola", channel="sms")
    attached = (Attached(url="https://carrier/x", content_type=mark),)
    inbound = service.Inbound(
        channel="sms", account="shop", address=sms.address, text=mark, at=utc_now(), carrier_id="MM1", media=1,
        attached=attached,
    )  # fmt: skip
    service.record_inbound(desk.core, inbound, utc_now())
    return [web, sms]


@pytest.mark.bar(30)
def test_no_field_of_a_customer_becomes_part_of_the_page(desk: Desk, sit: Open) -> None:
    """In the queue, the chat, the packet, the callbacks, the notices and a supervisor's board."""
    desk.agent("Rosa", role="supervisor")
    customers = everywhere(desk, " ".join(MARKS))
    page = sit("Rosa")
    for customer in customers:
        page.evaluate(f"location.hash = '#/case/{customer.reference}'")
        page.reload()
        expect(page.locator(".transcript")).to_contain_text(MARKS[0])
        expect(page.locator(".packet .part").first).to_be_visible()
        check_clean(page)
    for view in ("Callbacks", "Notices", "Board", "Guarantee"):
        page.get_by_role("navigation").get_by_role("button", name=view).click()
        expect(page.get_by_role("heading", name=view).first).to_be_visible()
        check_clean(page)


def check_clean(page: Page) -> None:
    assert page.evaluate("window.ran") is None
    assert page.locator("#desk").locator(STRANGE).count() == 0


OFF = """
const shift = %d, Real = Date;
globalThis.Date = class extends Real {
  constructor(...given) { given.length ? super(...given) : super(Real.now() + shift); }
  static now() { return Real.now() + shift; }
};
"""


@pytest.mark.parametrize("hours", [1, -26])
def test_a_wrong_clock_of_the_browser_changes_no_time(desk: Desk, sit: Open, hours: int) -> None:
    customer, promised = desk.case("hola"), desk.case("¿y mi pedido?")
    promised.leaves_message("Llegó roto", name="Carmen", phone="+34600111222")
    right, wrong = sit("Luis"), sit("Ana", script=OFF % (hours * 3_600_000))
    assert abs(wrong.evaluate("Date.now()") - right.evaluate("Date.now()") - hours * 3_600_000) < 60_000
    found = wrong.locator(f"[data-reference={customer.reference}]")
    expect(found).to_contain_text(re.compile(r"(answer|accept) in \d:\d\d"))
    expect(found).to_contain_text(re.compile(r"waits 0:\d\d"))
    claim(wrong, customer.reference)
    expect(wrong.locator(".transcript .day")).to_have_text("today")
    expect(wrong.locator(".head .deadline")).to_have_text(re.compile(r"reply in \d:\d\d|^$"))
    wrong.locator("#composer").fill("hola")
    wrong.keyboard.press("Enter")
    wrong.locator("#composer").blur()
    wrong.keyboard.press("b")
    wrong.get_by_role("dialog").get_by_role("button", name="Return to the bot").click()
    expect(wrong.locator(".undo")).to_contain_text(re.compile(r"in [123] s"))
    wrong.keyboard.press("u")
    expect(wrong.get_by_text("The chat is still yours")).to_be_visible()
    for page in (right, wrong):
        page.get_by_role("button", name="Callbacks").click()
    due = right.locator(f"[data-reference={promised.reference}] .deadline").inner_text()
    assert re.fullmatch(r"by (today|tomorrow) \d\d:\d\d", due)
    expect(wrong.locator(f"[data-reference={promised.reference}] .deadline")).to_have_text(due)
