"""The business's settings in the database: what an earlier version stored is still read."""

from sqlalchemy import update

from handoff import service
from handoff.models import SettingsVersion
from handoff.states import Rung, Urgency
from tests.support.core import World, business


def test_a_top_rung_stored_by_an_earlier_version_is_a_ladder_of_that_length(world: World) -> None:
    service.save_business(world.core, business().model_dump(mode="json"), actor="test", now=world.now)
    data = business().model_dump(mode="json")
    for level, top in (("normal", 2), ("safety", 5)):
        del data["levels"][level]["ladder"]
        data["levels"][level]["top_rung"] = top
    with world.core.database.write() as session:
        session.execute(update(SettingsVersion).values(data=data))
    stored = service.load_business(world.core.database)
    assert stored is not None
    assert stored[1].levels_for(Urgency.NORMAL).ladder == (Rung.AGENTS, Rung.ON_CALL)
    assert stored[1].levels_for(Urgency.SAFETY).ladder == (Rung.AGENTS, Rung.ON_CALL, *[Rung.SUPERVISOR] * 3)
    assert stored[1].levels_for(Urgency.HIGH).ladder == business().levels_for(Urgency.HIGH).ladder
