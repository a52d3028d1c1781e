"""What once went wrong in the core: lost and doubled turns, cases that held up others, deadlocks, false silences."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from sqlalchemy import select, update

from handoff import service
from handoff.audit import audit_database
from handoff.errors import TextMissing, Unavailable, UnseenMessages
from handoff.models import Delivery, HandoffRow, LedgerRow
from handoff.service import Failed, Need, Reply, Said, Sent, Text
from handoff.service.base.core import work
from handoff.service.base.rows import touch
from handoff.service.cases import ending as endings
from handoff.service.cases.holding import open_case
from handoff.service.people import accounts
from handoff.service.sweep import expiry
from handoff.states import Urgency
from handoff.sweeper import Sweeper
from tests.support.core import PlainTexts, World

PHONE = "+34600111222"


@dataclass(frozen=True)
class GapTexts(PlainTexts):
    """Texts of a release in which some notices are missing."""

    missing: frozenset[str] = frozenset()

    def render(self, notice: str, language: str, channel: str, values: Mapping[str, str]) -> Text:
        if notice in self.missing:
            raise TextMissing(fields={"id": notice})
        return super().render(notice, language, channel, values)


def without(world: World, *notices: str) -> None:
    world.core = replace(world.core, texts=GapTexts(missing=frozenset(notices)))


def take(world: World, owner: str = "one") -> tuple[service.Turn, ...]:
    return service.take_turns(world.core, owner=owner, limit=10, now=world.now)


def finish(world: World, turn: service.Turn, text: str = "an answer", **more: object) -> bool:
    reply = Reply(said=(Said(text=text, release=1),), facts={}, **more)  # type: ignore[arg-type]
    return service.finish_turn(world.core, turn, reply, now=world.now)


def spoil(world: World, reference: str) -> None:
    """Makes a case that no transition can load, as a row from another version might be."""
    with world.core.database.write() as session:
        session.execute(update(HandoffRow).where(HandoffRow.reference == reference).values(urgency="?"))


def mend(world: World, reference: str) -> None:
    with world.core.database.write() as session:
        session.execute(update(HandoffRow).where(HandoffRow.reference == reference).values(urgency="normal"))


def sms_case(world: World) -> tuple[str, str]:
    conversation = world.text(PHONE, "hola", "SM1").conversation_id
    return conversation, world.open_case(conversation)


def lease(world: World) -> tuple[service.Outgoing, ...]:
    return service.lease_deliveries(world.core, channel="sms", owner="relay", limit=50, now=world.now)


def send_all(world: World) -> list[str]:
    sent = []
    while leased := lease(world):
        for outgoing in leased:
            if service.begin_sending(world.core, outgoing.id, "relay", now=world.now):
                sent.append(outgoing.text)
                result = Sent(carrier_id=f"SM-{outgoing.id}")
                service.finish_sending(world.core, outgoing.id, "relay", result, now=world.now)
    return sent


def test_a_late_turn_of_the_same_worker_does_not_take_its_next_turn_away(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "first")
    (slow,) = take(world)
    brief = service.ask_person(world.core, conversation, now=world.now)
    service.withdraw(world.core, conversation, brief.reference, brief.version, now=world.now)
    world.write(conversation, "second")
    (turn,) = take(world)
    assert not finish(world, slow, "too late")
    assert finish(world, turn, "in time")
    assert world.texts(conversation).count("in time") == 1


def test_a_turn_that_its_own_worker_retook_is_not_answered_twice(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "first")
    (slow,) = take(world)
    world.later(seconds=11)
    (again,) = take(world)
    assert finish(world, again, "once")
    world.write(conversation, "second")
    (turn,) = take(world)
    assert not finish(world, slow, "twice")
    assert finish(world, turn, "the second answer")
    assert "twice" not in world.texts(conversation)


def test_a_reply_that_a_takeover_dropped_is_recorded(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "first")
    (slow,) = take(world)
    world.open_case(conversation)
    assert not finish(world, slow)
    with world.core.database.read() as session:
        assert session.query(LedgerRow).filter_by(kind="reply.dropped").count() == 1


def test_a_takeover_leaves_no_lease_that_makes_the_bot_late(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "first")
    take(world)
    brief = service.ask_person(world.core, conversation, now=world.now)
    service.submit_form(world.core, conversation, service.CallbackForm(message="m", phone="1"), now=world.now)
    assert world.state(conversation) == "callback", brief
    world.write(conversation, "and your address?")
    assert len(take(world)) == 1


def test_what_an_agent_has_dealt_with_is_not_answered_by_the_bot_later(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    reference = world.open_case(conversation)
    service.submit_form(world.core, conversation, service.CallbackForm(message="m", phone="1"), now=world.now)
    world.write(conversation, "for Ana")
    (turn,) = take(world)
    item = world.claim(ana, reference)
    assert not finish(world, turn)
    service.reply(world.core, ana, reference, item.version, "r1", "done", now=world.now)
    service.make_callback(world.core, ana, reference, world.case(ana, reference).version, now=world.now)
    world.write(conversation, "for the bot")
    (after,) = take(world)
    assert after.text == "for the bot"


def test_the_customers_choice_of_language_outlives_a_turn_under_way(world: World) -> None:
    conversation = world.visit("en")
    world.write(conversation, "hello")
    (turn,) = take(world)
    service.set_language(world.core, conversation, "es", now=world.now)
    assert finish(world, turn, language="en")
    assert service.read_conversation(world.core, conversation, now=world.now).language == "es"


def test_a_case_that_cannot_move_does_not_hold_up_the_others(world: World) -> None:
    broken = world.open_case(world.visit())
    world.later(seconds=1)
    sound = world.visit()
    world.open_case(sound)
    spoil(world, broken)
    assert world.sweep(minutes=4) >= 1
    assert "still_waiting" in world.notices(sound)
    mend(world, broken)
    world.sweep(seconds=1)


def test_a_sweep_that_fails_does_not_make_presence_immortal(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = world.agent()
    conversation = world.visit()
    world.claim(ana, world.open_case(conversation))
    sweeper = Sweeper(service.CoreBox(world.core), lambda: world.now)

    def fail(*_: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(service, "expire", fail)
        for _ in range(50):
            sweeper.tick(world.later(seconds=1))
    sweeper.tick(world.later(seconds=1))
    assert "agent_lost" in world.notices(conversation)


def test_a_busy_database_does_not_give_a_pending_end_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, conversation = world.agent(), world.visit()
    reference = world.open_case(conversation)
    item = world.claim(ana, reference)
    service.resolve(world.core, ana, reference, item.version, "solved", now=world.now)

    def busy(*_: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(endings, "carry_out", busy)
        with pytest.raises(Unavailable):
            world.sweep(seconds=11)
    world.sweep(seconds=1)
    assert world.state(conversation) == "bot"


def test_a_missing_text_does_not_keep_a_person_away(world: World) -> None:
    conversation = world.visit()
    without(world, "handoff_waiting", "case_told")
    reference = world.open_case(conversation)
    assert world.state(conversation) == "waiting"
    without(world, "still_waiting")
    world.sweep(minutes=4)
    without(world, "agent_joined")
    ana = world.agent()
    world.claim(ana, reference)
    assert world.state(conversation) == "agent"
    report = audit_database(world.core.database, world.core.secret, world.now)
    assert report.violations == ()
    with world.core.database.read() as session:
        untold = session.execute(select(LedgerRow).where(LedgerRow.kind == "untellable").order_by(LedgerRow.seq))
        assert [row.data["notice"] for row in untold.scalars()] == ["handoff_waiting", "still_waiting", "agent_joined"]


def test_a_missing_text_of_the_bot_does_not_keep_a_person_away(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "hello")
    (turn,) = take(world)
    without(world, "engine_down")
    reply = Reply(said=(Said(notice="engine_down"),), need=Need(reason="engine_down", actor="system"))
    assert service.finish_turn(world.core, turn, reply, now=world.now)
    assert world.state(conversation) == "waiting"


def test_words_about_danger_reach_the_phone_even_when_an_agent_is_quicker(world: World) -> None:
    conversation = world.text(PHONE, "gas", "SM1").conversation_id
    (turn,) = take(world)
    need = Need(reason="urgency.safety", urgency=Urgency.SAFETY)
    service.finish_turn(world.core, turn, Reply(need=need), now=world.now)
    ana = world.agent()
    reference = service.read_conversation(world.core, conversation, now=world.now).handoff.reference  # type: ignore[union-attr]
    world.claim(ana, reference)
    assert any(text.startswith("[safety") for text in send_all(world))


def test_an_ambiguous_text_is_not_sent_again_to_somebody_who_opted_out(world: World) -> None:
    conversation, _ = sms_case(world)
    (first, *_) = lease(world)
    assert service.begin_sending(world.core, first.id, "relay", now=world.now)
    unclear = Failed(code="late", message="late", retry=True, ambiguous=True)
    service.finish_sending(world.core, first.id, "relay", unclear, now=world.now)
    world.text(PHONE, "STOP", "SM2", control="stop")
    world.later(seconds=60)
    sent = send_all(world)
    assert [text.split(" ")[0] for text in sent] == ["[sms_stopped"], conversation


def test_the_same_key_still_names_the_case_after_it_ended(world: World) -> None:
    conversation = world.visit()
    brief = service.ask_person(world.core, conversation, idempotency_key="k", now=world.now)
    service.withdraw(world.core, conversation, brief.reference, brief.version, now=world.now)
    again = service.ask_person(world.core, conversation, idempotency_key="k", now=world.now)
    assert again.reference == brief.reference


def test_a_result_from_the_carrier_and_a_move_of_its_case_do_not_deadlock(world: World) -> None:
    _, reference = sms_case(world)
    (first, *_) = lease(world)
    assert service.begin_sending(world.core, first.id, "relay", now=world.now)
    service.finish_sending(world.core, first.id, "relay", Sent(carrier_id="SM-first"), now=world.now)
    send_all(world)
    with world.core.database.write() as session:
        late = session.query(Delivery).filter(Delivery.handoff_id.is_not(None)).first()
        assert late is not None
        carrier_id = late.carrier_id or ""
    with ThreadPoolExecutor(1) as pool:
        with work(world.core, world.now) as unit:
            case = open_case(unit, reference)
            told = pool.submit(
                service.record_status, world.core, channel="sms", account="+34900000000", carrier_id=carrier_id,
                status="undelivered", error_code="30003", now=world.now,
            )  # fmt: skip
            with pytest.raises(TimeoutError):
                told.result(timeout=0.5)
            touch(unit, case.row)
        told.result(timeout=5)


def test_two_first_calls_with_one_key_are_one_conversation(world: World) -> None:
    def start(_: int) -> str:
        return service.start_conversation(
            world.core, channel="web", account="web", address="visitor", idempotency_key="k", now=world.now
        ).conversation_id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(start, range(6)))) == 1


def test_a_zone_that_no_database_can_hold_is_left_out(world: World) -> None:
    started = service.start_conversation(
        world.core, channel="web", account="web", address="v", time_zone="Europe\x00Madrid", now=world.now
    )
    assert started.messages


def test_a_report_that_comes_before_the_sending_is_stored_is_kept(world: World) -> None:
    conversation, reference = sms_case(world)
    send_all(world)
    ana = world.agent()
    item = world.claim(ana, reference)
    send_all(world)
    service.reply(world.core, ana, reference, item.version, "r1", "hello", now=world.now)
    (outgoing,) = lease(world)
    assert service.begin_sending(world.core, outgoing.id, "relay", now=world.now)
    service.record_status(
        world.core,
        channel="sms",
        account="+34900000000",
        carrier_id="SM-early",
        status="undelivered",
        error_code="30003",
        delivery_id=outgoing.id,
        now=world.now,
    )
    service.finish_sending(world.core, outgoing.id, "relay", Sent(carrier_id="SM-early"), now=world.now)
    transcript = service.read_case(world.core, ana, reference, now=world.now).transcript
    assert transcript[-1].delivery == "dead", conversation


def test_an_agent_who_comes_back_during_the_sweep_keeps_the_chat(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, conversation = world.agent(), world.visit()
    world.claim(ana, world.open_case(conversation))
    world.later(seconds=50)
    looked = expiry._vanished

    def late(core: service.Core, now: datetime) -> Sequence[expiry.Due]:
        gone = looked(core, now)
        accounts.beat(core, ana, "online", now=now)
        return gone

    monkeypatch.setattr(expiry, "_vanished", late)
    world.sweep(seconds=1)
    assert world.state(conversation) == "agent"


def test_the_callbacks_show_the_form_else_the_last_words(world: World) -> None:
    ana = world.agent()
    with_form, without_form = world.visit(), world.text(PHONE, "hola", "SM1").conversation_id
    form = service.CallbackForm(message="call me", phone="1")
    service.submit_form(world.core, with_form, form, now=world.now)
    world.write(with_form, "and one more thing")
    reference = world.open_case(without_form)
    world.text(PHONE, "my last words", "SM2")
    item = world.claim(ana, reference)
    service.make_callback(world.core, ana, reference, item.version, now=world.now)
    shown = {item.message for item in service.read_callbacks(world.core, ana, now=world.now)}
    assert shown == {"call me", "my last words"}


def test_a_phone_hears_that_the_assistant_is_ill_before_it_hears_that_it_waits(world: World) -> None:
    world.text(PHONE, "hola", "SM1")
    (turn,) = take(world)
    reply = Reply(said=(Said(notice="engine_down"),), need=Need(reason="engine_down", actor="system"))
    assert service.finish_turn(world.core, turn, reply, now=world.now)
    assert [text.split(" ")[0] for text in send_all(world)][-2:] == ["[engine_down", "[handoff_waiting"]


def test_the_words_that_brought_a_person_are_unseen_until_a_person_sees_them(world: World) -> None:
    conversation, ana = world.visit(), world.agent()
    world.write(conversation, "a person, please")
    (turn,) = take(world)
    assert service.finish_turn(world.core, turn, Reply(need=Need(reason="request")), now=world.now)
    handoff = service.read_conversation(world.core, conversation, now=world.now).handoff
    assert handoff is not None
    item = world.claim(ana, handoff.reference)
    with pytest.raises(UnseenMessages):
        service.resolve(world.core, ana, handoff.reference, item.version, "solved", now=world.now)
    service.mark_seen(world.core, ana, handoff.reference, now=world.now)
    service.resolve(world.core, ana, handoff.reference, item.version, "solved", now=world.now)
    assert take(world) == ()
