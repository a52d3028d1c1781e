"""What webhooks did not bring is read from the carrier's list: all of it, in order, once."""

from datetime import timedelta

import pytest

from bot.channels.sms.recovery import SETTLE
from handoff import service
from handoff.clock import utc_now
from handoff.service.base.ledger import read_facts
from handoff.service.watch import missed_texts
from handoff.service.watch.doctoring import look
from tests.support.sms import PHONE
from tests.support.texting import INBOUND, Sms, eventually, fixture

HOUR = 3600


def _came(sms: Sms) -> list[tuple[str, str]]:
    """(phone, text) of what customers wrote, phone by phone, in each conversation's order."""
    joined = "messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.author = 'customer'"
    return [(phone, text) for phone, _, text in sorted(sms.rows(joined, "c.address, m.seq, m.text"))]


def _read_until(sms: Sms, **ago: float) -> None:
    """As if this product had last read the list then."""
    missed_texts.begin_reading(sms.core, utc_now() - timedelta(**ago))


@pytest.mark.bar(23)
def test_an_hour_without_webhooks_is_read_in_within_two_minutes(sms: Sms) -> None:
    """Twelve phones, an hour: texts, pictures and an opt-out; some webhooks come late after all, and double nothing."""
    _read_until(sms, hours=1, minutes=1)
    sms.double.faults(webhooks="lost")
    expected, sent = [], []
    for number in range(72):
        phone, text = f"+3460000{number % 12:04d}", f"texto {number}"
        picture = number == 40
        made = sms.double.text_in(text, phone, ago=HOUR - number * 45, picture=picture)
        expected.append((phone, text))
        sent.append((made["sid"], phone, text))
    sms.double.text_in("BAJA", PHONE, ago=60)
    assert sms.recover() == 73
    assert sms.recover(utc_now() + timedelta(minutes=1)) == 0
    assert timedelta(minutes=2) > missed_texts.EVERY + SETTLE
    assert _came(sms) == sorted([*expected, (PHONE, "BAJA")], key=lambda each: each[0])
    assert {media for (media,) in sms.rows("messages", "media")} == {0, 1}
    ((url, kind),) = sms.rows("attachments", "url, content_type")
    assert (url.startswith(sms.double.base), kind) == (True, "image/png")
    assert [stopped for address, stopped in sms.rows("addresses", "value, opted_out_at") if address == PHONE] != [None]
    for sid, phone, text in sent[::5]:
        assert sms.text(text, MessageSid=sid, From=phone).status_code == 200
    assert len(_came(sms)) == 73


@pytest.mark.bar(23)
def test_webhooks_and_the_list_together_double_nothing_and_keep_the_order(sms: Sms) -> None:
    _read_until(sms, minutes=5)
    first = sms.double.text_in("uno", ago=120)
    sms.double.faults(webhooks="lost")
    eventually(lambda: len(_came(sms)) == 1)
    sms.double.text_in("dos", ago=90)
    sms.double.text_in("tres", ago=90)  # in the same second
    assert sms.recover() == 2
    assert sms.text("uno", MessageSid=first["sid"], From=PHONE).status_code == 200
    assert [text for _, text in _came(sms)] == ["uno", "dos", "tres"]


