"""Builds: a release that is being made, or a switch to one that is made; leased by a host, which works it.

Whatever becomes of a build, what is served changes in one transaction alone: `switch`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.knowledge import release as releases
from bot.knowledge.errors import BuildEnded, BuildLost, BuildNotFound, BuildRunning, NothingToRelease, ReleaseNotFound
from bot.knowledge.library import Library
from bot.knowledge.tables import BuildRow, Current, ReleaseRow
from handoff.errors import RelevoError
from handoff.service import Database

LEASE = timedelta(seconds=15)
PATIENCE = timedelta(seconds=20)  # a host that is started again is back by then
MOST_TRIES = 3  # a build whose host died this often is given up


@dataclass(frozen=True, kw_only=True)
class Build:
    """One build. `error` is code and message; `findings` are lint's; `report` is what the test questions showed."""

    id: int
    kind: str
    number: int | None
    state: str
    step: str | None
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    error: Mapping[str, str] | None
    findings: Sequence[Mapping[str, Any]]
    report: Mapping[str, Any] | None
    certificate: Mapping[str, Any] | None
    host: str | None  # that works it
    lease_until: datetime | None = None


def ask_build(library: Library, now: datetime, *, by: str) -> Build:
    """Has everything that is approved released. Raises BuildRunning, or NothingToRelease when it is current already."""
    with library.write(now) as change:
        _check_none_open(change.session)
        if releases.is_current(change.session):
            raise NothingToRelease
        return _view(_asked(change.session, "build", None, by, change.now))


def ask_switch(library: Library, number: int, now: datetime, *, by: str) -> Build:
    """Has customers served from this release. Raises ReleaseNotFound, BuildRunning or NothingToRelease."""
    with library.write(now) as change:
        if change.session.get(ReleaseRow, number) is None:
            raise ReleaseNotFound(f"There is no release {number}.", fields={"release": str(number)})
        _check_none_open(change.session)
        current = change.session.get(Current, 1)
        if current is not None and current.release_number == number:
            raise NothingToRelease(f"Release {number} is the current one.")
        return _view(_asked(change.session, "switch", number, by, change.now))


def take(database: Database, owner: str, now: datetime) -> Build | None:
    """Leases the unfinished build, unless another host works it. One whose host died too often fails here.

    A host has one process, so what it holds itself was begun by one that is dead.
    """
    with database.write() as session:
        row = session.scalars(_open().with_for_update(skip_locked=True)).one_or_none()
        if row is None or (row.state == "running" and row.lease_owner != owner and _until(row) > now):
            return None
        if row.tries >= MOST_TRIES:
            broken = {"code": "build_broken", "message": f"The host stopped {row.tries} times during this build."}
            _end(row, "failed", now, error=broken)
            return None
        row.state, row.step, row.tries = "running", None, row.tries + 1
        row.lease_owner, row.lease_until = owner, now + LEASE
        return _view(row)


def renew(database: Database, build: int, owner: str, now: datetime) -> None:
    """Says that the host still works it. Raises BuildLost."""
    note(database, build, owner, now)


def note(database: Database, build: int, owner: str, now: datetime, **found: Any) -> None:
    """Keeps what has been found so far (`step`, `number`, `findings`, …) and renews the lease. Raises BuildLost."""
    with database.write() as session:
        row = _held(session, build, owner)
        for name, value in found.items():
            setattr(row, name, value)
        row.lease_until = now + LEASE


def fail(database: Database, build: int, owner: str, now: datetime, error: RelevoError) -> None:
    """Ends it without a change of what is served. Raises BuildLost."""
    fields = "; ".join(f"{name}: {what}" for name, what in sorted(error.fields.items())[:20])
    message = f"{error.message} ({fields})" if fields else error.message
    with database.write() as session:
        _end(_held(session, build, owner), "failed", now, error={"code": error.code, "message": message})


def switch(library: Library, build: int, owner: str, now: datetime) -> None:
    """The switch: the current release, its ledger row and the end of the build, all or nothing. Raises BuildLost."""
    with library.write(now) as change:
        row = _held(change.session, build, owner)
        if row.number is None:
            raise BuildLost
        releases.make_current(change, row.number, row.asked_by)
        _end(row, "switched", change.now)


def cancel(library: Library, build: int, now: datetime, *, by: str) -> Build:
    """Ends it wherever it is; its host stops, and what is served has not changed. Raises BuildNotFound, BuildEnded."""
    called_off = {"code": "cancelled", "message": f"It was called off by {by}."}
    with library.write(now) as change:
        row = change.session.scalars(select(BuildRow).where(BuildRow.id == build).with_for_update()).one_or_none()
        if row is None:
            raise BuildNotFound
        if row.open is None:
            raise BuildEnded
        _end(row, "failed", change.now, error=called_off)
        change.record("build_cancel", by, build=row.id, number=row.number)
        return _view(row)


def waits(build: Build, hosts: int, now: datetime) -> str | None:
    """Why an unfinished build does not go on: `no_host` when no host of engines has been alive for a while."""
    if hosts or build.ended_at is not None or now - build.asked_at < PATIENCE:
        return None
    return None if build.lease_until is not None and build.lease_until > now else "no_host"


def give_up(database: Database, now: datetime) -> None:
    """Fails what is unfinished, for a command that finds no host alive to go on with it."""
    gone = {"code": "host_gone", "message": "The host that worked this build is gone."}
    with database.write() as session:
        row = session.scalars(_open().with_for_update()).one_or_none()
        if row is not None:
            _end(row, "failed", now, error=gone)


def read(database: Database, build: int) -> Build:
    """One build; it is never deleted."""
    with database.read() as session:
        return _view(session.get_one(BuildRow, build))


def unfinished(database: Database) -> Build | None:
    """The one that is asked for or running."""
    with database.read() as session:
        row = session.scalars(_open()).one_or_none()
        return _view(row) if row else None


def newest(database: Database) -> Build | None:
    """The one that was asked for last."""
    with database.read() as session:
        row = session.scalars(select(BuildRow).order_by(BuildRow.id.desc()).limit(1)).one_or_none()
        return _view(row) if row else None


def _open() -> Any:
    return select(BuildRow).where(BuildRow.open == 1)


def _check_none_open(session: Session) -> None:
    if session.scalars(_open()).one_or_none() is not None:
        raise BuildRunning


def _asked(session: Session, kind: str, number: int | None, by: str, now: datetime) -> BuildRow:
    row = BuildRow(kind=kind, number=number, state="asked", open=1, asked_by=by, asked_at=now, findings=[])
    session.add(row)
    session.flush()
    return row


def _held(session: Session, build: int, owner: str) -> BuildRow:
    statement = select(BuildRow).where(BuildRow.id == build, BuildRow.state == "running", BuildRow.lease_owner == owner)
    row = session.scalars(statement.with_for_update()).one_or_none()
    if row is None:
        raise BuildLost
    return row


def _until(row: BuildRow) -> datetime:
    assert row.lease_until is not None, "what is running is leased"  # noqa: S101 - a constraint holds it
    return row.lease_until


def _end(row: BuildRow, state: str, now: datetime, error: Mapping[str, str] | None = None) -> None:
    row.state, row.open, row.ended_at = state, None, now
    row.error = dict(error) if error else None
    row.lease_owner = row.lease_until = None


def _view(row: BuildRow) -> Build:
    return Build(
        id=row.id,
        kind=row.kind,
        number=row.number,
        state=row.state,
        step=row.step,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        error=row.error,
        findings=row.findings,
        report=row.report,
        certificate=row.certificate,
        host=row.lease_owner,
        lease_until=row.lease_until,
    )
