"""What changed for the desk since a cursor. What every open page reads alike is read once for all of a process."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from handoff.errors import NotAuthenticated, RelevoError
from handoff.models import HandoffRow
from handoff.service.base.core import Core, newest_change
from handoff.service.base.tokens import make_cursor, read_cursor
from handoff.service.base.views import AgentView, AlertView, DeskChanges, PresenceView, QueueItem
from handoff.service.cases.reading import items_of
from handoff.service.people.accounts import Session as AgentSession
from handoff.service.people.accounts import presence_of
from handoff.service.people.sessions import sessions_of
from handoff.service.telling.alerting import alerts_of, audiences_of, open_alerts

MOST_CHANGES = 500
KEPT = 16  # pages stand at almost the same place
ALERTS_FOR = timedelta(seconds=10)  # a customer's name in them moves neither them nor the cursor
MOST_AGENTS = 1000  # whose alerts are remembered
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


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One page's question: what is new after its cursor, for whoever holds this session?"""

    token: str
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one page is answered."""

    session: AgentSession
    changes: DeskChanges


@dataclass(frozen=True, kw_only=True)
class _Alerts:
    core: Core
    open: tuple[object, ...]
    at: datetime
    shown: tuple[AlertView, ...]


class Feed:
    """The desk's changes for the pages of one process. From any thread.

    A cursor and the number of the last change together say which cases are new, so their answer can be handed to
    every page that stands there.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._cases: OrderedDict[tuple[int, int], tuple[QueueItem, ...] | None] = OrderedDict()
        self._presence: _Presence | None = None
        self._alerts: OrderedDict[AgentView, _Alerts] = OrderedDict()

    def answer(self, core: Core, asked: Sequence[Ask], now: datetime) -> list[Told | RelevoError]:
        """What each page asks, from one reading: an answer or what is wrong with it, in the same order."""
        with core.database.read() as session:
            sessions = sessions_of(core, session, {each.token for each in asked}, now)
            newest = newest_change(session)
            presence = self._present(core, session, newest, now)
            alerts = open_alerts(session)
            answers: list[Told | RelevoError] = []
            for each in asked:
                found = sessions.get(each.token)
                if found is None:
                    answers.append(NotAuthenticated("You were signed out; sign in again."))
                    continue
                try:
                    cases = self._after(session, each.after, newest)
                except RelevoError as exc:  # a cursor that is not ours
                    answers.append(exc)
                    continue
                shown = self._shown(core, session, found.agent, alerts, now)
                answers.append(Told(session=found, changes=_changes(newest, cases, presence, shown)))
            return answers

    def changes(self, core: Core, actor: AgentView, after: str | None, now: datetime) -> DeskChanges:
        """Snapshots of the cases that changed after the cursor, ended ones too, and the open alerts."""
        with core.database.read() as session:
            newest = newest_change(session)
            cases = self._after(session, after, newest)
            presence = self._present(core, session, newest, now)
            return _changes(newest, cases, presence, alerts_of(session, actor))

    def _after(self, session: Session, after: str | None, newest: int) -> tuple[QueueItem, ...] | None:
        since = read_cursor(after)
        return None if after is None or since > newest else self._changed(session, since, newest)

    def _shown(
        self,
        core: Core,
        session: Session,
        actor: AgentView,
        alerts: dict[str, tuple[tuple[str, int], ...]],
        now: datetime,
    ) -> tuple[AlertView, ...]:
        """The alerts that this agent sees, read again once others are open."""
        there = tuple(alerts.get(audience, ()) for audience in audiences_of(actor))
        with self._lock:
            known = self._alerts.get(actor)
        if known and known.core is core and known.open == there and abs(now - known.at) < ALERTS_FOR:
            return known.shown
        shown = alerts_of(session, actor) if any(there) else ()
        if known and known.shown == shown:
            shown = known.shown  # the very same, so that nobody need compare
        with self._lock:
            self._alerts[actor] = _Alerts(core=core, open=there, at=now, shown=shown)
            while len(self._alerts) > MOST_AGENTS:
                self._alerts.popitem(last=False)
        return shown

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
                if known is not None and known.rows == rows:
                    rows = known.rows  # the very same, so that nobody need compare
                known = self._presence = _Presence(core=core, newest=newest, at=now, rows=rows)
            return known.rows


def _changes(
    newest: int,
    cases: tuple[QueueItem, ...] | None,
    presence: tuple[PresenceView, ...],
    alerts: tuple[AlertView, ...],
) -> DeskChanges:
    return DeskChanges(
        cursor=make_cursor(newest), cases=cases or (), presence=presence, alerts=alerts, reset=cases is None
    )


def desk_changes(core: Core, actor: AgentView, after: str | None, now: datetime) -> DeskChanges:
    """As `Feed.changes`, for one look."""
    return Feed().changes(core, actor, after, now)
