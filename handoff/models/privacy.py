"""Who customers are by their site's word, and the erasures that were asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.base import Base

_UNDONE = text("done_at IS NULL")


class SignedDetails(Base):
    """What the site has signed of a customer last: name, email, phone, order. Their address is of channel `signed`."""

    __tablename__ = "signed_details"
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    site: Mapped[str]
    details: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class IdentityUse(Base):
    """A signed identity counts in one conversation: the digest of its token, kept until the token expires."""

    __tablename__ = "identity_uses"
    digest: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Erasure(Base):
    """One customer who is to be forgotten; `done_at` is null while a last text is still on its way to them."""

    __tablename__ = "erasures"
    __table_args__ = (
        Index("uq_erasures_undone", "customer_id", unique=True, sqlite_where=_UNDONE, postgresql_where=_UNDONE),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    actor: Mapped[str]
    reason: Mapped[str]  # customer, operator or retention
    asked_at: Mapped[datetime]
    latest_at: Mapped[datetime]  # then it is carried out, whatever is still on its way
    done_at: Mapped[datetime | None]


class StoppedNumber(Base):
    """A phone that has stopped our texts and whose owner is forgotten: a keyed digest of the number, nothing else."""

    __tablename__ = "stopped_numbers"
    digest: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)  # our own number
    at: Mapped[datetime]
