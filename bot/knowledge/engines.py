"""Which engines run, on which hosts, for which releases: told by the hosts, read by the gateways beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.knowledge.tables import EngineRow
from handoff.service import Database

ALIVE = timedelta(seconds=10)  # a host that was not seen for so long is gone
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Engine:
    """One engine. `url` and `model` are None while it is being trained or started; it is `ready` when it answers."""

    host: str
    release: int
    url: str | None = None
    model: str | None = None
    ready: bool = False
    seen_at: datetime


def announce(database: Database, host: str, engines: Sequence[Engine], now: datetime) -> None:
    """Makes these the engines of this host, all seen now; forgets what was not seen for a day."""
    kept = {each.release: each for each in engines}
    with database.write() as session:
        session.execute(delete(EngineRow).where(EngineRow.seen_at < now - FORGOTTEN))
        rows = {row.release_number: row for row in session.scalars(select(EngineRow).where(EngineRow.host == host))}
        for number in rows.keys() - kept.keys():
            session.delete(rows[number])
        for number, engine in kept.items():
            row = rows.get(number) or EngineRow(host=host, release_number=number)
            row.url, row.model, row.seen_at = engine.url, engine.model, now
            row.ready_at = (row.ready_at or now) if engine.ready else None
            session.add(row)


def beat(database: Database, host: str, now: datetime) -> None:
    """The host's sign of life."""
    with database.write() as session:
        session.execute(update(EngineRow).where(EngineRow.host == host).values(seen_at=now))


def ready_on(database: Database, host: str, now: datetime) -> Mapping[int, str]:
    """Release → address, of the engines that answer on this host. Cheap enough for every second."""
    wanted = select(EngineRow.release_number, EngineRow.url).where(
        EngineRow.host == host, EngineRow.ready_at.is_not(None), EngineRow.seen_at > now - ALIVE
    )
    with database.read() as session:
        return {number: url for number, url in session.execute(wanted) if url is not None}


def alive(database: Database, now: datetime) -> tuple[Engine, ...]:
    """Every engine of every host that gave a sign of life, by host and release."""
    statement = select(EngineRow).where(EngineRow.seen_at > now - ALIVE)
    with database.read() as session:
        rows = session.scalars(statement.order_by(EngineRow.host, EngineRow.release_number)).all()
        return tuple(_view(row) for row in rows)


def models_of(session: Session, now: datetime) -> list[tuple[int, str]]:
    """(release, model) of every engine of a live host that has a model."""
    running = select(EngineRow.release_number, EngineRow.model).where(EngineRow.seen_at > now - ALIVE)
    return [(number, model) for number, model in session.execute(running) if model is not None]


def waits_for(database: Database, number: int, now: datetime) -> tuple[str, ...]:
    """The live hosts on which this release's engine does not answer yet."""
    found = alive(database, now)
    ready = {each.host for each in found if each.release == number and each.ready}
    return tuple(sorted({each.host for each in found} - ready))


def _view(row: EngineRow) -> Engine:
    return Engine(
        host=row.host,
        release=row.release_number,
        url=row.url,
        model=row.model,
        ready=row.ready_at is not None,
        seen_at=row.seen_at,
    )
