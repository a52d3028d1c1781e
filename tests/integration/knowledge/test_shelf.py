"""Which releases may still be said: after a switch, after a retirement, and after ten minutes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.knowledge import approving, review
from bot.knowledge import release as releases
from bot.knowledge.content import Item
from bot.knowledge.library import Library
from bot.knowledge.shelf import KEPT, Shelf
from handoff.errors import TextMissing
from tests.support.knowledge import NOW, entry, every_notice, library_of, write_folder

SOON = NOW + timedelta(seconds=1)


@pytest.fixture
def library(database_url: str, tmp_path: Path) -> Iterator[Library]:
    library = library_of(database_url)
    _release(library, tmp_path / "first", entry(), *every_notice())
    yield library
    library.database.dispose()


def _release(library: Library, folder: Path, *items: Item) -> None:
    review.import_folder(library, write_folder(folder, *items), NOW, by="Pilar")
    releases.build_release(library, NOW, by="Pilar")


@pytest.fixture
def before(library: Library) -> Shelf:
    return Shelf.stocked(library.database, NOW)


def test_it_is_the_same_shelf_while_nothing_changes(library: Library, before: Shelf) -> None:
    assert before.follow(library.database, SOON) is before


def test_after_a_switch_both_releases_are_said_for_a_while(library: Library, before: Shelf, tmp_path: Path) -> None:
    _release(library, tmp_path / "second", entry("returns"))
    after = before.follow(library.database, SOON)
    assert after.current.number == 2
    assert after.get(2, SOON) is after.current
    assert after.get(1, SOON) is before.current
    assert after.get(1, SOON + KEPT) is None
    assert after.get(9, SOON) is None
    assert after.follow(library.database, SOON + KEPT).leaving == {}


def test_back_to_the_release_before_and_it_is_current_alone(library: Library, before: Shelf, tmp_path: Path) -> None:
    _release(library, tmp_path / "second", entry("returns"))
    after = before.follow(library.database, SOON)
    approving.retire(library, "returns", NOW, by="Pilar")
    releases.build_release(library, NOW, by="Pilar")
    back = after.follow(library.database, SOON)
    assert (back.current.number, set(back.leaving)) == (1, {2})


def test_what_is_retired_is_refused_by_every_release_on_the_shelf(
    library: Library, before: Shelf, tmp_path: Path
) -> None:
    _release(library, tmp_path / "second", entry("returns"))
    both = before.follow(library.database, SOON)
    approving.retire(library, "shop-hours", NOW, by="Pilar")
    after = both.follow(library.database, SOON)
    for number in (1, 2):
        release = after.get(number, SOON)
        assert release is not None
        with pytest.raises(TextMissing):
            release.render_entry("shop-hours", "en", "web", {}, SOON)
