"""Twilio, through its own client. `api_base` may point it at the local double."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from requests import RequestException
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout, Timeout
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException  # type: ignore[import-untyped]  # noqa: TID251
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]  # noqa: TID251
from twilio.rest import Client  # type: ignore[import-untyped]  # noqa: TID251
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from bot.channels.sms.carrier import Accepted, Listed, Picture, Received, Refused, TextMessage, TryLater, Unclear

TIMEOUT = 6.0  # seconds, to connect and between two reads: looking and sending both fit into a lease of 30 s
LIST_LIMIT = 50
PAGE = 500  # texts in one page of what customers sent
_UNKNOWN = frozenset({"20404", "404"})
_LATER = frozenset({429, 503})  # not taken, by their definition
_silence = logging.getLogger("bot.channels.sms.client")
_silence.setLevel(logging.CRITICAL)  # the client would log numbers and words
_NOT_SENT = (NewConnectionError, ConnectTimeoutError)

Result = TypeVar("Result")


class TwilioCarrier:
    """Sends from a number, or through a Messaging Service when `messaging_service` is given."""

    name = "twilio"

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        api_base: str = "",
        messaging_service: str = "",
        timeout: float = TIMEOUT,
    ) -> None:
        http = TwilioHttpClient(timeout=timeout, logger=_silence)
        environment: Mapping[str, str] | None = None
        if api_base:
            environment = {"RELEVO_TWILIO_API_BASE": api_base}  # keeps TWILIO_REGION and TWILIO_EDGE out of our base
            http.session.trust_env = False  # a proxy would not reach a local double
        self._client = Client(account_sid, auth_token, http_client=http, environment=environment)
        if api_base:
            self._client.api.base_url = api_base.rstrip("/")
        self._service = messaging_service
        self._account = account_sid

    def send(self, text: TextMessage) -> Accepted:
        options: dict[str, str] = {"to": text.to, "body": text.body}
        if text.sender:
            options["from_"] = text.sender
        if self._service:
            options["messaging_service_sid"] = self._service
        if text.callback:
            options["status_callback"] = text.callback
        message = _guarded(lambda: self._client.messages.create(**options))
        if not message.sid:
            raise Unclear("unclear", "the carrier's answer has no sid")
        return Accepted(carrier_id=message.sid, segments=_count(message.num_segments))

    def list_sent(self, *, sender: str, to: str, since: datetime) -> Sequence[Listed]:
        # A queued text has no DateSent yet, so that filter would hide exactly what is looked for.
        options = {"to": to, "from_": sender} if sender and not self._service else {"to": to}
        found = _guarded(lambda: self._client.messages.list(limit=LIST_LIMIT, page_size=LIST_LIMIT, **options))
        return [
            _listed(message)
            for message in found
            if message.sid
            and str(message.direction).startswith("outbound")
            and message.date_created is not None
            and message.date_created >= since
        ]

    def list_received(self, *, to: str, since: datetime) -> Sequence[Received]:
        """The carrier's newest come first, so that a text that arrives meanwhile moves others on, and hides none."""
        options = {"to": to} if to else {}
        since = since.astimezone(UTC)

        def read() -> list[Received]:
            pages = self._client.messages.stream(date_sent_after=since, page_size=PAGE, **options)
            return [_received(message) for message in pages if _is_ours(message, since)]

        found = {text.carrier_id: text for text in _guarded(read)}  # a text that moved on is on two pages
        oldest_first = list(found.values())[::-1]
        return sorted(oldest_first, key=lambda text: text.at)  # whole seconds: the list's order decides within one

    def list_media(self, carrier_id: str) -> Sequence[Picture]:
        kept = _guarded(self._client.messages(carrier_id).media.list)
        base = str(self._client.api.base_url).rstrip("/")
        return [
            Picture(url=base + str(each.uri).removesuffix(".json"), content_type=str(each.content_type or ""))
            for each in kept
            if each.uri
        ]

    def fetch(self, carrier_id: str) -> Listed | None:
        try:
            return _listed(_guarded(lambda: self._client.messages(carrier_id).fetch()))
        except Refused as refused:
            if refused.code in _UNKNOWN:
                return None
            raise

    def check(self) -> None:
        _guarded(lambda: self._client.api.v2010.accounts(self._account).fetch())


def _is_ours(message: Any, since: datetime) -> bool:
    """A customer's text, whole, and not from before: the carrier may read the filter as a day."""
    at = message.date_sent or message.date_created
    return bool(message.sid and str(message.direction) == "inbound" and at is not None and at >= since)


def _listed(message: Any) -> Listed:
    return Listed(
        carrier_id=message.sid,
        body=message.body or "",
        status=str(message.status),
        segments=_count(message.num_segments),
        at=message.date_created,
        error_code=str(message.error_code) if message.error_code else None,
    )


def _received(message: Any) -> Received:
    return Received(
        carrier_id=message.sid,
        sender=str(message.from_ or ""),
        to=str(message.to or ""),
        body=message.body or "",
        at=message.date_sent or message.date_created,
        media=int(message.num_media) if str(message.num_media or "").isdecimal() else 0,
        service=str(message.messaging_service_sid or ""),
    )


def _count(number: str | None) -> int:
    return int(number) if number and number.isdecimal() else 1


def _guarded(call: Callable[[], Result]) -> Result:
    """The result of `call`, with everything that can go wrong on the way as one of our three faults."""
    try:
        return call()
    except (TwilioRestException, TwilioServiceException) as exc:
        raise _refusal(exc) from exc
    except RequestException as exc:
        raise _broken(exc) from exc
    except (TwilioException, ValueError, TypeError, KeyError, AttributeError) as exc:
        raise Unclear("unclear", "the carrier's answer cannot be read") from exc


def _refusal(exc: TwilioRestException | TwilioServiceException) -> Refused | TryLater | Unclear:
    status = int(exc.status)
    code = str(exc.code or status)
    if status in _LATER:
        return TryLater(code, f"status {status}")
    if status >= 500:
        return Unclear(code, f"status {status}")
    return Refused(code, f"status {status}")


def _broken(exc: RequestException) -> TryLater | Unclear:
    if isinstance(exc, ConnectTimeout) or _never_connected(exc):
        return TryLater("unreachable", type(exc).__name__)
    if isinstance(exc, Timeout):
        return Unclear("timeout", type(exc).__name__)
    return Unclear("unclear", type(exc).__name__)


def _never_connected(exc: RequestException) -> bool:
    cause = exc.args[0] if isinstance(exc, RequestsConnectionError) and exc.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, _NOT_SENT)
