"""Is this webhook really from the carrier? Twilio's scheme, over the URL that Twilio called.

Twilio signs the URL as it is configured there, so behind a proxy that URL is rebuilt from the public one.
With a shared key (Twilio's webhook settings) the hash can be SHA-256 and the secret is the key's, not the auth token.
"""

from enum import StrEnum
from urllib.parse import urlsplit

from fastapi import Request
from twilio.request_validator import (  # type: ignore[import-untyped]  # noqa: TID251
    HMAC_SHA1,
    HMAC_SHA256,
    RequestValidator,
)

from bot.channels.sms.forms import Form
from handoff.errors import SignatureInvalid

SIGNATURE_HEADER = "x-twilio-signature"


class Hash(StrEnum):
    SHA1 = "sha1"
    SHA256 = "sha256"


_ALGORITHMS = {Hash.SHA1: HMAC_SHA1, Hash.SHA256: HMAC_SHA256}


class Signatures:
    """Checks and makes signatures with one secret and one hash; the sender cannot choose another."""

    def __init__(self, secret: str, *, hash_name: Hash = Hash.SHA1, public_url: str = "") -> None:
        self._secret = secret
        self._algorithm = _ALGORITHMS[hash_name]
        self._public_url = public_url.rstrip("/")

    def sign(self, url: str, form: Form) -> str:
        return str(RequestValidator(self._secret).compute_signature(url, form, self._algorithm))

    def check(self, url: str, form: Form, signature: str) -> None:
        """Raises SignatureInvalid, also when no secret is configured: an empty key would sign for anybody."""
        if not self._secret or not signature:
            raise SignatureInvalid
        if not RequestValidator(self._secret).validate(url, form, signature, self._algorithm):
            raise SignatureInvalid

    def url_of(self, request: Request) -> str:
        """The URL that the carrier called: the public one's origin and prefix, the request's raw path and query."""
        path = (request.scope.get("raw_path") or request.url.path.encode()).decode("ascii", "replace").partition("?")[0]
        query = request.scope.get("query_string", b"").decode("ascii", "replace")
        tail = f"{path}?{query}" if query else path
        if not self._public_url:
            return f"{request.url.scheme}://{request.url.netloc}{tail}"
        prefix = urlsplit(self._public_url).path
        base = self._public_url.removesuffix(prefix) if prefix and path.startswith(f"{prefix}/") else self._public_url
        return f"{base}{tail}"
