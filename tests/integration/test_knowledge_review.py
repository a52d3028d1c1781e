"""Content becomes approved by its digest and a second person; an edit never displaces what was approved."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.knowledge.errors import ApprovalRefused, EntryNotFound, KnowledgeInvalid, ReleaseDamaged
from bot.knowledge.format import dump_folder, parse_folder
from bot.knowledge.release import build_release, current
from bot.knowledge.review import approve, export_folder, import_folder, list_versions, retire
from bot.knowledge.tables import Version, migrate
from handoff.errors import StaleVersion, TextMissing
from handoff.service import Database
from tests.support.knowledge import DEMO, NOW, entry, every_notice, notice, submitted, write_folder

EDITED = {
    "en": {"web": "Open on Mondays.", "sms": "Open on Mondays."},
    "es": {"web": "Abierto los lunes.", "sms": "Abierto los lunes."},
}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    migrate(database)
    yield database
    database.dispose()


def states(database: Database, item_id: str = "shop-hours") -> list[tuple[int, str]]:
    return [(one.version, one.state) for one in list_versions(database, item_id)]


def test_content_whose_digest_is_approved_is_approved(database: Database, tmp_path: Path) -> None:
    report = import_folder(database, write_folder(tmp_path, entry()), NOW)
    assert report.approved == ["shop-hours"]
    (version,) = list_versions(database)
    assert (version.state, version.approver, version.author) == ("approved", "Elena", "Marta")
    assert version.approved_at is not None
    assert version.approved_at.isoformat() == "2026-11-16T00:00:00+00:00"


def test_importing_twice_changes_nothing(database: Database, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, entry(), notice())
    import_folder(database, folder, NOW)
    report = import_folder(database, folder, NOW + timedelta(days=1))
    assert sorted(report.unchanged) == ["greeting", "shop-hours"]
    assert states(database) == [(1, "approved")]


def test_an_edit_is_a_draft_beside_the_approved_version(database: Database, tmp_path: Path) -> None:
    import_folder(database, write_folder(tmp_path / "a", entry()), NOW)
    dump_folder([submitted(entry(answers=EDITED), digest=entry().digest())], tmp_path / "b")
    report = import_folder(database, tmp_path / "b", NOW)
    assert report.drafts == ["shop-hours"]
    assert "needs a new approval" in report.refused["shop-hours"]
    assert states(database) == [(1, "approved"), (2, "draft")]


def test_an_edit_is_not_served_before_it_is_approved(database: Database, tmp_path: Path) -> None:
    import_folder(database, write_folder(tmp_path / "a", entry(), *every_notice()), NOW)
    first = build_release(database, NOW)
    import_folder(database, write_folder(tmp_path / "b", entry(answers=EDITED), approver=None), NOW)
    assert build_release(database, NOW).number == first.number
    approve(database, "shop-hours", version=2, approver="Elena", now=NOW)
    second = build_release(database, NOW)
    assert second.number == first.number + 1
    assert second.render_entry("shop-hours", "en", "sms", {}, NOW).text == "Open on Mondays."
    assert first.render_entry("shop-hours", "en", "sms", {}, NOW).text == "Open every day."


def test_what_was_never_approved_is_not_served(database: Database, tmp_path: Path) -> None:
    import_folder(database, write_folder(tmp_path / "a", *every_notice()), NOW)
    import_folder(database, write_folder(tmp_path / "b", entry(), approver=None), NOW)
    with pytest.raises(TextMissing):
        build_release(database, NOW).render_entry("shop-hours", "en", "web", {}, NOW)


def test_an_old_file_never_displaces_a_newer_version(database: Database, tmp_path: Path) -> None:
    old = write_folder(tmp_path / "a", entry())
    import_folder(database, old, NOW)
    import_folder(database, write_folder(tmp_path / "b", entry(answers=EDITED)), NOW)
    assert import_folder(database, old, NOW).unchanged == ["shop-hours"]
    assert states(database) == [(1, "approved"), (2, "approved")]


def test_an_author_cannot_approve_in_a_file(database: Database, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, entry(), approver=" marta ")
    report = import_folder(database, folder, NOW)
    assert report.drafts == ["shop-hours"]
    assert "second person" in report.refused["shop-hours"]


def test_a_company_of_one_may_allow_it(database: Database, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, entry(), approver="Marta")
    assert import_folder(database, folder, NOW, allow_self_approval=True).approved == ["shop-hours"]


def test_what_has_an_error_is_not_approved(database: Database, tmp_path: Path) -> None:
    unsafe = {**EDITED, "en": {"web": "[here](http://plain.example)", "sms": "x"}}
    report = import_folder(database, write_folder(tmp_path, entry(answers=unsafe)), NOW)
    assert report.drafts == ["shop-hours"]
    assert "answers.en.web" in report.refused["shop-hours"]


def test_a_draft_becomes_approved_when_its_file_comes_back_with_an_approval(database: Database, tmp_path: Path) -> None:
    import_folder(database, write_folder(tmp_path / "a", entry(), approver=None), NOW)
    assert import_folder(database, write_folder(tmp_path / "b", entry()), NOW).approved == ["shop-hours"]
    assert states(database) == [(1, "approved")]


def test_a_broken_folder_stores_nothing(database: Database, tmp_path: Path) -> None:
    write_folder(tmp_path, entry())
    (tmp_path / "broken.yml").write_text("format: 1\n")
    with pytest.raises(KnowledgeInvalid):
        import_folder(database, tmp_path, NOW)
    assert list_versions(database) == ()


def test_an_id_keeps_its_kind(database: Database, tmp_path: Path) -> None:
    import_folder(database, write_folder(tmp_path / "a", entry("same")), NOW)
    with pytest.raises(KnowledgeInvalid):
        import_folder(database, write_folder(tmp_path / "b", notice("same")), NOW)


def test_approval_names_the_newest_content(database: Database, tmp_path: Path) -> None:
    import_folder(database, write_folder(tmp_path / "a", entry(), approver=None), NOW)
    import_folder(database, write_folder(tmp_path / "b", entry(answers=EDITED), approver=None), NOW)
    with pytest.raises(StaleVersion):
        approve(database, "shop-hours", version=1, approver="Elena", now=NOW)
    with pytest.raises(StaleVersion):
        approve(database, "shop-hours", digest=entry().digest(), approver="Elena", now=NOW)
    done = approve(database, "shop-hours", digest=entry(answers=EDITED).digest(), approver="Elena", now=NOW)
    assert (done.version, done.state, done.approved_at) == (2, "approved", NOW)


def test_approval_is_refused_with_its_reason(database: Database, tmp_path: Path) -> None:
    import_folder(database, write_folder(tmp_path, entry(), entry("few", phrasings={}), approver=None), NOW)
    with pytest.raises(ApprovalRefused, match="second person"):
        approve(database, "shop-hours", version=1, approver="MARTA", now=NOW)
    with pytest.raises(ApprovalRefused, match="name who"):
        approve(database, "shop-hours", version=1, approver=" ", now=NOW)
    with pytest.raises(ApprovalRefused, match="version or the digest"):
        approve(database, "shop-hours", approver="Elena", now=NOW)
    with pytest.raises(ApprovalRefused, match="phrasings"):
        approve(database, "few", version=1, approver="Elena", now=NOW)
    with pytest.raises(EntryNotFound):
        approve(database, "nothing", version=1, approver="Elena", now=NOW)
    approve(database, "shop-hours", version=1, approver="Elena", now=NOW)
    with pytest.raises(ApprovalRefused, match="already"):
        approve(database, "shop-hours", version=1, approver="Elena", now=NOW)


def test_a_retired_entry_is_refused_by_every_release(database: Database, tmp_path: Path) -> None:
    import_folder(database, write_folder(tmp_path, entry(), *every_notice()), NOW)
    build_release(database, NOW)
    assert retire(database, "shop-hours", NOW) == (1,)
    with pytest.raises(TextMissing):
        current(database, NOW).render_entry("shop-hours", "en", "web", {}, NOW)
    assert "shop-hours" not in build_release(database, NOW).entries
    assert import_folder(database, tmp_path, NOW).approved == []
    with pytest.raises(EntryNotFound):
        retire(database, "shop-hours", NOW)


def test_export_gives_the_files_back(database: Database, tmp_path: Path) -> None:
    import_folder(database, DEMO, NOW)
    for path in export_folder(database, tmp_path):
        assert path.read_bytes() == (DEMO / path.name).read_bytes()
    assert parse_folder(tmp_path) == parse_folder(DEMO)


def test_content_changed_behind_our_back_is_found(database: Database, tmp_path: Path) -> None:
    import_folder(database, write_folder(tmp_path, entry(), *every_notice()), NOW)
    build_release(database, NOW)
    changed = entry(answers=EDITED).content()
    with database.write() as session:
        session.execute(update(Version).where(Version.item_id == "shop-hours").values(content=changed))
    with pytest.raises(ReleaseDamaged) as found:
        current(database, NOW)
    assert "shop-hours" in found.value.fields
