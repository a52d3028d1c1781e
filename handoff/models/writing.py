"""What agents write with: the canned replies of the team, and each agent's own."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.base import Base

_TEAMS = text("owner_id IS NULL AND removed_at IS NULL")
_OWN = text("owner_id IS NOT NULL AND removed_at IS NULL")


class CannedReply(Base):
    """Words that are written often. `owner_id` is an agent's, or null for the whole team's."""

    __tablename__ = "canned_replies"
    __table_args__ = (
        CheckConstraint("version > 0", name="version"),
        Index("uq_canned_replies_team_name", "name", unique=True, sqlite_where=_TEAMS, postgresql_where=_TEAMS),
        Index("uq_canned_replies_own_name", "owner_id", "name", unique=True, sqlite_where=_OWN, postgresql_where=_OWN),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    name: Mapped[str]
    topic: Mapped[str]
    texts: Mapped[dict[str, Any]]  # language → text
    version: Mapped[int]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]  # as the ledger names actors
    removed_at: Mapped[datetime | None]
