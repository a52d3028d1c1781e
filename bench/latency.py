"""How soon is what a customer writes on the agents' screens? From the POST to the desk's stream, over real HTTP.

    .venv/bin/python -m bench.latency [--chats 200] [--rate 20] [--messages 1200] [--only sqlite|postgresql]

`relevo serve` runs as in production, with a scripted engine and the carrier's double, on each kind of database, both
written to disk. Every chat has an open case; two agents hold as many as they may and the others wait. Both agents have
the desk open, and every customer the website (`--no-pages` leaves those out). Messages come at random, so many a second
on average. A sample is the time from the beginning of the customer's POST until the desk's stream has brought the case
with that message: to its holder, or to the later of both agents while it waits. Exits 1 when the p99 is over 250 ms,
when a message did not come, or when the audit finds anything.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from handoff.audit import audit_database
from handoff.clock import utc_now
from handoff.service.people import accounts
from tests.faults.prepared import Prepared, prepare_postgres, prepare_sqlite
from tests.faults.shop import ALWAYS, Shop
from tests.support.postgres import DURABLE, PostgresCluster, find_binaries

LIMIT_MS = 250.0
PATIENCE = 30.0  # seconds after which a message has not come
PERSON = "I want to talk to a person"
BEAT_SECONDS = 10.0  # as the desk's page does
AGAIN_SECONDS = 0.5
AT_ONCE = 4  # of the preparations


@dataclass(kw_only=True)
class Chat:
    """A customer with an open case. `written` and `came` hold the instant of each message, by its number."""

    id: str
    token: str
    reference: str = ""
    holder: str | None = None
    refused: int = 0  # times that the service could not take a message
    written: dict[int, float] = field(default_factory=dict)
    taken: dict[int, float] = field(default_factory=dict)  # acknowledged
    came: dict[str, dict[int, float]] = field(default_factory=dict)  # by agent

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def saw(self, agent: str, number: int, at: float) -> None:
        """A snapshot with message `number` shows that all before it have come too."""
        for each in self.written:
            if each <= number:
                self.came[agent].setdefault(each, at)

    def delay(self, number: int) -> float | None:
        """Seconds until whoever must see it could see it."""
        watching = [self.holder] if self.holder else list(self.came)
        instants = [self.came[agent].get(number) for agent in watching]
        return None if None in instants else max(each for each in instants if each) - self.written[number]


@dataclass(kw_only=True)
class Desk:
    """One agent's open page: its stream, its heartbeat, and the claims before the measurement."""

    name: str
    id: str
    http: httpx.AsyncClient
    cursor: str = ""
    events: int = 0
    bytes: int = 0

    @classmethod
    async def open(cls, shop: Shop, name: str, capacity: int) -> "Desk":
        email, now = f"{name}@example.com", utc_now()
        with shop.core() as core:
            agent = accounts.add_agent(
                core, email=email, name=name, role="agent", languages=("en", "es"), capacity=capacity, now=now
            )
            invite = accounts.invite(core, email=email, now=now)
        http = client(shop, "/api/v1/desk", {"Origin": shop.base})
        opened = (await http.post("/session", json={"invite": invite})).raise_for_status().json()
        http.headers["X-Relevo-CSRF"] = opened["csrf"]
        return cls(name=name, id=agent.id, http=http)

    async def beat(self) -> None:
        while True:
            (await self.http.put("/presence", json={"status": "online"})).raise_for_status()
            await asyncio.sleep(BEAT_SECONDS)

    async def queue(self) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.http.get("/queue")).raise_for_status().json()
        self.cursor = answer["cursor"]
        return answer

    async def claim(self, capacity: int) -> None:
        """Takes whatever waits until there is no more room."""
        while True:
            queue = await self.queue()
            room = capacity - len(queue["mine"])
            if room <= 0 or not queue["waiting"]:
                return
            for row in queue["waiting"][:room]:
                await self.http.post(f"/handoffs/{row['reference']}/claim", json={"version": row["version"]})

    async def follow(self, chats: dict[str, Chat]) -> None:
        """Reads the stream for ever, as the page does."""
        async with self.http.stream("GET", "/events", params={"after": self.cursor}, timeout=None) as stream:
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                at = time.perf_counter()
                if not line.startswith("data: {"):
                    continue
                self.events, self.bytes = self.events + 1, self.bytes + len(line)
                for row in json.loads(line[6:]).get("cases", ()):
                    if row["last_author"] == "customer" and row["reference"] in chats:
                        chats[row["reference"]].saw(self.name, number_of(row["last_text"]), at)


