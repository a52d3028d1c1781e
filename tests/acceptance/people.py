"""The people of the acceptance tests: a visitor, an agent, a phone; each over the product's public surface."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from tests.support.product import Product

Found = TypeVar("Found")
PATIENCE = 45.0  # seconds on a loaded machine; what must be quicker says so itself
_numbers = itertools.count(int(time.time()) % 1_000_000)


def eventually(look: Callable[[], Found | None], *, seconds: float = PATIENCE, what: str = "it") -> Found:
    """What `look` finds as soon as it finds something; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what} did not happen in {seconds} s"
        time.sleep(0.2)  # a conversation may be read twice a second, sixty times at once


@dataclass(kw_only=True)
class Visitor:
    """A customer on the website."""

    http: httpx.Client
    id: str
    first: list[dict[str, Any]]
    sent: int = 0

    @classmethod
    @contextmanager
    def arriving(cls, shop: Product, language: str = "en") -> Iterator["Visitor"]:
        with httpx.Client(base_url=f"{shop.url}/api/v1", timeout=10) as http:
            started = http.post("/conversations", json={"language": language})
            assert started.status_code == 201, started.text
            body = started.json()
            http.headers["Authorization"] = f"Bearer {body['token']}"
            yield cls(http=http, id=body["conversation_id"], first=body["messages"])

    def says(self, text: str, client_id: str | None = None) -> httpx.Response:
        self.sent += 1
        body = {"client_id": client_id or f"client-{self.sent}", "text": text}
        return self.http.post(f"/conversations/{self.id}/messages", json=body)

    def conversation(self) -> dict[str, Any]:
        read = self.http.get(f"/conversations/{self.id}")
        while read.status_code == httpx.codes.TOO_MANY_REQUESTS:
            time.sleep(1)
            read = self.http.get(f"/conversations/{self.id}")
        found: dict[str, Any] = read.raise_for_status().json()
        return found

    def messages(self) -> list[dict[str, Any]]:
        return list(self.conversation()["messages"])

    def asks(self, text: str, *, seconds: float = PATIENCE) -> dict[str, Any]:
        """Says it, and gives back the first thing said in answer."""
        before = len(self.messages())
        assert self.says(text).status_code == 202
        answers = eventually(lambda: self.messages()[before + 1 :], seconds=seconds, what="an answer")
        return answers[0]

    def waits_for(self, state: str, *, seconds: float = PATIENCE) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            found = self.conversation()
            return found if found["state"] == state else None

        return eventually(look, seconds=seconds, what=f"state {state}")


@dataclass(kw_only=True)
class AgentAtDesk:
    """An agent over the desk's API."""

    http: httpx.Client
    me: dict[str, Any]
    replies: int = 0

    @classmethod
    @contextmanager
    def signed_in(cls, shop: Product, email: str = "ana@demo.example") -> Iterator["AgentAtDesk"]:
        token = shop.run("agents", "invite", email).stdout.split("invite=")[-1].split()[0]
        headers = {"Origin": shop.url}
        with httpx.Client(base_url=f"{shop.url}/api/v1/desk", headers=headers, timeout=10) as http:
            opened = http.post("/session", json={"invite": token})
            assert opened.status_code == 200, opened.text
            http.headers["X-Relevo-CSRF"] = opened.json()["csrf"]
            agent = cls(http=http, me=opened.json()["agent"])
            agent.beats()
            yield agent

    def beats(self) -> None:
        """The page's heartbeat."""
        self.http.put("/presence", json={"status": "online"}).raise_for_status()

    def queue(self) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get("/queue").raise_for_status().json()
        return found

    def sees(self, reference: str, part: str = "waiting") -> dict[str, Any]:
        """The row of this case in a part of the queue, as soon as it is there."""

        def look() -> dict[str, Any] | None:
            return next((row for row in self.queue()[part] if row["reference"] == reference), None)

        return eventually(look, what=f"{reference} in {part}")

    def case(self, reference: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"/handoffs/{reference}").raise_for_status().json()
        return found

    def does(self, reference: str, verb: str, **more: Any) -> httpx.Response:
        """One action on the version that is current now."""
        version = self.case(reference)["item"]["version"]
        return self.http.post(f"/handoffs/{reference}/{verb}", json={"version": version, **more})

    def says(self, reference: str, text: str) -> None:
        self.replies += 1
        said = self.does(reference, "reply", client_id=f"reply-{time.time_ns()}", text=text)
        assert said.status_code == 200, said.text


@dataclass
class Phone:
    """A phone at the carrier's double, which signs its webhooks as the carrier does."""

    shop: Product
    number: str = field(default_factory=lambda: f"+34600{next(_numbers) % 1_000_000:06d}")

    def thread(self) -> list[dict[str, Any]]:
        """Every text of this phone, oldest first."""
        found = httpx.get(f"{self.shop.url}/simulator/api/threads", params={"phone": self.number}, timeout=10)
        return list(found.raise_for_status().json()["texts"])

    def received(self) -> list[str]:
        return [text["body"] for text in self.thread() if not text["mine"]]

    def texts(self, text: str) -> None:
        body = {"phone": self.number, "text": text}
        sent = httpx.post(f"{self.shop.url}/simulator/api/texts", json=body, timeout=10)
        assert sent.status_code == 201, sent.text

    def hears(self, *words: str, seconds: float = PATIENCE) -> str:
        """The first text received that has all these words."""

        def look() -> str | None:
            fits = (text for text in self.received() if all(word.lower() in text.lower() for word in words))
            return next(fits, None)

        return eventually(look, seconds=seconds, what=f"a text with {words}")
