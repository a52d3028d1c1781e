"""Watches for the engine's return while somebody waits only for it, and then has them offered the bot."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from anyio.to_thread import run_sync

from bot.engine import EngineClient, EngineUnavailable
from handoff import service
from handoff.errors import RelevoError
from handoff.service import CoreBox

log = structlog.get_logger()
LOOK_SECONDS = 5.0
STEADY_SECONDS = 15.0  # an engine that was ill is believed when it has been well for so long


class EngineWatch:
    """One loop; it asks the engine by itself, so that an outage is over even when no customer writes."""

    def __init__(
        self,
        box: CoreBox,
        engine: Callable[[], EngineClient],
        clock: Callable[[], datetime],
        *,
        every: float = LOOK_SECONDS,
        steady: float = STEADY_SECONDS,
    ) -> None:
        self._box = box
        self._engine = engine
        self._clock = clock
        self._every = every
        self._steady = steady

    async def run(self) -> None:
        """Looks until cancelled; a failing look is logged, and the next one tries again."""
        while True:
            try:
                await self.look()
            except RelevoError as error:
                log.warning("watch.failed", code=error.code)
            except Exception:
                log.exception("watch.broken")
            await asyncio.sleep(self._every)

    async def look(self) -> int:
        """One look; returns how many were offered the bot. Asks the engine only while somebody waits for it."""
        if not await run_sync(self._anybody):
            return 0
        try:
            well_for = await self._engine().probe(self._box.core.business.default_language)
        except EngineUnavailable:
            return 0
        if well_for < self._steady:
            return 0
        offered = await run_sync(self._offer)
        log.info("watch.engine_back", offered=offered)
        return offered

    def _anybody(self) -> bool:
        return service.waits_for_engine(self._box.core, self._clock())

    def _offer(self) -> int:
        return service.offer_bot_back(self._box.core, self._clock())
