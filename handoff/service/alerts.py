"""Telling people at the desk: one open alert of a kind about a case, however often it happens."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from handoff.models import Alert, HandoffRow
from handoff.service.core import DESK, Work
from handoff.store import new_id


def alert(
    work: Work, kind: str, audience: str, row: HandoffRow | None = None, data: Mapping[str, Any] | None = None
) -> None:
    """Tells people at the desk: `audience` is a role, or an agent's id. Alerts of a kind about a case coalesce."""
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
