"""People who use a shop that keeps dying: customers by web and text, and agents. They retry as real clients do."""

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.channels.sms.forms import Form
from bot.channels.sms.settings import INBOUND_PATH
from bot.channels.sms.signature import SIGNATURE_HEADER, Signatures
from handoff.clock import utc_now
from handoff.service.people import accounts
from tests.faults.shop import Shop
from tests.support.sms import NUMBER, SID, TOKEN

PATIENCE = 180.0  # seconds in which a client must get an answer, restarts and a loaded machine included
QUESTION = "when do you open?"
PERSON = "I want to talk to a person"
_networks = itertools.count(2)


class GaveUp(AssertionError):
    """A client got no answer in all its patience, or one that it should never get."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A message that was acknowledged: from now on it may not be lost."""

    channel: str
    owner: str  # the conversation on the web, the phone by text
    key: str
    text: str


@dataclass(kw_only=True)
class Book:
    """What clients were told, by all threads."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    taken: list[Taken] = field(default_factory=list)
    escalated: list[str] = field(default_factory=list)  # owners that have asked for a person, acknowledged
    references: list[tuple[str, str]] = field(default_factory=list)  # (conversation, reference) as customers heard them
    claims: list[tuple[str, int, str]] = field(default_factory=list)  # (reference, version after it, agent)
    troubles: Counter[str] = field(default_factory=Counter)

    def add(self, taken: Taken, *, escalates: bool) -> None:
        with self.lock:
            self.taken.append(taken)
            if escalates and taken.owner not in self.escalated:
                self.escalated.append(taken.owner)

    def trouble(self, what: str) -> None:
        with self.lock:
            self.troubles[what] += 1


def client(shop: Shop, path: str = "", **more: Any) -> httpx.Client:
    """A client, closed with the shop at the latest; its network is its own (127.x.y.z): limits do not bind the load."""
    number = next(_networks)
    address = f"127.{1 + (number >> 16) % 200}.{(number >> 8) % 256}.{number % 254 + 1}"
    transport = httpx.HTTPTransport(local_address=address, verify=False)  # no TLS here, and no authorities to load
    made = httpx.Client(base_url=f"{shop.base}{path}", transport=transport, timeout=20, trust_env=False, **more)
    shop.clients.append(made)
    return made


def insist(send: Callable[[], httpx.Response], book: Book, *, patience: float = PATIENCE) -> httpx.Response:
    """Sends until there is an answer that is not "try again": lost connections, 429 and 5xx are tried again."""
    deadline = time.monotonic() + patience
    while True:
        try:
            answer = send()
        except httpx.TransportError as error:
            book.trouble(type(error).__name__)
        else:
            if answer.status_code < 500 and answer.status_code != 429:
                return answer
            book.trouble(f"{answer.status_code} {_code_of(answer)}")
        if time.monotonic() > deadline:
            raise GaveUp(f"no answer in {patience} s: {dict(book.troubles)}")
        time.sleep(0.15)


def _code_of(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return "without a code"


def web_customer(shop: Shop, book: Book, name: str, *, button: bool) -> str:
    """Asks the bot, then for a person, then adds something; returns the conversation."""
    with client(shop, "/api/v1") as http:
        key = {"Idempotency-Key": f"start-{name}"}
        started = insist(lambda: http.post("/conversations", json={"language": "en"}, headers=key), book)
        if started.status_code != 201:
            raise GaveUp(started.text)
        conversation = str(started.json()["conversation_id"])
        http.headers["Authorization"] = f"Bearer {started.json()['token']}"
        _write(http, book, conversation, f"{name}-1", QUESTION)
        if button:
            _press(http, book, conversation, name)
        else:
            _write(http, book, conversation, f"{name}-2", PERSON, escalates=True)
        _write(http, book, conversation, f"{name}-3", f"it is about order {name}")
    return conversation


def _write(
    http: httpx.Client, book: Book, conversation: str, client_id: str, text: str, *, escalates: bool = False
) -> None:
    body = {"client_id": client_id, "text": text}
    answer = insist(lambda: http.post(f"/conversations/{conversation}/messages", json=body), book)
    if answer.status_code not in (200, 202):
        raise GaveUp(answer.text)
    book.add(Taken(channel="web", owner=conversation, key=client_id, text=text), escalates=escalates)


def _press(http: httpx.Client, book: Book, conversation: str, name: str) -> None:
    key = {"Idempotency-Key": f"person-{name}"}
    answer = insist(lambda: http.post(f"/conversations/{conversation}/handoff", headers=key), book)
    if answer.status_code != 201:
        raise GaveUp(answer.text)
    with book.lock:
        book.escalated.append(conversation)
        book.references.append((conversation, str(answer.json()["reference"])))


def sms_customer(shop: Shop, book: Book, phone: str) -> str:
    """Texts a question, then that a person is needed, then more; each text as the carrier posts it."""
    with client(shop) as http:
        for number, (text, escalates) in enumerate([(QUESTION, False), (PERSON, True), ("thank you", False)]):
            send_text(http, shop, book, phone, f"SM{phone[1:]}{number}", text, escalates=escalates)
    return phone


def send_text(
    http: httpx.Client, shop: Shop, book: Book, phone: str, sid: str, text: str, *, escalates: bool = False
) -> None:
    """One signed webhook, repeated with the same sid until it is acknowledged."""
    form, headers = signed(shop, phone, sid, text)
    answer = insist(lambda: http.post(INBOUND_PATH, data=form, headers=headers), book)
    if answer.status_code != 200:
        raise GaveUp(answer.text)
    book.add(Taken(channel="sms", owner=phone, key=sid, text=text), escalates=escalates)


def signed(shop: Shop, phone: str, sid: str, text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The carrier's form for a text, and its signature's header."""
    form = {"AccountSid": SID, "MessageSid": sid, "From": phone, "To": NUMBER, "Body": text, "NumMedia": "0"}
    signature = Signatures(TOKEN).sign(f"{shop.base}{INBOUND_PATH}", Form(list(form.items())))
    return form, {SIGNATURE_HEADER: signature}


