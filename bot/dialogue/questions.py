"""The owner's labelled questions, by which a model's answers are calibrated: `text,language,entry`, UTF-8.

`entry` is the id that answers the question, or empty when nothing does. An id that the release does not have counts as
empty, for then nothing answers it. Nobody may train on these rows.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterable, List

from bot.dialogue.turn import LANGUAGES

COLUMNS = ("text", "language", "entry")


class BadQuestions(ValueError):
    """A file of questions that cannot be used; the message says where and what to mend."""


@dataclass(frozen=True)
class Question:
    """One question as a customer wrote it; `entry` is "" when nothing answers it."""

    text: str
    language: str
    entry: str


def read_questions(path: Path) -> List[Question]:
    """The rows of a file, in its order. Raises BadQuestions."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise BadQuestions(
                    f"{path.name}: the column {missing[0]} is missing; the columns are text,language,entry"
                )
            return [_question(row, f"{path.name} line {reader.line_num}") for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadQuestions(f"{path.name} cannot be read as a UTF-8 CSV: {error}") from error


def _question(row: Dict[str, str], place: str) -> Question:
    text, language, entry = ((row[name] or "").strip() for name in COLUMNS)
    if not text:
        raise BadQuestions(f"{place}: the text is empty; write the question")
    if language not in LANGUAGES:
        raise BadQuestions(f"{place}: the language is {' or '.join(LANGUAGES)}")
    return Question(text, language, entry)


def of_language(questions: Iterable[Question], language: str) -> List[Question]:
    """Those of one language."""
    return [question for question in questions if question.language == language]
