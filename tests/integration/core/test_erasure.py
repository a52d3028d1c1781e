"""Forgetting a customer: whatever they could put anywhere is gone, what we owed them is ended, and the proof holds."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.knowledge.tables import Base as KnowledgeBase
from handoff import service
from handoff.audit import audit_database
from handoff.detection.signals import Signal
from handoff.errors import NotFound, StaleVersion
from handoff.models import Address, Base, Conversation, Customer, Delivery, LedgerRow
from handoff.service import CallbackForm, Reply, Said
from handoff.service.base.core import work
from handoff.service.base.inbound import Attached
from handoff.service.base.rows import lock_conversation
from handoff.service.cases import notes
from handoff.service.cases.opening import Need, open_handoff
from handoff.service.privacy.erasing import Confirmed, Forgotten, erase, finish_erasures, forget_visitor, who_is
from handoff.service.privacy.exporting import export_customer
from handoff.service.privacy.finding import read_who
from handoff.service.privacy.holdings import HOLDINGS
from handoff.service.privacy.kept import OF_CUSTOMERS, OF_OTHERS
from handoff.service.talk.identities import SignedIdentity, identify
from handoff.service.talk.proving import ask_code
from tests.support.cases import take, visitor
from tests.support.core import World
from tests.support.traces import dump, hits, send_all

PHONE, MAIL, TYPED = "+34611222333", "zz-mail@canary.example", "zz-typed@canary.example"
WORDS = {  # whatever a customer, their phone or their site can put anywhere
    "message": "zzmessage", "client_id": "zzclientid", "key": "zzkey", "zone": "zzzone", "form": "zzform",
    "name": "Zzname", "form_name": "Zzformname", "order": "zzorder", "subject": "zzsubject", "rating": "zzrating",
    "evidence": "zzevidence", "slot": "zzslot", "note": "zznote", "reply": "zzreply", "url": "zzurl",
    "topic": "zztopic", "text": "zztext", "type": "zztype",
}  # fmt: skip
CANARIES = (*WORDS.values(), PHONE, MAIL, TYPED, "zzvisitor")


def test_every_column_is_known_to_the_erasure_or_has_a_reason_to_stay() -> None:
    known = {holding.table.name: holding for holding in HOLDINGS}
    for table in Base.metadata.sorted_tables:
        columns = {column.name for column in table.columns}
        holding = known.get(table.name)
        if holding is None:
            assert table.name in OF_OTHERS, f"{table.name}: say in handoff/service/privacy what an erasure does to it"
            continue
        if holding.gone:
            continue
        kept = {name for names in OF_CUSTOMERS.get(table.name, {}).values() for name in names.split()}
        emptied = {*holding.blank, *holding.rewrite}
        assert not kept & emptied, table.name
        assert columns == kept | emptied, f"{table.name}: {sorted(columns ^ (kept | emptied))} must be said of"
    assert not OF_OTHERS.keys() & known.keys()


def test_the_knowledge_tables_name_no_customer() -> None:
    named = {"customer_id", "conversation_id", "handoff_id", "message_id", "address", "phone", "email"}
    found = {f"{t.name}.{c.name}" for t in KnowledgeBase.metadata.sorted_tables for c in t.columns if c.name in named}
    assert found == set()


@pytest.fixture
def customer(world: World) -> str:
    """The web conversation of somebody who has left a canary wherever they can, and has been answered."""
    started = service.start_conversation(
        world.core,
        channel="web",
        account="web",
        address="zzvisitor",
        language="en",
        time_zone=WORDS["zone"],
        idempotency_key=WORDS["key"],
        now=world.now,
    )
    conversation = started.conversation_id
    world.write(conversation, WORDS["message"], client_id=WORDS["client_id"])
    said = Said(text=f"said back {WORDS['slot']}", entry=None, notice="thanks")
    reply = Reply(said=[said], dialogue={"slot": WORDS["slot"]}, memory={"said": WORDS["message"]})
    assert service.finish_turn(world.core, take(world)[0], reply, now=world.now)
    signed = {"name": WORDS["name"], "email": MAIL, "order": WORDS["order"]}
    identify(
        world.core,
        conversation,
        SignedIdentity(
            site="shop", subject=WORDS["subject"], digest="d", expires_at=world.later(minutes=5), details=signed
        ),
        now=world.now,
    )
    with work(world.core, world.now) as unit:
        signal = Signal(kind="frustration", strength=0.9, language="en", evidence=WORDS["evidence"])
        open_handoff(unit, lock_conversation(unit, conversation), Need(reason="frustration", signals=(signal,)))
    form = CallbackForm(message=WORDS["form"], name=WORDS["form_name"], phone=PHONE, email=MAIL)
    service.submit_form(world.core, conversation, form, idempotency_key=WORDS["key"], now=world.now)
    ask_code(world.core, conversation, email=TYPED, now=world.now)
    ana = world.agent()
    reference = service.read_conversation(world.core, conversation, now=world.now).handoff.reference  # type: ignore[union-attr]
    world.claim(ana, reference)
    service.reply(world.core, ana, reference, world.case(ana, reference).version, "a1", WORDS["reply"], now=world.now)
    notes.leave_note(world.core, ana, reference, "n1", WORDS["note"], now=world.now)
    service.mark_seen(world.core, ana, reference, now=world.now)
    version = world.case(ana, reference).version
    service.resolve(world.core, ana, reference, version, "solved", WORDS["topic"], now=world.now)
    service.expire(world.core, world.later(seconds=11))
    service.rate(world.core, conversation, 2, WORDS["rating"], now=world.now)
    return conversation


def texts(world: World) -> str:
    """The same person's phone, whose conversation hangs on them as well."""
    attached = (Attached(url=f"https://carrier.example/{WORDS['url']}", content_type=f"image/{WORDS['type']}"),)
    return world.text(PHONE, WORDS["text"], "SM1", attached=attached, media=1).conversation_id


