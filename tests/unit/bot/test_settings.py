"""The environment is read once, typed, and refused with the variable's name."""

import stat
from pathlib import Path

import pytest

from bot.settings import load_env
from handoff.errors import SettingsInvalid


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("RELEVO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RELEVO_VAR", str(tmp_path / "var"))


def test_defaults_follow_the_state_folder_and_the_port(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RELEVO_PORT", "8123")
    env = load_env()
    assert env.database_url == f"sqlite:///{tmp_path}/var/relevo.db"
    assert env.public_url == "http://localhost:8123"
    assert env.engine_port == 5055


def test_a_plain_postgresql_url_gets_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_DATABASE_URL", "postgresql://relevo@db/relevo")
    assert load_env().database_url == "postgresql+psycopg://relevo@db/relevo"


def test_a_made_secret_is_private_and_stays(tmp_path: Path) -> None:
    first = load_env().secret_key
    assert load_env().secret_key == first
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "var" / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret.key"]


def test_the_engine_secret_is_derived_and_is_not_the_secret_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_SECRET_KEY", "a-secret-for-this-test")
    env = load_env()
    assert env.secret_key == b"a-secret-for-this-test"
    assert env.engine_secret not in {"", "a-secret-for-this-test"}
    assert "a-secret-for-this-test" not in repr(env)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RELEVO_PORT", "http"),
        ("RELEVO_PORT", "70000"),
        ("RELEVO_PUBLIC_URL", "shop.example"),
        ("RELEVO_SECRET_KEY", "short"),
        ("RELEVO_DEMO", "perhaps"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsInvalid) as refused:
        load_env()
    assert list(refused.value.fields) == [variable]
    assert value not in refused.value.message
