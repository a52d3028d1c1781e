"""What travels between the desk's knowledge pages and the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.knowledge.content import Line
from bot.knowledge.reading import ItemView
from bot.knowledge.versions import VersionView
from handoff.service import Fact

MOST_VERSIONS = 1_000_000_000
DEEPEST = 8  # of content; the deepest that has a meaning is values.<name>.labels.<word>.<language>

ItemId = Annotated[str, Path(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=64)]
Number = Annotated[int, Path(ge=1, le=MOST_VERSIONS)]
From = Annotated[int, Query(alias="from", ge=1, le=MOST_VERSIONS)]
To = Annotated[int, Query(alias="to", ge=1, le=MOST_VERSIONS)]
State = Literal["draft", "in_review", "approved", "released", "retired"]
Kind = Literal["entry", "notice"]
Language = Literal["en", "es"]


def check_plain(tree: Any, depth: int = 0) -> Any:
    """Refuses in keys and texts what can be sent in JSON but neither stored nor shown, and what is nested too deep."""
    if depth > DEEPEST:
        raise ValueError("this is nested too deep")
    if isinstance(tree, str) and not all(character.isprintable() or character in "\n\t\r" for character in tree):
        raise ValueError("this has a control, invisible or unpaired character")
    if isinstance(tree, Mapping | list):
        for part in [*tree, *tree.values()] if isinstance(tree, Mapping) else tree:
            check_plain(part, depth + 1)
    return tree


Content = Annotated[dict[str, Any], AfterValidator(check_plain)]
Version = Annotated[int, Field(ge=1, le=MOST_VERSIONS)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Written(_Body):
    """`content` as the format of the files has it, without approval; its author is whoever sends it."""

    kind: Kind = "entry"
    content: Content


class Edited(_Body):
    """An edit names the version that was read."""

    base_version: Version
    content: Content


class Step(_Body):
    """A step names the version that was read, and may name its digest."""

    version: Version
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None = None


class SendBack(Step):
    reason: Line


@dataclass(frozen=True, kw_only=True)
class EntriesAnswer:
    """One page of the list; `total` counts all that were found, `topics` are theirs."""

    entries: tuple[ItemView, ...]
    total: int
    topics: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class VersionAnswer:
    version: VersionView
    content: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class EntryAnswer:
    """The newest version, all versions, and every step. `self_approval`: authors may approve here."""

    item: ItemView
    content: Mapping[str, Any]
    versions: tuple[VersionView, ...]
    history: tuple[Fact, ...]
    self_approval: bool
