"""A phone has one conversation, however many of its first texts arrive at once, and wherever they cross."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, func, select

from handoff.errors import Unavailable
from handoff.models import Conversation, Customer, Message
from handoff.service import Database, Recorded
from tests.support.core import World
from tests.support.core import world as make_world

TOGETHER = 6
PHONES = 40
MOST_STATEMENTS = 200


def phone(number: int) -> str:
    return f"+3460000{number:04d}"


def kept(world: World) -> tuple[int, int, int]:
    """How many customers, conversations and customers' messages there are."""
    with world.core.database.read() as session:
        counted = [select(func.count()).select_from(table) for table in (Customer, Conversation, Message)]
        counted[2] = counted[2].where(Message.author == "customer")
        customers, conversations, messages = (session.execute(each).scalar_one() for each in counted)
        return customers, conversations, messages


def test_first_texts_that_start_together_make_one_conversation_a_phone(world: World) -> None:
    """Each text comes twice, as a carrier repeats what it holds for lost; every one is acknowledged."""
    line = Barrier(TOGETHER)

    def text(number: int, place: int) -> Recorded:
        line.wait(30)
        return world.text(phone(number), f"text {place // 2}", f"SM{number}-{place // 2}")

    with ThreadPoolExecutor(TOGETHER) as pool:
        for number in range(PHONES):
            answers = list(pool.map(partial(text, number), range(TOGETHER)))
            assert len({each.conversation_id for each in answers}) == 1
    assert kept(world) == (PHONES, PHONES, PHONES * TOGETHER // 2)


@pytest.fixture
def impatient(postgres_url: str) -> Iterator[World]:
    """On PostgreSQL, where two write at the same time; who would have to wait for the other is told so at once."""
    yield from make_world(f"{postgres_url}?options=-c%20lock_timeout%3D100ms")


@contextmanager
def after_statement(database: Database, number: int, act: Callable[[], object]) -> Iterator[list[int]]:
    """Does `act` once, in a transaction of its own, as soon as so many statements have been executed."""
    executed = [0]

    def count(*_: Any) -> None:
        executed[0] += 1
        if executed[0] == number:
            act()

    event.listen(database.engine, "after_cursor_execute", count)
    try:
        yield executed
    finally:
        event.remove(database.engine, "after_cursor_execute", count)


@pytest.mark.parametrize("sid", ["SM-twin", "SM-first"], ids=["another text", "the same text again"])
def test_a_text_between_any_two_steps_of_the_first_one_makes_no_second_conversation(impatient: World, sid: str) -> None:
    """Staged: the first text pauses after its n-th statement, and a second one is recorded meanwhile, for every n."""
    number, waited = 0, False
    while not waited:
        number += 1
        assert number < MOST_STATEMENTS
        second = partial(impatient.text, phone(number), "hello", f"{sid}{number}")
        held: list[bool] = []
        with after_statement(impatient.core.database, number, partial(_try, second, held)):
            first = impatient.text(phone(number), "hello", f"SM-first{number}")
        waited = held == [True]
        assert second().conversation_id == first.conversation_id
        assert kept(impatient)[:2] == (number, number)
    assert number > 1
    assert kept(impatient)[2] == (number if sid == "SM-first" else 2 * number)


def _try(second: Callable[[], object], held: list[bool]) -> None:
    """Notes whether it had to wait: then it comes after the first, as in life."""
    try:
        second()
    except Unavailable:
        held.append(True)
    else:
        held.append(False)
