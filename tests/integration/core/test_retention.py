"""Nothing is kept longer than the settings say, nothing that somebody still needs goes, and the ledger shows it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import MetaData, func, select

from handoff import service
from handoff.audit import audit_database
from handoff.models import Address, Conversation, Customer, HandoffRow, IdentityUse, LedgerStream, Message
from handoff.models.talk import Attachment
from handoff.policy import Business
from handoff.service.base.core import Work
from handoff.service.base.inbound import Attached
from handoff.service.privacy import retention
from handoff.service.privacy.erasing import wipe
from handoff.service.privacy.holdings import Scope
from handoff.service.privacy.retention import Retention, Swept, sweep_retention
from handoff.service.talk.identities import SignedIdentity, identify
from tests.support.cases import FORM, visitor
from tests.support.core import World

PHONE = "+34611222333"
KEEP = {"conversations": 30, "attachments": 7, "ledger": 60}


@pytest.fixture(autouse=True)
def settings(world: World) -> None:
    world.settle(retention=KEEP)


def sweep(world: World) -> Swept:
    return sweep_retention(world.core, world.now)


def rows(world: World) -> list[dict[str, Any]]:
    with world.core.database.read() as session:
        facts = service.read_facts(session, "privacy")
    return [dict(each.data) for each in facts if each.kind == "retention.swept"]


def erased(world: World) -> set[str]:
    with world.core.database.read() as session:
        return {each.id for each in session.query(Conversation) if each.erased_at}


def test_a_conversation_goes_when_its_days_are_over_and_not_before(world: World) -> None:
    old = visitor(world)
    world.write(old, "a question of last month")
    world.later(days=29)
    young = visitor(world)
    assert sweep(world).conversations == 0
    world.later(days=2)
    assert sweep(world).conversations == 1
    assert erased(world) == {old}
    assert "disclosure" in " ".join(world.texts(young))
    with world.core.database.read() as session:
        assert {each.text for each in session.query(Message).filter_by(conversation_id=old)} == {""}


def test_the_days_begin_with_the_last_thing_that_was_said(world: World) -> None:
    conversation = visitor(world)
    world.later(days=20)
    world.write(conversation, "still here")
    world.later(days=20)
    assert sweep(world).conversations == 0


def test_an_open_case_is_never_too_old(world: World) -> None:
    conversation = visitor(world)
    service.submit_form(world.core, conversation, FORM, now=world.now)
    world.later(days=400)
    assert sweep(world).conversations == 0
    assert erased(world) == set()
    service.expire(world.core, world.now)  # what the sweeper does first, so that the audit finds every deadline served


def test_the_ledger_says_what_went_and_by_which_days(world: World) -> None:
    visitor(world)
    world.later(days=31)
    sweep(world)
    assert rows(world) == [{"ended": {"conversations": 1, "attachments": 0, "ledgers": 0}, "days": KEEP}]


def test_a_day_on_which_nothing_was_due_is_said_once(world: World) -> None:
    for _ in range(3):
        sweep(world)
        world.later(hours=1)
    assert len(rows(world)) == 1
    world.later(hours=24)
    sweep(world)
    assert len(rows(world)) == 2


def test_attachments_go_earlier_than_what_was_written(world: World) -> None:
    attached = (Attached(url="https://carrier.example/1", content_type="image/png"),)
    conversation = world.text(PHONE, "look", "SM1", attached=attached, media=1).conversation_id
    world.later(days=8)
    assert sweep(world).attachments == 1
    with world.core.database.read() as session:
        assert session.execute(select(func.count()).select_from(Attachment)).scalar_one() == 0
    assert "look" in world.texts(conversation)


def test_a_round_in_which_no_file_is_due_writes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    attached = (Attached(url="https://carrier.example/1", content_type="image/png"),)
    world.text(PHONE, "look", "SM1", attached=attached, media=1)
    sweep(world)
    monkeypatch.setattr(retention, "work", None)
    world.later(days=6, hours=23)
    monkeypatch.setattr(retention, "PROVE_EVERY", timedelta(days=30))
    assert not sweep(world).anything


def test_files_go_in_rounds_and_stay_while_a_case_is_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MOST", 2)
    attached = tuple(Attached(url=f"https://carrier.example/{n}", content_type="image/png") for n in range(3))
    conversation = world.text(PHONE, "look", "SM1", attached=attached, media=3).conversation_id
    other = world.text("+34611222444", "look", "SM2", attached=attached, media=3).conversation_id
    world.later(days=8)
    world.open_case(other)
    assert [sweep(world).attachments for _ in range(3)] == [2, 1, 0]
    with world.core.database.read() as session:
        talks = {session.get_one(Message, each.message_id).conversation_id for each in session.query(Attachment)}
    assert talks == {other} != {conversation}


def test_the_customer_goes_with_their_last_conversation(world: World) -> None:
    first = world.text(PHONE, "hello", "SM1").conversation_id
    world.later(days=31)
    sweep(world)
    with world.core.database.read() as session:
        talk = session.get_one(Conversation, first)
        assert session.get_one(Customer, talk.customer_id).erased_at is not None
        assert PHONE not in session.get_one(Address, talk.address_id).value


def test_a_customer_with_a_younger_conversation_stays(world: World) -> None:
    def signed(token: str) -> SignedIdentity:
        return SignedIdentity(site="shop", subject="1042", digest=token, expires_at=world.now + timedelta(minutes=5))

    first = visitor(world)
    identify(world.core, first, signed("a"), now=world.now)
    world.later(days=29)
    second = visitor(world)
    identify(world.core, second, signed("b"), now=world.now)
    world.later(days=2)
    sweep(world)
    assert erased(world) == {first}
    with world.core.database.read() as session:
        assert session.get_one(Customer, session.get_one(Conversation, second).customer_id).erased_at is None
        assert session.query(Address).filter_by(channel="signed", value="1042").count() == 1


def test_at_last_the_skeleton_goes_and_only_the_proof_that_it_was_there_stays(world: World) -> None:
    ana, other = world.agent(), visitor(world)
    attached = (Attached(url="https://carrier.example/1", content_type="image/png"),)
    conversation = world.text(PHONE, "look", "SM1", attached=attached, media=1).conversation_id
    reference = world.open_case(conversation)
    world.claim(ana, reference)
    service.mark_seen(world.core, ana, reference, now=world.now)
    service.resolve(world.core, ana, reference, world.case(ana, reference).version, "solved", now=world.now)
    service.expire(world.core, world.later(seconds=11))
    service.rate(world.core, conversation, 5, "thanks", now=world.now)
    world.later(days=31)
    world.write(other, "I am still here")
    sweep(world)
    world.later(days=61)
    world.write(other, "and still")
    assert sweep(world).ledgers == 1
    left = {name for name, value in named(world) if conversation in value or reference in value}
    assert left == {"ledger.data"}
    assert "and still" in world.texts(other)
    with world.core.database.read() as session:
        facts = [each for each in service.read_facts(session, "privacy") if each.kind == "ledger.ended"]
    assert [each.data["stream"] for each in facts] == [f"conversation:{conversation}"]
    assert audit_database(world.core.database, world.core.secret, world.now).clean


def named(world: World) -> list[tuple[str, str]]:
    metadata = MetaData()
    metadata.reflect(world.core.database.engine)
    with world.core.database.read() as session:
        return [
            (f"{table.name}.{name}", str(value))
            for table in metadata.sorted_tables
            for row in session.execute(select(table))
            for name, value in zip(table.c.keys(), row, strict=True)
        ]


def test_nothing_goes_where_the_settings_keep_it_for_ever(world: World) -> None:
    world.settle(retention={"conversations": 0, "attachments": 0, "ledger": 0})
    visitor(world)
    world.later(days=5000)
    assert not sweep(world).anything


def test_used_tokens_are_forgotten_once_they_have_expired(world: World) -> None:
    conversation = visitor(world)
    used = SignedIdentity(site="shop", subject="1", digest="d", expires_at=world.now + timedelta(minutes=5))
    identify(world.core, conversation, used, now=world.now)
    assert sweep(world).identities == 0
    world.later(minutes=6)
    assert sweep(world).identities == 1
    with world.core.database.read() as session:
        assert session.query(IdentityUse).count() == 0


def test_calls_that_nobody_repeats_any_more_are_forgotten(world: World) -> None:
    conversation = service.start_conversation(
        world.core, channel="web", account="web", address="v", idempotency_key="k", now=world.now
    ).conversation_id
    world.later(days=6)
    sweep(world)
    assert {name for name, value in named(world) if conversation in value} >= {"idempotency.response"}
    world.later(days=2)
    sweep(world)
    assert not any(name.startswith("idempotency.") for name, _ in named(world))


def test_rounds_are_ten_minutes_apart(world: World) -> None:
    rounds = Retention()
    rounds.sweep_old(world.core, world.now)
    visitor(world)
    with world.core.database.write() as session:
        session.query(Conversation).update({"created_at": world.now - timedelta(days=40)})
        session.query(Message).update({"at": world.now - timedelta(days=40)})
    rounds.sweep_old(world.core, world.later(minutes=9))
    assert erased(world) == set()
    rounds.sweep_old(world.core, world.later(minutes=2))
    assert len(erased(world)) == 1


def test_the_settings_have_days_from_the_start() -> None:
    assert Business.model_fields["retention"].default.model_dump() == {
        "conversations": 730, "attachments": 180, "ledger": 1826
    }  # fmt: skip


def test_two_sweepers_at_once_end_each_conversation_once(world: World) -> None:
    conversation = visitor(world)
    world.later(days=31)
    assert [sweep(world).conversations, sweep(world).conversations] == [1, 0]
    with world.core.database.read() as session:
        kinds = [each.kind for each in service.read_facts(session, f"conversation:{conversation}")]
        assert kinds.count("erased") == 1
        assert session.query(LedgerStream).count() >= 2
        assert session.query(HandoffRow).count() == 0


def shared(world: World) -> tuple[str, str]:
    """A phone's conversation of last month, and a younger one in the chat of the same customer."""
    phone = world.text(PHONE, "hello", "SM1").conversation_id
    world.later(days=29)
    chat = visitor(world)
    with world.core.database.write() as session:
        session.get_one(Conversation, chat).customer_id = session.get_one(Conversation, phone).customer_id
    world.later(days=2)
    return phone, chat


