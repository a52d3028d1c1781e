"""Every change of the knowledge is a row of the ledger, in the change's own transaction, and holds no text of it."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.knowledge.approving import approve, retire
from bot.knowledge.errors import ApprovalRefused, KnowledgeInvalid, NoticeMissing
from bot.knowledge.library import STREAM, Library
from bot.knowledge.release import build_release
from bot.knowledge.review import import_folder
from handoff.audit import audit_database
from handoff.models import LedgerRow
from handoff.service import Fact, read_facts
from tests.support.knowledge import NOW, entry, every_notice, library_of, notice, write_folder


@pytest.fixture
def library(database_url: str) -> Iterator[Library]:
    library = library_of(database_url)
    yield library
    library.database.dispose()


def facts(library: Library, **data: str) -> tuple[Fact, ...]:
    with library.database.read() as session:
        return read_facts(session, STREAM, **data)


def audit(library: Library) -> set[tuple[str, str]]:
    report = audit_database(library.database, library.secret, NOW + timedelta(days=1))
    return {(each.invariant, each.subject) for each in report.violations}


def test_an_import_is_one_row_a_new_version(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", entry()), NOW, by="Pilar")
    import_folder(library, write_folder(tmp_path / "a", entry()), NOW, by="Pilar")
    import_folder(library, write_folder(tmp_path / "b", notice(), approver=None), NOW, by="Nuria")
    first, second = facts(library)
    assert (first.kind, first.actor, first.at) == ("knowledge.import", "Pilar", NOW)
    signed = {"approver": "Elena", "approved_on": "2026-11-16"}
    assert first.data == {"id": "shop-hours", "version": 1, "digest": entry().digest(), "author": "Marta", **signed}
    assert (second.actor, second.data["id"], "approver" in second.data) == ("Nuria", "greeting", False)


def test_each_step_says_who_when_and_which_content(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path, *every_notice()), NOW, by="Pilar")
    import_folder(library, write_folder(tmp_path / "b", entry(), approver=None), NOW, by="Pilar")
    later = NOW + timedelta(hours=1)
    approve(library, "shop-hours", version=1, approver="Elena", now=later)
    built = build_release(library, later, by="Carmen")
    retire(library, "shop-hours", later, by="Nuria")
    steps = [each for each in facts(library) if each.kind != "knowledge.import"]
    told = [(each.kind, each.actor, each.at) for each in steps]
    assert told == [
        ("knowledge.approve", "Elena", later),
        ("knowledge.release", "Carmen", later),
        ("knowledge.switch", "Carmen", later),
        ("knowledge.retire", "Nuria", later),
    ]
    which = {"id": "shop-hours", "version": 1, "digest": entry().digest()}
    assert which.items() <= steps[0].data.items()
    assert which.items() <= steps[3].data.items()
    assert (steps[1].data["number"], steps[1].data["digest"]) == (1, built.digest)
    assert (steps[2].data["number"], steps[2].data["before"]) == (1, None)
    assert [each.kind for each in facts(library, id="shop-hours")] == [
        f"knowledge.{step}" for step in ("import", "approve", "retire")
    ]


def test_the_same_release_again_is_no_step(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path, *every_notice()), NOW, by="Pilar")
    build_release(library, NOW, by="Pilar")
    before = facts(library)
    build_release(library, NOW, by="Pilar")
    assert facts(library) == before


def test_going_back_to_an_earlier_release_is_a_switch(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", *every_notice()), NOW, by="Pilar")
    build_release(library, NOW, by="Pilar")
    import_folder(library, write_folder(tmp_path / "b", entry()), NOW, by="Pilar")
    build_release(library, NOW, by="Pilar")
    retire(library, "shop-hours", NOW, by="Pilar")
    build_release(library, NOW, by="Pilar")
    last = facts(library)[-1]
    assert (last.kind, last.data["number"], last.data["before"]) == ("knowledge.switch", 1, 2)


def test_what_is_refused_leaves_no_row(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", entry(), approver=None), NOW, by="Pilar")
    other = write_folder(tmp_path / "b", notice("shop-hours"))
    before = facts(library)
    refused: list[tuple[type[Exception], Callable[[], Any]]] = [
        (ApprovalRefused, lambda: approve(library, "shop-hours", version=1, approver="Marta", now=NOW)),
        (NoticeMissing, lambda: build_release(library, NOW, by="Pilar")),
        (KnowledgeInvalid, lambda: import_folder(library, other, NOW, by="Pilar")),
    ]
    for error, act in refused:
        with pytest.raises(error):
            act()
    assert facts(library) == before


def test_no_row_holds_a_text_of_an_entry(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path, entry(), *every_notice()), NOW, by="Pilar")
    build_release(library, NOW, by="Pilar")
    retire(library, "shop-hours", NOW, by="Pilar")
    everything = json.dumps([dict(each.data) for each in facts(library)])
    assert "every day" not in everything
    assert "when open" not in everything
    assert "Opening hours" not in everything


def test_the_audit_verifies_the_stream(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path, entry(), *every_notice()), NOW, by="Pilar")
    build_release(library, NOW, by="Pilar")
    assert audit(library) == set()
    other = Library(library.database, b"another secret, also 32 bytes long")
    assert audit(other) == {("ledger_chain", "knowledge")}


@pytest.mark.parametrize(
    "change", [{"actor": "Somebody else"}, {"at": NOW + timedelta(days=9)}, {"data": {"id": "shop-hours"}}]
)
def test_a_changed_row_is_found(library: Library, tmp_path: Path, change: dict[str, Any]) -> None:
    import_folder(library, write_folder(tmp_path, entry(), *every_notice()), NOW, by="Pilar")
    with library.database.write() as session:
        session.execute(update(LedgerRow).where(LedgerRow.stream == STREAM, LedgerRow.seq == 3).values(**change))
    assert audit(library) == {("ledger_chain", "knowledge#3")}


def test_a_cut_off_approval_is_found(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path, entry(), approver=None), NOW, by="Pilar")
    approve(library, "shop-hours", version=1, approver="Elena", now=NOW)
    with library.database.write() as session:
        last = select(LedgerRow).where(LedgerRow.stream == STREAM).order_by(LedgerRow.seq.desc()).limit(1)
        session.delete(session.execute(last).scalar_one())
    assert audit(library) == {("ledger_chain", "knowledge")}
