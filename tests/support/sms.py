"""The SMS carrier's double in tests: really listening, in this process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from bot.channels.sms.double import app
from bot.channels.sms.double.courier import Line
from tests.support.ports import free_port

SID = "AC" + "0123456789abcdef" * 2
TOKEN = "a-made-up-auth-token"
NUMBER = "+15005550006"
PHONE = "+34600000001"


@contextmanager
def serving(application: FastAPI, port: int | None = None) -> Iterator[str]:
    """The application on loopback, in a thread; gives its base URL."""
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(application, port=port, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@dataclass(frozen=True)
class Double:
    """A running double. `base` is what RELEVO_TWILIO_API_BASE would be."""

    base: str

    @property
    def messages(self) -> str:
        return f"{self.base}/2010-04-01/Accounts/{SID}/Messages.json"

    def post(self, **fields: str) -> httpx.Response:
        return httpx.post(self.messages, data=fields, auth=(SID, TOKEN))

    def get(self, url: str = "", **query: str) -> httpx.Response:
        return httpx.get(url or self.messages, params=query or None, auth=(SID, TOKEN))

    def faults(self, **chosen: Any) -> None:
        httpx.put(f"{self.base}/simulator/api/faults", json=chosen).raise_for_status()

    def thread(self, phone: str = PHONE) -> list[dict[str, Any]]:
        texts: list[dict[str, Any]] = httpx.get(f"{self.base}/simulator/api/threads", params={"phone": phone}).json()[
            "texts"
        ]
        return texts

    def text_in(self, text: str, phone: str = PHONE, **more: Any) -> dict[str, Any]:
        answer = httpx.post(f"{self.base}/simulator/api/texts", json={"phone": phone, "text": text, **more})
        sent: dict[str, Any] = answer.raise_for_status().json()
        return sent


@contextmanager
def running_double(
    webhook: str = "http://127.0.0.1:9/channels/sms/inbound", *, pace: float = 0.02, gateway: tuple[str, str] = ("", "")
) -> Iterator[Double]:
    """`gateway`: the public base address and where it really is."""
    line = Line(account_sid=SID, auth_token=TOKEN, numbers=(NUMBER,), webhook=webhook, pace=pace, gateway=gateway)
    with serving(app(line)) as base:
        yield Double(base)