def test_a_text_after_its_conversation_was_erased_begins_a_new_one(world: World) -> None:
    phone, chat = shared(world)
    assert sweep(world).conversations == 1
    assert erased(world) == {phone}
    again = world.text(PHONE, "a person, please", "SM2").conversation_id
    assert again not in {phone, chat}
    world.later(days=61)
    reference = world.open_case(again)
    sweep(world)
    with world.core.database.read() as session:
        talk = session.get_one(Conversation, again)
        assert (talk.address, talk.erased_at) == (PHONE, None)
        assert session.query(HandoffRow).filter_by(reference=reference).count() == 1


@pytest.mark.tampers
def test_a_conversation_in_which_something_happened_since_keeps_its_ledger(world: World) -> None:
    conversation = visitor(world)
    world.later(days=31)
    sweep(world)
    with world.core.database.write() as session:
        session.get_one(Conversation, conversation).erased_at = None
    reference = world.open_case(conversation)
    with world.core.database.write() as session:
        session.get_one(Conversation, conversation).erased_at = world.now
    world.later(days=61)
    assert sweep(world).ledgers == 0
    with world.core.database.read() as session:
        assert session.query(HandoffRow).filter_by(reference=reference).count() == 1


def test_a_conversation_that_cannot_be_ended_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, other = visitor(world), visitor(world)

    def break_one(unit: Work, scope: Scope, **why: str) -> None:
        if stuck in scope.conversations:
            raise RuntimeError
        wipe(unit, scope, **why)

    monkeypatch.setattr(retention, "wipe", break_one)
    world.later(days=31)
    assert sweep(world).conversations == 1
    assert erased(world) == {other}
