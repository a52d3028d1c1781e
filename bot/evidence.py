"""`relevo export case`: a case as evidence, with who approved each text that was said."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge.errors import ReleaseDamaged
from bot.knowledge.tables import Version
from bot.knowledge.versions import item_of
from handoff.clock import utc_now
from handoff.service import Core, export_case

FORMAT = 1  # of the JSON
Plain = Mapping[str, Any]


@click.group()
def export() -> None:
    """Evidence that a company can show."""


@export.command("case")
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it here instead.")
@click.pass_obj
def show_case(obj: Any, *, reference: str, as_json: bool, out: Path | None) -> None:
    """Everything about one case (R-…); exit 1 when its ledger does not verify."""
    found = evidence_of(obj.core(), reference, utc_now())
    text = json.dumps(found, indent=2, ensure_ascii=False) if as_json else "\n".join(as_lines(found))
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")
    if not found["ledger"]["verifies"]:
        click.get_current_context().exit(1)


def evidence_of(core: Core, reference: str, now: datetime) -> dict[str, Any]:
    """The core's export, with the approval of every text that the bot or the system said. Raises NotFound."""
    found = {"format": FORMAT, **asdict(export_case(core, reference, now))}
    used = {(each["id"], each["version"]) for said in found["said"] for each in _texts_of(said)}
    with core.database.read() as session:
        found["approvals"] = [_approval(session, *each) for each in sorted(used, key=str)]
    return found


def _texts_of(said: Plain) -> Iterator[Plain]:
    """The approved texts that these words are, or that an agent made them of."""
    if said["approved"]:
        yield said["approved"]
    yield from said["suggested"]


def _approval(session: Session, item_id: str, version: int | None) -> dict[str, Any]:
    statement = select(Version).where(Version.item_id == item_id, Version.version == version)
    row = session.execute(statement).scalar_one_or_none()
    if row is None:
        return {"id": item_id, "version": version, "known": False}
    return {
        "id": item_id,
        "version": version,
        "known": True,
        "kind": row.kind,
        "author": row.author,
        "approver": row.approver,
        "approved_on": row.approved_at.date().isoformat() if row.approved_at else None,
        "digest": row.digest,
        "content_has_this_digest": _is_whole(row),
    }


def _is_whole(row: Version) -> bool:
    try:
        item_of(row)
    except ReleaseDamaged:
        return False
    return True


def as_lines(found: Plain) -> Iterator[str]:
    """The evidence as plain text, for people."""
    case = found["case"]
    yield f"Case {found['reference']} · {found['business']}"
    yield f"exported {found['exported_at']}; all times are UTC"
    yield from _part("The case", [f"{name.replace('_', ' ')}: {value}" for name, value in _facts(case)])
    yield from _part("What was said", [line for each in found["said"] for line in _spoken(each)])
    yield from _part("What happened", [_moved(each) for each in found["transitions"]])
    yield from _part("Promises", [_listed(each) for each in found["promises"]])
    yield from _part("Calls", [_listed(each) for each in found["attempts"]])
    yield from _part("Who was alerted", [_listed(each) for each in (*found["alerts"], *found["notifications"])])
    yield from _part("What the customer thought", [_listed(each) for each in found["ratings"]])
    yield from _part("Approved texts that were used", [_approved(each) for each in found["approvals"]])
    yield from _part("Proof", _proof(found["ledger"]))


def _part(title: str, lines: Sequence[str]) -> Iterator[str]:
    yield ""
    yield title
    yield "-" * len(title)
    yield from lines or ["(nothing)"]


def _facts(case: Plain) -> Iterator[tuple[str, Any]]:
    for name, value in case.items():
        if name == "signals":
            yield name, "; ".join(f"{each['kind']} “{each['evidence']}”" for each in value) or "none"
        elif value is not None:
            yield name, value


def _spoken(each: Plain) -> Iterator[str]:
    who = each["agent"] or each["author"]
    approved, delivery = each["approved"], each["delivery"]
    kind = "" if each["kind"] == "text" else f" ({each['kind']})"
    yield f"{each['at']}  {who}{kind}"
    yield from (f"    {line}" for line in each["text"].splitlines() or [""])
    if each["attachments"]:
        yield f"    with {', '.join(each['attachments'])}"
    if approved:
        yield f"    approved text {approved['id']} version {approved['version']}, release {each['release']}"
    for use in each["suggested"]:
        how = "as it is" if use["used"] == "as_is" else "edited"
        yield f"    made of approved answer {use['id']} version {use['version']}, {how}"
    if delivery:
        carrier = (
            f", carrier {delivery['carrier_id']} {delivery['carrier_status'] or ''}" if delivery["carrier_id"] else ""
        )
        error = f", error {delivery['error']}" if delivery["error"] else ""
        yield f"    {delivery['channel']}: {delivery['status']} at {delivery['updated_at']}{carrier}{error}"
    proven = "as committed" if each["text_is_proven"] else "NOT PROVEN"
    yield f"    ledger row {each['ledger_place']}: text {proven}"


def _moved(each: Plain) -> str:
    by = each["actor_name"] or each["actor"]
    when = f"; deadline {each['deadline']}" if each["deadline"] else ""
    due = f"; promised by {each['due']}" if each["due"] else ""
    return (
        f"{each['at']}  [{each['letter']}] {each['event']}: {each['from'] or 'nothing'} → {each['to']}"
        f" (version {each['version']}) by {by}{when}{due}; row {each['ledger_place']} {each['hash'][:16]}…"
    )


def _listed(each: Plain) -> str:
    return "  ".join(f"{name.replace('_', ' ')} {value}" for name, value in each.items() if value is not None)


def _approved(each: Plain) -> str:
    if not each["known"]:
        return f"{each['id']} version {each['version']}: not in this database's knowledge"
    whole = "content unchanged" if each["content_has_this_digest"] else "CONTENT CHANGED SINCE"
    return (
        f"{each['id']} version {each['version']}: written by {each['author']}, approved by {each['approver']}"
        f" on {each['approved_on']}, digest {each['digest']} ({whole})"
    )


def _proof(ledger: Plain) -> list[str]:
    rows = [
        f"{each['place']:>5}  {each['at']}  {each['hash']}  {each['kind']} {each['actor']}" for each in ledger["chain"]
    ]
    head = [f"head {ledger['head']}", f"seal {ledger['seal']}"]
    return [ledger["statement"], *ledger["broken"], *head, *rows]
