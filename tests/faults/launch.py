"""`python -m tests.faults.launch`: the real `relevo serve` with points at which it can die, and with short leases.

With FAULTS_NO_WAKES set, every wake is lost.

Leases are shortened so that what a dead process held is soon free again: with hundreds of deaths in a row a run would
otherwise mostly wait. They stay longer than anything that is done under them. Line 10 looks at the real ones.
"""

import os
import sys
from datetime import timedelta

from tests.faults import points

TURN, DELIVERY = timedelta(seconds=4), timedelta(seconds=10)


def main() -> None:
    """Serves until it is ended, or dies at the point that the environment names."""
    points.install(dict(os.environ))
    from bot import cli
    from handoff.service.talk import turns
    from handoff.service.telling import deliveries, notifications
    from handoff.wake import InProcessWake

    turns.LEASE, deliveries.LEASE, notifications.LEASE = TURN, DELIVERY, DELIVERY
    if os.environ.get("FAULTS_NO_WAKES"):
        InProcessWake.notify = lambda *_: None  # type: ignore[method-assign]
    sys.argv = ["relevo", "serve"]
    cli.main()


if __name__ == "__main__":
    main()
