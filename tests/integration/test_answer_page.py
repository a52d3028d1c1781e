"""The page of an approved answer: of a released version, whole, safe, and for no search engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import Client

from bot.answers.routes import router
from bot.knowledge import approving, review
from bot.knowledge import release as releases
from bot.knowledge.content import Item
from bot.knowledge.tables import migrate
from bot.routes import add_errors
from handoff.service import CoreBox
from tests.support.core import World, make_core
from tests.support.knowledge import entry, every_notice, library_in, write_folder
from tests.support.web import serving

MARKED = "Open **every day**, [see the map](https://shop.example/a)."
OTHER = "Closed."


@dataclass(kw_only=True)
class Place:
    world: World
    client: Client
    folder: Path

    def publish(self, *items: Item) -> None:
        """These beside the notices, in a release of their own."""
        library, now = library_in(self.world.core), self.world.now
        folder = write_folder(self.folder / str(len(list(self.folder.iterdir()))), *every_notice(), *items)
        review.import_folder(library, folder, now, by="Pilar")
        releases.build_release(library, now, by="Pilar")


def _answers(web: str) -> dict[str, dict[str, str]]:
    return {language: {"web": web, "sms": "Open."} for language in ("en", "es")}


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    world = World(make_core(database_url))
    migrate(world.core.database)
    app = FastAPI()
    app.state.box = CoreBox(world.core)
    add_errors(app)
    app.include_router(router(lambda: releases.current(world.core.database, world.now), clock=lambda: world.now))
    with serving(app) as base, Client(base_url=base) as client:
        place = Place(world=world, client=client, folder=tmp_path)
        place.publish(entry(answers=_answers(MARKED)))
        yield place
    world.core.database.dispose()


def test_the_page_shows_the_whole_approved_text_with_its_version(place: Place) -> None:
    answer = place.client.get("/t/en/shop-hours/1")
    assert answer.status_code == 200
    assert "<h1>Opening hours</h1>" in answer.text
    assert "Open <strong>every day</strong>" in answer.text
    assert 'href="https://shop.example/a"' in answer.text
    assert "1, approved on" in answer.text
    assert '<html lang="es">' in place.client.get("/t/es/shop-hours/1").text


def test_the_page_is_for_no_search_engine_and_runs_nothing(place: Place) -> None:
    for path in ("/t/en/shop-hours/1", "/t/en/unknown/1"):
        headers = place.client.get(path).headers
        assert "noindex" in headers["x-robots-tag"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
    assert "script" not in place.client.get("/t/en/shop-hours/1").text
    assert place.client.get("/t/assets/page.css").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/t/en/shop-hours/2",
        "/t/en/unknown/1",
        "/t/en/greeting/1",
        "/t/en/shop-hours/x",
        "/t/en/shop-hours/99999999999",
        "/t/en/%3Cscript%3E/1",
        "/t/en/shop-hours/-1",
        "/t/assets/routes.py",
    ],
)
def test_what_is_no_released_answer_is_not_found_and_nothing_more_is_said(place: Place, path: str) -> None:
    answer = place.client.get(path)
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_an_older_version_is_shown_as_it_was_said_and_leads_to_the_newer(place: Place) -> None:
    place.publish(entry(answers=_answers(OTHER)))
    before = place.client.get("/t/en/shop-hours/1").text
    assert "Open <strong>every day</strong>" in before
    assert 'href="/t/en/shop-hours/2"' in before
    assert "newer" not in place.client.get("/t/en/shop-hours/2").text


def test_a_draft_and_what_is_retired_or_for_customers_only_or_past_its_date_is_not_shown(place: Place) -> None:
    place.publish(
        entry(answers=_answers(MARKED)),
        entry("for-some", audience="customers"),
        entry("too-old", review_by=date(2026, 11, 30)),
    )
    assert place.client.get("/t/en/for-some/1").status_code == 404
    assert place.client.get("/t/en/too-old/1").status_code == 200
    place.world.later(days=30)
    assert place.client.get("/t/en/too-old/1").status_code == 404
    approving.retire(library_in(place.world.core), "shop-hours", place.world.now, by="Pilar")
    assert place.client.get("/t/en/shop-hours/1").status_code == 404


def test_a_flood_of_one_network_is_turned_away_calmly(place: Place) -> None:
    codes = {place.client.get("/t/en/shop-hours/1").status_code for _ in range(310)}
    assert codes == {200, 429}
