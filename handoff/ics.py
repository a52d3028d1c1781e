"""One event in a calendar file, by RFC 5545. Pure.

It names no organizer: what is published here invites nobody, and the RFC forbids one then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

FOLD = 75  # octets a line, without its end
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """`sequence` rises with each change, so that a calendar that has the event already moves it."""

    uid: str
    sequence: int
    stamp: datetime
    start: datetime
    end: datetime
    summary: str
    description: str = ""
    url: str = ""
    cancelled: bool = False


def write(event: CalendarEvent) -> str:
    """The whole file: CRLF at the end of every line, none longer than 75 octets."""
    return "".join(f"{folded}\r\n" for line in _lines(event) for folded in fold(line))


def _lines(event: CalendarEvent) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Relevo//Relevo//EN", "CALSCALE:GREGORIAN")
    yield from ("METHOD:PUBLISH", "BEGIN:VEVENT")
    yield f"UID:{event.uid}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_utc(event.stamp)}"
    yield f"DTSTART:{_utc(event.start)}"
    yield f"DTEND:{_utc(event.end)}"
    yield f"SUMMARY:{escape(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{escape(event.description)}"
    if event.url:
        yield f"URL:{event.url}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield from ("END:VEVENT", "END:VCALENDAR")


def escape(text: str) -> str:
    """TEXT of the RFC: its own marks escaped, line ends as `\\n`, other control characters left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(c for c in lines if c in "\n\t" or (ord(c) >= 32 and ord(c) != 127))
    return plain.encode("utf-8", "replace").decode().translate(_ESCAPES)


def fold(line: str) -> Iterator[str]:
    """`line` in pieces of at most 75 octets, no character cut; all but the first begin with a space."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > FOLD:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + width
    yield piece


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
