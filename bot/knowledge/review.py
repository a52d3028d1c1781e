"""How content becomes approved: files and edits bring versions, a second person approves one exact digest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge.content import Approval, Item, Submitted
from bot.knowledge.errors import ApprovalRefused, EntryNotFound, KnowledgeInvalid
from bot.knowledge.format import dump_folder, parse_folder
from bot.knowledge.lint import errors_of
from bot.knowledge.tables import Version, lock
from bot.knowledge.versions import VersionView, item_of, newest, submitted, versions_of, view
from handoff.clock import check_aware
from handoff.errors import StaleVersion
from handoff.service import Database

log = structlog.get_logger()


@dataclass
class ImportReport:
    """Ids, by what became of them. `refused`: id → why its approval does not count; it is a draft, or was there."""

    approved: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def import_folder(
    database: Database, folder: Path, now: datetime, *, allow_self_approval: bool = False
) -> ImportReport:
    """Takes in every file of `folder`, in one transaction; importing the same again changes nothing.

    Content whose digest is the approved one becomes an approved version; anything else becomes a draft beside the
    last approved version. Content that is known already is left alone, so an old file never displaces a newer
    version. Raises KnowledgeInvalid, with nothing stored.
    """
    check_aware(now)
    found = parse_folder(Path(folder))
    report = ImportReport()
    with database.write() as session:
        lock(session.connection())
        known = _known(session)
        for one in found:
            approval = _valid_approval(one, report, own=allow_self_approval)
            _take(session, one, approval, known.get(one.item.id, []), report, now=now)
    _log_import(report)
    return report


def import_drafts(
    database: Database, choose: Callable[[Mapping[str, Sequence[Item]]], Sequence[Submitted]], now: datetime
) -> ImportReport:
    """Takes in drafts, in one transaction; what they claim of approvals does not count.

    `choose` gives the drafts, each id once; it is given every version of every item, oldest first. Raises
    KnowledgeInvalid, with nothing stored.
    """
    check_aware(now)
    report = ImportReport()
    with database.write() as session:
        lock(session.connection())
        known = _known(session)
        for one in choose({item_id: [item_of(row) for row in rows] for item_id, rows in known.items()}):
            _take(session, one, None, known.get(one.item.id, []), report, now=now)
    _log_import(report)
    return report


def approve(
    database: Database,
    item_id: str,
    *,
    approver: str,
    now: datetime,
    version: int | None = None,
    digest: str | None = None,
    allow_self_approval: bool = False,
) -> VersionView:
    """Approves one exact content, named by its version or digest, which must be the newest of the item.

    Raises EntryNotFound, StaleVersion (edited since it was read), or ApprovalRefused.
    """
    if version is None and digest is None:
        raise ApprovalRefused("name the version or the digest that was read")
    with database.write() as session:
        lock(session.connection())
        rows = versions_of(session, item_id)
        if not rows:
            raise EntryNotFound(fields={"id": item_id})
        row = rows[-1]
        if version not in {None, row.version} or digest not in {None, row.digest}:
            raise StaleVersion(f"{item_id} has a newer version ({row.version}); read it again")
        if row.state not in {"draft", "in_review"}:
            raise ApprovalRefused(f"version {row.version} of {item_id} is {row.state} already")
        why = _refusal(item_of(row), approver, allow_self_approval)
        if why:
            raise ApprovalRefused(f"{item_id}: {'; '.join(why.values())}", fields=why)
        _mark_approved(row, approver, now)
        log.info("knowledge.approved", item=item_id, version=row.version)
        return view(row)


def retire(database: Database, item_id: str, now: datetime) -> tuple[int, ...]:
    """Takes an item out of service, whatever the release; returns the versions retired. Raises EntryNotFound."""
    with database.write() as session:
        lock(session.connection())
        rows = [row for row in versions_of(session, item_id) if row.state == "approved"]
        if not rows:
            raise EntryNotFound(f"{item_id} has no approved version", fields={"id": item_id})
        for row in rows:
            row.state, row.retired_at = "retired", check_aware(now)
        log.info("knowledge.retired", item=item_id)
        return tuple(row.version for row in rows)


def list_versions(database: Database, item_id: str | None = None) -> tuple[VersionView, ...]:
    """Every version of one item, or the newest of each, by id."""
    with database.read() as session:
        if item_id is not None:
            return tuple(view(row) for row in versions_of(session, item_id))
        rows = newest(session.scalars(select(Version)))
        return tuple(view(row) for _, row in sorted(rows.items()))


def stored(database: Database) -> tuple[Submitted, ...]:
    """The newest version of every item that is not retired, with its approval."""
    with database.read() as session:
        rows = newest(session.scalars(select(Version))).values()
        return tuple(submitted(row) for row in rows if row.state != "retired")


def export_folder(database: Database, folder: Path) -> tuple[Path, ...]:
    """Writes what is stored in the import's format."""
    return dump_folder(stored(database), Path(folder))


def _known(session: Session) -> dict[str, list[Version]]:
    known: dict[str, list[Version]] = {}
    for row in session.scalars(select(Version).order_by(Version.version)):
        known.setdefault(row.item_id, []).append(row)
    return known


def _log_import(report: ImportReport) -> None:
    log.info(
        "knowledge.imported",
        approved=len(report.approved),
        drafts=len(report.drafts),
        unchanged=len(report.unchanged),
        refused=len(report.refused),
    )


def _take(
    session: Session,
    one: Submitted,
    approval: Approval | None,
    rows: Sequence[Version],
    report: ImportReport,
    *,
    now: datetime,
) -> None:
    item, digest = one.item, one.item.digest()
    if rows and rows[0].kind != item.kind:
        raise KnowledgeInvalid(fields={f"{one.where}.id": f"{item.id} is already a {rows[0].kind}; choose another id"})
    row = next((row for row in reversed(rows) if row.digest == digest), None)
    if row is None:
        row = _new_row(item, digest, (rows[-1].version if rows else 0) + 1, now)
        session.add(row)
        (report.approved if approval else report.drafts).append(item.id)
    elif approval and row is rows[-1] and row.state in {"draft", "in_review"}:
        report.approved.append(item.id)
    else:
        report.unchanged.append(item.id)
        return
    if approval:
        _mark_approved(row, approval.approver, datetime.combine(approval.date, time(), UTC))


def _valid_approval(one: Submitted, report: ImportReport, *, own: bool) -> Approval | None:
    if one.approval is None:
        return None
    if one.approval.digest != one.item.digest():
        report.refused[one.item.id] = "changed since it was approved; it needs a new approval"
        return None
    why = _refusal(one.item, one.approval.approver, own)
    if why:
        report.refused[one.item.id] = "; ".join(f"{place}: {message}" for place, message in why.items())
        return None
    return one.approval


def _refusal(item: Item, approver: str, allow_self_approval: bool) -> Mapping[str, str]:
    if not approver.strip():
        return {"approver": "name who approves"}
    if _same(approver, item.author) and not allow_self_approval:
        return {"approver": "the author cannot approve their own text; a second person must"}
    return errors_of(item)


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _new_row(item: Item, digest: str, version: int, now: datetime) -> Version:
    return Version(
        item_id=item.id,
        kind=item.kind,
        version=version,
        digest=digest,
        content=item.content(),
        author=item.author,
        state="draft",
        created_at=now,
    )


def _mark_approved(row: Version, approver: str, at: datetime) -> None:
    row.state, row.approver, row.approved_at = "approved", approver, check_aware(at)
