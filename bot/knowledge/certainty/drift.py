"""The drift alarm: once a day, is what customers ask still like the questions that the certificate was made with?

Looked at is the first question of each conversation of the last seven days that the served model decided about, in
each language apart. Only counts are kept. The arithmetic, and what it promises, is that of `bot.dialogue.drift`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Self, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogue.drift import EDGES, Tally, look
from bot.knowledge import engines
from bot.knowledge.certainty.certificates import Measured, measured
from bot.knowledge.tables import Current, LookRow, lock
from handoff.clock import check_aware
from handoff.service import Database
from handoff.service.proof.scores import FirstScore, first_scores

EVERY = timedelta(days=1)
WINDOW = timedelta(days=7)
CERTIFIED = "certified"

State = Literal["quiet", "too_few", "drifted"]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The largest between two tallies: of those refused, or of the scores below `edge`; as shares in 0 to 1."""

    what: Literal["refused", "below"]
    edge: float | None
    now: float
    then: float


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look: of `rows` first questions `refused` scored too low for an answer; then, of `rows_then` test ones."""

    release: int
    language: str
    at: datetime
    state: State
    rows: int
    refused: int
    rows_then: int
    refused_then: int
    largest: Difference | None

    @classmethod
    def of(cls, row: LookRow) -> Self:
        now, then = Tally.parse(row.now), Tally.parse(row.then)
        return cls(
            release=row.release_number,
            language=row.language,
            at=row.at,
            state=cast("State", row.state),  # a constraint holds it
            rows=now.rows,
            refused=now.refused,
            rows_then=then.rows,
            refused_then=then.refused,
            largest=largest(then, now),
        )


def look_daily(database: Database, now: datetime) -> tuple[Look, ...]:
    """What is new since a day ago about the current release; nothing where no certificate claims anything."""
    check_aware(now)
    with database.read() as session:
        found = _served(session, now)
        due = _due(session, found, now) if found else {}
    if found is None or not due:
        return ()
    scores = [one for one in first_scores(database, now - WINDOW, found.release) if one.model in found.models]
    seen = [_look(found, language, raw, scores, now) for language, raw in due.items()]
    with database.write() as session:
        lock(session.connection())
        still = _due(session, found, now)  # another gateway may have looked meanwhile
        for row in seen:
            if row.language in still:
                session.merge(row)
    return tuple(Look.of(row) for row in seen if row.language in still)


def looks_at(session: Session, release: int, content: str) -> tuple[Look, ...]:
    """The newest look in each language at this release, with a model of this content."""
    statement = select(LookRow).where(LookRow.release_number == release, LookRow.content == content)
    return tuple(Look.of(row) for row in session.scalars(statement.order_by(LookRow.language)))


def drifted(database: Database, now: datetime) -> tuple[Look, ...]:
    """Those of the current release, as it is served now, that have drifted."""
    with database.read() as session:
        found = _served(session, now)
        looks = looks_at(session, found.release, found.content) if found else ()
    return tuple(each for each in looks if each.state == "drifted")


def largest(then: Tally, now: Tally) -> Difference | None:
    """Where the two are furthest apart; None while one of them is empty."""
    if not then.rows or not now.rows:
        return None
    refused = Difference(what="refused", edge=None, now=now.refused / now.rows, then=then.refused / then.rows)
    below = [
        Difference(
            what="below",
            edge=edge,
            now=sum(now.bins[: at + 1]) / now.rows,
            then=sum(then.bins[: at + 1]) / then.rows,
        )
        for at, edge in enumerate(EDGES)
    ]
    return max([refused, *below], key=lambda each: abs(each.now - each.then))


def _served(session: Session, now: datetime) -> Measured | None:
    current = session.get(Current, 1)
    if current is None:
        return None
    running = engines.models_of(session, now)
    return measured(session, [current.release_number], running).get(current.release_number)


def _due(session: Session, found: Measured, now: datetime) -> dict[str, Mapping[str, Any]]:
    """The certificates that claim something and were not looked at for a day, by language."""
    statement = select(LookRow).where(LookRow.release_number == found.release, LookRow.content == found.content)
    known = {row.language for row in session.scalars(statement) if row.at > now - EVERY}
    claimed = {language: raw for language, raw in found.languages.items() if raw.get("status") == CERTIFIED}
    return {language: raw for language, raw in claimed.items() if language not in known}


def _look(
    found: Measured, language: str, raw: Mapping[str, Any], scores: Iterable[FirstScore], now: datetime
) -> LookRow:
    then = Tally.parse(dict(raw["tally"]))
    today = Tally.of([one.score for one in scores if one.language == language], float(raw["threshold"]))
    return LookRow(
        release_number=found.release,
        language=language,
        content=found.content,
        at=now,
        state=look(then, today).state,
        then=then.dump(),
        now=today.dump(),
    )
