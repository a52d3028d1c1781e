"""What comes in from files and goes out to them; an approval that a file claims counts only for its exact content."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge.approving import mark_approved, refusal
from bot.knowledge.content import Approval, Item, Submitted
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.format import dump_folder, parse_folder
from bot.knowledge.library import Change, Library
from bot.knowledge.tables import Version
from bot.knowledge.versions import VersionView, item_of, new_row, newest, submitted, versions_of, view
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
    library: Library,
    folder: Path,
    now: datetime,
    *,
    by: str,
    allow_self_approval: bool = False,
    only: Collection[str] | None = None,
) -> ImportReport:
    """Takes in every file of `folder`, in one transaction; importing the same again changes nothing. `by`: who does it.

    `only`: nothing but these ids. Content whose digest is the approved one becomes an approved version; anything else
    becomes a draft beside the last approved version. Content that is known already is left alone, so an old file never
    displaces a newer version. Raises KnowledgeInvalid, with nothing stored.
    """
    found = [one for one in parse_folder(Path(folder)) if only is None or one.item.id in only]
    report = ImportReport()
    with library.write(now) as change:
        known = _known(change.session)
        for one in found:
            approval = _valid_approval(one, report, own=allow_self_approval)
            _take(change, one, approval, known.get(one.item.id, []), report, by=by)
    _log_import(report)
    return report


def import_drafts(
    library: Library, choose: Callable[[Mapping[str, Sequence[Item]]], Sequence[Submitted]], now: datetime, *, by: str
) -> ImportReport:
    """Takes in drafts, in one transaction; what they claim of approvals does not count.

    `choose` gives the drafts, each id once; it is given every version of every item, oldest first. Raises
    KnowledgeInvalid, with nothing stored.
    """
    report = ImportReport()
    with library.write(now) as change:
        known = _known(change.session)
        for one in choose({item_id: [item_of(row) for row in rows] for item_id, rows in known.items()}):
            _take(change, one, None, known.get(one.item.id, []), report, by=by)
    _log_import(report)
    return report


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
    change: Change,
    one: Submitted,
    approval: Approval | None,
    rows: Sequence[Version],
    report: ImportReport,
    *,
    by: str,
) -> None:
    item, digest = one.item, one.item.digest()
    if rows and rows[0].kind != item.kind:
        raise KnowledgeInvalid(fields={f"{one.where}.id": f"{item.id} is already a {rows[0].kind}; choose another id"})
    row, step = next((row for row in reversed(rows) if row.digest == digest), None), "approve"
    if row is None:
        row, step = new_row(item, (rows[-1].version if rows else 0) + 1, change.now), "import"
        change.session.add(row)
        (report.approved if approval else report.drafts).append(item.id)
    elif approval and row is rows[-1] and row.state in {"draft", "in_review"}:
        report.approved.append(item.id)
    else:
        report.unchanged.append(item.id)
        return
    if approval:
        mark_approved(row, approval.approver, datetime.combine(approval.date, time(), UTC))
    change.record_version(step, by, row, author=row.author, **_claimed(approval))


def _claimed(approval: Approval | None) -> Mapping[str, str]:
    """What a file says of an approval that was given elsewhere."""
    return {"approver": approval.approver, "approved_on": approval.date.isoformat()} if approval else {}


def _valid_approval(one: Submitted, report: ImportReport, *, own: bool) -> Approval | None:
    if one.approval is None:
        return None
    if one.approval.digest != one.item.digest():
        report.refused[one.item.id] = "changed since it was approved; it needs a new approval"
        return None
    why = refusal(one.item, one.approval.approver, own)
    if why:
        report.refused[one.item.id] = "; ".join(f"{place}: {message}" for place, message in why.items())
        return None
    return one.approval
