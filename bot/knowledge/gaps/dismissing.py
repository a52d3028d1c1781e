"""Gaps that somebody has put aside: they stay away until enough more is asked. Who and when is in the ledger."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, select

from bot.knowledge.library import Library
from bot.knowledge.tables import DismissalRow
from handoff.service import Database

FEWEST_MORE = 3  # questions that bring a gap back, or half as many as there were
MOST_WORDINGS = 500


@dataclass(frozen=True, kw_only=True)
class Dismissal:
    """Who put a gap aside, when, and how often it had been asked by then."""

    by: str
    at: datetime
    count: int

    def holds(self, asked: Iterable[datetime]) -> bool:
        """Whether it still does, after questions at these instants."""
        more = sum(1 for each in asked if each > self.at)
        return more < max(FEWEST_MORE, (self.count + 1) // 2)


class Wordings(Protocol):
    """A group of questions; `wordings` are ids of all that was said in it: any of them may name it later."""

    @property
    def id(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def wordings(self) -> Collection[str]: ...
    @property
    def questions(self) -> Collection[object]: ...


def dismissals(database: Database) -> Mapping[str, Dismissal]:
    """By the id of a wording."""
    with database.read() as session:
        rows = session.scalars(select(DismissalRow)).all()
    return {row.gap_id: Dismissal(by=row.by, at=row.at, count=row.count) for row in rows}


def dismiss(library: Library, gap: Wordings, now: datetime, *, by: str) -> None:
    """Puts it aside, in all its wordings; again from now on when it was aside already."""
    with library.write(now) as change:
        for wording in _wordings(gap):
            change.session.merge(DismissalRow(gap_id=wording, count=len(gap.questions), by=by, at=change.now))
        change.record("gap_dismiss", by, gap=gap.id, language=gap.language, questions=len(gap.questions))


def restore(library: Library, gap: Wordings, now: datetime, *, by: str) -> None:
    """Takes it back; nothing when it was not aside."""
    with library.write(now) as change:
        gone = change.session.execute(delete(DismissalRow).where(DismissalRow.gap_id.in_(_wordings(gap))))
        if gone.rowcount:  # type: ignore[attr-defined]
            change.record("gap_restore", by, gap=gap.id, language=gap.language, questions=len(gap.questions))


def _wordings(gap: Wordings) -> list[str]:
    return [gap.id, *sorted(set(gap.wordings) - {gap.id})][:MOST_WORDINGS]
