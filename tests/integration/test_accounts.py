"""Agents, invites, sessions, passwords and presence, on both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import select

from handoff.errors import Conflict, InvalidInput, NotAuthenticated, NotFound, RateLimited
from handoff.models import Agent, AgentSession, Invite, SecondFactor
from handoff.service.base.core import work
from handoff.service.people import accounts, passwords
from handoff.service.people.directory import reset_second_factor_of
from handoff.service.people.staffing import Staffing, set_agent
from tests.support.core import World, world

PASSWORD = "correct horse battery"


@pytest.fixture
def shop(database_url: str) -> Iterator[World]:
    yield from world(database_url)


def sign_in(shop: World, email: str = "ana@example.com") -> accounts.OpenedSession:
    token = accounts.invite(shop.core, email=email, now=shop.now)
    return accounts.open_session(shop.core, invite=token, now=shop.now)


def with_password(shop: World) -> accounts.OpenedSession:
    shop.agent("Ana")
    opened = sign_in(shop)
    accounts.set_password(shop.core, opened.agent, PASSWORD, keep=opened.session_token, now=shop.now)
    return opened


def refused(shop: World, email: str, password: str) -> str:
    with pytest.raises(NotAuthenticated) as caught:
        accounts.open_session(shop.core, email=email, password=password, now=shop.now)
    return caught.value.message


def test_an_agent_is_added_once_and_every_wrong_field_is_named(shop: World) -> None:
    agent = shop.agent("Ana")
    assert agent.capacity == shop.core.business.desk.capacity
    with pytest.raises(Conflict):
        accounts.add_agent(
            shop.core, email=" ANA@example.com ", name="A", role="agent", languages=("es",), now=shop.now
        )
    with pytest.raises(InvalidInput) as caught:
        accounts.add_agent(shop.core, email="x", name=" ", role="boss", languages=("fr",), capacity=0, now=shop.now)
    assert set(caught.value.fields) == {"email", "name", "role", "languages", "capacity"}


def test_an_invite_works_once(shop: World) -> None:
    shop.agent("Ana")
    token = accounts.invite(shop.core, email="Ana@Example.com", now=shop.now)
    opened = accounts.open_session(shop.core, invite=token, now=shop.now)
    assert accounts.read_session(shop.core, opened.session_token, now=shop.now).agent.name == "Ana"
    with pytest.raises(NotAuthenticated):
        accounts.open_session(shop.core, invite=token, now=shop.now)


def test_of_two_who_open_one_invite_at_once_one_gets_in(shop: World) -> None:
    """Both read the invite as unused; the update that finds it unused is one."""
    shop.agent("Ana")
    token = accounts.invite(shop.core, email="ana@example.com", now=shop.now)

    def attempt(_: int) -> bool:
        try:
            accounts.open_session(shop.core, invite=token, now=shop.now)
        except NotAuthenticated:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_an_invite_ends_after_a_day_and_with_a_newer_one(shop: World) -> None:
    shop.agent("Ana")
    first = accounts.invite(shop.core, email="ana@example.com", now=shop.now)
    second = accounts.invite(shop.core, email="ana@example.com", now=shop.now)
    with pytest.raises(NotAuthenticated):
        accounts.open_session(shop.core, invite=first, now=shop.now)
    with pytest.raises(NotAuthenticated):
        accounts.open_session(shop.core, invite=second, now=shop.now + timedelta(hours=24))
    with pytest.raises(NotFound):
        accounts.invite(shop.core, email="nobody@example.com", now=shop.now)


def test_no_token_is_stored_as_it_is(shop: World) -> None:
    shop.agent("Ana")
    token = accounts.invite(shop.core, email="ana@example.com", now=shop.now)
    opened = accounts.open_session(shop.core, invite=token, now=shop.now)
    with shop.core.database.read() as db:
        stored = [*db.scalars(select(Invite.token_hash)), *db.scalars(select(AgentSession.token_hash))]
    assert token not in stored
    assert opened.session_token not in stored


def test_a_session_lasts_twelve_hours_without_work_and_on_with_it(shop: World) -> None:
    shop.agent("Ana")
    token = sign_in(shop).session_token
    shop.later(hours=11)
    accounts.read_session(shop.core, token, now=shop.now)
    shop.later(hours=11)
    accounts.read_session(shop.core, token, touch=False, now=shop.now)
    shop.later(hours=1)
    with pytest.raises(NotAuthenticated):
        accounts.read_session(shop.core, token, now=shop.now)


def test_a_password_signs_in_and_its_setting_ends_the_other_sessions(shop: World) -> None:
    opened = with_password(shop)
    other = sign_in(shop)
    accounts.set_password(shop.core, opened.agent, "another long secret", keep=other.session_token, now=shop.now)
    with pytest.raises(NotAuthenticated):
        accounts.read_session(shop.core, opened.session_token, now=shop.now)
    assert accounts.read_session(shop.core, other.session_token, now=shop.now).has_password
    accounts.open_session(shop.core, email="ANA@example.com", password="another long secret", now=shop.now)


def test_a_password_is_changed_only_by_who_knows_it_or_has_a_fresh_invite(shop: World) -> None:
    with_password(shop)
    shop.later(minutes=1)
    by_password = accounts.open_session(shop.core, email="ana@example.com", password=PASSWORD, now=shop.now)

    def change(current: str) -> None:
        keep = by_password.session_token
        accounts.set_password(
            shop.core, by_password.agent, "another long secret", current=current, keep=keep, now=shop.now
        )

    with pytest.raises(InvalidInput) as caught:
        change("wrong")
    assert "current" in caught.value.fields
    change(PASSWORD)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "ana is my name 1", "x" * 300])
def test_a_weak_password_is_refused_with_what_to_mend(shop: World, password: str) -> None:
    agent = accounts.add_agent(
        shop.core, email="anabel@example.com", name="Ana Bel", role="agent", languages=("es",), now=shop.now
    )
    with pytest.raises(InvalidInput) as caught:
        accounts.set_password(shop.core, agent, password.replace("ana", "anabel"), now=shop.now)
    assert "password" in caught.value.fields


@pytest.mark.bar(33)
def test_ten_failures_pause_sign_in_and_nothing_tells_whether_the_account_exists(shop: World) -> None:
    with_password(shop)
    answers = {refused(shop, "ana@example.com", "wrong wrong wrong") for _ in range(10)}
    answers |= {refused(shop, "ana@example.com", PASSWORD), refused(shop, "nobody@example.com", "x")}
    assert len(answers) == 1
    shop.later(minutes=15, seconds=1)
    accounts.open_session(shop.core, email="ana@example.com", password=PASSWORD, now=shop.now)


def test_an_invite_gets_in_while_sign_in_is_paused(shop: World) -> None:
    with_password(shop)
    for _ in range(10):
        refused(shop, "ana@example.com", "wrong wrong wrong")
    sign_in(shop)
    accounts.open_session(shop.core, email="ana@example.com", password=PASSWORD, now=shop.now)


def test_presence_is_lost_forty_seconds_after_the_last_beat(shop: World) -> None:
    ana, luis = shop.agent("Ana"), shop.agent("Luis")
    accounts.beat(shop.core, ana, "online", now=shop.now)
    accounts.beat(shop.core, luis, "away", now=shop.now)
    assert statuses(shop) == {"Ana": "online", "Luis": "away"}
    accounts.beat(shop.core, luis, "away", now=shop.later(seconds=30))
    shop.later(seconds=11)
    assert statuses(shop) == {"Ana": "offline", "Luis": "away"}


def test_presence_counts_the_chats_that_are_held(shop: World) -> None:
    ana = shop.agent("Ana")
    shop.claim(ana, shop.open_case(shop.visit()))
    [presence] = accounts.list_presence(shop.core, now=shop.now)
    assert (presence.agent.id, presence.holding) == (ana.id, 1)


def test_signing_out_of_the_last_session_ends_presence(shop: World) -> None:
    ana = shop.agent("Ana")
    first, second = sign_in(shop), sign_in(shop)
    accounts.beat(shop.core, ana, "online", now=shop.now)
    accounts.close_session(shop.core, first.session_token, now=shop.now)
    assert statuses(shop) == {"Ana": "online"}
    accounts.close_session(shop.core, second.session_token, now=shop.now)
    assert statuses(shop) == {"Ana": "offline"}


def statuses(shop: World) -> dict[str, str]:
    return {each.agent.name: each.status for each in accounts.list_presence(shop.core, now=shop.now)}


def changes(shop: World, opened: accounts.OpenedSession, current: str, password: str = "another long secret") -> None:
    keep = opened.session_token
    accounts.set_password(shop.core, opened.agent, password, current=current, keep=keep, now=shop.now)


def by_password(shop: World) -> accounts.OpenedSession:
    """A session of somebody who has a password, and who is asked for it when it is changed."""
    with_password(shop)
    shop.later(minutes=1)
    return accounts.open_session(shop.core, email="ana@example.com", password=PASSWORD, now=shop.now)


def failures(shop: World, agent_id: str) -> int:
    with shop.core.database.read() as db:
        return db.scalars(select(Agent.failures).where(Agent.id == agent_id)).one()


def test_a_new_password_gives_no_tries_back(shop: World) -> None:
    opened = by_password(shop)
    for _ in range(3):
        refused(shop, "ana@example.com", "wrong wrong wrong")
    changes(shop, opened, PASSWORD)
    assert failures(shop, opened.agent.id) == 3


def test_wrong_present_passwords_are_counted_and_refused_while_locked(shop: World) -> None:
    opened = by_password(shop)
    for _ in range(10):
        with pytest.raises(InvalidInput):
            changes(shop, opened, "wrong")
    with pytest.raises(RateLimited):
        changes(shop, opened, PASSWORD)
    refused(shop, "ana@example.com", PASSWORD)
    shop.later(minutes=16)
    changes(shop, opened, PASSWORD)


def test_a_password_that_was_changed_meanwhile_is_not_written_over(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = by_password(shop)
    hashed = passwords.hashed

    def meanwhile(password: str) -> str:
        monkeypatch.setattr(passwords, "hashed", hashed)
        changes(shop, opened, PASSWORD, "the first of two secrets")
        return hashed(password)

    monkeypatch.setattr(passwords, "hashed", meanwhile)
    with pytest.raises(Conflict):
        changes(shop, opened, PASSWORD)
    accounts.open_session(shop.core, email="ana@example.com", password="the first of two secrets", now=shop.now)


def demote(shop: World, agent_id: str) -> None:
    set_agent(shop.core, email="ana@example.com", staffing=Staffing(role="supervisor"), now=shop.now)


def disable_and_enable(shop: World, agent_id: str) -> None:
    for disabled in (True, False):
        set_agent(shop.core, email="ana@example.com", staffing=Staffing(disabled=disabled), now=shop.now)


def reset_the_second_factor(shop: World, agent_id: str) -> None:
    with work(shop.core, shop.now) as unit:
        unit.session.add(SecondFactor(agent_id=agent_id, nonce="n", last_step=0, recovery=[], created_at=shop.now))
    reset_second_factor_of(shop.core, email="ana@example.com", now=shop.now)


def set_a_password(shop: World, agent_id: str) -> None:
    [agent] = accounts.list_agents(shop.core, now=shop.now)
    accounts.set_password(shop.core, agent, PASSWORD, now=shop.now)


@pytest.mark.parametrize("act", [demote, disable_and_enable, reset_the_second_factor, set_a_password])
def test_what_ends_sessions_ends_unused_links_too(shop: World, act: Callable[[World, str], None]) -> None:
    agent = shop.agent("Ana")
    token = accounts.invite(shop.core, email="ana@example.com", now=shop.now)
    act(shop, agent.id)
    with pytest.raises(NotAuthenticated):
        accounts.open_session(shop.core, invite=token, now=shop.now)


def test_tries_while_sign_in_is_paused_do_not_make_the_pause_longer(shop: World) -> None:
    agent = with_password(shop).agent
    for _ in range(10):
        refused(shop, "ana@example.com", "wrong wrong wrong")
    shop.later(minutes=10)
    for _ in range(10):
        refused(shop, "ana@example.com", "wrong wrong wrong")
    refused(shop, "ana@example.com", PASSWORD)
    assert failures(shop, agent.id) == 0
    shop.later(minutes=5, seconds=1)
    accounts.open_session(shop.core, email="ana@example.com", password=PASSWORD, now=shop.now)


def test_who_finds_every_hashing_slot_taken_is_told_to_come_again(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with_password(shop)
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.01)
    with ExitStack() as held:
        for _ in range(passwords.AT_ONCE):
            held.enter_context(passwords.slot())
        with pytest.raises(RateLimited):
            accounts.open_session(shop.core, email="ana@example.com", password=PASSWORD, now=shop.now)
    accounts.open_session(shop.core, email="ana@example.com", password=PASSWORD, now=shop.now)