@pytest.mark.bar(41)
def test_nothing_that_a_customer_gave_is_left_anywhere(world: World, customer: str) -> None:
    phone = texts(world)
    unseen = {each for each in CANARIES if not hits(world, each)}
    assert unseen == set(), "a canary that stood nowhere before proves nothing"
    for each in who_is(world.core, read_who(f"phone:{PHONE}")):
        erase(world.core, each.customer_id, actor="operator", now=world.now)
    finish_erasures(world.core, world.later(minutes=11))
    assert hits(world, *CANARIES) == set()
    for conversation in (customer, phone):
        with pytest.raises(NotFound):
            service.read_conversation(world.core, conversation, now=world.now)
    assert audit_database(world.core.database, world.core.secret, world.now).clean


@pytest.mark.bar(41)
def test_sqlites_own_file_holds_nothing_either(world: World, customer: str) -> None:
    if not world.core.database.is_sqlite:
        pytest.skip("of PostgreSQL the dump is what can be read; its files are its own until they are vacuumed")
    path = Path(world.core.database.engine.url.database or "")
    files = [path, path.with_name(f"{path.name}-wal")]
    assert any(b"zzmessage" in each.read_bytes() for each in files if each.exists())
    forget_visitor(world.core, customer, (), now=world.now)
    finish_erasures(world.core, world.later(minutes=11))
    world.core.database.dispose()
    left = {each for each in CANARIES for file in files if file.exists() and each.encode() in file.read_bytes()}
    assert left == set()


@pytest.mark.bar(35)
def test_the_chain_stays_whole_and_says_that_somebody_was_erased(world: World, customer: str) -> None:
    with world.core.database.read() as session:
        before = session.query(LedgerRow.stream, LedgerRow.seq, LedgerRow.hash).all()
    forget_visitor(world.core, customer, (), now=world.now)
    finish_erasures(world.core, world.later(minutes=11))
    with world.core.database.read() as session:
        after = session.query(LedgerRow.stream, LedgerRow.seq, LedgerRow.hash).all()
        kinds = [each.kind for each in service.read_facts(session, f"conversation:{customer}")]
        rows = [dict(each.data) for each in service.read_facts(session, "privacy") if each.kind == "erasure"]
    assert set(before) <= set(after)
    assert kinds[-1] == "erased"
    assert [(row["reason"], row["conversations"]) for row in rows] == [("customer", 1)]
    assert audit_database(world.core.database, world.core.secret, world.now).clean


