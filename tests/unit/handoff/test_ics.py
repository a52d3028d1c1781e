"""The calendar file, read back by the rules of RFC 5545."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.ics import CalendarEvent, escape, fold, write

DUE = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
EVENT = CalendarEvent(
    uid="01a2@relevo",
    sequence=3,
    stamp=datetime(2026, 11, 22, 22, 0, 5, tzinfo=UTC),
    start=DUE - timedelta(minutes=30),
    end=DUE,
    summary="Tienda Aurora · Tu caso R-7K3M9Q",
    description="https://chat.example.com/promise/abc",
    url="https://chat.example.com/promise/abc",
)
anything = st.text(st.characters(exclude_categories=[]), max_size=400)


def read(text: str) -> dict[str, str]:
    """Unfolds and unescapes, as a calendar does."""
    assert text.endswith("\r\n")
    lines = re.sub("\r\n[ \t]", "", text).split("\r\n")[:-1]
    marks = {"\\n": "\n", "\\N": "\n"}
    values = (line.partition(":")[::2] for line in lines)
    return {name: re.sub(r"\\(.)", lambda m: marks.get(m[0], m[1]), value) for name, value in values}


def test_an_event_is_written_as_the_rfc_says() -> None:
    assert write(EVENT).split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Relevo//Relevo//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:01a2@relevo",
        "SEQUENCE:3",
        "DTSTAMP:20261122T220005Z",
        "DTSTART:20261123T093000Z",
        "DTEND:20261123T100000Z",
        "SUMMARY:Tienda Aurora · Tu caso R-7K3M9Q",
        "DESCRIPTION:https://chat.example.com/promise/abc",
        "URL:https://chat.example.com/promise/abc",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_cancelled_one_says_so() -> None:
    assert "STATUS:CANCELLED\r\n" in write(replace(EVENT, cancelled=True))


@settings(deadline=None)
@given(anything, anything)
def test_whatever_it_says_is_read_back_and_no_line_is_too_long(summary: str, description: str) -> None:
    text = write(replace(EVENT, summary=summary, description=description))
    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert not any("\n" in line or "\r" in line for line in lines)
    found = read(text)
    assert found["SUMMARY"] == plain(summary)
    assert found.get("DESCRIPTION", "") == plain(description)
    assert found["STATUS"] == "CONFIRMED"
    assert list(found)[-1] == "END"


def plain(text: str) -> str:
    """What a calendar can hold of it."""
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], escape(text))


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=300))
def test_folding_cuts_no_character(line: str) -> None:
    pieces = list(fold(line))
    assert "".join([pieces[0], *(piece.removeprefix(" ") for piece in pieces[1:])]) == line
    assert all(len(piece.encode()) <= 75 for piece in pieces)
