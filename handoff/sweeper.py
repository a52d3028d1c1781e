"""The sweeper: reads the clock once a tick and moves on everything that is due."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from anyio.to_thread import run_sync

from handoff import service
from handoff.errors import RelevoError
from handoff.service.base.uploads import sweep_uploads
from handoff.service.cases.text_ends import end_old_asks
from handoff.service.privacy.erasing import finish_erasures
from handoff.service.privacy.retention import Retention

log = structlog.get_logger()
TICK_SECONDS = 1.0
GAP = timedelta(seconds=20)  # half of the time after which presence is lost
KEEP_EVERY = timedelta(seconds=2)
ALONE = timedelta(seconds=5)  # at a start: a sign of life that is older is no neighbour's, but our own before a restart


class Sweeper:
    """One loop. Several may run at once: each case is looked at again under its lock."""

    def __init__(self, box: service.CoreBox, clock: Callable[[], datetime], tick: float = TICK_SECONDS) -> None:
        self._box = box
        self._clock = clock
        self._tick = tick
        self._kept: datetime | None = None
        self._retention = Retention()
        self._followed: object = None  # the settings whose hours the promises follow already

    async def run(self) -> None:
        """Ticks until cancelled. A failing tick is logged, and the next one tries again."""
        while True:
            now = self._clock()
            try:
                await run_sync(self.tick, now)
            except RelevoError as error:
                log.warning("sweeper.failed", code=error.code)
            except Exception:
                log.exception("sweeper.broken")
            await asyncio.sleep(self._tick)

    def tick(self, now: datetime) -> int:
        """One look at the database at `now`; returns how many cases moved."""
        core = self._box.core
        if self._nobody_swept(core, now):
            service.start_afresh(core, now)
        self._step(self._keep, now)
        steps = (
            service.expire,
            self._follow,
            service.offer_waiting,
            service.show_places,
            service.watch_shifts,
            service.follow_untold,
            finish_erasures,
            self._retention.sweep_old,
            sweep_uploads,
            end_old_asks,
        )
        moved = sum(self._step(step, now) for step in steps)
        if moved:
            log.info("sweeper.moved", cases=moved)
        return moved

    def _nobody_swept(self, core: service.Core, now: datetime) -> bool:
        """Whether there was a gap, by what was stored, ours or another's: while nothing can be stored nobody acts."""
        if self._kept is not None and _is_within(now - self._kept, GAP):
            return False
        last = service.last_sweep(core)
        return last is None or not _is_within(now - last, GAP if self._kept else ALONE)

    def _step(self, step: Callable[[service.Core, datetime], int], now: datetime) -> int:
        """One step; one that fails is logged and holds up no other, and the next tick tries it again."""
        try:
            return step(self._box.core, now)
        except RelevoError as error:
            log.warning("sweeper.failed", step=step.__name__, code=error.code)
        except Exception:
            log.exception("sweeper.broken", step=step.__name__)
        return 0

    def _keep(self, core: service.Core, now: datetime) -> int:
        """Leaves the sign of life by which others know that somebody sweeps."""
        if self._kept is None or not timedelta(0) <= now - self._kept < KEEP_EVERY:
            service.keep_sweep(core, now)
            self._kept = now
        return 0

    def _follow(self, core: service.Core, now: datetime) -> int:
        if self._followed is core.business:
            return 0
        moved = service.follow_hours(core, now)  # at the start too: an earlier sweeper may have died half-way
        self._followed = core.business
        return moved


def _is_within(passed: timedelta, longest: timedelta) -> bool:
    """A sign of life is stored to the second; more than that before it, the clock was set back."""
    return timedelta(seconds=-1) <= passed <= longest
