"""Texts that wait: for a number's rate, and for the end of the customer's night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handoff import service
from handoff.service import Sent
from handoff.service.telling.quiet import quiet_until
from handoff.states import Urgency
from tests.support.core import World

MADRID = ZoneInfo("Europe/Madrid")
NIGHT = {"channels": {"sms": {"quiet": "22:00-08:00"}}, "hours": {"mon": ["00:00-24:00"], "tue": ["00:00-24:00"]}}
EVENING = datetime(2026, 11, 23, 20, 55, tzinfo=UTC)  # 21:55 in Madrid
MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)  # 08:00 in Madrid


def _sent(world: World, *, rounds: int = 1) -> list[str]:
    """What the relay sends now, to whomever, in order."""
    texts: list[str] = []
    for _ in range(rounds):
        due = service.lease_deliveries(world.core, channel="sms", owner="relay", limit=50, now=world.now)
        for each in due:
            if service.begin_sending(world.core, each.id, "relay", now=world.now):
                texts.append(each.text)
                service.finish_sending(world.core, each.id, "relay", Sent(carrier_id=each.id), now=world.now)
    return texts


def _all(world: World) -> list[str]:
    return _sent(world, rounds=9)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-11-23T21:59+01:00", None),
        ("2026-11-23T22:00+01:00", "2026-11-24T08:00+01:00"),
        ("2026-11-24T03:00+01:00", "2026-11-24T08:00+01:00"),
        ("2026-11-24T08:00+01:00", None),
        ("2026-10-24T23:00+02:00", "2026-10-25T08:00+01:00"),  # the night of the clock's change is an hour longer
    ],
)
def test_the_night_ends_by_the_customers_clock(at: str, until: str | None) -> None:
    now = datetime.fromisoformat(at).astimezone(UTC)
    assert quiet_until("22:00-08:00", now, MADRID) == (datetime.fromisoformat(until) if until else None)


def test_quiet_hours_within_a_day() -> None:
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # 13:00 there
    assert quiet_until("12:30-14:00", noon, MADRID) == noon + timedelta(hours=1)
    assert quiet_until("14:00-16:00", noon, MADRID) is None


def _waiting(world: World, phone: str = "+34600000001") -> None:
    """A case of a phone whose customer is told of the wait while nobody comes."""
    world.settle(**NIGHT)
    world.at(EVENING)
    conversation = world.text(phone, "agente", f"SM-{phone}").conversation_id
    world.open_case(conversation)
    _all(world)


def test_what_the_clock_says_at_night_waits_for_the_morning(world: World) -> None:
    _waiting(world)
    world.at(EVENING + timedelta(hours=1))
    service.expire(world.core, world.now)
    assert _all(world) == []
    world.at(MORNING + timedelta(minutes=1))
    service.expire(world.core, world.now)
    assert _all(world)


def test_who_writes_at_night_is_answered_at_once_and_hears_first_what_was_kept(world: World) -> None:
    _waiting(world)
    world.at(EVENING + timedelta(hours=1))
    service.expire(world.core, world.now)
    assert _all(world) == []
    agent = world.agent()
    (reference,) = [item.reference for item in service.read_queue(world.core, agent, now=world.now).waiting]
    item = world.claim(agent, reference)
    service.reply(world.core, agent, reference, item.version, text="Aquí estoy", client_id="1", now=world.now)
    assert _all(world)[-1] == "Aquí estoy"


def test_what_is_urgent_does_not_wait(world: World) -> None:
    world.settle(**NIGHT)
    world.at(EVENING + timedelta(hours=2))
    world.text("+34600000001", "hay humo", "SM1")
    (turn,) = service.take_turns(world.core, owner="bot", limit=1, now=world.now)
    need = service.Need(reason="urgency_safety", urgency=Urgency.SAFETY)
    assert service.finish_turn(world.core, turn, service.Reply(need=need), now=world.now)
    _all(world)
    world.later(minutes=30)
    service.expire(world.core, world.now)
    assert _all(world)


def test_a_number_sends_as_fast_as_the_settings_say_and_loses_nothing(world: World) -> None:
    world.settle(channels={"sms": {"per_second": 2}})
    for number in range(10):
        world.text(f"+3460000{number:04d}", "hola", f"SM{number}")  # two texts each: the disclosures
    by_second = []
    for _ in range(12):
        by_second.append(len(_sent(world)))
        world.later(seconds=1)
    assert sum(by_second) == 20
    assert by_second[0] == 4  # what an idle number may send at once
    assert max(by_second[1:]) <= 2
    assert sum(by_second[:3]) <= 8


def test_the_pace_is_kept_over_a_restart_and_by_several_relays(world: World) -> None:
    world.settle(channels={"sms": {"per_second": 1}})
    for number in range(6):
        world.text(f"+3460000{number:04d}", "hola", f"SM{number}")
    first = len(_sent(world))
    again = len(_sent(world))  # another relay, at the same instant
    assert (first, again) == (2, 0)
    world.later(seconds=1)
    assert len(_sent(world)) == 1


def test_without_a_rate_everything_goes(world: World) -> None:
    for number in range(10):
        world.text(f"+3460000{number:04d}", "hola", f"SM{number}")
    assert len(_sent(world)) == 10


def _phones(world: World) -> list[str]:
    """To whom the relay sends now, in order."""
    phones = []
    for each in service.lease_deliveries(world.core, channel="sms", owner="relay", limit=50, now=world.now):
        if service.begin_sending(world.core, each.id, "relay", now=world.now):
            phones.append(each.address)
            service.finish_sending(world.core, each.id, "relay", Sent(carrier_id=each.id), now=world.now)
    return phones


def test_who_waits_longer_for_a_rate_comes_first(world: World) -> None:
    world.settle(channels={"sms": {"per_second": 1}}, languages=["es"])
    early = [f"+3460000{number:04d}" for number in range(5)]
    for phone in early:
        world.text(phone, "hola", f"SM{phone}")
        world.later(seconds=0.01)
    gone = _phones(world)
    for number in range(6):
        world.later(seconds=0.5)
        world.text(f"+3461111{number:04d}", "hola", f"SN{number}")
        world.later(seconds=0.5)
        gone += _phones(world)
    assert gone[: len(early)] == early


def test_an_agents_reply_and_what_is_urgent_wait_for_no_flood_of_disclosures(world: World) -> None:
    world.settle(channels={"sms": {"per_second": 1}})
    patient, danger = "+34600000001", "+34600000002"
    chat, burning = (world.text(phone, "hola", f"SM{phone}").conversation_id for phone in (patient, danger))
    reference, ana = world.open_case(chat), world.agent()
    for _ in range(20):
        world.later(seconds=1)
        _phones(world)
    for number in range(30):
        world.text(f"+3461111{number:04d}", "hola", f"SN{number}")
    _phones(world)
    world.later(seconds=0.5)
    version = world.claim(ana, reference).version  # tells the customer first, and the reply goes after that
    service.reply(world.core, ana, reference, version, "Here I am.", "k", now=world.now)
    world.text(danger, "hay humo", "SM-danger")
    turn = next(
        each
        for each in service.take_turns(world.core, owner="b", limit=99, now=world.now)
        if each.conversation_id == burning
    )
    need = service.Need(reason="urgency_safety", urgency=Urgency.SAFETY)
    assert service.finish_turn(world.core, turn, service.Reply(need=need), now=world.now)
    gone = []
    for _ in range(8):
        world.later(seconds=1)
        gone += _phones(world)
    assert gone.index(danger) < 5
    assert gone.count(patient) >= 2
    assert set(gone[:4]) <= {patient, danger}


def test_a_number_that_must_wait_holds_up_no_other(world: World) -> None:
    world.settle(channels={"sms": {"per_second": 1}})
    for number in range(20):
        world.text(f"+3461111{number:04d}", "hola", f"SN{number}")
    _phones(world)
    inbound = service.Inbound(
        channel="sms", account="+34911111111", address="+34600000009", text="hola", at=world.now, carrier_id="SM9"
    )
    service.record_inbound(world.core, inbound, now=world.now)
    (next_one,) = service.lease_deliveries(world.core, channel="sms", owner="relay", limit=1, now=world.now)
    assert next_one.address == "+34600000009"
