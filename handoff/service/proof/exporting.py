"""One case as evidence: who said and did what and when, with the proof that nothing of it was changed since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select, true
from sqlalchemy.orm import Session

from handoff.models import (
    Agent,
    Alert,
    Attempt,
    Conversation,
    Delivery,
    HandoffRow,
    LedgerRow,
    LedgerStream,
    Message,
    Notification,
    PromiseRow,
    Rating,
)
from handoff.service.base import ledger
from handoff.service.base.core import Core
from handoff.service.base.rows import NOTE, find_row
from handoff.service.base.views import AttachmentView
from handoff.service.cases.attachments import attachments_of
from handoff.service.proof.auditing.chain import Chain
from handoff.service.telling.alerts import GRAVITY
from handoff.states.diagram import LETTERS

Plain = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class CaseExport:
    """Everything is plain: text, numbers, ISO 8601 instants in UTC."""

    reference: str
    exported_at: str
    business: str
    case: Plain
    said: tuple[Plain, ...]
    transitions: tuple[Plain, ...]
    promises: tuple[Plain, ...]
    attempts: tuple[Plain, ...]
    alerts: tuple[Plain, ...]
    notifications: tuple[Plain, ...]
    ratings: tuple[Plain, ...]
    ledger: Plain


def export_case(core: Core, reference: str, now: datetime) -> CaseExport:
    """The case and its conversation since the case before it ended. Raises NotFound."""
    with core.database.read() as session:
        row = find_row(session, reference)
        names = {f"agent:{found}": name for found, name in session.execute(select(Agent.id, Agent.name))}
        rows = _ledger(session, row)
        of_case = [each for each in rows if (each.data or {}).get("reference") == row.reference]
        return CaseExport(
            reference=row.reference,
            exported_at=_at(now) or "",
            business=core.business.name,
            case=_case(session, row, names),
            said=_said(session, row, rows),
            transitions=tuple(_transition(each, names) for each in of_case if each.kind.startswith("handoff.")),
            promises=_promises(session, row),
            attempts=_attempts(session, row),
            alerts=_alerts(session, row, names),
            notifications=_notifications(session, row),
            ratings=_ratings(session, row),
            ledger=_proof(session, row, rows, core.secret),
        )


def _at(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="milliseconds") if instant else None


def _ledger(session: Session, row: HandoffRow) -> Sequence[Row[Any]]:
    """The whole stream: only from its beginning can it be verified."""
    table = LedgerRow.__table__.c
    stream = ledger.conversation_stream(row.conversation_id)
    return session.execute(select(*table).where(table.stream == stream).order_by(table.seq)).all()


def _case(session: Session, row: HandoffRow, names: Mapping[str, str]) -> Plain:
    conversation = session.get_one(Conversation, row.conversation_id)
    linked = session.get(HandoffRow, row.linked_to) if row.linked_to else None
    return {
        "state": row.state,
        "version": row.version,
        "reason": row.reason,
        "urgency": row.urgency,
        "signals": [{key: signal.get(key) for key in ("kind", "strength", "evidence", "at")} for signal in row.signals],
        "channel": row.channel,
        "language": row.language,
        "conversation": conversation.id,
        "waiting_since": _at(row.waiting_since),
        "opened_at": _at(row.opened_at),
        "first_held_at": _at(row.first_held_at),
        "ended_at": _at(row.ended_at),
        "last_agent": names.get(f"agent:{row.last_agent_id}"),
        "outcome": row.outcome,
        "topic": row.topic,
        "after": linked.reference if linked else None,
        "erased_at": _at(conversation.erased_at),
    }


def _said(session: Session, row: HandoffRow, rows: Sequence[Row[Any]]) -> tuple[Plain, ...]:
    facts = {each.message_id: each for each in rows if each.message_id is not None}
    statement = (
        select(Message, Delivery)
        .outerjoin(Delivery, Delivery.message_id == Message.id)
        .where(Message.conversation_id == row.conversation_id, or_(and_(true(), *_span(session, row)), _note_of(row)))
        .order_by(Message.seq)
    )
    found = session.execute(statement).all()
    attached = attachments_of(session, [message.id for message, _ in found if message.media])
    return tuple(
        _message(message, delivery, facts.get(message.id), attached.get(message.id, ())) for message, delivery in found
    )


def _note_of(row: HandoffRow) -> ColumnElement[bool]:
    """Agents may still leave a note when the case has ended."""
    return and_(Message.handoff_id == row.id, Message.kind == NOTE)


def _span(session: Session, row: HandoffRow) -> list[ColumnElement[bool]]:
    """From the end of the case before to the end of this one."""
    earlier = (
        select(HandoffRow.ended_at)
        .where(HandoffRow.conversation_id == row.conversation_id, HandoffRow.opened_at < row.opened_at)
        .order_by(HandoffRow.opened_at.desc())
        .limit(1)
    )
    since = session.execute(earlier).scalar_one_or_none()
    span: list[ColumnElement[bool]] = [Message.at > since] if since is not None else []
    return [*span, Message.at <= row.ended_at] if row.ended_at is not None else span


def _message(
    message: Message, delivery: Delivery | None, fact: Row[Any] | None, attached: Sequence[AttachmentView]
) -> Plain:
    kept = fact is not None and bool(message.salt)
    proven = kept and fact is not None and ledger.commit_to(message.salt, message.text) == fact.commitment
    data = fact.data if fact is not None else {}
    return {
        "at": _at(message.at),
        "author": message.author,
        "agent": message.agent_name,
        "kind": message.kind,
        "language": message.language,
        "text": message.text,
        "channel": message.channel,
        "attachments": [each.content_type for each in attached],
        "approved": _approved(data, message),
        "suggested": [dict(use) for use in data.get("suggested", ())],
        "release": message.release,
        "delivery": _delivery(delivery),
        "ledger_place": fact.seq if fact is not None else None,
        "text_is_proven": proven,
    }


def _approved(data: Plain, message: Message) -> Plain | None:
    """The approved text that these words are: its id and version."""
    known = data.get("entry") or data.get("notice")
    if known is None and message.entry:
        known = message.entry
    return {"id": known["id"], "version": known.get("version")} if known else None


def _delivery(delivery: Delivery | None) -> Plain | None:
    if delivery is None:
        return None
    return {
        "channel": delivery.channel,
        "status": delivery.status,
        "carrier_id": delivery.carrier_id,
        "carrier_status": delivery.carrier_status,
        "tries": delivery.tries,
        "error": (delivery.error or {}).get("code"),
        "updated_at": _at(delivery.updated_at),
    }


def _transition(row: Row[Any], names: Mapping[str, str]) -> Plain:
    data = row.data
    return {
        "at": _at(row.at),
        "letter": data["edge"],
        "rule": LETTERS[data["edge"]],
        "event": row.kind.removeprefix("handoff."),
        "from": data["from"],
        "to": data["to"],
        "version": data["version"],
        "actor": row.actor,
        "actor_name": names.get(row.actor),
        "holder": names.get(f"agent:{data.get('agent')}"),
        "deadline": data.get("deadline"),
        "due": data.get("due"),
        "ledger_place": row.seq,
        "hash": row.hash,
    }


def _promises(session: Session, row: HandoffRow) -> tuple[Plain, ...]:
    statement = select(PromiseRow).where(PromiseRow.handoff_id == row.id).order_by(PromiseRow.made_at, PromiseRow.id)
    return tuple(
        {
            "status": each.status,
            "made_at": _at(each.made_at),
            "due_at": _at(each.due_at),
            "missed": each.breaches,
            "missed_at": _at(each.missed_at),
            "closed_at": _at(each.closed_at),
        }
        for each in session.execute(statement).scalars()
    )


def _attempts(session: Session, row: HandoffRow) -> tuple[Plain, ...]:
    statement = (
        select(Attempt.at, Attempt.outcome, Agent.name)
        .join(Agent, Agent.id == Attempt.agent_id)
        .where(Attempt.handoff_id == row.id)
        .order_by(Attempt.at, Attempt.id)
    )
    return tuple({"at": _at(at), "outcome": how, "agent": name} for at, how, name in session.execute(statement))


def _alerts(session: Session, row: HandoffRow, names: Mapping[str, str]) -> tuple[Plain, ...]:
    statement = select(Alert).where(Alert.handoff_id == row.id).order_by(Alert.at, Alert.id)
    found = session.execute(statement).scalars()
    return tuple(
        {
            "at": _at(each.at),
            "kind": each.kind,
            "audience": names.get(f"agent:{each.audience}", each.audience),
            "done_at": _at(each.done_at),
        }
        for each in sorted(found, key=lambda each: (each.at, GRAVITY.get(each.kind, 0)))
    )


def _notifications(session: Session, row: HandoffRow) -> tuple[Plain, ...]:
    statement = (
        select(Notification).where(Notification.handoff_id == row.id).order_by(Notification.created_at, Notification.id)
    )
    return tuple(
        {
            "at": _at(each.created_at),
            "kind": each.kind,
            "audience": each.audience,
            "channel": each.channel,
            "status": each.status,
            "sent_at": _at(each.sent_at),
        }
        for each in session.execute(statement).scalars()
    )


def _ratings(session: Session, row: HandoffRow) -> tuple[Plain, ...]:
    statement = select(Rating).where(Rating.handoff_id == row.id).order_by(Rating.at, Rating.id)
    return tuple(
        {"at": _at(each.at), "stars": each.stars, "comment": each.comment}
        for each in session.execute(statement).scalars()
    )


def _proof(session: Session, row: HandoffRow, rows: Sequence[Row[Any]], secret: bytes) -> Plain:
    """The chain's hashes, whether they verify, and if not where they do not."""
    stream = ledger.conversation_stream(row.conversation_id)
    head, chain = session.get(LedgerStream, stream), Chain(stream)
    broken = [each for fact in rows for each in chain.read(fact)]
    broken += [*chain.end(head, secret)] if head is not None else []
    verifies = head is not None and not broken
    return {
        "stream": stream,
        "rows": len(rows),
        "head": head.head if head else None,
        "seal": head.seal if head else None,
        "verifies": verifies,
        "statement": _statement(verifies, len(rows)),
        "broken": [f"{each.subject}: {each.found}" for each in broken],
        "chain": [
            {"place": each.seq, "at": _at(each.at), "kind": each.kind, "actor": each.actor, "hash": each.hash}
            for each in rows
        ],
    }


def _statement(verifies: bool, rows: int) -> str:
    if verifies:
        return f"All {rows} rows follow from one another, and the sealed head is that of the last: nothing was changed."
    return "THE CHAIN DOES NOT VERIFY: rows were changed, removed or added. See `broken`."
