"""A circuit breaker: after failures in a row, callers are refused at once until a single probe succeeds."""

import time
from collections.abc import Callable

FAILURES = 3
REST = 5.0


class Breaker:
    """Closed, open, or half open while one probe runs; `clock` gives seconds that only rise."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Closed."""
        self._clock = clock
        self._failures = 0
        self._opened: float | None = None
        self._probing = False
        self._well_since: float | None = None

    def well_for(self) -> float:
        """Seconds since the engine answered for the first time after its last failure; 0 when it has not yet."""
        return self._clock() - self._well_since if self._well_since is not None else 0.0

    def admits(self) -> bool:
        """May this call go ahead? While open, one call a REST does, as the probe."""
        if self._opened is None:
            return True
        if self._probing or self._clock() - self._opened < REST:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        """The engine answered: closed."""
        self._failures, self._opened, self._probing = 0, None, False
        self._well_since = self._clock() if self._well_since is None else self._well_since

    def failed(self) -> None:
        """The engine failed: open after FAILURES in a row, or again when this was the probe."""
        self._failures += 1
        self._well_since = None
        if self._probing or self._failures >= FAILURES:
            self._opened = self._clock()
        self._probing = False

    def let_go(self) -> None:
        """The call ended without a finding about the engine (cancelled, or the request was at fault)."""
        self._probing = False
