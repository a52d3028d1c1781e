"""Handoffs and what belongs to them: promises, attempts, ratings."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.base import Base
from handoff.states import ENDS, State

_ENDS = ", ".join(f"'{state.value}'" for state in State if state in ENDS)
_STATES = ", ".join(f"'{state.value}'" for state in State)
_OPEN_HANDOFF = text(f"state NOT IN ({_ENDS})")
_OPEN_PROMISE = text("status = 'open'")
_UNCLOSED = text("closed_at IS NULL")  # the same as open
_CLOSED = text("closed_at IS NOT NULL")
_MISSED = text("missed_at IS NOT NULL")
_OPEN = text("deadline_at IS NOT NULL")  # the same by constraint; an index with it is used for any parameters


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
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_handoffs_open_state", "state", "waiting_since", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(
            "ix_handoffs_first_held_at",
            "first_held_at",
            sqlite_where=text("first_held_at IS NOT NULL"),
            postgresql_where=text("first_held_at IS NOT NULL"),
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
    told_version: Mapped[int] = mapped_column(default=0)
    alarms: Mapped[int] = mapped_column(default=0)
    first_held_at: Mapped[datetime | None]  # when a person first took it: the wait that others are told of
    last_agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    place_told: Mapped[int | None]  # what the customer's page shows: place in the queue and expected wait in seconds
    wait_told: Mapped[int | None]
    bot_offered_at: Mapped[datetime | None]  # the engine is back: who waited only for it was offered the bot
    answered_upto: Mapped[int] = mapped_column(default=0)  # what the customer wrote after it nobody had answered
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
        Index("ix_promises_due_at", "due_at", sqlite_where=_UNCLOSED, postgresql_where=_UNCLOSED),
        Index("ix_promises_missed_at", "missed_at", sqlite_where=_MISSED, postgresql_where=_MISSED),
        Index("ix_promises_closed_at", "closed_at", sqlite_where=_CLOSED, postgresql_where=_CLOSED),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id"), index=True)
    status: Mapped[str]
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    remind_at: Mapped[datetime | None]
    attempts: Mapped[int]
    breaches: Mapped[int]
    missed_at: Mapped[datetime | None]  # when it was last missed and renewed
    closed_at: Mapped[datetime | None]


class Attempt(Base):
    __tablename__ = "attempts"
    id: Mapped[str] = mapped_column(primary_key=True)
    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id"), index=True)
    promise_id: Mapped[str | None] = mapped_column(ForeignKey("promises.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    outcome: Mapped[str]
    at: Mapped[datetime]


class Rating(Base):
    __tablename__ = "ratings"
    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    handoff_id: Mapped[str | None] = mapped_column(ForeignKey("handoffs.id"))
    stars: Mapped[int]
    comment: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
