"""The bookkeeper: keeps what the reports count of days that are over for good, a few days at a time."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime

import structlog
from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from handoff.errors import RelevoError
from handoff.service import CoreBox
from handoff.service.proof import reports

log = structlog.get_logger()
BREATH_SECONDS = 0.2  # after each step: customers and agents come first
REST_SECONDS = 600.0  # when everything is kept that can be


class Bookkeeper:
    """One loop. Several may run at once, and what none has kept is only counted anew at each reading."""

    def __init__(self, box: CoreBox, clock: Callable[[], datetime]) -> None:
        self._box = box
        self._clock = clock
        self._kept = 0
        self._left: Iterator[tuple[reports.Counted, reports.Asked]] | None = None

    async def run(self) -> None:
        """Steps until cancelled. A failing step is logged, and the round begins anew after a rest."""
        thread = CapacityLimiter(1)
        while True:
            more = await run_sync(self.step, self._clock(), limiter=thread)
            await asyncio.sleep(BREATH_SECONDS if more else REST_SECONDS)

    def step(self, now: datetime) -> bool:
        """Keeps a few days of one report; False at the end of a round."""
        try:
            return self._step(now)
        except RelevoError as error:
            log.warning("bookkeeper.failed", code=error.code)
        except Exception:
            log.exception("bookkeeper.broken")
        self._left = None
        return False

    def _step(self, now: datetime) -> bool:
        core = self._box.core
        if self._left is None:
            self._left = reports.unkept(core, now)
        part = next(self._left, None)
        if part is None:
            if self._kept:
                log.info("bookkeeper.kept", days=self._kept)
            self._left, self._kept = None, 0
            return False
        self._kept += reports.keep(core, *part, now)
        return True
