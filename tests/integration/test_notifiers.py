"""Every way to people outside the desk, against real servers on loopback: e-mail, texts, webhooks, and the Null."""

import asyncio
import hashlib
import hmac
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from anyio import run
from fastapi import FastAPI, Request, Response

from bot.channels.sms.notifier import SmsNotifier
from bot.channels.sms.outbound import SmsChannel
from bot.channels.sms.settings import Account
from bot.channels.sms.twilio_carrier import TwilioCarrier
from bot.notifiers import EmailNotifier, FolderNotifier, NowhereNotifier, WebhookNotifier
from bot.notifiers.email import server_of
from handoff.clock import utc_now
from handoff.errors import SettingsInvalid
from handoff.notify import NotificationView, Notifier
from handoff.service import CoreBox, Failed, Sent
from handoff.service.telling.content import Content
from tests.support.core import make_core
from tests.support.mail import PASSWORD, USER, MailServer, make_certificate, running_mail_server
from tests.support.missing import need
from tests.support.ports import free_port
from tests.support.sms import NUMBER, SID, TOKEN, Double, running_double, serving

SECRET = "a made-up webhook secret"
EMAIL, PHONE = "duty@aurora.example", "+34600111222"
CONTENT = Content(
    language="es",
    subject="Aurora: Un cliente espera y nadie ha respondido a tiempo",
    text="Un cliente espera y nadie ha respondido a tiempo.\n\n- R-7K3M9Q · inglés · espera desde hoy a las 12:00",
    brief="Aurora: Un cliente espera y nadie ha respondido a tiempo. R-7K3M9Q.",
    cases=({"reference": "R-7K3M9Q", "language": "en", "waiting_since": "2026-11-23T11:00:00+00:00"},),
    desk="https://help.aurora.example/desk/#/case/R-7K3M9Q",
)


def notification(channel: str, target: str, **changes: Any) -> NotificationView:
    made = NotificationView(
        id="0193a1f00000aaaabbbbccccdddd0001",
        channel=channel,
        target=target,
        audience="on_call",
        kind="answer_by_missed",
        tries=0,
        at=utc_now(),
        content=CONTENT,
    )
    return replace(made, **changes)


@dataclass
class Hook:
    """An owner's webhook that keeps what it is sent."""

    base: str = ""
    status: int = 204
    delay: float = 0
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/{path:path}")
        async def take(request: Request) -> Response:
            self.got.append((dict(request.headers), await request.body()))
            await asyncio.sleep(self.delay)
            return Response(status_code=self.status, headers=self.headers)

        return app


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    with serving(hook.app()) as base:
        hook.base = base.replace("127.0.0.1", "localhost")
        yield hook


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


@pytest.fixture
def double() -> Iterator[Double]:
    with running_double() as double:
        yield double


@dataclass(frozen=True)
class Way:
    """A notifier, a target of it, the ids that arrived there, and the same notifier with nobody at the other end."""

    notifier: Notifier
    target: str
    arrived: Callable[[], list[str]]
    gone: Notifier
    gone_target: str


@pytest.fixture
def box(sqlite_url: str) -> Iterator[CoreBox]:
    core = make_core(sqlite_url)
    yield CoreBox(core)
    core.database.dispose()


def texts(base: str, box: CoreBox) -> SmsNotifier:
    carrier = TwilioCarrier(SID, TOKEN, api_base=base)
    account = Account(account_sid=SID, auth_token=TOKEN, sender=NUMBER, api_base=base)
    return SmsNotifier(SmsChannel(carrier, account, box), carrier)


@pytest.fixture(params=["email", "sms", "webhook"])
def way(request: pytest.FixtureRequest) -> Way:
    nowhere = free_port()
    if request.param == "email":
        server: MailServer = request.getfixturevalue("mail")
        notifier = EmailNotifier(f"smtp://127.0.0.1:{server.port}", host="help.aurora.example")
        gone = EmailNotifier(f"smtp://127.0.0.1:{nowhere}", host="help.aurora.example")
        return Way(notifier, EMAIL, lambda: server.ids, gone, EMAIL)
    if request.param == "sms":
        double: Double = request.getfixturevalue("double")
        box: CoreBox = request.getfixturevalue("box")
        return Way(
            texts(double.base, box), PHONE, lambda: _texted(double), texts(f"http://127.0.0.1:{nowhere}", box), PHONE
        )
    hook: Hook = request.getfixturevalue("hook")
    notifier_hook = WebhookNotifier(SECRET, utc_now)
    return Way(
        notifier_hook,
        f"{hook.base}/duty",
        lambda: [json.loads(body)["id"] for _, body in hook.got],
        notifier_hook,
        f"http://localhost:{nowhere}/duty",
    )


