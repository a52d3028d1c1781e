"""Releases are immutable, numbered and complete, or there is none."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.knowledge.catalogue import LABELS, NOTICES
from bot.knowledge.errors import KnowledgeInvalid, NoticeMissing, ReleaseNotFound
from bot.knowledge.library import Library
from bot.knowledge.release import build_release, current, expiring, load
from bot.knowledge.review import import_folder
from bot.knowledge.values import Value
from handoff.errors import TextMissing
from tests.support.knowledge import DEMO, NOW, entry, every_notice, library_of, notice, write_folder


@pytest.fixture
def library(database_url: str) -> Iterator[Library]:
    library = library_of(database_url)
    yield library
    library.database.dispose()


def test_the_same_content_is_the_same_release(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", *every_notice()), NOW, by="Pilar")
    first, again = build_release(library, NOW, by="Pilar"), build_release(library, NOW, by="Pilar")
    assert (first.number, first.digest) == (again.number, again.digest) == (1, first.digest)
    import_folder(library, write_folder(tmp_path / "b", entry()), NOW, by="Pilar")
    second = build_release(library, NOW, by="Pilar")
    assert (second.number, second.digest != first.digest) == (2, True)
    assert current(library.database, NOW).number == 2


def test_an_older_release_can_still_be_read(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", *every_notice()), NOW, by="Pilar")
    first = build_release(library, NOW, by="Pilar")
    import_folder(library, write_folder(tmp_path / "b", entry()), NOW, by="Pilar")
    build_release(library, NOW, by="Pilar")
    assert load(library.database, 1, NOW) == first
    with pytest.raises(ReleaseNotFound):
        load(library.database, 9, NOW)


def test_nothing_is_current_before_a_release(library: Library) -> None:
    with pytest.raises(ReleaseNotFound):
        current(library.database, NOW)


def test_every_missing_notice_is_named(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path, entry(), notice("greeting")), NOW, by="Pilar")
    with pytest.raises(NoticeMissing) as refused:
        build_release(library, NOW, by="Pilar")
    assert set(refused.value.fields) == {*NOTICES, *LABELS} - {"greeting"}
    with pytest.raises(ReleaseNotFound):
        current(library.database, NOW)


def test_a_language_that_the_notices_lack_is_named_per_channel(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path, *every_notice()), NOW, by="Pilar")
    with pytest.raises(NoticeMissing) as refused:
        build_release(library, NOW, languages=("en", "es", "pt"), by="Pilar")
    assert len(refused.value.fields) == 2 * (len(NOTICES) + len(LABELS))
    assert {"greeting.pt.web", "greeting.pt.sms"} <= set(refused.value.fields)


def test_a_notice_that_asks_for_words_it_is_not_given_is_named(library: Library, tmp_path: Path) -> None:
    odd = [one if one.id != "greeting" else notice("greeting", ("reference",)) for one in every_notice()]
    import_folder(library, write_folder(tmp_path, *odd), NOW, by="Pilar")
    with pytest.raises(NoticeMissing) as refused:
        build_release(library, NOW, by="Pilar")
    assert set(refused.value.fields) == {"greeting.values.reference"}


def test_the_same_question_in_two_entries_stops_a_release(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path / "a", *every_notice(), entry()), NOW, by="Pilar")
    build_release(library, NOW, by="Pilar")
    import_folder(library, write_folder(tmp_path / "b", entry("copy", phrasings=entry().phrasings)), NOW, by="Pilar")
    with pytest.raises(KnowledgeInvalid):
        build_release(library, NOW, by="Pilar")
    assert current(library.database, NOW).number == 1


def test_an_expired_entry_is_neither_served_nor_matched_and_a_notice_is(library: Library, tmp_path: Path) -> None:
    late = datetime(2027, 7, 1, tzinfo=UTC)
    import_folder(library, write_folder(tmp_path, entry(), *every_notice()), NOW, by="Pilar")
    release = build_release(library, NOW, by="Pilar")
    assert [one.id for one, _ in release.matchable(NOW)] == ["shop-hours"]
    assert release.matchable(late) == ()
    with pytest.raises(TextMissing):
        release.render_entry("shop-hours", "en", "web", {}, late)
    assert release.render("greeting", "en", "web", {}).text == "greeting"
    told = expiring(library.database, late)
    assert {one.id for one in told if not one.served} == {"shop-hours"}
    assert "greeting" in {one.id for one in told if one.served}


def test_owners_are_told_fourteen_days_before(library: Library, tmp_path: Path) -> None:
    soon = entry("soon", review_by=date(2026, 12, 3))
    later = entry("later", review_by=date(2026, 12, 5))
    import_folder(library, write_folder(tmp_path, soon, later, *every_notice()), NOW, by="Pilar")
    build_release(library, NOW, by="Pilar")
    (told,) = expiring(library.database, NOW)
    assert (told.id, told.owner, told.served) == ("soon", "Carmen", True)


def test_two_builders_at_once_make_one_release(library: Library, tmp_path: Path) -> None:
    import_folder(library, write_folder(tmp_path, entry(), *every_notice()), NOW, by="Pilar")
    with ThreadPoolExecutor(4) as pool:
        numbers = [
            done.result().number for done in [pool.submit(build_release, library, NOW, by="Pilar") for _ in range(4)]
        ]
    assert numbers == [1, 1, 1, 1]


def test_the_demo_shop_renders_in_every_language_and_channel(library: Library) -> None:
    report = import_folder(library, DEMO, NOW, by="Pilar")
    assert (report.drafts, report.refused) == ([], {})
    release = build_release(library, NOW, by="Pilar")
    for item_id in release.entries:
        for language in ("en", "es"):
            for channel in ("web", "sms"):
                assert release.render_entry(item_id, language, channel, {}, NOW).text
    values = {
        "order": Value("pattern", "A-104820"),
        "status": Value("enum", "shipped"),
        "date": Value("date", "2026-11-24"),
    }
    said = release.render("order_status", "en", "sms", values)
    assert said.text == "Order A-104820 is on its way; expected on 24 November 2026."
    assert release.render("order_status", "es", "sms", values).text.endswith("prevista el 24 de noviembre de 2026.")


def test_the_demo_shop_says_that_it_is_a_bot_and_how_to_get_a_person(library: Library) -> None:
    import_folder(library, DEMO, NOW, by="Pilar")
    release = build_release(library, NOW, by="Pilar")
    texts = {
        (lang, ch): release.render("disclosure", lang, ch, {}).text for lang in ("en", "es") for ch in ("web", "sms")
    }
    assert all("automated assistant" in texts["en", channel] for channel in ("web", "sms"))
    assert all("istente automático" in texts["es", channel] for channel in ("web", "sms"))
    assert all(word in texts["en", "sms"] for word in ("AGENT", "STOP"))
    assert all(word in texts["es", "sms"] for word in ("AGENTE", "BAJA"))
    assert release.label("talk_to_person", "en") in texts["en", "web"]
    assert release.label("talk_to_person", "es") in texts["es", "web"]
