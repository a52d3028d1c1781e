"""From draft to approved: edits that do not overwrite each other, review, and every step in the ledger."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from bot.knowledge.approving import approve, retire, send_back, submit
from bot.knowledge.drafting import NEW, save_draft
from bot.knowledge.errors import (
    ApprovalRefused,
    EntryExists,
    EntryNotFound,
    KnowledgeInvalid,
    StepRefused,
)
from bot.knowledge.library import STREAM, Library
from bot.knowledge.review import list_versions
from bot.knowledge.versions import VersionView
from handoff.errors import StaleVersion
from handoff.service import read_facts
from tests.support.knowledge import NOW, entry, library_of, notice

EDITED = {
    "en": {"web": "Open on Mondays.", "sms": "Open on Mondays."},
    "es": {"web": "Abierto los lunes.", "sms": "Abierto los lunes."},
}
ID = "shop-hours"


@pytest.fixture
def library(database_url: str) -> Iterator[Library]:
    library = library_of(database_url)
    yield library
    library.database.dispose()


def draft(library: Library, base: int = NEW, author: str = "Marta", **changes: Any) -> VersionView:
    return save_draft(library, entry(**changes), base_version=base, author=author, now=NOW)


def steps(library: Library) -> list[tuple[str, str]]:
    with library.database.read() as session:
        return [(each.kind.partition(".")[2], each.actor) for each in read_facts(session, STREAM)]


def states(library: Library) -> list[tuple[int, str]]:
    return [(one.version, one.state) for one in list_versions(library.database, ID)]


def test_the_whole_way(library: Library) -> None:
    draft(library)
    assert submit(library, ID, version=1, by="Marta", now=NOW).state == "in_review"
    assert send_back(library, ID, version=1, by="Elena", now=NOW, reason="which days?").state == "draft"
    draft(library, 1, answers=EDITED)
    submit(library, ID, version=2, by="Marta", now=NOW)
    done = approve(library, ID, version=2, approver="Elena", now=NOW)
    assert (done.state, done.self_approved) == ("approved", False)
    retire(library, ID, NOW, by="Nuria", version=2)
    assert steps(library) == [
        ("draft", "Marta"), ("submit", "Marta"), ("send_back", "Elena"), ("draft", "Marta"),
        ("submit", "Marta"), ("approve", "Elena"), ("retire", "Nuria"),
    ]  # fmt: skip


def test_the_reason_of_a_return_is_in_the_ledger(library: Library) -> None:
    draft(library)
    submit(library, ID, version=1, by="Marta", now=NOW)
    send_back(library, ID, version=1, by="Elena", now=NOW, reason="which days?")
    with library.database.read() as session:
        assert read_facts(session, STREAM)[-1].data["reason"] == "which days?"


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "a\x00b", "x" * 301])
def test_a_return_says_why_in_one_line(library: Library, reason: str) -> None:
    draft(library)
    submit(library, ID, version=1, by="Marta", now=NOW)
    with pytest.raises(KnowledgeInvalid):
        send_back(library, ID, version=1, by="Elena", now=NOW, reason=reason)
    assert states(library) == [(1, "in_review")]


def test_the_author_is_who_saved_it(library: Library) -> None:
    assert draft(library, author="Nuria").author == "Nuria"
    with pytest.raises(ApprovalRefused, match="second person"):
        approve(library, ID, version=1, approver="NÚRIA ", now=NOW)


def test_the_same_content_is_no_new_version_whoever_saves_it(library: Library) -> None:
    first = draft(library)
    assert draft(library, 1, author="Nuria") == first
    assert steps(library) == [("draft", "Marta")]


def test_a_retired_text_can_be_written_again(library: Library) -> None:
    draft(library)
    approve(library, ID, version=1, approver="Elena", now=NOW)
    retire(library, ID, NOW, by="Elena")
    assert (draft(library, 1).version, states(library)) == (2, [(1, "retired"), (2, "draft")])


def test_going_back_to_an_older_text_needs_a_new_approval(library: Library) -> None:
    draft(library)
    approve(library, ID, version=1, approver="Elena", now=NOW)
    draft(library, 1, answers=EDITED)
    assert (draft(library, 2).state, states(library)[0]) == ("draft", (1, "approved"))


def test_an_edit_of_what_is_in_review_is_a_draft_again(library: Library) -> None:
    draft(library)
    submit(library, ID, version=1, by="Marta", now=NOW)
    draft(library, 1, answers=EDITED)
    with pytest.raises(StaleVersion):
        approve(library, ID, version=1, approver="Elena", now=NOW)


def test_nobody_overwrites_what_they_have_not_read(library: Library) -> None:
    draft(library)
    draft(library, 1, answers=EDITED)
    with pytest.raises(StaleVersion):
        draft(library, 1, author="Nuria", suggested=True)
    with pytest.raises(StaleVersion):
        draft(library, 3, author="Nuria", suggested=True)
    with pytest.raises(EntryExists):
        draft(library, NEW, author="Nuria")
    with pytest.raises(EntryNotFound):
        save_draft(library, entry("other"), base_version=1, author="Nuria", now=NOW)
    with pytest.raises(KnowledgeInvalid):
        save_draft(library, notice(ID), base_version=2, author="Nuria", now=NOW)
    assert states(library) == [(1, "draft"), (2, "draft")]


def test_of_two_who_save_at_once_one_is_told_to_read_again(library: Library) -> None:
    """Both read version 1; whichever commits second finds version 2."""
    draft(library)

    def save(author: str) -> str:
        try:
            return draft(library, 1, author=author, title={"en": author, "es": author}).author
        except StaleVersion:
            return "stale"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(save, ["Nuria", "Elena"]))
    assert answers.count("stale") == 1
    assert states(library) == [(1, "draft"), (2, "draft")]


def test_what_lint_refuses_cannot_be_submitted_and_is_named(library: Library) -> None:
    draft(library, phrasings={})
    with pytest.raises(KnowledgeInvalid) as refused:
        submit(library, ID, version=1, by="Marta", now=NOW)
    assert {"phrasings.en", "phrasings.es"} <= set(refused.value.fields)
    assert states(library) == [(1, "draft")]


def test_a_step_from_the_wrong_state_is_refused(library: Library) -> None:
    draft(library)
    with pytest.raises(StepRefused):
        send_back(library, ID, version=1, by="Elena", now=NOW, reason="no")
    submit(library, ID, version=1, by="Marta", now=NOW)
    with pytest.raises(StepRefused):
        submit(library, ID, version=1, by="Marta", now=NOW)
    approve(library, ID, version=1, approver="Elena", now=NOW + timedelta(hours=1))
    with pytest.raises(StepRefused):
        send_back(library, ID, version=1, by="Elena", now=NOW, reason="no")
    with pytest.raises(StaleVersion):
        retire(library, ID, NOW, by="Elena", version=7)


def test_a_company_of_one_is_shown_to_be_one(library: Library) -> None:
    draft(library, author="José (jose@shop.example)")
    done = approve(library, ID, version=1, approver="jose (jose@shop.example) ", now=NOW, allow_self_approval=True)
    assert done.self_approved
    with library.database.read() as session:
        assert read_facts(session, STREAM)[-1].data["self_approved"] is True
