"""The tables of the knowledge set: versions that never change, releases that name them, and which one is current."""

from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

from alembic import command
from alembic.config import Config
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    Date,
    ForeignKey,
    MetaData,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from handoff.service import NAMING, Database, UtcDateTime

VERSION_TABLE = "alembic_version_knowledge"
STATES = ("draft", "in_review", "approved", "retired")
_LOCK = 7248302  # any number, the same in every process
_QUOTED = ", ".join(f"'{state}'" for state in STATES)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        date: Date,
        str: String,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


class Version(Base):
    """One exact content of one item. Only `state` and its dates ever change; an edit is a new row."""

    __tablename__ = "knowledge_versions"
    __table_args__ = (
        UniqueConstraint("item_id", "version"),
        CheckConstraint(f"state IN ({_QUOTED})", name="state_known"),
        CheckConstraint("(state IN ('approved', 'retired')) = (approver IS NOT NULL)", name="approved_by_somebody"),
        CheckConstraint("(approver IS NULL) = (approved_at IS NULL)", name="approved_at_some_time"),
        CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name="retired_at_some_time"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    item_id: Mapped[str]
    kind: Mapped[str]
    version: Mapped[int]
    digest: Mapped[str]
    content: Mapped[dict[str, Any]]
    author: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[datetime]
    approver: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class ReleaseRow(Base):
    """An immutable, numbered set of versions; `digest` covers ids, version numbers and content digests."""

    __tablename__ = "knowledge_releases"
    __table_args__ = (UniqueConstraint("digest"),)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
    created_at: Mapped[datetime]


class Member(Base):
    __tablename__ = "knowledge_members"
    release_number: Mapped[int] = mapped_column(ForeignKey("knowledge_releases.number"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("knowledge_versions.id"), primary_key=True, index=True)


class Current(Base):
    """The one row whose update is the switch to another release."""

    __tablename__ = "knowledge_current"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    release_number: Mapped[int] = mapped_column(ForeignKey("knowledge_releases.number"))
    switched_at: Mapped[datetime]
    previous_number: Mapped[int | None]  # the one before the last switch; its engine is kept for a while


class BuildRow(Base):
    """The making of a release, or a switch to one that is made; at most one is unfinished (`open` is 1, else NULL)."""

    __tablename__ = "knowledge_builds"
    __table_args__ = (
        UniqueConstraint("open"),
        CheckConstraint("kind IN ('build', 'switch')", name="kind_known"),
        CheckConstraint("state IN ('asked', 'running', 'switched', 'failed')", name="state_known"),
        CheckConstraint("(state IN ('asked', 'running')) = (open IS NOT NULL)", name="open_while_unfinished"),
        CheckConstraint("open IS NULL OR open = 1", name="one_open"),
        CheckConstraint("(open IS NULL) = (ended_at IS NOT NULL)", name="ended_at_some_time"),
        CheckConstraint("(state = 'running') = (lease_owner IS NOT NULL)", name="running_by_somebody"),
        CheckConstraint("(state = 'failed') = (error IS NOT NULL)", name="failed_for_a_reason"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str]
    number: Mapped[int | None] = mapped_column(ForeignKey("knowledge_releases.number"), index=True)
    state: Mapped[str]
    open: Mapped[int | None]
    step: Mapped[str | None]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    error: Mapped[dict[str, Any] | None]
    findings: Mapped[list[Any]]
    report: Mapped[dict[str, Any] | None]
    certificate: Mapped[dict[str, Any] | None]
    trained: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]


class EngineRow(Base):
    """One engine that a host runs, or is about to; the host's sign of life. Its address counts on that host alone."""

    __tablename__ = "knowledge_engines"
    __table_args__ = (CheckConstraint("ready_at IS NULL OR (url IS NOT NULL AND model IS NOT NULL)", name="reachable"),)
    host: Mapped[str] = mapped_column(primary_key=True)
    release_number: Mapped[int] = mapped_column(ForeignKey("knowledge_releases.number"), primary_key=True)
    url: Mapped[str | None]
    model: Mapped[str | None]  # sha256
    ready_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]


class QuestionRow(Base):
    """A question that the owner has labelled: which entry answers it, or none. Releases are tested by these."""

    __tablename__ = "knowledge_questions"
    __table_args__ = (UniqueConstraint("language", "text"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    text: Mapped[str]
    language: Mapped[str]
    entry_id: Mapped[str | None]


class CertificateRow(Base):
    """What was shown of one model, by its hash. Models with the same `content` decide alike, wherever trained."""

    __tablename__ = "knowledge_certificates"
    model: Mapped[str] = mapped_column(primary_key=True)  # sha256 of the archive
    release_number: Mapped[int] = mapped_column(ForeignKey("knowledge_releases.number"), index=True)
    content: Mapped[str]
    languages: Mapped[dict[str, Any]]  # language → certificate
    noted_at: Mapped[datetime]


class LookRow(Base):
    """What the drift alarm saw last of a release in one language; `then` and `now` are counts, never a text."""

    __tablename__ = "knowledge_looks"
    __table_args__ = (CheckConstraint("state IN ('quiet', 'too_few', 'drifted')", name="state_known"),)
    release_number: Mapped[int] = mapped_column(ForeignKey("knowledge_releases.number"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    at: Mapped[datetime]
    state: Mapped[str]
    then: Mapped[dict[str, Any]]
    now: Mapped[dict[str, Any]]


class DismissalRow(Base):
    """A gap that somebody has put aside; `count`: how often it had been asked by then."""

    __tablename__ = "knowledge_dismissals"
    gap_id: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    by: Mapped[str]
    at: Mapped[datetime]


def migrate(database: Database) -> None:
    """Brings the knowledge tables to the newest schema, in one transaction; several processes may call it at once."""
    with database.engine.begin() as connection:
        lock(connection)
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def lock(connection: Connection) -> None:
    """One writer of knowledge at a time, until the transaction ends; on SQLite the transaction itself is the lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
