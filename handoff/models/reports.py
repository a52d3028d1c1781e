"""Teams that are offered nothing for a while, what is kept of the reports, and the indexes of their ranges of time."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.base import Base
from handoff.models.cases import HandoffRow, PromiseRow, Rating
from handoff.models.talk import Conversation, Message


class TeamPause(Base):
    """Until then nobody who is in the team now is offered a chat. One row an agent: who joins later is not in it."""

    __tablename__ = "team_pauses"
    team: Mapped[str] = mapped_column(primary_key=True)  # a skill, or * for everybody
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"), primary_key=True, index=True)
    until: Mapped[datetime]
    reason: Mapped[str]
    set_by: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    set_at: Mapped[datetime]


class ReportDay(Base):
    """What one report counts on a day that is over for good. It can be thrown away: it is counted anew then."""

    __tablename__ = "report_days"
    report: Mapped[str] = mapped_column(primary_key=True)  # and the edition by which it was counted
    zone: Mapped[str] = mapped_column(primary_key=True)  # in which the day begins and ends
    day: Mapped[str] = mapped_column(primary_key=True)  # as 2026-11-23
    cells: Mapped[list[Any]]
    made_at: Mapped[datetime]


TEST_ACCOUNT = "test"  # of conversations that try the website channel and count in no report

_THEIRS = text("author = 'customer'")
_DECIDED = text("decision IS NOT NULL")
_AGENTS = text("author = 'agent'")
_TESTS = text(f"account = '{TEST_ACCOUNT}'")
_JUDGED = text("helped IS NOT NULL")

Index("ix_handoffs_opened_at", HandoffRow.opened_at)
Index("ix_promises_made_at", PromiseRow.made_at)
Index("ix_ratings_at", Rating.at)
Index("ix_messages_said_at", Message.at, sqlite_where=_THEIRS, postgresql_where=_THEIRS)
Index("ix_messages_decided_at", Message.at, sqlite_where=_DECIDED, postgresql_where=_DECIDED)
Index("ix_messages_judged", Message.id, sqlite_where=_JUDGED, postgresql_where=_JUDGED)
Index("ix_messages_replied_at", Message.at, sqlite_where=_AGENTS, postgresql_where=_AGENTS)
Index("ix_conversations_tests", Conversation.id, sqlite_where=_TESTS, postgresql_where=_TESTS)
