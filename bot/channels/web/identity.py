"""Signed identities: a JWT in which the site says who its customer is, checked before anything is done with it.

HS256 with a secret of the site's own, short-lived, for us alone. A key's id is `site` or `site.name`: two keys of a
site are valid at once, so that one can be replaced by the next without a gap. docs/identity.md shows how to sign.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options

from bot.channels.web.texts import check_email, check_name, check_phone
from handoff.errors import Forbidden, InvalidInput, SettingsInvalid
from handoff.service.talk.identities import SignedIdentity

ALGORITHM = "HS256"
LONGEST_LIFE = timedelta(hours=1)  # from `iat` to `exp`
LEEWAY = timedelta(seconds=30)  # for a site's clock that runs ahead of ours
SHORTEST_SECRET = 32  # characters; HS256 wants no less
MOST_KEYS = 2  # of one site
REQUIRED = ("sub", "iat", "exp", "aud")
_SIGNATURE_ALONE: Options = {  # the library reads the clock itself; here `now` is a parameter
    "require": list(REQUIRED),
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
    "verify_sub": False,
}
_KEY_ID = re.compile(r"([a-z0-9-]{1,32})(?:\.([A-Za-z0-9_-]{1,32}))?")
_SUBJECT = re.compile(r"[\x21-\x7e]{1,200}")
_ORDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./#_-]{0,63}")


class IdentityInvalid(Forbidden):
    """This identity was not signed by a site that we know, or is not of the documented form."""

    code = "identity_invalid"


class IdentityExpired(IdentityInvalid):
    """This identity has expired; ask the site for a new one."""

    code = "identity_expired"


class IdentityNotYetValid(IdentityInvalid):
    """This identity is not valid yet; the site's clock runs ahead of ours."""

    code = "identity_not_yet_valid"


class IdentityTooLong(IdentityInvalid):
    """This identity would be valid for too long; a site signs one for an hour at most."""

    code = "identity_too_long"


class IdentityForOthers(IdentityInvalid):
    """This identity was signed for somebody else; its audience must be our address."""

    code = "identity_wrong_audience"


@dataclass(frozen=True, kw_only=True)
class Key:
    id: str
    site: str
    secret: str = field(repr=False)


def read_keys(text: str | None) -> tuple[Key, ...]:
    """The keys of RELEVO_IDENTITY_KEYS: `site.name:secret`, separated by commas. Raises SettingsInvalid."""
    keys = tuple(_read_key(part.strip()) for part in (text or "").split(",") if part.strip())
    if len({key.id for key in keys}) < len(keys):
        raise _unusable("a key id stands there twice; give each key of a site a name of its own, as shop.a and shop.b")
    for site in {key.site for key in keys}:
        if sum(key.site == site for key in keys) > MOST_KEYS:
            raise _unusable(f"{site} has more than {MOST_KEYS} keys; remove what is no longer signed with")
    return keys


def _read_key(part: str) -> Key:
    name, _, secret = part.partition(":")
    found = _KEY_ID.fullmatch(name)
    if found is None:
        raise _unusable("a key is written as site.name:secret, the site in small letters, digits and hyphens")
    if len(secret) < SHORTEST_SECRET:
        raise _unusable(f"the secret of {name} is shorter than {SHORTEST_SECRET} characters")
    return Key(id=name, site=found[1], secret=secret)


def _unusable(what: str) -> SettingsInvalid:
    return SettingsInvalid("RELEVO_IDENTITY_KEYS cannot be used.", fields={"RELEVO_IDENTITY_KEYS": what})


@dataclass(frozen=True, kw_only=True)
class Identities:
    """The check of one service: the keys of its sites, and its own address, for which every identity is signed."""

    keys: Sequence[Key] = ()
    audience: str = ""

    def check(self, token: str, now: datetime) -> SignedIdentity:
        """Who the token names. Raises IdentityInvalid or one of its kinds; InvalidInput where no site has a key."""
        if not self.keys:
            raise InvalidInput(fields={"identity": "signed identities are not set up here; leave it out"})
        key, claims = self._opened(token)
        expires_at = self._check_times(claims, now)
        if not self._is_for_us(claims["aud"]):
            raise IdentityForOthers
        return SignedIdentity(
            site=key.site,
            subject=_subject(claims["sub"]),
            digest=hashlib.sha256(token.encode()).hexdigest(),
            expires_at=expires_at,
            details=_details(claims),
        )

    def _opened(self, token: str) -> tuple[Key, Mapping[str, Any]]:
        """The key that signed the token, and what it says; times and audience are not looked at yet."""
        for key in self._candidates(token):
            try:
                claims = jwt.decode(
                    token,
                    key.secret,
                    algorithms=[ALGORITHM],
                    options=_SIGNATURE_ALONE,
                )
            except jwt.InvalidSignatureError:
                continue
            except jwt.MissingRequiredClaimError as error:
                raise IdentityInvalid(fields={str(error.claim): "is missing"}) from None
            except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
                raise IdentityInvalid from None
            return key, claims
        raise IdentityInvalid

    def _candidates(self, token: str) -> Sequence[Key]:
        """The key that the token names; of a single site, a token may leave it out."""
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise IdentityInvalid from None
        if header.get("alg") != ALGORITHM:
            raise IdentityInvalid(fields={"alg": f"must be {ALGORITHM}"})
        if "kid" in header:
            return [key for key in self.keys if key.id == header["kid"]]
        return self.keys if len({key.site for key in self.keys}) == 1 else ()

    def _check_times(self, claims: Mapping[str, Any], now: datetime) -> datetime:
        issued, expires = _instant(claims, "iat"), _instant(claims, "exp")
        if expires <= now:
            raise IdentityExpired
        if max(issued, _instant(claims, "nbf") if "nbf" in claims else issued) > now + LEEWAY:
            raise IdentityNotYetValid
        if expires - issued > LONGEST_LIFE:
            raise IdentityTooLong
        return expires

    def _is_for_us(self, audience: object) -> bool:
        named = audience if isinstance(audience, list) else [audience]
        return any(isinstance(each, str) and each.rstrip("/") == self.audience for each in named)


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise IdentityInvalid(fields={name: "must be seconds since 1970, as a number"})
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        raise IdentityInvalid(fields={name: "is no instant"}) from None


def _subject(value: object) -> str:
    if not isinstance(value, str) or not _SUBJECT.fullmatch(value):
        raise IdentityInvalid(fields={"sub": "must be 1 to 200 visible ASCII characters, such as a customer number"})
    return value


def _order(value: str | None) -> str | None:
    if value is not None and not _ORDER.fullmatch(value):
        raise InvalidInput(fields={"order": "must be an order number"})
    return value


_CHECKS: Mapping[str, Callable[[str | None], str | None]] = {
    "name": check_name,
    "email": check_email,
    "phone": check_phone,
    "order": _order,
}


def _details(claims: Mapping[str, Any]) -> dict[str, str]:
    """What the site tells of its customer; what is empty is left out."""
    found = {}
    for name, check in _CHECKS.items():
        value = claims.get(name)
        if value in {None, ""} if not isinstance(value, dict | list) else False:
            continue
        if not isinstance(value, str):
            raise IdentityInvalid(fields={name: "must be text"})
        try:
            checked = check(value)
        except (InvalidInput, UnicodeEncodeError) as error:
            fields = error.fields if isinstance(error, InvalidInput) else {name: "is not valid Unicode"}
            raise IdentityInvalid(fields=fields) from None
        if checked:
            found[name] = checked
    return found
