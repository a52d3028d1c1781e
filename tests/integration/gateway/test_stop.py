"""A gateway that is stopped leaves no turn behind a lease that nobody works on."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from anyio.to_thread import run_sync

from bot import gateway as gateways
from bot.answering import Answering
from bot.engine import EngineClient
from bot.gateway import Gateway
from bot.texts import ReleaseTexts
from handoff import service
from handoff.clock import utc_now
from handoff.service import Core, CoreBox, Turn
from tests.integration.gateway.test_gateway import ALWAYS, DETECTORS, SECRET, check_clean, small_release
from tests.support.core import World, make_core
from tests.support.engine import scripted_engine


def shop(url: str) -> World:
    core = make_core(url, hours=ALWAYS)
    return World(replace(core, texts=ReleaseTexts(release=small_release(), clock=utc_now)), utc_now())


def asked(world: World) -> str:
    conversation = world.visit()
    world.write(conversation, "when do you open?")
    return conversation


async def until(look: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not look():  # noqa: ASYNC110 - what it looks at is not of this loop
            await asyncio.sleep(0.01)


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def left(core: Core) -> tuple[Turn, ...]:
    return service.take_turns(core, owner="the next worker", limit=5, now=utc_now())


async def test_a_turn_under_way_is_given_back_at_once_and_is_no_try(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateways, "FINISH_SECONDS", 0.1)
    world = await run_sync(shop, database_url)
    conversation = await run_sync(asked, world)
    async with scripted_engine() as engine, EngineClient(engine.url, SECRET, timeout=25) as client:
        engine.hold.clear()
        answering = Answering(release=small_release(), engine=client, detectors=DETECTORS, languages=("es", "en"))
        task = asyncio.create_task(Gateway(CoreBox(world.core), lambda: answering, utc_now).run())
        await until(lambda: bool(engine.asked))
        await stop(task)
        (turn,) = await run_sync(left, world.core)
        assert (turn.conversation_id, turn.tries) == (conversation, 1)
    check_clean(world.core)
    world.core.database.dispose()


async def test_a_turn_that_can_be_finished_is_finished(database_url: str) -> None:
    world = await run_sync(shop, database_url)
    conversation = await run_sync(asked, world)
    async with scripted_engine() as engine, EngineClient(engine.url, SECRET, timeout=25) as client:
        engine.hold.clear()
        answering = Answering(release=small_release(), engine=client, detectors=DETECTORS, languages=("es", "en"))
        task = asyncio.create_task(Gateway(CoreBox(world.core), lambda: answering, utc_now).run())
        await until(lambda: bool(engine.asked))
        task.cancel()
        await asyncio.sleep(0.05)
        engine.hold.set()
        await asyncio.gather(task, return_exceptions=True)
        assert await run_sync(left, world.core) == ()
    assert world.texts(conversation)[-1] == "Open **every day**."
    check_clean(world.core)
    world.core.database.dispose()


async def test_turns_leased_in_the_instant_of_the_stop_are_given_back(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await run_sync(shop, database_url)
    conversation = await run_sync(asked, world)
    leased, go_on = threading.Event(), threading.Event()
    take_turns = service.take_turns

    def slow(*args: object, **more: object) -> tuple[Turn, ...]:
        turns = take_turns(*args, **more)  # type: ignore[arg-type]
        leased.set()
        go_on.wait(20)
        return turns

    async with scripted_engine() as engine, EngineClient(engine.url, SECRET) as client:
        answering = Answering(release=small_release(), engine=client, detectors=DETECTORS, languages=("es", "en"))
        with monkeypatch.context() as patched:
            patched.setattr(service, "take_turns", slow)
            task = asyncio.create_task(Gateway(CoreBox(world.core), lambda: answering, utc_now).run())
            await until(leased.is_set)
            task.cancel()
            await asyncio.sleep(0.05)
            go_on.set()
            await asyncio.gather(task, return_exceptions=True)
        assert engine.asked == []
        (turn,) = await run_sync(left, world.core)
        assert (turn.conversation_id, turn.tries) == (conversation, 1)
    world.core.database.dispose()
