"""The list of everything, the search in both languages, and the history of one item."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.knowledge.approving import approve, retire
from bot.knowledge.drafting import save_draft
from bot.knowledge.errors import EntryNotFound
from bot.knowledge.library import Library
from bot.knowledge.reading import history, list_items, read_item, read_version
from bot.knowledge.release import build_release
from bot.knowledge.review import import_folder
from tests.support.knowledge import NOW, entry, every_notice, library_of, write_folder

EDITED = {
    "en": {"web": "Open on **Mondays**.", "sms": "Open on Mondays."},
    "es": {"web": "Solo los lunes, en Málaga.", "sms": "Solo los lunes, en Málaga."},
}
RETURNS = {"en": "Returns", "es": "Devolución"}


@pytest.fixture
def library(database_url: str, tmp_path: Path) -> Iterator[Library]:
    """Released: shop-hours and returns; shop-hours has a newer draft."""
    library = library_of(database_url)
    returns = entry("returns", topic="returns", title=RETURNS, review_by=date(2027, 1, 31))
    import_folder(library, write_folder(tmp_path, entry(), returns, *every_notice()), NOW, by="Pilar")
    build_release(library, NOW, by="Pilar")
    save_draft(library, entry(answers=EDITED), base_version=1, author="Nuria", now=NOW)
    yield library
    library.database.dispose()


def ids(library: Library, **wanted: str) -> list[str]:
    return [one.item_id for one in list_items(library.database, NOW, **wanted)]


def test_each_line_says_what_is_newest_and_what_is_live(library: Library) -> None:
    hours = read_item(library.database, "shop-hours", NOW)
    assert (hours.version, hours.state, hours.author, hours.live_version, hours.served) == (
        2,
        "draft",
        "Nuria",
        1,
        True,
    )
    assert (hours.title["es"], hours.topic, hours.owner, hours.review_by) == (
        "Horario", "shop", "Carmen", date(2027, 6, 30),
    )  # fmt: skip
    assert len(list_items(library.database, NOW)) == 2 + len(every_notice())


def test_what_was_never_released_is_not_served(library: Library) -> None:
    save_draft(library, entry("parking"), base_version=0, author="Nuria", now=NOW)
    parking = read_item(library.database, "parking", NOW)
    assert (parking.live_version, parking.served) == (None, False)


def test_what_is_retired_or_past_its_date_is_not_served(library: Library) -> None:
    late = datetime(2027, 2, 1, tzinfo=UTC)
    assert read_item(library.database, "returns", NOW).served
    assert not read_item(library.database, "returns", late).served
    retire(library, "returns", NOW, by="Elena")
    assert not read_item(library.database, "returns", NOW).served


def test_the_list_is_filtered_by_state_and_topic(library: Library) -> None:
    assert ids(library, state="draft") == ["shop-hours"]
    assert ids(library, topic="returns") == ["returns"]
    assert {"shop-hours", "returns", "greeting"} <= set(ids(library, state="released"))
    assert ids(library, state="retired") == []


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("malaga LUNES", ["shop-hours"]),  # an answer in Spanish, of the newest version
        ("devolucion", ["returns"]),  # a title
        ("every day", ["returns"]),  # shop-hours says so only in an older version
        ("returns cuando abren 3", ["returns"]),  # a phrasing
        ("on mondays", ["shop-hours"]),  # marks of Markdown are no letters
        ("nothing like it", []),
    ],
)
def test_search_finds_every_word_in_either_language(library: Library, q: str, found: list[str]) -> None:
    assert ids(library, q=q) == found


def test_the_history_of_one_item(library: Library) -> None:
    approve(library, "shop-hours", version=2, approver="Elena", now=NOW)
    told = [(each.kind, each.actor, each.data["version"]) for each in history(library.database, "shop-hours")]
    assert told == [
        ("knowledge.import", "Pilar", 1), ("knowledge.draft", "Nuria", 2), ("knowledge.approve", "Elena", 2),
    ]  # fmt: skip


def test_versions_are_read_whole(library: Library) -> None:
    assert read_version(library.database, "shop-hours").item == entry(answers=EDITED, author="Nuria")
    assert read_version(library.database, "shop-hours", 1).item == entry()
    for missing in (("shop-hours", 3), ("nothing", None)):
        with pytest.raises(EntryNotFound):
            read_version(library.database, *missing)
    with pytest.raises(EntryNotFound):
        read_item(library.database, "nothing", NOW)
