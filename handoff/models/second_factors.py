"""The second factor of agents: what a phone's codes are made from, and the codes for when it is lost."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.base import Base


class SecondFactor(Base):
    """One agent's; being set up until `confirmed_at`. No secret is in it: that follows from `nonce` and the key."""

    __tablename__ = "second_factors"
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    nonce: Mapped[str]
    last_step: Mapped[int] = mapped_column(default=0)  # of the newest code that was taken: none is taken twice
    recovery: Mapped[list[Any]]  # keyed hashes of the codes that are left
    failures: Mapped[int] = mapped_column(default=0, server_default="0")  # wrong codes; passwords count with the agent
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