def number_of(text: str) -> int:
    """Which of its chat's messages this is; 0 for what came before the measurement."""
    head, colon, _ = text.partition(":")
    return int(head.removeprefix("message ")) if colon and head.startswith("message ") else 0


def client(shop: Shop, path: str = "", headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=3)
    return httpx.AsyncClient(
        base_url=f"{shop.base}{path}", headers=headers, limits=limits, timeout=PATIENCE, trust_env=False
    )


async def start_chats(http: httpx.AsyncClient, number: int) -> list[Chat]:
    """So many customers, each of whom has asked for a person and has a case."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one() -> Chat:
        async with room:
            begun = (await http.post("/conversations", json={"language": "en"})).raise_for_status().json()
            chat = Chat(id=begun["conversation_id"], token=begun["token"])
            await write(http, chat, "start", PERSON)
            while not chat.reference:
                await asyncio.sleep(0.1)
                found = (await http.get(f"/conversations/{chat.id}", headers=chat.headers)).raise_for_status().json()
                chat.reference = (found.get("handoff") or {}).get("reference", "")
            return chat

    return list(await asyncio.gather(*(one() for _ in range(number))))


async def write(http: httpx.AsyncClient, chat: Chat, client_id: str, text: str) -> None:
    """Sends it until it is taken, as the website does: what is refused for now is sent again."""
    body = {"client_id": client_id, "text": text}
    while True:
        with suppress(httpx.TransportError):
            answer = await http.post(f"/conversations/{chat.id}/messages", json=body, headers=chat.headers)
            if answer.status_code < 500:
                answer.raise_for_status()
                return
        chat.refused += 1
        await asyncio.sleep(AGAIN_SECONDS)


async def open_page(shop: Shop, chat: Chat) -> None:
    """The customer's own stream. Nobody looks at what it says, so that this process has little to do with it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", shop.port)
    try:
        head = f"GET /api/v1/conversations/{chat.id}/events HTTP/1.1\r\nHost: 127.0.0.1:{shop.port}\r\n"
        writer.write(f"{head}Authorization: Bearer {chat.token}\r\n\r\n".encode())
        if b" 200 " not in await reader.readline():
            raise RuntimeError("a customer's page was refused")
        while await reader.read(65536):
            pass
        raise RuntimeError("a customer's page was cut")
    finally:
        writer.close()


async def send_all(http: httpx.AsyncClient, chats: list[Chat], messages: int, rate: float, seed: int) -> float:
    """Messages at random instants, whether or not earlier ones have come; returns the seconds it took."""
    source, sending = random.Random(seed), []
    due = began = time.perf_counter()
    numbers = {chat.id: itertools.count(1) for chat in chats}

    async def send(chat: Chat) -> None:
        number = next(numbers[chat.id])
        chat.written[number] = time.perf_counter()
        await write(http, chat, f"m{number}", f"message {number}: and one more thing about my order")
        chat.taken[number] = time.perf_counter()

    for _ in range(messages):
        due += source.expovariate(rate)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        free = [chat for chat in chats if len(chat.taken) == len(chat.written)]  # nobody writes two messages at once
        sending.append(asyncio.create_task(send(source.choice(free or chats))))
        await asyncio.sleep(0)
    await asyncio.gather(*sending)
    return time.perf_counter() - began


async def arrival(chats: list[Chat]) -> None:
    """Returns when everything has come, or nobody would wait any longer."""
    for _ in range(int(PATIENCE * 10)):
        if all(chat.delay(number) is not None for chat in chats for number in chat.written):
            return
        await asyncio.sleep(0.1)


