"""A promise in the customer's hands: read, moved and withdrawn by its link; in their mail and calendar; kept once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from handoff import service
from handoff.errors import InvalidInput, LinkExpired, NotFound, PromiseClosed, StaleVersion
from handoff.models import Conversation, Notification, PromiseRow
from handoff.service import CallbackForm
from handoff.service.base.views import AgentView
from handoff.service.people import accounts
from handoff.service.telling.mailing import MOST_AN_HOUR
from tests.support.core import SUNDAY_NIGHT, World

FORM = CallbackForm(message="My parcel is lost", phone="+34600111222", email="ana@example.com")
MONDAY_11 = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # 11:00 in Madrid: two business hours after opening
TUESDAY_12 = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
PHONE = "+34600111222"


@pytest.fixture
def promised(world: World) -> World:
    """A world whose links have an address, on a Sunday night."""
    world.core = replace(world.core, public_url="https://chat.example.com")
    return world.at(SUNDAY_NIGHT)


def leave(world: World, form: CallbackForm = FORM) -> tuple[str, str]:
    """A visitor's conversation with a promise, and the token of its link."""
    conversation = world.visit()
    brief = service.submit_form(world.core, conversation, form, now=world.now)
    assert brief.links is not None
    return conversation, token_of(brief.links.page)


def token_of(page: str) -> str:
    return page.removeprefix("https://chat.example.com/promise/")


def ana(world: World) -> AgentView:
    agent = world.agent()
    accounts.beat(world.core, agent, "online", now=world.now)
    return agent


def page(world: World, token: str) -> service.PromisePage:
    return service.read_promise(world.core, token, now=world.now)


def move(world: World, token: str, at: datetime, version: int | None = None) -> service.PromisePage:
    seen = page(world, token).version if version is None else version
    return service.move_promise(world.core, token, seen, at, now=world.now)


def mails(world: World) -> list[Notification]:
    with world.core.database.read() as session:
        found = session.execute(select(Notification).where(Notification.audience == "customer")).scalars()
        return sorted(found, key=lambda mail: int(mail.data["version"]))


def promises(world: World) -> list[tuple[str, int]]:
    with world.core.database.read() as session:
        return [(row.status, row.breaches) for row in session.execute(select(PromiseRow)).scalars()]


def test_the_link_shows_the_promise_as_the_customer_would_say_it(promised: World) -> None:
    _, token = leave(promised)
    found = page(promised, token)
    assert (found.status, found.due_at) == ("open", MONDAY_11)
    assert (found.contact, found.contact_kind) == ("•••1222", "phone")
    assert found.due == "tomorrow by 11:00"
    assert found.due_there is None


def test_who_is_in_another_zone_reads_both_clocks(promised: World) -> None:
    started = service.start_conversation(
        promised.core, channel="web", account="web", address="ny", language="en", time_zone="America/New_York",
        now=promised.now,
    )  # fmt: skip
    brief = service.submit_form(promised.core, started.conversation_id, FORM, now=promised.now)
    assert brief.links is not None
    found = page(promised, token_of(brief.links.page))
    assert (found.due, found.due_there) == ("tomorrow by 05:00 (New York time)", "tomorrow by 11:00 (Madrid time)")
    assert found.slots[0].clock == "12:00"
    assert found.slots[0].own_clock == "06:00"


def test_the_state_that_a_page_follows_has_the_links(promised: World) -> None:
    conversation, token = leave(promised)
    view = service.read_conversation(promised.core, conversation, now=promised.now)
    assert view.handoff is not None
    assert view.handoff.links is not None
    assert view.handoff.links.ics == f"https://chat.example.com/promise/{token}.ics"
    states = [each for each in service.read_stream(promised.core, conversation, None) if each.kind == "state"]
    assert states[-1].data["handoff"]["links"]["page"] == view.handoff.links.page


def test_without_an_address_of_ours_there_is_no_link(world: World) -> None:
    conversation = world.at(SUNDAY_NIGHT).visit()
    assert service.submit_form(world.core, conversation, FORM, now=world.now).links is None


def test_the_customer_moves_the_promise_and_everybody_hears_of_it(promised: World) -> None:
    conversation, token = leave(promised)
    moved = move(promised, token, TUESDAY_12)
    assert moved.due_at == TUESDAY_12
    assert promised.notices(conversation)[-1] == "promise_moved"
    callbacks = service.read_callbacks(promised.core, promised.agent(), now=promised.now)
    assert [item.due_at for item in callbacks] == [TUESDAY_12]


def test_moving_to_the_same_time_twice_moves_once(promised: World) -> None:
    conversation, token = leave(promised)
    version = page(promised, token).version
    for _ in range(2):
        assert move(promised, token, TUESDAY_12, version).due_at == TUESDAY_12
    assert promised.notices(conversation).count("promise_moved") == 1


