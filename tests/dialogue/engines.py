"""Real engines and action servers on free ports of loopback, and a customer who talks to them."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.outcome import Outcome
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
RELEASE = Path(__file__).parent / "data" / "release.json"
PYTHON = Path(os.environ.get("RELEVO_ENGINE_VENV") or ROOT / ".venv-engine") / "bin" / "python"
SECRET = "a-secret-only-for-these-tests"


def told_by(script: str, *arguments: str) -> Any:
    """What a script prints last, as JSON; run in the engine's own Python."""
    command = [str(PYTHON), "-W", "ignore", "-c", script, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@dataclass
class Process:
    """A child of the test session, with its log."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)


@dataclass
class Talk:
    """A conversation with an engine: keeps the state between turns, as the gateway does."""

    port: int
    language: str = "en"
    state: Any = None
    outcomes: list[dict[str, Any]] = field(default_factory=list)

    def say(self, text: str) -> dict[str, Any]:
        status, outcome = post(self.port, body(text, self.state, self.language))
        assert status == 200, outcome
        Outcome.model_validate_json(json.dumps(outcome))  # what the gateway would believe
        self.state = outcome["state"]
        self.outcomes.append(outcome)
        return outcome

    def ids(self, text: str) -> list[str]:
        return [said["id"] for said in self.say(text)["say"]]


def body(text: str, state: Any = None, language: Any = "en", **fields: Any) -> dict[str, Any]:
    return {"turn": "turn-1", "text": text, "language": language, "channel": "web", "state": state, **fields}


def post(
    port: int, what: Any, secret: str | None = SECRET, timeout: float = 15, route: str = "turn"
) -> tuple[int, Any]:
    raw = what if isinstance(what, bytes) else json.dumps(what).encode()
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {secret}"} if secret else {})
    request = urllib.request.Request(f"http://127.0.0.1:{port}/webhooks/relevo/{route}", raw, headers)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def start(arguments: list[str], port: int, log: Path, **environment: str) -> Process:
    wanted = {"RELEVO_ENGINE_SECRET": SECRET, "OMP_NUM_THREADS": "1", "PATH": os.environ["PATH"], **environment}
    with log.open("ab") as out:
        child = subprocess.Popen([PYTHON, *arguments], cwd=ROOT, env=wanted, stdout=out, stderr=out)
    return Process(child, port, log)


def wait_until_up(process: Process, path: str, seconds: float = 150) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{process.port}{path}", headers={"Authorization": f"Bearer {SECRET}"}
    )
    for _ in range(int(seconds * 10)):
        assert process.process.poll() is None, process.log.read_text()[-2000:]
        try:
            with urllib.request.urlopen(request, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"not up after {seconds} s: {process.log.read_text()[-2000:]}")


def start_engine(model: Path, folder: Path, actions_port: int, **environment: str) -> Process:
    port = free_port()
    arguments = ["-m", "bot.dialogue.serve", "--model", str(model), "--port", str(port)]
    url = f"http://127.0.0.1:{actions_port}"
    process = start(arguments, port, folder / f"engine-{port}.log", RELEVO_ACTIONS_URL=url, **environment)
    wait_until_up(process, "/webhooks/relevo/health")
    return process


def start_actions(folder: Path, orders: Path, port: int | None = None) -> Process:
    port = port or free_port()
    process = start(
        ["-m", "actions"],
        port,
        folder / f"actions-{port}.log",
        RELEVO_ACTIONS_PORT=str(port),
        RELEVO_ORDERS=str(orders),
        RELEVO_DEMO="1",
    )
    wait_until_up(process, "/health")
    return process