@asynccontextmanager
async def working(jobs: list[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Runs the jobs beside the block; one that has failed is raised."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a run has found; `processor` is what `serve` used of it while the messages came, in seconds."""

    chats: list[Chat]
    desks: list[Desk]
    seconds: float
    processor: float


async def measure(shop: Shop, args: argparse.Namespace) -> Found:
    """The whole run against a `serve` that is up."""
    async with AsyncExitStack() as stack:
        desks = [await Desk.open(shop, name, args.held // 2) for name in ("ana", "ben")]
        http = client(shop, "/api/v1")
        for each in (http, *(desk.http for desk in desks)):
            stack.push_async_callback(each.aclose)
        chats = await start_chats(http, args.chats)
        await stack.enter_async_context(working([desk.beat() for desk in desks]))
        for desk in desks:
            await desk.claim(args.held // 2)
        by_reference = {chat.reference: chat for chat in chats}
        for desk in desks:
            for row in (await desk.queue())["mine"]:
                by_reference[row["reference"]].holder = desk.name
            for chat in chats:
                chat.came[desk.name] = {}
        pages = [open_page(shop, chat) for chat in chats] if args.pages else []
        await stack.enter_async_context(working([desk.follow(by_reference) for desk in desks] + pages))
        await asyncio.sleep(5)  # every page is open, and what its opening made is done
        before = processor_seconds(shop)
        seconds = await send_all(http, chats, args.messages, args.rate, args.seed)
        processor = processor_seconds(shop) - before
        await arrival(chats)
    return Found(chats=chats, desks=desks, seconds=seconds, processor=processor)


def report(kind: str, shop: Shop, found: Found) -> bool:
    """Prints the figures; True when everything holds."""
    chats, desks, seconds = found.chats, found.desks, found.seconds
    delays = [(chat, chat.delay(number)) for chat in chats for number in chat.written]
    came = [delay * 1000 for _, delay in delays if delay is not None]
    held = [delay * 1000 for chat, delay in delays if delay is not None and chat.holder]
    taken = [(chat.taken[number] - chat.written[number]) * 1000 for chat in chats for number in chat.taken]
    with shop.core() as core:
        audit = audit_database(core.database, core.secret, utc_now())
    lost, p99 = len(delays) - len(came), at(came, 0.99)
    print(
        f"{kind}: {len(chats)} chats ({sum(bool(chat.holder) for chat in chats)} held), {len(delays)} messages in "
        f"{seconds:.0f} s ({len(delays) / seconds:.1f} a second); load {os.getloadavg()[0]:.1f}"
    )
    print(f"  on the desk    {spread(came)}")
    print(f"  of held cases  {spread(held)}")
    print(f"  acknowledged   {spread(taken)}")
    print(
        f"  events {[desk.events for desk in desks]}, of {sum(d.bytes for d in desks) // sum(d.events for d in desks)}"
        f" bytes on average; processor of serve {found.processor / seconds:.0%} of one core"
    )
    print(
        f"  {sum(chat.refused for chat in chats)} times sent again, {lost} did not come; "
        f"audit: {len(audit.violations)} violations"
    )
    for each in audit.violations[:20]:
        print(f"    {each.invariant} {each.subject} {each.found}")
    return lost == 0 and audit.clean and p99 <= LIMIT_MS


def at(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def spread(times: list[float]) -> str:
    shares = (("p50", 0.50), ("p95", 0.95), ("p99", 0.99), ("longest", 1.0))
    return "  ".join(f"{name} {at(times, share):7.1f} ms" for name, share in shares)


def run(kind: str, url: str, folder: Path, args: argparse.Namespace) -> bool:
    settings = {**ALWAYS, "undo_seconds": 10}
    shop = Shop(var=folder / f"var-{kind}", url=url, settings=settings)
    with shop.surroundings():
        shop.start()
        found = asyncio.run(measure(shop, args))
        return report(kind, shop, found)


def processor_seconds(shop: Shop) -> float:
    """What `serve` has used of the processor since it started."""
    fields = Path(f"/proc/{shop.process.pid if shop.process else 0}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measures both kinds of database; 0 when everything holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--held", type=int, default=120, help="of these, by both agents together")
    parser.add_argument("--rate", type=float, default=20.0, help="messages a second, of all customers together")
    parser.add_argument("--messages", type=int, default=1200)
    parser.add_argument("--no-pages", dest="pages", action="store_false", help="customers have left the website")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--folder", help="where SQLite's file is made")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    good = True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=args.folder)))
        if args.only != "postgresql":
            prepare_sqlite(folder / "relevo.db")
            good &= run("sqlite", f"sqlite:///{folder / 'relevo.db'}", folder, args)
        binaries = find_binaries()
        if args.only != "sqlite" and binaries is not None:
            cluster = stack.enter_context(PostgresCluster.started(binaries, DURABLE))
            prepared = stack.enter_context(Prepared.of_postgres(cluster, prepare_postgres(cluster)))
            good &= run("postgresql", prepared.url, folder, args)
    return 0 if good else 1


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
