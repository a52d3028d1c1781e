"""A site that signs who its customers are."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt

from bot.channels.web.identity import Identities, read_keys
from handoff.clock import utc_now

SECRET = "a secret of the site: 32 characters"
AUDIENCE = "https://chat.shop.example"


def identities() -> Identities:
    """What the service knows of the site."""
    return Identities(keys=read_keys(f"shop.a:{SECRET}"), audience=AUDIENCE)


def sign(subject: str | None = None, **claims: Any) -> str:
    """A token that is good for five minutes; another customer each time, unless named."""
    now = utc_now()
    whole = {"sub": subject or uuid4().hex, "aud": AUDIENCE, "iat": now, "exp": now + timedelta(minutes=5)}
    return jwt.encode({**whole, "jti": uuid4().hex, **claims}, SECRET, algorithm="HS256", headers={"kid": "shop.a"})
