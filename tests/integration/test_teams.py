"""Teams as such: who is in them, what is open for them, and another name for one, on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from handoff import service
from handoff.clock import utc_now
from handoff.errors import Conflict, Forbidden, InvalidInput, NotFound
from handoff.models import HandoffRow
from handoff.service.base.views import AgentView
from handoff.service.people import accounts, pauses
from handoff.service.people.staffing import Staffing, set_agent
from handoff.service.people.teams import list_teams, rename_team
from tests.integration.test_desk_api import code, sit
from tests.support.core import World, make_core, world
from tests.support.desk import ALWAYS, running


@pytest.fixture
def shop(database_url: str) -> Iterator[World]:
    for made in world(database_url):
        made.settle(hours=ALWAYS, undo_seconds=0)
        yield made


def put_in(core: service.Core, agent: AgentView, *teams: str) -> None:
    set_agent(core, email=f"{agent.name.lower()}@example.com", staffing=Staffing(skills=teams), now=utc_now())


def member(shop: World, name: str, *teams: str) -> AgentView:
    agent = shop.agent(name)
    put_in(shop.core, agent, *teams)
    return agent


def online(shop: World, *agents: AgentView) -> None:
    for agent in agents:
        accounts.beat(shop.core, agent, "online", now=shop.now)


def team_of(shop: World, reference: str) -> str | None:
    with shop.core.database.read() as session:
        return session.execute(select(HandoffRow.team).where(HandoffRow.reference == reference)).scalar_one()


def test_a_team_has_people_and_open_cases_and_a_new_name_goes_to_all_of_them(shop: World) -> None:
    admin = shop.agent("Ada", role="admin")
    ana, luis = member(shop, "Ana", "billing", "returns"), member(shop, "Luis", "billing")
    online(shop, ana, luis)
    reference = shop.open_case(shop.visit())
    shop.claim(ana, reference)
    version = shop.case(ana, reference).version
    service.transfer(shop.core, ana, reference, version, team="billing", now=shop.now)
    shop.sweep(seconds=1)
    pauses.pause_team(shop.core, admin, "billing", shop.now + timedelta(hours=2), now=shop.now)
    found = {team.name: team for team in list_teams(shop.core, admin, now=shop.now)}
    assert [each.name for each in found["billing"].members] == ["Ana", "Luis"]
    assert (found["billing"].open, found["returns"].open) == (1, 0)
    until = found["billing"].paused_until
    assert until is not None
    rename_team(shop.core, admin, "billing", " Invoices ", now=shop.now)
    found = {team.name: team for team in list_teams(shop.core, admin, now=shop.now)}
    assert set(found) == {"invoices", "returns"}
    assert ([each.name for each in found["invoices"].members], found["invoices"].open) == (["Ana", "Luis"], 1)
    assert found["invoices"].paused_until == until
    assert team_of(shop, reference) == "invoices"


def test_a_case_about_to_be_passed_to_a_team_arrives_under_its_new_name(shop: World) -> None:
    shop.settle(undo_seconds=10)
    admin, ana = shop.agent("Ada", role="admin"), shop.agent("Ana")
    online(shop, ana, member(shop, "Luis", "billing"))
    reference = shop.open_case(shop.visit())
    shop.claim(ana, reference)
    service.transfer(shop.core, ana, reference, shop.case(ana, reference).version, team="billing", now=shop.now)
    rename_team(shop.core, admin, "billing", "invoices", now=shop.now)
    shop.sweep(seconds=11)
    assert team_of(shop, reference) == "invoices"


def test_what_makes_no_sense_is_refused_and_nothing_is_changed(shop: World) -> None:
    admin, sue = shop.agent("Ada", role="admin"), shop.agent("Sue", role="supervisor")
    ana = member(shop, "Ana", "billing", "returns")
    for name in ("", "two words", "ñ", "*", "x" * 33, "a\nb"):
        with pytest.raises(InvalidInput) as refused:
            rename_team(shop.core, admin, "billing", name, now=shop.now)
        assert set(refused.value.fields) == {"name"}
    with pytest.raises(Conflict):
        rename_team(shop.core, admin, "billing", "returns", now=shop.now)
    with pytest.raises(NotFound):
        rename_team(shop.core, admin, "nobody", "somebody", now=shop.now)
    with pytest.raises(Forbidden):
        rename_team(shop.core, sue, "billing", "invoices", now=shop.now)
    with pytest.raises(Forbidden):
        list_teams(shop.core, ana, now=shop.now)
    assert [team.name for team in list_teams(shop.core, sue, now=shop.now)] == ["billing", "returns"]


def test_teams_over_the_api(sqlite_url: str) -> None:
    with running(make_core(sqlite_url, hours=ALWAYS)) as desk:
        admin, sue, ana = sit(desk, "Ada", role="admin"), sit(desk, "Sue", role="supervisor"), sit(desk, "Ana")
        luis = desk.agent("Luis")
        put_in(desk.core, luis, "billing")
        assert admin.get("/teams").json()["may_edit"] is True
        members = [{"id": luis.id, "name": "Luis"}]
        billing = {"name": "billing", "members": members, "open": 0, "paused_until": None}
        assert sue.get("/teams").json() == {"teams": [billing], "may_edit": False}
        assert code(ana.get("/teams")) == (403, "forbidden")
        assert code(sue.post("/teams/billing/rename", {"name": "invoices"})) == (403, "forbidden")
        renamed = admin.post("/teams/billing/rename", {"name": "invoices"})
        assert [team["name"] for team in renamed.json()["teams"]] == ["invoices"]
        assert code(admin.post("/teams/billing/rename", {"name": "other"})) == (404, "not_found")
        assert code(admin.post("/teams/invoices/rename", {"name": "Ñ"})) == (422, "invalid_input")
