"""The one number that must be 0, and the query that counts it, as people may run it themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from handoff.service.proof.auditing.looking import OVERDUE
from handoff.store import UtcDateTime, id_at

LOST = """\
SELECT
  -- open cases whose deadline has passed without anything happening
  (SELECT COUNT(*) FROM handoffs WHERE deadline_at < :late)
  -- promises past due that were neither kept nor renewed, or whose case has ended
+ (SELECT COUNT(*) FROM promises p LEFT JOIN handoffs h ON h.id = p.handoff_id
    WHERE p.closed_at IS NULL AND (h.deadline_at IS NULL OR p.due_at < :late))
  -- customers whose message has neither an answer, nor a turn that is due, nor an open case
+ (SELECT COUNT(DISTINCT m.conversation_id) FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE m.id >= :since AND m.author = 'customer' AND m.kind = 'text' AND m.seq > c.watermark
      AND c.turn_since IS NULL AND c.erased_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM handoffs h
                       WHERE h.conversation_id = m.conversation_id AND h.deadline_at IS NOT NULL))
  AS lost"""


@dataclass(frozen=True, kw_only=True)
class Lost:
    """How many are lost, by which query, with which values."""

    count: int
    query: str
    late: datetime
    since: str

    @property
    def parameters(self) -> dict[str, str]:
        """The values as both databases spell them, for whoever runs the query by hand."""
        return {"late": self.late.isoformat(sep=" ", timespec="microseconds"), "since": self.since}


def count_lost(session: Session, now: datetime, within: timedelta | None = None) -> Lost:
    """Counts over everything, or over messages of the last `within` and every case and promise."""
    late, since = now - OVERDUE, id_at(now - within) if within else ""
    statement = text(LOST).bindparams(bindparam("late", type_=UtcDateTime()), bindparam("since"))
    count = session.execute(statement, {"late": late, "since": since}).scalar_one()
    return Lost(count=int(count), query=LOST, late=late, since=since)
