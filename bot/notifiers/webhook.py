"""Signed webhooks: one POST of JSON to an address of the owner's, never to a private network by a public name."""

import asyncio
import hashlib
import hmac
import json
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

import httpx

from handoff.notify import NotificationView
from handoff.service import Failed, Sent

TIMEOUT = 5.0
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
LATER = frozenset({408, 425, 429})
_ADVICE = {
    "private_address": (
        "The webhook's name leads to a private address: only localhost may. Use a public one.",
        "El nombre del webhook lleva a una dirección privada: solo puede localhost. Usar una pública.",
    ),
    "unknown_host": (
        "The webhook's host is unknown: correct the address in the settings.",
        "El servidor del webhook no existe: corregir la dirección en la configuración.",
    ),
    "unreachable": (
        "The webhook cannot be reached: check that it listens, and its certificate.",
        "No se llega al webhook: comprobar que está en marcha y su certificado.",
    ),
    "refused": (
        "The webhook refuses our message: check its address, and that it takes our signature.",
        "El webhook rechaza nuestro mensaje: revisar la dirección y que acepte nuestra firma.",
    ),
    "busy": (
        "The webhook did not take the message; it is tried again by itself.",
        "El webhook no ha aceptado el mensaje; se vuelve a intentar automáticamente.",
    ),
}


class _Private(Exception):
    """A public name with a private address."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of Relevo-Signature."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"v1={digest}"


def body_of(notification: NotificationView) -> bytes:
    """The same for every try."""
    content = notification.content
    body = {
        "id": notification.id,
        "kind": notification.kind,
        "audience": notification.audience,
        "at": notification.at.isoformat(),
        "count": content.count,
        "cases": list(content.cases),
        "text": content.text,
        "desk": content.desk,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


class WebhookNotifier:
    """Posts to any of the settings' addresses. No redirect is followed and no proxy of the environment is used."""

    channel = "webhook"

    def __init__(self, secret: str, clock: Callable[[], datetime], *, timeout: float = TIMEOUT) -> None:
        self._secret = secret
        self._clock = clock
        self._timeout = timeout

    async def notify(self, notification: NotificationView) -> Sent | Failed:
        body, timestamp = body_of(notification), str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Relevo",
            "Relevo-Timestamp": timestamp,
            "Relevo-Signature": sign(self._secret, timestamp, body),
        }
        try:
            async with asyncio.timeout(self._timeout):
                status = await self._post(notification.target, headers, body)
        except (OSError, httpx.HTTPError, _Private) as error:
            return _failed(error)
        if 200 <= status < 300:
            return Sent(carrier_id=notification.id)
        retry = status >= 500 or status in LATER
        return _failure("busy" if retry else "refused", retry=retry)

    async def check(self, targets: Sequence[str]) -> Mapping[str, Failed]:
        """Looks each name up and connects; sends nothing."""
        found = await asyncio.gather(*(self._check(target) for target in targets))
        return {target: failed for target, failed in zip(targets, found, strict=True) if failed}

    async def _check(self, target: str) -> Failed | None:
        try:
            async with asyncio.timeout(self._timeout):
                _, writer = await asyncio.open_connection(await _address_of(target), _port(target))
                writer.close()
                await writer.wait_closed()
        except (OSError, httpx.HTTPError, _Private) as error:
            return _failed(error)
        return None

    async def _post(self, target: str, headers: Mapping[str, str], body: bytes) -> int:
        """To the very address that was looked up and found public; the name is kept for Host and certificate."""
        parts = urlsplit(target)
        address = await _address_of(target)
        netloc = f"{f'[{address}]' if ':' in address else address}:{_port(target)}"
        url = urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
        host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
        async with (
            httpx.AsyncClient(trust_env=False, timeout=self._timeout, follow_redirects=False) as client,
            client.stream(
                "POST",
                url,
                content=body,
                headers={**headers, "Host": host},
                extensions={"sni_hostname": parts.hostname},
            ) as response,
        ):
            return response.status_code  # whatever it answers beyond this is not read


def _port(target: str) -> int:
    parts = urlsplit(target)
    return parts.port or (443 if parts.scheme == "https" else 80)


async def _address_of(target: str) -> str:
    """The first address of the name. Raises _Private when any of them is private, unless the name is this machine's."""
    host = urlsplit(target).hostname or ""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, _port(target), type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    if host not in LOCAL and not all(ip_address(each).is_global for each in addresses):
        raise _Private
    v4 = [each for each in addresses if ":" not in each]
    return (v4 or addresses)[0]


def _failed(error: Exception) -> Failed:
    match error:
        case _Private():
            return _failure("private_address", retry=False)
        case socket.gaierror():
            return _failure("unknown_host", retry=True)
        case TimeoutError() | httpx.TimeoutException():
            return _failure("busy", retry=True)
    return _failure("unreachable", retry=True)


def _failure(code: str, *, retry: bool) -> Failed:
    message, message_es = _ADVICE[code]
    return Failed(code=code, message=message, message_es=message_es, retry=retry, ambiguous=code == "busy")
