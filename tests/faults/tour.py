"""A tour through the product's use cases, again and again while the process dies underneath.

Every step is repeated until it is answered; a step that was done although its answer was lost is refused the second
time (409, 404), and the tour goes on. A visit does what it can: what it could not do this time, another round does.
"""

import html
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from tests.faults.guest import Guest
from tests.faults.load import PERSON, QUESTION, AgentThread, Book, GaveUp, client, insist, send_text
from tests.faults.shop import Shop, wait_until

DANGER = "the lamp caught fire and there is smoke everywhere"
AT_ONCE = 4  # visits of a round that are under way together
SETTLES_WITHIN = 15.0  # seconds until a pending end is carried out; a death in between may have cancelled it


@dataclass(kw_only=True)
class Tour:
    """Goes round until it is told to stop; what broke it is in `broken`."""

    shop: Shop
    book: Book
    agent: AgentThread
    other: AgentThread
    boss: AgentThread  # a supervisor
    stopping: threading.Event = field(default_factory=threading.Event)
    rounds: int = 0
    broken: list[str] = field(default_factory=list)
    password: str | None = None  # the boss's own, once it is set

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self.round()
            except (AssertionError, KeyError, ValueError, StopIteration) as error:
                self.broken.append(f"round {self.rounds}: {error!r}")
                return

    def round(self) -> None:
        """Every visit once. Not stopped half-way: what was begun is finished."""
        self.rounds += 1
        self._are_here()
        web = (
            self._by_web, self._by_callback, self._by_link, self._withdrawn, self._passed_on, self._declined,
            self._undone, self._given_to_other, self._in_danger,
        )  # fmt: skip
        visits: list[Callable[[], None]] = [self._by_text, self._at_the_desk]
        visits += [lambda visit=visit: self._with_guest(visit) for visit in web]  # type: ignore[misc]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for done in [pool.submit(visit) for visit in visits]:
                done.result()

    def _with_guest(self, visit: Callable[[Guest], None]) -> None:
        guest = Guest(shop=self.shop, book=self.book, name=f"{visit.__name__}{self.rounds}")
        with closing(guest.http):
            visit(guest)

    def _are_here(self) -> None:
        for each in (self.agent, self.other, self.boss):
            each._does("PUT", "/presence", status="online")

    # What customers do.

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

    def _by_text(self) -> None:
        phone = f"+3461{self.rounds:07d}"
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
        reference = self._leaves_form(guest)
        self._act(self.agent, reference, "call")
        self._act(self.agent, reference, "attempt", outcome="no_answer")
        self._act(self.agent, reference, "call")
        self._act(self.agent, reference, "chat")
        self._answer_and(self.agent, reference, "callback")
        self._act(self.agent, reference, "call")
        self._act(self.agent, reference, "attempt", outcome="reached")
        self._answer_and(self.agent, reference, "resolve", outcome="solved")

    def _leaves_form(self, guest: Guest) -> str:
        form = {"message": f"call me, {guest.name}", "name": "Eva", "phone": "+34600999888"}
        left = guest.does("POST", "/callback", form)
        if left.status_code != 201:
            raise GaveUp(left.text)
        return str(left.json()["reference"])

    def _by_link(self, guest: Guest) -> None:
        """The page of the promise: another time, and then that no call is needed."""
        self._leaves_form(guest)
        page = guest.waits_for(lambda view: (view.get("handoff") or {}).get("links"), "a link")["page"]
        with client(self.shop) as http:
            for action in ("move", "withdraw"):
                asked = insist(lambda action=action: http.get(f"{page}/{action}"), self.book)  # type: ignore[misc]
                fields = dict(re.findall(r'name="(confirm|at)" value="([^"]+)"', html.unescape(asked.text)))
                done = insist(lambda a=action, f=fields: http.post(f"{page}/{a}", data=f), self.book)  # type: ignore[misc]
                self._count(f"link {action} {done.status_code}")

    def _withdrawn(self, guest: Guest) -> None:
        guest.asks_person()
        guest.says("never mind")
        case = guest.view().get("handoff")
        if case:
            body = {"reference": case["reference"], "version": case["version"]}
            guest.does("POST", "/withdraw", body)

    def _in_danger(self, guest: Guest) -> None:
        """Those on call are told at once, outside the desk."""
        guest.says(DANGER, escalates=True)
        reference = guest.waits_for(lambda view: view.get("handoff"), "a case")["reference"]
        self._claim(self.agent, reference)
        self._answer_and(self.agent, reference, "resolve", outcome="solved")

    # What agents do with a case.

    def _passed_on(self, guest: Guest) -> None:
        reference = self._transferred(guest)
        self._act(self.other, reference, "accept")
        self._claim(self.other, reference)
        self._answer_and(self.other, reference, "resolve", outcome="partly")

    def _declined(self, guest: Guest) -> None:
        reference = self._transferred(guest)
        self._act(self.other, reference, "decline")
        self._claim(self.agent, reference)
        self._answer_and(self.agent, reference, "resolve", outcome="solved")

    def _transferred(self, guest: Guest) -> str:
        """A chat on its way from one agent to the other."""
        reference = guest.asks_person()
        self._claim(self.agent, reference)
        self._answer_and(self.agent, reference, "transfer", agent=self.other.id, note="knows more")
        self._settles(self.agent, reference)
        return reference

    def _undone(self, guest: Guest) -> None:
        reference = guest.asks_person()
        self._claim(self.agent, reference)
        self._answer_and(self.agent, reference, "resolve", outcome="partly")
        self._count(f"undo {self.agent._does('POST', f'/handoffs/{reference}/undo').status_code}")
        self._act(self.agent, reference, "resolve", outcome="solved")

    def _given_to_other(self, guest: Guest) -> None:
        reference = guest.asks_person()
        self._claim(self.agent, reference)
        self._act(self.boss, reference, "reassign", agent=self.other.id)
        self._answer_and(self.other, reference, "resolve", outcome="solved")

    def _at_the_desk(self) -> None:
        """The supervisor's own matters: a password, another session, and what needs no case."""
        fresh = f"a long enough one {self.rounds}"
        change = {"password": fresh} | ({"current": self.password} if self.password else {})
        self._count(f"password {self.boss._does('PUT', '/password', **change).status_code}")
        self.password = fresh
        with client(self.shop, "/api/v1/desk", headers={"Origin": self.shop.base}) as http:
            body = {"email": f"{self.boss.name}@example.com", "password": fresh}
            opened = insist(lambda: http.post("/session", json=body), self.book)
            self._count(f"sign in {opened.status_code}")
            if opened.status_code == 200:
                http.headers["X-Relevo-CSRF"] = opened.json()["csrf"]
                insist(lambda: http.delete("/session"), self.book)
        for alert in insist(lambda: self.boss.http.get("/alerts"), self.book).json()["alerts"][:1]:
            self.boss._does("POST", f"/alerts/{alert['id']}/done")

    def _claim(self, agent: AgentThread, reference: str, /) -> None:
        self._act(agent, reference, "claim")

    def _answer_and(self, agent: AgentThread, reference: str, verb: str, /, **more: Any) -> None:
        """Replies, reads everything, and then does it; until the case has left this agent's hands or cannot."""
        self._act(agent, reference, "reply", client_id=f"{agent.name}-{reference}-{verb}", text="I am looking into it")
        agent._does("POST", f"/handoffs/{reference}/seen")
        self._act(agent, reference, verb, **more)

    def _settles(self, agent: AgentThread, reference: str) -> None:
        """Waits until nothing is pending any more, with everybody present."""
        deadline = time.monotonic() + SETTLES_WITHIN
        while time.monotonic() < deadline:
            self._are_here()
            found = insist(lambda: agent.http.get(f"/handoffs/{reference}"), self.book)
            if found.status_code != 200 or not found.json()["item"]["pending"]:
                return
            time.sleep(0.2)

    def _act(self, agent: AgentThread, reference: str, verb: str, /, **more: Any) -> None:
        """One action at the version of this moment; a refusal means that it was done before its answer was lost."""
        found = insist(lambda: agent.http.get(f"/handoffs/{reference}"), self.book)
        if found.status_code == 200:
            version = found.json()["item"]["version"]
            done = agent._does("POST", f"/handoffs/{reference}/{verb}", version=version, **more)
            self._count(f"{verb} {done.status_code}")
            if verb == "claim" and done.status_code == 200:
                with self.book.lock:
                    self.book.claims.append((reference, done.json()["item"]["version"], agent.name))

    def _count(self, what: str) -> None:
        with self.book.lock:
            self.book.troubles[what] += 1
