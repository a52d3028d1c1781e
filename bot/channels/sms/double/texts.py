"""One text at the carrier, and how the carrier writes it as JSON."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum

API_VERSION = "2010-04-01"


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound-api"


@dataclass(frozen=True, kw_only=True)
class StoredText:
    """`sender` and `to` as seen by the carrier: an inbound text's sender is the customer's phone."""

    sid: str
    direction: Direction
    sender: str
    to: str
    body: str
    status: str
    segments: int
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    error_code: int | None = None
    messaging_service: str | None = None
    callback: str | None = None
    media: tuple[str, ...] = ()
    webhook: str = ""  # of an inbound text: how the webhook was answered, "" while it is under way

    @property
    def phone(self) -> str:
        return self.sender if self.direction is Direction.INBOUND else self.to


def new_sid(*, media: bool = False) -> str:
    return ("MM" if media else "SM") + secrets.token_hex(16)


def as_resource(text: StoredText, account_sid: str) -> dict[str, object]:
    """The carrier's message resource (schema `api.v2010.account.message`)."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{text.sid}"
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": text.body,
        "date_created": format_datetime(text.created_at),
        "date_sent": format_datetime(text.sent_at) if text.sent_at else None,
        "date_updated": format_datetime(text.updated_at),
        "direction": text.direction.value,
        "error_code": text.error_code,
        "error_message": None if text.error_code is None else f"Error {text.error_code}",
        "from": text.sender or None,
        "messaging_service_sid": text.messaging_service,
        "num_media": str(len(text.media)),
        "num_segments": str(text.segments),
        "price": None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": text.to,
        "uri": f"{uri}.json",
    }
