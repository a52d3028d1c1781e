"""The double as its own process, as `relevo up` starts it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bot.processes import dies_with_parent
from tests.support.ports import free_port, wait_listening
from tests.support.processes import stop


@contextmanager
def _double(var: Path, *arguments: str) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "bot.channels.sms.double", "--port", str(port), *arguments]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RELEVO_")}
    environment = kept | {"RELEVO_VAR": str(var), "RELEVO_DEMO": "1", "RELEVO_PUBLIC_URL": "http://127.0.0.1:9"}
    process = subprocess.Popen(
        command,
        env=environment,
        preexec_fn=dies_with_parent(),  # noqa: PLW1509 - only a system call
    )
    try:
        assert wait_listening(port, seconds=45)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def test_texts_are_still_there_after_a_restart(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "double.db"))
    with _double(tmp_path, *state) as base:
        assert httpx.get(f"{base}/healthz").json() == {"status": "ok"}
        sent = httpx.post(f"{base}/simulator/api/texts", json={"phone": "+34600000001", "text": "¡hola!"})
        assert sent.status_code == 201
    with _double(tmp_path, *state) as base:
        threads = httpx.get(f"{base}/simulator/api/threads", params={"phone": "+34600000001"}).json()
        assert [text["body"] for text in threads["texts"]] == ["¡hola!"]


def test_account_numbers_and_sign_in_can_be_given(tmp_path: Path) -> None:
    sid = "AC" + "0" * 32
    given = ("--account-sid", sid, "--auth-token", "t", "--number", "+15005550007", "--number", "+15005550008")
    with _double(tmp_path, *given) as base:
        url = f"{base}/2010-04-01/Accounts/{sid}/Messages.json"
        form = {"To": "+34600000001", "From": "+15005550008", "Body": "hola"}
        assert httpx.post(url, data=form, auth=(sid, "t")).status_code == 201
        assert httpx.post(url, data=form, auth=(sid, "wrong")).status_code == 401
        assert httpx.post(url, data=form | {"From": "+15005550006"}, auth=(sid, "t")).json()["code"] == 21606
