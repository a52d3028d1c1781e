"""The doctor: what would keep a customer from a person is found, said with its mend, and gone when mended."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from anyio import run
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from sqlalchemy import delete, select, update

from bot.app import build_notifiers
from bot.channels.sms.settings import demo_account
from bot.doctor import Patient, Rounds, as_json, as_text, examine, is_healthy, is_weak
from bot.knowledge import release as releases
from bot.knowledge import review
from bot.knowledge.content import Item
from bot.knowledge.tables import migrate
from bot.settings import Env, load_env
from handoff import service
from handoff.models import Agent, Alert, Invite, Notification
from handoff.service import CoreBox, Failed, accounts
from handoff.service.doctor_alerts import tell_findings
from handoff.service.findings import FLEETING, GRAVE, MEANT_IN_DEMO, SERIOUS, Finding, finding
from handoff.service.views import AlertView
from handoff.words import words_in
from tests.support.core import WEEK, World, make_core
from tests.support.knowledge import entry, every_notice, write_folder
from tests.support.mail import MailServer, running_mail_server
from tests.support.ports import free_port
from tests.support.sms import serving

EMAIL = "duty@aurora.example"
NOTIFY = {"on_call": {"emails": [EMAIL]}, "supervisor": {"emails": ["boss@aurora.example"]}}


@dataclass
class Sides:
    """The engine's and the actions' doors, as the doctor knocks at them."""

    base: str = ""
    engine: int = 200
    source: int = 200

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/webhooks/relevo/health")
        def health() -> Response:
            return JSONResponse({"release": 1, "digest": "d", "model": "a" * 64}, self.engine)

        @app.get("/sources")
        def sources() -> Response:
            return JSONResponse({}, self.source)

        return app


@dataclass
class Clinic:
    """A product in which nothing is wrong, until a test breaks it."""

    world: World
    sides: Sides
    mail: MailServer
    folder: Path
    items: list[Item]
    settings: dict[str, Any] = field(default_factory=lambda: {"notify": NOTIFY})
    variables: dict[str, Any] = field(default_factory=dict)

    def settle(self, **changes: Any) -> None:
        self.settings |= changes
        self.world.settle(**self.settings)

    def env(self) -> Env:
        core = self.world.core
        given = {
            "var": self.folder / "var",
            "database_url": core.database.url,
            "engine_url": self.sides.base,
            "actions_url": self.sides.base,
            "smtp_url": f"smtp://127.0.0.1:{self.mail.port}",
            **self.variables,
        }
        return load_env(**{name: value for name, value in given.items() if value is not None})

    def patient(self) -> Patient:
        core, env = self.world.core, self.env()
        release = releases.current(core.database, self.world.now)
        return Patient(core=core, env=env, release=release, notifiers=build_notifiers(env, CoreBox(core)))

    def findings(self) -> dict[str, Finding]:
        patient = self.patient()
        return {found.code: found for found in run(examine, patient, self.world.now)}

    def publish(self, *items: Item) -> None:
        """These in place of those with the same ids."""
        changed = {item.id: item for item in items}
        self.items = [changed.pop(item.id, item) for item in self.items] + list(changed.values())
        folder = write_folder(self.folder / f"knowledge-{len(list(self.folder.iterdir()))}", *self.items)
        review.import_folder(self.world.core.database, folder, self.world.now)
        releases.build_release(self.world.core.database, self.world.now)

    def change(self, **values: Any) -> None:
        with self.world.core.database.write() as session:
            session.execute(update(Agent).values(**values))


@pytest.fixture
def sides() -> Iterator[Sides]:
    sides = Sides()
    with serving(sides.app()) as base:
        sides.base = base
        yield sides


@pytest.fixture
def clinic(database_url: str, sides: Sides, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    import os

    for name in [name for name in os.environ if name.startswith("RELEVO_")]:
        monkeypatch.delenv(name)
    with running_mail_server() as mail:
        world = World(make_core(database_url))
        migrate(world.core.database)
        clinic = Clinic(world, sides, mail, tmp_path, [*every_notice(), entry()])
        clinic.settle()
        clinic.publish()
        boss = world.agent("Samuel", role="supervisor")
        accounts.set_password(world.core, boss, "a passphrase that is long", now=world.now)
        yield clinic
        world.core.database.dispose()


def test_nothing_is_found_where_nothing_is_wrong(clinic: Clinic) -> None:
    assert clinic.findings() == {}
    assert clinic.mail.mails == []
    assert as_text(()) == "Nothing was found that would keep a customer from a person."
    assert json.loads(as_json((), clinic.world.now))["healthy"] is True


# People


def test_nobody_who_can_sign_in(clinic: Clinic) -> None:
    clinic.change(password_hash=None)
    found = clinic.findings()["nobody_can_receive"]
    assert found.severity == SERIOUS
    assert "relevo agents add" in found.says()[1]
    accounts.invite(clinic.world.core, email="samuel@example.com", now=clinic.world.now)
    assert clinic.findings() == {}
    clinic.world.later(hours=25)
    assert "nobody_can_receive" in clinic.findings()
    token = accounts.invite(clinic.world.core, email="samuel@example.com", now=clinic.world.now)
    accounts.open_session(clinic.world.core, invite=token, now=clinic.world.now)
    assert clinic.findings() == {}
    clinic.change(disabled_at=clinic.world.now)
    assert "nobody_can_receive" in clinic.findings()


def test_an_hour_that_no_shift_covers_is_named(clinic: Clinic) -> None:
    morning = {day: ["09:00-14:00"] for day in WEEK}
    clinic.change(shift=morning)
    found = clinic.findings()["shift_gap"]
    assert dict(found.values) == {"start": "2026-11-23 14:00", "end": "2026-11-23 18:00"}
    ana = clinic.world.agent("Ana")
    accounts.set_password(clinic.world.core, ana, "another passphrase, long", now=clinic.world.now)
    with clinic.world.core.database.write() as session:
        late = {day: ["13:00-18:00"] for day in WEEK if day != "wed"}
        session.execute(update(Agent).where(Agent.id == ana.id).values(shift=late))
    assert dict(clinic.findings()["shift_gap"].values)["start"] == "2026-11-25 14:00"
    clinic.change(shift={day: ["08:00-20:00"] for day in WEEK})
    assert clinic.findings() == {}


def test_no_supervisor_is_a_warning(clinic: Clinic) -> None:
    clinic.change(role="agent")
    assert clinic.findings()["nobody_supervises"].severity == "warning"


def test_a_language_that_nobody_speaks(clinic: Clinic) -> None:
    clinic.change(languages=["es"])
    found = clinic.findings()["language_without_agent"]
    assert "English" in found.says()[0]
    assert "inglés" in found.says("es")[0]
    clinic.change(languages=["es", "en"])
    assert clinic.findings() == {}


# Hours


def test_no_opening_in_two_weeks(clinic: Clinic) -> None:
    days = [date(2026, 11, 23) + timedelta(days=day) for day in range(15)]
    clinic.settle(exceptions=[{"date": day.isoformat(), "intervals": []} for day in days])
    assert clinic.findings()["no_opening"].severity == SERIOUS
    clinic.settle(exceptions=[])
    assert clinic.findings() == {}


def test_exceptions_that_are_all_past(clinic: Clinic) -> None:
    clinic.settle(exceptions=[{"date": "2026-11-22", "intervals": []}])
    assert list(clinic.findings()) == ["exceptions_past"]
    clinic.settle(exceptions=[{"date": "2026-11-22", "intervals": []}, {"date": "2026-12-24", "intervals": []}])
    assert clinic.findings() == {}


def test_public_holidays_are_known_for_now_and_not_for_ever(clinic: Clinic) -> None:
    clinic.settle(holidays={"public": True}, country="ES", region="MD")
    assert clinic.findings() == {}
    clinic.world.at(datetime(2200, 1, 6, 11, 0, tzinfo=UTC))
    assert "language_without_knowledge" in clinic.findings()  # its entries are past their date by then


# Ways to people


def test_nobody_on_call_is_serious_and_in_a_demo_meant(clinic: Clinic) -> None:
    clinic.settle(notify={})
    assert {code: found.severity for code, found in clinic.findings().items()} == {
        "on_call_unreachable": SERIOUS,
        "supervisor_unreachable": "warning",
    }
    assert finding("on_call_unreachable", demo=True).severity == "warning"
    assert MEANT_IN_DEMO <= GRAVE


def test_addresses_without_a_mail_server_and_phones_without_an_account(clinic: Clinic) -> None:
    clinic.variables["smtp_url"] = None
    clinic.settle(notify={**NOTIFY, "on_call": {"emails": [EMAIL], "phones": ["+34600111222"]}})
    assert set(clinic.findings()) == {"mail_not_configured", "sms_not_configured"}
    clinic.settle(notify=NOTIFY)
    clinic.variables["smtp_url"] = f"smtp://127.0.0.1:{clinic.mail.port}"
    assert clinic.findings() == {}


def test_a_mail_server_that_is_away_or_refuses_us(clinic: Clinic) -> None:
    clinic.variables["smtp_url"] = f"smtp://127.0.0.1:{free_port()}"
    assert dict(clinic.findings()["mail_unreachable"].values)["reason"] == "unreachable"
    clinic.variables["smtp_url"] = f"smtp://relevo:wrong@127.0.0.1:{clinic.mail.port}"
    clinic.mail.auth = True
    assert dict(clinic.findings()["mail_unreachable"].values)["reason"] == "sign_in"


def test_a_carrier_that_is_away_and_the_demos_double(clinic: Clinic) -> None:
    from bot.channels.sms.double import app as double_app
    from bot.channels.sms.double.courier import Line

    clinic.variables |= {"demo": True, "twilio_api_base": f"http://127.0.0.1:{free_port()}"}
    assert clinic.findings()["carrier_unreachable"].severity == SERIOUS
    account = demo_account(clinic.env())
    line = Line(
        account_sid=account.account_sid, auth_token=account.auth_token, numbers=(account.sender,),
        webhook="http://127.0.0.1:9/", pace=0.02, gateway=("", ""),
    )  # fmt: skip
    with serving(double_app(line)) as base:
        clinic.variables["twilio_api_base"] = base
        assert clinic.findings() == {}
        clinic.variables["twilio_auth_token"] = "another token"
        assert dict(clinic.findings()["carrier_unreachable"].values)["reason"] == "20003"


def test_a_webhook_that_nobody_answers_is_named_without_its_path(clinic: Clinic) -> None:
    hook = f"http://localhost:{free_port()}/s3cret"
    clinic.settle(notify={**NOTIFY, "on_call": {"webhooks": [hook]}})
    found = clinic.findings()["webhook_unreachable"]
    assert "s3cret" not in found.says()[0] + json.dumps(found.as_dict())
    assert dict(found.values)["reason"] == "unreachable"
    clinic.settle(notify={**NOTIFY, "on_call": {"webhooks": [clinic.sides.base + "/hook"]}})
    assert clinic.findings() == {}


# The bot


def test_the_engine_and_the_companys_own_data(clinic: Clinic) -> None:
    clinic.sides.engine, clinic.sides.source = 500, 503
    found = clinic.findings()
    assert {code: dict(each.values)["reason"] for code, each in found.items()} == {
        "engine_unreachable": "status_500",
        "source_unreachable": "status 503",
    }
    clinic.sides.engine, clinic.sides.source = 200, 200
    assert clinic.findings() == {}


def test_languages_in_which_nothing_is_approved(clinic: Clinic) -> None:
    review.retire(clinic.world.core.database, "shop-hours", clinic.world.now)
    found = clinic.findings()["language_without_knowledge"]
    assert dict(found.values) == {"languages": "es en"}
    assert found.severity == "warning"
    assert found.says()[0].startswith("Nothing is approved in Spanish, English")


def test_approvals_that_run_out(clinic: Clinic) -> None:
    soon = (clinic.world.now + timedelta(days=10)).date()
    waiting = next(item for item in clinic.items if item.id == "handoff_waiting")
    clinic.publish(waiting.model_copy(update={"review_by": soon}), entry(review_by=soon))
    found = clinic.findings()
    assert set(found) == {"approvals_due"}
    assert dict(found["approvals_due"].values) == {"count": "2", "items": "handoff_waiting, shop-hours"}
    clinic.world.later(days=11)
    past = clinic.findings()
    assert past["notices_expired"].severity == SERIOUS
    assert past["entries_expired"].severity == "warning"
    assert "approvals_due" not in past


def test_words_that_customers_must_be_told_and_that_the_release_lacks(clinic: Clinic) -> None:
    review.retire(clinic.world.core.database, "promised", clinic.world.now)
    found = clinic.findings()["notices_missing"]
    assert found.severity == SERIOUS
    assert dict(found.values)["items"] == "promised"


# What was left undone


def test_deadlines_and_promises_that_nobody_serves(clinic: Clinic) -> None:
    world = clinic.world
    world.open_case(world.visit())
    promised = world.visit()
    form = service.CallbackForm(message="Call me", phone="+34600111333")
    service.submit_form(world.core, promised, form, now=world.now)
    assert clinic.findings() == {}
    world.later(hours=3)
    found = clinic.findings()
    assert set(found) == {"deadlines_unserved", "promises_past_due"}
    assert found.keys() <= FLEETING
    world.sweep()
    assert clinic.findings().keys().isdisjoint({"deadlines_unserved", "promises_past_due"})


def test_messages_of_open_cases_that_died(clinic: Clinic) -> None:
    world = clinic.world
    world.open_case(world.text("+34600000009", "hola", "SM1").conversation_id)
    gone = Failed(code="30003", message="", retry=False)
    while due := service.lease_deliveries(world.core, channel="sms", owner="relay", limit=1, now=world.now):
        if service.begin_sending(world.core, due[0].id, "relay", now=world.now):
            service.finish_sending(world.core, due[0].id, "relay", gone, now=world.now)
    assert clinic.findings()["dead_letters"].severity == "warning"


def test_a_secret_that_can_be_guessed(clinic: Clinic) -> None:
    clinic.variables["RELEVO_SECRET_KEY"] = "changeme" * 6
    assert clinic.findings()["secret_weak"].severity == SERIOUS
    clinic.variables["RELEVO_SECRET_KEY"] = "0193a1f0e7c2b4d8869f5aa1c3e07b64"
    assert clinic.findings() == {}
    assert is_weak("short, but varied: x7Q")


# Telling


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


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_finding_has_words_and_every_value_that_they_name(language: str) -> None:
    values = dict.fromkeys(
        ("start", "end", "languages", "country", "year", "reason", "targets", "count", "items", "since"), "x"
    )
    codes = words_in("en").findings.keys()
    assert words_in(language).findings.keys() == codes
    assert codes >= GRAVE | FLEETING
    for code in codes:
        assert all(replace(finding(code), values=values).says(language))
