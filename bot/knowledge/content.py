"""What the knowledge set is made of: entries, notices and negatives. Immutable; a change makes a new one."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from bot.knowledge.values import ValueSpec

LANGUAGES = ("en", "es")
CHANNELS = ("web", "sms")
MAX_PHRASINGS = 400
MAX_FOLLOW_UPS = 20  # of an entry


def _tidy(text: str, *, lines: bool) -> str:
    tidy = unicodedata.normalize("NFC", text).strip()
    if not tidy:
        raise ValueError("is empty; write the text")
    allowed = "\n" if lines else ""
    if any(not character.isprintable() and character not in allowed for character in tidy):
        raise ValueError("has a control, invisible or unpaired character, or a line break where none belongs")
    return tidy


def _line(text: str) -> str:
    return _tidy(text, lines=False)


def _body(text: str) -> str:
    return _tidy("\n".join(line.rstrip() for line in text.splitlines()), lines=True)


Line = Annotated[str, StringConstraints(max_length=300), AfterValidator(_line)]
Body = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_body)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,31}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=64)]
Topic = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


Phrasings = dict[Language, Annotated[tuple[Line, ...], Field(max_length=MAX_PHRASINGS)]]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(_Frozen):
    """One text in one language: `web` in limited Markdown, `sms` plain. Missing ones are lint findings."""

    web: Body | None = None
    sms: Body | None = None


class Source(_Frozen):
    """Where the owner's own papers say it, per language, because customers read it."""

    document: dict[Language, Line]
    section: dict[Language, Line]

    def label(self, language: str) -> str:
        return f"{self.document[language]} · {self.section[language]}"


class Item(_Frozen):
    """What every piece of knowledge carries. Optional keys are left out of the digest while they have no value,
    so that a later optional key does not void approvals."""

    kind: ClassVar[str]
    id: Id
    owner: Line
    author: Line
    review_by: date

    def content(self) -> dict[str, Any]:
        """Plain JSON, complete: `from_content` gives the same item back."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def digest(self) -> str:
        """sha256 over the exact content: everything but the approval itself."""
        document = json.dumps(
            {"kind": self.kind, **self.content()}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return f"sha256:{hashlib.sha256(document.encode()).hexdigest()}"

    def wordings(self) -> Iterator[tuple[str, str, str]]:
        """(language, channel, text) of everything a customer may read."""
        yield from ()


class _Worded(Item):
    values: dict[Name, ValueSpec] = Field(default_factory=dict)

    def _texts(self) -> Mapping[str, Wording]:
        raise NotImplementedError

    def text(self, language: str, channel: str) -> str | None:
        wording = self._texts().get(language)
        return getattr(wording, channel) if wording and channel in CHANNELS else None

    def wordings(self) -> Iterator[tuple[str, str, str]]:
        for language, wording in self._texts().items():
            for channel in CHANNELS:
                if (text := getattr(wording, channel)) is not None:
                    yield language, channel, text


class Entry(_Worded):
    """One approved question and answer. `follow_ups`: the id of the entry that answers it → what customers ask next,
    in words that only mean something after this answer, such as "and for furniture?"."""

    kind: ClassVar[str] = "entry"
    topic: Topic
    title: dict[Language, Line]
    phrasings: Phrasings
    answers: dict[Language, Wording]
    source: Source
    audience: Literal["everyone", "customers"] = "everyone"
    suggested: bool = False
    follow_ups: Annotated[dict[Id, Phrasings], Field(default_factory=dict, max_length=MAX_FOLLOW_UPS)]

    @property
    def is_public(self) -> bool:
        """Whether the answer may stand on a page of its own: for everyone, and without values of somebody's order."""
        return self.audience == "everyone" and not self.values

    def questions(self, language: str) -> tuple[str, ...]:
        """What customers ask: the phrasings, after the title, which they send by choosing it."""
        title = self.title.get(language)
        asked = self.phrasings.get(language, ())
        return asked if title is None else (title, *(one for one in asked if one != title))

    def _texts(self) -> Mapping[str, Wording]:
        return self.answers


class Notice(_Worded):
    """A text that the system itself says, or (`label`) the words of a choice. `engine`: the engine may name it."""

    kind: ClassVar[str] = "notice"
    texts: dict[Language, Wording]
    engine: bool = False
    label: bool = False

    def _texts(self) -> Mapping[str, Wording]:
        return self.texts


class Negatives(Item):
    """Questions that no entry answers: near (about a shop like ours) and far. For the matcher, never shown."""

    kind: ClassVar[str] = "negatives"
    near: dict[Language, tuple[Line, ...]]
    far: dict[Language, tuple[Line, ...]]

    def of(self, language: str) -> tuple[str, ...]:
        return (*self.near.get(language, ()), *self.far.get(language, ()))


MODELS: Mapping[str, type[Item]] = {model.kind: model for model in (Entry, Notice, Negatives)}


def from_content(kind: str, content: Mapping[str, Any]) -> Item:
    """Raises pydantic's ValidationError when `content` is not of the form."""
    return MODELS[kind].model_validate(dict(content))


class Approval(_Frozen):
    """Who vouches for which exact content, and since when."""

    approver: Line
    digest: Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
    date: date


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """An item as it stands in a file, with the approval that it claims."""

    item: Item
    approval: Approval | None
    where: str
