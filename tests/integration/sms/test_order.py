"""Line 22: order to and from one phone under many workers, and an acknowledgement that waits for nobody."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from anyio import run

from handoff import service
from handoff.clock import utc_now
from handoff.service import Reply, Said
from tests.support.sms import PHONE
from tests.support.texting import Sms, eventually

WORKERS, PHONES, EACH = 16, 4, 3


def _relay(sms: Sms, owner: str, done: Event) -> None:
    """One of several relays: leases, sends, and goes on while there is anything."""
    while not done.is_set():
        due = service.lease_deliveries(sms.core, channel="sms", owner=owner, limit=4, now=utc_now())
        for each in due:
            if service.begin_sending(sms.core, each.id, owner, now=utc_now()):
                result = run(sms.channel.deliver, each)
                service.finish_sending(sms.core, each.id, owner, result, now=utc_now())
        if not due:
            done.wait(0.05)


@pytest.mark.bar(22)
def test_sixteen_workers_send_to_each_phone_in_order_and_each_once(sms: Sms) -> None:
    phones = [f"+3460000{number:04d}" for number in range(PHONES)]
    for phone in phones:
        assert sms.text("hola", From=phone).status_code == 200
    turns = list(service.take_turns(sms.core, owner="bot", limit=50, now=utc_now()))
    assert len(turns) == PHONES
    random.Random(22).shuffle(turns)
    for turn in turns:
        said = [Said(text=f"{turn.conversation_id} {number}", release=1) for number in range(EACH)]
        assert service.finish_turn(sms.core, turn, Reply(said=said), now=utc_now())
    done = Event()
    with ThreadPoolExecutor(WORKERS) as pool:
        for number in range(WORKERS):
            pool.submit(_relay, sms, f"relay-{number}", done)
        try:
            eventually(lambda: not _unsent(sms), seconds=60)
        finally:
            done.set()
    for phone in phones:
        bodies = [text["body"] for text in sms.double.thread(phone) if not text["mine"]]
        assert bodies[:2] == ["disclosure es", "disclosure en"]
        assert [body.split(" ")[-1] for body in bodies[2:]] == [str(number) for number in range(EACH)]


def _unsent(sms: Sms) -> list[str]:
    return [status for (status,) in sms.rows("deliveries", "status") if status in {"pending", "sending"}]


@pytest.mark.bar(22)
def test_texts_of_one_phone_are_kept_in_the_order_in_which_they_were_acknowledged(sms: Sms) -> None:
    """A carrier sends a phone's next text when the one before is acknowledged; other phones come in between."""
    phones = [f"+3460000{number:04d}" for number in range(WORKERS)]

    def write(phone: str) -> None:
        for number in range(EACH):
            assert sms.text(f"texto {number}", From=phone, MessageSid=f"SM{phone[1:]}{number}").status_code == 200

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(write, phones))
    joined = "messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.author = 'customer'"
    came = sorted(sms.rows(joined, "c.address, m.seq, m.text"))
    assert [(phone, text) for phone, _, text in came] == [(p, f"texto {n}") for p in phones for n in range(EACH)]


@pytest.mark.bar(12, 22)
def test_a_text_is_acknowledged_while_the_engine_hangs_in_the_turn_before(sms: Sms) -> None:
    sms.text("hola")
    (hung,) = service.take_turns(sms.core, owner="bot", limit=1, now=utc_now())  # and the engine never answers
    assert sms.text("¿hay alguien?").status_code == 200
    assert sms.text("STOP").status_code == 200
    assert [when for phone, when in sms.rows("addresses", "value, opted_out_at") if phone == PHONE] != [None]
    assert hung.text == "hola"
