"""Canned replies in files: what the first start stores, and `relevo replies import|export`."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import click
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.settings import ROOT
from handoff import toml
from handoff.clock import utc_now
from handoff.errors import InvalidInput
from handoff.service import Core
from handoff.service.people.canned import import_canned, team_canned
from handoff.service.people.canned_drafts import Draft

SEEDS = ROOT / "data" / "replies.toml"


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    topic: str = ""
    texts: dict[str, str]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    replies: Annotated[list[_Reply], Field(max_length=1000)]


def read_replies(file: Path) -> list[Draft]:
    """The drafts of a TOML file. Raises InvalidInput naming the place to mend."""
    try:
        found = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(fields={file.name: f"is not TOML: {error}"}) from error
    except ValidationError as error:
        places = {_place(each["loc"]): each["msg"] for each in error.errors(include_url=False)}
        raise InvalidInput(fields=places) from error
    return [Draft(name=each.name, topic=each.topic, texts=each.texts) for each in found.replies]


def _place(steps: Sequence[Any]) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.removeprefix(".")


def seed_replies(core: Core, now: datetime) -> int:
    """Stores those that come with the product, in the languages of the business; returns how many."""
    languages = set(core.business.languages)
    drafts = [
        Draft(name=each.name, topic=each.topic, texts={k: v for k, v in each.texts.items() if k in languages})
        for each in read_replies(SEEDS)
    ]
    return import_canned(core, drafts, actor=SEEDS.name, now=now)


def dump_replies(drafts: Sequence[Draft]) -> str:
    """The file that `read_replies` reads as these."""
    return toml.dump({"replies": [{"name": d.name, "topic": d.topic, "texts": dict(d.texts)} for d in drafts]})


@click.group()
def replies() -> None:
    """The team's canned replies."""


@replies.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_file(obj: Any, file: Path) -> None:
    """Make FILE the team's replies: what is not in it is removed. Agents' own are left alone."""
    drafts = read_replies(file)
    changed = import_canned(obj.core(), drafts, actor="operator", now=utc_now())
    click.echo(f"{len(drafts)} replies, {changed} changed.")


@replies.command("export")
@click.pass_obj
def export_file(obj: Any) -> None:
    """Print the team's replies as such a file."""
    click.echo(dump_replies(team_canned(obj.core())), nl=False)
