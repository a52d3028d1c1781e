"""Two at once: administrators who demote each other, and who save settings made from the same version."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from handoff import service
from handoff.errors import InvalidInput, RelevoError
from handoff.service.base.versions import read_settings
from handoff.service.people import accounts
from handoff.service.people.directory import list_people
from handoff.service.people.pauses import EVERYBODY, pause_team, resume_team, teams
from handoff.service.people.staffing import Staffing, change_person, set_agent
from tests.support.core import World, world


@pytest.fixture
def shop(database_url: str) -> Iterator[World]:
    yield from world(database_url)


def outcome(act: Callable[[], Any]) -> str:
    try:
        act()
    except RelevoError as error:
        return error.code
    return "done"


def at_once(*acts: Callable[[], Any]) -> list[str]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(outcome, acts))


def test_of_two_administrators_who_demote_each_other_one_stays(shop: World) -> None:
    """Each looks while the other is still an administrator; whoever comes second sees that nobody would be left."""
    ada, alan = shop.agent("Ada", role="admin"), shop.agent("Alan", role="admin")
    for each in (ada, alan):
        accounts.set_password(shop.core, each, "correct horse battery", now=shop.now)

    def demote(actor: Any, other: str) -> Callable[[], Any]:
        return lambda: change_person(shop.core, actor, other, Staffing(role="agent"), now=shop.now)

    assert at_once(demote(ada, alan.id), demote(alan, ada.id)) == ["done", "last_admin"]
    roles = [person.role for person in list_people(shop.core, ada, now=shop.now)]
    assert sorted(roles) == ["admin", "agent"]


def test_of_eight_who_save_from_the_same_version_one_does(shop: World) -> None:
    """All name version 1; the first makes version 2 of it, and the others are told so."""
    data = shop.core.business.model_dump(mode="json")
    service.save_business(shop.core, data, actor="relevo.toml", now=shop.now)

    def save(undo: int) -> Callable[[], Any]:
        changed = {**data, "undo_seconds": undo}
        return lambda: service.save_business(shop.core, changed, actor="a", base=1, now=shop.now)

    found = at_once(*(save(20 + each) for each in range(8)))
    assert found == ["done", *["settings_changed"] * 7]
    assert read_settings(shop.core).number == 2


def test_imports_that_name_no_version_all_count(shop: World) -> None:
    """As from the command line: the number is taken under a lock, so that none of them fails."""
    data = shop.core.business.model_dump(mode="json")

    def save(undo: int) -> Callable[[], Any]:
        return lambda: service.save_business(shop.core, {**data, "undo_seconds": undo}, actor="a", now=shop.now)

    assert at_once(*(save(20 + each) for each in range(6))) == ["done"] * 6
    assert read_settings(shop.core).number == 6


def test_two_who_pause_a_team_at_once_both_have_done_so(shop: World) -> None:
    marta = shop.agent("Marta", role="supervisor")
    until = shop.now + timedelta(minutes=30)

    def pause() -> None:
        pause_team(shop.core, marta, EVERYBODY, until, now=shop.now)

    assert at_once(*[pause] * 8) == ["done"] * 8


def test_the_pause_of_a_team_that_nobody_is_in_any_more_is_seen_and_ended(shop: World) -> None:
    marta = shop.agent("Marta", role="supervisor")
    put_in_team(shop, "billing")
    pause_team(shop.core, marta, "billing", shop.now + timedelta(minutes=30), now=shop.now)
    put_in_team(shop)
    with shop.core.database.read() as session:
        assert [(team.name, team.members) for team in teams(session, shop.now)] == [(EVERYBODY, 1), ("billing", 0)]
    resume_team(shop.core, marta, "billing", now=shop.now)
    with shop.core.database.read() as session:
        assert [team.name for team in teams(session, shop.now)] == [EVERYBODY]
    with pytest.raises(InvalidInput):
        resume_team(shop.core, marta, "billing", now=shop.now)


def put_in_team(shop: World, *skills: str) -> None:
    set_agent(shop.core, email="marta@example.com", staffing=Staffing(skills=skills), now=shop.now)
