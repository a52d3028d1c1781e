"""Pictures and files of texts: kept with the message, fetched from the carrier alone, served to do no harm."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from bot.channels.sms.forms import Form
from bot.channels.sms.inbound import inbound_of
from bot.channels.sms.media import TwilioMedia
from handoff import service
from handoff.clock import utc_now
from handoff.desk.attachments import MOST_BYTES, AttachmentRefused, AttachmentUnavailable
from tests.integration.test_desk_api import browser, code, sit
from tests.support.core import make_core
from tests.support.desk import ALWAYS, Desk, running
from tests.support.sms import SID, TOKEN, running_double, serving

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
HTML = b"<html><script>alert(1)</script></html>"
KEPT = {"ME1": PNG, "ME2": HTML, "ME3": b"%PDF-1.7", "ME4": b"x" * (MOST_BYTES + 1)}


@pytest.fixture
def carrier() -> Iterator[str]:
    """A carrier that keeps media, and wants the account's credentials."""
    app = FastAPI()

    @app.get("/2010-04-01/Accounts/{sid}/Messages/{message}/Media/{name}")
    def media(request: Request, name: str) -> Response:
        if httpx.BasicAuth(SID, TOKEN)._auth_header != request.headers.get("authorization"):
            return Response(status_code=401)
        if name == "MEaway":
            return Response(status_code=307, headers={"Location": "http://127.0.0.1:9/elsewhere"})
        return Response(KEPT[name], media_type="text/html") if name in KEPT else Response(status_code=404)

    with serving(app) as base:
        yield base


def address(base: str, name: str, account: str = SID) -> str:
    return f"{base}/2010-04-01/Accounts/{account}/Messages/MM1/Media/{name}"


@pytest.mark.bar(27)
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/2010-04-01/Accounts/x/Messages/MM1/Media/ME1",
        "file:///etc/passwd",
        "http://169.254.169.254/latest",
        "{base}/2010-04-01/Accounts/ACother/Messages/MM1/Media/ME1",
        "{base}/2010-04-01/Accounts/{sid}/Messages/../../../admin",
        "{base}/2010-04-01/Accounts/{sid}/Messages/%2e%2e/x",
        "",
    ],
)
def test_only_our_own_media_at_the_carrier_is_fetched(carrier: str, url: str) -> None:
    with pytest.raises(AttachmentRefused):
        TwilioMedia(SID, TOKEN, api_base=carrier).fetch(url.format(base=carrier, sid=SID))


@pytest.mark.bar(27)
def test_media_is_limited_and_what_is_gone_is_said(carrier: str) -> None:
    media = TwilioMedia(SID, TOKEN, api_base=carrier)
    assert media.fetch(address(carrier, "ME1")) == PNG
    with pytest.raises(AttachmentRefused):
        media.fetch(address(carrier, "ME4"))
    with pytest.raises(AttachmentRefused):
        media.fetch(address(carrier, "MEaway"))
    with pytest.raises(AttachmentUnavailable):
        media.fetch(address(carrier, "MEgone"))
    with pytest.raises(AttachmentUnavailable):
        TwilioMedia(SID, "wrong", api_base=carrier).fetch(address(carrier, "ME1"))


@pytest.mark.parametrize(
    "url", ["https://api.twilio.com.evil.example/2010-04-01/Accounts/x", "http://api.twilio.com/2010-04-01/Accounts/x"]
)
def test_hosts_that_only_look_like_the_carriers_are_refused(url: str) -> None:
    with pytest.raises(AttachmentRefused):
        TwilioMedia("x", TOKEN).fetch(url)


def form(base: str, **media: str) -> Form:
    fields = {
        "MessageSid": "MM1",
        "From": "+34600000001",
        "To": "+15005550006",
        "Body": "",
        "NumMedia": str(len(media)),
    }
    for number, (name, kind) in enumerate(media.items()):
        fields |= {f"MediaUrl{number}": address(base, name), f"MediaContentType{number}": kind}
    return Form(list(fields.items()))


@pytest.fixture
def ways() -> dict[str, TwilioMedia]:
    """The carriers that are set up; none at first."""
    return {}


@pytest.fixture
def desk(sqlite_url: str, ways: dict[str, TwilioMedia]) -> Iterator[Desk]:
    with running(make_core(sqlite_url, hours=ALWAYS), media=ways) as desk:
        yield desk


def arrived(desk: Desk, base: str, **media: str) -> tuple[str, list[dict[str, Any]], Any]:
    """The case of a text with these media, what the desk says of them, and an agent's browser."""
    (text,) = inbound_of(form(base, **media), utc_now())
    recorded = service.record_inbound(desk.core, text, now=utc_now())
    reference = service.ask_person(desk.core, recorded.conversation_id, now=utc_now()).reference
    seat = sit(desk, "Ana")
    shown = next(each for each in seat.read(reference)["transcript"] if each["attachments"])["attachments"]
    return reference, shown, seat


@pytest.mark.bar(27)
def test_a_picture_is_shown_and_everything_else_is_a_file_to_save(
    desk: Desk, carrier: str, ways: dict[str, TwilioMedia]
) -> None:
    media = {"ME1": "image/png", "ME2": "image/png", "ME3": "application/pdf"}
    _, shown, seat = arrived(desk, carrier, **media)
    ways["sms"] = TwilioMedia(SID, TOKEN, api_base=carrier)
    assert [(each["content_type"], each["is_image"]) for each in shown] == [
        ("image/png", True), ("image/png", True), ("application/pdf", False),
    ]  # fmt: skip
    assert "url" not in shown[0]
    picture, page, paper = (seat.get(f"/attachments/{each['id']}") for each in shown)
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")
    assert picture.headers["content-disposition"].startswith("inline")
    for answer in (page, paper):
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert page.headers["content-disposition"].endswith('.bin"')
    assert paper.headers["content-disposition"].endswith('.pdf"')
    for answer in (picture, page, paper):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "private, no-store"


def test_who_is_not_signed_in_and_what_is_not_there(desk: Desk, carrier: str) -> None:
    _, shown, seat = arrived(desk, carrier, ME1="image/png")
    path = f"/attachments/{shown[0]['id']}"
    assert code(browser(desk).get(path)) == (401, "not_authenticated")
    assert code(seat.get("/attachments/nothing")) == (404, "not_found")
    assert code(seat.get(path)) == (502, "attachment_unavailable")  # no carrier is set up


def test_strange_types_and_addresses_are_kept_and_do_no_harm(desk: Desk, carrier: str) -> None:
    _, shown, _ = arrived(desk, carrier, ME1="image/svg+xml", ME2='text/html"; x=<b>', ME3="IMAGE/PNG")
    assert [each["content_type"] for each in shown] == ["image/svg+xml", "application/octet-stream", "image/png"]
    assert [each["is_image"] for each in shown] == [False, False, True]


def test_a_simulated_phone_sends_a_picture_that_the_account_can_fetch() -> None:
    with running_double() as double:
        double.text_in("", picture=True)
        (text,) = double.get().json()["messages"]
        assert text["num_media"] == "1"
        url = f"{double.base}/2010-04-01/Accounts/{SID}/Messages/MM1/Media/ME1"
        assert TwilioMedia(SID, TOKEN, api_base=double.base).fetch(url).startswith(PNG[:8])
        assert httpx.get(url).status_code == 401