def test_an_open_case_is_withdrawn_and_whoever_holds_it_is_told(world: World) -> None:
    ana, conversation = world.agent(), visitor(world)
    reference = world.open_case(conversation)
    version = world.claim(ana, reference).version
    found = forget_visitor(world.core, conversation, (Confirmed(reference=reference, version=version),), now=world.now)
    assert found == Forgotten(withdrawn=(reference,), done=True)
    assert world.case(ana, reference).state == "withdrawn"
    assert "withdrawn" in {each.kind for each in service.read_alerts(world.core, ana, now=world.now)}


@pytest.mark.parametrize("seen", [(), (Confirmed(reference="R-AAAAAA", version=1),)], ids=["unnamed", "another"])
def test_who_did_not_confirm_that_their_case_ends_loses_nothing(world: World, seen: tuple[Confirmed, ...]) -> None:
    conversation = visitor(world)
    world.write(conversation, "keep this")
    reference = world.open_case(conversation)
    with pytest.raises(StaleVersion) as refused:
        forget_visitor(world.core, conversation, seen, now=world.now)
    assert set(refused.value.fields) == {reference}
    assert "keep this" in world.texts(conversation)


def test_the_cases_of_their_other_conversations_are_named_too(world: World) -> None:
    conversation, other = visitor(world), visitor(world)
    with world.core.database.write() as session:
        session.get_one(Conversation, other).customer_id = session.get_one(Conversation, conversation).customer_id
    here, there = world.open_case(conversation), world.open_case(other)
    with pytest.raises(StaleVersion) as refused:
        forget_visitor(world.core, conversation, (), now=world.now)
    assert set(refused.value.fields) == {here, there}
    seen = [Confirmed(reference=name, version=int(version)) for name, version in refused.value.fields.items()]
    with pytest.raises(StaleVersion) as again:
        forget_visitor(world.core, conversation, [each for each in seen if each.reference == here], now=world.now)
    assert set(again.value.fields) == {there}
    assert set(forget_visitor(world.core, conversation, seen, now=world.now).withdrawn) == {here, there}


def test_a_confirmation_that_is_older_than_what_the_customer_was_told_is_asked_again(world: World) -> None:
    ana, conversation = world.agent(), visitor(world)
    reference = world.open_case(conversation)
    seen = service.read_conversation(world.core, conversation, now=world.now).handoff
    assert seen is not None
    world.claim(ana, reference)
    with pytest.raises(StaleVersion):
        forget_visitor(world.core, conversation, (Confirmed(reference=reference, version=seen.version),), now=world.now)


def test_forgetting_again_changes_nothing(world: World) -> None:
    conversation = visitor(world)
    assert forget_visitor(world.core, conversation, (), now=world.now).done
    before = list(dump(world))
    assert forget_visitor(world.core, conversation, (), now=world.now) == Forgotten(withdrawn=(), done=True)
    assert list(dump(world)) == before


def test_the_page_of_another_device_hears_that_it_is_over(world: World) -> None:
    conversation = visitor(world)
    cursor = service.read_conversation(world.core, conversation, now=world.now).cursor
    forget_visitor(world.core, conversation, (), now=world.now)
    items = service.read_stream(world.core, conversation, cursor)
    assert [(each.kind, each.data["state"]) for each in items] == [("state", "closed")]


def test_a_phone_is_texted_that_its_case_ends_before_its_number_is_forgotten(world: World) -> None:
    conversation = world.text(PHONE, "hello", "SM1").conversation_id
    world.open_case(conversation)
    (found,) = who_is(world.core, read_who(PHONE))
    done = erase(world.core, found.customer_id, actor="operator", now=world.now)
    assert (len(done.withdrawn), done.done) == (1, False)
    assert finish_erasures(world.core, world.later(seconds=1)) == 0
    send_all(world)
    assert finish_erasures(world.core, world.later(seconds=1)) == 1
    assert hits(world, PHONE) == set()


