"""What an edge hands in, and the check of its text."""

from dataclasses import dataclass
from datetime import datetime

from handoff.errors import InvalidInput, TooLarge

MAX_TEXT_BYTES = 8 * 1024
MAX_CLIENT_ID = 128


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A picture or file of a text, where the carrier keeps it; `content_type` is what the carrier calls it."""

    url: str
    content_type: str
    id: str = ""  # of an upload, which has one already


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """One message from a customer.

    The web names its conversation and a client_id; a carrier names our number (`account`), the customer's
    (`address`) and its own id. `control` is a consent word: stop, start or help.
    """

    channel: str
    account: str
    address: str
    text: str
    at: datetime
    conversation_id: str | None = None
    client_id: str | None = None
    carrier_id: str | None = None
    media: int = 0
    attached: tuple[Attached, ...] = ()
    uploads: tuple[str, ...] = ()  # ids of files that were uploaded before, in their order
    control: str | None = None
    carrier_confirms: bool = False  # the carrier itself answers the consent word
    doubtful: bool = False  # the consent word alone, which also answers a question about an order
    sent_at: datetime | None = None  # when the carrier took it, where no webhook brought it and its list was read


def check_text(inbound: Inbound) -> str:
    """The text as it is stored. Raises InvalidInput or TooLarge with what to mend."""
    text = inbound.text
    if inbound.carrier_id is not None:  # a carrier's text is never turned away: nobody would see the error
        text = text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")[: MAX_TEXT_BYTES // 4]
        return text if text.strip() or inbound.media else "\ufffd"
    if inbound.client_id is not None and not 1 <= len(inbound.client_id) <= MAX_CLIENT_ID:
        raise InvalidInput(fields={"client_id": f"1 to {MAX_CLIENT_ID} characters"})
    return check_plain(text, "text", required=not inbound.uploads)


def check_plain(text: str, field: str, *, required: bool = True) -> str:
    """`text` when it can be stored and shown. Raises InvalidInput or TooLarge naming `field`."""
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as exc:
        raise InvalidInput("The text is not valid Unicode", fields={field: "lone surrogate"}) from exc
    if size > MAX_TEXT_BYTES:
        raise TooLarge(fields={field: f"at most {MAX_TEXT_BYTES} bytes of UTF-8"})
    if any(ord(char) < 32 and char not in "\n\r\t" for char in text):
        raise InvalidInput("The text has control characters", fields={field: "plain text only"})
    if required and not text.strip():
        raise InvalidInput("The text is empty", fields={field: "write something"})
    return text
