"""Creating calls that may be sent twice: the same key gets the same answer."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from handoff.errors import IdempotencyKeyReused
from handoff.models import Idempotency
from handoff.service.base.core import Work

REPLAY_WITHIN = timedelta(hours=1)  # a retry comes within seconds; later a known key is no proof of who asks


def digest(*parts: object) -> str:
    """What the request asked for, so that the same key with another request shows."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


def recall(work: Work, scope: str, key: str | None, request: str) -> dict[str, Any] | None:
    """What was answered to this key before, if anything. Raises IdempotencyKeyReused for another request."""
    if key is None:
        return None
    statement = select(Idempotency).where(Idempotency.scope == scope, Idempotency.key == key)
    known = work.session.execute(statement).scalar_one_or_none()
    if known is None:
        return None
    if known.request != request or known.at < work.now - REPLAY_WITHIN:
        raise IdempotencyKeyReused
    return known.response


def remember(work: Work, scope: str, key: str | None, request: str, response: Mapping[str, Any]) -> None:
    """Keeps the answer in the same transaction as what it answers."""
    if key is None:
        return
    work.session.add(Idempotency(scope=scope, key=key, request=request, response=dict(response), at=work.now))
    work.session.flush()
