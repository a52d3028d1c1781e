"""The tables of the core. Invariants are constraints here, each with a name that the store maps to an error."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, MetaData, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from handoff.states import ENDS, State
from handoff.store import NAMING, UtcDateTime

_ENDS = ", ".join(f"'{state.value}'" for state in State if state in ENDS)
_STATES = ", ".join(f"'{state.value}'" for state in State)
_OPEN_HANDOFF = text(f"state NOT IN ({_ENDS})")
_OPEN_PROMISE = text("status = 'open'")
_TURN_DUE = text("turn_since IS NOT NULL")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        str: String,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Address(Base):
    """A way to reach a customer; `proven` says that the carrier or a code vouches for it."""

    __tablename__ = "addresses"
    __table_args__ = (UniqueConstraint("channel", "account", "value"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    channel: Mapped[str]
    account: Mapped[str]
    value: Mapped[str]
    proven: Mapped[bool]
    opted_out_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


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
    handoff_id: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id"), index=True)
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    agent_name: Mapped[str | None]
    media: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime | None]


class StreamItem(Base):
    """One row of a customer's stream: a message or a change of state."""

    __tablename__ = "stream_items"
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))
    data: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]


class HandoffRow(Base):
    __tablename__ = "handoffs"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint(f"(deadline_at IS NULL) = (state IN ({_ENDS}))", name="open_has_deadline"),
        CheckConstraint("state NOT IN ('active', 'calling', 'offered') OR agent_id IS NOT NULL", name="held_by_one"),
        Index(
            "uq_handoffs_open_conversation",
            "conversation_id",
            unique=True,
            sqlite_where=_OPEN_HANDOFF,
            postgresql_where=_OPEN_HANDOFF,
        ),
        Index(
            "ix_handoffs_deadline_at",
            "deadline_at",
            sqlite_where=text("deadline_at IS NOT NULL"),
            postgresql_where=text("deadline_at IS NOT NULL"),
        ),
        Index(
            "ix_handoffs_pending_at",
            "pending_at",
            sqlite_where=text("pending_at IS NOT NULL"),
            postgresql_where=text("pending_at IS NOT NULL"),
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    state: Mapped[str]
    version: Mapped[int]
    urgency: Mapped[str]
    reason: Mapped[str]
    signals: Mapped[list[Any]]
    language: Mapped[str]
    channel: Mapped[str]
    opened_at: Mapped[datetime]
    waiting_since: Mapped[datetime]
    entered_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    deadline_kind: Mapped[str | None]
    own_deadline_at: Mapped[datetime | None]
    own_deadline_kind: Mapped[str | None]
    answer_by: Mapped[datetime | None]
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"), index=True)
    team: Mapped[str | None]
    rung: Mapped[int]
    left_out: Mapped[list[Any]]
    front: Mapped[bool]
    message_asked: Mapped[bool]
    contact_known: Mapped[bool]
    contact: Mapped[dict[str, Any] | None]
    collecting_for_hour: Mapped[bool]
    unseen: Mapped[int]
    customer_waits: Mapped[bool]
    wrote_during_call: Mapped[bool]
    nudged: Mapped[bool]
    nobody_told: Mapped[bool]
    linked_to: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id"))
    outcome: Mapped[str | None]
    topic: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    changed_seq: Mapped[int] = mapped_column(index=True)
    pending: Mapped[dict[str, Any] | None]
    pending_at: Mapped[datetime | None]


class PromiseRow(Base):
    __tablename__ = "promises"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'kept', 'withdrawn', 'void', 'unreachable')", name="status"),
        Index(
            "uq_promises_open_handoff",
            "handoff_id",
            unique=True,
            sqlite_where=_OPEN_PROMISE,
            postgresql_where=_OPEN_PROMISE,
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id"), index=True)
    status: Mapped[str]
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    remind_at: Mapped[datetime | None]
    attempts: Mapped[int]
    breaches: Mapped[int]
    closed_at: Mapped[datetime | None]


class Attempt(Base):
    __tablename__ = "attempts"
    id: Mapped[str] = mapped_column(primary_key=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id"), index=True)
    promise_id: Mapped[str | None] = mapped_column(ForeignKey("promises.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    outcome: Mapped[str]
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
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


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


class Agent(Base):
    __tablename__ = "agents"
    __table_args__ = (CheckConstraint("role IN ('agent', 'supervisor', 'admin')", name="role"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    languages: Mapped[list[Any]]
    capacity: Mapped[int | None]
    password_hash: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class AgentSession(Base):
    __tablename__ = "agent_sessions"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"), index=True)
    csrf: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Invite(Base):
    __tablename__ = "invites"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Presence(Base):
    __tablename__ = "presence"
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    status: Mapped[str]
    beat_at: Mapped[datetime]
    since: Mapped[datetime]
    changed_seq: Mapped[int] = mapped_column(default=0)


class Alert(Base):
    """Something that people at the desk must know; `audience` is a role, or an agent's id."""

    __tablename__ = "alerts"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    audience: Mapped[str] = mapped_column(index=True)
    handoff_id: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id"), index=True)
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    changed_seq: Mapped[int] = mapped_column(index=True)
    done_at: Mapped[datetime | None]


class Rating(Base):
    __tablename__ = "ratings"
    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    handoff_id: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id"))
    stars: Mapped[int]
    comment: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]


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
