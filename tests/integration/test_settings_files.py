"""Settings go in as a relevo.toml and come out as the same: the switch for companies of one with the rest."""

from dataclasses import replace
from pathlib import Path

from bot.operations import export_settings, import_settings
from bot.settings import ROOT
from handoff import service
from tests.support.core import World, business, make_core


def test_self_approval_is_off_unless_somebody_switches_it_on() -> None:
    assert business().knowledge.self_approval is False
    assert "self_approval = false" in (ROOT / "relevo.toml").read_text(encoding="utf-8")


def test_what_is_exported_is_imported_as_the_same(database_url: str, tmp_path: Path) -> None:
    world = World(make_core(database_url, knowledge={"self_approval": True}))
    file = tmp_path / "relevo.toml"
    file.write_text(export_settings(world.core), encoding="utf-8")
    import_settings(world.core, file, world.now)
    stored = service.load_business(world.core.database)
    assert stored is not None
    assert stored[1] == world.core.business
    assert stored[1].knowledge.self_approval
    assert export_settings(replace(world.core, business=stored[1])) == file.read_text(encoding="utf-8")
    world.core.database.dispose()
