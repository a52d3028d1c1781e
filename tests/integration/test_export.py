"""`relevo export case`: who said and did what, who approved the words, and whether the ledger still proves it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from bot.cli import relevo
from bot.evidence import as_lines, evidence_of
from bot.knowledge import release as releases
from bot.knowledge import review
from bot.knowledge.tables import migrate
from bot.texts import ReleaseTexts
from handoff import service
from handoff.errors import NotFound
from handoff.service import CallbackForm
from handoff.service.base.core import work
from handoff.service.cases.holding import open_case
from handoff.service.telling.alerts import alert
from tests.support.core import World, make_core
from tests.support.knowledge import NOW, entry, every_notice, library_in, write_folder

PHONE = "+34600111222"


@dataclass
class Shop:
    """A world with approved words, whose author and approver are known."""

    world: World
    reference: str = ""
    conversation: str = ""

    def evidence(self) -> dict[str, Any]:
        return evidence_of(self.world.core, self.reference, self.world.now)


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[Shop]:
    core = make_core(database_url)
    migrate(core.database)
    review.import_folder(
        library_in(core), write_folder(tmp_path / "knowledge", entry(), *every_notice()), NOW, by="Pilar"
    )
    release = releases.build_release(library_in(core), NOW, by="Pilar")
    world = World(core)
    world.core = replace(
        core, public_url="https://shop.example", texts=ReleaseTexts(release=release, clock=lambda: world.now)
    )
    yield Shop(world)
    core.database.dispose()


def a_case(shop: Shop) -> None:
    """A text, a promise, a call that nobody takes, and a call that ends it."""
    world = shop.world
    shop.conversation = world.text(PHONE, "hola", "SM1").conversation_id
    ana = world.agent("Ana")
    form = CallbackForm(message="call me, please", phone=PHONE)
    shop.reference = service.submit_form(world.core, shop.conversation, form, now=world.now).reference
    service.start_call(
        world.core, ana, shop.reference, world.case(ana, shop.reference).version, now=world.later(minutes=2)
    )
    for outcome in ("no_answer",):
        version = world.case(ana, shop.reference).version
        service.record_attempt(world.core, ana, shop.reference, version, outcome, now=world.later(minutes=1))
    service.start_call(
        world.core, ana, shop.reference, world.case(ana, shop.reference).version, now=world.later(minutes=9)
    )
    service.mark_seen(world.core, ana, shop.reference, now=world.now)
    version = world.case(ana, shop.reference).version
    service.resolve(world.core, ana, shop.reference, version, "solved", "the lamp", now=world.now)
    world.sweep(seconds=11)


def test_a_case_is_told_from_its_first_word_to_its_end(shop: Shop) -> None:
    a_case(shop)
    found = shop.evidence()
    assert [each["letter"] for each in found["transitions"]] == ["h", "c", "j", "c", "z", "l"]
    assert {each["actor_name"] for each in found["transitions"]} == {None, "Ana"}
    assert [each["text"] for each in found["said"] if each["author"] == "customer"] == ["hola", "call me, please"]
    assert all(each["text_is_proven"] for each in found["said"])
    assert found["promises"][0]["status"] == "kept"
    assert [(each["outcome"], each["agent"]) for each in found["attempts"]] == [("no_answer", "Ana")]
    assert found["case"]["outcome"] == "solved"
    assert found["ledger"]["verifies"]
    assert len(found["ledger"]["chain"]) == found["ledger"]["rows"]


def test_every_approved_text_names_who_wrote_and_who_approved_it(shop: Shop) -> None:
    a_case(shop)
    found = shop.evidence()
    said = {each["approved"]["id"] for each in found["said"] if each["approved"]}
    assert {"promised", "agent_calling", "attempt_failed", "resolved"} <= said
    assert {each["id"] for each in found["approvals"]} == said
    assert {(each["author"], each["approver"], each["approved_on"]) for each in found["approvals"]} == {
        ("Marta", "Elena", "2026-11-16")
    }
    assert all(each["content_has_this_digest"] and len(each["digest"]) >= 64 for each in found["approvals"])


def test_the_evidence_is_plain_text_for_people(shop: Shop) -> None:
    a_case(shop)
    lines = "\n".join(as_lines(shop.evidence()))
    assert "approved by Elena on 2026-11-16" in lines
    assert "call me, please" in lines
    assert "nothing was changed" in lines
    assert "NOT" not in lines


@pytest.mark.tampers
@pytest.mark.bar(35)
def test_what_was_changed_is_shown_as_such(shop: Shop) -> None:
    a_case(shop)
    with shop.world.core.database.write() as session:
        session.execute(text("UPDATE messages SET text = 'call somebody else' WHERE kind = 'form'"))
        session.execute(text("UPDATE knowledge_versions SET digest = 'sha256:0' WHERE item_id = 'promised'"))
        session.execute(text("UPDATE ledger SET actor = 'agent:x' WHERE kind = 'handoff.attempt_failed'"))
    found = shop.evidence()
    assert [each["text"] for each in found["said"] if not each["text_is_proven"]] == ["call somebody else"]
    assert [each["id"] for each in found["approvals"] if not each["content_has_this_digest"]] == ["promised"]
    assert not found["ledger"]["verifies"]
    assert "NOT PROVEN" in "\n".join(as_lines(found))


def test_another_case_of_the_conversation_is_not_shown(shop: Shop) -> None:
    a_case(shop)
    first = shop.reference
    shop.world.later(days=1)
    shop.world.text(PHONE, "one more thing", "SM2")
    shop.reference = shop.world.open_case(shop.conversation)
    found = shop.evidence()
    assert shop.reference != first
    assert [each["text"] for each in found["said"] if each["author"] == "customer"] == ["one more thing"]
    assert {each["event"] for each in found["transitions"]} == {"open"}
    assert found["case"]["after"] == first
    assert found["ledger"]["verifies"]


def test_what_people_were_told_at_once_stands_in_one_order_the_gravest_first(shop: Shop) -> None:
    """Rows move within a table when somebody writes to them, as when an alert is done; the evidence must not."""
    world = shop.world
    shop.conversation = world.visit()
    shop.reference = world.open_case(shop.conversation)
    kinds = ["safety", "alarm", "untellable", "delivery_dead", "idle"]
    with work(world.core, world.later(seconds=1)) as unit:
        for kind in kinds:
            alert(unit, kind, "agent", open_case(unit, shop.reference).row)
    ana = world.agent("Ana")
    (first,) = [each for each in service.read_alerts(world.core, ana, now=world.now) if each.kind == "safety"]
    service.finish_alert(world.core, ana, first.id, now=world.later(seconds=1))
    assert [each["kind"] for each in shop.evidence()["alerts"]][-5:] == kinds


def test_what_is_not_there_is_not_found(shop: Shop) -> None:
    shop.reference = "R-000000"
    with pytest.raises(NotFound):
        shop.evidence()


def test_the_command_writes_json_or_text(shop: Shop, tmp_path: Path) -> None:
    a_case(shop)

    class App:
        def core(self) -> service.Core:
            return shop.world.core

    group = relevo.get_command(click.Context(relevo), "export")
    assert isinstance(group, click.Group)
    command = group.commands["case"]
    shown = CliRunner().invoke(command, [shop.reference, "--json"], obj=App())
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.output)["reference"] == shop.reference
    written = CliRunner().invoke(command, [shop.reference, "--out", str(tmp_path / "case.txt")], obj=App())
    assert written.exit_code == 0, written.output
    assert f"Case {shop.reference}" in (tmp_path / "case.txt").read_text()
