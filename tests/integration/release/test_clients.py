"""The gateway asks the engine of the release that a turn began with, whatever is switched meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.engine import EngineClient, Turn
from bot.knowledge import engines
from bot.knowledge.engines import ALIVE, Engine
from bot.knowledge.tables import ReleaseRow
from bot.release.clients import TURN_OVER, Engines
from tests.support.engine import Script, ScriptedEngine, outcome, scripted_engine
from tests.support.knowledge import NOW, library_of

SECRET = "a-secret-only-for-these-tests"
LATER = NOW + timedelta(seconds=1)


@dataclass
class Room:
    """Three engines: one at the fixed address, and one for each of the releases 1 and 2."""

    picks: Engines
    single: ScriptedEngine
    first: ScriptedEngine
    second: ScriptedEngine


@asynccontextmanager
async def room(database: Any) -> AsyncIterator[Room]:
    async with scripted_engine() as single, scripted_engine() as first, scripted_engine() as second:
        for number, engine in ((9, single), (1, first), (2, second)):
            engine.script = partial(outcome, release=number)
        picks = Engines(database, "here", client_of(single.url), client_of)
        yield Room(picks, single, first, second)
        await picks.aclose()


def client_of(url: str) -> EngineClient:
    return EngineClient(url, SECRET, timeout=10)


async def answered_by(client: EngineClient) -> int:
    asked = {"id": "t", "text": "hello", "language": "en", "channel": "web"}
    return (await client.ask(Turn.model_validate(asked))).release


def tell(script: Script) -> tuple[Script, asyncio.Event]:
    """The same script, and an event that is set when somebody asks."""
    arrived = asyncio.Event()

    def told(asked: dict[str, Any]) -> Any:
        arrived.set()
        return script(asked)

    return told, arrived


async def test_each_release_has_its_engine_and_an_unknown_one_the_fixed_address() -> None:
    async with room(None) as it:
        assert await answered_by(it.picks.of(1)) == 9
        await it.picks.follow({1: it.first.url, 2: it.second.url}, NOW)
        assert [await answered_by(it.picks.of(number)) for number in (1, 2, 3)] == [1, 2, 9]


async def test_a_turn_under_way_ends_with_the_engine_it_began_with() -> None:
    async with room(None) as it:
        await it.picks.follow({1: it.first.url}, NOW)
        it.first.hold.clear()
        it.first.script, arrived = tell(it.first.script)
        began = it.picks.of(1)
        turn = asyncio.create_task(answered_by(began))
        await arrived.wait()
        await it.picks.follow({2: it.second.url}, LATER)
        it.first.hold.set()
        assert await turn == 1
        assert await answered_by(began) == 1, "who has just picked it may still begin"
        await it.picks.follow({2: it.second.url}, LATER + TURN_OVER)
        with pytest.raises(RuntimeError, match="closed"):
            await answered_by(began)
        assert await answered_by(it.picks.of(2)) == 2


async def test_an_engine_that_stays_keeps_its_client() -> None:
    async with room(None) as it:
        await it.picks.follow({1: it.first.url}, NOW)
        kept = it.picks.of(1)
        await it.picks.follow({1: it.first.url, 2: it.second.url}, LATER)
        assert it.picks.of(1) is kept


def test_only_the_engines_of_this_host_that_live_and_answer_are_seen(database_url: str) -> None:
    database = library_of(database_url).database
    with database.write() as session:
        session.add_all(ReleaseRow(number=n, digest=str(n), created_at=NOW) for n in (1, 2))
    for host, url in (("here", "http://127.0.0.1:1"), ("there", "http://127.0.0.1:2")):
        ready = Engine(host=host, release=1, url=url, model="a", ready=True, seen_at=NOW)
        engines.announce(database, host, [ready, Engine(host=host, release=2, seen_at=NOW)], NOW)
    nothing: Any = None
    picks = Engines(database, "here", nothing, nothing)
    assert picks.look(NOW) == {1: "http://127.0.0.1:1"}
    assert picks.look(NOW + ALIVE) == {}
    database.dispose()
