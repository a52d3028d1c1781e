"""E-mail by a mail server: smtp://user:password@host:port or smtps://…, with ?from=… as the From line.

With smtp:// the connection is encrypted by STARTTLS whenever the server offers it. A password is never sent without,
except to this machine.
"""

import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from anyio.to_thread import run_sync

from bot.notifiers.mail import mail_of
from handoff.errors import SettingsInvalid
from handoff.notify import NotificationView
from handoff.service import Failed, Sent

TIMEOUT = 6.0  # seconds for each step
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
FORM = "an address such as smtps://user:password@mail.example?from=help@shop.example"
_ADVICE = {
    "sign_in": (
        "The mail server refuses our sign-in: check user and password in RELEVO_SMTP_URL.",
        "El servidor de correo rechaza el acceso: revisar usuario y clave en RELEVO_SMTP_URL.",
    ),
    "refused": (
        "The mail server refuses this address: correct it in the settings.",
        "El servidor de correo rechaza esta dirección: corregirla en la configuración.",
    ),
    "unreachable": (
        "The mail server cannot be reached: check RELEVO_SMTP_URL and the network.",
        "No se llega al servidor de correo: revisar RELEVO_SMTP_URL y la red.",
    ),
    "no_tls": (
        "The mail server offers no encryption, and a password is not sent without: use smtps:// or another server.",
        "El servidor de correo no ofrece cifrado y sin él no se envía la clave: usar smtps:// u otro servidor.",
    ),
    "certificate": (
        "The mail server's certificate is not valid for its name: mend it, or use the name that it is for.",
        "El certificado del servidor de correo no vale para su nombre: corregirlo o usar el nombre correcto.",
    ),
    "busy": (
        "The mail server did not take the message; it is tried again by itself.",
        "El servidor de correo no ha aceptado el mensaje; se vuelve a intentar automáticamente.",
    ),
}


class _NoTls(Exception):
    """The server offers no STARTTLS and there is a password."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A mail server, from RELEVO_SMTP_URL."""

    host: str
    port: int
    secure: bool  # TLS from the first byte
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""


def server_of(url: str) -> Server:
    """Raises SettingsInvalid, without repeating the password."""
    try:
        parts = urlsplit(url)
        port = parts.port
        given = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise SettingsInvalid(fields={"RELEVO_SMTP_URL": FORM}) from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or set(given) - {"from"}:
        raise SettingsInvalid(fields={"RELEVO_SMTP_URL": FORM})
    user, secure = unquote(parts.username or ""), parts.scheme == "smtps"
    return Server(
        host=parts.hostname,
        port=port or (465 if secure else 587 if user else 25),
        secure=secure,
        user=user,
        password=unquote(parts.password or ""),
        sender=given.get("from", [user if "@" in user else ""])[0],
    )


class EmailNotifier:
    """Sends through one server; every call is a connection of its own, in a thread."""

    channel = "email"

    def __init__(self, url: str, *, host: str, timeout: float = TIMEOUT) -> None:
        self._server = server_of(url)
        self._host = host
        self._timeout = timeout

    async def notify(self, notification: NotificationView) -> Sent | Failed:
        return await run_sync(self._notify, notification, abandon_on_cancel=True)

    async def check(self, targets: Sequence[str]) -> Mapping[str, Failed]:
        """Connects, says EHLO and signs in."""
        del targets
        failed = await run_sync(self._check, abandon_on_cancel=True)
        return {"": failed} if failed else {}

    def _notify(self, notification: NotificationView) -> Sent | Failed:
        sender = self._server.sender or f"relevo@{self._host}"
        mail = mail_of(notification, sender=sender, host=self._host)
        try:
            with self._connected() as server:
                server.send_message(mail)
        except (OSError, _NoTls) as error:
            return _failed(error)
        return Sent(carrier_id=str(mail["Message-ID"]))

    def _check(self) -> Failed | None:
        try:
            with self._connected():
                return None
        except (OSError, _NoTls) as error:
            return _failed(error)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server, trust = self._server, ssl.create_default_context()
        name = socket.gethostname()
        if server.secure:
            opened: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=name, timeout=self._timeout, context=trust
            )
        else:
            opened = smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=self._timeout)
        with opened:
            opened.ehlo_or_helo_if_needed()
            if not server.secure:
                self._encrypt(opened, trust)
            if server.user:
                opened.login(server.user, server.password)
            yield opened

    def _encrypt(self, opened: smtplib.SMTP, trust: ssl.SSLContext) -> None:
        if opened.has_extn("starttls"):
            opened.starttls(context=trust)
            opened.ehlo()
        elif self._server.user and self._server.host not in LOOPBACK:
            raise _NoTls


def _failed(error: Exception) -> Failed:
    """One of our codes for whatever went wrong; the server's own words stay out of it."""
    code, retry = _reason(error)
    message, message_es = _ADVICE[code]
    return Failed(code=code, message=message, message_es=message_es, retry=retry, ambiguous=code == "busy")


def _reason(error: Exception) -> tuple[str, bool]:
    match error:
        case _NoTls():
            return "no_tls", True
        case smtplib.SMTPRecipientsRefused():
            final = all(status >= 500 for status, _ in error.recipients.values())
            return ("refused", False) if final else ("busy", True)
        case smtplib.SMTPAuthenticationError():
            return "sign_in", True
        case smtplib.SMTPResponseException():
            return ("refused", False) if error.smtp_code in {550, 551, 553} else ("busy", True)
        case ssl.SSLCertVerificationError():
            return "certificate", True
        case smtplib.SMTPException() | TimeoutError():
            return "busy", True
    return "unreachable", True
