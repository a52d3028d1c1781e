"""Sending what is queued: leased, at least once under an id that stays, and brought to an end that somebody knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm.attributes import flag_modified

from handoff.models import Alert, HandoffRow, Notification
from handoff.service.base.core import NOTIFICATIONS, Core, Work, work
from handoff.service.telling.alerts import alert, alert_once
from handoff.service.telling.content import Content, content_of, proof_content
from handoff.service.telling.deliveries import Failed, Sent
from handoff.service.telling.notifying import CUSTOMER, masked, targets_of
from handoff.service.telling.personal import PERSONAL, TEST, is_invite_open
from handoff.service.telling.proofs import PROOF, is_code_open
from handoff.states import HELD_STATES
from handoff.store import locked, one
from handoff.words import words_in

LEASE = timedelta(seconds=30)
BACKOFF = (5, 15, 60, 300, 900, 1800, 3600)  # seconds before the next try
MAX_TRIES = len(BACKOFF) + 1
UNFINISHED = ("pending", "sending")
WHILE_IT_WAITS: Final = frozenset({"answer_by_missed", "alarm", "nobody_left", "promise_missed"})
_FOUND = {"found": "en", "found_es": "es"}
_HELD = tuple(sorted(state.value for state in HELD_STATES))


@dataclass(frozen=True, kw_only=True)
class NotificationView:
    """One message to one target. The id stays over all tries; `tries` counts the earlier ones."""

    id: str
    channel: str
    target: str
    audience: str
    kind: str
    tries: int
    at: datetime
    content: Content


def lease_notifications(core: Core, *, owner: str, limit: int, now: datetime) -> tuple[str, ...]:
    """Takes up to `limit` notifications that are due, for 30 s; returns their ids, the oldest due first."""
    with work(core, now) as unit:
        due = (
            select(Notification)
            .where(
                Notification.status.in_(UNFINISHED),
                Notification.next_at <= unit.now,
                or_(Notification.lease_until.is_(None), Notification.lease_until < unit.now),
            )
            .order_by(Notification.next_at, Notification.id)
            .limit(limit)
        )
        rows = unit.session.execute(locked(due, skip=True)).scalars().all()
        for row in rows:
            row.lease_owner, row.lease_until = owner, unit.now + LEASE
        return tuple(row.id for row in rows)


def begin_notification(core: Core, notification_id: str, owner: str, now: datetime) -> NotificationView | None:
    """Marks it `sending` and says what to send; None when the lease is somebody else's or it is no longer true."""
    with work(core, now) as unit:
        row = one(unit.session, Notification, notification_id, lock=True)
        if row is None or row.lease_owner != owner or row.status not in UNFINISHED:
            return None
        if not _is_still_so(unit, row):
            row.status, row.lease_owner, row.lease_until = "superseded", None, None
            return None
        row.status, row.lease_until = "sending", unit.now + LEASE
        row.tries += 1
        return NotificationView(
            id=row.id,
            channel=row.channel,
            target=row.target,
            audience=row.audience,
            kind=row.kind,
            tries=row.tries - 1,
            at=row.created_at,
            content=proof_content(unit, row) if row.audience == PROOF else content_of(unit.core, row),
        )


def finish_notification(
    core: Core, notification_id: str, owner: str, result: Sent | Failed, now: datetime
) -> str | None:
    """Stores how the try went; returns the status it has now, None when it was not ours to finish."""
    with work(core, now) as unit:
        row = one(unit.session, Notification, notification_id, lock=True)
        if row is None or row.lease_owner != owner or row.status != "sending":
            return None
        row.lease_owner = row.lease_until = None
        if isinstance(result, Sent):
            row.status, row.sent_at, row.error = "sent", unit.now, None
            return row.status
        row.error = {"code": result.code, "message": result.message, "message_es": result.message_es}
        if result.retry and row.tries < (1 if row.audience == TEST else MAX_TRIES):  # who tests waits for the answer
            row.status = "pending"
            row.next_at = unit.now + timedelta(seconds=BACKOFF[min(row.tries, len(BACKOFF)) - 1])
        else:
            row.status = "dead"
            _tell_dead(unit, row, result)
        unit.wake(NOTIFICATIONS)
        return row.status


def _is_still_so(unit: Work, row: Notification) -> bool:
    """Nobody is told something false: what was never tried says only what holds now."""
    if row.audience == CUSTOMER:
        told = select(HandoffRow.told_version).where(HandoffRow.id == row.handoff_id)
        return (unit.session.execute(told).scalar_one_or_none() or 0) <= int(row.data["version"])
    if row.audience == PROOF:
        return is_code_open(unit, row)
    if row.audience in PERSONAL:
        return row.audience == TEST or is_invite_open(unit, row)
    if (row.channel, row.target) not in set(targets_of(unit.core, row.audience)):
        return False  # taken out of the settings meanwhile
    if row.tries == 0 and row.kind in WHILE_IT_WAITS:
        _keep(row, "reference", _waiting(unit, row))
    elif row.tries == 0 and row.kind == "doctor":
        _keep(row, "code", _unmended(unit))
    return int(row.data["count"]) > 0


def _keep(row: Notification, name: str, left: set[str]) -> None:
    """Leaves out what is no longer so."""
    cases: list[Mapping[str, Any]] = row.data["cases"]
    row.data["count"] -= sum(case[name] not in left for case in cases)
    row.data["cases"] = [case for case in cases if case[name] in left]
    flag_modified(row, "data")


def _waiting(unit: Work, row: Notification) -> set[str]:
    """Those of its cases that are open and that nobody has."""
    statement = select(HandoffRow.reference).where(
        HandoffRow.reference.in_([case["reference"] for case in row.data["cases"]]),
        HandoffRow.deadline_at.is_not(None),
        HandoffRow.state.not_in(_HELD),
    )
    return set(unit.session.execute(statement).scalars())


def _unmended(unit: Work) -> set[str]:
    """The doctor's findings that are still so."""
    statement = select(Alert).where(Alert.kind == "doctor", Alert.done_at.is_(None))
    return {str(each.data.get("item")) for each in unit.session.execute(statement).scalars()}


def _tell_dead(unit: Work, row: Notification, result: Failed) -> None:
    data = {"code": result.code, "message": result.message, "message_es": result.message_es}
    if row.audience == CUSTOMER:
        handoff = one(unit.session, HandoffRow, row.handoff_id) if row.handoff_id else None
        alert(unit, "email_dead", "agent", handoff, data)
        return
    if row.audience in PERSONAL or row.audience == PROOF:
        return  # whoever sent it sees on the page how it fared
    where = f"{row.channel} {masked(row.channel, row.target)}"
    found = {name: words_in(language).lines["untold"].format(where=where) for name, language in _FOUND.items()}
    alert_once(unit, "notify_failed", "agent", where, {**data, **found})
