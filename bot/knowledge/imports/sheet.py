"""Entries as a table that `rows` reads back to the same entries."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bot.knowledge.content import LANGUAGES, Entry
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.imports.columns import COLUMNS, FORMULA, RARE
from bot.knowledge.imports.drafts import Given, complete
from bot.knowledge.imports.rows import parse_table

_FORMULA = re.compile(FORMULA)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # nothing of a whole row depends on the day


def dump_table(items: Sequence[Entry], *, delimiter: str = ",") -> str:
    """CSV, one row an entry by id; columns of values and follow-ups only where an entry has some."""
    rows = [_row(item) for item in sorted(items, key=lambda one: one.id)]
    columns = [column for column in COLUMNS if column not in RARE or any(row.get(column) for row in rows)]
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore", delimiter=delimiter)
    writer.writeheader()
    writer.writerows({column: _guarded(cell) for column, cell in row.items()} for row in rows)
    return file.getvalue()


def comes_back(item: Entry) -> bool:
    """Whether a table holds all of this entry; a third language, for one, has no column."""
    given = Given(user="nobody")
    try:
        (back,) = complete(parse_table(dump_table([item]), "table.csv", given), given, _LONG_AGO)
    except KnowledgeInvalid:
        return False
    return back.item.digest() == item.digest()


def _row(item: Entry) -> dict[str, str]:
    row = {
        "id": item.id,
        "topic": item.topic,
        "owner": item.owner,
        "author": item.author,
        "review_by": item.review_by.isoformat(),
        "audience": item.audience,
        "suggested": "yes" if item.suggested else "no",
    }
    for language in LANGUAGES:
        row |= {f"{column}_{language}": cell for column, cell in _words(item, language).items()}
    if item.values:
        row["values"] = json.dumps(item.content()["values"])
    return row


def _words(item: Entry, language: str) -> dict[str, str]:
    return {
        "question": item.title.get(language, ""),
        "phrasings": _lines(item.phrasings.get(language, ())),
        "answer": item.text(language, "web") or "",
        "sms": item.text(language, "sms") or "",
        "document": item.source.document.get(language, ""),
        "section": item.source.section.get(language, ""),
        "followups": _lines([*_follow_ups(item, language)]),
    }


def _follow_ups(item: Entry, language: str) -> Iterator[str]:
    for to, asked in item.follow_ups.items():
        yield from (f"{to}: {said}" for said in asked.get(language, ()))


def _lines(phrasings: Sequence[str]) -> str:
    """A line each; the line break after a single one says that its `|` parts nothing."""
    cell = "\n".join(phrasings)
    return f"{cell}\n" if "|" in cell and "\n" not in cell else cell


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