def _texted(double: Double) -> list[str]:
    """A text shows no id; its words are enough."""
    told = notification("sms", PHONE)
    return [told.id for text in double.thread(PHONE) if text["body"] == told.content.brief]


def sending(notifier: Notifier, told: NotificationView) -> Sent | Failed:
    async def send() -> Sent | Failed:
        return await notifier.notify(told)

    return run(send)


def checking(notifier: Notifier, *targets: str) -> dict[str, Failed]:
    async def check() -> dict[str, Failed]:
        return dict(await notifier.check(targets))

    return run(check)


def test_a_notification_arrives_once_under_its_id(way: Way) -> None:
    told = notification(way.notifier.channel, way.target)
    assert isinstance(sending(way.notifier, told), Sent)
    assert way.arrived() == [told.id]


def test_a_way_that_works_says_so_and_sends_nothing(way: Way) -> None:
    assert checking(way.notifier, way.target) == {}
    assert way.arrived() == []


def test_nobody_at_the_other_end_is_tried_again_later(way: Way) -> None:
    result = sending(way.gone, notification(way.gone.channel, way.gone_target))
    assert isinstance(result, Failed)
    assert result.retry
    assert result.message
    assert result.message_es
    (found,) = checking(way.gone, way.gone_target).values()
    assert found.code == result.code == "unreachable"


def test_what_is_not_set_up_says_so_instead_of_pretending() -> None:
    for channel in ("email", "sms"):
        result = sending(NowhereNotifier(channel), notification(channel, "x"))
        assert isinstance(result, Failed)
        assert (result.code, result.retry) == ("not_configured", False)
        assert checking(NowhereNotifier(channel), "x")[""].code == "not_configured"
        assert checking(NowhereNotifier(channel)) == {}


def test_a_demos_mail_is_a_file_and_a_repeated_one_the_same_file(tmp_path: Path) -> None:
    notifier = FolderNotifier(tmp_path / "mail", host="localhost")
    told = notification("email", EMAIL)
    assert all(isinstance(sending(notifier, told), Sent) for _ in range(2))
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == f"{told.id}.eml"
    assert b"Message-ID: <0193a1f00000aaaabbbbccccdddd0001@localhost>" in file.read_bytes()


# E-mail


def email(server: MailServer, sign_in: str = "", scheme: str = "smtp", host: str = "127.0.0.1") -> EmailNotifier:
    return EmailNotifier(f"{scheme}://{sign_in}{host}:{server.port}", host="help.aurora.example", timeout=2)


