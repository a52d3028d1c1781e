"""The carrier port: whoever moves our texts. Adapters: `twilio_carrier`, `console`.

A second real carrier is one more adapter; `tests/unit/bot/channels/sms/test_carriers.py` is the conformance test.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class TextMessage:
    """One text on its way out. `callback` is the URL for status reports, if the carrier can reach one."""

    sender: str
    to: str
    body: str
    callback: str | None = None


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The carrier has the text. `segments` is the carrier's own count."""

    carrier_id: str
    segments: int


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One text of ours in the carrier's list. `at` is when the carrier took it, aware UTC."""

    carrier_id: str
    body: str
    status: str
    segments: int
    at: datetime
    error_code: str | None = None  # why it did not arrive, when that is known


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture or file of a customer's text: where the carrier keeps it, and what the carrier calls its type."""

    url: str
    content_type: str


@dataclass(frozen=True, kw_only=True)
class Received:
    """One customer's text in the carrier's list. `sender` is the customer's number, `to` is ours; `at` is aware UTC."""

    carrier_id: str
    sender: str
    to: str
    body: str
    at: datetime
    media: int = 0
    service: str = ""  # the Messaging Service that our number belongs to, if any


class CarrierFault(Exception):
    """The carrier did not take the text, or did not say. `code` is the carrier's, or one of ours in words."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}")


class Refused(CarrierFault):
    """The carrier said no; sending the same again will not help."""


class TryLater(CarrierFault):
    """The carrier has certainly not taken it now, and may later."""


class Unclear(CarrierFault):
    """The text may have been taken. Look in the carrier's list before sending it again."""


class Carrier(Protocol):
    """Blocking calls; run them in a thread. Faults are Refused, TryLater or Unclear."""

    @property
    def name(self) -> str: ...

    def send(self, text: TextMessage) -> Accepted:
        """Hand over one text, once; never retries by itself."""
        ...

    def list_sent(self, *, sender: str, to: str, since: datetime) -> Sequence[Listed]:
        """Our texts from `sender` to `to` that the carrier took at or after `since`, newest first."""
        ...

    def list_received(self, *, to: str, since: datetime) -> Sequence[Received]:
        """Every text that the carrier took for our number `to` (empty: for any) at or after `since`, oldest first.

        All of them, however many pages that takes, or a fault: half a list would bring texts in out of order.
        """
        ...

    def list_media(self, carrier_id: str) -> Sequence[Picture]:
        """What came with a received text, addressed as the carrier's webhook addresses it."""
        ...

    def fetch(self, carrier_id: str) -> Listed | None:
        """One text of ours as it stands at the carrier; None when the carrier knows none by that id."""
        ...

    def check(self) -> None:
        """Asks the carrier for our account, and sends nothing."""
        ...
