"""One look for all open pages: whose conversation has moved on is woken though every wake was lost, and nobody else."""

import asyncio
from collections.abc import Callable

import pytest

from bot.channels.web import pulse as pulses
from bot.channels.web.pulse import Pulse
from handoff import service
from tests.support.core import World

PATIENCE = 10.0


class Page:
    """A page that counts how often it is woken."""

    def __init__(self, world: World, conversation_id: str) -> None:
        self.core = world.core
        self.conversation_id = conversation_id
        self.cursor: str | None = service.newest_cursors(world.core, [conversation_id])[conversation_id]
        self.woken = 0

    def wake(self) -> None:
        self.woken += 1


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulses, "POLL_SECONDS", 0.02)


async def until(happened: Callable[[], bool]) -> None:
    for _ in range(1000):
        if happened():
            return
        await asyncio.sleep(PATIENCE / 1000)
    raise AssertionError("it did not happen in time")


def test_only_whose_conversation_has_moved_on_is_woken(world: World) -> None:
    quiet, busy = Page(world, world.visit()), Page(world, world.visit())

    async def follow() -> None:
        pulse = Pulse()
        with pulse.following(quiet), pulse.following(busy):
            world.write(busy.conversation_id, "hello")
            await until(lambda: busy.woken > 1)
        assert quiet.woken == 0

    asyncio.run(follow())


def test_it_rests_without_pages_and_starts_again_with_the_next(world: World) -> None:
    page = Page(world, world.visit())
    page.cursor = None

    async def follow() -> None:
        pulse = Pulse()
        for _ in range(2):
            page.woken = 0
            with pulse.following(page):
                await until(lambda: page.woken > 0)
            others = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.wait_for(asyncio.gather(*others), PATIENCE)

    asyncio.run(follow())


def test_a_failing_look_is_no_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(world, world.visit())
    failures: list[object] = []
    page.cursor = None
    real = service.newest_cursors

    def fail(*given: object) -> dict[str, str]:
        if len(failures) < 2:
            failures.append(given)
            raise RuntimeError
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "newest_cursors", fail)

    async def follow() -> None:
        with Pulse().following(page):
            await until(lambda: page.woken > 0)

    asyncio.run(follow())
    assert len(failures) == 2
