"""Reading versions back from the tables, checked against the digest that was stored with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge.content import Approval, Item, Submitted, from_content
from bot.knowledge.errors import EntryNotFound, ReleaseDamaged
from bot.knowledge.people import same_person
from bot.knowledge.tables import Version
from handoff.errors import StaleVersion


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
    self_approved: bool  # the author approved it, which a company of one allows


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
        self_approved=row.approver is not None and same_person(row.approver, row.author),
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


def new_row(item: Item, version: int, now: datetime) -> Version:
    """A draft of this exact content, not yet added to a session."""
    return Version(
        item_id=item.id,
        kind=item.kind,
        version=version,
        digest=item.digest(),
        content=item.content(),
        author=item.author,
        state="draft",
        created_at=now,
    )


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


def named_newest(session: Session, item_id: str, version: int | None = None, digest: str | None = None) -> Version:
    """The newest version of an item, which must be the one that was read. Raises EntryNotFound or StaleVersion."""
    rows = versions_of(session, item_id)
    if not rows:
        raise EntryNotFound(fields={"id": item_id})
    row = rows[-1]
    if version not in {None, row.version} or digest not in {None, row.digest}:
        raise StaleVersion(f"{item_id} has a newer version ({row.version}); read it again")
    return row


def newest(rows: Iterable[Version], *states: str) -> dict[str, Version]:
    """The newest row of each item among those in one of `states` (any, when none is named)."""
    found: dict[str, Version] = {}
    for row in rows:
        known = found.get(row.item_id)
        if (not states or row.state in states) and (known is None or row.version > known.version):
            found[row.item_id] = row
    return found
