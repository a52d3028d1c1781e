"""Line 18: a stream that is cut anywhere and taken up again has no gap and no duplicate."""

import json
import random
from collections.abc import Callable

import pytest

from tests.faults.cuts import read_cut
from tests.faults.guest import Guest
from tests.faults.load import PERSON, QUESTION, Crowd
from tests.faults.proof import drain_and_prove
from tests.faults.shop import Shop
from tests.faults.sizes import Run, in_parts

LEAST = 3  # cuts of one conversation


@pytest.mark.bar(18)
@in_parts("cuts", short=8, full=1_000, part=250)
def test_a_stream_cut_anywhere_has_no_gap_and_no_duplicate(open_shop: Callable[..., Shop], run: Run, cuts: int) -> None:
    """Pages reconnect after a random number of bytes while bot, agents and the process's death go on beside."""
    shop, source = open_shop(), run.random
    crowd = Crowd(shop=shop)
    done = number = 0
    crowd.hire()
    while done < cuts:
        guest = Guest(shop=shop, book=crowd.book, name=f"page{number}")
        guest.says(QUESTION)
        guest.says(PERSON, escalates=True)
        done += _follow(guest, shop, source)
        guest.http.close()
        number += 1
    drain_and_prove(shop, crowd)
    run.count(cuts=done, conversations=number)


def _follow(guest: Guest, shop: Shop, source: random.Random) -> int:
    """Reads in pieces until the case has ended; then everything heard is everything there is, once, in order."""
    heard: list[tuple[str, str]] = []
    cuts = 0
    while cuts < LEAST or not _is_over(guest):
        if cuts == 1 and source.random() < 0.2:
            shop.kill()
            shop.start()
        heard += _read(guest, heard[-1][0] if heard else None, source.randint(1, 4000))
        cuts += 1
    heard += _read(guest, heard[-1][0], 10**6)
    ids = [cursor for cursor, _ in heard]
    assert len(ids) == len(set(ids)), f"heard twice: {ids}"
    messages = [message for _, message in heard if message]
    assert messages == [each["id"] for each in guest.view()["messages"]]
    return cuts


def _is_over(guest: Guest) -> bool:
    view = guest.view()
    return view["state"] == "bot" and any(each["author"] == "agent" for each in view["messages"])


def _read(guest: Guest, cursor: str | None, most: int) -> list[tuple[str, str]]:
    """(cursor, message's id or empty) of the whole events within so many bytes."""
    events = read_cut(guest.http, f"/conversations/{guest.id}/events", cursor, most)
    return [(each["id"], json.loads(each["data"])["id"] if each["event"] == "message" else "") for each in events]