def test_a_confirmation_older_than_a_move_is_refused(promised: World) -> None:
    _, token = leave(promised)
    version = page(promised, token).version
    move(promised, token, TUESDAY_12)
    with pytest.raises(StaleVersion):
        move(promised, token, TUESDAY_12 + timedelta(hours=1), version)
    with pytest.raises(StaleVersion):
        service.withdraw_promise(promised.core, token, version, now=promised.now)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 24, 2, 0, tzinfo=UTC),  # at night
        datetime(2026, 11, 28, 11, 0, tzinfo=UTC),  # a Saturday
        datetime(2026, 11, 23, 9, 0, tzinfo=UTC),  # sooner than we promise
        datetime(2026, 12, 14, 11, 0, tzinfo=UTC),  # too far away
        datetime(2026, 11, 24, 11, 7, tzinfo=UTC),  # never offered
    ],
)
def test_a_time_that_was_not_offered_is_refused(promised: World, at: datetime) -> None:
    _, token = leave(promised)
    with pytest.raises(InvalidInput):
        move(promised, token, at)
    assert page(promised, token).due_at == MONDAY_11


def test_the_times_leave_out_an_edited_holiday(promised: World) -> None:
    _, token = leave(promised)
    promised.settle(exceptions=[{"date": "2026-11-24", "intervals": []}])
    promised.core = replace(promised.core, public_url="https://chat.example.com")
    days = {slot.at.date() for slot in page(promised, token).slots}
    assert TUESDAY_12.date() not in days
    assert MONDAY_11.date() in days


def test_withdrawing_closes_case_and_promise_and_again_is_harmless(promised: World) -> None:
    conversation, token = leave(promised)
    version = page(promised, token).version
    for _ in range(2):
        assert service.withdraw_promise(promised.core, token, version, now=promised.now).status == "withdrawn"
    assert promised.notices(conversation).count("withdrawn") == 1
    assert promised.state(conversation) == "bot"
    with pytest.raises(PromiseClosed):
        move(promised, token, TUESDAY_12)


def test_the_customer_withdraws_while_the_agent_dials(promised: World) -> None:
    _, token = leave(promised)
    before = page(promised, token)
    agent = ana(promised.at(MONDAY_11 - timedelta(hours=1)))
    service.start_call(promised.core, agent, before.reference, before.version, now=promised.now)
    assert page(promised, token).agent == "Ana"
    with pytest.raises(StaleVersion):  # asked again: they had not been told that somebody calls now
        service.withdraw_promise(promised.core, token, before.version, now=promised.now)
    service.withdraw_promise(promised.core, token, page(promised, token).version, now=promised.now)
    told = service.read_alerts(promised.core, agent, now=promised.now)
    assert [alert.kind for alert in told] == ["withdrawn"]


def test_the_customer_moves_it_while_the_agent_dials_and_their_choice_stands(promised: World) -> None:
    conversation, token = leave(promised)
    reference = page(promised, token).reference
    agent = ana(promised.at(MONDAY_11 - timedelta(hours=1)))
    take(promised, reference, agent, call=True)
    move(promised, token, TUESDAY_12)
    told = service.read_alerts(promised.core, agent, now=promised.now)
    assert [alert.kind for alert in told] == ["moved_by_customer"]
    version = promised.case(agent, reference).version
    service.record_attempt(promised.core, agent, reference, version, "no_answer", now=promised.now)
    assert page(promised, token).due_at == TUESDAY_12
    assert promised.notices(conversation)[-1] == "attempt_failed"
    assert mails(promised)[-1].kind == "attempt_failed"


@pytest.mark.parametrize("change", [0, 7, 15, -1])
def test_a_forged_link_is_unknown(promised: World, change: int) -> None:
    _, token = leave(promised)
    forged = list(token)
    forged[change] = "3" if forged[change] != "3" else "4"
    with pytest.raises(NotFound):
        page(promised, "".join(forged))


def test_a_link_of_another_promise_or_of_nonsense_is_unknown(promised: World) -> None:
    _, one = leave(promised)
    _, other = leave(promised)
    for token in (one[:6] + other[6:], "", "x" * 27, one + "0", one.lower(), "é" * 27):
        with pytest.raises(NotFound):
            page(promised, token)


def test_a_link_ends_a_week_after_the_promise(promised: World) -> None:
    _, token = leave(promised)
    promised.at(MONDAY_11 + timedelta(days=7, hours=2))
    service.expire(promised.core, promised.now)  # missed and renewed; the newer notice has a newer link
    with pytest.raises(LinkExpired):
        page(promised, token)


