"""Files of the page, over HTTP: known by content, cleaned, sent with a message, and given to nobody else."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pikepdf
import pytest
from fastapi import APIRouter
from PIL import Image

from bot.channels.web.access import Door, WebRules
from bot.channels.web.routes import router
from bot.channels.web.uploads import MOST_BYTES, UploadedMedia
from handoff import service
from handoff.clock import utc_now
from handoff.limits import Rule
from handoff.service import CoreBox
from tests.integration.test_desk_api import browser, code, sit
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Desk, running
from tests.support.files import HTML, SECRET, SVG, bomb, drawing, paper, photo, picture

PLENTY = Rule(name="test.plenty", burst=10**6, per_minute=10**6)
OPEN = WebRules(files=PLENTY, files_of_network=PLENTY)


@dataclass(frozen=True, kw_only=True)
class Visitor:
    http: httpx.Client
    id: str
    token: str

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.http.request(method, f"/api/v1/conversations/{self.id}{path}", headers=headers, **more)

    def upload(self, content: bytes, client_id: str = "f1", **headers: str) -> httpx.Response:
        return self.call("PUT", f"/uploads/{client_id}", content=content, headers=headers)

    def send(self, *uploads: str, text: str = "", client_id: str = "m1") -> httpx.Response:
        return self.call("POST", "/messages", json={"client_id": client_id, "text": text, "uploads": uploads})

    def said(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.call("GET", "").json()["messages"]
        return [each for each in messages if each["author"] == "customer"]

    def file(self, file_id: str) -> httpx.Response:
        return self.call("GET", f"/files/{file_id}")


def visitor(desk: Desk) -> Visitor:
    http = httpx.Client(base_url=desk.url, timeout=30)
    desk.on_close(http.close)
    begun = http.post("/api/v1/conversations", json={"language": "en"}).json()
    return Visitor(http=http, id=begun["conversation_id"], token=begun["token"])


def served(core: service.Core, rules: WebRules = OPEN) -> Any:
    channel: APIRouter = router(door=Door(rules=rules))
    return running(core, more=[channel], media={"web": UploadedMedia(CoreBox(core))})


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    with served(make_core(sqlite_url, hours=ALWAYS)) as desk:
        yield desk


def test_a_photo_comes_through_upright_and_without_a_trace_of_where_it_was_taken(desk: Desk) -> None:
    ana = visitor(desk)
    kept = ana.upload(photo())
    assert kept.status_code == 201
    assert (kept.json()["content_type"], kept.json()["width"], kept.json()["height"]) == ("image/jpeg", 40, 60)
    sent = ana.send(kept.json()["id"], text="look")
    assert sent.status_code == 202
    (message,) = ana.said()
    assert message["text"] == "look"
    assert message["attachments"] == [kept.json()]
    file = ana.file(kept.json()["id"])
    assert SECRET in photo()
    assert SECRET not in file.content
    with Image.open(io.BytesIO(file.content)) as picture:
        assert not picture.getexif()
        assert "comment" not in picture.info


def test_a_pdf_keeps_its_pages_and_loses_its_author_scripts_and_attachments(desk: Desk) -> None:
    ana = visitor(desk)
    kept = ana.upload(paper()).json()
    assert kept["content_type"] == "application/pdf"
    file = ana.file(kept["id"])
    assert SECRET not in file.content
    with pikepdf.open(io.BytesIO(file.content)) as pdf:
        assert len(pdf.pages) == 1
        assert "/Info" not in pdf.trailer
        assert "/OpenAction" not in pdf.Root
        assert not pdf.attachments
        assert SECRET not in pdf.pages[0].Resources.XObject.Im0.read_raw_bytes()
        assert not pdf.docinfo


@pytest.mark.parametrize(
    ("content", "kept_as"),
    [
        (drawing(), "image/png"),
        (picture("PNG"), "image/png"),
        (picture("GIF"), "image/png"),
        (picture("WEBP"), "image/jpeg"),
    ],
    ids=["see-through", "png", "gif", "webp"],
)
def test_pictures_of_every_kind_that_browsers_make_are_drawn_anew(desk: Desk, content: bytes, kept_as: str) -> None:
    assert visitor(desk).upload(content).json()["content_type"] == kept_as


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (HTML, 415, "unsupported_file"),
        (SVG, 415, "unsupported_file"),
        (b"", 415, "unsupported_file"),
        (b"MZ" + bytes(100), 415, "unsupported_file"),
        (photo()[:400], 422, "damaged"),
        (b"\xff\xd8\xff" + HTML, 422, "damaged"),
        (b"%PDF-1.7\n" + HTML, 422, "damaged"),
        (bomb(), 422, "too_many_pixels"),
        (paper("1234"), 422, "password"),
        (bytes(MOST_BYTES + 1), 413, "too_large"),
    ],
    ids=["html", "svg", "empty", "program", "cut", "html as jpeg", "html as pdf", "bomb", "locked", "large"],
)
def test_what_is_not_a_picture_or_pdf_is_refused_by_its_content(
    desk: Desk, content: bytes, status: int, said: str
) -> None:
    answer = visitor(desk).upload(content, **{"Content-Type": "image/jpeg"})
    assert answer.status_code == status
    error = answer.json()["error"]
    assert said in {error["code"], error.get("fields", {}).get("file")}


def test_the_same_upload_again_is_the_same_and_another_under_its_name_is_a_conflict(desk: Desk) -> None:
    ana = visitor(desk)
    first = ana.upload(photo())
    assert ana.upload(photo()).json() == first.json()
    assert code(ana.upload(drawing())) == (409, "client_id_reused")
    assert ana.send(first.json()["id"]).status_code == 202
    assert ana.upload(photo()).json() == first.json()
    assert ana.send(first.json()["id"]).status_code == 200
    assert code(ana.send()) == (422, "invalid_input")
    assert code(ana.send(text="other", client_id="m1")) == (409, "client_id_reused")
    assert code(ana.send(first.json()["id"], client_id="m2")) == (422, "upload_gone")
    assert len(ana.said()) == 1


def test_nobody_elses_token_sends_or_reads_a_file(desk: Desk) -> None:
    ana, eve = visitor(desk), visitor(desk)
    kept = ana.upload(photo()).json()["id"]
    assert code(eve.file(kept)) == (404, "not_found")
    assert code(eve.send(kept)) == (422, "upload_gone")
    assert eve.call("DELETE", f"/uploads/{kept}").status_code == 204
    thief = replace(eve, id=ana.id)
    for answer in (thief.file(kept), thief.upload(photo(), "f2"), thief.call("DELETE", f"/uploads/{kept}")):
        assert code(answer) == (401, "not_authenticated")
    assert ana.file(kept).status_code == 200
    assert code(browser(desk).get(f"/attachments/{kept}")) == (401, "not_authenticated")


def test_a_file_is_served_so_that_no_browser_draws_or_runs_it(desk: Desk) -> None:
    ana = visitor(desk)
    kept = ana.upload(paper()).json()["id"]
    headers = ana.file(kept).headers
    assert headers["content-disposition"].startswith('attachment; filename="attachment-')
    assert kept not in headers["content-disposition"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert headers["cache-control"] == "private, no-store"


def test_a_file_that_was_taken_back_is_gone_and_one_that_was_sent_stays(desk: Desk) -> None:
    ana = visitor(desk)
    one, two = ana.upload(photo(), "f1").json()["id"], ana.upload(drawing(), "f2").json()["id"]
    ana.send(two)
    for each in (one, two, "never"):
        assert ana.call("DELETE", f"/uploads/{each}").status_code == 204
    assert code(ana.file(one)) == (404, "not_found")
    assert ana.file(two).status_code == 200


def test_an_agent_sees_the_picture_in_the_chat_and_only_what_was_sent(desk: Desk) -> None:
    ana = visitor(desk)
    kept, unsent = ana.upload(photo(), "f1").json()["id"], ana.upload(drawing(), "f2").json()["id"]
    sheet = ana.upload(paper(), "f3").json()["id"]
    ana.send(kept, sheet, text="look")
    reference = service.ask_person(desk.core, ana.id, now=utc_now()).reference
    seat = sit(desk, "Ana")
    shown = next(each for each in seat.read(reference)["transcript"] if each["attachments"])["attachments"]
    assert [(each["id"], each["is_image"]) for each in shown] == [(kept, True), (sheet, False)]
    seen = seat.get(f"/attachments/{kept}")
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    assert seen.headers["content-disposition"].startswith("inline")
    assert SECRET not in seen.content
    saved = seat.get(f"/attachments/{sheet}")
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"].startswith("attachment")
    assert code(seat.get(f"/attachments/{unsent}")) == (404, "not_found")


def test_files_can_be_switched_off(sqlite_url: str) -> None:
    core = make_core(sqlite_url, hours=ALWAYS, channels={"web": {"attachments": False}})
    with served(core) as desk:
        assert code(visitor(desk).upload(photo())) == (403, "uploads_off")


def test_one_conversation_and_one_network_send_only_so_many(sqlite_url: str) -> None:
    few = WebRules(
        files=Rule(name="few", burst=2, per_minute=0.1), files_of_network=Rule(name="some", burst=3, per_minute=0.1)
    )
    with served(make_core(sqlite_url, hours=ALWAYS), few) as desk:
        ana, eve = visitor(desk), visitor(desk)
        assert [ana.upload(photo(), name).status_code for name in ("a", "b", "c")] == [201, 201, 429]
        assert [eve.upload(photo(), name).status_code for name in ("a", "b")] == [201, 429]


def test_a_body_without_a_length_is_cut_off_at_the_limit(desk: Desk) -> None:
    ana = visitor(desk)
    parts = (bytes(1024 * 1024) for _ in range(11))
    answer = ana.call("PUT", "/uploads/f1", content=parts)
    assert code(answer) == (413, "too_large")
