"""Who somebody is by their site's word: linked, found again on another device, and never taken for somebody else."""

from datetime import timedelta

import pytest

from handoff import service
from handoff.models import Address, Conversation, Customer, Message
from handoff.service.cases.packet import read_case
from handoff.service.talk.identities import (
    Identified,
    IdentityConflict,
    IdentityReplayed,
    IdentityRequired,
    SignedIdentity,
    identify,
)
from tests.support.cases import FORM, visitor
from tests.support.core import SUNDAY_NIGHT, World

ANA = {"name": "Ana Ruiz", "email": "ana@example.com", "phone": "+34600111222", "order": "A-1042"}


def signed(world: World, token: str, subject: str = "1042", site: str = "shop", **details: str) -> SignedIdentity:
    return SignedIdentity(
        site=site, subject=subject, digest=token, expires_at=world.now + timedelta(minutes=5), details=details
    )


def start(world: World, identity: SignedIdentity | None = None, key: str | None = None) -> service.Started:
    return service.start_conversation(
        world.core,
        channel="web",
        account="web",
        address=f"visitor-{key or identity}",
        language="en",
        idempotency_key=key,
        identity=identity,
        now=world.now,
    )


def know(world: World, conversation: str, identity: SignedIdentity) -> Identified:
    return identify(world.core, conversation, identity, now=world.now)


def customer_of(world: World, conversation: str) -> str:
    with world.core.database.read() as session:
        return session.get_one(Conversation, conversation).customer_id


def test_an_anonymous_visitor_becomes_the_sites_customer_and_no_message_moves(world: World) -> None:
    conversation = visitor(world)
    world.write(conversation, "where is my lamp?")
    before = world.texts(conversation)
    found = know(world, conversation, signed(world, "t1", **ANA))
    assert (found.name, found.elsewhere) == ("Ana Ruiz", None)
    assert world.texts(conversation) == before
    with world.core.database.read() as session:
        places = session.query(Address).filter_by(customer_id=customer_of(world, conversation)).all()
        assert sorted((each.channel, each.proven) for each in places) == [("signed", True), ("web", False)]
        assert session.get_one(Customer, customer_of(world, conversation)).name == "Ana Ruiz"
        assert {each.conversation_id for each in session.query(Message)} == {conversation}


def test_the_same_person_on_another_device_gets_the_conversation_of_their_open_case(world: World) -> None:
    first = visitor(world)
    know(world, first, signed(world, "t1"))
    reference = world.open_case(first)
    again = start(world, signed(world, "t2"))
    assert again.conversation_id == first
    service.check_token(world.core, again.token, first, now=world.now)
    assert reference in " ".join(each.text for each in again.messages)


def test_who_is_identified_in_a_running_conversation_is_told_of_their_case_elsewhere(world: World) -> None:
    first, second = visitor(world), visitor(world)
    know(world, first, signed(world, "t1"))
    reference = world.open_case(first)
    found = know(world, second, signed(world, "t2"))
    assert found.elsewhere is not None
    assert (found.elsewhere.conversation_id, found.elsewhere.reference) == (first, reference)
    assert customer_of(world, first) == customer_of(world, second)


def test_an_agent_who_claims_gets_both_cases_of_the_customer(world: World) -> None:
    ana, first, second = world.agent(), visitor(world), visitor(world)
    one, other = world.open_case(first), world.open_case(second)
    know(world, first, signed(world, "t1"))
    know(world, second, signed(world, "t2"))
    world.claim(ana, one)
    assert world.case(ana, other).state == "active"


def test_without_an_open_case_another_visit_is_a_new_conversation_of_the_same_customer(world: World) -> None:
    first = start(world, signed(world, "t1"))
    second = start(world, signed(world, "t2"))
    assert first.conversation_id != second.conversation_id
    assert customer_of(world, first.conversation_id) == customer_of(world, second.conversation_id)


@pytest.mark.bar(28)
def test_a_token_counts_in_one_conversation_and_again_there_changes_nothing(world: World) -> None:
    first, second = visitor(world), visitor(world)
    once = signed(world, "t1")
    assert know(world, first, once) == know(world, first, once)
    with pytest.raises(IdentityReplayed) as refused:
        know(world, second, once)
    assert refused.value.code == "identity_replayed"
    assert customer_of(world, first) != customer_of(world, second)


def test_a_repeated_start_is_the_same_conversation_even_with_a_newer_token(world: World) -> None:
    first = start(world, signed(world, "t1"), key="k")
    assert start(world, signed(world, "t2"), key="k").conversation_id == first.conversation_id


def test_a_replayed_token_starts_nothing(world: World) -> None:
    first = start(world, signed(world, "t1"), key="k")
    with pytest.raises(IdentityReplayed):
        start(world, signed(world, "t1"), key="another")
    with world.core.database.read() as session:
        assert [each.id for each in session.query(Conversation)] == [first.conversation_id]


@pytest.mark.parametrize("other", [{"subject": "7"}, {"site": "outlet"}], ids=["person", "site"])
def test_a_conversation_never_passes_to_somebody_else(world: World, other: dict[str, str]) -> None:
    conversation = visitor(world)
    know(world, conversation, signed(world, "t1"))
    with pytest.raises(IdentityConflict):
        know(world, conversation, signed(world, "t2", **other))


