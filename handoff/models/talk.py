"""Conversations: messages, what the customer's page follows, and deliveries."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.base import Base

_TURN_DUE = text("turn_since IS NOT NULL")
_UNFINISHED = text("status IN ('pending', 'sending')")
_NOT_OVER = text("status <> 'over'")


class Conversation(Base):
    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_turn_since", "turn_since", sqlite_where=_TURN_DUE, postgresql_where=_TURN_DUE),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    address_id: Mapped[str] = mapped_column(ForeignKey("addresses.id"), index=True)
    channel: Mapped[str]
    account: Mapped[str]
    address: Mapped[str]
    language: Mapped[str]
    language_known: Mapped[bool]
    time_zone: Mapped[str | None]
    epoch: Mapped[int] = mapped_column(default=0)
    next_seq: Mapped[int] = mapped_column(default=1)
    watermark: Mapped[int] = mapped_column(default=0)
    dialogue: Mapped[dict[str, Any] | None]
    memory: Mapped[dict[str, Any] | None]
    turn_since: Mapped[datetime | None]
    turn_owner: Mapped[str | None]
    turn_until: Mapped[datetime | None]
    turn_tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    text_route_id: Mapped[str | None]  # while replies go out as texts; no key: the two tables name each other

    @property
    def spoken(self) -> str:
        """The channel in whose words the customer is spoken to now."""
        return "sms" if self.text_route_id else self.channel


class Message(Base):
    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_id"),
        UniqueConstraint("channel", "account", "carrier_id"),
        CheckConstraint("author IN ('customer', 'bot', 'agent', 'system')", name="author"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    author: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    salt: Mapped[str]
    language: Mapped[str]
    at: Mapped[datetime]
    client_id: Mapped[str | None]
    channel: Mapped[str]
    account: Mapped[str]
    carrier_id: Mapped[str | None]
    entry: Mapped[dict[str, Any] | None]
    notice: Mapped[str | None]
    decision: Mapped[str | None]
    release: Mapped[int | None]
    choices: Mapped[list[Any] | None]
    suggested: Mapped[list[Any] | None]  # approved answers that an agent's reply was made of, as sent or edited
    handoff_id: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id"), index=True)
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    agent_name: Mapped[str | None]
    media: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime | None]
    helped: Mapped[bool | None]  # what the customer said of an approved answer


class Attachment(Base):
    """A picture or file that came with a customer's message: where the carrier keeps it. Never fetched by itself."""

    __tablename__ = "attachments"
    __table_args__ = (UniqueConstraint("message_id", "position"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"))
    position: Mapped[int]
    url: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str]


class TextRoute(Base):
    """The phone on which a web chat goes on: asked (a typed number must say yes), live, paused (the customer writes on
    the page again) or over."""

    __tablename__ = "text_routes"
    __table_args__ = (
        CheckConstraint("status IN ('asked', 'live', 'paused', 'over')", name="status"),
        Index(
            "uq_text_routes_conversation",
            "conversation_id",
            unique=True,
            sqlite_where=_NOT_OVER,
            postgresql_where=_NOT_OVER,
        ),
        Index("uq_text_routes_phone", "phone", unique=True, sqlite_where=_NOT_OVER, postgresql_where=_NOT_OVER),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id"))
    address_id: Mapped[str] = mapped_column(ForeignKey("addresses.id"))
    phone: Mapped[str]
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))  # who moved the chat; none: the customer
    status: Mapped[str]
    typed: Mapped[bool]  # the customer typed the number; nobody had vouched for it
    ended_by: Mapped[str | None]  # case_ended, opted_out, agent, declined, expired, no_text
    asked_at: Mapped[datetime]
    live_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Pace(Base):
    """When one of our numbers may send again: kept here, so that a restart and a second host know it too."""

    __tablename__ = "paces"
    channel: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[datetime]


class StreamItem(Base):
    """One row of a customer's stream: a message or a change of state."""

    __tablename__ = "stream_items"
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))
    data: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]


class Delivery(Base):
    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'sending', 'sent', 'delivered', 'superseded', 'dead')",
            name="status",
        ),
        UniqueConstraint("channel", "account", "carrier_id"),
        Index(
            "ix_deliveries_due",
            "channel",
            "next_at",
            sqlite_where=text("status IN ('pending', 'sending')"),
            postgresql_where=text("status IN ('pending', 'sending')"),
        ),
        Index(
            "ix_deliveries_follow_at",
            "follow_at",
            sqlite_where=text("follow_at IS NOT NULL"),
            postgresql_where=text("follow_at IS NOT NULL"),
        ),
        Index("ix_deliveries_address", "address", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
        Index(
            "ix_deliveries_unconfirmed",
            "conversation_id",
            "position",
            sqlite_where=text("status IN ('pending', 'sending')"),
            postgresql_where=text("status IN ('pending', 'sending')"),
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    handoff_id: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id"))
    handoff_version: Mapped[int | None]
    author: Mapped[str]
    epoch: Mapped[int]
    channel: Mapped[str]
    account: Mapped[str]
    address: Mapped[str]
    position: Mapped[int]
    status: Mapped[str]
    tries: Mapped[int]
    next_at: Mapped[datetime]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    carrier_id: Mapped[str | None]
    carrier_status: Mapped[str | None]
    error: Mapped[dict[str, Any] | None]
    segments: Mapped[int | None]
    begun_epoch: Mapped[int | None]  # the conversation's epoch, and the case's told_version, as its sending began
    begun_told: Mapped[int | None]
    follow_at: Mapped[datetime | None]  # on the web: when what the page has not confirmed is told another way
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
