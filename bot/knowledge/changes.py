"""What the desk shows of releases: those that there are, and what the next one would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.knowledge.content import LANGUAGES
from bot.knowledge.release import approved_rows
from bot.knowledge.tables import BuildRow, CertificateRow, Current, EngineRow, Member, ReleaseRow, Version
from handoff.service import Database

MOST_RELEASES = 50


@dataclass(frozen=True, kw_only=True)
class ReleaseLine:
    """One release. `model`: a host has its model still, so that going back to it takes a moment."""

    number: int
    digest: str
    created_at: datetime
    entries: int
    notices: int
    current: bool
    model: bool


@dataclass(frozen=True, kw_only=True)
class ItemChange:
    """What the next release does with one item; `before` and `after` are versions. A notice's title is its id."""

    id: str
    kind: str
    title: Mapping[str, str]
    change: Literal["added", "changed", "removed"]
    before: int | None
    after: int | None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """`current` is None before the first release; releases come newest first."""

    current: int | None
    switched_at: datetime | None
    releases: tuple[ReleaseLine, ...]
    changes: tuple[ItemChange, ...]


def show(database: Database) -> Shown:
    """All of it, as one picture."""
    with database.read() as session:
        row = session.get(Current, 1)
        number = row.release_number if row else None
        return Shown(
            current=number,
            switched_at=row.switched_at if row else None,
            releases=_releases(session, number),
            changes=_changes(session, number),
        )


def _releases(session: Session, current: int | None) -> tuple[ReleaseLine, ...]:
    rows = session.scalars(select(ReleaseRow).order_by(ReleaseRow.number.desc()).limit(MOST_RELEASES)).all()
    numbers = [row.number for row in rows]
    counted = (
        select(Member.release_number, Version.kind, func.count())
        .join(Version, Version.id == Member.version_id)
        .where(Member.release_number.in_(numbers))
        .group_by(Member.release_number, Version.kind)
    )
    counts = {(number, kind): count for number, kind, count in session.execute(counted)}
    trained = _trained(session)
    return tuple(
        ReleaseLine(
            number=row.number,
            digest=row.digest,
            created_at=row.created_at,
            entries=counts.get((row.number, "entry"), 0),
            notices=counts.get((row.number, "notice"), 0),
            current=row.number == current,
            model=row.number in trained,
        )
        for row in rows
    )


def _trained(session: Session) -> set[int]:
    """Releases whose model a host has still: what it runs, and of what it keeps those that were trained."""
    row = session.get(Current, 1)
    kept = {number for number in (row.release_number, row.previous_number) if number is not None} if row else set()
    made = set(session.scalars(select(BuildRow.number).where(BuildRow.trained, BuildRow.number.in_(kept))))
    made |= set(session.scalars(select(CertificateRow.release_number).where(CertificateRow.release_number.in_(kept))))
    running = session.scalars(select(EngineRow.release_number).where(EngineRow.model.is_not(None)))
    return {number for number in made if number is not None} | set(running)


def _changes(session: Session, current: int | None) -> tuple[ItemChange, ...]:
    members = select(Version).join(Member, Member.version_id == Version.id).where(Member.release_number == current)
    before = {row.item_id: row for row in session.scalars(members)}
    after = {row.item_id: row for row in approved_rows(session)}
    return tuple(
        _change(before.get(item_id), after.get(item_id))
        for item_id in sorted(before.keys() | after.keys())
        if _version(before.get(item_id)) != _version(after.get(item_id))
    )


def _change(before: Version | None, after: Version | None) -> ItemChange:
    row: Any = after or before
    return ItemChange(
        id=row.item_id,
        kind=row.kind,
        title=row.content.get("title") or dict.fromkeys(LANGUAGES, row.item_id),
        change="added" if before is None else "removed" if after is None else "changed",
        before=_version(before),
        after=_version(after),
    )


def _version(row: Version | None) -> int | None:
    return row.version if row else None
