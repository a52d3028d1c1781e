"""`relevo erase` and `relevo export customer`, as an operator types them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import relevo
from bot.privacy import erase, export_of
from handoff import service
from handoff.errors import InvalidInput, NotFound
from handoff.models import Conversation
from handoff.service import Core
from tests.support.cases import FORM, visitor
from tests.support.core import World
from tests.support.core import world as make_world


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    yield from make_world(sqlite_url)


@dataclass
class App:
    made: Core

    def core(self) -> Core:
        return self.made


def run(world: World, command: object, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(command, arguments, obj=App(world.core), input=typed)  # type: ignore[arg-type]


def erased(world: World) -> set[str]:
    with world.core.database.read() as session:
        return {each.id for each in session.query(Conversation) if each.erased_at}


def test_both_stand_in_the_help() -> None:
    shown = CliRunner().invoke(relevo, ["--help"]).output
    assert "erase" in shown
    assert "customer" in CliRunner().invoke(relevo, ["export", "--help"]).output


def test_it_names_whom_it_found_and_asks_before_anything_ends(world: World) -> None:
    conversation = visitor(world)
    reference = service.submit_form(world.core, conversation, FORM, now=world.now).reference
    left = run(world, erase, str(FORM.phone), typed="n\n")
    assert left.exit_code == 1
    assert f"typed in the form of {reference}" in left.output
    assert "Forget 1 customer and end 1 open case?" in left.output
    assert erased(world) == set()


@pytest.mark.bar(41)
def test_a_yes_forgets_and_says_what_was_withdrawn(world: World) -> None:
    conversation, other = visitor(world), visitor(world)
    reference = service.submit_form(world.core, conversation, FORM, now=world.now).reference
    done = run(world, erase, f"conversation:{conversation}", "--yes", "--by", "Carmen")
    assert done.exit_code == 0, done.output
    assert f"is forgotten; withdrawn: {reference}" in done.output
    assert erased(world) == {conversation}
    assert world.texts(other)
    with world.core.database.read() as session:
        rows = [each for each in service.read_facts(session, "privacy") if each.kind == "erasure"]
    assert [(each.actor, each.data["reason"]) for each in rows] == [("Carmen", "operator")]


@pytest.mark.parametrize(
    ("name", "error"), [("1042", InvalidInput), ("ana", InvalidInput), ("nobody@example.com", NotFound)]
)
@pytest.mark.parametrize("command", [erase, export_of], ids=["erase", "export"])
def test_what_names_nobody_is_a_typed_error(world: World, command: object, name: str, error: type[Exception]) -> None:
    assert isinstance(run(world, command, name).exception, error)


@pytest.mark.bar(41)
def test_an_export_is_json_that_its_owner_alone_may_read(world: World, tmp_path: Path) -> None:
    conversation = visitor(world)
    world.write(conversation, "¿dónde está mi lámpara?")
    path = tmp_path / "ana.json"
    assert run(world, export_of, conversation, "--out", str(path)).exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    found = json.loads(path.read_text(encoding="utf-8"))
    assert [each["text"] for each in found["customers"][0]["messages"]][-1] == "¿dónde está mi lámpara?"
    assert found["customers"][0]["found_by"] == "conversation"
    assert json.loads(run(world, export_of, conversation).output)["customers"] == found["customers"]
