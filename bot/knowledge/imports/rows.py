"""A table of questions and answers: CSV with comma or semicolon, one row an entry, as spreadsheets save it."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.knowledge.imports.columns import COLUMNS, FORMULA, WORDS, path_of
from bot.knowledge.imports.drafts import MAX_DRAFTS, Draft, Given, Reading, day
from bot.knowledge.imports.files import invalid, read, shown, softened

_GUARD = re.compile(f"^'(?={FORMULA})")
_YES = {"yes", "true", "1", "si", "sí", "verdadero"}
_NO = {"no", "false", "0", "falso"}


def read_table(path: Path, given: Given) -> Reading:
    """The drafts of one CSV file, with row and column of what is wrong. Raises KnowledgeInvalid if it is no table."""
    name = shown(path.name)
    return parse_table(read(path), name, given)


def parse_table(text: str, name: str, given: Given) -> Reading:
    """The same for text that is read already; row 1 is the head, as a spreadsheet counts."""
    rows = _rows(text, name)
    head = next(rows, [])
    paths = _paths(head, name, given.language)
    reading = Reading()
    for number, cells in enumerate(rows, start=2):
        if len(reading.drafts) > MAX_DRAFTS:
            break
        if any(cell.strip() for cell in cells):
            reading.drafts.append(_draft(head, cells, paths, f"{name} row {number}", reading.wrong))
    for draft in reading.drafts:
        _source(draft.content, name)
    return reading


def _rows(text: str, name: str) -> Iterator[list[str]]:
    line = text.partition("\n")[0]
    delimiter = ";" if line.count(";") > line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, row in enumerate(reader):
            yield row if number else [_column(cell) for cell in row]
    except csv.Error as exc:
        place = f"{name} line {reader.line_num}"
        raise invalid({place: f"cannot be read as CSV ({exc}); is a quotation mark missing or too many?"}) from exc


def _column(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", softened(cell).strip().casefold())


def _paths(head: Sequence[str], name: str, language: str | None) -> dict[str, str]:
    """Column → place in an entry."""
    paths: dict[str, str] = {}
    fields: dict[str, str] = {}
    for column in filter(None, head):
        path = path_of(column, language)
        place = f"{name} column {shown(column)}"
        if path is None:
            fields[place] = _unknown(column)
        elif path in paths.values():
            fields[place] = "stands twice; keep one"
        else:
            paths[column] = path
    if not fields and not any(path.startswith("title.") for path in paths.values()):
        fields[f"{name} row 1"] = "has no column question_en or question_es; the first row names the columns"
    if fields:
        raise invalid(fields)
    return paths


def _unknown(column: str) -> str:
    if column in WORDS:
        return f"name the language: {column}_en or {column}_es, or --language for the whole table"
    return f"is not known; remove it or choose one of {', '.join(COLUMNS)}"


def _draft(
    head: Sequence[str], cells: Sequence[str], paths: Mapping[str, str], where: str, wrong: dict[str, str]
) -> Draft:
    flat: dict[str, Any] = {}
    if len(cells) > len(head):
        wrong[where] = f"has {len(cells)} cells, the head has {len(head)}; put quotation marks round each text"
    for column, cell in zip(head, cells, strict=False):
        place, words = f"{where} {column}".strip(), _GUARD.sub("", softened(cell), count=1)
        if not words.strip():
            continue
        if not column:
            wrong[place] = "has words in a column without a name"
            continue
        try:
            flat[paths[column]] = _READERS.get(column.partition("_")[0], str.strip)(words)
        except ValueError as exc:
            wrong[place] = str(exc)
    places = {path: f"{where} {column}" for column, path in paths.items()}
    places |= {path.partition(".")[0]: place for path, place in places.items() if path.startswith(("title", "follow"))}
    return Draft(where=where, content=_by_target(nested(flat)), places=places)


def _by_target(content: dict[str, Any]) -> dict[str, Any]:
    """Follow-ups by target, then language, as an entry has them; a table has them by language."""
    turned: dict[str, dict[str, list[str]]] = {}
    for language, asked in content.pop("follow_ups", {}).items():
        for to, said in asked:
            turned.setdefault(to, {}).setdefault(language, []).append(said)
    return {**content, "follow_ups": turned} if turned else content


def _source(content: dict[str, Any], name: str) -> None:
    """The file is the document and the question the section, where the table does not say it."""
    source = content.setdefault("source", {})
    for part in ("document", "section"):
        for language, question in content.get("title", {}).items():
            source.setdefault(part, {}).setdefault(language, name if part == "document" else question)
        source.setdefault(part, {})


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """`{"a.b": 1}` as `{"a": {"b": 1}}`."""
    tree: dict[str, Any] = {}
    for path, value in flat.items():
        *above, last = path.split(".")
        node = tree
        for step in above:
            node = node.setdefault(step, {})
        node[last] = value
    return tree


def phrasings(cell: str) -> list[str]:
    """One a line; when there is one line only, `|` parts them."""
    return [one.strip() for one in cell.split("\n" if "\n" in cell else "|") if one.strip()]


def _follow_ups(cell: str) -> list[tuple[str, str]]:
    """(target, question), one `target: question` a line."""
    pairs = [line.partition(":") for line in phrasings(cell)]
    if any(not (colon and to.strip() and said.strip()) for to, colon, said in pairs):
        raise ValueError("write one `id-of-the-entry: question` a line")
    return [(to.strip(), said.strip()) for to, _, said in pairs]


def _suggested(cell: str) -> bool:
    word = cell.strip().casefold()
    if word not in _YES | _NO:
        raise ValueError("write yes or no")
    return word in _YES


def _values(cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError) as exc:
        raise ValueError("is not as the export wrote it; leave this column as it is") from exc


_READERS: Mapping[str, Callable[[str], Any]] = {
    "phrasings": phrasings,
    "followups": _follow_ups,
    "review": lambda cell: day(cell.strip()),
    "suggested": _suggested,
    "values": _values,
}
