"""What is read from elsewhere, on its way to a draft: as much of an entry as the file gives, and where it stood."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from bot.knowledge.content import Entry
from bot.knowledge.errors import KnowledgeInvalid
from bot.knowledge.imports.files import invalid
from bot.knowledge.imports.slugs import RESERVED
from bot.knowledge.lint import folded

MAX_DRAFTS = 5000
_YEAR = timedelta(days=365)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MEND = {
    "string_too_long": "is longer than {max_length} characters; shorten it",
    "too_long": "are more than {max_length}; keep the best",
    "string_pattern_mismatch": "has characters that are not allowed here: small letters, digits and hyphens are",
    "literal_error": "is not known; write {expected}",
    "date_from_datetime_parsing": "write a date like 2027-06-30",
    "string_type": "write text here, in quotes when it looks like a number, a date, yes or no",
    "bool_parsing": "write yes or no",
    "bool_type": "write yes or no",
    "extra_forbidden": "is not known; remove it or mend its spelling",
}


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the command line says of everything in an import; `user` is who runs it."""

    user: str
    owner: str | None = None
    author: str | None = None
    topic: str | None = None
    language: str | None = None
    review_by: date | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """One question as a file has it. `content`: keys of an Entry; `places`: `answers.es.web` → where that stands."""

    where: str
    content: dict[str, Any]
    places: Mapping[str, str] = field(default_factory=dict)

    def place(self, steps: Sequence[object]) -> str:
        for end in range(len(steps), 0, -1):
            known = self.places.get(".".join(map(str, steps[:end])))
            if known:
                return known
        return f"{self.where} {'.'.join(map(str, steps))}".strip()


@dataclass(frozen=True)
class Reading:
    """What one path held. `wrong`: place → what to mend before any of it is taken; `left_out`: what is not taken."""

    drafts: list[Draft] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A whole entry. `named`: the file gave its id; `assumed`: keys that neither the file nor the command line gave."""

    item: Entry
    where: str
    named: bool
    assumed: frozenset[str]


def complete(reading: Reading, given: Given, now: datetime, *, topic: str = "imported") -> list[Ready]:
    """Entries of all drafts; what they lack is as `given` says. Raises KnowledgeInvalid naming every place."""
    if len(reading.drafts) > MAX_DRAFTS or not (reading.drafts or reading.wrong):
        what = f"has more than {MAX_DRAFTS} questions; split it" if reading.drafts else "has no questions"
        raise invalid({"the import": what})
    if given.review_by and given.review_by < now.date():
        raise invalid({"--review-by": "lies in the past"})
    ready: list[Ready] = []
    fields = {**dict(_twice(reading.drafts)), **reading.wrong}
    for draft in reading.drafts:
        try:
            ready.append(_ready(draft, given, now, topic))
        except KnowledgeInvalid as exc:
            fields.update((place, mend) for place, mend in exc.fields.items() if place not in fields)
    if fields:
        raise invalid(fields)
    return ready


def day(text: str) -> date:
    """Raises ValueError unless `text` is a date such as 2027-06-30."""
    if not _DAY.fullmatch(text):
        raise ValueError("write a date like 2027-06-30")
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise ValueError("there is no such day; write a date like 2027-06-30") from exc


def _ready(draft: Draft, given: Given, now: datetime, topic: str) -> Ready:
    title = draft.content.get("title") or {}
    if not any(str(words).strip() for words in title.values()):
        raise invalid({draft.place(["title"]): "the question is empty; write it"})
    said = {
        "owner": given.owner, "author": given.author, "topic": given.topic, "review_by": given.review_by,
        **draft.content,
    }  # fmt: skip
    said = {key: value for key, value in said.items() if value is not None}
    usual = {"owner": given.user, "author": given.user, "topic": topic, "review_by": now.date() + _YEAR}
    whole = {"id": "draft", "phrasings": {}, "answers": {}, **usual, **said}
    if whole["topic"] in RESERVED:
        raise invalid({draft.place(["topic"]): "is the name of another file of the knowledge; choose another topic"})
    try:
        item = Entry.model_validate(whole)
    except ValidationError as exc:
        raise invalid(dict(_mends(exc, draft))) from exc
    return Ready(item=item, where=draft.where, named="id" in said, assumed=frozenset(usual.keys() - said.keys()))


def _mends(exc: ValidationError, draft: Draft) -> Iterator[tuple[str, str]]:
    for error in exc.errors(include_url=False, include_input=False):
        mend = _MEND.get(error["type"], error["msg"].removeprefix("Value error, "))
        context = {"max_length": "", "expected": "", **error.get("ctx", {})}
        yield draft.place(error["loc"]), mend.format(**context) if error["type"] in _MEND else mend


def _twice(drafts: Iterable[Draft]) -> Iterator[tuple[str, str]]:
    """The same question or the same id at two places."""
    seen: dict[tuple[str, str], str] = {}
    for draft in drafts:
        said = [(f"title.{language}", asked(words)) for language, words in (draft.content.get("title") or {}).items()]
        said += [("id", str(draft.content["id"]))] if draft.content.get("id") else []
        for path, words in said:
            place = draft.place(path.split("."))
            other = seen.setdefault((path, words), place)
            if words and other != place:
                yield place, f"stands also at {other}; keep one"


def asked(words: object) -> str:
    """What makes two questions the same."""
    return folded(str(words)) or " ".join(str(words).split()).casefold()
