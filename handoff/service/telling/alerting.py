"""The alerts of the desk: who sees which, and taking one away once somebody has seen to it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from handoff.errors import NotFound
from handoff.models import Alert, Conversation, Customer, HandoffRow
from handoff.service.base import ledger
from handoff.service.base.core import DESK, Core, Work, work
from handoff.service.base.records import label_of
from handoff.service.base.rows import ENDED, lock_conversation
from handoff.service.base.views import AgentView, AlertView
from handoff.service.telling.alerts import GRAVITY, SHOWN, Lasts
from handoff.store import one

MOST_ALERTS = 100
_MOST_ROWS = 500  # the same thing told to several audiences is one alert to who is in all of them
ALONE = 3  # more of a kind are shown as one
NEWEST = 5  # references that a group names
Told = tuple[Alert, HandoffRow | None]
_SAID = ("code", "message", "message_es", "notice", "item", "owner", "review_by", "found", "found_es")


def read_alerts(core: Core, actor: AgentView, now: datetime) -> tuple[AlertView, ...]:
    """The open alerts that this agent must know of, at most 100: newest first, and of the same instant the gravest."""
    del now
    with core.database.read() as session:
        return alerts_of(session, actor)


def alerts_of(session: Session, actor: AgentView) -> tuple[AlertView, ...]:
    statement = (
        select(Alert, HandoffRow)
        .outerjoin(HandoffRow, HandoffRow.id == Alert.handoff_id)
        .where(Alert.audience.in_(audiences_of(actor)), Alert.done_at.is_(None), _lasting())
        .order_by(Alert.at.desc(), Alert.changed_seq.desc(), Alert.id.desc())
        .limit(_MOST_ROWS)
    )
    newest: dict[tuple[str, str], Told] = {}
    for found, row in session.execute(statement):
        newest.setdefault(_matter(found), (found, row))
    groups = _groups(list(newest.values()))[:MOST_ALERTS]
    labels = _labels(session, [group[0] for group in groups])
    return tuple(_view(group, labels) for group in groups)


def _groups(told: Sequence[Told]) -> list[list[Told]]:
    """Each alone, newest first; more than three of a kind together, in the place of their newest."""
    by_kind: dict[str, list[Told]] = {}
    for each in told:
        by_kind.setdefault(each[0].kind, []).append(each)
    groups = [
        part for alike in by_kind.values() for part in ([alike] if len(alike) > ALONE else [[each] for each in alike])
    ]
    return sorted(groups, key=lambda group: _place(group[0][0]), reverse=True)


def _place(found: Alert) -> tuple[datetime, int, int, str]:
    """Newest first, then the gravest, then what was told last: no two have the same."""
    return found.at, -GRAVITY[found.kind], found.changed_seq, found.id


def _view(group: Sequence[Told], labels: Mapping[str, str]) -> AlertView:
    found, row = group[0]
    together = len(group) > 1
    return AlertView(
        id=found.id,
        kind=found.kind,
        reference=row.reference if row and not together else None,
        customer_label=None if together else labels.get(found.id),
        at=found.at,
        data={} if together else {name: str(found.data[name]) for name in _SAID if found.data.get(name)},
        count=len(group),
        references=tuple(each.reference for _, each in group[:NEWEST] if each) if together else (),
    )


def finish_alike(core: Core, actor: AgentView, alert_id: str, now: datetime) -> None:
    """Somebody has seen to a whole group: those of its kind that are newer than what the page showed stay."""
    with core.database.read() as session:
        found = one(session, Alert, alert_id)
        if found is None or found.audience not in audiences_of(actor):
            raise NotFound
        statement = (
            select(Alert.id)
            .where(
                Alert.kind == found.kind,
                Alert.audience.in_(audiences_of(actor)),
                Alert.done_at.is_(None),
                Alert.at <= found.at,
            )
            .order_by(Alert.id)
        )
        ids = session.execute(statement).scalars().all()
    for each in ids:
        with suppress(NotFound):  # the same thing told to several audiences goes at once
            finish_alert(core, actor, each, now)


def finish_alert(core: Core, actor: AgentView, alert_id: str, now: datetime) -> None:
    """Somebody has seen to it: it goes from every desk. Raises NotFound when it is not open, or not theirs."""
    with work(core, now) as unit:
        found = one(unit.session, Alert, alert_id)
        if found is None:
            raise NotFound
        conversation_id = _conversation_of(unit.session, found)
        if conversation_id:
            lock_conversation(unit, conversation_id)
        same = _open_alike(unit.session, actor, found)
        if all(each.id != alert_id for each in same):
            raise NotFound
        for each in same:
            each.done_at, each.changed_seq = unit.now, unit.next_change()
        if conversation_id:
            _record(unit, conversation_id, actor, found)
        unit.wake(DESK)


def open_alerts(session: Session) -> dict[str, tuple[tuple[str, int], ...]]:
    """Which alerts are open, by audience: as long as that is the same, `alerts_of` shows the same ones."""
    statement = (
        select(Alert.audience, Alert.id, Alert.changed_seq)
        .outerjoin(HandoffRow, HandoffRow.id == Alert.handoff_id)
        .where(Alert.done_at.is_(None), _lasting())
        .order_by(Alert.id)
    )
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for audience, alert_id, changed in session.execute(statement):
        found[audience] = (*found.get(audience, ()), (alert_id, changed))
    return found


def audiences_of(actor: AgentView) -> list[str]:
    roles = ["agent"] if actor.role == "agent" else ["agent", "supervisor", "on_call"]
    return [actor.id, *roles]


def _lasting() -> ColumnElement[bool]:
    kinds = {lasts: [kind for kind, each in SHOWN.items() if each is lasts] for lasts in Lasts}
    is_open = or_(Alert.handoff_id.is_(None), HandoffRow.state.not_in(ENDED))
    return or_(
        Alert.kind.in_(kinds[Lasts.UNTIL_DONE]),
        and_(Alert.kind.in_(kinds[Lasts.WHILE_OPEN]), is_open),
        and_(Alert.kind.in_(kinds[Lasts.UNTIL_MOVED]), is_open, Alert.at >= HandoffRow.entered_at),
    )


def _matter(found: Alert) -> tuple[str, str]:
    """What it is about: alerts with the same answer are one."""
    return found.kind, str(found.handoff_id or found.data.get("conversation") or found.data.get("item") or found.id)


def _open_alike(session: Session, actor: AgentView, found: Alert) -> list[Alert]:
    case = Alert.handoff_id == found.handoff_id if found.handoff_id else Alert.handoff_id.is_(None)
    statement = (
        select(Alert)
        .where(Alert.kind == found.kind, Alert.audience.in_(audiences_of(actor)), Alert.done_at.is_(None), case)
        .order_by(Alert.id)
        .execution_options(populate_existing=True)
    )
    return [each for each in session.execute(statement).scalars() if _matter(each) == _matter(found)]


def _conversation_of(session: Session, found: Alert) -> str | None:
    row = one(session, HandoffRow, found.handoff_id) if found.handoff_id else None
    named: Any = row.conversation_id if row else found.data.get("conversation")
    return str(named) if named else None


def _record(unit: Work, conversation_id: str, actor: AgentView, found: Alert) -> None:
    stream = ledger.conversation_stream(conversation_id)
    ledger.append(unit, stream, "alert.done", actor=f"agent:{actor.id}", data={"alert": found.id, "kind": found.kind})


def _labels(session: Session, kept: Sequence[Told]) -> dict[str, str]:
    """Which customer each is about, by alert."""
    if not kept:
        return {}
    talks = {found.id: row.conversation_id if row else found.data.get("conversation") for found, row in kept}
    statement = (
        select(Conversation, Customer)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(Conversation.id.in_({talk for talk in talks.values() if talk}))
    )
    people = {talk.id: (customer, talk) for talk, customer in session.execute(statement)}
    return {found.id: label_of(row, *people[talk]) for found, row in kept if (talk := str(talks[found.id])) in people}
