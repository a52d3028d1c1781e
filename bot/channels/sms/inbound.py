"""From the carrier's form to what the core records. A text is never lost for its length or its contents."""

import re
from collections.abc import Collection
from datetime import datetime

from bot.channels.sms.consent import carrier_control, control_of, is_doubtful, is_one_of
from bot.channels.sms.forms import Form
from bot.channels.sms.numbers import is_reachable
from handoff.errors import InvalidInput
from handoff.service import Inbound
from handoff.service.base.inbound import Attached

MOST_CHARACTERS = 2048  # of one message; even four bytes each stay within the 8 KiB of a message
MOST_ID = 64
MOST_MEDIA = 10
MOST_URL = 2048
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
UNKNOWN_TYPE = "application/octet-stream"
_KEPT_CONTROLS = frozenset("\n\t")


def inbound_of(form: Form, now: datetime, *, confirms: Collection[str] = ()) -> list[Inbound]:
    """The form as messages in order: one, or more when the text is longer than a message can be.

    `confirms`: words that the carrier itself answers, beside those that it marks.
    Raises InvalidInput naming each field that nobody could be answered with.
    """
    check_fields(form)
    text = clean(form.first("Body"))
    by_carrier = carrier_control(form.first("OptOutType"))
    control = by_carrier or control_of(text)
    return [
        Inbound(
            channel="sms",
            account=form.first("To"),
            address=form.first("From"),
            text=part,
            at=now,
            carrier_id=carrier_id,
            media=_media(form) if number == 0 else 0,
            attached=_attached(form) if number == 0 else (),
            control=control.value if control else None,
            carrier_confirms=by_carrier is not None or (control is not None and is_one_of(text, confirms)),
            doubtful=by_carrier is None and is_doubtful(text),
        )
        for number, (carrier_id, part) in enumerate(parts_of(form.first("MessageSid"), text))
    ]


def parts_of(carrier_id: str, text: str) -> list[tuple[str, str]]:
    """Each part of a clean text with its name: the carrier's id, from the second on with a number behind it."""
    return [(f"{carrier_id}.{number}" if number else carrier_id, part) for number, part in enumerate(parts(text))]


def check_fields(form: Form) -> None:
    fields = {}
    if not 0 < len(form.first("MessageSid")) <= MOST_ID:
        fields["MessageSid"] = "the carrier's id of the text, at most 64 characters"
    for name in ("From", "To"):
        if not is_reachable(form.first(name)):
            fields[name] = "a phone number with + and country code, or a short code"
    if fields:
        raise InvalidInput(fields=fields)


def clean(text: str) -> str:
    """Without control characters and lone surrogates, which no database keeps, and without outer white space."""
    text = text.replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")
    return "".join(letter for letter in text if letter in _KEPT_CONTROLS or not _is_control(letter)).strip()


def parts(text: str) -> list[str]:
    """`text` in pieces that fit into a message; one empty piece when it is empty (a picture without words)."""
    starts = range(0, max(len(text), 1), MOST_CHARACTERS)
    return [text[start : start + MOST_CHARACTERS] for start in starts]


def _is_control(letter: str) -> bool:
    return letter < " " or "\x7f" <= letter <= "\x9f"


def _media(form: Form) -> int:
    number = form.first("NumMedia")
    return min(int(number), MOST_MEDIA) if number.isascii() and number.isdigit() and len(number) < 4 else 0


def _attached(form: Form) -> tuple[Attached, ...]:
    """Where the carrier keeps each picture or file. An address is looked at when it is used, not here."""
    found = ((form.first(f"MediaUrl{n}"), form.first(f"MediaContentType{n}")) for n in range(_media(form)))
    return tuple(Attached(url=clean(url), content_type=_type(kind)) for url, kind in found if 0 < len(url) <= MOST_URL)


def _type(named: str) -> str:
    kind = named.partition(";")[0].strip().lower()
    return kind if _TYPE.fullmatch(kind) else UNKNOWN_TYPE
