"""`python -m bench.stamping`: the real `relevo serve`, which also notes when each customer's message was committed.

Into the file that BENCH_STAMPS names goes one line a message: its client_id, and the seconds since the epoch at which
its transaction had ended, taken before anybody was woken.
"""

import os
import sys
import threading
import time
from datetime import datetime
from typing import Any


def install(path: str) -> None:
    """Puts the clock around the service's own recording."""
    from handoff import service  # noqa: PLC0415 - only the process that serves imports the product
    from handoff.wake import InProcessWake  # noqa: PLC0415

    out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    mine = threading.local()
    record, notify = service.record_inbound, InProcessWake.notify

    def recording(core: Any, inbound: Any, now: datetime) -> Any:
        mine.woken = None
        recorded = record(core, inbound, now)
        committed = mine.woken or time.time()
        os.write(out, f"{inbound.client_id} {committed:.6f}\n".encode())
        return recorded

    def waking(self: InProcessWake, topic: str) -> None:
        if getattr(mine, "woken", 0) is None:
            mine.woken = time.time()
        notify(self, topic)

    service.record_inbound = recording
    InProcessWake.notify = waking  # type: ignore[method-assign]


def main() -> None:
    """Serves until it is ended."""
    install(os.environ["BENCH_STAMPS"])
    from bot import cli  # noqa: PLC0415

    sys.argv = ["relevo", "serve"]
    cli.main()


if __name__ == "__main__":
    main()
