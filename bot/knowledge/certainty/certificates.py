"""Which certificate belongs to which release: that of the model which serves it, or of one that decides alike."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge.tables import CertificateRow, lock
from handoff.service import Database

Standing = Literal["valid", "void", "mixed", "idle"]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The certificates of one release by language. `models` are the hashes of all models that decide like it.

    `standing`: valid for every engine that runs the release; void where they run another model; mixed where some do;
    idle while none runs it.
    """

    release: int
    content: str
    noted_at: datetime
    languages: Mapping[str, Any]
    models: frozenset[str]
    standing: Standing = "idle"


def note(database: Database, *, release: int, model: str, content: str, languages: Any, now: datetime) -> None:
    """Keeps what was shown of a model, once."""
    with database.write() as session:
        lock(session.connection())
        if session.get(CertificateRow, model) is None:
            shown = {name: each for name, each in dict(languages or {}).items() if isinstance(each, Mapping)}
            session.add(
                CertificateRow(
                    model=model, release_number=release, content=content, languages=dict(shown), noted_at=now
                )
            )


def measured(session: Session, releases: Collection[int], running: Iterable[tuple[int, str]]) -> dict[int, Measured]:
    """By release, of those that were measured. `running`: (release, model) of the engines that run now.

    Where models differ, the newest that runs is told of; where none runs, the newest.
    """
    statement = select(CertificateRow).where(CertificateRow.release_number.in_(releases))
    rows: dict[int, list[CertificateRow]] = {}
    for row in session.scalars(statement.order_by(CertificateRow.noted_at.desc(), CertificateRow.model)):
        rows.setdefault(row.release_number, []).append(row)
    served: dict[int, set[str]] = {}
    for number, model in running:
        served.setdefault(number, set()).add(model)
    return {number: _of_release(number, found, served.get(number, set())) for number, found in rows.items()}


def _of_release(number: int, rows: Sequence[CertificateRow], running: set[str]) -> Measured:
    shown = next((row for row in rows if row.model in running), rows[0])
    alike = frozenset(row.model for row in rows if row.content == shown.content)
    found = Measured(
        release=number,
        content=shown.content,
        noted_at=min(row.noted_at for row in rows if row.content == shown.content),
        languages=shown.languages,
        models=alike,
    )
    return replace(found, standing=_standing(running, alike))


def _standing(running: set[str], alike: frozenset[str]) -> Standing:
    if not running:
        return "idle"
    if running <= alike:
        return "valid"
    return "mixed" if running & alike else "void"
