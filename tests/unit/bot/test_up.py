"""Which processes are started, on which ports, and what they may know."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import up
from bot.processes import engine_environment
from bot.settings import Env, load_env


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("RELEVO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RELEVO_VAR", str(tmp_path / "var"))


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def names(env: Env) -> list[str]:
    return [child.name for child in up.children_of(env)]


def test_a_taken_port_is_refused_with_what_to_do(taken: int) -> None:
    with pytest.raises(up.PortTaken, match=f"Port {taken} of 127.0.0.1 is taken.*RELEVO_PORT={taken + 1}"):
        up.run(load_env(port=taken))


def test_the_double_runs_in_a_demo_without_an_account_only() -> None:
    assert names(load_env()) == ["actions", "engine", "serve"]
    assert names(load_env(demo=True)) == ["actions", "engine", "serve", "sms-double"]
    assert names(load_env(demo=True, twilio_account_sid="AC0")) == ["actions", "engine", "serve"]


def test_the_double_stays_away_from_a_carrier_that_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_TWILIO_API_BASE", "http://127.0.0.1:9999")
    assert "sms-double" not in names(load_env(demo=True))


def test_the_boxed_processes_get_no_secret_but_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_SECRET_KEY", "the-key-of-everything")
    monkeypatch.setenv("RELEVO_TWILIO_AUTH_TOKEN", "the-carriers-token")
    monkeypatch.setenv("RELEVO_DATABASE_URL", "postgresql://relevo:the-password@db/relevo")
    env = load_env()
    known = engine_environment(env)
    assert known["RELEVO_ENGINE_SECRET"] == env.engine_secret
    text = repr(known)
    assert not any(secret in text for secret in ("the-key-of-everything", "the-carriers-token", "the-password"))


@pytest.mark.parametrize(("host", "address"), [("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("127.0.0.1", "127.0.0.1")])
def test_the_gateway_is_asked_where_it_can_be_reached(host: str, address: str) -> None:
    assert up.own_address(load_env(host=host, port=8099)) == f"http://{address}:8099"
