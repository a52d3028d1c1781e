"""What the desk reads: everything in one list, searched in both languages, and the history of one item."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.knowledge.content import Item
from bot.knowledge.errors import EntryNotFound
from bot.knowledge.library import STREAM
from bot.knowledge.lint import folded
from bot.knowledge.render import expired
from bot.knowledge.tables import Current, Member, Version
from bot.knowledge.versions import VersionView, item_of, versions_of, view
from handoff.service import Database, Fact, read_facts

RELEASED = "released"


@dataclass(frozen=True, kw_only=True)
class ItemView(VersionView):
    """The newest version of an item, for a list. `live_version`: the one in the current release, whatever is newer.

    `served`: customers can get it now; not when it is retired, or an entry past its review-by date.
    """

    title: Mapping[str, str]
    topic: str | None
    owner: str
    review_by: date
    live_version: int | None
    served: bool


@dataclass(frozen=True, kw_only=True)
class VersionRead:
    """One version with its exact content."""

    view: VersionView
    item: Item


def list_items(
    database: Database, now: datetime, *, state: str | None = None, topic: str | None = None, q: str = ""
) -> tuple[ItemView, ...]:
    """Every item by id; of those only the ones in `state` (RELEASED: in the current release), of `topic`, with `q`.

    `q`: each of its words stands somewhere in the titles, questions or answers of either language, accents aside.
    """
    words = folded(q).split()
    with database.read() as session:
        live = _live(session)
        rows = session.scalars(_newest().order_by(Version.item_id)).all()
    found = (_item_view(row, live.get(row.item_id), now) for row in rows if _has(row, words))
    return tuple(one for one in found if _is_in(one, state) and topic in {None, one.topic})


def read_version(database: Database, item_id: str, version: int | None = None) -> VersionRead:
    """One version, the newest when none is named. Raises EntryNotFound or ReleaseDamaged."""
    with database.read() as session:
        rows = [row for row in versions_of(session, item_id) if version in {None, row.version}]
    if not rows:
        raise EntryNotFound(fields={"id": item_id} if version is None else {"id": item_id, "version": str(version)})
    return VersionRead(view=view(rows[-1]), item=item_of(rows[-1]))


def read_item(database: Database, item_id: str, now: datetime) -> ItemView:
    """One line of the list. Raises EntryNotFound."""
    with database.read() as session:
        row = session.scalars(_newest().where(Version.item_id == item_id)).one_or_none()
        if row is None:
            raise EntryNotFound(fields={"id": item_id})
        return _item_view(row, _live(session).get(item_id), now)


def history(database: Database, item_id: str) -> tuple[Fact, ...]:
    """Every step of one item, oldest first: who, when, what; nothing of before the ledger held knowledge."""
    with database.read() as session:
        return read_facts(session, STREAM, id=item_id)


def _newest() -> Any:
    last = select(Version.item_id, func.max(Version.version).label("version")).group_by(Version.item_id).subquery()
    return select(Version).join(last, (Version.item_id == last.c.item_id) & (Version.version == last.c.version))


def _live(session: Session) -> dict[str, Version]:
    members = select(Version).join(Member, Member.version_id == Version.id)
    rows = session.scalars(members.join(Current, Current.release_number == Member.release_number))
    return {row.item_id: row for row in rows}


def _item_view(row: Version, live: Version | None, now: datetime) -> ItemView:
    content = row.content
    return ItemView(
        **vars(view(row)),
        title=content.get("title", {}),
        topic=content.get("topic"),
        owner=content["owner"],
        review_by=date.fromisoformat(content["review_by"]),
        live_version=live.version if live else None,
        served=live is not None and _is_served(live, now),
    )


def _is_served(live: Version, now: datetime) -> bool:
    if live.kind != "entry":
        return live.kind == "notice"  # retired or past its date it is said all the same: nobody is met with silence
    return live.state != "retired" and not expired(date.fromisoformat(live.content["review_by"]), now)


def _is_in(one: ItemView, state: str | None) -> bool:
    return one.live_version is not None if state == RELEASED else state in {None, one.state}


def _has(row: Version, words: list[str]) -> bool:
    if not words:
        return True
    said = folded(" ".join([row.item_id, *_texts(row.content)]))
    return all(word in said for word in words)


def _texts(content: Mapping[str, Any]) -> Iterator[str]:
    for key in ("title", "phrasings", "follow_ups", "answers", "texts", "near", "far"):
        yield from _strings(content.get(key, {}))


def _strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping | list):
        for part in tree.values() if isinstance(tree, Mapping) else tree:
            yield from _strings(part)