def test_a_carrier_that_never_takes_the_last_text_holds_nothing_up_for_long(world: World) -> None:
    world.open_case(world.text(PHONE, "hello", "SM1").conversation_id)
    (found,) = who_is(world.core, read_who(PHONE))
    erase(world.core, found.customer_id, actor="operator", now=world.now)
    assert finish_erasures(world.core, world.later(minutes=10, seconds=1)) == 1
    assert hits(world, PHONE) == set()
    with world.core.database.read() as session:
        assert {each.status for each in session.query(Delivery)} <= {"sent", "delivered", "superseded", "dead"}


def test_a_phone_that_writes_again_is_somebody_new(world: World) -> None:
    first = world.text(PHONE, "hello", "SM1").conversation_id
    (found,) = who_is(world.core, read_who(PHONE))
    erase(world.core, found.customer_id, actor="operator", now=world.now)
    finish_erasures(world.core, world.later(minutes=11))
    second = world.text(PHONE, "hello again", "SM2").conversation_id
    assert second != first
    assert world.text(PHONE, "hello", "SM1").repeated, "the carrier's late repetition brings nothing back"


def test_a_turn_that_was_under_way_says_nothing_into_an_erased_conversation(world: World) -> None:
    conversation = visitor(world)
    world.write(conversation, "zzquestion")
    (turn,) = take(world)
    forget_visitor(world.core, conversation, (), now=world.now)
    reply = Reply(said=[Said(text="zzanswer", notice="thanks")], dialogue={"slot": "zzslot"})
    assert not service.finish_turn(world.core, turn, reply, now=world.now)
    assert hits(world, "zzquestion", "zzanswer", "zzslot") == set()


def test_others_are_left_as_they_were(world: World, customer: str) -> None:
    other = visitor(world)
    world.write(other, "somebody else")
    reference = world.open_case(other)
    forget_visitor(world.core, customer, (), now=world.now)
    assert "somebody else" in world.texts(other)
    found = service.read_conversation(world.core, other, now=world.now).handoff
    assert found is not None
    assert found.reference == reference


@pytest.mark.parametrize(
    "name",
    [
        MAIL.upper(),
        TYPED,
        "phone:611 222 333",
        f"sub:shop:{WORDS['subject']}",
        f"sub:{WORDS['subject']}",
        "conversation",
    ],
)
def test_a_customer_is_found_by_each_of_their_names(world: World, customer: str, name: str) -> None:
    visitor(world)
    found = who_is(world.core, read_who(customer if name == "conversation" else name))
    with world.core.database.read() as session:
        owner = session.get_one(Conversation, customer).customer_id
    assert [each.customer_id for each in found] == [owner]


def test_nobody_is_found_twice_or_after_the_end(world: World, customer: str) -> None:
    forget_visitor(world.core, customer, (), now=world.now)
    finish_erasures(world.core, world.later(minutes=11))
    assert who_is(world.core, read_who(MAIL)) == ()
    assert who_is(world.core, read_who(customer)) == ()
    with world.core.database.read() as session:
        assert all(each.erased_at for each in session.query(Customer))
        assert not any("zz" in each.value for each in session.query(Address))


@pytest.mark.bar(41)
def test_an_export_has_everything_that_was_given_and_no_secret(world: World, customer: str) -> None:
    texts(world)
    found = export_customer(world.core, read_who(f"phone:{PHONE}"), now=world.now)
    text = json.dumps(found, ensure_ascii=False).lower()
    missing = {each for each in CANARIES if each.lower() not in text}
    assert missing == set()
    with world.core.database.read() as session:
        salts = [row[0] for row in session.execute(select(Base.metadata.tables["messages"].c.salt))]
    assert not any(salt in text for salt in salts if salt)
    parts: dict[str, Any] = next(each for each in found["customers"] if "cases" in each)
    assert next(each["text"] for each in parts["messages"] if each["author"] == "agent") == WORDS["reply"]
    assert parts["record"][-1]["kind"] == "rating"


def test_a_waiting_erasure_is_asked_for_once(world: World) -> None:
    world.open_case(world.text(PHONE, "hello", "SM1").conversation_id)
    (found,) = who_is(world.core, read_who(PHONE))
    first = erase(world.core, found.customer_id, actor="operator", now=world.now)
    again = erase(world.core, found.customer_id, actor="operator", now=world.later(minutes=9))
    assert (first.done, again.done) == (False, False)
    assert finish_erasures(world.core, world.now + timedelta(minutes=2)) == 1
