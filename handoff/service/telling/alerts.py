"""Telling people at the desk: one open alert of a kind about a case, however often it happens."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from sqlalchemy import select, update

from handoff.models import Alert, HandoffRow
from handoff.service.base.core import DESK, Work
from handoff.service.telling.notifying import notify_of
from handoff.store import new_id


class Lasts(Enum):
    """How long an alert is shown when nobody marks it as done."""

    UNTIL_DONE = "until_done"  # after the case has ended too
    WHILE_OPEN = "while_open"
    UNTIL_MOVED = "until_moved"  # until the case enters another state


SHOWN: Final[Mapping[str, Lasts]] = {  # the gravest first: so they are told where several happen at once
    "safety": Lasts.WHILE_OPEN,
    "promise_missed": Lasts.WHILE_OPEN,
    "answer_by_missed": Lasts.UNTIL_MOVED,
    "alarm": Lasts.UNTIL_MOVED,
    "nobody_left": Lasts.UNTIL_MOVED,
    "untellable": Lasts.UNTIL_DONE,
    "delivery_dead": Lasts.UNTIL_DONE,
    "email_dead": Lasts.UNTIL_DONE,
    "notify_failed": Lasts.UNTIL_DONE,
    "agent_lost": Lasts.WHILE_OPEN,
    "call_lost": Lasts.WHILE_OPEN,
    "promise_due_soon": Lasts.UNTIL_MOVED,
    "idle": Lasts.UNTIL_MOVED,
    "moved_by_customer": Lasts.UNTIL_MOVED,
    "pending_refused": Lasts.WHILE_OPEN,
    "chat_taken_away": Lasts.WHILE_OPEN,
    "call_taken_away": Lasts.WHILE_OPEN,
    "reassigned_to": Lasts.WHILE_OPEN,
    "reassigned_away": Lasts.WHILE_OPEN,
    "withdrawn": Lasts.UNTIL_DONE,
    "customer_opted_out": Lasts.WHILE_OPEN,
    "text_declined": Lasts.WHILE_OPEN,
    "text_unanswered": Lasts.WHILE_OPEN,
    "shift_over": Lasts.UNTIL_DONE,
    "doctor": Lasts.UNTIL_DONE,
    "drift": Lasts.UNTIL_DONE,
    "review_due": Lasts.UNTIL_DONE,
}

GRAVITY: Final[Mapping[str, int]] = {kind: place for place, kind in enumerate(SHOWN)}

# What the queue itself shows already: these only wake the desk, and no row is kept.
HINTS: Final = frozenset(
    {
        "opened",
        "customer_wrote",
        "offered",
        "offer_ended",
        "form",
        "asked_again",
        "more_urgent",
        "transferred",
        "promise_moved",
    }
)


def close_alerts(work: Work, row: HandoffRow, *, moved: bool) -> None:
    """What lasts only while the case is open, or until it moves, is done once it has ended or moved."""
    ended = row.deadline_at is None
    if not (ended or moved):
        return
    over = {Lasts.UNTIL_MOVED, Lasts.WHILE_OPEN} if ended else {Lasts.UNTIL_MOVED}
    kinds = [kind for kind, lasts in SHOWN.items() if lasts in over]
    statement = update(Alert).where(Alert.handoff_id == row.id, Alert.done_at.is_(None), Alert.kind.in_(kinds))
    if not ended:
        statement = statement.where(Alert.at < work.now)  # what this very move told stays
    work.session.execute(statement.values(done_at=work.now))


def alert(
    work: Work,
    kind: str,
    audience: str,
    row: HandoffRow | None = None,
    data: Mapping[str, Any] | None = None,
    *,
    key: str | None = None,
) -> None:
    """Tells people at the desk: `audience` is a role, or an agent's id. Alerts of a kind about a case coalesce.

    `key` is the alert's own id where the same thing must be told once for ever.
    """
    if kind in HINTS:
        work.wake(DESK)
        return
    if row is not None:
        same = (
            update(Alert)
            .where(
                Alert.kind == kind,
                Alert.audience == audience,
                Alert.handoff_id == row.id,
                Alert.done_at.is_(None),
            )
            .values(at=work.now, changed_seq=work.next_change(), data=dict(data or {}))
        )
        if work.session.execute(same).rowcount:  # type: ignore[attr-defined]
            work.wake(DESK)
            notify_of(work, kind, audience, row, data)
            return
    work.session.add(
        Alert(
            id=key or new_id(work.now),
            kind=kind,
            audience=audience,
            handoff_id=row.id if row else None,
            data=dict(data or {}),
            at=work.now,
            changed_seq=work.next_change(),
        )
    )
    work.wake(DESK)
    notify_of(work, kind, audience, row, data)


def alert_once(work: Work, kind: str, audience: str, item: str, data: Mapping[str, Any]) -> None:
    """An alert about something that is no case: of a kind and an item at most one is open."""
    number = work.next_change()  # orders those who tell of the same
    for open_one in open_alerts(work, kind, item):
        if open_one.audience == audience:
            open_one.at, open_one.changed_seq, open_one.data = work.now, number, {**data, "item": item}
            work.wake(DESK)
            return
    alert(work, kind, audience, data={**data, "item": item})


def open_alerts(work: Work, kind: str, item: str) -> list[Alert]:
    """The alerts of this kind about this item that nobody has seen to."""
    statement = select(Alert).where(Alert.kind == kind, Alert.done_at.is_(None))
    return [each for each in work.session.execute(statement).scalars() if each.data.get("item") == item]
