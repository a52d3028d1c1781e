"""Where knowledge is written: its tables and its stream of the ledger, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.knowledge.tables import Version, lock
from handoff.clock import check_aware
from handoff.service import Database, Ledger

STREAM = "knowledge"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One use case that changes knowledge: its transaction, its instant, and what it leaves in the ledger."""

    session: Session
    now: datetime
    ledger: Ledger

    def record(self, step: str, by: str, **facts: Any) -> None:
        """One row of kind `knowledge.<step>`: who, when and which content, never a text of it."""
        self.ledger.append(STREAM, f"{STREAM}.{step}", actor=by, data=facts)

    def record_version(self, step: str, by: str, row: Version, **facts: Any) -> None:
        """One row about one version."""
        self.record(step, by, id=row.item_id, version=row.version, digest=row.digest, **facts)


@dataclass(frozen=True)
class Library:
    """What writing needs: the database, and the secret that seals the ledger. Readers need the database alone."""

    database: Database
    secret: bytes = field(repr=False)

    @contextmanager
    def write(self, now: datetime) -> Iterator[Change]:
        """One transaction, one writer at a time; rolled back with its rows of the ledger on any error."""
        instant = check_aware(now)
        with self.database.write() as session:
            lock(session.connection())
            ledger = Ledger(session=session, secret=self.secret, now=instant)
            yield Change(session=session, now=instant, ledger=ledger)
