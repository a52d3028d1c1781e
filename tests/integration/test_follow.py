"""A running product follows a retirement and new settings without a restart, and reads nothing that is unchanged."""

from typing import Any

import pytest

from bot import app
from bot.knowledge import approving, review
from bot.knowledge import release as releases
from bot.knowledge.shelf import Shelf
from bot.knowledge.tables import migrate
from handoff import service
from handoff.errors import TextMissing
from handoff.service import CoreBox
from tests.support.core import World, business, make_core
from tests.support.knowledge import DEMO, library_in


def running(world: World) -> app.Parts:
    """The parts without what this test does not reach: environment, engine and channels."""
    database = world.core.database
    migrate(database)
    review.import_folder(library_in(world.core), DEMO, world.now, by="Pilar")
    nothing: Any = None
    return app.Parts(
        env=nothing,
        box=CoreBox(world.core),
        engines=nothing,
        detectors=nothing,
        shelf=Shelf(current=releases.build_release(library_in(world.core), world.now, by="Pilar")),
        settings=service.settings_number(database),
        channels=(),
        notifiers=(),
    )


def test_a_retired_entry_is_refused_without_a_restart(database_url: str) -> None:
    world = World(make_core(database_url))
    parts = running(world)
    before = parts.release
    app._follow(parts)
    assert parts.release is before
    approving.retire(library_in(world.core), "shop-hours", world.now, by="Pilar")
    app._follow(parts)
    with pytest.raises(TextMissing):
        parts.release.render_entry("shop-hours", "en", "web", {}, world.now)
    assert releases.mark(world.core.database) == (parts.release.number, parts.release.retired)
    world.core.database.dispose()


def test_new_settings_are_in_force_without_a_restart(database_url: str) -> None:
    world = World(make_core(database_url))
    parts = running(world)
    app._follow(parts)
    assert parts.box.core.business is world.core.business
    changed = business(name="Another name").model_dump(mode="json")
    number = service.save_business(world.core, changed, actor="test", now=world.now)
    app._follow(parts)
    assert (parts.settings, parts.box.core.business.name) == (number, "Another name")
    world.core.database.dispose()
