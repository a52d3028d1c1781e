"""Telling people who are not at the desk: the port that each way out implements, and the loop that sends."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import structlog
from anyio.to_thread import run_sync

from handoff.errors import RelevoError
from handoff.service import CoreBox, Failed, Sent
from handoff.service.base.core import NOTIFICATIONS
from handoff.service.telling.notifications import (
    NotificationView,
    begin_notification,
    finish_notification,
    lease_notifications,
)

__all__ = ["NotificationView", "Notifications", "Notifier"]
log = structlog.get_logger()
POLL_SECONDS = 2.0
DRAIN_SECONDS = 8.0
AT_ONCE = 16
SEND_SECONDS = 20.0  # within a lease


class Notifier(Protocol):
    """One way to reach people outside the desk. Adapters live at the edge; only the app picks them."""

    @property
    def channel(self) -> str:
        """email, sms or webhook."""
        ...

    async def notify(self, notification: NotificationView) -> Sent | Failed:
        """Hands over one notification. Never raises for the other side's faults: they are `Failed`."""
        ...

    async def check(self, targets: Sequence[str]) -> Mapping[str, Failed]:
        """What would keep these from being told, by target, or under "" for all; sends nothing."""
        ...


class Notifications:
    """One loop for all ways out. Several may run at once: leases keep them apart."""

    def __init__(
        self,
        box: CoreBox,
        notifiers: Sequence[Notifier],
        clock: Callable[[], datetime],
        count: Callable[[str, str], None] = lambda _channel, _outcome: None,
    ) -> None:
        """`count` is told the channel and how each try went: sent, pending (again later) or dead."""
        self._box = box
        self._notifiers = {notifier.channel: notifier for notifier in notifiers}
        self._clock = clock
        self._count = count
        self._sending: set[asyncio.Task[None]] = set()
        self._owner = f"notify-{secrets.token_hex(6)}"

    async def run(self) -> None:
        """Sends until cancelled; what is being sent then is finished first. No target waits for a slow one."""
        subscription = self._box.core.wake.subscribe((NOTIFICATIONS,))
        try:
            while True:
                if not await self._start():
                    await subscription.wait(POLL_SECONDS)
        finally:
            subscription.close()
            if self._sending:
                await asyncio.wait(self._sending, timeout=DRAIN_SECONDS)

    async def round(self) -> bool:
        """One lease and everything in it; False when nothing was due or the database cannot be used."""
        started = await self._start()
        if self._sending:
            await asyncio.wait(self._sending)
        return started

    async def _start(self) -> bool:
        """Leases what is due, as far as there is room, and begins to send it."""
        try:
            leased = await run_sync(self._lease)
        except RelevoError as error:
            log.warning("notify.no_lease", code=error.code)
            return False
        except Exception:  # whatever it was, the loop must outlive it: nobody else would send
            log.exception("notify.no_lease")
            return False
        for each in leased:
            task = asyncio.create_task(self._send(each))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        return bool(leased)

    def _lease(self) -> tuple[str, ...]:
        room = AT_ONCE - len(self._sending)
        return lease_notifications(self._box.core, owner=self._owner, limit=room, now=self._clock()) if room else ()

    async def _send(self, notification_id: str) -> None:
        try:
            view = await run_sync(self._begin, notification_id)
            if view is None:
                return
            result = await self._notify(view)
            status = await run_sync(self._finish, notification_id, result)
            if status is not None:
                self._count(view.channel, status)
            code = None if isinstance(result, Sent) else result.code
            log.info("notify.tried", notification=view.id, channel=view.channel, kind=view.kind, now=status, code=code)
        except RelevoError as error:
            log.warning("notify.unfinished", notification=notification_id, code=error.code)
        except Exception:
            log.exception("notify.unfinished", notification=notification_id)

    async def _notify(self, view: NotificationView) -> Sent | Failed:
        notifier = self._notifiers.get(view.channel)
        if notifier is None:
            return Failed(code="not_configured", message="", retry=False)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await notifier.notify(view)
        except TimeoutError:
            return Failed(code="timeout", message="", retry=True, ambiguous=True)
        except Exception as error:
            log.exception("notify.broken", notification=view.id)
            return Failed(code="notifier_broken", message=type(error).__name__, retry=True, ambiguous=True)

    def _begin(self, notification_id: str) -> NotificationView | None:
        return begin_notification(self._box.core, notification_id, self._owner, now=self._clock())

    def _finish(self, notification_id: str, result: Sent | Failed) -> str | None:
        return finish_notification(self._box.core, notification_id, self._owner, result, now=self._clock())
