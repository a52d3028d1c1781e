"""The relay: leases deliveries of one channel, hands them to the carrier, and stores how that went."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime

import structlog
from anyio.to_thread import run_sync

from bot.channels.base import Channel
from handoff import service
from handoff.errors import RelevoError
from handoff.service import DELIVERIES, CoreBox, Failed, Outgoing, Sent

log = structlog.get_logger()
POLL_SECONDS = 2.0
DRAIN_SECONDS = 8.0
AT_ONCE = 16


class Relay:
    """One loop for one channel. Several may run at once: leases keep them apart."""

    def __init__(self, box: CoreBox, channel: Channel, clock: Callable[[], datetime]) -> None:
        self._box = box
        self._channel = channel
        self._clock = clock
        self._owner = f"relay-{secrets.token_hex(6)}"

    async def run(self) -> None:
        """Sends until cancelled; what is being sent then is finished first."""
        subscription = self._box.core.wake.subscribe((DELIVERIES,))
        try:
            while True:
                if not await self._round():
                    await subscription.wait(POLL_SECONDS)
        finally:
            subscription.close()

    async def _round(self) -> bool:
        """One lease and everything in it; False when nothing was due."""
        try:
            leased = await run_sync(self._lease)
        except RelevoError as error:
            log.warning("relay.no_lease", code=error.code)
            await asyncio.sleep(POLL_SECONDS)
            return True
        except Exception:  # whatever it was, the loop must outlive it: nobody else would send
            log.exception("relay.no_lease")
            await asyncio.sleep(POLL_SECONDS)
            return True
        sending = asyncio.gather(*(self._send(outgoing) for outgoing in leased))
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            await asyncio.wait((sending,), timeout=DRAIN_SECONDS)
            raise
        return bool(leased)

    def _lease(self) -> tuple[Outgoing, ...]:
        return service.lease_deliveries(
            self._box.core, channel=self._channel.name, owner=self._owner, limit=AT_ONCE, now=self._clock()
        )

    async def _send(self, outgoing: Outgoing) -> None:
        try:
            if not await run_sync(self._begin, outgoing.id):
                return
            result = await self._deliver(outgoing)
            await run_sync(self._finish, outgoing.id, result)
            outcome = "sent" if isinstance(result, Sent) else result.code
            log.info("relay.sent", channel=outgoing.channel, delivery=outgoing.id, outcome=outcome)
        except RelevoError as error:
            log.warning("relay.unfinished", delivery=outgoing.id, code=error.code)
        except Exception:
            log.exception("relay.unfinished", delivery=outgoing.id)

    async def _deliver(self, outgoing: Outgoing) -> Sent | Failed:
        """A channel that breaks has perhaps sent it; its tries are counted, so that it does not block what follows."""
        try:
            return await self._channel.deliver(outgoing)
        except Exception as error:
            log.exception("relay.broken", delivery=outgoing.id)
            return Failed(code="channel_broken", message=type(error).__name__, retry=True, ambiguous=True)

    def _begin(self, delivery_id: str) -> bool:
        return service.begin_sending(self._box.core, delivery_id, self._owner, now=self._clock())

    def _finish(self, delivery_id: str, result: Sent | Failed) -> None:
        service.finish_sending(self._box.core, delivery_id, self._owner, result, now=self._clock())
