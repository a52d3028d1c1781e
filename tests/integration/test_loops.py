"""The gateway's and the relay's loops: nothing that breaks once ends them, and nothing under way is abandoned."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import pytest
from fastapi import APIRouter, FastAPI, Request
from httpx import ASGITransport, AsyncClient

from bot import gateway, relay, routes
from bot.answering import MOST_TRIES, Answering
from bot.gateway import Gateway
from bot.guard import BIGGEST_BODY, Guard
from bot.relay import Relay
from handoff import service
from handoff.errors import Unavailable
from handoff.service import CoreBox, Failed, Outgoing, Reply, Said, Sent
from handoff.store import Database
from tests.support.core import World, make_core

PHONE = "+34600111222"


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    made = World(make_core(sqlite_url))
    yield made
    made.core.database.dispose()


class Parrot:
    """Answers every turn alike."""

    async def answer(self, *_: object) -> Reply:
        return Reply(said=(Said(text="an answer", release=1),), facts={})


class Line:
    """A carrier that does with each text what the test says."""

    name = "sms"

    def __init__(self, does: Callable[[Outgoing], Any]) -> None:
        self.taken: list[str] = []
        self.does = does

    def router(self) -> APIRouter:
        return APIRouter()

    async def deliver(self, outgoing: Outgoing) -> Sent | Failed:
        self.taken.append(outgoing.text)
        await self.does(outgoing)
        return Sent(carrier_id=f"SM-{outgoing.id}")


@asynccontextmanager
async def running(loop: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(loop.run())
    yield
    task.cancel()
    await asyncio.wait((task,), timeout=10)
    assert task.done(), "the loop goes on although it was cancelled"


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - what is waited for is in the database
            await asyncio.sleep(0.02)


def fail_once(real: Callable[..., Any]) -> Callable[..., Any]:
    left = [ValueError("not one of ours")]

    def call(*args: Any, **named: Any) -> Any:
        if left:
            raise left.pop()
        return real(*args, **named)

    return call


async def test_the_gateway_outlives_an_error_that_it_does_not_know(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "take_turns", fail_once(service.take_turns))
    monkeypatch.setattr(gateway, "POLL_SECONDS", 0.05)
    conversation = world.visit()
    world.write(conversation, "hello")
    answering = cast("Answering", Parrot())
    async with running(Gateway(CoreBox(world.core), lambda: answering, lambda: world.now)):
        await until(lambda: "an answer" in world.texts(conversation))


async def test_the_relay_outlives_an_error_that_it_does_not_know(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "lease_deliveries", fail_once(service.lease_deliveries))
    monkeypatch.setattr(relay, "POLL_SECONDS", 0.05)
    world.text(PHONE, "hola", "SM1")
    line = Line(lambda _: asyncio.sleep(0))
    async with running(Relay(CoreBox(world.core), line, lambda: world.now)):
        await until(lambda: len(line.taken) == 2)


async def test_a_channel_that_breaks_on_one_text_does_not_block_what_follows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "POLL_SECONDS", 0.02)
    world.text(PHONE, "hola", "SM1")

    async def breaks(outgoing: Outgoing) -> None:
        if " es " in outgoing.text:
            raise ValueError("not one of ours")

    line = Line(breaks)
    async with running(Relay(CoreBox(world.core), line, lambda: world.later(seconds=100))):
        await until(lambda: any(" en " in text for text in line.taken))
    assert len(line.taken) > 2


async def test_a_text_under_way_is_finished_before_the_relay_ends(world: World) -> None:
    world.text(PHONE, "hola", "SM1")
    line = Line(lambda _: asyncio.sleep(0.3))
    async with running(Relay(CoreBox(world.core), line, lambda: world.now)):
        await until(lambda: bool(line.taken))
    left = service.lease_deliveries(world.core, channel="sms", owner="next", limit=9, now=world.later(seconds=60))
    assert [outgoing.tries for outgoing in left] == [0]


def test_an_exhausted_pool_is_a_typed_error(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    database.engine.pool._timeout = 0.05  # type: ignore[attr-defined]
    held = [database.engine.connect() for _ in range(30)]
    with pytest.raises(Unavailable), database.read() as one:
        one.connection()
    for connection in held:
        connection.close()
    database.dispose()


async def test_a_body_in_chunks_that_is_too_large_is_refused_as_such() -> None:
    app = FastAPI()
    app.add_middleware(Guard)
    routes.add_errors(app)

    @app.post("/take")
    async def take(request: Request, body: dict[str, str]) -> None:
        """Takes a body."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(BIGGEST_BODY // 1024 + 2):
            yield b" " * 1024

    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        answer = await client.post("/take", content=chunks(), headers={"content-type": "application/json"})
    assert answer.status_code == 413, answer.text
    assert answer.json()["error"]["code"] == "too_large"


class Broken:
    """Detectors that fail on every text."""

    def __getattr__(self, name: str) -> Any:
        raise ValueError(name)


async def test_a_turn_that_breaks_the_detectors_goes_to_a_person_in_the_end(world: World) -> None:
    conversation = world.visit()
    world.write(conversation, "hello")
    broken: Any = Broken()
    answering = Answering(release=broken, engine=broken, detectors=broken, languages=("es", "en"))
    for _ in range(MOST_TRIES + 1):
        (turn,) = service.take_turns(world.core, owner="one", limit=1, now=world.later(seconds=11))
        with suppress(ValueError):
            reply = await answering.answer(turn, world.now)
            assert service.finish_turn(world.core, turn, reply, now=world.now)
    assert world.state(conversation) == "waiting"
