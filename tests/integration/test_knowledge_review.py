"""Content becomes approved by its digest and a second person; an edit never displaces what was approved."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.knowledge.approving import approve, retire
from bot.knowledge.errors import ApprovalRefused, EntryNotFound, KnowledgeInvalid, ReleaseDamaged
from bot.knowledge.format import dump_folder, parse_folder
from bot.knowledge.library import Library
from bot.knowledge.release import build_release, current
from bot.knowledge.review import export_folder, import_folder, list_versions
from bot.knowledge.tables import Version
from handoff.errors import StaleVersion, TextMissing
from tests.support.knowledge import DEMO, NOW, entry, every_notice, library_of, notice, submitted, write_folder

EDITED = {
    "en": {"web": "Open on Mondays.", "sms": "Open on Mondays."},
    "es": {"web": "Abierto los lunes.", "sms": "Abierto los lunes."},
}


@pytest.fixture
def library(database_url: str) -> Iterator[Library]:
    library = library_of(database_url)
    yield library
    library.database.dispose()


def states(library: Library, item_id: str = "shop-hours") -> list[tuple[int, str]]:
    return [(one.version, one.state) for one in list_versions(library.database, item_id)]


def test_content_whose_digest_is_approved_is_approved(library: Library, tmp_path: Path) -> None:
    report = import_folder(library, write_folder(tmp_path, entry()), NOW, by="Pilar")
    assert report.approved == ["shop-hours"]
    (version,) = list_versions(library.database)
    assert (version.state, version.approver, version.author) == ("approved", "Elena", "Marta")
    assert version.approved_at is not None
    assert version.approved_at.isoformat() == "2026-11-16T00:00:00+00:00"


def test_importing_twice_changes_nothing(library: Library, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, entry(), notice())
    import_folder(library, folder, NOW, by="Pilar")
    report = import_folder(library, folder, NOW + timedelta(days=1), by="Pilar")
    assert sorted(report.unchanged) == ["greeting", "shop-hours"]
    assert states(library) == [(1, "approved")]


def test_an_edit_is_a_draft_beside_the_approved_version(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", entry()), NOW, by="Pilar")
    dump_folder([submitted(entry(answers=EDITED), digest=entry().digest())], tmp_path / "b")
    report = import_folder(library, tmp_path / "b", NOW, by="Pilar")
    assert report.drafts == ["shop-hours"]
    assert "needs a new approval" in report.refused["shop-hours"]
    assert states(library) == [(1, "approved"), (2, "draft")]


def test_an_edit_is_not_served_before_it_is_approved(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", entry(), *every_notice()), NOW, by="Pilar")
    first = build_release(library, NOW, by="Pilar")
    import_folder(library, write_folder(tmp_path / "b", entry(answers=EDITED), approver=None), NOW, by="Pilar")
    assert build_release(library, NOW, by="Pilar").number == first.number
    approve(library, "shop-hours", version=2, approver="Elena", now=NOW)
    second = build_release(library, NOW, by="Pilar")
    assert second.number == first.number + 1
    assert second.render_entry("shop-hours", "en", "sms", {}, NOW).text == "Open on Mondays."
    assert first.render_entry("shop-hours", "en", "sms", {}, NOW).text == "Open every day."


def test_what_was_never_approved_is_not_served(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", *every_notice()), NOW, by="Pilar")
    import_folder(library, write_folder(tmp_path / "b", entry(), approver=None), NOW, by="Pilar")
    with pytest.raises(TextMissing):
        build_release(library, NOW, by="Pilar").render_entry("shop-hours", "en", "web", {}, NOW)


def test_an_old_file_never_displaces_a_newer_version(library: Library, tmp_path: Path) -> None:
    old = write_folder(tmp_path / "a", entry())
    import_folder(library, old, NOW, by="Pilar")
    import_folder(library, write_folder(tmp_path / "b", entry(answers=EDITED)), NOW, by="Pilar")
    assert import_folder(library, old, NOW, by="Pilar").unchanged == ["shop-hours"]
    assert states(library) == [(1, "approved"), (2, "approved")]


def test_an_author_cannot_approve_in_a_file(library: Library, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, entry(), approver=" marta ")
    report = import_folder(library, folder, NOW, by="Pilar")
    assert report.drafts == ["shop-hours"]
    assert "second person" in report.refused["shop-hours"]


def test_a_company_of_one_may_allow_it(library: Library, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, entry(), approver="Marta")
    assert import_folder(library, folder, NOW, allow_self_approval=True, by="Pilar").approved == ["shop-hours"]


def test_what_has_an_error_is_not_approved(library: Library, tmp_path: Path) -> None:
    unsafe = {**EDITED, "en": {"web": "[here](http://plain.example)", "sms": "x"}}
    report = import_folder(library, write_folder(tmp_path, entry(answers=unsafe)), NOW, by="Pilar")
    assert report.drafts == ["shop-hours"]
    assert "answers.en.web" in report.refused["shop-hours"]


def test_a_draft_becomes_approved_when_its_file_comes_back_with_an_approval(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", entry(), approver=None), NOW, by="Pilar")
    assert import_folder(library, write_folder(tmp_path / "b", entry()), NOW, by="Pilar").approved == ["shop-hours"]
    assert states(library) == [(1, "approved")]


def test_a_broken_folder_stores_nothing(library: Library, tmp_path: Path) -> None:
    write_folder(tmp_path, entry())
    (tmp_path / "broken.yml").write_text("format: 1\n")
    with pytest.raises(KnowledgeInvalid):
        import_folder(library, tmp_path, NOW, by="Pilar")
    assert list_versions(library.database) == ()


def test_an_id_keeps_its_kind(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", entry("same")), NOW, by="Pilar")
    with pytest.raises(KnowledgeInvalid):
        import_folder(library, write_folder(tmp_path / "b", notice("same")), NOW, by="Pilar")


def test_approval_names_the_newest_content(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", entry(), approver=None), NOW, by="Pilar")
    import_folder(library, write_folder(tmp_path / "b", entry(answers=EDITED), approver=None), NOW, by="Pilar")
    with pytest.raises(StaleVersion):
        approve(library, "shop-hours", version=1, approver="Elena", now=NOW)
    with pytest.raises(StaleVersion):
        approve(library, "shop-hours", digest=entry().digest(), approver="Elena", now=NOW)
    done = approve(library, "shop-hours", digest=entry(answers=EDITED).digest(), approver="Elena", now=NOW)
    assert (done.version, done.state, done.approved_at) == (2, "approved", NOW)


def test_approval_is_refused_with_its_reason(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path, entry(), entry("few", phrasings={}), approver=None), NOW, by="Pilar")
    with pytest.raises(ApprovalRefused, match="second person"):
        approve(library, "shop-hours", version=1, approver="MARTA", now=NOW)
    with pytest.raises(ApprovalRefused, match="name who"):
        approve(library, "shop-hours", version=1, approver=" ", now=NOW)
    with pytest.raises(ApprovalRefused, match="version or the digest"):
        approve(library, "shop-hours", approver="Elena", now=NOW)
    with pytest.raises(ApprovalRefused, match="phrasings"):
        approve(library, "few", version=1, approver="Elena", now=NOW)
    with pytest.raises(EntryNotFound):
        approve(library, "nothing", version=1, approver="Elena", now=NOW)
    approve(library, "shop-hours", version=1, approver="Elena", now=NOW)
    with pytest.raises(ApprovalRefused, match="already"):
        approve(library, "shop-hours", version=1, approver="Elena", now=NOW)


def test_a_retired_entry_is_refused_by_every_release(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path, entry(), *every_notice()), NOW, by="Pilar")
    build_release(library, NOW, by="Pilar")
    assert retire(library, "shop-hours", NOW, by="Pilar") == (1,)
    with pytest.raises(TextMissing):
        current(library.database, NOW).render_entry("shop-hours", "en", "web", {}, NOW)
    assert "shop-hours" not in build_release(library, NOW, by="Pilar").entries
    assert import_folder(library, tmp_path, NOW, by="Pilar").approved == []
    with pytest.raises(EntryNotFound):
        retire(library, "shop-hours", NOW, by="Pilar")


def test_export_gives_the_files_back(library: Library, tmp_path: Path) -> None:
    import_folder(library, DEMO, NOW, by="Pilar")
    for path in export_folder(library.database, tmp_path):
        assert path.read_bytes() == (DEMO / path.name).read_bytes()
    assert parse_folder(tmp_path) == parse_folder(DEMO)


def test_content_changed_behind_our_back_is_found(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path, entry(), *every_notice()), NOW, by="Pilar")
    build_release(library, NOW, by="Pilar")
    changed = entry(answers=EDITED).content()
    with library.database.write() as session:
        session.execute(update(Version).where(Version.item_id == "shop-hours").values(content=changed))
    with pytest.raises(ReleaseDamaged) as found:
        current(library.database, NOW)
    assert "shop-hours" in found.value.fields