def test_a_mail_is_proper_mime_with_an_id_that_stays_and_its_calendar_file(mail: MailServer) -> None:
    content = replace(CONTENT, subject="Llamada:\r\n mañana", ics="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    told = notification("email", EMAIL, content=content)
    for tries in (0, 1):
        sending(email(mail), replace(told, tries=tries))
    first, second = (each.parsed for each in mail.mails)
    assert first["Message-ID"] == second["Message-ID"] == f"<{told.id}@help.aurora.example>"
    assert (first["Subject"], first["To"], first["From"]) == ("Llamada: mañana", EMAIL, "relevo@help.aurora.example")
    assert first["Auto-Submitted"] == "auto-generated"
    body, calendar = first.iter_parts()
    assert body.get_content().replace("\r\n", "\n").rstrip("\n") == CONTENT.text
    assert (calendar.get_content_type(), calendar.get_filename()) == ("text/calendar", "callback.ics")
    assert calendar.get_param("method") == "PUBLISH"
    assert "BEGIN:VCALENDAR" in calendar.get_content()


def test_a_mailbox_that_the_server_refuses_is_final_and_a_full_one_is_not(mail: MailServer) -> None:
    for answer, code, retry in (("550 no such user", "refused", False), ("452 full", "busy", True)):
        mail.refuse = answer
        result = sending(email(mail), notification("email", EMAIL))
        assert isinstance(result, Failed)
        assert (result.code, result.retry) == (code, retry)
    assert mail.mails == []


def test_a_server_that_says_nothing_is_given_up(mail: MailServer) -> None:
    mail.hang = True
    result = sending(email(mail), notification("email", EMAIL))
    assert isinstance(result, Failed)
    assert (result.code, result.retry) == ("busy", True)


def test_signing_in_with_a_right_and_a_wrong_password(mail: MailServer) -> None:
    mail.auth = True
    right = email(mail, f"{USER}:{quote(PASSWORD, safe='')}@")
    assert isinstance(sending(right, notification("email", EMAIL)), Sent)
    wrong = email(mail, f"{USER}:wrong@")
    result = sending(wrong, notification("email", EMAIL))
    assert isinstance(result, Failed)
    assert (result.code, result.retry) == ("sign_in", True)
    assert checking(wrong, EMAIL)[""].code == "sign_in"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_mail_is_encrypted_and_the_servers_name_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    need("openssl", shutil.which("openssl"))
    certificate, context = make_certificate(tmp_path)
    with running_mail_server(MailServer(context=context, secure=scheme == "smtps")) as server:
        notifier = email(server, scheme=scheme, host="localhost")
        unknown = sending(notifier, notification("email", EMAIL))
        assert isinstance(unknown, Failed)
        assert unknown.code == "certificate"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert isinstance(sending(notifier, notification("email", EMAIL)), Sent)
        assert [each.encrypted for each in server.mails] == [True]


@pytest.mark.parametrize(
    "url", ["http://mail.example", "smtp://", "mail.example:25", "smtp://mail.example:x", "smtp://mail.example?tls=no"]
)
def test_an_address_of_no_mail_server_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        server_of(url)
    assert list(refused.value.fields) == ["RELEVO_SMTP_URL"]
    assert url not in str(refused.value.fields)


def test_the_ports_are_the_usual_ones_and_the_sender_can_be_named() -> None:
    assert [server_of(url).port for url in ("smtp://m.example", "smtp://u:p@m.example", "smtps://u:p@m.example")] == [
        25, 587, 465,
    ]  # fmt: skip
    assert server_of("smtps://a%40b.example:p%40ss@m.example").sender == "a@b.example"
    assert server_of("smtps://u:p@m.example?from=Aurora%20%3Chelp@a.example%3E").sender == "Aurora <help@a.example>"
    assert "p@ss" not in repr(server_of("smtps://a%40b.example:p%40ss@m.example"))


# Webhooks


def test_a_webhook_is_signed_over_its_instant_and_its_very_body(hook: Hook) -> None:
    at = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    sending(WebhookNotifier(SECRET, lambda: at), notification("webhook", f"{hook.base}/duty?team=1"))
    ((headers, body),) = hook.got
    assert headers["relevo-timestamp"] == str(int(at.timestamp()))
    signed = hmac.new(SECRET.encode(), headers["relevo-timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["relevo-signature"] == f"v1={signed.hexdigest()}"
    assert headers["host"] == hook.base.removeprefix("http://")
    told = json.loads(body)
    assert told["kind"] == "answer_by_missed"
    assert (told["audience"], told["count"], told["desk"]) == ("on_call", 1, CONTENT.desk)
    assert told["cases"] == [dict(CONTENT.cases[0])]


@pytest.mark.parametrize(
    ("status", "code", "retry"),
    [(500, "busy", True), (503, "busy", True), (429, "busy", True), (404, "refused", False), (302, "refused", False)],
)
def test_what_a_webhook_answers_decides_whether_it_is_tried_again(
    hook: Hook, status: int, code: str, retry: bool
) -> None:
    hook.status, hook.headers = status, {"Location": f"{hook.base}/elsewhere"}
    result = sending(WebhookNotifier(SECRET, utc_now), notification("webhook", f"{hook.base}/duty"))
    assert isinstance(result, Failed)
    assert (result.code, result.retry) == (code, retry)
    assert len(hook.got) == 1


def test_a_webhook_that_does_not_answer_is_given_up_in_time(hook: Hook) -> None:
    hook.delay = 3
    notifier = WebhookNotifier(SECRET, utc_now, timeout=0.2)
    result = sending(notifier, notification("webhook", f"{hook.base}/duty"))
    assert isinstance(result, Failed)
    assert (result.code, result.retry, result.ambiguous) == ("busy", True, True)


@pytest.mark.parametrize("host", ["10.0.0.7", "192.168.1.1", "169.254.169.254", "[fd00::1]", "[::ffff:10.0.0.1]"])
def test_a_private_address_is_never_posted_to(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def looked_up(*_: Any, **__: Any) -> list[Any]:
        return [(0, 0, 0, "", (host.strip("[]"), 443))]

    async def send() -> Sent | Failed:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", looked_up)
        return await WebhookNotifier(SECRET, utc_now).notify(notification("webhook", "https://hooks.example/duty"))

    result = run(send)
    assert isinstance(result, Failed)
    assert (result.code, result.retry) == ("private_address", False)


# Texts


def test_a_text_whose_answer_was_lost_is_not_sent_twice(double: Double, box: CoreBox) -> None:
    double.faults(answer="garbage_after")
    told = notification("sms", PHONE)
    first = sending(texts(double.base, box), told)
    assert isinstance(first, Failed)
    assert first.ambiguous
    double.faults()
    assert isinstance(sending(texts(double.base, box), replace(told, tries=1)), Sent)
    assert [text["body"] for text in double.thread(PHONE)] == [CONTENT.brief]


def test_a_number_that_cannot_be_texted_is_final(double: Double, box: CoreBox) -> None:
    result = sending(texts(double.base, box), notification("sms", "+15005550001"))
    assert isinstance(result, Failed)
    assert (result.code, result.retry) == ("21211", False)
