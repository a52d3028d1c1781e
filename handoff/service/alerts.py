"""Telling people at the desk: one open alert of a kind about a case, however often it happens."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from sqlalchemy import update

from handoff.models import Alert, HandoffRow
from handoff.service.core import DESK, Work
from handoff.store import new_id


class Lasts(Enum):
    """How long an alert is shown when nobody marks it as done."""

    UNTIL_DONE = "until_done"  # after the case has ended too
    WHILE_OPEN = "while_open"
    UNTIL_MOVED = "until_moved"  # until the case enters another state


SHOWN: Final[Mapping[str, Lasts]] = {
    "delivery_dead": Lasts.UNTIL_DONE,
    "untellable": Lasts.UNTIL_DONE,
    "withdrawn": Lasts.UNTIL_DONE,
    "review_due": Lasts.UNTIL_DONE,
    "customer_opted_out": Lasts.WHILE_OPEN,
    "safety": Lasts.WHILE_OPEN,
    "pending_refused": Lasts.WHILE_OPEN,
    "agent_lost": Lasts.WHILE_OPEN,
    "call_lost": Lasts.WHILE_OPEN,
    "chat_taken_away": Lasts.WHILE_OPEN,
    "call_taken_away": Lasts.WHILE_OPEN,
    "reassigned_away": Lasts.WHILE_OPEN,
    "reassigned_to": Lasts.WHILE_OPEN,
    "promise_missed": Lasts.WHILE_OPEN,
    "promise_due_soon": Lasts.UNTIL_MOVED,
    "answer_by_missed": Lasts.UNTIL_MOVED,
    "alarm": Lasts.UNTIL_MOVED,
    "nobody_left": Lasts.UNTIL_MOVED,
    "idle": Lasts.UNTIL_MOVED,
}

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
    work: Work, kind: str, audience: str, row: HandoffRow | None = None, data: Mapping[str, Any] | None = None
) -> None:
    """Tells people at the desk: `audience` is a role, or an agent's id. Alerts of a kind about a case coalesce."""
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
            return
    work.session.add(
        Alert(
            id=new_id(work.now),
            kind=kind,
            audience=audience,
            handoff_id=row.id if row else None,
            data=dict(data or {}),
            at=work.now,
            changed_seq=work.next_change(),
        )
    )
    work.wake(DESK)
