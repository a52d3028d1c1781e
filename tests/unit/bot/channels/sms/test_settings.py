from pathlib import Path

import pytest

from bot.channels.sms.double.rules import is_sid
from bot.channels.sms.settings import Account, SmsEnv, account_of
from bot.channels.sms.signature import Hash
from bot.settings import Env, load_env


def _env(tmp_path: Path, **values: object) -> Env:
    return load_env(var=tmp_path, **values)


def test_demo_without_an_account_gets_the_doubles_and_always_the_same(tmp_path: Path) -> None:
    first, second = (account_of(_env(tmp_path, demo=True)) for _ in range(2))
    assert first == second
    assert is_sid(first.account_sid, "AC")
    assert first.configured
    assert first.api_base.startswith("http://127.0.0.1")


def test_another_secret_key_is_another_account(tmp_path: Path) -> None:
    accounts = {account_of(_env(tmp_path / name, demo=True)).auth_token for name in ("a", "b")}
    assert len(accounts) == 2


def test_a_real_account_is_used_even_in_a_demo(tmp_path: Path) -> None:
    env = _env(tmp_path, demo=True, twilio_account_sid="AC1", twilio_auth_token="t", twilio_from="+15550000001")
    account = account_of(env)
    assert (account.account_sid, account.sender, account.api_base) == ("AC1", "+15550000001", "")


def test_outside_a_demo_nothing_is_made_up(tmp_path: Path) -> None:
    assert not account_of(_env(tmp_path)).configured


def test_shared_key_signs_with_sha256(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_TWILIO_SIGNATURE", "sha256")
    monkeypatch.setenv("RELEVO_TWILIO_SIGNING_KEY", "shared")
    account = account_of(_env(tmp_path, twilio_account_sid="AC1", twilio_auth_token="t"), SmsEnv())
    assert (account.hash_name, account.signing_key) == (Hash.SHA256, "shared")


def test_secrets_are_not_shown() -> None:
    assert "secret" not in repr(Account(auth_token="secret", signing_key="secret"))


def test_messaging_service_is_told_from_a_number() -> None:
    assert Account(sender="MG1").messaging_service == "MG1"
    assert Account(sender="+15550000001").messaging_service == ""
