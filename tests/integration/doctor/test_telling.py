"""What the doctor finds reaches people: once, until it is mended, and only when it is surely so."""

import pytest
from anyio import run
from sqlalchemy import delete, select, update

from bot.doctor import Rounds, as_text, is_healthy
from handoff import service
from handoff.models import Agent, Alert, Invite, Notification
from handoff.service.base.views import AlertView
from handoff.service.people import accounts
from handoff.service.watch.doctor_alerts import tell_findings
from handoff.service.watch.findings import finding
from tests.support.clinic import EMAIL, Clinic


def alerts(clinic: Clinic) -> list[AlertView]:
    core, now = clinic.world.core, clinic.world.now
    boss = next(agent for agent in accounts.list_agents(core, now=now) if agent.role == "supervisor")
    return [each for each in service.read_alerts(core, boss, now=now) if each.kind == "doctor"]


def notified(clinic: Clinic) -> list[str]:
    with clinic.world.core.database.read() as session:
        rows = session.execute(select(Notification).where(Notification.kind == "doctor")).scalars()
        return sorted(row.target for row in rows)


def test_what_is_serious_is_told_once_and_closes_by_itself_when_mended(clinic: Clinic) -> None:
    core, world = clinic.world.core, clinic.world
    sick = [finding("engine_unreachable", reason="late"), finding("exceptions_past")]
    assert tell_findings(core, sick, now=world.now) == 1
    assert tell_findings(core, sick, now=world.later(minutes=10)) == 0
    (shown,) = alerts(clinic)
    assert shown.data["item"] == "engine_unreachable"
    assert shown.data["found"].startswith("The assistant does not answer (late)")
    assert notified(clinic) == sorted([EMAIL, "boss@aurora.example"])
    assert tell_findings(core, [], now=world.later(minutes=10)) == 0
    assert alerts(clinic) == []
    assert tell_findings(core, sick, now=world.later(minutes=10)) == 1


def test_what_somebody_has_seen_to_is_told_again_only_a_day_later(clinic: Clinic) -> None:
    core, world = clinic.world.core, clinic.world
    sick = [finding("nobody_can_receive")]
    tell_findings(core, sick, now=world.now)
    with core.database.write() as session:
        session.execute(update(Alert).values(done_at=world.now))
    assert tell_findings(core, sick, now=world.later(hours=23)) == 0
    assert tell_findings(core, sick, now=world.later(hours=2)) == 1


def test_a_round_tells_what_it_sees_twice_and_leaves_alone_what_it_is_unsure_of(clinic: Clinic) -> None:
    rounds = Rounds(clinic.patient, lambda: clinic.world.now)
    clinic.sides.engine = 500
    assert run(rounds.round)
    assert alerts(clinic) == []
    assert not run(rounds.round)
    assert [each.data["item"] for each in alerts(clinic)] == ["engine_unreachable"]
    restarted = Rounds(clinic.patient, lambda: clinic.world.now)
    assert run(restarted.round)
    assert [each.data["item"] for each in alerts(clinic)] == ["engine_unreachable"]
    clinic.sides.engine = 200
    assert not run(restarted.round)
    assert alerts(clinic) == []


@pytest.mark.bar(19)
def test_nobody_able_to_receive_is_an_error_and_an_alert(clinic: Clinic) -> None:
    with clinic.world.core.database.write() as session:
        session.execute(delete(Invite))
        session.execute(update(Agent).values(password_hash=None))
    found = clinic.findings()
    assert not is_healthy(found.values())
    assert as_text(tuple(found.values())).startswith("SERIOUS  Nobody can receive handoffs")
    tell_findings(clinic.world.core, found.values(), now=clinic.world.now)
    assert [each.data["item"] for each in alerts(clinic)] == ["nobody_can_receive"]
