"""The SMS channel with the real core on both databases and the carrier's double: texts in, texts out, status back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest

from bot.channels.sms.forms import MAX_BODY, Form
from bot.channels.sms.memory import SendMemory
from bot.channels.sms.signature import SIGNATURE_HEADER, Signatures
from handoff import service
from handoff.clock import utc_now
from tests.support.sms import NUMBER, PHONE, TOKEN
from tests.support.texting import INBOUND, STATUS, Sms, eventually, fixture, running_sms


@pytest.fixture
def edge(sqlite_url: str) -> Iterator[Sms]:
    """The same on one database only, for what never gets as far as the database."""
    with running_sms(sqlite_url) as running:
        yield running


def test_captured_text_is_recorded_and_acknowledged_with_empty_twiml(sms: Sms) -> None:
    answer = sms.post(INBOUND, fixture("inbound") | {"SomethingNew": ""})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text.endswith("<Response/>")
    assert ("customer", "¿Dónde está mi pedido? ¡Gracias!") in sms.rows("messages", "author, text")
    assert sms.rows("conversations", "address, account") == [(PHONE, NUMBER)]


@pytest.mark.bar(5)
def test_repeated_webhook_is_one_message(sms: Sms) -> None:
    for _ in range(3):
        assert sms.post(INBOUND, fixture("inbound")).status_code == 200
    assert len([author for author, _ in sms.rows("messages", "author, id") if author == "customer"]) == 1


@pytest.mark.bar(21)
@pytest.mark.parametrize("signature", ["", "x", Signatures("another").sign(INBOUND, Form([]))])
def test_wrong_signature_stores_nothing(edge: Sms, signature: str) -> None:
    answer = edge.post(INBOUND, fixture("inbound"), signature=signature)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "signature_invalid")
    assert edge.rows("messages", "id") == []


@pytest.mark.bar(21)
def test_signature_covers_the_query(edge: Sms) -> None:
    form = fixture("inbound")
    assert edge.post(f"{INBOUND}?fallback=1", form).status_code == 200
    signed = Signatures(TOKEN).sign(INBOUND, Form(list(form.items())))
    assert edge.post(f"{INBOUND}?fallback=2", form, signature=signed).status_code == 403


def test_other_content_types_and_huge_bodies_are_typed_errors(edge: Sms) -> None:
    headers = {SIGNATURE_HEADER: "x"}
    url = f"{edge.base}/channels/sms/inbound"
    as_json = httpx.post(url, json={}, headers=headers)
    assert (as_json.status_code, as_json.json()["error"]["code"]) == (415, "form_expected")
    huge = httpx.post(url, data={"Body": "x" * MAX_BODY}, headers=headers)
    assert (huge.status_code, huge.json()["error"]["code"]) == (413, "too_large")
    many = urlencode([("a", "1")] * 1001)
    form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    assert httpx.post(url, content=many, headers=form).status_code == 422


def test_number_nobody_can_answer_is_a_typed_error(edge: Sms) -> None:
    answer = edge.text("hola", From="ACME")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_input")
    assert "From" in answer.json()["error"]["fields"]
    assert edge.rows("messages", "id") == []


@pytest.mark.parametrize("body", ["", "🙂", "a\x00b", "ñ" * 5000, "  \n "])
def test_no_text_is_lost_whatever_is_in_it(edge: Sms, body: str) -> None:
    assert edge.text(body).status_code == 200
    texts = [text for author, text in edge.rows("messages", "author, text") if author == "customer"]
    assert len(texts) == (3 if len(body) == 5000 else 1)
    if len(body) == 5000:
        assert sum(map(len, texts)) == 5000


def test_pictures_are_counted(edge: Sms) -> None:
    assert edge.post(INBOUND, fixture("inbound_mms")).status_code == 200
    assert ("customer", 2) in edge.rows("messages", "author, media")


@pytest.mark.bar(25)
def test_stop_is_confirmed_once_and_then_nothing_more_is_sent(sms: Sms) -> None:
    sms.text("hola")
    sms.relay_all()
    sms.text("STOP")
    assert sms.relay_all() == ["sms_stopped es"]
    for word in ("BAJA", "stop please", "hola"):
        assert sms.text(word).status_code == 200
    assert sms.relay_all() == []
    assert [text["body"] for text in sms.double.thread()][-1] == "sms_stopped es"


@pytest.mark.bar(25)
def test_start_is_confirmed_and_order_words_are_ordinary(sms: Sms) -> None:
    sms.text("cancelar mi pedido")
    assert sms.rows("addresses", "opted_out_at") == [(None,)]
    sms.text("BAJA")
    assert sms.rows("addresses", "opted_out_at") != [(None,)]
    sms.text("ALTA")
    assert sms.rows("addresses", "opted_out_at") == [(None,)]
    assert "sms_started es" in sms.relay_all()


def test_texts_go_both_ways_through_the_double_with_signed_reports(sms: Sms) -> None:
    sms.double.text_in("hola ¿qué tal?")
    eventually(lambda: ("customer", "hola ¿qué tal?") in sms.rows("messages", "author, text"))
    assert sms.relay_all()
    eventually(lambda: {status for (status,) in sms.rows("deliveries", "status")} == {"delivered"})
    eventually(lambda: {text["status"] for text in sms.double.thread() if not text["mine"]} == {"delivered"})
    assert [text["webhook"] for text in sms.double.thread() if text["mine"]] == ["200"]


@pytest.mark.bar(24)
def test_status_never_goes_backwards(sms: Sms) -> None:
    sms.double.faults(callbacks="reversed")
    sms.text("hola")
    assert sms.relay_all()
    eventually(lambda: {status for (status,) in sms.rows("deliveries", "status")} == {"delivered"})
    (carrier_id,), *_ = sms.rows("deliveries", "carrier_id")
    late = fixture("status_delivered") | {"MessageSid": carrier_id, "MessageStatus": "sent"}
    assert sms.post(STATUS, late).status_code == 204
    assert {status for (status,) in sms.rows("deliveries", "status")} == {"delivered"}


@pytest.mark.bar(24)
def test_undelivered_is_dead_with_its_code(sms: Sms) -> None:
    sms.double.faults(outcome="undelivered", outcome_code=30003)
    sms.text("hola")
    sms.relay()
    eventually(lambda: ("dead",) in sms.rows("deliveries", "status"))
    sms.relay_all()
    eventually(lambda: {status for (status,) in sms.rows("deliveries", "status")} == {"dead"})
    assert all("30003" in error for _, error in sms.rows("deliveries", "id, CAST(error AS TEXT)"))


def test_status_needs_its_signature_and_its_fields(edge: Sms) -> None:
    form = fixture("status_delivered")
    assert edge.post(STATUS, form, signature="x").status_code == 403
    assert edge.post(STATUS, form).status_code == 204  # of a text that is not ours: nothing to do
    assert edge.post(STATUS, form | {"MessageStatus": ""}).status_code == 422


@pytest.mark.bar(26)
@pytest.mark.parametrize("fault", ["hang_after", "hang"])
def test_unclear_send_ends_as_exactly_one_text(sms: Sms, fault: str) -> None:
    sms.text("hola")
    sms.double.faults(answer=fault, hang=1.0, times=1)
    sms.relay()
    sms.double.faults()
    for seconds in (10, 60, 120):
        sms.relay(later=timedelta(seconds=seconds))
    bodies = [text["body"] for text in sms.double.thread()]
    assert sorted(bodies) == sorted(set(bodies))
    assert {status for (status,) in sms.rows("deliveries", "status")} <= {"sent", "delivered"}
    assert len(bodies) == len(sms.rows("deliveries", "id"))


@pytest.mark.bar(1, 26)
def test_of_two_equal_texts_a_crash_loses_neither(sms: Sms) -> None:
    """Who dies before sending the second has no memory: the carrier's list shows the first, and that is another."""
    for number in range(2):
        sms.text(f"hola {number}")
        (turn,) = service.take_turns(sms.core, owner="bot", limit=1, now=utc_now())
        service.finish_turn(sms.core, turn, service.Reply(said=[service.Said(text="same", release=1)]), now=utc_now())
    while sms.relay() != ["same"]:
        pass
    (second,) = service.lease_deliveries(sms.core, channel="sms", owner="dead", limit=5, now=utc_now())
    assert service.begin_sending(sms.core, second.id, "dead", now=utc_now())
    sms.channel.memory = SendMemory()
    assert sms.relay(later=timedelta(seconds=31)) == ["same"]
    assert [text["body"] for text in sms.double.thread() if not text["mine"]].count("same") == 2
    assert {status for (status,) in sms.rows("deliveries", "status")} <= {"sent", "delivered"}


@pytest.mark.bar(5)
def test_texts_that_arrive_together_twice_each_are_one_conversation_and_one_message_each(sms: Sms) -> None:
    forms = [{"MessageSid": f"SM{number:032x}", "Body": f"texto {number}"} for number in range(12)] * 2
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda form: sms.text(form["Body"], MessageSid=form["MessageSid"]).status_code, forms))
    assert set(answers) == {200}
    assert len(sms.rows("conversations", "id")) == 1
    texts = [text for author, text in sms.rows("messages", "author, text") if author == "customer"]
    assert sorted(texts) == sorted(f"texto {number}" for number in range(12))
