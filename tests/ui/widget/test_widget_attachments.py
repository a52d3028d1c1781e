"""Pictures and PDF files in the widget: chosen, dropped or pasted, with progress, and honest when they do not go."""

import base64
import re

import pytest
from playwright.sync_api import FilePayload, Locator, Route, expect

from tests.support.files import HTML, SECRET, paper, photo
from tests.support.web import Site, running
from tests.ui.widget.conftest import PHONE, OpenPage, Widget

PHOTO = FilePayload(name="IMG_0001.jpg", mimeType="image/jpeg", buffer=photo())
PAPER = FilePayload(name="factura.pdf", mimeType="application/pdf", buffer=paper())
LIE = FilePayload(name="IMG_0002.jpg", mimeType="image/jpeg", buffer=b"\xff\xd8\xff" + HTML)
GIVE = """([how, name, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const given = new DataTransfer();
  given.items.add(new File([bytes], name, { type: "image/jpeg" }));
  const init = { bubbles: true, cancelable: true };
  const event = how === "paste"
    ? new ClipboardEvent("paste", { ...init, clipboardData: given })
    : new DragEvent(how, { ...init, dataTransfer: given });
  document.querySelector("#composer").dispatchEvent(event);
}"""


def choose(widget: Widget, *files: FilePayload) -> Locator:
    """The rows of the files that are chosen now."""
    widget.panel.locator("input[type=file]").set_input_files(files)
    return widget.panel.locator(".chosen li")


def give(widget: Widget, how: str, name: str) -> None:
    widget.frame.evaluate(GIVE, [how, name, base64.b64encode(photo()).decode()])


def expect_drawn(picture: Locator) -> None:
    """The browser has the picture's pixels, upright."""
    expect(picture).to_have_attribute("src", re.compile("^blob:"))
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [40, 60]


def test_a_picture_and_a_pdf_go_with_the_words_and_are_there_after_a_reload(visit: OpenPage, site: Site) -> None:
    widget = visit().open()
    rows = choose(widget, PHOTO, PAPER)
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("IMG_0001.jpg")
    widget.say("This is what came")
    expect(rows).to_have_count(0)
    for _ in range(2):
        said = widget.panel.locator(".messages .message.customer")
        expect(said).to_have_count(1)
        expect(said.locator(".bubble")).to_have_text("This is what came")
        expect_drawn(said.locator("img"))
        with widget.page.expect_download() as saved:
            said.get_by_role("button", name="Save: PDF").click()
        assert SECRET not in saved.value.path().read_bytes()
        widget.page.reload()
        widget.open()


def test_a_file_alone_is_a_message_without_an_empty_bubble(visit: OpenPage) -> None:
    widget = visit().open()
    expect(choose(widget, PHOTO).locator("progress")).to_be_hidden()
    widget.panel.get_by_role("button", name="Send").click()
    said = widget.panel.locator(".messages .message.customer")
    expect_drawn(said.locator("img"))
    expect(said.locator(".bubble")).to_have_count(0)
    expect(widget.composer).to_be_focused()


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_a_picture_can_be_dropped_or_pasted(visit: OpenPage, how: str) -> None:
    widget = visit().open()
    zone = widget.panel.locator(".attach-zone")
    if how == "drop":
        give(widget, "dragover", "seen.jpg")
        expect(zone).to_be_visible()
    give(widget, how, "seen.jpg")
    expect(zone).to_be_hidden()
    row = widget.panel.locator(".chosen li")
    expect(row).to_contain_text("seen.jpg")
    expect(row.locator("progress")).to_be_hidden()


def test_what_cannot_be_sent_is_said_in_the_customers_language_and_holds_nothing_up(visit: OpenPage) -> None:
    widget = visit(locale="es-ES").open()
    large = FilePayload(name="grande.jpg", mimeType="image/jpeg", buffer=bytes(10 * 1024 * 1024 + 1))
    page = FilePayload(name="pagina.svg", mimeType="image/svg+xml", buffer=b"<svg/>")
    rows = choose(widget, LIE, large, page)
    expect(rows.nth(0)).to_contain_text("No se pudo leer este archivo")
    expect(rows.nth(1)).to_contain_text("más de 10 MB")
    expect(rows.nth(2)).to_contain_text("Solo se pueden enviar imágenes")
    expect(widget.panel.locator(".tray [role=status]")).to_contain_text("IMG_0002.jpg: No se pudo leer")
    assert widget.complaints() == []
    widget.say("solo palabras")
    widget.expect_said(["solo palabras"])
    widget.panel.get_by_role("button", name="Quitar: grande.jpg").click()
    expect(rows).to_have_count(2)


