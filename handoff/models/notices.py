"""What people must know: alerts at the desk, and notifications to those who are not there."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.base import Base


class Alert(Base):
    """Something that people at the desk must know; `audience` is a role, or an agent's id."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index(
            "ix_alerts_undone",
            "audience",
            "at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    audience: Mapped[str]
    handoff_id: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id"), index=True)
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    changed_seq: Mapped[int] = mapped_column(index=True)
    done_at: Mapped[datetime | None]


class Notification(Base):
    """A message to somebody who is not at the desk: on call, a supervisor, or a customer's e-mail. Leased and tried."""

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint("channel IN ('email', 'sms', 'webhook')", name="channel"),
        CheckConstraint("status IN ('pending', 'sending', 'sent', 'superseded', 'dead')", name="status"),
        Index(
            "ix_notifications_due",
            "next_at",
            sqlite_where=text("status IN ('pending', 'sending')"),
            postgresql_where=text("status IN ('pending', 'sending')"),
        ),
        Index("ix_notifications_matter", "channel", "target", "kind", "created_at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    target: Mapped[str]
    audience: Mapped[str]  # on_call, supervisor or customer
    kind: Mapped[str]
    handoff_id: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id"), index=True)
    data: Mapped[dict[str, Any]]
    status: Mapped[str]
    tries: Mapped[int]
    next_at: Mapped[datetime]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    error: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
