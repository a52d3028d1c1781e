"""The ledger: append-only rows in one hash chain a stream, with commitments to text instead of text."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from handoff.clock import check_aware
from handoff.models import LedgerRow, LedgerStream, Message
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


@dataclass(kw_only=True)
class Ledger:
    """What one transaction writes into the chains: `session` is the transaction, `secret` the key of the seals."""

    session: Session
    secret: bytes = field(repr=False)
    now: datetime
    heads: dict[str, LedgerStream] = field(default_factory=dict)  # of the streams that it holds locked

    def append(
        self,
        stream: str,
        kind: str,
        *,
        actor: str,
        data: Mapping[str, Any] | None = None,
        message: Message | None = None,
    ) -> None:
        """Adds one row to `stream` in this transaction. `data` must be JSON without a customer's personal data."""
        head = self._head(stream)
        row = LedgerRow(
            stream=stream,
            seq=head.next_seq,
            at=check_aware(self.now),
            kind=kind,
            actor=actor,
            data=dict(data or {}),
            message_id=message.id if message else None,
            commitment=commit_to(message.salt, message.text) if message else None,
            previous=head.head,
            hash="",
        )
        row.hash = row_hash(row)
        self.session.add(row)
        head.next_seq += 1
        head.head = row.hash
        head.seal = seal_of(self.secret, stream, head.next_seq, head.head)

    def _head(self, stream: str) -> LedgerStream:
        """The head of the stream, read and locked once a transaction."""
        known = self.heads.get(stream)
        if known is None:
            known = one(self.session, LedgerStream, stream, lock=True)
        if known is None:
            known = LedgerStream(stream=stream, next_seq=1, head=GENESIS, seal="")
            self.session.add(known)
        self.heads[stream] = known
        return known


class Writing(Protocol):
    """A use case at work."""

    @property
    def ledger(self) -> Ledger: ...


def append(
    work: Writing,
    stream: str,
    kind: str,
    *,
    actor: str,
    data: Mapping[str, Any] | None = None,
    message: Message | None = None,
) -> None:
    """Adds one row to `stream` in the transaction of this use case; see Ledger.append."""
    work.ledger.append(stream, kind, actor=actor, data=data, message=message)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One row of a stream, as it is read."""

    at: datetime
    kind: str
    actor: str
    data: Mapping[str, Any]


def read_facts(session: Session, stream: str, **data: str) -> tuple[Fact, ...]:
    """The rows of a stream, oldest first; of those only the rows whose `data` has these texts."""
    statement = select(LedgerRow).where(LedgerRow.stream == stream).order_by(LedgerRow.seq)
    for name, value in data.items():
        statement = statement.where(LedgerRow.data[name].as_string() == value)
    rows = session.execute(statement).scalars()
    return tuple(Fact(at=row.at, kind=row.kind, actor=row.actor, data=row.data) for row in rows)


def conversation_stream(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"


def json_instant(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="microseconds") if instant else None
