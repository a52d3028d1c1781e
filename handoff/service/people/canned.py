"""Canned replies: the team's, kept by supervisors, and each agent's own. Every change appends a row to the ledger."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from handoff.errors import Conflict, Forbidden, InvalidInput, NotFound
from handoff.models import CannedReply
from handoff.service.base import ledger
from handoff.service.base.core import Core, Work, take_number, work
from handoff.service.base.views import AgentView
from handoff.service.people.canned_drafts import MOST, Draft, check_draft, check_drafts
from handoff.store import new_id, one

STREAM: Final = "replies"


class ReplyExists(Conflict):
    """There is a reply with this name already; choose another."""

    code = "reply_exists"


class ReplyChanged(Conflict):
    """Somebody has changed this reply meanwhile; read it again."""

    code = "reply_changed"


@dataclass(frozen=True, kw_only=True)
class CannedView(Draft):
    """A stored reply; `own`: this agent's alone, else the team's."""

    id: str
    own: bool
    version: int
    updated_at: datetime


def list_canned(core: Core, actor: AgentView) -> tuple[CannedView, ...]:
    """The team's replies and this agent's own, by name."""
    with core.database.read() as session:
        return tuple(_view(row) for row in _rows(session, _seen_by(actor)))


def add_canned(core: Core, actor: AgentView, draft: Draft, *, own: bool, now: datetime) -> CannedView:
    """A new reply. Raises Forbidden, InvalidInput or ReplyExists."""
    checked = check_draft(draft, () if own else core.business.languages)
    owner = _owner(actor, own=own)
    with _naming(), work(core, now) as unit:
        if _number(unit.session, owner) >= MOST:
            raise InvalidInput(
                f"There are {MOST} replies already; remove one first", fields={"name": f"{MOST} at most"}
            )
        row = CannedReply(id=new_id(now), owner_id=owner, version=1, **_columns(checked, _by(actor), now))
        unit.session.add(row)
        _record(unit, row, "canned.added", _by(actor))
        unit.session.flush()
        return _view(row)


def edit_canned(
    core: Core, actor: AgentView, reply_id: str, version: int, draft: Draft, *, now: datetime
) -> CannedView:
    """Other words on top of `version`. Raises Forbidden, NotFound, InvalidInput, ReplyChanged or ReplyExists."""
    with _naming(), work(core, now) as unit:
        row = _open(unit, actor, reply_id, version)
        checked = check_draft(draft, () if row.owner_id else core.business.languages)
        if _columns(checked, row.updated_by, row.updated_at) == _as_stored(row):
            return _view(row)
        _put(row, checked, _by(actor), now)
        _record(unit, row, "canned.edited", _by(actor))
        unit.session.flush()
        return _view(row)


def remove_canned(core: Core, actor: AgentView, reply_id: str, version: int, *, now: datetime) -> None:
    """Takes it from every list; `restore_canned` brings it back."""
    with work(core, now) as unit:
        row = _open(unit, actor, reply_id, version)
        row.removed_at, row.version = now, row.version + 1
        _record(unit, row, "canned.removed", _by(actor))


def restore_canned(core: Core, actor: AgentView, reply_id: str, *, now: datetime) -> CannedView:
    """Brings a removed reply back as it was; one that stands is left. Raises ReplyExists when the name is taken."""
    with _naming(), work(core, now) as unit:
        row = _may_change(one(unit.session, CannedReply, reply_id, lock=True), actor)
        if row.removed_at is not None:
            row.removed_at, row.version = None, row.version + 1
            _record(unit, row, "canned.restored", _by(actor))
            unit.session.flush()
        return _view(row)


def import_canned(core: Core, drafts: Sequence[Draft], *, actor: str, now: datetime) -> int:
    """Makes these the team's replies, in one transaction: others are removed. Returns how many changed.

    Raises InvalidInput, whose fields name the place (`replies[0].texts.es`), and then nothing changes.
    """
    checked = check_drafts(drafts, core.business.languages)
    with work(core, now) as unit:
        take_number(unit.session, "canned")  # who imports at the same time waits here
        known = {row.name: row for row in _rows(unit.session, CannedReply.owner_id.is_(None), lock=True)}
        changed = [name for name, draft in checked.items() if _import(unit, known.get(name), draft, actor)]
        gone = [row for name, row in known.items() if name not in checked]
        for row in gone:
            row.removed_at, row.version = now, row.version + 1
            _record(unit, row, "canned.removed", actor)
    return len(changed) + len(gone)


def team_canned(core: Core) -> tuple[Draft, ...]:
    """The team's replies, by name: what an export holds."""
    with core.database.read() as session:
        rows = _rows(session, CannedReply.owner_id.is_(None))
        return tuple(Draft(name=row.name, topic=row.topic, texts=row.texts) for row in rows)