def test_progress_is_shown_and_a_file_can_be_taken_back_on_its_way(visit: OpenPage) -> None:
    widget = visit().open()
    held: list[Route] = []
    widget.page.route("**/uploads/*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright reads the signature
    rows = choose(widget, PHOTO)
    bar = rows.get_by_role("progressbar", name="Uploading: IMG_0001.jpg")
    expect(bar).to_be_visible()
    assert widget.complaints() == []
    rows.get_by_role("button", name="Remove: IMG_0001.jpg").click()
    expect(rows).to_have_count(0)
    expect(widget.panel.get_by_role("button", name="Add a picture or PDF")).to_be_focused()
    widget.page.unroute("**/uploads/*")
    widget.say("never mind")
    widget.expect_said(["never mind"])
    expect(widget.panel.locator(".files")).to_have_count(0)


def test_send_waits_for_the_file_and_then_goes_by_itself(visit: OpenPage) -> None:
    widget = visit().open()
    held: list[Route] = []
    widget.page.route("**/uploads/*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright reads the signature
    choose(widget, PHOTO)
    expect(widget.panel.locator(".chosen progress")).to_be_visible()
    widget.say("look")
    expect(widget.panel.get_by_text("sent as soon as the file is there")).to_be_visible()
    expect(widget.composer).to_have_value("look")
    held[0].continue_()
    said = widget.panel.locator(".messages .message.customer")
    expect(said.locator(".bubble")).to_have_text("look")
    expect_drawn(said.locator("img"))
    expect(widget.composer).to_have_value("")


def test_without_a_network_the_words_are_queued_and_the_file_says_that_it_waits(visit: OpenPage) -> None:
    widget = visit().open()
    widget.page.context.set_offline(True)
    widget.say("first")
    expect(widget.panel.locator(".unsent .status")).to_contain_text("Not sent yet")
    row = choose(widget, PHOTO)
    expect(row).to_contain_text("Waiting for a connection")
    widget.say("second")
    expect(widget.panel.locator(".unsent")).to_have_count(2)
    widget.page.context.set_offline(False)
    said = widget.panel.locator(".messages .message.customer")
    expect(said).to_have_count(3)
    expect(said.locator(".bubble")).to_have_text(["first", "second"])
    expect_drawn(said.locator("img"))


def test_a_file_that_was_not_sent_before_a_reload_must_be_chosen_again_and_the_words_stay(visit: OpenPage) -> None:
    widget = visit().open()
    widget.page.route("**/uploads/*", lambda route: route.abort())
    row = choose(widget, PHOTO)
    expect(row).to_contain_text("Waiting for a connection")
    widget.composer.fill("look at this")
    widget.page.reload()
    widget.page.unroute("**/uploads/*")
    widget.open()
    note = widget.panel.locator(".attach-note")
    expect(note).to_contain_text("Please choose it again")
    expect(widget.composer).to_have_value("look at this")
    assert widget.complaints() == []
    choose(widget, PHOTO)
    expect(note).to_be_hidden()
    widget.composer.press("Enter")
    expect_drawn(widget.panel.locator(".messages .message.customer img"))


def test_a_file_is_chosen_and_sent_by_keyboard_on_a_phone(visit: OpenPage) -> None:
    widget = visit(viewport=PHONE).open()
    button = widget.panel.get_by_role("button", name="Add a picture or PDF")
    widget.composer.focus()  # the panel takes the focus once, when its window first has it
    expect(widget.composer).to_be_focused()
    with widget.page.expect_file_chooser() as chooser:
        button.press("Enter")
    chooser.value.set_files([PHOTO])
    row = widget.panel.locator(".chosen li")
    expect(row.locator("progress")).to_be_hidden()
    expect(widget.panel.get_by_role("button", name="Talk to a person")).to_be_visible()
    assert widget.complaints() == []
    widget.composer.focus()
    widget.page.keyboard.press("Enter")
    expect_drawn(widget.panel.locator(".messages .message.customer img"))
    assert widget.complaints() == []


def test_where_files_are_switched_off_nothing_offers_them(sqlite_url: str, request: pytest.FixtureRequest) -> None:
    with running(sqlite_url, channels={"web": {"attachments": False}}) as site:
        page = request.getfixturevalue("browser").new_page()
        page.goto(site.url)
        widget = Widget(page=page).open()
        expect(widget.panel.get_by_role("button", name="Add a picture or PDF")).to_have_count(0)
        expect(widget.panel.locator("input[type=file]")).to_have_count(0)
        page.close()
