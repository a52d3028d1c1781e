"""A carrier that goes nowhere: takes every text and keeps the newest in memory. For a start without an account."""

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot.channels.sms.carrier import Accepted, Listed, Picture, Received, TextMessage
from bot.segments import count
from handoff.clock import utc_now

KEPT = 1000


class ConsoleCarrier:
    """Logs that a text went out (never its words or number)."""

    name = "console"

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._sent: deque[tuple[TextMessage, Listed]] = deque(maxlen=KEPT)

    def send(self, text: TextMessage) -> Accepted:
        segments = count(text.body).segments
        carrier_id = f"console-{next(self._numbers)}"
        listed = Listed(carrier_id=carrier_id, body=text.body, status="sent", segments=segments, at=self._clock())
        self._sent.append((text, listed))
        structlog.get_logger().info("sms.console.sent", carrier_id=carrier_id, segments=segments)
        return Accepted(carrier_id=carrier_id, segments=segments)

    def list_sent(self, *, sender: str, to: str, since: datetime) -> Sequence[Listed]:
        return [
            listed
            for text, listed in reversed(self._sent)
            if (text.sender, text.to) == (sender, to) and listed.at >= since
        ]

    def list_received(self, *, to: str, since: datetime) -> Sequence[Received]:
        """Nobody can text us."""
        del to, since
        return []

    def list_media(self, carrier_id: str) -> Sequence[Picture]:
        del carrier_id
        return []

    def fetch(self, carrier_id: str) -> Listed | None:
        return next((listed for _, listed in self._sent if listed.carrier_id == carrier_id), None)

    def check(self) -> None:
        """There is nobody to ask."""
