"""What the desk shows of certificates and drift: each release's own, and whether it is that of what runs now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.dialogue.drift import FEWEST
from bot.knowledge import engines
from bot.knowledge.certainty.certificates import Measured, Standing, measured
from bot.knowledge.certainty.drift import EVERY, WINDOW, Look, looks_at
from handoff.service import Database

LEFT_OUT = frozenset({"tally", "why"})  # the page says why in its own words


@dataclass(frozen=True, kw_only=True)
class CertificateAnswer:
    """By language, as `bot.dialogue.certificate` writes them. `standing` says whether they hold for what runs now."""

    noted_at: datetime
    standing: Standing
    languages: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class DriftAnswer:
    """The newest looks at the current release: one every `every` hours, at `days`, with `fewest` questions or more."""

    every: int
    days: int
    fewest: int
    looks: tuple[Look, ...]


@dataclass(frozen=True, kw_only=True)
class Certainty:
    """`certificates` by release; `measured` are the models for which the shown one of their release holds."""

    certificates: Mapping[int, CertificateAnswer]
    measured: frozenset[str]
    drift: DriftAnswer


def show_certainty(database: Database, releases: Collection[int], current: int | None, now: datetime) -> Certainty:
    """All of it, as one picture."""
    with database.read() as session:
        found = measured(session, releases, engines.models_of(session, now))
        looks = _looks(session, found.get(current) if current is not None else None)
    return Certainty(
        certificates={number: _certificate(each) for number, each in found.items()},
        measured=frozenset(model for each in found.values() for model in each.models),
        drift=DriftAnswer(every=int(EVERY.total_seconds() // 3600), days=WINDOW.days, fewest=FEWEST, looks=looks),
    )


def _looks(session: Session, found: Measured | None) -> tuple[Look, ...]:
    return looks_at(session, found.release, found.content) if found else ()


def _certificate(found: Measured) -> CertificateAnswer:
    return CertificateAnswer(
        noted_at=found.noted_at,
        standing=found.standing,
        languages={
            language: {name: value for name, value in raw.items() if name not in LEFT_OUT}
            for language, raw in found.languages.items()
        },
    )
