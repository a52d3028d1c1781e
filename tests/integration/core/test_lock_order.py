"""Addresses are locked before conversations, and by their ids; who is crossed all the same does it once more, whole.

On PostgreSQL. The other one is a transaction of its own that holds one row, and takes the next when we wait for it.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, select

from handoff import service
from handoff.models import Address, ContactProof, Delivery, Message
from handoff.service.talk import proving
from handoff.service.talk.identities import SignedIdentity, identify
from handoff.service.telling.proofs import code_of
from tests.support.core import World
from tests.support.core import world as make_world

PHONE, OURS = "+34600111222", "+34900000000"
PATIENT, IMPATIENT = "60s", "50ms"
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def crossed(postgres_url: str) -> Iterator[World]:
    """Of two that wait for one another it is we who are told so."""
    yield from make_world(f"{postgres_url}?options=-c%20deadlock_timeout%3D{IMPATIENT}")


@pytest.fixture
def careful(postgres_url: str) -> Iterator[World]:
    """It is the other one who is told so, and then the test fails."""
    yield from make_world(f"{postgres_url}?options=-c%20deadlock_timeout%3D{PATIENT}")


@contextmanager
def _other(world: World, patience: str) -> Iterator[psycopg.Connection[Any]]:
    dsn = world.core.database.url.partition("?")[0].replace("+psycopg", "")
    with psycopg.connect(dsn) as connection:
        connection.execute(f"SET deadlock_timeout = '{patience}'".encode())
        yield connection


def _hold(other: psycopg.Connection[Any], table: str, row: str) -> None:
    other.execute(f"SELECT id FROM {table} WHERE id = %s FOR UPDATE".encode(), (row,))


def _until_waiting(other: psycopg.Connection[Any], ours: "Future[Any] | None" = None) -> None:
    until = time.monotonic() + 30
    with psycopg.connect(other.info.dsn, autocommit=True) as looking:
        while looking.execute(_WAITING.encode()).fetchone() != (1,):
            assert time.monotonic() < until, "nobody waits"
            assert ours is None or not ours.done(), "it did not have to wait"


def _meet(world: World, ours: Callable[[], object], first: tuple[str, str], then: tuple[str, str]) -> None:
    """The other one holds `first`, we have come as far as we can, and it takes `then`."""
    with ThreadPoolExecutor(1) as pool, _other(world, IMPATIENT) as other:
        _hold(other, *first)
        done = pool.submit(ours)
        _until_waiting(other, done)
        _hold(other, *then)
        other.commit()
        done.result(30)


def _texted(world: World) -> tuple[str, str, str]:
    """A phone's address and conversation, and a text to it that is on its way."""
    conversation = world.text(PHONE, "hola", "SM0").conversation_id
    outgoing, *_ = service.lease_deliveries(world.core, channel="sms", owner="r", limit=9, now=world.now)
    assert service.begin_sending(world.core, outgoing.id, "r", world.now)
    with world.core.database.read() as session:
        return session.execute(select(Address.id)).scalar_one(), conversation, outgoing.id


def _blocked(world: World, delivery: str) -> None:
    failed = service.Failed(code="21610", message="", retry=False, blocked=True)
    service.finish_sending(world.core, delivery, "r", failed, now=world.now)


def _reported(world: World, delivery: str) -> None:
    service.record_status(
        world.core,
        channel="sms",
        account=OURS,
        carrier_id="SM-out",
        status="failed",
        error_code="21610",
        delivery_id=delivery,
        blocked=True,
        now=world.now,
    )


def _opted_out(world: World) -> bool:
    with world.core.database.read() as session:
        return session.execute(select(Address.opted_out_at)).scalar_one() is not None


@pytest.mark.parametrize("end", [_blocked, _reported])
def test_a_phone_that_writes_and_one_that_the_carrier_blocks_meet(
    careful: World, end: Callable[[World, str], None]
) -> None:
    address, conversation, delivery = _texted(careful)
    _meet(careful, lambda: end(careful, delivery), ("addresses", address), ("conversations", conversation))
    assert _opted_out(careful)


def test_a_signed_customer_who_writes_and_one_who_is_erased_meet(careful: World) -> None:
    """Erasing holds all of a customer's addresses, by their ids."""
    conversation = careful.visit()
    _sign(careful, conversation, "t1")
    with careful.core.database.read() as session:
        first, then = session.execute(select(Address.id).order_by(Address.id)).scalars().all()
    _meet(careful, lambda: _sign(careful, conversation, "t2"), ("addresses", first), ("addresses", then))


def test_a_phone_that_writes_and_one_that_is_being_proven_meet(careful: World) -> None:
    careful.core = replace(careful.core, text_sender=OURS)
    phone, *_ = _texted(careful)
    chat = careful.visit()
    careful.open_case(chat)
    proving.ask_code(careful.core, chat, phone=PHONE, email=None, network="", now=careful.now)
    with careful.core.database.read() as session:
        code = code_of(careful.core, session.execute(select(ContactProof)).scalar_one())
    proven = partial(proving.prove, careful.core, chat, code, now=careful.now)
    _meet(careful, proven, ("addresses", phone), ("conversations", chat))


def _sign(world: World, conversation: str, token: str) -> None:
    who = SignedIdentity(site="shop", subject="1042", digest=token, expires_at=world.later(seconds=1))
    identify(world.core, conversation, who, now=world.now)


def _written(world: World, _: str) -> None:
    world.text(PHONE, "hello", "SM1")


@pytest.mark.parametrize("act", [_written, _blocked, _reported])
def test_who_is_crossed_does_it_once_more(crossed: World, act: Callable[[World, str], None]) -> None:
    """Somebody has the conversation and wants the address, in whatever order that should have been."""
    address, conversation, delivery = _texted(crossed)
    holds_address, go_on = Event(), Event()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM addresses" in statement and "FOR UPDATE" in statement and not holds_address.is_set():
            holds_address.set()
            go_on.wait(30)

    event.listen(crossed.core.database.engine, "after_cursor_execute", note)
    with ThreadPoolExecutor(2) as pool, _other(crossed, PATIENT) as other:
        _hold(other, "conversations", conversation)
        ours = pool.submit(act, crossed, delivery)
        assert holds_address.wait(30)
        theirs = pool.submit(_hold, other, "addresses", address)
        _until_waiting(other)
        go_on.set()
        theirs.result(30)
        other.commit()
        ours.result(30)
    with crossed.core.database.read() as session:
        said = session.execute(select(Message.text).where(Message.author == "customer")).scalars().all()
        status = session.get_one(Delivery, delivery).status
    assert (list(said).count("hello"), status) == ((1, "sending") if act is _written else (0, "dead"))
