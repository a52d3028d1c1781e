"""What the system keeps of itself: the ledger, settings, counters, answered calls."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.base import Base


class LedgerRow(Base):
    """One fact, chained to the one before it in its stream. Holds a commitment to text, never the text."""

    __tablename__ = "ledger"
    stream: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    actor: Mapped[str]
    data: Mapped[dict[str, Any]]
    message_id: Mapped[str | None]
    commitment: Mapped[str | None]
    previous: Mapped[str]
    hash: Mapped[str]


class LedgerStream(Base):
    """The head of one stream, keyed so that a cut tail shows."""

    __tablename__ = "ledger_streams"
    stream: Mapped[str] = mapped_column(primary_key=True)
    next_seq: Mapped[int]
    head: Mapped[str]
    seal: Mapped[str]


class Idempotency(Base):
    """What was answered to a creating call, so that its repetition gets the same answer."""

    __tablename__ = "idempotency"
    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request: Mapped[str]
    response: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class SettingsVersion(Base):
    __tablename__ = "settings_versions"
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    data: Mapped[dict[str, Any]]


class Counter(Base):
    """A stream's own sequence, taken inside the writing transaction."""

    __tablename__ = "counters"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
