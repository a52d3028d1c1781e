"""A visitor of the website who insists: every request is repeated until it is answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.load import Book, GaveUp, Taken, client, insist
from tests.faults.shop import Shop, wait_until


@dataclass(kw_only=True)
class Guest:
    """A visitor of the website during the tour."""

    shop: Shop
    book: Book
    name: str
    http: httpx.Client = field(init=False)
    id: str = field(init=False)
    sent: int = 0

    def __post_init__(self) -> None:
        self.http = client(self.shop, "/api/v1")
        key = {"Idempotency-Key": f"start-{self.name}"}
        begun = insist(lambda: self.http.post("/conversations", json={"language": "es"}, headers=key), self.book)
        if begun.status_code != 201:
            raise GaveUp(begun.text)
        self.id = str(begun.json()["conversation_id"])
        self.http.headers["Authorization"] = f"Bearer {begun.json()['token']}"

    def does(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        key = {"Idempotency-Key": f"{self.name}-{path.strip('/')}"}
        where = f"/conversations/{self.id}{path}"
        return insist(lambda: self.http.request(method, where, json=body, headers=key), self.book)

    def says(self, text: str, *, escalates: bool = False) -> None:
        self.sent += 1
        client_id = f"{self.name}-{self.sent}"
        answer = self.does("POST", "/messages", {"client_id": client_id, "text": text})
        if answer.status_code not in (200, 202):
            raise GaveUp(answer.text)
        self.book.add(Taken(channel="web", owner=self.id, key=client_id, text=text), escalates=escalates)

    def view(self) -> dict[str, Any]:
        found: dict[str, Any] = self.does("GET", "").json()
        return found

    def waits_for(self, look: Callable[[dict[str, Any]], Any], what: str) -> Any:
        return wait_until(lambda: look(self.view()), seconds=120, what=f"{self.name}: {what}")

    def asks_person(self) -> str:
        """Presses the button; returns the case's reference."""
        asked = self.does("POST", "/handoff")
        if asked.status_code != 201:
            raise GaveUp(asked.text)
        with self.book.lock:
            self.book.escalated.append(self.id)
            self.book.references.append((self.id, str(asked.json()["reference"])))
        return str(asked.json()["reference"])

    def reads_stream(self) -> None:
        """Follows the stream for a moment, so that what was read counts as delivered."""
        try:
            with self.http.stream("GET", f"/conversations/{self.id}/events", timeout=2) as stream:
                for number, _ in enumerate(stream.iter_lines()):
                    if number > 40:
                        return
        except httpx.TransportError:
            return
