"""Tokens and cursors: small strings that say nothing by themselves."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff.errors import InvalidInput, NotAuthenticated, NotFound
from handoff.service.base.core import Core

TOKEN_LIFE = timedelta(days=30)
LINK_LIFE = timedelta(days=7)  # of a promise's link, after the time that was promised
_LINK = re.compile(r"([2-9A-HJKMNP-Z]{6})([A-Za-z0-9_-]{16})([0-9a-f]{5,7})")
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L: a reference is read aloud


def make_token(core: Core, conversation_id: str, created_at: datetime) -> str:
    """The bearer token of one conversation: the same for the same conversation, so a repeated call gets it again."""
    expires = int((created_at + TOKEN_LIFE).timestamp())
    return f"{conversation_id}.{expires}.{_sign(core, conversation_id, expires)}"


def check_token(core: Core, token: str, conversation_id: str, now: datetime) -> None:
    """Raises NotAuthenticated unless `token` is this conversation's and has not expired."""
    parts = token.split(".")
    if len(parts) != 3 or not parts[1].isdigit() or len(parts[1]) > 12:
        raise NotAuthenticated
    owner, expires = parts[0], int(parts[1])
    genuine = hmac.compare_digest(parts[2].encode(), _sign(core, owner, expires).encode())
    if not genuine or owner != conversation_id or expires <= now.timestamp():
        raise NotAuthenticated


def _sign(core: Core, conversation_id: str, expires: int) -> str:
    text = f"conversation\x00{conversation_id}\x00{expires}"
    digest = hmac.new(core.secret, text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True, kw_only=True)
class PromiseToken:
    """What a promise's link says by itself; whose promise it is only the signature knows."""

    reference: str
    expires: int  # whole hours since 1970
    signature: str

    def has_expired(self, now: datetime) -> bool:
        return self.expires * 3600 <= now.timestamp()


def make_promise_token(core: Core, reference: str, promise_id: str, due_at: datetime) -> str:
    """A link's token, short enough for a text message: the case, 96 bits of signature, the hour in which it ends."""
    expires = -(-int((due_at + LINK_LIFE).timestamp()) // 3600)
    return f"{reference.removeprefix('R-')}{_sign_promise(core, promise_id, expires)}{expires:x}"


def read_promise_token(token: str) -> PromiseToken:
    """The token's parts, not yet checked. Raises NotFound for anything that is not of the form."""
    found = _LINK.fullmatch(token)
    if found is None:
        raise NotFound
    return PromiseToken(reference=f"R-{found[1]}", signature=found[2], expires=int(found[3], 16))


def is_token_of(core: Core, token: PromiseToken, promise_id: str) -> bool:
    """Whether we made this token for this promise."""
    genuine = _sign_promise(core, promise_id, token.expires)
    return hmac.compare_digest(token.signature.encode(), genuine.encode())


def _sign_promise(core: Core, promise_id: str, expires: int) -> str:
    digest = hmac.new(core.secret, f"promise\x00{promise_id}\x00{expires}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:12]).decode()


def make_confirmation(core: Core, token: str, action: str, version: int) -> str:
    """What a page must send back to act on a link: it names the version that the customer saw."""
    return f"{version}.{_sign_confirmation(core, token, action, version)}"


def read_confirmation(core: Core, token: str, action: str, confirmation: str) -> int:
    """The version that was confirmed. Raises InvalidInput for one that we did not make for this link and action."""
    number, _, signature = confirmation.partition(".")
    if number.isascii() and number.isdigit() and len(number) <= 9:
        genuine = _sign_confirmation(core, token, action, int(number))
        if hmac.compare_digest(signature.encode(), genuine.encode()):
            return int(number)
    raise InvalidInput(fields={"confirm": "not one of ours"})


def _sign_confirmation(core: Core, token: str, action: str, version: int) -> str:
    text = f"confirm\x00{token}\x00{action}\x00{version}"
    return hmac.new(core.secret, text.encode(), hashlib.sha256).hexdigest()[:32]


def make_cursor(number: int) -> str:
    return base64.urlsafe_b64encode(f"v1:{number}".encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> int:
    """The number in a cursor, 0 for none. Raises InvalidInput for anything that we did not make."""
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        version, number = text.split(":")
        if version == "v1" and number.isdigit() and len(number) <= 15:
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise InvalidInput("The cursor is not one of ours; read from the start", fields={"after": "unknown cursor"})


def new_reference() -> str:
    """A public reference such as `R-7K3M9Q`."""
    return "R-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))
