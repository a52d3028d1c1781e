"""A text near its review date is told of once, at the desk, and a notice past it is still served."""

from datetime import UTC, datetime
from pathlib import Path

from bot.app import remind_of_reviews
from bot.knowledge import release as releases
from bot.knowledge import review
from bot.knowledge.tables import migrate
from handoff import service
from tests.support.core import World, make_core
from tests.support.knowledge import DEMO, library_in

LATE = datetime(2031, 1, 1, tzinfo=UTC)


def test_each_text_that_is_due_is_told_of_once(sqlite_url: str) -> None:
    world = World(make_core(sqlite_url))
    core = world.core
    migrate(core.database)
    review.import_folder(library_in(core), Path(DEMO), world.now, by="Pilar")
    release = releases.build_release(library_in(core), world.now, by="Pilar")
    assert remind_of_reviews(core, world.now) == 0
    due = [
        service.ReviewDue(item=each.id, owner=each.owner, review_by=each.review_by)
        for each in releases.expiring(core.database, LATE)
    ]
    assert len(due) == len(release.entries) + len(release.notices)
    assert service.tell_reviews(core, due[:2], now=world.now) == 2
    assert service.tell_reviews(core, due[:2], now=world.now) == 0
    samuel, ana = world.agent("Samuel", role="supervisor"), world.agent("Ana")
    shown = service.read_alerts(core, samuel, now=world.now)
    assert {alert.data["item"] for alert in shown} == {each.item for each in due[:2]}
    assert service.read_alerts(core, ana, now=world.now) == ()
    service.finish_alert(core, samuel, shown[0].id, now=world.now)
    assert service.tell_reviews(core, due[:2], now=world.now) == 0
    assert len(service.read_alerts(core, samuel, now=world.now)) == 1
    assert release.render("greeting", "es", "web", {}).text
    core.database.dispose()
