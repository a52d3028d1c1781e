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
