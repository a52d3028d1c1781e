"""The engine's door: the secret, garbage, loopback, many at once, the model's hash."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.dialogue.engines import PYTHON, ROOT, SECRET, Process, Talk, body, post
from tests.support.ports import free_port

pytestmark = pytest.mark.timeout(180)
GOOD_STATE: dict[str, Any] = {"v": 1, "events": [], "tries": {"count": 0, "since": 0}, "said": [], "offered": []}


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "\xe9"])
def test_without_the_secret_nothing_is_answered(engine: Process, secret: str | None) -> None:
    status, answer = post(engine.port, body("hello"), secret)
    assert (status, answer["error"]["code"]) == (401, "not_authenticated")


def test_health_names_release_and_model(engine: Process, trained: dict[str, Any]) -> None:
    url = f"http://127.0.0.1:{engine.port}/webhooks/relevo/health"
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": f"Bearer {SECRET}"})) as response:
        assert json.load(response) == {"release": 7, "digest": "d1" * 32, "model": trained["sha256"]}
    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(url):
        pass
    assert refused.value.code == 401
    refused.value.close()


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, "malformed_json"),
        (b"{", 400, "malformed_json"),
        (b"\xff\xfe\x00", 400, "malformed_json"),
        (b"[" * 50_000, 400, "malformed_json"),
        (b"[]", 422, "invalid_input"),
        (b"null", 422, "invalid_input"),
        (b"{}", 422, "invalid_input"),
        (b" " * 200_000, 413, "too_large"),
        (json.dumps(body("x" * 9000)).encode(), 413, "too_large"),
        (json.dumps(body("hi", extra=1)).encode(), 422, "invalid_input"),
        (json.dumps(body("hi", channel="fax")).encode(), 422, "invalid_input"),
        (json.dumps(body("hi", language=["en"])).encode(), 422, "invalid_input"),
        (json.dumps(body("hi", turn=7)).encode(), 422, "invalid_input"),
        (json.dumps(body("hi") | {"text": None}).encode(), 422, "invalid_input"),
    ],
)
def test_bad_requests_are_typed_errors(engine: Process, raw: bytes, status: int, code: str) -> None:
    found, answer = post(engine.port, raw)
    assert (found, answer["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    "state",
    [
        [],
        "x",
        7,
        {},
        GOOD_STATE | {"v": 2},
        GOOD_STATE | {"v": True},
        GOOD_STATE | {"more": 1},
        GOOD_STATE | {"events": "x"},
        GOOD_STATE | {"events": [{"event": "restart"}]},
        GOOD_STATE | {"events": [{"event": "action", "name": "action_look_up_order"}]},
        GOOD_STATE | {"events": [{"event": "slot", "name": "order_lookup", "value": "found"}]},
        GOOD_STATE | {"events": [{"event": "slot", "name": "order_number", "value": {"a": 1}}]},
        GOOD_STATE | {"events": [{"event": "active_loop", "name": "other_form"}]},
        GOOD_STATE | {"events": [{"event": "active_loop", "name": "order_status_form"}]},
        GOOD_STATE | {"events": [{"event": "slot", "name": "requested_slot", "value": "order_number"}]},
        GOOD_STATE | {"events": [{"event": ["slot"], "name": [], "value": "x"}]},
        GOOD_STATE | {"tries": {"count": -1, "since": 0}},
        GOOD_STATE | {"tries": {"count": "1", "since": 0}},
        GOOD_STATE | {"said": [{"kind": "entry", "id": "Trust me, it is free."}]},
        GOOD_STATE | {"said": [{"kind": "notice", "id": "a", "values": {"x": {"kind": "text", "value": "hi"}}}]},
        GOOD_STATE | {"offered": ["a b"]},
        GOOD_STATE | {"offered": [{}]},
        GOOD_STATE | {"offered": ["a" * 99] * 500},
    ],
)
def test_garbage_state_is_refused(engine: Process, state: Any) -> None:
    status, answer = post(engine.port, body("hello", state))
    assert (status, answer["error"]["code"]) == (422, "state_refused")
    assert post(engine.port, body("hello", GOOD_STATE))[0] == 200


def test_engine_and_actions_listen_on_loopback_only(engine: Process, actions: Process) -> None:
    for process in (engine, actions):
        assert listening_addresses(process.port) == {"127.0.0.1"}


def listening_addresses(port: int) -> set[str]:
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    bound = [row[1].split(":") for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port]
    return {socket.inet_ntoa(bytes.fromhex(host)[::-1]) if len(host) == 8 else host for host, _ in bound}


def test_actions_need_the_secret(actions: Process) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{actions.port}/webhook", b"{}")
    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(request):
        pass
    assert refused.value.code == 401
    refused.value.close()


@pytest.mark.parametrize("path", ["/conversations/x/tracker", "/model", "/model/parse", "/status", "/domain"])
def test_rasas_own_api_is_off(engine: Process, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{engine.port}{path}")
    assert refused.value.code == 404
    refused.value.close()


def test_conversations_at_once_do_not_mix(engine: Process) -> None:
    orders = [("A-104820", "28013"), ("A-104821", "08002"), ("A-104822", "41001"), ("A-104823", "46001")] * 8

    def one(order: tuple[str, str]) -> bool:
        talk = Talk(engine.port)
        talk.say("where is my order")
        talk.say(order[0])
        return bool(talk.say(order[1])["say"][0]["values"]["order"]["value"] == order[0])

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(one, orders))


def test_same_turn_twice_at_once_gives_the_same_outcome(engine: Process) -> None:
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: post(engine.port, body("how much is delivery")), range(24)))
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_turns_are_quick(engine: Process) -> None:
    talk = Talk(engine.port)
    spent = []
    for _ in range(60):
        began = time.perf_counter()
        talk.say("what are your opening hours?")
        spent.append(time.perf_counter() - began)
    assert sorted(spent)[30] < 0.1


def test_wrong_model_is_not_served(model: Path, tmp_path: Path) -> None:
    arguments = ["--model", str(model), "--sha256", "0" * 64, "--port", str(free_port())]
    command = [str(PYTHON), "-m", "bot.dialogue.serve", *arguments]
    done = subprocess.run(command, cwd=ROOT, env={"RELEVO_ENGINE_SECRET": SECRET}, capture_output=True, check=False)
    assert (done.returncode, b"hash" in done.stderr) == (2, True)
    done = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, check=False)
    assert (done.returncode, b"RELEVO_ENGINE_SECRET" in done.stderr) == (2, True)


def test_customers_words_are_not_in_the_engines_log(engine: Process) -> None:
    talk = Talk(engine.port)
    talk.say("my secret canary is zebra-9931 and where is my order A-104820")
    talk.say("canary@example.com")
    log = engine.log.read_text()
    assert "zebra-9931" not in log
    assert "canary@example.com" not in log


def test_model_holds_no_pickles(model: Path) -> None:
    import tarfile

    with tarfile.open(model) as archive:
        names = archive.getnames()
    assert any(name.endswith("weights.npz") for name in names)
    assert not [name for name in names if name.endswith((".pkl", ".pickle", ".joblib", ".skops"))]
