"""The doctor: what would keep a customer from a person is found, said with its mend, and gone when mended."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.channels.sms.double import app as double_app
from bot.channels.sms.double.courier import Line
from bot.channels.sms.settings import demo_account
from bot.doctor import as_json, as_text, is_weak
from bot.knowledge import approving
from handoff import service
from handoff.models import Agent
from handoff.service import Failed
from handoff.service.people import accounts
from handoff.service.watch.findings import FLEETING, GRAVE, MEANT_IN_DEMO, SERIOUS, finding
from handoff.words import words_in
from tests.support.cases import sweeper
from tests.support.clinic import EMAIL, NOTIFY, Clinic
from tests.support.core import WEEK
from tests.support.knowledge import entry, library_in
from tests.support.ports import free_port
from tests.support.sms import serving


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
    approving.retire(library_in(clinic.world.core), "shop-hours", clinic.world.now, by="Pilar")
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
    approving.retire(library_in(clinic.world.core), "promised", clinic.world.now, by="Pilar")
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


def test_a_sweeper_that_has_fallen_silent(clinic: Clinic) -> None:
    world = clinic.world
    assert clinic.findings() == {}  # one that has never run leaves no trace: deadlines that pass would
    sweep = sweeper(world)
    world.later(seconds=59)
    assert clinic.findings() == {}
    world.later(seconds=2)
    assert clinic.findings()["sweeper_silent"].severity == SERIOUS
    assert "11:00" not in clinic.findings()["sweeper_silent"].says()[0]
    assert "12:00" in clinic.findings()["sweeper_silent"].says("es")[0]  # as the business's clock shows it
    sweep.tick(world.now)
    assert clinic.findings() == {}


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


def test_customers_who_must_be_signed_while_no_site_can_sign(clinic: Clinic) -> None:
    clinic.settle(channels={"web": {"identity": "required"}})
    assert clinic.findings()["identity_keyless"].severity == SERIOUS
    clinic.variables["identity_keys"] = f"shop.a:{'0193a1f0e7c2b4d8' * 3}"
    assert clinic.findings() == {}


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_finding_has_words_and_every_value_that_they_name(language: str) -> None:
    names = "start end languages country year reason targets count items since release rows now then edge until"
    values = dict.fromkeys(names.split(), "x")
    codes = words_in("en").findings.keys()
    assert words_in(language).findings.keys() == codes
    assert codes >= GRAVE | FLEETING
    for code in codes:
        assert all(replace(finding(code), values=values).says(language))