def test_the_same_number_at_two_sites_is_two_people(world: World) -> None:
    first, second = visitor(world), visitor(world)
    know(world, first, signed(world, "t1"))
    know(world, second, signed(world, "t2", site="outlet"))
    assert customer_of(world, first) != customer_of(world, second)


def test_fuel_that_an_anonymous_visitor_spent_stays_spent(world: World) -> None:
    first, second = visitor(world), visitor(world)
    know(world, first, signed(world, "t1"))
    with world.core.database.write() as session:
        session.get_one(Customer, customer_of(world, second)).needs = {"orders": {"left": 1}}
    know(world, second, signed(world, "t2"))
    with world.core.database.read() as session:
        assert session.get_one(Customer, customer_of(world, first)).needs == {"orders": {"left": 1}}


def test_signed_contact_and_order_reach_whoever_takes_the_case(world: World) -> None:
    ana, conversation = world.agent(), visitor(world)
    know(world, conversation, signed(world, "t1", **ANA))
    reference = world.open_case(conversation)
    world.claim(ana, reference)
    found = read_case(world.core, ana, reference, now=world.now)
    assert {each.kind: each.value for each in found.contact} == {
        "name": "Ana Ruiz", "phone": "+34600111222", "email": "ana@example.com"
    }  # fmt: skip
    assert not any(each.proven for each in found.contact)
    assert [(each.name, each.value, each.confirmed) for each in found.facts] == [("order", "A-1042", True)]


def test_an_open_case_learns_the_contact_but_what_was_typed_stays(world: World) -> None:
    ana, conversation = world.agent(), visitor(world)
    reference = service.submit_form(world.core, conversation, FORM, now=world.now).reference
    know(world, conversation, signed(world, "t1", phone="+34699999999", name="Ana Ruiz"))
    world.claim(ana, reference)
    contact = {each.kind: each.value for each in read_case(world.core, ana, reference, now=world.now).contact}
    assert contact == {"name": "Ana Ruiz", "phone": FORM.phone}


def test_the_ledger_says_that_somebody_was_identified_and_not_who(world: World) -> None:
    conversation = visitor(world)
    know(world, conversation, signed(world, "t1", **ANA))
    with world.core.database.read() as session:
        facts = service.read_facts(session, f"conversation:{conversation}")
    assert [dict(each.data) for each in facts if each.kind == "identity.linked"] == [{"site": "shop"}]
    assert not any(value in str(facts) for value in (*ANA.values(), "'1042'"))


class TestRequired:
    """`identity = "required"`: only who the site has named may write, and anybody may still ask for a person."""

    @pytest.fixture(autouse=True)
    def settings(self, world: World) -> None:
        world.settle(channels={"web": {"identity": "required"}})

    @pytest.mark.bar(28)
    def test_a_stranger_may_not_write(self, world: World) -> None:
        conversation = visitor(world)
        before = world.texts(conversation)
        with pytest.raises(IdentityRequired) as refused:
            world.write(conversation, "hello")
        assert (refused.value.code, refused.value.status) == ("identity_required", 403)
        assert world.texts(conversation) == before

    def test_who_is_identified_may(self, world: World) -> None:
        conversation = visitor(world)
        know(world, conversation, signed(world, "t1"))
        world.write(conversation, "hello")
        assert world.texts(conversation)[-1] == "hello"

    @pytest.mark.bar(20)
    def test_a_stranger_gets_a_person_and_is_heard_by_them(self, world: World) -> None:
        conversation = visitor(world)
        world.open_case(conversation)
        world.write(conversation, "I cannot sign in")
        assert world.texts(conversation)[-1] == "I cannot sign in"

    def test_a_stranger_may_leave_a_message_at_night(self, world: World) -> None:
        world.at(SUNDAY_NIGHT)
        brief = service.submit_form(world.core, visitor(world), FORM, now=world.now)
        assert brief.due_at is not None

    def test_texts_are_not_asked_for_an_identity(self, world: World) -> None:
        assert not world.text("+34600111222", "hello", "SM1").repeated


class TestGreeting:
    def greeting(self, world: World, **details: str) -> str:
        started = start(world, signed(world, f"t{details}", **details))
        return started.messages[1].text

    def test_it_names_nobody_unless_the_settings_say_so(self, world: World) -> None:
        assert self.greeting(world, name="Ana Ruiz").startswith("[greeting en web]")

    @pytest.mark.parametrize("name", ["Ana", "José María O'Donnell-Ruiz", "J. R. R. Tolkien"])
    def test_it_names_whom_the_site_has_signed(self, world: World, name: str) -> None:
        world.settle(channels={"web": {"greeting": "name"}})
        assert self.greeting(world, name=name).startswith("[greeting_name en web]")

    @pytest.mark.parametrize(
        "name", ["", "Call 900 123 456", "https://evil.example", "evil.example", "A" * 61, "<b>Ana</b>"]
    )
    def test_what_is_no_name_is_not_said(self, world: World, name: str) -> None:
        world.settle(channels={"web": {"greeting": "name"}})
        assert self.greeting(world, name=name).startswith("[greeting en web]")

    def test_what_was_typed_elsewhere_is_not_said_to_who_is_not_identified(self, world: World) -> None:
        world.settle(channels={"web": {"greeting": "name"}})
        assert start(world).messages[1].text.startswith("[greeting en web]")
