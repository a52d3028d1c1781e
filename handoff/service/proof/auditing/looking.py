"""One consistent look at the database: everything, or the conversations with an open case only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from handoff.models import HandoffRow

OVERDUE = timedelta(seconds=60)
STUCK = timedelta(minutes=5)
OPEN = HandoffRow.deadline_at.is_not(None)


@dataclass(frozen=True, kw_only=True)
class Looking:
    """`secret` seals the ledger's heads. `only_open` looks at conversations with an open case only."""

    session: Session
    secret: bytes
    now: datetime
    only_open: bool = False

    def within(self, conversation_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        """Whether that conversation is looked at."""
        return conversation_id.in_(self.open_conversations()) if self.only_open else true()

    def open_conversations(self) -> Select[str]:
        return select(HandoffRow.conversation_id).where(OPEN)
