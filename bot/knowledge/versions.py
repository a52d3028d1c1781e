"""Reading versions back from the tables, checked against the digest that was stored with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge.content import Approval, Item, Submitted, from_content
from bot.knowledge.errors import ReleaseDamaged
from bot.knowledge.tables import Version


@dataclass(frozen=True, kw_only=True)
class VersionView:
    """One version, for a list: everything but its content."""

    item_id: str
    kind: str
    version: int
    digest: str
    state: str
    author: str
    created_at: datetime
    approver: str | None
    approved_at: datetime | None


def view(row: Version) -> VersionView:
    return VersionView(
        item_id=row.item_id,
        kind=row.kind,
        version=row.version,
        digest=row.digest,
        state=row.state,
        author=row.author,
        created_at=row.created_at,
        approver=row.approver,
        approved_at=row.approved_at,
    )


def item_of(row: Version) -> Item:
    """The content of a version; raises ReleaseDamaged when it is not what its digest says."""
    try:
        item = from_content(row.kind, row.content)
    except (ValidationError, KeyError) as exc:
        raise ReleaseDamaged(fields={row.item_id: f"version {row.version} cannot be read"}) from exc
    if (item.id, item.digest()) != (row.item_id, row.digest):
        raise ReleaseDamaged(fields={row.item_id: f"version {row.version} differs from its digest"})
    return item


def submitted(row: Version) -> Submitted:
    """A version in the form in which files hold it."""
    approval = None
    if row.approver and row.approved_at:
        approval = Approval(approver=row.approver, digest=row.digest, date=row.approved_at.date())
    return Submitted(item=item_of(row), approval=approval, where=f"{row.item_id} v{row.version}")


def versions_of(session: Session, item_id: str) -> Sequence[Version]:
    """All versions of one item, oldest first."""
    statement = select(Version).where(Version.item_id == item_id).order_by(Version.version)
    return session.scalars(statement).all()


def newest(rows: Iterable[Version], *states: str) -> dict[str, Version]:
    """The newest row of each item among those in one of `states` (any, when none is named)."""
    found: dict[str, Version] = {}
    for row in rows:
        known = found.get(row.item_id)
        if (not states or row.state in states) and (known is None or row.version > known.version):
            found[row.item_id] = row
    return found
