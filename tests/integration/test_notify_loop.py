"""The loop that sends notifications: what is due goes out beside a real server, and nothing that happens ends it."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from anyio import run
from fastapi import FastAPI, Request, Response
from sqlalchemy import select

from bot.notifiers import WebhookNotifier
from bot.settings import ROOT
from handoff import notify
from handoff.errors import Unavailable
from handoff.models import Notification
from handoff.notify import Notifications, NotificationView, Notifier
from handoff.service import CoreBox, Failed, Sent
from handoff.service.base.core import work
from handoff.service.cases.holding import open_case
from handoff.service.telling.alerts import alert
from tests.support.core import World, make_core
from tests.support.sms import serving

SENDS_AND_HANGS = """
import asyncio, sys
from datetime import datetime
from bot.notifiers import WebhookNotifier
from handoff.notify import Notifications
from handoff.service import CoreBox
from tests.support.core import make_core

class Hanging(WebhookNotifier):
    async def notify(self, notification):
        await super().notify(notification)
        await asyncio.sleep(60)

core = make_core(sys.argv[1], notify={"on_call": {"webhooks": [sys.argv[2]]}})
now = datetime.fromisoformat(sys.argv[3])
asyncio.run(Notifications(CoreBox(core), [Hanging("a made-up secret", lambda: now)], lambda: now).run())
"""


@dataclass
class Hook:
    base: str = ""
    ids: list[str] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/duty")
        async def take(request: Request) -> Response:
            self.ids.append(json.loads(await request.body())["id"])
            return Response(status_code=204)

        return app


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    with serving(hook.app()) as base:
        hook.base = f"{base.replace('127.0.0.1', 'localhost')}/duty"
        yield hook


@pytest.fixture
def world(database_url: str, hook: Hook) -> Iterator[World]:
    world = World(make_core(database_url, notify={"on_call": {"webhooks": [hook.base]}}))
    yield world
    world.core.database.dispose()


def sound_the_alarm(world: World) -> None:
    reference = world.open_case(world.visit())
    with work(world.core, world.now) as unit:
        alert(unit, "alarm", "on_call", open_case(unit, reference).row)
    world.later(seconds=5)


def loop_of(world: World, *notifiers: Notifier, count: Callable[[str, str], None] = print) -> Notifications:
    return Notifications(CoreBox(world.core), notifiers, lambda: world.now, count)


def webhook(world: World) -> Notifier:
    return WebhookNotifier("a made-up secret", lambda: world.now)


def states(world: World) -> list[tuple[str, str | None]]:
    with world.core.database.read() as session:
        rows = session.execute(select(Notification)).scalars().all()
        return [(row.status, (row.error or {}).get("code")) for row in rows]


def until(holds: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_loop_sends_what_is_due_and_counts_it(world: World, hook: Hook) -> None:
    counted: list[tuple[str, str]] = []
    sound_the_alarm(world)

    async def loop() -> None:
        done = asyncio.Event()

        def count(channel: str, outcome: str) -> None:
            counted.append((channel, outcome))
            done.set()

        task = asyncio.create_task(loop_of(world, webhook(world), count=count).run())
        await done.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run(loop)
    assert len(hook.ids) == 1
    assert counted == [("webhook", "sent")]
    assert states(world) == [("sent", None)]


def test_a_process_that_is_killed_after_it_has_sent_loses_nothing_and_the_second_has_the_same_id(
    world: World, hook: Hook
) -> None:
    sound_the_alarm(world)
    command = [sys.executable, "-c", SENDS_AND_HANGS, world.core.database.url, hook.base, world.now.isoformat()]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        until(lambda: hook.ids or process.poll() is not None)
    finally:
        process.kill()
        process.wait(10)
    assert states(world) == [("sending", None)]
    assert not run(loop_of(world, webhook(world)).round)
    world.later(seconds=31)
    assert run(loop_of(world, webhook(world)).round)
    assert len(hook.ids) == 2
    assert len(set(hook.ids)) == 1
    assert states(world) == [("sent", None)]


@dataclass
class Broken:
    """A way out with a fault of its own."""

    channel: str = "webhook"
    hangs: bool = False

    async def notify(self, notification: NotificationView) -> Sent | Failed:
        if self.hangs:
            await asyncio.sleep(60)
        raise RuntimeError("a fault of ours")

    async def check(self, targets: Sequence[str]) -> Mapping[str, Failed]:
        return {}


@pytest.mark.parametrize(("hangs", "code"), [(True, "timeout"), (False, "notifier_broken")])
def test_a_way_out_that_hangs_or_breaks_is_tried_again_later(
    world: World, monkeypatch: pytest.MonkeyPatch, hangs: bool, code: str
) -> None:
    sound_the_alarm(world)
    with monkeypatch.context() as short:
        short.setattr(notify, "SEND_SECONDS", 0.1)
        assert run(loop_of(world, Broken(hangs=hangs)).round)
    assert states(world) == [("pending", code)]
    world.now += timedelta(seconds=6)
    assert run(loop_of(world, webhook(world)).round)
    assert states(world) == [("sent", None)]


def test_danger_does_not_wait_for_a_target_that_hangs(
    world: World, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "DRAIN_SECONDS", 0.1)
    world.settle(notify={"on_call": {"phones": ["+34600111222"]}, "supervisor": {"webhooks": [hook.base]}})
    sound_the_alarm(world)

    async def loop() -> None:
        done = asyncio.Event()
        notifiers = (Broken(channel="sms", hangs=True), webhook(world))
        task = asyncio.create_task(loop_of(world, *notifiers, count=lambda *_: done.set()).run())
        while not any(status == "sending" for status, _ in states(world)):  # noqa: ASYNC110 - the database has no event
            await asyncio.sleep(0.02)
        reference = world.open_case(world.visit())
        with work(world.core, world.now) as unit:
            alert(unit, "safety", "supervisor", open_case(unit, reference).row)
        await done.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run(loop)
    assert len(hook.ids) == 1


def test_a_way_out_that_does_not_exist_is_told_and_not_kept_for_ever(world: World) -> None:
    sound_the_alarm(world)
    assert run(loop_of(world).round)
    assert states(world) == [("dead", "not_configured")]


def test_a_database_that_is_away_does_not_end_the_loop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> tuple[str, ...]:
        raise Unavailable

    sound_the_alarm(world)
    with monkeypatch.context() as broken:
        broken.setattr(notify, "lease_notifications", away)
        assert not run(loop_of(world, webhook(world)).round)
    assert run(loop_of(world, webhook(world)).round)