def _import(unit: Work, row: CannedReply | None, draft: Draft, actor: str) -> bool:
    if row is None:
        row = CannedReply(id=new_id(unit.now), owner_id=None, version=1, **_columns(draft, actor, unit.now))
        unit.session.add(row)
        _record(unit, row, "canned.added", actor)
        return True
    if _columns(draft, row.updated_by, row.updated_at) == _as_stored(row):
        return False
    _put(row, draft, actor, unit.now)
    _record(unit, row, "canned.edited", actor)
    return True


def _put(row: CannedReply, draft: Draft, by: str, now: datetime) -> None:
    for name, value in _columns(draft, by, now).items():
        setattr(row, name, value)
    row.version += 1


def _columns(draft: Draft, by: str, now: datetime) -> dict[str, Any]:
    texts = dict(draft.texts)
    return {"name": draft.name, "topic": draft.topic, "texts": texts, "updated_by": by, "updated_at": now}


def _as_stored(row: CannedReply) -> dict[str, Any]:
    return _columns(Draft(name=row.name, topic=row.topic, texts=row.texts), row.updated_by, row.updated_at)


def _record(unit: Work, row: CannedReply, kind: str, actor: str) -> None:
    """The ledger names the reply and the digest of its words, never the words: an agent's own may name a customer."""
    words = json.dumps([row.name, row.topic, row.texts], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(words.encode()).hexdigest()
    data = {"id": row.id, "version": row.version, "owner": row.owner_id, "digest": f"sha256:{digest}"}
    ledger.append(unit, STREAM, kind, actor=actor, data=data)


def _open(unit: Work, actor: AgentView, reply_id: str, version: int) -> CannedReply:
    row = _may_change(one(unit.session, CannedReply, reply_id, lock=True), actor)
    if row.removed_at is not None:
        raise NotFound
    if row.version != version:
        raise ReplyChanged(fields={"version": str(row.version)})
    return row


def _may_change(row: CannedReply | None, actor: AgentView) -> CannedReply:
    """Somebody else's own reply does not exist for anybody."""
    if row is None or (row.owner_id is not None and row.owner_id != actor.id):
        raise NotFound
    if row.owner_id is None:
        _check_team(actor)
    return row


def _owner(actor: AgentView, *, own: bool) -> str | None:
    if own:
        return actor.id
    _check_team(actor)
    return None


def _check_team(actor: AgentView) -> None:
    if actor.role == "agent":
        raise Forbidden("The team's replies are kept by supervisors; keep one of your own instead.")


def _seen_by(actor: AgentView) -> ColumnElement[bool]:
    return CannedReply.owner_id.is_(None) | (CannedReply.owner_id == actor.id)


def _rows(session: Session, which: ColumnElement[bool], *, lock: bool = False) -> Sequence[CannedReply]:
    statement = select(CannedReply).where(which, CannedReply.removed_at.is_(None)).order_by(CannedReply.name)
    return session.execute(statement.with_for_update() if lock else statement).scalars().all()


def _number(session: Session, owner: str | None) -> int:
    mine = CannedReply.owner_id.is_(None) if owner is None else CannedReply.owner_id == owner
    statement = select(func.count()).where(mine, CannedReply.removed_at.is_(None))
    return session.execute(statement.select_from(CannedReply)).scalar_one()


def _view(row: CannedReply) -> CannedView:
    return CannedView(
        id=row.id,
        own=row.owner_id is not None,
        name=row.name,
        topic=row.topic,
        texts=row.texts,
        version=row.version,
        updated_at=row.updated_at,
    )


def _by(actor: AgentView) -> str:
    return f"agent:{actor.id}"


@contextmanager
def _naming() -> Iterator[None]:
    """A taken name is a typed error."""
    try:
        yield
    except IntegrityError as exc:
        raise ReplyExists(fields={"name": "is taken"}) from exc
