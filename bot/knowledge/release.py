"""Releases: immutable, numbered sets of approved versions, and the one that is current."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.knowledge.catalogue import missing
from bot.knowledge.content import LANGUAGES, Entry, Item, Negatives, Notice
from bot.knowledge.errors import KnowledgeInvalid, NoticeMissing, ReleaseNotFound
from bot.knowledge.library import Change, Library
from bot.knowledge.lint import lint_between
from bot.knowledge.render import Release, Rendered, expired
from bot.knowledge.tables import Current, Member, ReleaseRow, Version
from bot.knowledge.values import Value
from bot.knowledge.versions import item_of, newest
from handoff.clock import check_aware
from handoff.service import Database

log = structlog.get_logger()
WARN_BEFORE = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Expiring:
    """Something whose owner must look at it again. `served`: a notice goes on, an entry past its date does not."""

    id: str
    kind: str
    owner: str
    review_by: date
    served: bool


def build_release(library: Library, now: datetime, *, by: str, languages: Iterable[str] = LANGUAGES) -> Release:
    """Makes the newest approved version of every item the current release, and loads it. `by`: who does it.

    The same content as in an earlier release is that release again. Raises NoticeMissing (naming every gap) or
    KnowledgeInvalid (the same question in two entries); then nothing has changed.
    """
    with library.write(now) as change:
        number = _frozen(change, by, tuple(languages))
        make_current(change, number, by)
    log.info("knowledge.released", release=number)
    return load(library.database, number, now)


def freeze(library: Library, now: datetime, *, by: str, languages: Iterable[str] = LANGUAGES) -> int:
    """The number of the release of everything approved, which is not made current. Raises as `build_release`."""
    with library.write(now) as change:
        return _frozen(change, by, tuple(languages))


def previous(database: Database) -> int:
    """The release that was current before the last switch. Raises ReleaseNotFound."""
    with database.read() as session:
        row = session.get(Current, 1)
        if row is None or row.previous_number is None:
            raise ReleaseNotFound("No release was current before this one.")
        return row.previous_number


def switch_to(library: Library, number: int, now: datetime, *, by: str) -> None:
    """Makes an earlier release current, at once. Raises ReleaseNotFound."""
    with library.write(now) as change:
        if change.session.get(ReleaseRow, number) is None:
            raise ReleaseNotFound(f"There is no release {number}.", fields={"release": str(number)})
        make_current(change, number, by)


def approved(database: Database) -> tuple[Item, ...]:
    """What the next release would hold, by id. Raises ReleaseDamaged."""
    with database.read() as session:
        return tuple(item_of(row) for row in approved_rows(session))


def is_current(session: Session) -> bool:
    """Whether the current release holds exactly what is approved now."""
    row = session.get(Current, 1)
    return row is not None and session.get_one(ReleaseRow, row.release_number).digest == _digest(approved_rows(session))


def _frozen(change: Change, by: str, languages: tuple[str, ...]) -> int:
    rows = approved_rows(change.session)
    _check_complete([item_of(row) for row in rows], languages)
    return _find_or_add(change, rows, by)


def current(database: Database, now: datetime) -> Release:
    """The current release, checked against its digests. Raises ReleaseNotFound or ReleaseDamaged."""
    with database.read() as session:
        row = session.get(Current, 1)
        if row is None:
            raise ReleaseNotFound
        number = row.release_number
    return load(database, number, now)


def mark(database: Database) -> tuple[int, frozenset[str]]:
    """What tells one state of the knowledge from another: the current release and what of it is retired.

    Cheap enough to ask every few seconds. Raises ReleaseNotFound.
    """
    with database.read() as session:
        row = session.get(Current, 1)
        if row is None:
            raise ReleaseNotFound
        retired = (
            select(Version.item_id)
            .join(Member, Member.version_id == Version.id)
            .where(Member.release_number == row.release_number, Version.state == "retired")
        )
        return row.release_number, frozenset(session.scalars(retired))


def load(database: Database, number: int, now: datetime) -> Release:
    """One release by its number; items retired since are refused by it. Raises ReleaseNotFound or ReleaseDamaged."""
    with database.read() as session:
        release = session.get(ReleaseRow, number)
        if release is None:
            raise ReleaseNotFound(fields={"release": str(number)})
        members = select(Version).join(Member, Member.version_id == Version.id)
        rows = session.scalars(members.where(Member.release_number == number).order_by(Version.item_id)).all()
        return _loaded(release, rows, check_aware(now))


def expiring(database: Database, now: datetime, within: timedelta = WARN_BEFORE) -> tuple[Expiring, ...]:
    """Entries and notices of the current release at or past their review-by date within `within`, soonest first."""
    release = current(database, now)
    pairs = [*release.entries.values(), *release.notices.values()]
    due = (
        Expiring(
            id=item.id,
            kind=item.kind,
            owner=item.owner,
            review_by=item.review_by,
            served=item.kind == "notice" or not expired(item.review_by, now),
        )
        for item, _ in pairs
        if item.id not in release.retired and expired(item.review_by, now + within)
    )
    return tuple(sorted(due, key=lambda one: (one.review_by, one.id)))


def approved_rows(session: Session) -> list[Version]:
    """The newest approved version of every item, by id."""
    rows = newest(session.scalars(select(Version).where(Version.state == "approved")))
    return [row for _, row in sorted(rows.items())]


def _check_complete(items: Sequence[Item], languages: tuple[str, ...]) -> None:
    gaps = missing((item for item in items if isinstance(item, Notice)), languages)
    if gaps:
        listed = ", ".join(gaps)
        raise NoticeMissing(f"notices are missing or incomplete: {listed}", fields=gaps)
    clashes = [finding for finding in lint_between(items) if finding.level == "error"]
    if clashes:
        fields = {f"{finding.item}.{finding.place}": finding.message for finding in clashes}
        raise KnowledgeInvalid("the same question stands in two places; see `fields`", fields=fields)


def _digest(rows: Iterable[Version]) -> str:
    members = sorted([row.item_id, row.version, row.digest] for row in rows)
    return f"sha256:{hashlib.sha256(json.dumps(members, separators=(',', ':')).encode()).hexdigest()}"


def _find_or_add(change: Change, rows: Sequence[Version], by: str) -> int:
    session, digest = change.session, _digest(rows)
    known = session.scalars(select(ReleaseRow.number).where(ReleaseRow.digest == digest)).one_or_none()
    if known is not None:
        return known
    number = (session.scalar(select(func.max(ReleaseRow.number))) or 0) + 1
    session.add(ReleaseRow(number=number, digest=digest, created_at=change.now))
    session.flush()
    session.add_all(Member(release_number=number, version_id=row.id) for row in rows)
    change.record("release", by, number=number, digest=digest, items=len(rows))
    return number


def make_current(change: Change, number: int, by: str) -> None:
    """The one row update that switches, with its row of the ledger; nothing when it is current already."""
    change.session.flush()
    row = change.session.get(Current, 1)
    before = row.release_number if row else None
    if before == number:
        return
    if row is None:
        change.session.add(Current(id=1, release_number=number, switched_at=change.now))
    else:
        row.release_number, row.switched_at, row.previous_number = number, change.now, before
    digest = change.session.get_one(ReleaseRow, number).digest
    change.record("switch", by, number=number, digest=digest, before=before)


def _loaded(release: ReleaseRow, rows: Sequence[Version], now: datetime) -> Release:
    pairs = [(item_of(row), row.version) for row in rows]
    return Release(
        number=release.number,
        digest=release.digest,
        loaded_at=now,
        entries=MappingProxyType({item.id: (item, version) for item, version in pairs if isinstance(item, Entry)}),
        notices=MappingProxyType({item.id: (item, version) for item, version in pairs if isinstance(item, Notice)}),
        negatives=next((item for item, _ in pairs if isinstance(item, Negatives)), None),
        retired=frozenset(row.item_id for row in rows if row.state == "retired"),
    )


__all__ = [
    "Expiring",
    "Release",
    "Rendered",
    "Value",
    "approved",
    "approved_rows",
    "build_release",
    "current",
    "expiring",
    "freeze",
    "is_current",
    "load",
    "make_current",
    "mark",
    "previous",
    "switch_to",
]