@dataclass(kw_only=True)
class AgentThread:
    """An agent at the desk's API: claims what waits, answers, reads and resolves it; starts over after a failure."""

    shop: Shop
    book: Book
    name: str
    http: httpx.Client
    id: str = ""
    stopping: threading.Event = field(default_factory=threading.Event)
    idle: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None
    broken: list[str] = field(default_factory=list)

    @classmethod
    def hired(cls, shop: Shop, book: Book, name: str, *, role: str = "agent") -> "AgentThread":
        with shop.core() as core:
            email = f"{name}@example.com"
            agent = accounts.add_agent(
                core, email=email, name=name, role=role, languages=("en", "es"), capacity=100, now=utc_now()
            )
            token = accounts.invite(core, email=email, now=utc_now())
        http = client(shop, "/api/v1/desk", headers={"Origin": shop.base})
        opened = insist(lambda: http.post("/session", json={"invite": token}), book)
        http.headers["X-Relevo-CSRF"] = opened.json()["csrf"]
        return cls(shop=shop, book=book, name=name, http=http, id=agent.id)

    def start(self) -> None:
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        if self.thread:
            self.thread.join(60)
        self.http.close()

    def _work(self) -> None:
        while not self.stopping.is_set():
            try:
                busy = self.round()
            except (GaveUp, KeyError, ValueError) as error:
                self.broken.append(repr(error))
                return
            except RuntimeError:  # a run that failed has closed the client under it
                if not self.shop.closing.is_set():
                    raise
                return
            (self.idle.clear if busy else self.idle.set)()
            self.stopping.wait(0.02 if busy else 0.3)

    def round(self) -> bool:
        """One look at the queue, and everything that can be done with it; False when there was nothing."""
        self._does("PUT", "/presence", status="online")
        queue = insist(lambda: self.http.get("/queue"), self.book).json()
        for row in queue["waiting"]:
            self._claim(row)
        for row in queue["mine"]:
            self._finish(row)
        return bool(queue["waiting"] or queue["mine"])

    def _claim(self, row: dict[str, Any]) -> None:
        claimed = self._does("POST", f"/handoffs/{row['reference']}/claim", version=row["version"])
        if claimed.status_code == 200:
            with self.book.lock:
                self.book.claims.append((row["reference"], claimed.json()["item"]["version"], self.name))

    def _finish(self, row: dict[str, Any]) -> None:
        case = f"/handoffs/{row['reference']}"
        text = f"{self.name} answers {row['reference']}"
        client_id = f"{self.name}-{row['reference']}"
        self._does("POST", f"{case}/reply", version=row["version"], client_id=client_id, text=text)
        self._does("POST", f"{case}/seen")
        now = insist(lambda: self.http.get(case), self.book)
        if now.status_code == 200:
            version = now.json()["item"]["version"]
            self._does("POST", f"{case}/resolve", version=version, outcome="solved")

    def _does(self, method: str, path: str, **body: Any) -> httpx.Response:
        return insist(lambda: self.http.request(method, path, json=body or None), self.book)


@dataclass(kw_only=True)
class Crowd:
    """Customers and agents together. `customers` have finished when `join` returns."""

    shop: Shop
    book: Book = field(default_factory=Book)
    agents: list[AgentThread] = field(default_factory=list)
    at_once: int = 6

    def hire(self, number: int = 2) -> None:
        for name in range(number):
            agent = AgentThread.hired(self.shop, self.book, f"agent{name}")
            agent.start()
            self.agents.append(agent)

    def customers(self, number: int, source: random.Random, *, prefix: str = "c") -> "Arrivals":
        """So many customers, each of whom asks for a person: by message, by button, or by text."""
        ways = [source.choice(("message", "button", "sms")) for _ in range(number)]
        pool = ThreadPoolExecutor(self.at_once)
        futures = [pool.submit(self._one, way, f"{prefix}{n}", n) for n, way in enumerate(ways)]
        return Arrivals(pool=pool, futures=futures)

    def _one(self, way: str, name: str, number: int) -> str:
        if way == "sms":
            return sms_customer(self.shop, self.book, f"+346{number:08d}")
        return web_customer(self.shop, self.book, name, button=way == "button")

    def leave(self) -> None:
        """Agents go home; what broke an agent's thread is raised here."""
        for agent in self.agents:
            agent.stop()
        broken = [line for agent in self.agents for line in agent.broken]
        assert not broken, broken


@dataclass(kw_only=True)
class Arrivals:
    pool: ThreadPoolExecutor
    futures: list[Any]

    def finished(self) -> bool:
        return all(future.done() for future in self.futures)

    def join(self, *, seconds: float = PATIENCE * 2) -> None:
        """Waits for every customer; raises what went wrong for one."""
        for future in self.futures:
            future.result(seconds)
        self.pool.shutdown()
