"""Numbers and e-mail addresses that customers typed so that replies follow them, and whether a code has proven them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.base import Base

_ALIVE = text("status <> 'over'")


class ContactProof(Base):
    """One contact of one conversation: asked (its code was sent), proven or over. No code is in it: that follows from
    `nonce` and the key."""

    __tablename__ = "contact_proofs"
    __table_args__ = (
        CheckConstraint("status IN ('asked', 'proven', 'over')", name="status"),
        CheckConstraint("kind IN ('phone', 'email')", name="kind"),
        Index("uq_contact_proofs_alive", "conversation_id", unique=True, sqlite_where=_ALIVE, postgresql_where=_ALIVE),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    kind: Mapped[str]
    value: Mapped[str] = mapped_column(index=True)
    nonce: Mapped[str]
    wrong: Mapped[int] = mapped_column(default=0)  # codes that were not ours
    status: Mapped[str]
    country: Mapped[str | None]  # calling code of a phone
    network: Mapped[str | None]  # keyed, of who asked
    asked_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    proven_at: Mapped[datetime | None]
