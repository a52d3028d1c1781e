"""The second factor: enrolment, sign-in, replay, recovery, lockout and reset, on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from handoff.errors import Conflict, InvalidInput, NotAuthenticated, RateLimited
from handoff.models import LedgerRow, SecondFactor
from handoff.service.base.core import work
from handoff.service.people import accounts, directory, enrolling, second_factor
from handoff.service.people.second_factor import SecondFactorLocked, SecondFactorNeeded, SecondFactorWrong
from tests.support.core import World, world

PASSWORD = "correct horse battery"


@pytest.fixture
def shop(database_url: str) -> Iterator[World]:
    yield from world(database_url)


def with_password(shop: World, name: str = "Ana") -> accounts.OpenedSession:
    shop.agent(name)
    token = accounts.invite(shop.core, email=f"{name.lower()}@example.com", now=shop.now)
    opened = accounts.open_session(shop.core, invite=token, now=shop.now)
    accounts.set_password(shop.core, opened.agent, PASSWORD, keep=opened.session_token, now=shop.now)
    return opened


def code_at(secret: str, shop: World) -> str:
    return pyotp.TOTP(secret).at(shop.now)


def enrolled(shop: World, name: str = "Ana") -> tuple[accounts.OpenedSession, str, tuple[str, ...]]:
    opened = with_password(shop, name)
    secret = second_factor.begin(shop.core, opened.agent, shop.now).secret
    codes = second_factor.confirm(
        shop.core,
        opened.agent,
        code_at(secret, shop),
        keep=accounts.token_hash(opened.session_token),
        now=shop.now,
    )
    shop.later(seconds=60)
    return opened, secret, codes


def sign_in(shop: World, code: str | None = None, password: str = PASSWORD) -> accounts.OpenedSession:
    return accounts.open_session(shop.core, email="ana@example.com", password=password, code=code, now=shop.now)


def test_a_phone_is_asked_for_once_it_is_set_up(shop: World) -> None:
    _, secret, codes = enrolled(shop)
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    with pytest.raises(SecondFactorNeeded):
        sign_in(shop)
    with pytest.raises(SecondFactorWrong):
        sign_in(shop, "000000" if code_at(secret, shop) != "000000" else "111111")
    assert sign_in(shop, code_at(secret, shop)).agent.name == "Ana"


def test_a_wrong_password_says_nothing_of_the_second_factor(shop: World) -> None:
    _, secret, _ = enrolled(shop)
    with pytest.raises(NotAuthenticated) as refused:
        sign_in(shop, code_at(secret, shop), password="not the password")
    assert type(refused.value) is NotAuthenticated


def test_a_code_works_once_and_so_do_all_before_it(shop: World) -> None:
    _, secret, _ = enrolled(shop)
    earlier, code = pyotp.TOTP(secret).at(shop.now - timedelta(seconds=30)), code_at(secret, shop)
    sign_in(shop, code)
    for replayed in (code, earlier):
        with pytest.raises(SecondFactorWrong):
            sign_in(shop, replayed)
    shop.later(seconds=30)
    assert sign_in(shop, code_at(secret, shop)).agent.name == "Ana"


@pytest.mark.parametrize(("seconds", "in_time"), [(-31, True), (31, True), (-91, False), (91, False)])
def test_a_phone_s_clock_may_be_half_a_minute_off(shop: World, seconds: int, in_time: bool) -> None:
    _, secret, _ = enrolled(shop)
    shop.later(seconds=120 - shop.now.timestamp() % 30)  # the beginning of a step
    code = pyotp.TOTP(secret).at(shop.now + timedelta(seconds=seconds + (1 if seconds < 0 else -1)))
    if in_time:
        assert sign_in(shop, code).agent.name == "Ana"
    else:
        with pytest.raises(SecondFactorWrong):
            sign_in(shop, code)


def test_the_code_that_set_it_up_opens_no_session(shop: World) -> None:
    opened = with_password(shop)
    secret = second_factor.begin(shop.core, opened.agent, shop.now).secret
    code = code_at(secret, shop)
    second_factor.confirm(shop.core, opened.agent, code, now=shop.now)
    with pytest.raises(SecondFactorWrong):
        sign_in(shop, code)


def test_five_wrong_codes_pause_signing_in(shop: World) -> None:
    _, secret, _ = enrolled(shop)
    wrong = str((int(code_at(secret, shop)) + 1) % 10**6).zfill(6)
    for _ in range(5):
        with pytest.raises(SecondFactorWrong):
            sign_in(shop, wrong)
    for code in (None, code_at(secret, shop)):
        with pytest.raises(SecondFactorLocked):
            sign_in(shop, code)
    shop.later(minutes=16)
    assert sign_in(shop, code_at(secret, shop)).agent.name == "Ana"


def wrong_code(secret: str, shop: World) -> str:
    near = {pyotp.TOTP(secret).at(shop.now + timedelta(seconds=off)) for off in (-30, 0, 30)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


def test_neither_a_right_password_nor_a_new_link_gives_more_tries_at_the_code(shop: World) -> None:
    _, secret, _ = enrolled(shop)
    for _ in range(4):
        with pytest.raises(SecondFactorWrong):
            sign_in(shop, wrong_code(secret, shop))
        with pytest.raises(SecondFactorNeeded):
            sign_in(shop)
    token = accounts.invite(shop.core, email="ana@example.com", now=shop.now)
    with pytest.raises(SecondFactorWrong):
        accounts.open_session(shop.core, invite=token, code=wrong_code(secret, shop), now=shop.now)
    with pytest.raises(SecondFactorLocked):
        accounts.open_session(shop.core, invite=token, code=code_at(secret, shop), now=shop.now)
    shop.later(minutes=16)
    assert accounts.open_session(shop.core, invite=token, code=code_at(secret, shop), now=shop.now).agent.name == "Ana"


def test_a_right_code_gives_no_more_tries_at_the_password(shop: World) -> None:
    opened, secret, _ = enrolled(shop)
    for _ in range(9):
        with pytest.raises(NotAuthenticated):
            sign_in(shop, password="not the password")
    second_factor.renew_codes(shop.core, opened.agent, code_at(secret, shop), shop.now)
    with pytest.raises(NotAuthenticated):
        sign_in(shop, password="not the password")
    shop.later(seconds=60)
    with pytest.raises(NotAuthenticated) as refused:
        sign_in(shop, code_at(secret, shop))
    assert type(refused.value) is NotAuthenticated
    assert refused.value.message == accounts.REFUSED


def test_wrong_codes_do_not_lock_the_password(shop: World) -> None:
    """Else whoever holds the page could keep its owner from their own password."""
    opened, secret, _ = enrolled(shop)
    for _ in range(5):
        with pytest.raises(InvalidInput):
            second_factor.turn_off(shop.core, opened.agent, wrong_code(secret, shop), now=shop.now)
    accounts.set_password(shop.core, opened.agent, "another horse battery", current=PASSWORD, now=shop.now)
    admin = shop.agent("Ada", role="admin")
    seen = next(each for each in directory.list_people(shop.core, admin, now=shop.now) if each.name == "Ana")
    assert seen.locked_until == shop.now + second_factor.LOCK_LASTS


def test_an_unknown_address_and_a_locked_account_are_refused_alike(shop: World) -> None:
    enrolled(shop)
    said = set()
    for email in ["ana@example.com"] * 11 + ["nobody@example.com"]:
        with pytest.raises(NotAuthenticated) as refused:
            accounts.open_session(shop.core, email=email, password="guess", code="123456", now=shop.now)
        said.add((refused.value.code, refused.value.message))
    assert said == {("not_authenticated", accounts.REFUSED)}


def test_who_sets_it_up_shows_that_the_account_is_theirs(shop: World) -> None:
    opened = with_password(shop)
    session = accounts.token_hash(opened.session_token)
    enrolling.begin(shop.core, opened.agent, None, session=session, now=shop.now)
    shop.later(minutes=16)
    with pytest.raises(InvalidInput) as missing:
        enrolling.begin(shop.core, opened.agent, None, session=session, now=shop.now)
    assert set(missing.value.fields) == {"password"}
    for _ in range(10):
        with pytest.raises(InvalidInput):
            enrolling.begin(shop.core, opened.agent, "guess", session=session, now=shop.now)
    with pytest.raises(RateLimited):
        enrolling.begin(shop.core, opened.agent, PASSWORD, session=session, now=shop.now)
    shop.later(minutes=16)
    assert enrolling.begin(shop.core, opened.agent, PASSWORD, session=session, now=shop.now).secret


def test_who_has_no_password_signs_in_anew_to_set_it_up(shop: World) -> None:
    shop.agent("Eva")
    token = accounts.invite(shop.core, email="eva@example.com", now=shop.now)
    opened = accounts.open_session(shop.core, invite=token, now=shop.now)
    session = accounts.token_hash(opened.session_token)
    assert not enrolling.asks_password(shop.core, opened.agent, session, shop.now)
    shop.later(minutes=16)
    with pytest.raises(enrolling.SignInAgain):
        enrolling.begin(shop.core, opened.agent, "anything", session=session, now=shop.now)


def test_an_invite_is_not_used_up_before_the_code(shop: World) -> None:
    _, secret, _ = enrolled(shop)
    token = accounts.invite(shop.core, email="ana@example.com", now=shop.now)
    with pytest.raises(SecondFactorNeeded):
        accounts.open_session(shop.core, invite=token, now=shop.now)
    opened = accounts.open_session(shop.core, invite=token, code=code_at(secret, shop), now=shop.now)
    assert opened.agent.name == "Ana"
    with pytest.raises(NotAuthenticated) as used:
        accounts.open_session(shop.core, invite=token, code=code_at(secret, shop), now=shop.now)
    assert used.value.message == accounts.INVITE_REFUSED


def test_a_recovery_code_works_once_however_it_is_typed(shop: World) -> None:
    _, _, codes = enrolled(shop)
    assert sign_in(shop, codes[0].upper().replace("-", " ")).agent.name == "Ana"
    with pytest.raises(SecondFactorWrong):
        sign_in(shop, codes[0])
    assert second_factor.read_standing(shop.core, _agent(shop)).codes_left == len(codes) - 1


def _agent(shop: World) -> str:
    return accounts.list_agents(shop.core, now=shop.now)[0].id


def test_new_recovery_codes_end_the_old_ones_and_need_the_phone(shop: World) -> None:
    opened, secret, codes = enrolled(shop)
    with pytest.raises(InvalidInput) as wrong:
        second_factor.renew_codes(shop.core, opened.agent, "123", shop.now)
    assert set(wrong.value.fields) == {"code"}
    fresh = second_factor.renew_codes(shop.core, opened.agent, code_at(secret, shop), shop.now)
    with pytest.raises(SecondFactorWrong):
        sign_in(shop, codes[0])
    assert sign_in(shop, fresh[0]).agent.name == "Ana"


def test_setting_it_up_ends_every_other_session(shop: World) -> None:
    first = with_password(shop)
    other = sign_in(shop)
    secret = second_factor.begin(shop.core, first.agent, shop.now).secret
    kept = accounts.token_hash(first.session_token)
    second_factor.confirm(shop.core, first.agent, code_at(secret, shop), keep=kept, now=shop.now)
    assert accounts.read_session(shop.core, first.session_token, now=shop.now).agent == first.agent
    with pytest.raises(NotAuthenticated):
        accounts.read_session(shop.core, other.session_token, now=shop.now)


def test_it_cannot_be_begun_anew_while_it_is_in_use(shop: World) -> None:
    opened, _, _ = enrolled(shop)
    with pytest.raises(Conflict):
        second_factor.begin(shop.core, opened.agent, shop.now)
    with pytest.raises(Conflict):
        second_factor.confirm(shop.core, opened.agent, "123456", now=shop.now)


def test_turning_it_off_needs_a_code_and_the_tries_are_counted(shop: World) -> None:
    opened, secret, _ = enrolled(shop)
    for _ in range(5):
        with pytest.raises(InvalidInput):
            second_factor.turn_off(shop.core, opened.agent, "wrong", now=shop.now)
    with pytest.raises(RateLimited):
        second_factor.turn_off(shop.core, opened.agent, code_at(secret, shop), now=shop.now)
    shop.later(minutes=16)
    second_factor.turn_off(shop.core, opened.agent, code_at(secret, shop), now=shop.now)
    assert sign_in(shop).agent.name == "Ana"


def test_the_database_holds_neither_the_secret_nor_a_recovery_code(shop: World) -> None:
    opened, secret, codes = enrolled(shop)
    with shop.core.database.read() as session:
        row = session.execute(select(SecondFactor)).scalar_one()
        kept = repr([row.nonce, row.recovery])
        rows = session.execute(select(LedgerRow.data)).scalars().all()
    for told in (secret, *codes, *(code.replace("-", "") for code in codes)):
        assert told not in kept
        assert told not in repr(rows)
    assert second_factor.secret_of(shop.core, opened.agent.id, row.nonce) == secret


def test_a_role_that_must_have_it_is_told_so_until_it_has(shop: World) -> None:
    opened = with_password(shop)
    shop.settle(desk={"second_factor": ["agent"]})
    assert accounts.read_session(shop.core, opened.session_token, now=shop.now).must_enrol
    secret = second_factor.begin(shop.core, opened.agent, shop.now).secret
    kept = accounts.token_hash(opened.session_token)
    second_factor.confirm(shop.core, opened.agent, code_at(secret, shop), keep=kept, now=shop.now)
    assert not accounts.read_session(shop.core, opened.session_token, now=shop.now).must_enrol


def test_every_step_is_in_the_ledger(shop: World) -> None:
    opened, secret, codes = enrolled(shop)
    sign_in(shop, codes[0])
    second_factor.turn_off(shop.core, opened.agent, code_at(secret, shop), now=shop.now)
    with work(shop.core, shop.now) as unit:
        kinds = [row.kind for row in unit.session.execute(select(LedgerRow).order_by(LedgerRow.seq)).scalars()]
    assert [kind for kind in kinds if "factor" in kind or "recovery" in kind] == [
        "second_factor_on",
        "recovery_code_used",
        "second_factor_off",
    ]