def test_an_erased_conversation_has_no_page(promised: World) -> None:
    conversation, token = leave(promised)
    with promised.core.database.write() as session:
        session.get_one(Conversation, conversation).erased_at = promised.now
    with pytest.raises(NotFound):
        page(promised, token)
    with promised.core.database.write() as session:
        session.get_one(Conversation, conversation).erased_at = None


def test_a_promise_is_mailed_when_made_moved_and_missed_and_its_end_is_confirmed(promised: World) -> None:
    _, token = leave(promised)
    move(promised, token, TUESDAY_12)
    promised.at(TUESDAY_12 + timedelta(seconds=1))
    service.expire(promised.core, promised.now)
    service.withdraw_promise(promised.core, token, page(promised, token).version, now=promised.now)
    sent = mails(promised)
    assert [mail.kind for mail in sent] == ["promised", "promise_moved", "promise_missed", "withdrawn"]
    assert {mail.target for mail in sent} == {"ana@example.com"}
    sequences = [int(mail.data["ics"].split("SEQUENCE:")[1].split("\r\n")[0]) for mail in sent]
    assert sequences == sorted(set(sequences))
    assert ["STATUS:CANCELLED" in mail.data["ics"] for mail in sent] == [False, False, False, True]
    assert len({mail.data["ics"].split("UID:")[1].split("\r\n")[0] for mail in sent}) == 1


def test_who_left_no_address_gets_no_mail(promised: World) -> None:
    leave(promised, CallbackForm(message="call me", phone=PHONE))
    assert mails(promised) == []


def test_the_calendar_file_says_when(promised: World) -> None:
    _, token = leave(promised)
    text = service.promise_calendar(promised.core, token, now=promised.now)
    assert "DTEND:20261123T100000Z\r\n" in text
    assert "STATUS:CONFIRMED\r\n" in text
    assert "parcel" not in text


def take(world: World, reference: str, agent: AgentView, *, call: bool) -> int:
    """The agent begins the call or takes the chat; the version that they hold."""
    step = service.start_call if call else service.claim
    step(world.core, agent, reference, world.case(agent, reference).version, now=world.now)
    service.mark_seen(world.core, agent, reference, now=world.now)
    return world.case(agent, reference).version


@pytest.mark.parametrize("way", ["by a call", "by a chat over SMS", "online again"])
def test_a_promise_kept_in_any_way_closes_the_same_obligation_once(promised: World, way: str) -> None:
    if way == "by a chat over SMS":
        conversation = promised.text(PHONE, "AGENTE", "SM1").conversation_id
        reference = service.ask_person(promised.core, conversation, now=promised.now).reference
        promised.text(PHONE, "my parcel is lost", "SM2")
    else:
        conversation, token = leave(promised)
        reference = page(promised, token).reference
    agent = ana(promised.at(MONDAY_11 - timedelta(hours=1)))
    if way == "online again":
        promised.write(conversation, "I am here again")
    version = take(promised, reference, agent, call=way == "by a call")
    if way == "by a call":
        service.record_attempt(promised.core, agent, reference, version, "reached", now=promised.now)
    else:
        service.reply(promised.core, agent, reference, version, "r1", "It is on its way", now=promised.now)
    version = promised.case(agent, reference).version
    service.resolve(promised.core, agent, reference, version, "solved", "", now=promised.now)
    promised.sweep(seconds=11)
    assert promises(promised) == [("kept", 0)]
    promised.sweep(hours=5)
    assert promises(promised) == [("kept", 0)]
    assert promised.notices(conversation).count("promise_missed") == 0


def test_nobodys_mailbox_is_flooded_by_a_visitor_who_typed_its_address(promised: World) -> None:
    """An address in a form is only typed: it may be a stranger's."""
    again = [leave_and_withdraw(promised, conversation) for conversation in [promised.visit()] for _ in range(8)]
    assert len(again) == 8
    assert len(mails(promised)) == MOST_AN_HOUR
    leave_and_withdraw(promised, promised.visit())
    assert len(mails(promised)) == MOST_AN_HOUR
    leave_and_withdraw(promised, promised.visit(), email="somebody@else.example")
    assert len(mails(promised)) == MOST_AN_HOUR + 2
    promised.later(hours=1, minutes=1)
    leave_and_withdraw(promised, promised.visit())
    assert len(mails(promised)) == MOST_AN_HOUR + 4


def leave_and_withdraw(world: World, conversation: str, email: str = "stranger@example.com") -> str:
    form = CallbackForm(message="hello", email=email)
    brief = service.submit_form(world.core, conversation, form, now=world.later(seconds=1))
    service.withdraw(world.core, conversation, brief.reference, brief.version, now=world.now)
    return brief.reference
