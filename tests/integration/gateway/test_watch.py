"""The engine is ill, and well again: those who waited only for it are offered the bot, without anybody writing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from anyio.to_thread import run_sync

from bot.breaker import Breaker
from bot.engine import EngineClient
from bot.watch import EngineWatch
from handoff import service
from handoff.clock import utc_now
from handoff.detection.signals import Signal
from handoff.service import CoreBox, Need, Reply, Said
from tests.integration.gateway.test_gateway import ALWAYS, SECRET, check_clean
from tests.support.core import World, make_core
from tests.support.engine import ScriptedEngine, outcome, scripted_engine


@dataclass
class Ill:
    """A case that waits for the engine, and a watch whose clock the test moves."""

    world: World
    conversation: str
    engine: ScriptedEngine
    watch: EngineWatch
    seconds: list[float]

    def heard(self) -> list[str]:
        return self.world.notices(self.conversation)


def waiting_case(url: str) -> tuple[World, str]:
    world = World(make_core(url, hours=ALWAYS), utc_now())
    conversation = world.visit()
    world.write(conversation, "how do I return a lamp?")
    (turn,) = service.take_turns(world.core, owner="o", limit=1, now=utc_now())
    ill = Signal(kind="engine", strength=1.0, language="en", evidence="refused")
    need = Need(reason="engine_down", signals=(ill,), actor="system")
    service.finish_turn(world.core, turn, Reply(said=(Said(notice="engine_down"),), need=need), utc_now())
    return world, conversation


@asynccontextmanager
async def ill(url: str) -> AsyncIterator[Ill]:
    world, conversation = await run_sync(waiting_case, url)
    seconds = [1000.0]
    breaker = Breaker(lambda: seconds[0])
    async with scripted_engine() as engine, EngineClient(engine.url, SECRET, timeout=20, breaker=breaker) as client:
        yield Ill(world, conversation, engine, EngineWatch(CoreBox(world.core), lambda: client, utc_now), seconds)
    check_clean(world.core)
    world.core.database.dispose()


async def test_the_bot_is_offered_when_the_engine_has_been_well_for_a_while(database_url: str) -> None:
    async with ill(database_url) as shop:
        assert await shop.watch.look() == 0
        shop.seconds[0] += 14
        assert await shop.watch.look() == 0
        shop.seconds[0] += 1
        assert await shop.watch.look() == 1
        assert shop.heard()[-1] == "engine_back"
        asked = len(shop.engine.asked)
        assert await shop.watch.look() == 0
        assert len(shop.engine.asked) == asked, "nobody waits: the engine is left alone"


async def test_an_engine_that_flaps_is_not_believed(sqlite_url: str) -> None:
    async with ill(sqlite_url) as shop:
        for _ in range(4):
            shop.engine.script = outcome
            assert await shop.watch.look() == 0
            shop.seconds[0] += 10
            shop.engine.script = _garbage
            assert await shop.watch.look() == 0
            shop.seconds[0] += 10
        assert "engine_back" not in shop.heard()


def _garbage(_: dict[str, Any]) -> bytes:
    return b"garbage"


async def test_the_probe_closes_the_breaker_before_anybody_is_offered(sqlite_url: str) -> None:
    """Two hundred who click at once must not meet a breaker that lets one of them through."""
    async with ill(sqlite_url) as shop:
        shop.engine.script = _garbage
        for _ in range(3):
            await shop.watch.look()
        shop.engine.script = outcome
        shop.seconds[0] += 6
        assert await shop.watch.look() == 0
        shop.seconds[0] += 20
        assert await shop.watch.look() == 1


async def test_the_loop_outlives_what_breaks_in_it(sqlite_url: str) -> None:
    async with ill(sqlite_url) as shop:
        looks = 0

        async def look() -> int:
            nonlocal looks
            looks += 1
            raise RuntimeError

        watch = EngineWatch(CoreBox(shop.world.core), None, utc_now, every=0.01)  # type: ignore[arg-type]
        watch.look = look  # type: ignore[method-assign]
        task = asyncio.create_task(watch.run())
        async with asyncio.timeout(20):
            while looks < 3:  # noqa: ASYNC110 - a loop in another task
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
