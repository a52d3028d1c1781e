"""From a path to drafts: what it is, what it holds, and one transaction that stores all of it or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.knowledge import review
from bot.knowledge.content import Entry
from bot.knowledge.imports.drafts import Given, Reading, complete
from bot.knowledge.imports.faq import read_page
from bot.knowledge.imports.files import invalid, shown
from bot.knowledge.imports.ids import settle
from bot.knowledge.imports.pages import read_pages
from bot.knowledge.imports.rows import read_table
from bot.knowledge.imports.sheet import comes_back, dump_table
from bot.knowledge.imports.slugs import default_topic
from bot.knowledge.library import Library
from bot.knowledge.lint import errors_of, lint_between
from handoff.service import Database

_READERS: dict[str, Callable[[Path, Given], Reading]] = {".csv": read_table, ".htm": read_page, ".html": read_page}


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What became of an import. `needs`: id of a draft → what keeps it from being approved."""

    report: review.ImportReport
    needs: dict[str, list[str]]
    left_out: list[str]


def bring_in(library: Library, path: Path, given: Given, now: datetime) -> Brought:
    """Takes in a CSV table, a saved page or a folder of Markdown as drafts. Raises KnowledgeInvalid, nothing stored."""
    reading = _reader(path)(path, given)
    ready = complete(reading, given, now, topic=default_topic(path.resolve().stem))
    report = review.import_drafts(library, partial(settle, ready), now, by=given.user)
    return Brought(report=report, needs=_needs(library.database, report.drafts), left_out=reading.left_out)


def export_table(database: Database, path: Path, *, delimiter: str = ",") -> tuple[int, list[str]]:
    """Writes the newest version of every entry as CSV; gives their number and what only the YAML folder holds."""
    items = [one.item for one in review.stored(database)]
    entries = [item for item in items if isinstance(item, Entry) and comes_back(item)]
    left_out = sorted({item.id for item in items} - {entry.id for entry in entries})
    text = dump_table(entries, delimiter=delimiter)
    path.write_text(text, encoding="utf-8-sig", newline="")
    return len(entries), left_out


def _reader(path: Path) -> Callable[[Path, Given], Reading]:
    if path.is_dir():
        return read_pages
    reader = _READERS.get(path.suffix.casefold())
    if reader is None or not path.is_file():
        raise invalid({shown(path.name): "is not a folder, a .csv table or a saved .html page"})
    return reader


def _needs(database: Database, drafts: Sequence[str]) -> dict[str, list[str]]:
    """What lint says of each draft, with the questions that stand in another entry already."""
    items = {one.item.id: one.item for one in review.stored(database)}
    needs = {name: [f"{place}: {mend}" for place, mend in errors_of(items[name]).items()] for name in drafts}
    last = sorted(items.values(), key=lambda item: item.id in needs)
    for finding in lint_between(last):
        if finding.level == "error" and finding.item in needs:
            needs[finding.item].append(f"{finding.place}: {finding.message}")
    return needs
