"""A tour through the product's use cases, step by step, again and again while the process dies underneath.

Every step is repeated until it is answered; a step that was done although its answer was lost is refused the second
time (409, 404), and the tour goes on.
"""

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.load import (
    PERSON,
    QUESTION,
    AgentThread,
    Book,
    GaveUp,
    Taken,
    client,
    insist,
    send_text,
)
from tests.faults.shop import Shop, wait_until

HELD = ("active", "calling")


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


@dataclass(kw_only=True)
class Tour:
    """Goes round until it is told to stop; what broke it is in `broken`."""

    shop: Shop
    book: Book
    agent: AgentThread
    other: AgentThread
    stopping: threading.Event = field(default_factory=threading.Event)
    rounds: int = 0
    broken: list[str] = field(default_factory=list)

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self.round()
            except (AssertionError, KeyError, ValueError, StopIteration) as error:
                self.broken.append(f"round {self.rounds}: {error!r}")
                return

    def round(self) -> None:
        """Every step once. Not stopped half-way: what was begun is finished."""
        self.rounds += 1
        self.agent._does("PUT", "/presence", status="online")
        self.other._does("PUT", "/presence", status="online")
        self._by_text(f"+3461{self.rounds:07d}")
        for visit in (self._by_web, self._by_callback, self._withdrawn, self._passed_on):
            guest = Guest(shop=self.shop, book=self.book, name=f"{visit.__name__}{self.rounds}")
            with closing(guest.http):
                visit(guest)

    def _by_web(self, guest: Guest) -> None:
        guest.does("PUT", "/language", {"language": "en"})
        guest.says(QUESTION)
        guest.waits_for(lambda view: any(each.get("entry") for each in view["messages"]), "an answer")
        guest.says(PERSON, escalates=True)
        reference = guest.waits_for(lambda view: view.get("handoff"), "a case")["reference"]
        guest.reads_stream()
        self._claim(self.agent, reference)
        guest.says("it is about my order")
        self._answer_and(self.agent, reference, "resolve", outcome="solved")
        guest.does("POST", "/rating", {"stars": 5})

    def _by_text(self, phone: str) -> None:
        with client(self.shop) as http:
            for number, (text, escalates) in enumerate([(QUESTION, False), (PERSON, True), ("thank you", False)]):
                sid = f"SM{phone[1:]}{number}"
                send_text(http, self.shop, self.book, phone, sid, text, escalates=escalates)
            send_text(http, self.shop, self.book, f"+3463{phone[5:]}", f"SM{phone[1:]}9", "STOP")
        row = wait_until(lambda: self._row_of(phone), seconds=120, what=f"a case of {phone}")
        self._claim(self.agent, row)
        self._answer_and(self.agent, row, "return")

    def _row_of(self, phone: str) -> str | None:
        from sqlalchemy import select

        from handoff.models import Conversation, HandoffRow
        from tests.faults.proof import ENDED

        with self.shop.core() as core, core.database.read() as session:
            statement = (
                select(HandoffRow.reference)
                .join(Conversation, Conversation.id == HandoffRow.conversation_id)
                .where(Conversation.address == phone, HandoffRow.state.not_in(ENDED))
            )
            return session.execute(statement).scalars().first()

    def _by_callback(self, guest: Guest) -> None:
        guest.says(QUESTION)
        form = {"message": f"call me, {guest.name}", "name": "Eva", "phone": "+34600999888"}
        left = guest.does("POST", "/callback", form)
        if left.status_code != 201:
            raise GaveUp(left.text)
        reference = left.json()["reference"]
        self._act(self.agent, reference, "call")
        self._act(self.agent, reference, "attempt", outcome="no_answer")
        self._act(self.agent, reference, "call")
        self._act(self.agent, reference, "chat")
        self._answer_and(self.agent, reference, "callback")
        self._act(self.agent, reference, "call")
        self._act(self.agent, reference, "attempt", outcome="reached")
        self._answer_and(self.agent, reference, "resolve", outcome="solved")

    def _withdrawn(self, guest: Guest) -> None:
        guest.asks_person()
        guest.says("never mind")
        case = guest.view().get("handoff")
        if case:
            body = {"reference": case["reference"], "version": case["version"]}
            guest.does("POST", "/withdraw", body)

    def _passed_on(self, guest: Guest) -> None:
        reference = guest.asks_person()
        self._claim(self.agent, reference)
        self._answer_and(self.agent, reference, "transfer", agent=self.other.id)
        self._act(self.other, reference, "accept")
        self._claim(self.other, reference)
        self._answer_and(self.other, reference, "resolve", outcome="partly")

    def _claim(self, agent: AgentThread, reference: str, /) -> None:
        self._act(agent, reference, "claim")

    def _answer_and(self, agent: AgentThread, reference: str, verb: str, /, **more: Any) -> None:
        """Replies, reads everything, and then does it; until the case has left this agent's hands or cannot."""
        self._act(agent, reference, "reply", client_id=f"{agent.name}-{reference}-{verb}", text="I am looking into it")
        agent._does("POST", f"/handoffs/{reference}/seen")
        self._act(agent, reference, verb, **more)

    def _act(self, agent: AgentThread, reference: str, verb: str, /, **more: Any) -> None:
        """One action at the version of this moment; a refusal means that it was done before its answer was lost."""
        found = insist(lambda: agent.http.get(f"/handoffs/{reference}"), self.book)
        if found.status_code == 200:
            version = found.json()["item"]["version"]
            done = agent._does("POST", f"/handoffs/{reference}/{verb}", version=version, **more)
            with self.book.lock:
                self.book.troubles[f"{verb} {done.status_code}"] += 1
                if verb == "claim" and done.status_code == 200:
                    self.book.claims.append((reference, done.json()["item"]["version"], agent.name))
