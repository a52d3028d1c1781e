"""Finding the version that a page shows: one that has been in a release, is public, and has not been retired."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.answers.links import Shown
from bot.knowledge.content import Entry
from bot.knowledge.render import expired
from bot.knowledge.tables import Member, Version
from bot.knowledge.versions import item_of
from handoff.errors import NotFound
from handoff.service import Database


class Page(NamedTuple):
    """`newer`: the version that the current release answers with, when it is another one."""

    shown: Shown
    title: str
    text: str  # limited Markdown
    source: str
    approved: date | None
    newer: Shown | None


def read_page(database: Database, shown: Shown, current: int | None, now: datetime) -> Page:
    """What this address shows; `current` is the version in force. Raises NotFound, whatever the reason is."""
    with database.read() as session:
        row = _released(session, shown)
        if row is None:
            raise NotFound
        entry = item_of(row)
    if not isinstance(entry, Entry) or not entry.is_public or expired(entry.review_by, now):
        raise NotFound
    text, title = entry.text(shown.language, "web"), entry.title.get(shown.language)
    if text is None or title is None:
        raise NotFound
    other = current is not None and current != shown.version
    return Page(
        shown=shown,
        title=title,
        text=text,
        source=entry.source.label(shown.language),
        approved=row.approved_at.date() if row.approved_at else None,
        newer=Shown(entry=shown.entry, version=current, language=shown.language) if other and current else None,
    )


def _released(session: Session, shown: Shown) -> Version | None:
    """A version that no release holds has never been approved for customers; one that is retired is not shown."""
    statement = select(Version).where(
        Version.item_id == shown.entry,
        Version.version == shown.version,
        Version.kind == Entry.kind,
        Version.state != "retired",
        exists().where(Member.version_id == Version.id),
    )
    return session.execute(statement).scalar_one_or_none()
