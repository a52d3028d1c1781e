"""What changed for the desk since a cursor. What every open page reads alike is read once for all of a process."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from handoff.models import HandoffRow
from handoff.service.base.core import Core, newest_change
from handoff.service.base.tokens import make_cursor, read_cursor
from handoff.service.base.views import AgentView, DeskChanges, PresenceView, QueueItem
from handoff.service.cases.reading import items_of
from handoff.service.people.accounts import presence_of
from handoff.service.telling.alerting import alerts_of

MOST_CHANGES = 500
KEPT = 16  # pages stand at almost the same place
PRESENCE_FOR = timedelta(seconds=1)  # presence also ends by the clock, which moves no cursor
_CHANGED = (
    select(HandoffRow)
    .where(HandoffRow.changed_seq > bindparam("since"))
    .order_by(HandoffRow.changed_seq)
    .limit(MOST_CHANGES + 1)
)


@dataclass(frozen=True, kw_only=True)
class _Presence:
    core: Core
    newest: int
    at: datetime
    rows: tuple[PresenceView, ...]


class Feed:
    """The desk's changes for the pages of one process. From any thread.

    A cursor and the number of the last change together say which cases are new, so their answer can be handed to
    every page that stands there.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._cases: OrderedDict[tuple[int, int], tuple[QueueItem, ...] | None] = OrderedDict()
        self._presence: _Presence | None = None

    def changes(self, core: Core, actor: AgentView, after: str | None, now: datetime) -> DeskChanges:
        """Snapshots of the cases that changed after the cursor, ended ones too, and the open alerts."""
        since = read_cursor(after)
        with core.database.read() as session:
            newest = newest_change(session)
            cases = None if after is None or since > newest else self._changed(session, since, newest)
            presence = self._present(core, session, newest, now)
            alerts = alerts_of(session, actor)
        return DeskChanges(
            cursor=make_cursor(newest), cases=cases or (), presence=presence, alerts=alerts, reset=cases is None
        )

    def _changed(self, session: Session, since: int, newest: int) -> tuple[QueueItem, ...] | None:
        """The changed cases; None when there are too many."""
        if since == newest:
            return ()
        with self._lock:  # who comes meanwhile finds the answer
            key = (since, newest)
            if key not in self._cases:
                rows = session.execute(_CHANGED, {"since": since}).scalars().all()
                self._cases[key] = None if len(rows) > MOST_CHANGES else tuple(items_of(session, rows))
                while len(self._cases) > KEPT:
                    self._cases.popitem(last=False)
            return self._cases[key]

    def _present(self, core: Core, session: Session, newest: int, now: datetime) -> tuple[PresenceView, ...]:
        with self._lock:
            known = self._presence
            if known is None or known.core is not core or known.newest != newest or abs(now - known.at) >= PRESENCE_FOR:
                rows = presence_of(core, session, now)
                known = self._presence = _Presence(core=core, newest=newest, at=now, rows=rows)
            return known.rows


def desk_changes(core: Core, actor: AgentView, after: str | None, now: datetime) -> DeskChanges:
    """As `Feed.changes`, for one look."""
    return Feed().changes(core, actor, after, now)