@pytest.mark.bar(23)
def test_every_page_of_the_list_is_read(sms: Sms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.sms.twilio_carrier.PAGE", 4)
    _read_until(sms, minutes=30)
    sms.double.faults(webhooks="lost")
    for number in range(11):
        sms.double.text_in(f"texto {number}", ago=600 - number)
    assert sms.recover() == 11
    assert [text for _, text in _came(sms)] == [f"texto {number}" for number in range(11)]


def test_what_is_younger_than_a_webhook_takes_is_left_to_it(sms: Sms) -> None:
    _read_until(sms, minutes=5)
    sms.double.faults(webhooks="lost")
    sms.double.text_in("ahora mismo")
    assert sms.recover(utc_now()) == 0
    assert sms.recover(utc_now() + timedelta(minutes=1)) == 1


def test_a_list_that_cannot_be_read_is_read_from_the_same_place_later_and_the_doctor_says_so(sms: Sms) -> None:
    _read_until(sms, minutes=20)
    sms.double.faults(webhooks="lost", lists="refused")
    sms.double.text_in("hola", ago=900)
    assert sms.recover() == 0
    assert "texts_unread" in {found.code for found in look(sms.core, utc_now())}
    sms.double.faults()
    assert sms.recover(utc_now() + timedelta(minutes=1)) == 1
    assert "texts_unread" not in {found.code for found in look(sms.core, utc_now())}


def test_nothing_from_before_the_first_start_is_brought_in(sms: Sms) -> None:
    sms.double.faults(webhooks="lost")
    sms.double.text_in("de otra época", ago=HOUR)
    assert sms.recover() == 0
    assert _came(sms) == []


@pytest.mark.bar(23)
def test_what_is_too_old_is_not_replayed_and_people_are_told(sms: Sms) -> None:
    _read_until(sms, hours=100)
    sms.double.faults(webhooks="lost")
    sms.double.text_in("hace cuatro días", ago=90 * HOUR)
    sms.double.text_in("ayer", ago=20 * HOUR)
    assert sms.recover() == 1
    assert [text for _, text in _came(sms)] == ["ayer"]
    assert "texts_skipped" in {found.code for found in look(sms.core, utc_now())}
    with sms.core.database.read() as session:
        kinds = [fact.kind for fact in read_facts(session, "texts")]
    assert kinds == ["texts.brought_in", "texts.skipped"]
    assert sms.recover(utc_now() + timedelta(minutes=1)) == 0


def test_one_text_that_cannot_be_stored_holds_back_its_phone_only(sms: Sms, monkeypatch: pytest.MonkeyPatch) -> None:
    _read_until(sms, minutes=30)
    sms.double.faults(webhooks="lost")
    for phone, text, ago in ((PHONE, "uno", 500), (PHONE, "dos", 400), ("+34600000002", "otro", 300)):
        sms.double.text_in(text, phone, ago=ago)
    store = service.record_inbound

    def broken(core: service.Core, inbound: service.Inbound, now: object) -> service.Recorded:
        if inbound.text == "uno":
            raise RuntimeError("broken")
        return store(core, inbound, now=now)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(service, "record_inbound", broken)
        assert sms.recover() == 1
    assert sms.recover(utc_now() + timedelta(hours=1)) == 2
    assert [text for _, text in _came(sms)] == ["uno", "dos", "otro"]


def test_who_comes_first_reads_and_the_others_wait(sms: Sms) -> None:
    now = utc_now()
    assert missed_texts.begin_reading(sms.core, now) is not None
    assert missed_texts.begin_reading(sms.core, now + timedelta(seconds=5)) is None
    assert missed_texts.begin_reading(sms.core, now + missed_texts.EVERY) is not None
    assert missed_texts.begin_reading(sms.core, now - timedelta(hours=1)) is not None  # the clock was set back


def test_a_failure_whose_report_was_lost_reaches_the_agent(sms: Sms) -> None:
    _read_until(sms, minutes=30)
    sms.double.faults(callbacks="lost", outcome="undelivered", outcome_code=30003)
    sms.text("hola")
    sms.relay()
    eventually(lambda: {text["status"] for text in sms.double.thread() if not text["mine"]} == {"undelivered"})
    sms.recover(utc_now() + timedelta(minutes=10))
    assert ("dead",) in sms.rows("deliveries", "status")
    assert any("off" in str(data) or "30003" in str(data) for (data,) in sms.rows("alerts", "CAST(data AS TEXT)"))


def test_a_late_webhook_of_a_text_with_an_opt_out_of_the_carrier_changes_nothing(sms: Sms) -> None:
    _read_until(sms, minutes=5)
    sms.double.faults(webhooks="lost")
    made = sms.double.text_in("STOP", ago=60)
    assert sms.recover() == 1
    late = fixture("inbound_opt_out") | {"MessageSid": made["sid"], "From": PHONE}
    assert sms.post(INBOUND, late).status_code == 200
    assert len(_came(sms)) == 1
