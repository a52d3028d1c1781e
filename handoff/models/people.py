"""Customers and their addresses; agents, their sessions and their presence."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.base import Base


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    needs: Mapped[dict[str, Any] | None]  # key → tank (handoff/detection/needs.py); no words, no numbers
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


class Agent(Base):
    __tablename__ = "agents"
    __table_args__ = (CheckConstraint("role IN ('agent', 'supervisor', 'admin')", name="role"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    languages: Mapped[list[Any]]
    capacity: Mapped[int | None]
    skills: Mapped[list[Any]] = mapped_column(default=list)  # teams
    shift: Mapped[dict[str, Any] | None]  # a week of intervals as relevo.toml spells them; None: all opening hours
    last_assigned_at: Mapped[datetime | None]
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
