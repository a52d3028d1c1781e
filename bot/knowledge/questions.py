"""The owner's own test questions: what customers ask, and which entry answers it. Releases are tested by them.

The form of their files is a table with the columns text, language and entry; without an entry nothing answers it.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select

from bot.knowledge.content import LANGUAGES
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.library import Library
from bot.knowledge.tables import QuestionRow
from handoff.service import Database

COLUMNS = ("text", "language", "entry")
LONGEST = 1000
MOST = 20_000
_ID = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One labelled question; `entry` None: it is outside of what is known."""

    text: str
    language: str
    entry: str | None = None


def read_file(path: Path) -> tuple[Question, ...]:
    """The questions of a table, each once. Raises KnowledgeInvalid, naming each row that is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if list(reader.fieldnames or ()) != list(COLUMNS):
                raise KnowledgeInvalid(fields={path.name: f"the columns are {','.join(COLUMNS)}"})
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise KnowledgeInvalid(fields={path.name: "cannot be read as a table in UTF-8"}) from exc
    wrong = {f"{path.name} line {line}": why for line, row in rows if (why := _wrong(row))}
    if len(rows) > MOST:
        wrong[path.name] = f"has more than {MOST} questions"
    if wrong:
        raise KnowledgeInvalid("some questions cannot be used; see `fields`", fields=wrong)
    found = (_question(row) for _, row in rows)
    return tuple({(each.language, each.text): each for each in found}.values())


def write_file(questions: Iterable[Question], path: Path) -> None:
    """The same table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    with aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows((each.text, each.language, each.entry or "") for each in questions)
    aside.replace(path)


def replace_all(library: Library, questions: Sequence[Question], now: datetime, *, by: str) -> None:
    """Makes these the questions, in the place of all that were there. `by`: who does it."""
    with library.write(now) as change:
        change.session.execute(delete(QuestionRow))
        change.session.add_all(
            QuestionRow(text=each.text, language=each.language, entry_id=each.entry) for each in questions
        )
        change.record("questions", by, count=len(questions))


def seed(library: Library, path: Path, now: datetime, *, by: str) -> int:
    """Takes in the file when there are no questions yet and there is a file; how many it took."""
    if not path.is_file() or stored(library.database):
        return 0
    questions = read_file(path)
    replace_all(library, questions, now, by=by)
    return len(questions)


def stored(database: Database) -> tuple[Question, ...]:
    """All of them, in the order in which they came."""
    with database.read() as session:
        rows = session.scalars(select(QuestionRow).order_by(QuestionRow.id))
        return tuple(Question(text=row.text, language=row.language, entry=row.entry_id) for row in rows)


def _wrong(row: dict[str, str | None]) -> str | None:
    text, language, entry = ((row.get(name) or "").strip() for name in COLUMNS)
    if None in row:
        return "has more cells than the columns"
    if not text or len(text) > LONGEST or not all(character.isprintable() for character in text):
        return f"text: one line of 1 to {LONGEST} characters"
    if language not in LANGUAGES:
        return f"language: one of {', '.join(LANGUAGES)}"
    if entry and (len(entry) > 64 or not _ID.fullmatch(entry)):
        return "entry: the id of an entry, or nothing"
    return None


def _question(row: dict[str, str | None]) -> Question:
    text, language, entry = ((row.get(name) or "").strip() for name in COLUMNS)
    return Question(text=text, language=language, entry=entry or None)
