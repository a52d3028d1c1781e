"""How content becomes approved, and how it is taken back: a second person vouches for one exact digest."""

from collections.abc import Mapping
from datetime import datetime

import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from bot.knowledge.content import Item, Line
from bot.knowledge.errors import ApprovalRefused, EntryNotFound, KnowledgeInvalid, StepRefused
from bot.knowledge.library import Library
from bot.knowledge.lint import errors_of
from bot.knowledge.people import same_person
from bot.knowledge.tables import Version
from bot.knowledge.versions import VersionView, item_of, named_newest, versions_of, view
from handoff.clock import check_aware

log = structlog.get_logger()
_REASON: TypeAdapter[str] = TypeAdapter(Line)


def submit(
    library: Library, item_id: str, *, version: int, by: str, now: datetime, digest: str | None = None
) -> VersionView:
    """Asks for approval of the newest version: draft → in review.

    Raises EntryNotFound, StaleVersion, StepRefused (no draft), or KnowledgeInvalid naming all that lint finds wrong.
    """
    with library.write(now) as change:
        row = _in_state(change.session, item_id, (version, digest), "draft")
        if why := errors_of(item_of(row)):
            raise KnowledgeInvalid(f"{item_id} cannot be reviewed yet; see `fields`", fields=why)
        row.state = "in_review"
        change.record_version("submit", by, row)
        return view(row)


def send_back(
    library: Library, item_id: str, *, version: int, by: str, now: datetime, reason: str, digest: str | None = None
) -> VersionView:
    """Gives the newest version back to its author: in review → draft. The ledger keeps the reason.

    Raises EntryNotFound, StaleVersion, StepRefused, or KnowledgeInvalid (no reason, or more than a line of it).
    """
    reason = _checked(reason)
    with library.write(now) as change:
        row = _in_state(change.session, item_id, (version, digest), "in_review")
        row.state = "draft"
        change.record_version("send_back", by, row, reason=reason)
        return view(row)


def approve(
    library: Library,
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
    with library.write(now) as change:
        row = named_newest(change.session, item_id, version, digest)
        if row.state not in {"draft", "in_review"}:
            raise ApprovalRefused(f"version {row.version} of {item_id} is {row.state} already")
        why = refusal(item_of(row), approver, allow_self_approval)
        if why:
            raise ApprovalRefused(f"{item_id}: {'; '.join(why.values())}", fields=why)
        mark_approved(row, approver, now)
        own = same_person(approver, row.author)
        change.record_version("approve", approver, row, author=row.author, self_approved=own)
        done = view(row)
    log.info("knowledge.approved", item=item_id, version=done.version)
    return done


def retire(
    library: Library,
    item_id: str,
    now: datetime,
    *,
    by: str,
    version: int | None = None,
    digest: str | None = None,
) -> tuple[int, ...]:
    """Takes an item out of service, whatever the release; returns the versions retired.

    `version`, `digest`: the newest that was read, when it matters. Raises EntryNotFound or StaleVersion.
    """
    with library.write(now) as change:
        named_newest(change.session, item_id, version, digest)
        rows = [row for row in versions_of(change.session, item_id) if row.state == "approved"]
        if not rows:
            raise EntryNotFound(f"{item_id} has no approved version", fields={"id": item_id})
        for row in rows:
            row.state, row.retired_at = "retired", change.now
        retired = tuple(row.version for row in rows)
        change.record_version("retire", by, rows[-1], versions=list(retired))
    log.info("knowledge.retired", item=item_id)
    return retired


def _checked(reason: str) -> str:
    try:
        return _REASON.validate_python(reason)
    except ValidationError as exc:
        raise KnowledgeInvalid(fields={"reason": "say in one line what is to be mended"}) from exc


def _in_state(session: Session, item_id: str, read: tuple[int, str | None], state: str) -> Version:
    row = named_newest(session, item_id, *read)
    if row.state != state:
        raise StepRefused(f"version {row.version} of {item_id} is {row.state}, not {state}")
    return row


def refusal(item: Item, approver: str, allow_self_approval: bool) -> Mapping[str, str]:
    """Why this person cannot approve this content: place → what to mend; empty when they can."""
    if not approver.strip():
        return {"approver": "name who approves"}
    if same_person(approver, item.author) and not allow_self_approval:
        return {"approver": "the author cannot approve their own text; a second person must"}
    return errors_of(item)


def mark_approved(row: Version, approver: str, at: datetime) -> None:
    row.state, row.approver, row.approved_at = "approved", approver, check_aware(at)
