"""The ledger: append-only rows in one hash chain a stream, with commitments to text instead of text."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from handoff.models import LedgerRow, LedgerStream, Message
from handoff.service.base.core import Work
from handoff.store import one

GENESIS = "0" * 64


def new_salt() -> str:
    return secrets.token_hex(16)


def commit_to(salt: str, text: str) -> str:
    """A commitment to `text` that says nothing once the salt is gone."""
    return hashlib.sha256(f"{salt}\x00{text}".encode()).hexdigest()


def row_hash(row: LedgerRow | Row[Any]) -> str:
    """The SHA-256 of everything in the row and of the row before it."""
    fields: dict[str, Any] = {
        "stream": row.stream,
        "seq": row.seq,
        "at": row.at.isoformat(timespec="microseconds"),
        "kind": row.kind,
        "actor": row.actor,
        "data": row.data,
        "message_id": row.message_id,
        "commitment": row.commitment,
        "previous": row.previous,
    }
    return hashlib.sha256(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def seal_of(secret: bytes, stream: str, next_seq: int, head: str) -> str:
    """The keyed head: without the key nobody can cut the tail and mend the head."""
    return hmac.new(secret, f"{stream}\x00{next_seq}\x00{head}".encode(), hashlib.sha256).hexdigest()


def append(
    work: Work,
    stream: str,
    kind: str,
    *,
    actor: str,
    data: Mapping[str, Any] | None = None,
    message: Message | None = None,
) -> None:
    """Adds one row to `stream` in this transaction. `data` must be JSON without personal data."""
    head = _head(work, stream)
    row = LedgerRow(
        stream=stream,
        seq=head.next_seq,
        at=work.now,
        kind=kind,
        actor=actor,
        data=dict(data or {}),
        message_id=message.id if message else None,
        commitment=commit_to(message.salt, message.text) if message else None,
        previous=head.head,
        hash="",
    )
    row.hash = row_hash(row)
    work.session.add(row)
    head.next_seq += 1
    head.head = row.hash
    head.seal = seal_of(work.core.secret, stream, head.next_seq, head.head)


def _head(work: Work, stream: str) -> LedgerStream:
    """The head of the stream, read and locked once a transaction."""
    known = work.heads.get(stream)
    if known is None:
        known = one(work.session, LedgerStream, stream, lock=True)
    if known is None:
        known = LedgerStream(stream=stream, next_seq=1, head=GENESIS, seal="")
        work.session.add(known)
    work.heads[stream] = known
    return known


def conversation_stream(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"


def json_instant(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="microseconds") if instant else None
