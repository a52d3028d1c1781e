"""Fetching what customers sent by MMS: from the carrier's own hosts only, with a limit, and never by a browser."""

from urllib.parse import urljoin, urlsplit

import httpx
import structlog

from handoff.desk.attachments import MOST_BYTES, AttachmentRefused, AttachmentUnavailable

TWILIO = "https://api.twilio.com"
MOST_HOPS = 3
TIMEOUT = 10.0
_STORES = (".twilio.com", ".twiliocdn.com")  # where the carrier sends us on to
_BUCKET = ("s3-external-1.amazonaws.com", "/media.twiliocdn.com/")

log = structlog.get_logger()


class TwilioMedia:
    """Implements `handoff.desk.attachments.Media`. The account's credentials go to the carrier's API alone."""

    def __init__(self, account_sid: str, auth_token: str, *, api_base: str = "") -> None:
        self._base = (api_base or TWILIO).rstrip("/")
        self._ours = f"/2010-04-01/Accounts/{account_sid}/Messages/"
        self._auth = httpx.BasicAuth(account_sid, auth_token)
        self._double = bool(api_base)

    def fetch(self, url: str) -> bytes:
        """Raises AttachmentRefused for another host's or account's address, or AttachmentUnavailable."""
        if not self._is_ours(url):
            raise AttachmentRefused
        try:
            with httpx.Client(timeout=TIMEOUT, trust_env=not self._double) as client:
                return self._follow(client, url)
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            log.warning("sms.media.failed", error=type(exc).__name__)
            raise AttachmentUnavailable from exc

    def _follow(self, client: httpx.Client, url: str) -> bytes:
        for _ in range(MOST_HOPS + 1):
            auth = self._auth if self._is_ours(url) else None
            with client.stream("GET", url, auth=auth) as answer:
                if not answer.is_redirect:
                    return _read(answer)
                url = urljoin(url, answer.headers.get("location", ""))
            if not (self._is_ours(url) or self._is_store(url)):
                raise AttachmentRefused
        raise AttachmentUnavailable

    def _is_ours(self, url: str) -> bool:
        asked, base = urlsplit(url), urlsplit(self._base)
        same = (asked.scheme, asked.netloc) == (base.scheme, base.netloc)
        return same and asked.path.startswith(self._ours) and ".." not in asked.path and "%" not in asked.path

    def _is_store(self, url: str) -> bool:
        asked = urlsplit(url)
        if self._double or asked.scheme != "https" or asked.port not in (None, 443) or asked.username is not None:
            return False
        host = (asked.hostname or "").lower()
        return host.endswith(_STORES) or (host == _BUCKET[0] and asked.path.startswith(_BUCKET[1]))


def _read(answer: httpx.Response) -> bytes:
    """The body, given up as soon as it is too large. Raises AttachmentRefused or AttachmentUnavailable."""
    if answer.status_code != 200:
        log.warning("sms.media.failed", status=answer.status_code)
        raise AttachmentUnavailable
    content = bytearray()
    for chunk in answer.iter_bytes(64 * 1024):
        content += chunk
        if len(content) > MOST_BYTES:
            raise AttachmentRefused
    return bytes(content)
