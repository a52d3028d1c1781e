"""How content is written and edited: each change is a new draft, and nobody overwrites what they have not read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.knowledge.content import Item
from bot.knowledge.errors import EntryExists, EntryNotFound, KnowledgeInvalid
from bot.knowledge.library import Library
from bot.knowledge.mends import mend
from bot.knowledge.tables import Version
from bot.knowledge.versions import VersionView, new_row, versions_of, view
from handoff.errors import StaleVersion

NEW = 0  # the base of what is not there yet


def save_draft(library: Library, item: Item, *, base_version: int, author: str, now: datetime) -> VersionView:
    """Stores `item`, written by `author`, as the next version of its id, on top of the version that was read.

    The content of the newest version again is that version. Raises StaleVersion (somebody else was quicker),
    EntryExists (`base_version` NEW), EntryNotFound, or KnowledgeInvalid (another kind has this id).
    """
    written = type(item).model_validate({**item.content(), "author": author})
    with library.write(now) as change:
        newest = _base(change.session, item.id, base_version)
        if newest is not None and newest.kind != item.kind:
            raise KnowledgeInvalid(fields={"id": mend("id_taken", item=item.id, kind=newest.kind)})
        if newest is not None and newest.state != "retired" and _same(newest.content, written.content()):
            return view(newest)
        row = new_row(written, base_version + 1, change.now)
        change.session.add(row)
        change.record_version("draft", author, row, author=author)
        return view(row)


def _base(session: Session, item_id: str, base_version: int) -> Version | None:
    rows = versions_of(session, item_id)
    if not rows and base_version != NEW:
        raise EntryNotFound(fields={"id": item_id})
    if rows and base_version == NEW:
        raise EntryExists(fields={"id": item_id})
    if rows and rows[-1].version != base_version:
        raise StaleVersion(f"{item_id} has a newer version ({rows[-1].version}); read it again")
    return rows[-1] if rows else None


def _same(stored: Mapping[str, Any], written: Mapping[str, Any]) -> bool:
    """Whether nothing but the author differs."""
    return {**stored, "author": ""} == {**written, "author": ""}
