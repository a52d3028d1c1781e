"""The releases that a customer may hear from now: the current one, and for a while the one before the switch.

A turn that began before a switch ends with the engine of its release, and is said in the words of that release.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.knowledge import release as releases
from bot.knowledge.render import Release
from bot.knowledge.tables import Member, Version
from handoff.service import Database

KEPT = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Immutable: `follow` gives the next one. `leaving` says until when each earlier release is still said."""

    current: Release
    leaving: Mapping[int, tuple[Release, datetime]] = field(default_factory=dict)

    @classmethod
    def stocked(cls, database: Database, now: datetime) -> "Shelf":
        """With the current release alone. Raises ReleaseNotFound or ReleaseDamaged."""
        return cls(current=releases.current(database, now))

    def get(self, number: int, now: datetime) -> Release | None:
        """The release of this number, if it may be said at this instant."""
        if number == self.current.number:
            return self.current
        release, until = self.leaving.get(number, (None, now))
        return release if now < until else None

    def follow(self, database: Database, now: datetime) -> "Shelf":
        """The shelf after what has changed in the database: a switch, or something retired; itself when nothing has.

        Cheap enough for every second. Raises ReleaseNotFound or ReleaseDamaged.
        """
        number, retired = releases.mark(database)
        staying = {n: kept for n, kept in self.leaving.items() if now < kept[1] and n != number}
        if number != self.current.number:
            staying[self.current.number] = (self.current, now + KEPT)
            return self._with(database, releases.load(database, number, now), staying)
        current = self.current
        if retired != current.retired:
            current = replace(current, retired=retired)
        return self._with(database, current, staying)

    def _with(self, database: Database, current: Release, staying: Mapping[int, tuple[Release, datetime]]) -> "Shelf":
        fresh = {number: (_without(database, kept), until) for number, (kept, until) in staying.items()}
        same = current is self.current and fresh == self.leaving
        return self if same else Shelf(current=current, leaving=fresh)


def _without(database: Database, release: Release) -> Release:
    """The release as it is once what has been retired meanwhile is refused by it."""
    with database.read() as session:
        versions = select(Version.item_id).join(Member, Member.version_id == Version.id)
        gone = versions.where(Member.release_number == release.number, Version.state == "retired")
        retired = frozenset(session.scalars(gone))
    return release if retired == release.retired else replace(release, retired=retired)
