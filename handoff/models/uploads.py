"""Pictures and files from the page: what is known of each, and its content in a table of its own."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.base import Base

_UNSENT = text("message_id IS NULL")


class Upload(Base):
    """One file of one conversation. Its id is random, and becomes that of the message's attachment once it is sent."""

    __tablename__ = "uploads"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id"),
        Index("ix_uploads_unsent", "created_at", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"), index=True)
    client_id: Mapped[str]
    fingerprint: Mapped[str]  # keyed, of the file as it came: tells a repetition from another file, and nothing else
    content_type: Mapped[str]
    bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime]


class UploadContent(Base):
    """The cleaned file. Apart, so that nobody who lists uploads reads megabytes."""

    __tablename__ = "upload_contents"
    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
